//! Every page of the authority, at a desk and half of them on a phone, in both languages; and lists by keyboard alone.

use std::{collections::BTreeSet, time::Duration};

use jiff::ToSpan;

use crate::{
    journey::Newcomer,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 200;
/// How long made-up epidemics may take on a machine that does much else.
const EPIDEMIC: Duration = Duration::from_secs(600);
/// Where the pages are routed: none of them is forgotten below.
const ROUTES: &str = include_str!("../../../server/src/web/authority.rs");
/// A file of two usable sites and a broken row.
const SITES: &str = "id,Event,ExposureType,Location,City,Start,End\n\
                     a,Example Bakery,Close,1 Invented Street,Nowhere,2020-03-01T01:00:00Z,2020-03-01T02:00:00Z\n\
                     b,Example Bus 7,,,,2020-03-01T03:00:00Z,2020-03-01T04:00:00Z\n\
                     c,Broken row,,,,,\n";
const DOCUMENT: &str = "990101193001010099";
const FRIEND: Newcomer<'static> =
    Newcomer { phone: "10099900031", name: "Friend Example", document: "T00031", born: "1980-05-31" };

#[tokio::test(flavor = "multi_thread")]
async fn every_page_of_the_authority_shuts_nobody_out_at_a_desk_and_on_a_phone_in_both_languages() {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let english = officer(&town, Language::English, Screen::Desk).await;
    let pages = pages(&town, &english).await;
    let kinds: BTreeSet<String> = pages.iter().map(|page| kind(page)).collect();
    assert_eq!(kinds.len(), ROUTES.matches("get(").count(), "every route has a page here: {kinds:#?}");
    let chinese = officer(&town, Language::Chinese, Screen::Desk).await;
    tokio::join!(looks_at(&english, pages.iter()), looks_at(&chinese, pages.iter()));
    works_by_keyboard_alone(&english).await;
    tokio::join!(english.leave(), chinese.leave());
    let english = officer(&town, Language::English, Screen::Phone).await;
    let chinese = officer(&town, Language::Chinese, Screen::Phone).await;
    let every_other = |first| pages.iter().skip(first).step_by(2);
    tokio::join!(looks_at(&english, every_other(0)), looks_at(&chinese, every_other(1)));
    tokio::join!(english.leave(), chinese.leave());
}

async fn officer(town: &Town, language: Language, screen: Screen) -> Visitor {
    let test = match screen {
        Screen::Desk => language.pick("desk-zh", "desk-en"),
        Screen::Phone => language.pick("desk-phone-zh", "desk-phone-en"),
    };
    let arrival = Arrival { test, home: &town.home, language, screen, film: None };
    Visitor::to_the_desk(town, "authority", arrival).await
}

async fn looks_at(officer: &Visitor, pages: impl Iterator<Item = &String>) {
    let mut found = Vec::new();
    for page in pages {
        officer.open(page).await;
        let sideways = "const {scrollWidth, clientWidth} = document.documentElement; arguments[0](scrollWidth - clientWidth)";
        assert_eq!(officer.measure(sideways).await, 0, "{page} scrolls sideways");
        officer.photograph_whole(&kind(page).replace("/authority", "page").replace('/', "-")).await;
        found.extend(officer.axe_findings().await.into_iter().map(|finding| format!("{page}: {finding}")));
    }
    assert!(found.is_empty(), "axe finds:\n{}", found.join("\n"));
}

/// Follows the link with this text on a page, and gives where it leads.
async fn follows(officer: &Visitor, page: &str, link: &str) -> String {
    officer.open(page).await;
    officer.press(link).await;
    officer.path().await
}

/// To the second page of a list, to what is looked for, and to one of it.
async fn works_by_keyboard_alone(officer: &Visitor) {
    officer.open("/authority/points").await;
    officer.sees("甲区小区1号").await;
    officer.press_by_keyboard("Next page").await;
    officer.sees("Collection points").await;
    officer.does_not_see("甲区小区1号").await;
    officer.tab_to("Name").await;
    officer.type_keys("餐馆\n").await;
    officer.sees("甲区餐馆1号").await;
    officer.does_not_see("小区").await;
    officer.press_by_keyboard("甲区餐馆1号").await;
    officer.sees("Checkers and devices").await;
}

/// What the pages of a route have in common: their addresses without numbers, and the changes of a case as one.
fn kind(page: &str) -> String {
    let is_number = |word: &str| word.len() == 16 && word.chars().all(|c| c.is_ascii_hexdigit());
    let words = page.split('/').map(|word| match word {
        "onset" | "status" | "merge" | "withdraw" => "change",
        word if is_number(word) => "one",
        word => word,
    });
    words.collect::<Vec<_>>().join("/")
}

/// The addresses of all pages, after there is something that each of them is about.
async fn pages(town: &Town, officer: &Visitor) -> Vec<String> {
    let person = declares_for_somebody(officer).await;
    let case = reports_a_case(town, officer).await;
    let at =
        |base: &str, pages: &[&str]| pages.iter().map(|page| format!("{base}{page}")).collect::<Vec<_>>();
    let mut pages = at("/authority", &["", "/password", "/staff", "/declare", "/people"]);
    pages.extend(at("/authority/cases", &["", "/report", "/gatherings?at_least=1"]));
    pages.push(follows(officer, "/authority/cases", "C-3").await);
    pages.extend(at(&case, &["", "/contacts/add", "/onset", "/status", "/merge", "/withdraw"]));
    pages.extend(at(&person, &["", "/why-not", "/release", "/place", "/apart", "/paper", "/check-in"]));
    pages.extend(at("/authority/areas", &["", "/mark"]));
    pages.push(marks_an_area(town, officer).await);
    pages.extend(at("/authority/sites", &["", "/import"]));
    pages.push(imports_sites(officer).await);
    pages.extend(at("/authority/points", &["", "/register"]));
    pages.extend(at(&registers_a_point(officer).await, &["", "/ledger", "/close"]));
    pages.extend(at("/authority/orders", &["", "/new", "/finding"]));
    pages.push(proposes_an_order(town, officer).await);
    names_a_contact(town, officer, &case).await;
    objects(town).await;
    let audit = follows(officer, "/authority/audits", "***").await;
    officer.sees_in_order(&["What was found", "contact not declared", "What was declared", "a cough"]).await;
    let correction = follows(officer, "/authority/corrections", "***").await;
    let appeal = follows(officer, "/authority/appeals", "A-").await;
    pages.extend(at("/authority", &["/audits", "/corrections", "/appeals"]));
    officer.open("/authority/staff").await;
    officer.press_near("tracer", "Close").await;
    pages.push(officer.path().await);
    pages.push(makes_an_account_that_can_order(officer).await);
    pages.extend([audit, correction, appeal]);
    tries_a_policy(officer).await;
    pages.extend(at("/authority/policy", &["", "/dry-run", "/dry-run/epidemic"]));
    pages
}

/// A woman of 90 without a phone declares at the counter.
async fn declares_for_somebody(officer: &Visitor) -> String {
    officer.open("/authority/declare").await;
    officer.fill("Name", "Example Elder").await;
    officer.fill("Document number", DOCUMENT).await;
    officer.fill_date("Date of birth", "1930-01-01").await;
    officer.fill("District", "990101").await;
    for question in ["in contact", "a fever", "a cough", "short of breath", "a risk area", "a key area"] {
        officer.choose_near(question, "No").await;
    }
    officer.photograph_whole("declare-filled").await;
    officer.press("Send the declaration").await;
    officer.sees("Example Elder").await;
    officer.path().await
}

async fn reports_a_case(town: &Town, officer: &Visitor) -> String {
    let yesterday = town.now().date() - 1.day();
    officer.open("/authority/cases/report").await;
    officer.fill("Document number", DOCUMENT).await;
    officer.fill("Name", "Example Elder").await;
    officer.choose("Confirmed").await;
    officer.fill_date("Onset", &yesterday.to_string()).await;
    officer.fill_date("Sampled", &format!("{yesterday}T08:30")).await;
    officer.photograph_whole("case-report-filled").await;
    officer.press("Preview who changes").await;
    officer.sees("Nothing has been written yet.").await;
    officer.photograph_whole("case-report-preview").await;
    officer.press("Carry it out").await;
    officer.sees("Infectious window").await;
    officer.path().await
}

async fn names_a_contact(town: &Town, officer: &Visitor, case: &str) {
    officer.open(&format!("{case}/contacts/add")).await;
    officer.fill("Name", FRIEND.name).await;
    officer.fill("Telephone number", FRIEND.phone).await;
    officer.choose("Close").await;
    officer.fill_date("Last contact", &town.now().date().to_string()).await;
    officer.press("Preview who changes").await;
    officer.press("Carry it out").await;
    officer.sees(FRIEND.phone).await;
}

/// The contact signs in, declares that there was none, appeals, and asks for a correction.
async fn objects(town: &Town) {
    let (language, screen) = (Language::English, Screen::Phone);
    let arrival = Arrival { test: "desk-friend", home: &town.home, language, screen, film: None };
    let friend = Visitor::arrive(arrival).await;
    friend.signs_in(FRIEND.phone).await;
    friend.photograph_whole("red-before-saying-who").await;
    friend.press("Start the declaration").await;
    friend.says_who(&FRIEND).await;
    friend.press("Continue").await;
    friend.declares(&[]).await;
    friend.press("Why?").await;
    friend.press("Something is wrong? Appeal").await;
    friend.fill("What is wrong?", "I was not in the city.").await;
    friend.press("Send the appeal").await;
    friend.sees("Appeal number").await;
    friend.press("Back").await;
    friend.press("Correct something").await;
    friend.fill("What is right", "Friend Sample").await;
    friend.fill("Why", "My name is written in another way.").await;
    friend.press("Send").await;
    friend.photograph_whole("correction-sent").await;
    friend.leave().await;
}

async fn marks_an_area(town: &Town, officer: &Visitor) -> String {
    officer.open("/authority/areas/mark").await;
    officer.fill("Division code", "990101").await;
    officer.choose("Medium").await;
    officer.fill_date("First infectious day", &(town.now().date() - 2.days()).to_string()).await;
    officer.press("Preview who changes").await;
    officer.photograph_whole("area-preview").await;
    officer.finds_nobody_shut_out("the preview of an area").await;
    officer.press("Carry it out").await;
    officer.press("Clear or withdraw").await;
    officer.path().await
}

async fn imports_sites(officer: &Visitor) -> String {
    let file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a file");
    std::fs::write(file.path(), SITES).expect("written");
    officer.open("/authority/sites/import").await;
    officer.attach("File", file.path()).await;
    officer.press("Import a CSV file").await;
    officer.sees("It has no start or no end time").await;
    officer.photograph_whole("sites-imported").await;
    officer.finds_nobody_shut_out("what an import did").await;
    follows(officer, "/authority/sites", "Example Bakery").await
}

async fn registers_a_point(officer: &Visitor) -> String {
    officer.open("/authority/points/register").await;
    officer.fill("Name", "Example Hall").await;
    officer.pick("Kind", "Market").await;
    officer.fill("District", "990101").await;
    officer.choose("In").await;
    officer.choose("Out").await;
    officer.press("Register a point").await;
    officer.sees("Waits for approval").await;
    officer.photograph_whole("point-registered").await;
    officer.press("Approve").await;
    officer.sees("Approved").await;
    officer.choose("Device").await;
    officer.fill("Name", "Door").await;
    officer.press("Add").await;
    officer.sees("It is shown once").await;
    officer.photograph_whole("device-token").await;
    officer.finds_nobody_shut_out("the token of a device").await;
    officer.press_near("It is shown once", "Collection point").await;
    officer.path().await
}

async fn makes_an_account_that_can_order(officer: &Visitor) -> String {
    officer.open("/authority/staff").await;
    officer.fill("Account", "invented").await;
    officer.fill("Name", "Invented Officer").await;
    officer.choose("Decide").await;
    officer.choose("Everywhere").await;
    officer.press("Make an account").await;
    officer.sees("the first half of the password").await;
    officer.photograph_whole("account-made").await;
    officer.finds_nobody_shut_out("half of a password").await;
    officer.open("/authority/staff").await;
    officer.press_near("Invented Officer", "Confirm").await;
    officer.path().await
}

async fn tries_a_policy(officer: &Visitor) {
    officer.open("/authority/policy").await;
    officer.press("Try it").await;
    officer.sees("Nothing was written and nobody was told").await;
    officer.sees("Nobody moves.").await;
    officer.open("/authority/policy").await;
    officer.choose("Made-up epidemics").await;
    officer.pick("Try other values of one number", "1. Close: least minutes together (now 15)").await;
    officer.fill("Values", "-5").await;
    officer.press("Try it").await;
    officer.sees("exposure.degree[0].minutes = -5").await;
    officer.finds_nobody_shut_out("a number that cannot be tried").await;
    officer.fill("Values", "60").await;
    officer.press("Try it").await;
    officer.sees("Days lived through").await;
    officer.photograph_whole("epidemic-running").await;
    officer.sees_within("1. Close: least minutes together", EPIDEMIC).await;
    officer.sees("Infections averted").await;
}

async fn proposes_an_order(town: &Town, officer: &Visitor) -> String {
    officer.open("/authority/orders/new").await;
    officer.fill("Document number", DOCUMENT).await;
    officer.choose("Yellow").await;
    officer.fill("Legal ground", "Article 39").await;
    officer.fill("Why", "Waits for a test.").await;
    officer.fill_date("Until", &format!("{}T08:00", town.now().date() + 7.days())).await;
    officer.photograph_whole("order-filled").await;
    officer.press("Propose").await;
    officer.sees("Another officer has to confirm").await;
    officer.path().await
}

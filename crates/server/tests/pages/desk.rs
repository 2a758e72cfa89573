//! The authority's pages: a case seen beforehand, carried out, taken back; two officers; who may not.

use super::{city::City, visitor::Visitor};
use axum::http::StatusCode;
use kangma_service::{
    Actor,
    access::{Role, Scope},
    staff::StaffForm,
};
use std::collections::BTreeMap;

/// Somebody of the staff, signed in on the pages.
async fn staff<'c>(city: &'c City, login: &str, roles: &[Role]) -> Visitor<'c> {
    let form = StaffForm {
        login: login.to_owned(),
        name: login.to_owned(),
        roles: roles.to_vec(),
        scope: Scope::Everywhere,
    };
    let password = city.service.make_account(&Actor::System, form).await.unwrap().password;
    let mut visitor = Visitor::of(city);
    visitor.get("/staff/sign-in").await;
    visitor.post("/staff/sign-in", &[("login", login), ("password", &password)]).await;
    assert_eq!(visitor.page.status, StatusCode::OK, "{}", visitor.page.text());
    visitor
}

/// Presses the button under a preview: everything that was handed in goes along, with what was seen.
async fn carry_out(visitor: &mut Visitor<'_>) {
    let body = visitor.page.body.clone();
    let form = body.split("<form").filter(|form| form.contains(r#"value="carry-out""#)).last().unwrap();
    let form = form.split("</form>").next().unwrap();
    let after = |text: &str, mark: &str| {
        Some(text.split_once(mark)?.1.split('"').next().unwrap_or_default().to_owned())
    };
    let action = after(form, r#"action=""#).unwrap();
    let mut fields = BTreeMap::new();
    for input in form.split("<input").skip(1) {
        if let (Some(name), Some(value)) = (after(input, r#"name=""#), after(input, r#"value=""#)) {
            fields.insert(name, value.replace("&#38;", "&"));
        }
    }
    fields.remove("csrf");
    let fields: Vec<(&str, &str)> =
        fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    visitor.post(&action, &fields).await;
}

const CASE: &[(&str, &str)] = &[
    ("document-type", "id-card"),
    ("document-number", "990000199001010099"),
    ("name", "New Person"),
    ("phone", "10000009999"),
    ("district", "east"),
    ("status", "confirmed"),
    ("onset", "2020-02-25"),
    ("sampled", "2020-02-29T09:00"),
];

async fn reported(visitor: &mut Visitor<'_>) -> String {
    visitor.get("/authority/cases/report").await;
    visitor.post("/authority/cases/report", CASE).await;
    carry_out(visitor).await;
    assert_eq!(visitor.page.status, StatusCode::OK, "{}", visitor.page.text());
    visitor.page.address.clone()
}

#[tokio::test]
async fn a_report_is_seen_before_anything_is_written_and_withdrawing_it_takes_back_what_it_caused() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "tracer", &[Role::Tracer]).await;
    desk.get("/authority/cases/report").await;
    let preview = desk.post("/authority/cases/report", CASE).await;
    preview.says("Nothing has been written yet.");
    preview.says("1 person");
    desk.get("/authority/cases").await.says("No case matches.");

    let case = reported(&mut desk).await;
    for words in ["New Person", "Confirmed", "Infectious 23 February"] {
        desk.page.says(words);
    }
    desk.get("/authority/cases").await.says("Likely places of infection");
    for address in ["", "?from=&earliest=&latest=&at_least=", "?earliest=x&latest=9&at_least=-1"] {
        let page = desk.get(&format!("/authority/cases/gatherings{address}")).await;
        page.says("So many cases were nowhere together.");
    }
    desk.get(&format!("{case}/contacts/add")).await;
    let friend = [("name", "Friend"), ("phone", "10000008888"), ("degree", "close"), ("day", "2020-02-28")];
    desk.post(&format!("{case}/contacts/add"), &friend).await.says("Nothing has been written yet.");
    carry_out(&mut desk).await;
    desk.page.says("10000008888");

    desk.get(&format!("{case}/withdraw")).await;
    let version = [("version", "1")];
    let unnamed = desk.post(&format!("{case}/withdraw"), &version).await;
    assert_eq!(unnamed.status, StatusCode::UNPROCESSABLE_ENTITY);
    let preview = desk.post(&format!("{case}/withdraw"), &[("version", "1"), ("reason", "mix-up")]).await;
    preview.says("2 people");
    carry_out(&mut desk).await;
    desk.page.says("No contact has been found.");
    desk.page.says("mix-up");
    desk.get("/authority/cases?state=withdrawn").await.says("Withdrawn");
}

#[tokio::test]
async fn what_another_officer_changed_in_between_is_said_and_nothing_is_done() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "tracer", &[Role::Tracer]).await;
    let case = reported(&mut desk).await;
    let onset = [
        ("version", "1"),
        ("onset", "2020-02-24"),
        ("sampled", "2020-02-29T09:00"),
        ("reason", "asked again"),
    ];
    desk.get(&format!("{case}/onset")).await;
    desk.post(&format!("{case}/onset"), &onset).await;
    carry_out(&mut desk).await;
    desk.get(&format!("{case}/withdraw")).await;
    let late = desk.post(&format!("{case}/withdraw"), &[("version", "1"), ("reason", "late")]).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    late.says(r#"name="version" value="2""#);
    desk.get(&case).await.says("Confirmed");
}

#[tokio::test]
async fn a_form_with_nothing_in_it_says_what_is_missing_beside_each_field() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "chief", &[Role::Authority]).await;
    for address in [
        "/authority/cases/report",
        "/authority/areas/mark",
        "/authority/orders/new",
        "/authority/orders/finding",
        "/authority/points/register",
        "/authority/declare",
        "/authority/people",
        "/authority/staff",
    ] {
        desk.get(address).await;
        let answer = desk.post(address, &[]).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{address}");
        answer.says("Please fill this in");
    }
}

#[tokio::test]
async fn what_cannot_be_opened_again_is_asked_before_it_is_closed() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "chief", &[Role::Authority]).await;
    desk.get("/authority/points/register").await;
    let hall = [("name", "Hall"), ("kind", "office"), ("district", "east"), ("directions", "in")];
    let point = desk.post("/authority/points/register", &hall).await.address.clone();
    desk.get(&format!("{point}/close")).await.says("cannot be opened again");
    desk.post(&format!("{point}/close"), &[]).await.says("Closed");
    desk.get("/authority/staff").await;
    let own = desk.page.address_with("/close");
    desk.get(&own).await.says("can never sign in again");
    desk.post(&own, &[]).await.says("Another officer has to do this");
}

#[tokio::test]
async fn every_list_answers_in_an_empty_city_in_both_languages() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "chief", &[Role::Authority]).await;
    let lists = [
        "",
        "/cases",
        "/people",
        "/areas",
        "/sites",
        "/sites/import",
        "/audits",
        "/corrections",
        "/appeals",
        "/orders",
        "/points",
        "/declare",
        "/staff",
        "/password",
    ];
    for language in ["en", "zh"] {
        for list in lists {
            let page = desk.get(&format!("/authority{list}?lang={language}")).await;
            assert_eq!(page.status, StatusCode::OK, "{list} in {language}");
        }
    }
}

#[tokio::test]
async fn an_order_needs_a_second_officer() {
    let city = City::demonstration().await;
    let mut first = staff(&city, "first", &[Role::Authority]).await;
    let mut second = staff(&city, "second", &[Role::Authority]).await;
    declared(&mut first, "T-1234567").await;
    first.get("/authority/orders/new").await;
    let order = [
        ("document-type", "id-card"),
        ("document-number", "T-1234567"),
        ("level", "red"),
        ("ground", "article 39"),
        ("explanation", "seen at the ward"),
        ("until", "2020-03-10T10:00"),
    ];
    let proposed = first.post("/authority/orders/new", &order).await.address.clone();
    first.page.says("Another officer has to confirm.");
    let own = first.post(&proposed, &[("answer", "confirm")]).await;
    assert_eq!(own.status, StatusCode::UNPROCESSABLE_ENTITY);
    second.get(&proposed).await.says("seen at the ward");
    second.post(&proposed, &[("answer", "confirm")]).await.says("Manual order: Red");
    first.get(&proposed).await;
    first.post(&proposed, &[("answer", "end")]).await;
    first.page.does_not_say("Manual order: Red");
}

#[tokio::test]
async fn an_order_to_isolate_is_proposed_where_other_orders_are() {
    let city = City::demonstration().await;
    let mut first = staff(&city, "first", &[Role::Authority]).await;
    let mut second = staff(&city, "second", &[Role::Authority]).await;
    let file = declared(&mut first, "T-7654321").await;
    first.get("/authority/orders/new").await.says("Isolation at a site");
    let order = [
        ("document-type", "id-card"),
        ("document-number", "T-7654321"),
        ("level", "isolation-central"),
        ("ground", "article 39"),
        ("explanation", "came in with a party of ill people"),
        ("until", "2020-03-10T10:00"),
    ];
    let proposed = first.post("/authority/orders/new", &order).await.address.clone();
    second.get(&proposed).await.says("Isolation at a site");
    second.post(&proposed, &[("answer", "confirm")]).await.says("Isolation at a site");
    second.get(&file).await.says("Under observation");
}

#[tokio::test]
async fn a_list_that_is_longer_than_a_page_goes_on_to_its_end() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "chief", &[Role::Authority]).await;
    let name = |n: usize| ("name", if n == 60 { "Needle hall".to_owned() } else { format!("Hall {n}") });
    for n in 0..=60 {
        desk.get("/authority/points/register").await;
        let (field, name) = name(n);
        let point = [(field, name.as_str()), ("kind", "office"), ("district", "east"), ("directions", "in")];
        desk.post("/authority/points/register", &point).await;
    }
    // The last of sixty is found by its name at once, however far back it lies.
    desk.get("/authority/points?q=needle").await.says("Needle hall");
    desk.page.does_not_say("Hall 1");
    desk.get("/authority/points").await.does_not_say("Needle hall");
    let next = desk.page.address_with("after=");
    desk.get(&next).await.says("Needle hall");
    desk.page.does_not_say("Next page");
}

/// Somebody declares at the counter. The answer is the address of their file.
async fn declared(desk: &mut Visitor<'_>, number: &str) -> String {
    desk.get("/authority/declare").await;
    let mut fields = vec![
        ("name", "Old Person"),
        ("document-type", "id-card"),
        ("document-number", number),
        ("birth-date", "1930-01-01"),
        ("district", "east"),
    ];
    let body = desk.page.body.clone();
    let inputs = body.split("<input").filter(|input| input.contains(r#"value="no""#));
    let names = inputs.filter_map(|input| input.split_once(r#"name=""#)?.1.split('"').next());
    let asked: Vec<&str> = names.collect();
    assert!(asked.len() > 3, "only {asked:?} is asked");
    fields.extend(asked.into_iter().map(|name| (name, "no")));
    let file = desk.post("/authority/declare", &fields).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text());
    file.address.clone()
}

#[tokio::test]
async fn somebody_without_a_phone_declares_checks_in_and_carries_a_paper() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "tracer", &[Role::Tracer]).await;
    let file = declared(&mut desk, "T-7654321").await;
    for words in ["Green", "Declaration", "T7****21"] {
        desk.page.says(words);
    }
    desk.get(&format!("{file}/paper")).await;
    let none = desk.post(&format!("{file}/paper"), &[("why", "lost")]).await;
    none.says("There is no paper code to report lost");
    desk.post(&format!("{file}/paper"), &[("why", "first")]).await.says("Ready to print");
    desk.get(&format!("{file}/paper")).await;
    desk.post(&format!("{file}/paper"), &[("why", "reprint")]).await.says("Ready to print");
    desk.get(&format!("{file}/check-in")).await;
    let check_in = [("day", "2020-03-01"), ("temperature", "36.4")];
    desk.post(&format!("{file}/check-in"), &check_in).await.says("Daily check-in");
    desk.get(&format!("{file}/why-not?colour=red")).await.says("nothing of the kind is known");
}

#[tokio::test]
async fn a_tracer_neither_decides_nor_makes_accounts_and_a_stranger_is_asked_to_sign_in() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "tracer", &[Role::Tracer]).await;
    for address in ["/authority/staff", "/authority/audits", "/authority/orders"] {
        assert_eq!(desk.get(address).await.status, StatusCode::FORBIDDEN, "{address}");
    }
    assert_eq!(desk.get("/authority").await.status, StatusCode::OK);
    let mut stranger = Visitor::of(&city);
    let page = stranger.get("/authority/cases").await;
    assert!(page.address.starts_with("/staff/sign-in"), "{}", page.address);
}

#[tokio::test]
async fn an_account_that_can_order_takes_two_authorities_and_each_sees_half_of_its_password() {
    let city = City::demonstration().await;
    let mut chief = staff(&city, "chief", &[Role::Authority]).await;
    let mut second = staff(&city, "second", &[Role::Authority]).await;
    chief.get("/authority/staff").await;
    let lin = [("login", "lin"), ("name", "Lin"), ("roles", "authority"), ("scope", "everywhere")];
    chief.post("/authority/staff", &lin).await.says("the first half of the password");
    chief.get("/authority/staff").await;
    let confirm = chief.page.address_with("/confirm");
    chief.get(&confirm).await.says("Another authority made it");
    chief.post(&confirm, &[]).await.says("Another officer has to do this");
    second.get(&confirm).await.says("lin");
    second.post(&confirm, &[]).await.says("the second half of the password");
    second.get("/authority/staff").await;
    second.post(&confirm, &[]).await.says("already been decided");
}

#[tokio::test]
async fn staff_record_time_apart_of_any_days() {
    let city = City::demonstration().await;
    let mut resident = Visitor::of(&city);
    let base = resident.identified("10000000001", "甄真").await;
    let person = base.rsplit('/').next().unwrap();
    let mut desk = staff(&city, "chief", &[Role::Authority]).await;
    let apart = format!("/authority/people/{person}/apart");
    desk.get(&apart).await.says("Time spent apart");
    desk.post(&apart, &[("from", "2020-03-05"), ("until", "2020-03-01")])
        .await
        .says("The end has to come after the beginning");
    let weeks = desk.post(&apart, &[("from", "2020-02-01"), ("until", "2020-04-30")]).await;
    assert_eq!(weeks.address, format!("/authority/people/{person}"));
    desk.page.says("Time apart from the household");
}

#[tokio::test]
async fn a_change_of_the_policy_is_tried_on_the_city_before_anybody_is_subject_to_it() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "chief", &[Role::Authority]).await;
    desk.get("/authority/policy").await.says("hangzhou-2020");
    let text = city.service.rules().policy(city.service.now()).reference.name.to_string();
    desk.post("/authority/policy", &[("policy.toml", &text)]).await.says("policy.toml:1");
    let files = city.service.policy_files(&Actor::System).await.unwrap();
    let text = files.text("policy.toml").unwrap().replacen("above = 37.3", "above = 36.3", 1);
    assert_eq!(
        desk.post("/authority/policy", &[("policy.toml", &text)]).await.address,
        "/authority/policy/dry-run"
    );
    while desk.page.text().contains("the run goes on") {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        desk.get("/authority/policy/dry-run").await;
    }
    desk.page.says("Nothing was written and nobody was told");
    desk.page.says("Nobody moves.");
    let mut tracer = staff(&city, "tracer", &[Role::Tracer]).await;
    assert_eq!(tracer.get("/authority/policy").await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_change_of_the_policy_is_tried_on_epidemics_and_shown_beside_the_one_in_force() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "chief", &[Role::Authority]).await;
    let result = "/authority/policy/dry-run/epidemic";
    desk.get(result).await.says("No policy has been tried");
    let files = city.service.policy_files(&Actor::System).await.unwrap();
    let text = files.text("policy.toml").unwrap().replacen("minutes = 15", "minutes = 100000", 1);
    let number = ("number", "exposure.degree[*].minutes");
    let answers = [("policy.toml", text.as_str()), ("on", "epidemic"), number, ("values", "5，7777")];
    assert_eq!(desk.post("/authority/policy", &answers).await.address, result);
    // Whoever comes while it runs sees it run, and begins no other.
    desk.post("/authority/policy", &answers).await;
    while desk.get(result).await.text().contains("the run goes on") {
        desk.page.says("Days lived through");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    for said in ["Infections averted", "Of those told, infected by then", "isolation (person-days)", "7777"] {
        desk.page.says(said);
    }
    desk.page.says("with one number changed: All degrees: least minutes together.");
    desk.page.says("<circle");
    let mut tracer = staff(&city, "tracer", &[Role::Tracer]).await;
    assert_eq!(tracer.get(result).await.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn the_numbers_that_can_be_tried_are_those_of_the_policy_and_what_cannot_be_is_said_beside_them() {
    let city = City::demonstration().await;
    let mut desk = staff(&city, "chief", &[Role::Authority]).await;
    desk.get("/authority/policy").await.says("All degrees: least minutes together (now 15, 30)");
    for said in [
        "1. Close: least minutes together (now 15)",
        "Case confirmed: infectious days after the onset (now 14)",
        "Close contact: days of isolation (now 14)",
    ] {
        desk.page.says(said);
    }
    desk.page.does_not_say("least points");
    let ranked = include_str!("../../../../policies/ranked-contacts/policy.toml");
    let on = ("on", "epidemic");
    let ask = |text: &'static str, number: &'static str, values: &'static str| {
        [("policy.toml", text), on, ("number", number), ("values", values)]
    };
    // The policy has other texts than the one in force; what it has to choose from is shown with what is wrong with it.
    desk.post("/authority/policy", &ask(ranked, "exposure.degree[0].score", "5")).await;
    desk.page.says("2. Near: least points (now 1)");
    desk.page.says("Points: the crowd beyond which they are shared (now 5)");
    desk.page.does_not_say("least minutes together");
    desk.page.says("near-contact, stage 1: days of isolation (now 8)");
    let files = city.service.policy_files(&Actor::System).await.unwrap();
    let text = files.text("policy.toml").unwrap().to_owned().leak();
    let wrong = [
        ("exposure.degree[0].minutes", "-5", "exposure.degree[0].minutes = -5: the policy is refused"),
        ("exposure.degree[0].minutes", "1,2,3,4,5,6,7,8,9", "9 values: at most 8 are tried"),
        ("exposure.degree[0].minutes", "1,,2", "is no sweep"),
        ("exposure.degree[0].score", "5", "exposure.degree[0].score: there is no such number"),
        ("version", "5", "version: there is no such number"),
    ];
    for (number, values, said) in wrong {
        let page = desk.post("/authority/policy", &ask(text, number, values)).await;
        assert_eq!(page.address, "/authority/policy");
        page.says(said);
    }
    desk.get("/authority/policy/dry-run/epidemic").await.says("No policy has been tried");
}

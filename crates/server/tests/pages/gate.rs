//! The gate without script: what is typed or read is posted, the verdict fills the screen, the next one inherits nothing.

use super::{city::City, visitor::Visitor};
use axum::http::StatusCode;
use kangma_core::{PersonId, PointId};
use kangma_service::{
    Actor,
    access::{Role, Scope},
    staff::StaffForm,
};

async fn checker<'c>(city: &'c City, scope: Scope) -> Visitor<'c> {
    let form =
        StaffForm { login: "guard".to_owned(), name: "Guard".to_owned(), roles: vec![Role::Checker], scope };
    let password = city.service.make_account(&Actor::System, form).await.unwrap().password;
    let mut visitor = Visitor::of(city);
    visitor.get("/staff/sign-in").await;
    visitor.post("/staff/sign-in", &[("login", "guard"), ("password", &password)]).await;
    visitor
}

async fn code(city: &City, person: &str) -> String {
    let person: PersonId = person.parse().unwrap();
    city.service.server_code(&Actor::Resident(person), person).await.unwrap().0.text
}

async fn resident(city: &City, contact: &str) -> String {
    let mut resident = Visitor::of(city);
    let base = resident.identified("10000000001", "甄真").await;
    resident.declare(&base, &[("contact", contact)]).await;
    base.rsplit('/').next().unwrap().to_owned()
}

fn check(point: PointId) -> String {
    format!("/gate/{point}/check")
}

#[tokio::test]
async fn a_green_code_passes_masked_can_be_shown_again_and_taken_back() {
    let city = City::demonstration().await;
    let point = city.point("Market", "market").await;
    let person = resident(&city, "no").await;
    let mut guard = checker(&city, Scope::Point(point)).await;
    assert_eq!(guard.page.address, format!("/gate/{point}"), "a checker of one point is not asked which");

    let text = code(&city, &person).await;
    let verdict =
        guard.post(&check(point), &[("code", &text), ("direction", "out"), ("purpose", "none")]).await;
    assert_eq!(verdict.status, StatusCode::OK);
    for words in ["is-green", "Pass", "甄*", "ends in 0001", "lower assurance", r#"http-equiv="refresh""#] {
        verdict.says(words);
    }
    verdict.does_not_say("甄真");

    guard.get(&format!("/gate/{point}")).await.says(r#"value="out" checked"#);
    let again = guard.post(&check(point), &[("repeat", "yes")]).await;
    again.says("shown again, not a new check");
    again.says("甄*");
    guard.get(&format!("/gate/{point}")).await;
    guard.post(&check(point), &[("wrong", "yes")]).await.says("Marked as a wrong scan");
    guard.post(&check(point), &[("repeat", "yes")]).await.says("Nothing has been checked yet");
}

#[tokio::test]
async fn a_red_code_stops_and_an_emergency_passes_all_the_same() {
    let city = City::demonstration().await;
    let point = city.point("Market", "market").await;
    let person = resident(&city, "yes").await;
    let mut guard = checker(&city, Scope::Point(point)).await;
    let text = code(&city, &person).await;
    let stopped = guard.post(&check(point), &[("code", &text), ("direction", "in")]).await;
    for words in ["is-red", "Stop", "act-stop"] {
        stopped.says(words);
    }
    guard.get(&format!("/gate/{point}")).await;
    let text = code(&city, &person).await;
    let passed =
        guard.post(&check(point), &[("code", &text), ("direction", "in"), ("emergency", "yes")]).await;
    passed.says("Let pass and recorded");
    passed.does_not_say("act-stop");
}

#[tokio::test]
async fn a_code_that_is_none_is_grey_with_a_reason_and_never_a_colour() {
    let city = City::demonstration().await;
    let point = city.point("Market", "market").await;
    let mut guard = checker(&city, Scope::Point(point)).await;
    for (text, reason) in [
        ("HC1:NCFOXN", "not a health code of this city"),
        ("https://example.org", "not a health code of this city"),
        ("KM1:00", "could not be read whole"),
    ] {
        guard.get(&format!("/gate/{point}")).await;
        let page = guard.post(&check(point), &[("code", text), ("direction", "in")]).await;
        assert_eq!(page.status, StatusCode::OK);
        for words in ["is-grey", "shape-unknown", "Cannot tell", reason] {
            page.says(words);
        }
        page.does_not_say(r#"class="verdict is-green"#);
    }
    guard.get(&format!("/gate/{point}")).await;
    guard.post(&check(point), &[("code", ""), ("direction", "in")]).await.says("Scan or type a code");
    let carried_in = guard.post(&check(point), &[("code", ""), ("emergency", "yes")]).await;
    carried_in.says("Let pass.");
}

#[tokio::test]
async fn a_checker_sees_no_other_point_and_nobody_by_name() {
    let city = City::demonstration().await;
    let point = city.point("Market", "market").await;
    let other = city.point("Office", "office").await;
    let mut guard = checker(&city, Scope::Point(point)).await;
    assert_eq!(guard.get(&format!("/gate/{other}")).await.status, StatusCode::NOT_FOUND);
    for address in ["/authority/people", "/authority/cases", "/authority/points"] {
        let page = guard.get(address).await;
        assert!(page.status == StatusCode::FORBIDDEN || !page.body.contains("<table"), "{address}");
    }
}

#[tokio::test]
async fn a_checker_of_many_points_finds_theirs_by_a_part_of_its_name() {
    let city = City::demonstration().await;
    for number in 1..=13 {
        city.point(&format!("Example station {number}"), "subway").await;
    }
    let mut guard = checker(&city, Scope::Everywhere).await;
    guard.get("/gate").await.says("Example station 1<");
    let found = guard.get("/gate?name=station+13").await;
    found.says("Example station 13");
    found.does_not_say("Example station 2");
    guard.get("/gate?name=nowhere").await.says("No point matches.");
}

//! Those whose codes one holds.

use super::{city::City, visitor::Visitor};
use axum::http::StatusCode;

const CHILD: [(&str, &str); 5] = [
    ("name", "甄小小"),
    ("document-type", "other"),
    ("document-number", "CHILD0001"),
    ("birth-date", "2015-06-01"),
    ("district", "east"),
];

#[tokio::test]
async fn a_guardian_declares_for_a_child_and_switches_between_the_codes() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[]).await;
    visitor.get("/family/add").await;
    visitor.post("/family/add", &CHILD).await.says("甄小小");
    let child = visitor.page.address.clone();
    assert!(child.starts_with("/persons/") && child != base, "{child}");
    visitor.declare(&child, &[]).await;
    let home = visitor.get(&child).await;
    home.says("甄小小");
    home.says("甄真");
    home.says("Green");
    home.says(&format!("{child}/code.svg"));
    home.does_not_say(&format!("{base}/code.svg"));
    visitor.get("/family").await;
    visitor.post("/family/add", &CHILD).await.says("That exists already");
}

#[tokio::test]
async fn a_guardian_is_told_of_a_childs_colour_as_the_childs() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[]).await;
    visitor.get("/family/add").await;
    visitor.post("/family/add", &CHILD).await;
    let child = visitor.page.address.clone();
    visitor.declare(&child, &[]).await;
    visitor.declare(&child, &[("fever", "yes")]).await;
    let told = city.message("10000000001").await;
    assert!(told.contains("the health code of somebody you look after is now yellow"), "{told}");
    assert!(!told.contains("甄小小"), "{told}");
}

#[tokio::test]
async fn a_second_guardian_holds_the_childs_code_too_and_the_first_may_let_go() {
    let city = City::demonstration().await;
    let mut first = Visitor::of(&city);
    first.identified("10000000001", "甄真").await;
    first.get("/family/add").await;
    first.post("/family/add", &CHILD).await;
    let child = first.page.address.clone();
    let id = child.rsplit('/').next().unwrap().to_owned();
    first.get(&format!("/family/{id}/share")).await;
    let share = format!("/family/{id}/share");
    // The same is said whether anybody is known by that number or not, and a mistyped one is taken back.
    first.post(&share, &[("phone", "10000000009")]).await.says("has not agreed yet");
    first.post(&format!("/family/{id}/take-back"), &[]).await.does_not_say("has not agreed yet");
    let mut second = Visitor::of(&city);
    second.identified("10000000002", "贾正").await;
    first.post(&share, &[("phone", "10000000002")]).await.says("has not agreed yet");
    assert_eq!(second.get(&child).await.status, StatusCode::NOT_FOUND);
    let asked = second.get("/family").await;
    asked.says("You are asked to look after");
    asked.says("甄**");
    second.post(&format!("/family/{id}/accept"), &[]).await.says("甄小小");
    second.get(&child).await.says("甄小小");
    first.post(&format!("/family/{id}/end"), &[]).await;
    assert_eq!(first.get(&child).await.status, StatusCode::NOT_FOUND);
    assert_eq!(second.get(&child).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_child_is_linked_at_once_by_whoever_holds_both_codes() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.get("/family/add").await;
    visitor.post("/family/add", &CHILD).await;
    let child = visitor.page.address.rsplit('/').next().unwrap().to_owned();
    let own = base.rsplit('/').next().unwrap().to_owned();
    visitor.get("/family/household").await;
    visitor
        .post("/family/household", &[("person", &own), ("member", &own)])
        .await
        .says("one and the same person");
    visitor.post("/family/household", &[("person", &own), ("member", &child)]).await.says("Confirmed");
    visitor.get("/family/apart").await;
    let wrong = [("person", child.as_str()), ("from", "2020-03-05"), ("until", "2020-03-01")];
    visitor.post("/family/apart", &wrong).await.says("The end has to come after the beginning");
    let long_ago = [("person", child.as_str()), ("from", "2020-02-26"), ("until", "2020-03-05")];
    visitor.post("/family/apart", &long_ago).await.says("The community desk can record it");
    let right = [("person", child.as_str()), ("from", "2020-02-27"), ("until", "2020-03-31")];
    assert_eq!(visitor.post("/family/apart", &right).await.address, "/family");
}

#[tokio::test]
async fn a_correction_waits_for_an_officer() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.get(&format!("{base}/correct")).await;
    let correct = format!("{base}/correct");
    visitor.post(&correct, &[("field", "name"), ("value", "")]).await.says("Please fill this in");
    let field = [("field", "name"), ("value", "甄正"), ("reason", "written wrong")];
    visitor.post(&correct, &field).await.says("Waiting for an officer");
    visitor.get(&base).await.says("甄真");
}

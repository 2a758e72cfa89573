//! A red code: help first, reasons in sentences, what ends it, an appeal beside each; and nothing that gives a case away.

use super::{city::City, visitor::Visitor};
use axum::http::StatusCode;
use kangma_core::{PersonId, Span};
use kangma_service::forms::CaseForm;

#[tokio::test]
async fn a_red_page_helps_and_says_until_when_and_what_ends_it() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[("contact", "yes")]).await;
    let home = visitor.get(&base).await;
    for words in ["Red", "Expected until 16 March", "Get food", "tel:00001234", "Stay in isolation"] {
        home.says(words);
    }
    let why = visitor.get(&format!("{base}/why")).await;
    for words in [
        "Contact, as declared",
        "Daily check-ins",
        "of 14 done",
        "Something is wrong? Appeal",
        "Laboratories",
    ] {
        why.says(words);
    }
    let statement = visitor.get(&format!("{base}/statement")).await;
    statement.says("甄真");
    statement.does_not_say("Contact");
}

#[tokio::test]
async fn an_appeal_has_a_number_an_owner_and_a_deadline() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[("contact", "yes")]).await;
    let appeal = visitor.get(&format!("{base}/why")).await.address_with("/appeal/");
    visitor.get(&appeal).await.says("District health office");
    assert_eq!(visitor.post(&appeal, &[("text", " ")]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    visitor.page.says("Please fill this in");
    let state = visitor.post(&appeal, &[("text", "I ticked the wrong box.")]).await;
    for words in [
        "Appeal number",
        "District health office",
        "Waiting for an answer",
        "4 March, 24:00",
        "City health commission",
    ] {
        state.says(words);
    }
    visitor.get(&appeal).await;
    let again = visitor.post(&appeal, &[("text", "Once more.")]).await;
    assert_eq!(again.address, format!("{base}/appeals"));
    again.says("Contact, as declared");
    assert_eq!(visitor.get(&format!("{base}/appeal/confirmed")).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_check_in_is_made_once_a_day_and_a_fever_is_believed() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[]).await;
    visitor.get("/check-in").await.says("Fever");
    let check_in = format!("{base}/check-in");
    assert_eq!(visitor.page.address, check_in);
    visitor.post(&check_in, &[("temperature", "hot")]).await.says("Enter a number");
    visitor.post(&check_in, &[("temperature", "99")]).await.says("between 30 and 45");
    assert_eq!(visitor.post(&check_in, &[("temperature", "36.5")]).await.address, base);
    visitor.get(&check_in).await;
    visitor
        .post(&check_in, &[("temperature", "36.5")])
        .await
        .says("There is a check-in for that day already");
    visitor.post(&check_in, &[("symptoms", "fever")]).await;
    assert_eq!(visitor.page.address, base);
    visitor.page.says("Yellow");
}

#[tokio::test]
async fn yesterday_can_be_made_up_until_noon_and_not_after() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.get(&format!("{base}/check-in")).await.says("Yesterday (29 February), late");
    city.forward(Span::from_hours(4)).await;
    visitor.get(&format!("{base}/check-in")).await.does_not_say("Yesterday");
    let day = [("day", "2020-02-29"), ("temperature", "36.5")];
    visitor.post(&format!("{base}/check-in"), &day).await.says("That day can no longer be reported");
}

#[tokio::test]
async fn the_household_of_a_case_turns_red_and_no_page_and_no_message_says_who_or_where() {
    let city = City::demonstration().await;
    let officer = city.authority().await;
    let mut case = Visitor::of(&city);
    let sick = case.identified("10000000001", "甲病").await;
    case.declare(&sick, &[]).await;
    let mut other = Visitor::of(&city);
    let base = other.identified("10000000002", "乙健").await;
    other.declare(&base, &[]).await;
    case.get("/family/household").await;
    let person = sick.rsplit('/').next().unwrap().to_owned();
    case.post("/family/household", &[("person", &person), ("phone", "10000000002")]).await;
    case.page.says("Waiting for the other person");
    let confirm = other.get("/family").await.address_with("/confirm");
    other.page.says(">Confirm<");
    other.page.does_not_say("甲病");
    other.post(&confirm, &[]).await.says("Confirmed");
    let person: PersonId = person.parse().unwrap();
    let (onset, sampled) = (city.now() - Span::from_hours(30), city.now() - Span::from_hours(5));
    let form =
        CaseForm { person, status: "confirmed".to_owned(), onset: Some(onset), sampled: Some(sampled) };
    city.service.report_case(&officer, form).await.unwrap();
    other.get(&base).await.says("Red");
    for page in
        ["", "/why", "/why-not?colour=yellow", "/statement", "/appeals", "/appeal/close-contact", "/check-in"]
    {
        other.get(&format!("{base}{page}")).await;
        assert_eq!(other.page.status, StatusCode::OK, "{page}");
        for secret in ["甲病", person.to_string().as_str(), "10000000001", "household", "Household"] {
            other.page.does_not_say(secret);
        }
    }
    let message = city.message("10000000002").await;
    assert!(message.contains("red"), "{message}");
    assert!(!message.contains("household") && !message.contains("甲"), "{message}");
    // Beside each other: both agreed. Ending the link ends that at once.
    let compare = other.get("/family").await.address_with("/compare/");
    other.get(&compare).await.says("Confirmed case");
    other.get("/family").await;
    let end = other.page.address_with("/end");
    other.post(&end, &[]).await;
    assert_eq!(other.get(&compare).await.status, StatusCode::FORBIDDEN);
}

//! From the first page to a code, without a script.

use super::{city::City, visitor::Visitor};
use axum::http::StatusCode;
use kangma_core::Span;

#[tokio::test]
async fn a_resident_declares_question_by_question_and_has_a_green_code_at_once() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[]).await;
    visitor.page.says("Green");
    let home = visitor.get("/").await;
    for words in ["Green", "Valid until 15 March, 24:00", "You may go in", "甄真", "code.svg", "code.js"] {
        home.says(words);
    }
    assert_eq!(home.headers["kangma-keep"], "yes");
    let code = visitor.get(&format!("{base}/code.svg")).await;
    assert_eq!(code.headers["content-type"], "image/svg+xml");
    assert!(code.body.starts_with("<svg"));
    visitor.get(&format!("{base}/why")).await.says("Nothing abnormal was found");
}

#[tokio::test]
async fn a_wrong_answer_is_said_beside_its_question_and_nothing_is_lost_on_the_way_back() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.post(&format!("{base}/declare"), &[]).await.says("Please answer this question");
    visitor.post(&format!("{base}/declare"), &[("purpose", "resident")]).await;
    let first = visitor.page.address.clone();
    let question = first.rsplit('/').next().unwrap().to_owned();
    assert_eq!(visitor.post(&first, &[]).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    visitor.page.says("Please answer this question");
    visitor.post(&first, &[(&question, "no")]).await;
    let back = visitor.get(&first).await;
    let no = back.body.split("<input").find(|input| input.contains(r#"value="no""#)).unwrap();
    assert!(no.contains("checked"), "{no}");
    // The summary asks for what is missing before it is shown.
    assert_ne!(
        visitor.get(&format!("{base}/declare/summary")).await.address,
        format!("{base}/declare/summary")
    );
}

#[tokio::test]
async fn an_impossible_temperature_comes_back_to_its_own_question() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.post(&format!("{base}/declare"), &[("purpose", "resident")]).await;
    while !visitor.page.address.ends_with("/summary") {
        let address = visitor.page.address.clone();
        let question = address.rsplit('/').next().unwrap().to_owned();
        let answer = if question == "temperature" { "365" } else { "no" };
        visitor.post(&address, &[(&question, answer)]).await;
    }
    visitor
        .post(&format!("{base}/declare/summary"), &[])
        .await
        .says("Please confirm that your answers are true");
    visitor.post(&format!("{base}/declare/summary"), &[("truth", "yes")]).await;
    assert_eq!(visitor.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    visitor.page.says("between 30 and 45");
    visitor.post(&format!("{base}/declare/temperature?change=1"), &[("temperature", "36,5")]).await;
    assert_eq!(visitor.page.address, format!("{base}/declare/summary"));
    visitor.post(&format!("{base}/declare/summary"), &[("truth", "yes")]).await.says("Green");
}

#[tokio::test]
async fn a_planned_entry_is_asked_for_its_journey_and_a_return_to_work_for_the_employer() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    for (purpose, extras) in [
        ("returning", vec![("employer", "Example Works"), ("starting", "2020-03-10")]),
        (
            "entering",
            vec![
                ("itinerary-from", "990200"),
                ("itinerary-departure", "2020-03-05"),
                ("itinerary-to", "990101"),
                ("itinerary-arrival", "2020-03-04"),
            ],
        ),
    ] {
        visitor.get(&format!("{base}/declare")).await;
        visitor.post(&format!("{base}/declare"), &[("purpose", purpose)]).await;
        let mut asked = Vec::new();
        while !visitor.page.address.ends_with("/summary") {
            let address = visitor.page.address.clone();
            let question = address.rsplit('/').next().unwrap().to_owned();
            let extra = extras.iter().find(|(id, _)| *id == question);
            let answer =
                extra.map_or(if question == "temperature" { "36.5" } else { "no" }, |(_, answer)| answer);
            visitor.post(&address, &[(&question, answer)]).await;
            asked.push(question);
        }
        assert!(extras.iter().all(|(id, _)| asked.iter().any(|question| question == id)), "{asked:?}");
        visitor.post(&format!("{base}/declare/summary"), &[("truth", "yes")]).await;
        if purpose == "entering" {
            // Arriving before leaving is said at the question of the arrival.
            visitor.page.says("The end has to come after the beginning");
            let arrival = [("itinerary-arrival", "2020-03-06")];
            visitor.post(&format!("{base}/declare/itinerary-arrival?change=1"), &arrival).await;
            visitor.post(&format!("{base}/declare/summary"), &[("truth", "yes")]).await;
        }
        assert_eq!(visitor.page.address, format!("{base}/declare/done"), "{}", visitor.page.text());
    }
}

#[tokio::test]
async fn a_declaration_is_renewed_by_one_tap_in_its_second_half() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[]).await;
    visitor.get(&base).await.does_not_say("/renew");
    city.forward(Span::from_24_hours(9)).await;
    visitor.get(&base).await.says("/renew");
    visitor.post(&format!("{base}/renew"), &[]).await.says("Green");
    visitor.get(&base).await.says("Valid until 24 March, 24:00");
}

#[tokio::test]
async fn an_expired_declaration_says_so_and_is_renewed_too() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[]).await;
    city.forward(Span::from_24_hours(16)).await;
    visitor.get(&base).await.says("Expired");
    visitor.post(&format!("{base}/renew"), &[]).await.says("Green");
}

#[tokio::test]
async fn who_one_is_is_checked_field_by_field_and_asked_once() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    visitor.sign_in("10000000001").await;
    let base = visitor.base().await;
    assert_eq!(visitor.get(&format!("{base}/declare")).await.address, format!("{base}/identify"));
    let wrong = [("name", ""), ("document-number", "1"), ("birth-date", "2021-01-01"), ("district", "east")];
    let page = visitor.post(&format!("{base}/identify"), &wrong).await;
    page.says("Please fill this in");
    page.says("Enter the number as it stands on the document");
    page.says("Enter a possible date");
    visitor.identified("10000000002", "甄真").await;
    let base = visitor.base().await;
    assert_eq!(visitor.get(&format!("{base}/identify")).await.address, format!("{base}/declare"));
}

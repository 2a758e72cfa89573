//! A write with `Idempotency-Key` is done once.

use super::house::{House, Reply};
use axum::{
    body::Body,
    http::{Request, header},
};
use serde_json::{Value, json};

pub async fn keyed(house: &House, token: &str, key: &str, path: &str, body: &Value) -> Reply {
    let request = Request::post(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("idempotency-key", key)
        .body(Body::from(body.to_string()));
    house.send(request.unwrap()).await
}

#[tokio::test]
async fn the_same_request_under_the_same_key_gets_the_same_answer_and_does_nothing_again() {
    let house = House::new().await;
    let (person, token) = house.resident().await;
    let form = json!({ "purpose": "resident", "answers": house.harmless("declaration").await });
    let path = format!("/persons/{person}/declarations");
    let first = keyed(&house, &token, "one", &path, &form).await;
    let again = keyed(&house, &token, "one", &path, &form).await;
    assert_eq!((first.status, &first.json), (again.status, &again.json));
    assert_eq!(again.headers["idempotency-replayed"], "true");
    let other = keyed(&house, &token, "two", &path, &form).await;
    assert_ne!(first.json["declaration"], other.json["declaration"]);
}

#[tokio::test]
async fn requests_at_the_same_time_under_one_key_are_one() {
    let house = House::new().await;
    let (person, token) = house.resident().await;
    let form = json!({ "purpose": "resident", "answers": house.harmless("declaration").await });
    let path = format!("/persons/{person}/declarations");
    let (a, b, c) = tokio::join!(
        keyed(&house, &token, "one", &path, &form),
        keyed(&house, &token, "one", &path, &form),
        keyed(&house, &token, "one", &path, &form),
    );
    assert_eq!(a.json["declaration"], b.json["declaration"]);
    assert_eq!(a.json["declaration"], c.json["declaration"]);
}

#[tokio::test]
async fn a_key_belongs_to_one_request_and_to_one_person() {
    let house = House::new().await;
    let (one, token) = house.resident().await;
    let (other, others) = house.resident().await;
    let answers = house.harmless("declaration").await;
    let form = json!({ "purpose": "resident", "answers": answers });
    keyed(&house, &token, "k", &format!("/persons/{one}/declarations"), &form).await.ok();
    let reused = keyed(&house, &token, "k", &format!("/persons/{one}/appeals"), &form).await;
    assert_eq!(reused.problem(), (422, "idempotency-key-reused"));
    let own = keyed(&house, &others, "k", &format!("/persons/{other}/declarations"), &form).await.ok();
    assert_eq!(own["person"], json!(other));
    let long = "k".repeat(201);
    let bad = keyed(&house, &token, &long, &format!("/persons/{one}/declarations"), &form).await;
    assert_eq!(bad.problem(), (400, "bad-idempotency-key"));
}

#[tokio::test]
async fn a_password_is_never_kept_as_an_answer() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let form = json!({ "login": "sun", "name": "甲", "roles": ["checker"] });
    let made = keyed(&house, &authority, "k", "/staff", &form).await;
    assert!(!made.json["password"].as_str().unwrap().is_empty());
    assert_eq!(keyed(&house, &authority, "k", "/staff", &form).await.problem(), (409, "done-before"));
}

#[tokio::test]
async fn a_session_that_ended_gets_no_answer_again_and_a_key_of_nobody_is_no_key() {
    let house = House::new().await;
    let (person, token) = house.resident().await;
    let form = json!({ "purpose": "resident", "answers": house.harmless("declaration").await });
    let path = format!("/persons/{person}/declarations");
    keyed(&house, &token, "k", &path, &form).await.ok();
    let sign_out = Request::delete("/api/v1/session")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .body(Body::empty());
    assert_eq!(house.send(sign_out.unwrap()).await.status, 204);
    assert_eq!(keyed(&house, &token, "k", &path, &form).await.problem(), (401, "not-signed-in"));
    // Two strangers who choose the same key do not get in each other's way.
    let phone = |digit: u8| json!({ "phone": format!("1007777000{digit}") });
    for digit in [1, 2] {
        let sent = keyed(&house, "", "1", "/sessions/one-time-code", &phone(digit)).await;
        assert_eq!(sent.status, 204);
        assert!(!sent.headers.contains_key("idempotency-replayed"));
    }
    let large = json!({ "phone": "1".repeat(200_000) });
    let refused = keyed(&house, &token, "2", "/sessions/one-time-code", &large).await;
    assert_eq!(refused.problem(), (413, "body-too-large"));
}

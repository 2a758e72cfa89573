//! Who may not, and addresses that are none.

use super::house::House;
use axum::{
    body::Body,
    http::{Request, header},
};
use kangma_core::Span;
use serde_json::json;

#[tokio::test]
async fn without_a_session_everything_but_the_public_is_refused_and_nothing_is_said() {
    let house = House::new().await;
    let (person, token) = house.resident().await;
    let (_, other) = house.resident().await;
    for (told, status) in [("", 401), ("nonsense", 401), (other.as_str(), 403)] {
        let reply = house.get(&format!("/persons/{person}"), told).await;
        assert_eq!(reply.problem().0, status);
    }
    assert_eq!(house.get(&format!("/persons/{person}"), &token).await.status, 200);
    for path in ["/health", "/policy", "/issuer-keys", "/sources", "/areas"] {
        assert_eq!(house.get(path, "").await.status, 200, "{path}");
    }
}

#[tokio::test]
async fn a_cookie_writes_only_with_the_token_of_its_session() {
    let house = House::new().await;
    let (person, token) = house.resident().await;
    let csrf = house.service.session(&token).await.unwrap().unwrap().csrf;
    let ask = |csrf: Option<&str>| {
        let mut request = Request::post(format!("/api/v1/persons/{person}/codes"))
            .header(header::COOKIE, format!("kangma={token}"))
            .header(header::CONTENT_TYPE, "application/json");
        if let Some(csrf) = csrf {
            request = request.header("x-csrf", csrf);
        }
        request.body(Body::from("{}")).unwrap()
    };
    assert_eq!(house.send(ask(None)).await.problem(), (403, "forged-request"));
    assert_eq!(house.send(ask(Some("wrong"))).await.problem(), (403, "forged-request"));
    assert_eq!(house.send(ask(Some(&csrf))).await.status, 201);
    // Reading needs none.
    let read = Request::get(format!("/api/v1/persons/{person}/verdict"))
        .header(header::COOKIE, format!("kangma={token}"));
    assert_eq!(house.send(read.body(Body::empty()).unwrap()).await.status, 200);
}

#[tokio::test]
async fn an_address_that_is_none_and_a_method_that_is_none_are_problems() {
    let house = House::new().await;
    let (_, token) = house.resident().await;
    assert_eq!(house.get("/nothing", &token).await.problem(), (404, "no-such-address"));
    assert_eq!(house.ask("DELETE", "/policy", &token, None).await.problem(), (405, "method-not-allowed"));
    assert_eq!(house.get("/persons/not-an-id", &token).await.problem(), (400, "malformed-address"));
    let path = "/persons/0000000000000001/why-not?standing=blue";
    assert_eq!(house.get(path, &token).await.problem(), (400, "malformed-address"));
}

#[tokio::test]
async fn one_officer_alone_orders_nothing() {
    let house = House::new().await;
    let (one, other) = (house.authority("zhou").await, house.authority("sun").await);
    let (person, token) = house.resident().await;
    let declared = house.declare(&person, &token).await;
    let form = json!({
        "person": person, "declaration": declared["declaration"], "heard-at": house.now().to_string(),
        "explanation": "核实",
    });
    let proposal = house.post("/findings", &one, form).await.text("proposal");
    let confirm = format!("/proposals/{proposal}/confirmation");
    assert_eq!(house.ask("POST", &confirm, &one, None).await.problem(), (403, "same-officer"));
    assert_eq!(house.ask("POST", &confirm, &other, None).await.status, 200);
    assert_eq!(house.ask("POST", &confirm, &other, None).await.problem(), (409, "wrong-state"));
}

#[tokio::test]
async fn an_order_to_isolate_is_proposed_by_one_confirmed_by_another_and_listed_page_by_page() {
    let house = House::new().await;
    let (one, other) = (house.authority("zhou").await, house.authority("sun").await);
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let order = |place: &str| {
        json!({
            "person": person, "place": place, "ground": "39", "explanation": "核实", "check-ins": null,
            "from": house.now().to_string(), "until": (house.now() + Span::from_24_hours(7)).to_string(),
        })
    };
    assert_eq!(house.post("/isolation-orders", &one, order("moon")).await.problem(), (422, "wrong-type"));
    let mut proposals = Vec::new();
    for place in ["home", "central"] {
        proposals.push(house.post("/isolation-orders", &one, order(place)).await.text("proposal"));
    }
    let first = &proposals[0];
    let rest = house.get(&format!("/proposals?state=proposed&after={first}"), &other).await.ok();
    assert_eq!((rest.as_array().unwrap().len(), &rest[0]["place"]), (1, &json!("central")));
    house.ask("POST", &format!("/proposals/{first}/confirmation"), &other, None).await.ok();
    let live = house.get("/proposals?state=confirmed&live=true", &other).await.ok();
    assert_eq!((&live[0]["kind"], &live[0]["place"]), (&json!("isolation-order"), &json!("home")));
    let why = house.get(&format!("/persons/{person}/explanation"), &token).await.ok();
    assert_eq!((&why["standing"], &why["reasons"][0]["rule"]), (&json!("red"), &json!("under-observation")));
}

#[tokio::test]
async fn signing_in_wrongly_too_often_is_refused_for_a_while() {
    let house = House::new().await;
    let form = json!({ "phone": "10099999", "code": "000000" });
    let mut codes = Vec::new();
    for _ in 0..40 {
        codes.push(house.post("/sessions", "", form.clone()).await.problem().1.to_owned());
    }
    assert_eq!(codes.first().map(String::as_str), Some("wrong-secret"));
    assert_eq!(codes.last().map(String::as_str), Some("too-many-tries"));
}

#[tokio::test]
async fn a_session_that_was_ended_is_no_session() {
    let house = House::new().await;
    let (_, token) = house.resident().await;
    assert_eq!(house.get("/session", &token).await.ok()["kind"], "resident");
    assert_eq!(house.ask("DELETE", "/session", &token, None).await.status, 204);
    assert_eq!(house.get("/session", &token).await.problem(), (401, "not-signed-in"));
}

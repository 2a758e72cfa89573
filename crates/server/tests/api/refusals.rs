//! Who may not, and addresses that are none.

use super::house::House;
use axum::{
    body::{Body, Bytes},
    http::{Request, header},
};
use http_body::{Body as HttpBody, Frame};
use kangma_core::Span;
use serde_json::json;
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

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
    let refused = house.post("/sessions", "", form).await;
    let wait: u64 = refused.headers["retry-after"].to_str().unwrap().parse().unwrap();
    assert!((1..=600).contains(&wait), "{wait}");
}

#[tokio::test]
async fn a_session_that_was_ended_is_no_session() {
    let house = House::new().await;
    let (_, token) = house.resident().await;
    assert_eq!(house.get("/session", &token).await.ok()["kind"], "resident");
    assert_eq!(house.ask("DELETE", "/session", &token, None).await.status, 204);
    assert_eq!(house.get("/session", &token).await.problem(), (401, "not-signed-in"));
}

#[tokio::test]
async fn a_large_file_is_not_read_for_whoever_may_not_send_it() {
    let house = House::new().await;
    let (_, resident) = house.resident().await;
    let authority = house.authority("zhou").await;
    for (path, kind) in [
        ("/policies", "application/json"),
        ("/exposure-sites/import", "text/csv"),
        ("/visits/list", "application/json"),
    ] {
        let ask = |token: &str| {
            Request::post(format!("/api/v1{path}"))
                .header(header::AUTHORIZATION, format!("Bearer {token}"))
                .header(header::CONTENT_TYPE, kind)
                .body(Body::from("\u{0}no file"))
                .unwrap()
        };
        assert_eq!(house.send(ask(&resident)).await.problem(), (403, "not-allowed"), "{path}");
        assert_ne!(house.send(ask(&authority)).await.problem().0, 403, "{path}");
    }
}

/// A body of two pieces, the second of which comes after a while.
struct Late(Option<Pin<Box<tokio::time::Sleep>>>, u8);

impl HttpBody for Late {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.1 == 1 {
            let waited = self.0.as_mut().map(|wait| wait.as_mut().poll(context));
            if waited == Some(Poll::Pending) {
                return Poll::Pending;
            }
        }
        self.1 += 1;
        Poll::Ready((self.1 <= 2).then(|| Ok(Frame::data(Bytes::from_static(b"{ }")))))
    }
}

#[tokio::test]
async fn a_connection_is_kept_when_the_rest_of_a_body_comes_soon_and_else_closed_and_so_said() {
    let house = House::new().await;
    for (wait, kept) in [(Duration::from_millis(200), true), (Duration::from_secs(3_600), false)] {
        let body = Late(Some(Box::pin(tokio::time::sleep(wait))), 0);
        let request =
            Request::put("/api/v1/session/password").header(header::CONTENT_TYPE, "application/json");
        let refused = house.send(request.body(Body::new(body)).unwrap()).await;
        assert_eq!(refused.problem(), (401, "not-signed-in"));
        assert_eq!(!refused.headers.contains_key(header::CONNECTION), kept);
    }
    let large = Request::put("/api/v1/session/password").body(Body::from(vec![b'x'; 1 << 20])).unwrap();
    assert_eq!(house.send(large).await.headers[header::CONNECTION], "close");
}

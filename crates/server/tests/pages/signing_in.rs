//! Signing in and out, and who is let in where.

use super::{city::City, visitor::Visitor};
use axum::http::{StatusCode, header};
use kangma_core::Span;
use kangma_server::app::Running;

#[tokio::test]
async fn a_resident_signs_in_with_the_code_that_was_sent_and_out_again() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    visitor.get("/").await.says("/sign-in");
    visitor.get("/").await.says("/authority");
    visitor.sign_in("10000000001").await;
    visitor.page.says("Not declared");
    visitor.post_once("/sign-out", &[]).await;
    assert_eq!(visitor.page.headers["clear-site-data"], "\"cache\", \"storage\"");
    visitor.get("/").await.says("/sign-in");
}

#[tokio::test]
async fn a_wrong_code_is_said_beside_the_form_and_the_sixth_try_is_refused_even_when_right() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    visitor.get("/sign-in").await;
    visitor.post("/sign-in", &[("phone", "call me")]).await.says("Enter a telephone number");
    visitor.post("/sign-in", &[("phone", "10000000001")]).await.says("100****0001");
    for _ in 0..5 {
        visitor.post("/sign-in/code", &[("code", "12")]).await.says("That is not right, or it has expired");
        assert_eq!(visitor.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let message = city.message("10000000001").await;
    let code: String = message.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect();
    visitor.post("/sign-in/code", &[("code", &code)]).await.says("Too many tries");
}

#[tokio::test]
async fn without_a_messenger_and_outside_a_demonstration_sign_in_says_that_it_is_not_configured() {
    let city = City::run(Running::default()).await;
    let mut visitor = Visitor::of(&city);
    visitor.get("/sign-in").await.says("Sign-in is not configured");
    assert_eq!(visitor.get("/demo/outbox").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_is_not_signed_in_is_asked_to_and_staff_by_another_door() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let person = "/persons/0000000000000001";
    for page in [
        "",
        "/why",
        "/why-not",
        "/declare",
        "/check-in",
        "/looks",
        "/correct",
        "/statement",
        "/appeals",
        "/code.svg",
    ] {
        assert_eq!(visitor.get(&format!("{person}{page}")).await.address, "/sign-in", "{page}");
    }
    for page in ["/family", "/family/add", "/family/household", "/check-in", "/looks"] {
        assert_eq!(visitor.get(page).await.address, "/sign-in", "{page}");
    }
}

#[tokio::test]
async fn nobody_reaches_another_persons_pages() {
    let city = City::demonstration().await;
    let mut first = Visitor::of(&city);
    let base = first.identified("10000000001", "甲一").await;
    first.declare(&base, &[("contact", "yes")]).await;
    let mut second = Visitor::of(&city);
    second.identified("10000000002", "乙二").await;
    let pages = [
        "",
        "/why",
        "/why-not",
        "/declare",
        "/declare/summary",
        "/check-in",
        "/looks",
        "/correct",
        "/statement",
        "/lost-phone",
        "/appeals",
        "/appeal/declared-contact",
        "/code.svg",
    ];
    for page in pages {
        second.get(&format!("{base}{page}")).await;
        assert_eq!(second.page.status, StatusCode::NOT_FOUND, "{page}");
        second.page.does_not_say("甲一");
    }
    second.get("/family").await;
    for page in ["/check-in", "/renew", "/declare", "/correct", "/lost-phone", "/appeal/declared-contact"] {
        second.get("/family/add").await;
        assert_eq!(second.post(&format!("{base}{page}"), &[]).await.status, StatusCode::NOT_FOUND, "{page}");
    }
    first.get(&base).await.says("Red");
}

#[tokio::test]
async fn a_form_from_elsewhere_changes_nothing() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甲一").await;
    visitor.declare(&base, &[]).await;
    visitor.page.body.clear();
    let refused = visitor.post(&format!("{base}/check-in"), &[("temperature", "39")]).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    refused.says("This form is no longer valid");
    visitor.get(&base).await.says("Green");
}

#[tokio::test]
async fn a_lost_phone_is_signed_out_and_the_one_that_reports_it_is_not() {
    let city = City::demonstration().await;
    let mut lost = Visitor::of(&city);
    let base = lost.identified("10000000001", "甲一").await;
    city.forward(Span::from_minutes(2)).await;
    let mut found = Visitor::of(&city);
    found.sign_in("10000000001").await;
    found.get(&format!("{base}/lost-phone")).await;
    assert_eq!(found.post(&format!("{base}/lost-phone"), &[]).await.address, base);
    assert_eq!(lost.get(&base).await.address, "/sign-in");
    assert_eq!(found.get(&base).await.status, StatusCode::OK);
}

#[tokio::test]
async fn over_https_the_cookie_is_bound_to_this_host() {
    let city = City::run(Running { demo: true, secure: true, ..Running::default() }).await;
    let mut visitor = Visitor::of(&city);
    visitor.sign_in("10000000001").await;
    assert!(visitor.cookies.contains_key("__Host-kangma"));
    visitor.get("/").await;
    assert!(visitor.page.headers.contains_key(header::STRICT_TRANSPORT_SECURITY));
}

#[tokio::test]
async fn a_code_is_sent_in_the_language_of_the_page_that_asked_for_it() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    visitor.sign_in("10000000001").await;
    assert!(city.message("10000000001").await.contains("your sign-in code"));
    let mut visitor = Visitor::of(&city);
    visitor.language = "zh-CN";
    visitor.sign_in("10000000002").await;
    assert!(city.message("10000000002").await.contains("验证码"));
}

#[tokio::test]
async fn an_address_that_cannot_be_read_and_a_form_that_is_too_large_have_a_page_in_every_language() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甲一").await;
    for (language, unreadable, too_large) in
        [("en", "cannot be read", "more than this form can carry"), ("zh-CN", "无法读取", "超出了")]
    {
        visitor.language = language;
        for address in ["/persons/not-an-id", "/persons/%FF/why", "/authority/cases/99999999999999999999"] {
            let page = visitor.get(address).await;
            assert_eq!(page.status, StatusCode::BAD_REQUEST, "{address}");
            page.says(unreadable);
            page.says("<html");
        }
        visitor.get(&format!("{base}/correct")).await;
        let long = "x".repeat(70_000);
        let page = visitor.post(&format!("{base}/correct"), &[("field", "name"), ("reason", &long)]).await;
        assert_eq!(page.status, StatusCode::PAYLOAD_TOO_LARGE);
        page.says(too_large);
    }
}

#[tokio::test]
async fn whoever_has_to_wait_is_told_for_how_long() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    visitor.get("/sign-in").await;
    visitor.post("/sign-in", &[("phone", "10000000001")]).await;
    visitor.get("/sign-in").await;
    visitor.post("/sign-in", &[("phone", "10000000001")]).await.says("Please wait a minute");
    let mut visitor = Visitor::of(&city);
    visitor.get("/staff/sign-in").await;
    for _ in 0..10 {
        visitor.post("/staff/sign-in", &[("login", "lin"), ("password", "no")]).await;
        assert_eq!(visitor.page.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    visitor
        .post("/staff/sign-in", &[("login", "lin"), ("password", "no")])
        .await
        .says("Please wait a minute");
}

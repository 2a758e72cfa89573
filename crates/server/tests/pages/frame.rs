//! What every answer carries, and how much of it there is.

use super::{city::City, visitor::Visitor};
use axum::{
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use tower::ServiceExt as _;

#[tokio::test]
async fn every_page_forbids_what_comes_from_elsewhere_and_the_gate_alone_compiles() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    for address in ["/", "/sign-in", "/help", "/nothing-here", "/demo/outbox"] {
        let page = visitor.get(address).await;
        let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        assert_eq!(page.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
        assert_eq!(page.headers[header::CACHE_CONTROL], "no-store");
        page.does_not_say("<script>");
        page.does_not_say(" style=\"");
        page.does_not_say(" onclick");
    }
}

#[tokio::test]
async fn an_address_that_is_not_there_is_a_page_that_says_so_in_ones_language() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    for address in ["/nothing-here", "/persons/not-an-id", "/assets/nothing"] {
        visitor.get(address).await;
        assert!(visitor.page.status.is_client_error(), "{address}");
    }
    visitor.get("/nothing-here").await.says("There is no such page");
    visitor.language = "zh";
    visitor.get("/nothing-here").await.says("没有找到这个页面");
    assert_eq!(visitor.page.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_chosen_language_is_kept_and_leads_back_to_the_page_and_nowhere_else() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    visitor.get("/help").await.says("First, be looked after");
    visitor.page.says("tel:120");
    assert_eq!(visitor.get("/language/zh?back=%2Fhelp").await.address, "/help");
    visitor.page.says("先照顾好自己");
    visitor.get("/help").await.says(r#"lang="zh-Hans""#);
    for elsewhere in ["//example.org", "https:%2F%2Fexample.org", "%2F%5Cexample.org"] {
        assert_eq!(visitor.get(&format!("/language/en?back={elsewhere}")).await.address, "/", "{elsewhere}");
    }
}

/// A resident's first load: the page, its style, its scripts, its pictures, as they go over the network.
#[tokio::test]
async fn the_first_load_of_a_code_is_at_most_100_kilobytes() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let base = visitor.identified("10000000001", "甄真").await;
    visitor.declare(&base, &[]).await;
    let html = visitor.get("/").await.body.clone();
    let assets = html.split('"').filter(|text| text.starts_with("/assets/")).map(ToOwned::to_owned);
    let mut addresses: Vec<String> = assets.chain(["/".to_owned(), "/sw.js".to_owned()]).collect();
    addresses.sort();
    addresses.dedup();
    assert!(addresses.iter().any(|address| address.contains("code.js")), "{addresses:?}");
    let mut total = 0;
    for address in addresses {
        let cookies: Vec<String> =
            visitor.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = Request::get(&address)
            .header(header::ACCEPT_ENCODING, "gzip")
            .header(header::COOKIE, cookies.join("; "))
            .body(Body::empty())
            .unwrap();
        let response = city.router.clone().oneshot(request).await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{address}");
        total += to_bytes(response.into_body(), 1 << 22).await.unwrap().len();
    }
    assert!(total <= 100_000, "{total} bytes");
}

#[tokio::test]
async fn an_asset_is_kept_for_ever_under_its_digest() {
    let city = City::demonstration().await;
    let mut visitor = Visitor::of(&city);
    let address = visitor.get("/").await.address_with("/assets/kangma.css");
    let asset = visitor.get(&address).await;
    assert_eq!(asset.headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(visitor.get("/sw.js").await.headers[header::CACHE_CONTROL], "no-cache");
}

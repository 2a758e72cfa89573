//! The harness held to its word, on a small page of its own that the real listening code serves.

use std::{net::SocketAddr, time::Duration};

use axum::{
    Router,
    extract::Form,
    http::header,
    response::{Html, IntoResponse},
    routing::get,
};
use kangma::listen::{self, Transport};
use serde::Deserialize;

use crate::{
    film::Film,
    symbol,
    visitor::{Arrival, Language, Screen, Visitor, out},
};

const FORM: &str = include_str!("proof/form.html");
const CAMERA: &str = include_str!("proof/camera.html");
const FAULTY: &str = "<!doctype html><html><title>x</title><img src=/code.svg><button></button>";
const TEXT_OF_THE_SYMBOL: &str = "KM1:HARNESS PROOF 0123456789";

#[derive(Deserialize)]
struct Answer {
    name: String,
    fever: String,
    district: String,
    #[serde(default)]
    agreed: String,
}

async fn answered(Form(answer): Form<Answer>) -> Html<String> {
    Html(format!(
        "<!doctype html><html lang=en><title>Thanks</title><main><h1>Thanks</h1><p>{}, fever {}, {}, {}</p></main>",
        answer.name, answer.fever, answer.district, answer.agreed
    ))
}

async fn symbol_drawn() -> impl IntoResponse {
    let symbol = fast_qr::QRBuilder::new(TEXT_OF_THE_SYMBOL).build().expect("a symbol");
    let svg = fast_qr::convert::svg::SvgBuilder::default().to_str(&symbol);
    ([(header::CONTENT_TYPE, "image/svg+xml")], svg)
}

fn start() -> String {
    let listener = listen::bind(SocketAddr::from(([127, 0, 0, 1], 0))).expect("bind");
    let address = listener.local_addr().expect("address");
    let router = Router::new()
        .route("/", get(|| async { Html(FORM) }).post(answered))
        .route("/camera", get(|| async { Html(CAMERA) }))
        .route("/faulty", get(|| async { Html(FAULTY) }))
        .route("/code.svg", get(symbol_drawn));
    let transport = Transport::Plain { beyond_this_machine: false };
    tokio::spawn(async move { listen::serve(router, listener, &transport, std::future::pending()).await });
    format!("http://{address}")
}

async fn visit(test: &str, language: Language, film: Option<&Film>) -> Visitor {
    let home = start();
    Visitor::arrive(Arrival { test, home: &home, language, screen: Screen::Phone, film }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_given_to_its_chooser_at_a_desk() {
    let home = start();
    let (test, language, screen) = ("proof-desk", Language::English, Screen::Desk);
    let visitor = Visitor::arrive(Arrival { test, home: &home, language, screen, film: None }).await;
    visitor.open("/").await;
    let file = tempfile::Builder::new().suffix(".csv").tempfile().expect("a file");
    std::fs::write(file.path(), "1,2,3").expect("written");
    visitor.attach("A list", file.path()).await;
    visitor.sees("5 bytes chosen").await;
    visitor.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_filled_by_its_labels_and_sent_with_the_keyboard_in_both_languages() {
    for language in [Language::Chinese, Language::English] {
        let visitor = visit("proof-form", language, None).await;
        visitor.open("/").await;
        visitor.sees(language.pick("你好", "Hello")).await;
        assert_eq!(visitor.page_language().await, language.pick("zh", "en"));
        visitor.fill(language.pick("姓名", "Name"), "nobody").await;
        visitor.fill(language.pick("姓名", "Name"), "甲一 Example").await;
        visitor.choose_near(language.pick("发热？", "A fever?"), language.pick("没有", "No")).await;
        visitor.pick(language.pick("地区", "District"), language.pick("北区", "North")).await;
        visitor.choose(language.pick("我同意", "I agree")).await;
        visitor.photograph("filled").await;
        visitor.press_by_keyboard(language.pick("提交", "Send")).await;
        visitor.sees("甲一 Example, fever no, north, agreed").await;
        visitor.does_not_see("nobody").await;
        assert_eq!(visitor.path().await, "/");
        visitor.leave().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_label_in_two_rows_is_told_apart_by_what_stands_beside_it() {
    let visitor = visit("proof-rows", Language::English, None).await;
    visitor.open("/").await;
    visitor.press_near("Second row", "Open").await;
    visitor.sees("opened the second").await;
    visitor.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_symbol_is_read_from_a_screenshot_and_through_the_camera() {
    let visitor = visit("proof-camera", Language::English, None).await;
    visitor.open("/").await;
    visitor.sees("Hello").await;
    let picture = visitor.photograph("symbol").await;
    assert_eq!(symbol::read(&picture).as_deref(), Some(TEXT_OF_THE_SYMBOL));
    visitor.leave().await;

    let film = Film::of(&picture);
    let gate = visit("proof-camera", Language::English, Some(&film)).await;
    gate.open("/camera").await;
    gate.sees_within("the camera shows something", Duration::from_secs(5)).await;
    let seen = gate.photograph("through-the-camera").await;
    assert_eq!(symbol::read(&seen).as_deref(), Some(TEXT_OF_THE_SYMBOL), "see {}", seen.display());
    gate.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_what_is_wrong_on_a_faulty_page_and_nothing_on_a_good_one() {
    let visitor = visit("proof-axe", Language::English, None).await;
    visitor.open("/").await;
    visitor.finds_nobody_shut_out("the harness's own page").await;
    visitor.open("/faulty").await;
    let findings = visitor.axe_findings().await;
    for rule in ["image-alt", "button-name", "html-has-lang"] {
        assert!(
            findings.iter().any(|finding| finding.starts_with(rule)),
            "{rule} is not among {findings:#?}"
        );
    }
    visitor.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_load_is_weighed_and_a_network_can_be_cut() {
    let visitor = visit("proof-network", Language::English, None).await;
    visitor.open("/").await;
    visitor.sees("Hello").await;
    let bytes = visitor.bytes_of_this_load().await;
    let page = u64::try_from(FORM.len()).expect("a small page");
    assert!(bytes > page, "{bytes} bytes cannot hold a page of {page} and its symbol");
    visitor.network(false).await;
    visitor.press("Ask the server").await;
    visitor.sees("the server cannot be reached").await;
    visitor.network(true).await;
    visitor.press("Ask the server").await;
    visitor.sees("the server answered").await;
    visitor.leave().await;
}

#[test]
fn a_picture_without_a_symbol_reads_as_nothing() {
    let blank = out().join("screenshots/proof-blank.png");
    std::fs::create_dir_all(blank.parent().expect("a directory")).expect("out");
    let made = std::process::Command::new("ffmpeg")
        .args(["-loglevel", "error", "-y", "-f", "lavfi", "-i", "color=white:s=320x320", "-frames:v", "1"])
        .arg(&blank)
        .status();
    assert!(made.expect("ffmpeg").success());
    assert_eq!(symbol::read(&blank), None);
}

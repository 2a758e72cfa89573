//! The main job as people do it: a resident signs in, says who they are, declares and shows a code; a checker's gate reads
//! it from a screenshot and through its own camera, and refuses the same screenshot two minutes later.

use std::{path::PathBuf, time::Duration};

use thirtyfour::Key;

use crate::{
    film::Film,
    symbol,
    town::Town,
    visitor::{Arrival, Language, Screen, Visitor},
};

const PEOPLE: u32 = 200;
/// The most that a resident's first load may weigh on the wire.
const MOST_BYTES: u64 = 100_000;

async fn arrive<'a>(town: &'a Town, test: &'a str, language: Language, film: Option<&'a Film>) -> Visitor {
    Visitor::arrive(Arrival { test, home: &town.home, language, screen: Screen::Phone, film }).await
}

/// The newest one-time code in the demonstration's outbox.
async fn one_time_code(town: &Town, language: Language) -> String {
    let reader = arrive(town, language.pick("outbox-zh", "outbox-en"), language, None).await;
    reader.open("/demo/outbox").await;
    let text = reader.text().await;
    reader.finds_nobody_shut_out("the outbox").await;
    reader.leave().await;
    let digits = text.split(|c: char| !c.is_ascii_digit()).find(|run| run.len() == 6);
    digits.expect("a one-time code of six digits").to_owned()
}

async fn sign_in(town: &Town, resident: &Visitor, language: Language, phone: &str) {
    resident.open("/sign-in").await;
    let bytes = resident.bytes_of_this_load().await;
    assert!(bytes <= MOST_BYTES, "the first load takes {bytes} bytes");
    resident.finds_nobody_shut_out("sign-in").await;
    resident.fill(language.pick("手机号码", "Telephone number"), phone).await;
    resident.press(language.pick("发送验证码", "Send the code")).await;
    resident.sees(language.pick("验证码", "One-time code")).await;
    let code = one_time_code(town, language).await;
    resident.fill(language.pick("验证码", "One-time code"), &code).await;
    resident.press(language.pick("登录", "Sign in")).await;
}

async fn declare(resident: &Visitor, language: Language, phone: &str) {
    resident.press(language.pick("开始申报", "Start the declaration")).await;
    resident.fill(language.pick("姓名", "Name"), "甲乙丙").await;
    resident
        .pick(language.pick("证件类型", "Kind of document"), language.pick("其他证件", "Another document"))
        .await;
    resident.fill(language.pick("证件号码", "Document number"), &format!("TEST{phone}")).await;
    resident.fill(language.pick("出生日期", "Date of birth"), "1980-05-05").await;
    resident.pick(language.pick("区县", "District"), "990101").await;
    resident.photograph("identity").await;
    resident.finds_nobody_shut_out("who you are").await;
    resident.press(language.pick("继续", "Continue")).await;
    resident.choose(language.pick("我住在本市", "I live in this city")).await;
    resident.press(language.pick("继续", "Continue")).await;
    let summary = language.pick("请核对您的回答", "Check your answers");
    let temperature = language.pick("体温", "temperature");
    for _question in 0..12 {
        let text = resident.text().await;
        if text.contains(summary) {
            break;
        }
        resident.finds_nobody_shut_out("a question").await;
        if !text.contains(temperature) {
            resident.choose(language.pick("否", "No")).await;
        }
        resident.press(language.pick("继续", "Continue")).await;
    }
    resident.sees(summary).await;
    resident.photograph("summary").await;
    resident.choose(language.pick("以上内容属实", "What I have answered is true")).await;
    resident.press(language.pick("提交申报", "Send the declaration")).await;
    resident.sees(language.pick("申报完成", "Your declaration is in")).await;
    resident.press(language.pick("出示健康码", "Show my code")).await;
}

/// What the device shows now: a screenshot, and what an independent reader reads in it.
async fn shown_code(resident: &Visitor) -> (PathBuf, String) {
    for _look in 0..40 {
        let picture = resident.photograph("code").await;
        if let Some(text) = symbol::read(&picture) {
            return (picture, text);
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
    panic!("no code could be read from the resident's page within ten seconds");
}

async fn open_gate(town: &Town, checker: &Visitor, language: Language) {
    checker.open("/staff/sign-in?next=/gate").await;
    checker.fill(language.pick("账号", "Account"), "checker").await;
    checker.fill(language.pick("密码", "Password"), town.password("checker")).await;
    checker.press(language.pick("登录", "Sign in")).await;
    checker.sees(language.pick("您在哪里查验", "Where do you check?")).await;
    let point =
        checker.text().await.lines().map(str::trim).find(|line| line.contains("超市")).map(str::to_owned);
    checker.press(&point.expect("a supermarket")).await;
    checker.sees(language.pick("紧急情况，放行", "Emergency: let pass")).await;
}

async fn main_job(language: Language, phone: &str) {
    let town = tokio::task::spawn_blocking(|| Town::found(PEOPLE)).await.expect("a town");
    let resident = arrive(&town, language.pick("resident-zh", "resident-en"), language, None).await;
    sign_in(&town, &resident, language, phone).await;
    declare(&resident, language, phone).await;
    resident.sees(language.pick("绿码", "Green")).await;
    resident.finds_nobody_shut_out("my code").await;

    // The gate's own camera reads the screenshot.
    let (picture, _) = shown_code(&resident).await;
    let film = Film::of(&picture);
    let gate = arrive(&town, language.pick("camera-zh", "camera-en"), language, Some(&film)).await;
    open_gate(&town, &gate, language).await;
    let pass = language.pick("通行", "Pass");
    let seen = gate.sees_within(pass, Duration::from_secs(8)).await;
    eprintln!("the camera's verdict took {seen:?} from the page");
    gate.photograph("pass").await;
    gate.leave().await;

    // A handheld scanner types another one: accepted now, refused as a screenshot two minutes later.
    let (_, text) = shown_code(&resident).await;
    let gate = arrive(&town, language.pick("gate-zh", "gate-en"), language, None).await;
    open_gate(&town, &gate, language).await;
    gate.finds_nobody_shut_out("the gate").await;
    gate.fill(language.pick("扫码枪 / 输入", "Scanner or typed code"), &text).await;
    gate.type_keys(Key::Enter + "").await;
    gate.sees(pass).await;
    gate.photograph("pass").await;
    town.wait(Duration::from_secs(120));
    tokio::time::sleep(Duration::from_secs(5)).await;
    gate.fill(language.pick("扫码枪 / 输入", "Scanner or typed code"), &text).await;
    gate.type_keys(Key::Enter + "").await;
    gate.sees(language.pick("截图", "screenshot")).await;
    gate.does_not_see(pass).await;
    gate.photograph("screenshot-refused").await;
    gate.leave().await;
    resident.leave().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resident_declares_in_english_and_the_gate_reads_the_live_code_and_refuses_its_screenshot() {
    main_job(Language::English, "10012345678").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resident_declares_in_chinese_and_the_gate_reads_the_live_code_and_refuses_its_screenshot() {
    main_job(Language::Chinese, "10087654321").await;
}

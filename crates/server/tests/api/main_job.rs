//! The main job through the API: declare, show a code, pass a gate, a case, why, why not, and all of it taken back.

use super::house::{House, Phone, check};
use kangma_service::access::{Role, Scope};
use serde_json::json;

#[tokio::test]
async fn from_a_declaration_to_a_gate_and_from_a_case_to_its_withdrawal() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let (person, token) = house.resident().await;
    assert_eq!(house.get(&format!("/persons/{person}/verdict"), &token).await.text("standing"), "undeclared");
    assert_eq!(house.declare(&person, &token).await["standing"], "green");

    let phone = Phone::enrol(&house, &person, &token, 3).await;
    let shown = phone.show(&house, &person, &token, house.now()).await;
    let answer = house.post("/gate/checks", &gate, check(&house, &point, &shown, "k1")).await.ok();
    assert_eq!((&answer["act"], &answer["standing"]), (&json!("pass"), &json!("green")), "{answer}");
    assert!(answer["name"].as_str().unwrap().contains('*'), "{answer}");

    let case = json!({ "person": person, "status": "confirmed", "sampled": house.now().to_string() });
    let preview = house.post("/cases/preview", &authority, case.clone()).await.ok();
    assert_eq!(preview[0]["after"], "red", "{preview}");
    assert_eq!(house.get(&format!("/persons/{person}/verdict"), &token).await.text("standing"), "green");
    let reported = house.post("/cases", &authority, case).await.text("case");
    let ask = "/cases/gatherings?earliest=1&latest=0&at-least=1";
    let there = house.get(ask, &authority).await.ok();
    assert_eq!((&there[0]["point"], &there[0]["cases"]), (&json!(point), &json!(1)), "{there}");
    assert_eq!((&there[0]["expected"], &there[0]["surprise"]), (&json!("1.000"), &json!("0.000")));
    assert_eq!(house.get(&ask.replace("least=1", "least=2"), &authority).await.ok(), json!([]));
    assert_eq!(house.get(ask, &token).await.problem(), (403, "not-allowed"));
    let backwards = house.get(&ask.replace("latest=0", "latest=2"), &authority).await;
    assert_eq!(backwards.problem(), (422, "invalid"));
    let why = house.get(&format!("/persons/{person}/explanation"), &token).await.ok();
    assert_eq!(why["standing"], "red");
    let rule = why["reasons"][0]["rule"].as_str().unwrap().to_owned();

    let appeal = json!({ "rule": rule, "words": "化验单不是我的" });
    let appeal = house.post(&format!("/persons/{person}/appeals"), &token, appeal).await.ok();
    assert_eq!(appeal["state"], "open");

    let view = house.get(&format!("/cases/{reported}"), &authority).await.ok();
    let withdraw =
        json!({ "version": view["case"]["version"], "change": { "act": "withdraw" }, "reason": "弄错了人" });
    house.post(&format!("/cases/{reported}/changes"), &authority, withdraw).await.ok();
    assert_eq!(house.get(&format!("/persons/{person}/verdict"), &token).await.text("standing"), "green");
    let why_not = house.get(&format!("/persons/{person}/why-not?standing=red"), &token).await.ok();
    assert_eq!((&why_not["asked"], &why_not["standing"]), (&json!("red"), &json!("green")));

    let looks = house.get(&format!("/persons/{person}/looks"), &token).await.ok();
    assert!(looks.as_array().unwrap().iter().any(|look| look["part"] == "case"), "{looks}");
    let file = house.get(&format!("/persons/{person}/file"), &authority).await.ok();
    assert!(file["evidence"].as_array().unwrap().len() >= 3, "{file}");
}

#[tokio::test]
async fn a_list_of_cases_is_reported_and_taken_back() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let sampled = house.now().to_string();
    let list = |act: &str, sampled: &str| {
        json!({ "act": act, "person-is": "id", "status": "confirmed", "cases": [
            { "person": person, "sampled": sampled }, { "person": "nobody", "sampled": sampled },
        ] })
    };
    let hand_in = async |list| house.post("/cases/list", &authority, list).await.ok();
    let unknown = json!([{ "place": 2, "because": "unknown-person" }]);
    let reported = hand_in(list("report", &sampled)).await;
    assert_eq!(reported, json!({ "changed": 1, "unchanged": 0, "bad": unknown }));
    assert_eq!(house.get(&format!("/persons/{person}/verdict"), &token).await.text("standing"), "red");
    assert_eq!(hand_in(list("report", &sampled)).await["unchanged"], 1);

    let other = hand_in(list("take-back", "2020-01-01T00:00:00Z")).await;
    assert_eq!((&other["changed"], &other["bad"][0]["because"]), (&json!(0), &json!("no-such-case")));
    assert_eq!(hand_in(list("take-back", &sampled)).await["changed"], 1);
    assert_eq!(house.get(&format!("/persons/{person}/verdict"), &token).await.text("standing"), "green");
    assert_eq!(hand_in(list("take-back", &sampled)).await["unchanged"], 1);

    assert_eq!(
        house.post("/cases/list", &token, list("report", &sampled)).await.problem(),
        (403, "not-allowed")
    );
    let endless = json!({ "act": "report", "person-is": "id", "status": "confirmed",
        "cases": vec![json!({ "person": person, "sampled": sampled }); 1_001] });
    assert_eq!(house.post("/cases/list", &authority, endless).await.problem(), (422, "invalid"));
}

#[tokio::test]
async fn a_device_that_was_replaced_is_told_so_and_another_guardian_s_is_not() {
    let house = House::new().await;
    let (person, token) = house.resident().await;
    let old = Phone::enrol(&house, &person, &token, 3).await;
    let _new = Phone::enrol(&house, &person, &token, 4).await;
    assert_eq!(old.fetch(&house, &person, &token).await.problem(), (409, "unknown-device"));

    let child = house.post("/family", &token, house.identity()).await.text("person");
    let one = Phone::enrol(&house, &child, &token, 5).await;
    let _other = Phone::enrol(&house, &child, &token, 6).await;
    assert_eq!(one.fetch(&house, &child, &token).await.status, 201);
}

#[tokio::test]
async fn somebody_without_a_phone_is_registered_declared_and_printed_a_code() {
    let house = House::new().await;
    let clerk = house.officer("sun", &[Role::Tracer], Scope::District("east".into())).await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let mut identity = house.identity();
    identity["phone"] = json!("");
    let person = house.post("/persons", &clerk, identity).await.text("person");
    assert_eq!(house.declare(&person, &clerk).await["standing"], "green");
    let paper = house.post(&format!("/persons/{person}/paper-codes"), &clerk, json!({})).await.text("text");
    let answer = house.post("/gate/checks", &gate, check(&house, &point, &paper, "k1")).await.ok();
    assert_eq!(answer["standing"], "green");

    let again = house.post(&format!("/persons/{person}/paper-codes"), &clerk, json!({ "lost": true })).await;
    assert_eq!(again.status, 201);
    let lost = house.post("/gate/checks", &gate, check(&house, &point, &paper, "k2")).await;
    assert_eq!(lost.problem(), (409, "revoked"));
}

#[tokio::test]
async fn staff_say_why_they_look_and_the_person_sees_that_they_did() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (person, token) = house.resident().await;
    let mute = json!({ "text": person, "reason": " " });
    assert_eq!(house.post("/persons/search", &authority, mute).await.problem(), (422, "invalid"));
    let found =
        house.post("/persons/search", &authority, json!({ "text": person, "reason": "电话询问" })).await;
    assert_eq!(found.ok()[0]["person"], json!(person));
    let looks = house.get(&format!("/persons/{person}/looks"), &token).await.ok();
    assert_eq!((&looks[0]["who"], &looks[0]["part"]), (&json!("officer:zhou"), &json!("profile")));
}

#[tokio::test]
async fn a_case_is_reported_by_name_and_document_and_its_reason_is_released() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let form = json!({
        "document-type": "other", "document-number": "TEST000000", "name": "甲0", "status": "confirmed",
        "sampled": house.now().to_string(),
    });
    assert_eq!(
        house.post("/named-cases/preview", &authority, form.clone()).await.ok()[0]["person"],
        json!(person)
    );
    house.post("/named-cases", &authority, form).await.ok();
    let file = house.get(&format!("/persons/{person}/file"), &authority).await.ok();
    let reason = &file["verdict"]["reasons"][0];
    let release = json!({ "rule": reason["rule"], "trigger": reason["trigger"], "reason": "复核阴性" });
    let path = format!("/persons/{person}/releases");
    assert_eq!(house.post(&path, &token, release.clone()).await.problem(), (403, "not-allowed"));
    assert_eq!(house.post(&path, &authority, release).await.status, 204);
    assert_eq!(house.get(&format!("/persons/{person}/verdict"), &token).await.text("standing"), "green");
}

#[tokio::test]
async fn a_lost_phone_shows_nothing_any_more_and_opens_nothing() {
    let house = House::new().await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let phone = Phone::enrol(&house, &person, &token, 3).await;
    let lost = house.ask("POST", &format!("/persons/{person}/lost-phone"), &token, None).await;
    assert_eq!(lost.status, 204);
    assert_eq!(phone.fetch(&house, &person, &token).await.problem(), (409, "unknown-device"));
}

#[tokio::test]
async fn a_scan_of_the_wrong_person_is_taken_back_once() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let code = house.post(&format!("/persons/{person}/codes"), &token, json!({})).await.text("text");
    let visit = house.post("/gate/checks", &gate, check(&house, &point, &code, "k")).await.text("visit");
    let wrong = format!("/gate/visits/{visit}/wrong");
    // The page's script sends an empty object.
    assert_eq!(house.post(&wrong, &gate, json!({})).await.status, 204);
    assert_eq!(house.post(&wrong, &gate, json!({})).await.problem(), (409, "wrong-state"));
}

#[tokio::test]
async fn a_gate_checks_in_the_language_it_asks_in() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let english = house.post("/gate/checks?lang=en", &gate, check(&house, &point, "HC1:ABC", "k")).await;
    assert_eq!(english.problem(), (422, "bad-code"));
    let chinese = house.post("/gate/checks?lang=zh", &gate, check(&house, &point, "HC1:ABC", "k")).await;
    assert!(english.json["detail"].as_str().unwrap().is_ascii());
    assert!(!chinese.json["detail"].as_str().unwrap().is_ascii());
}

//! Bad input: each gets one clear error, and nothing is changed.

use super::house::{House, Phone, check};
use axum::{
    body::Body,
    http::{Request, header},
};
use kangma_core::{Span, Time};
use serde_json::{Value, json};

/// How much a person's file holds: nothing may be added by what was refused.
async fn items(house: &House, authority: &str, person: &str) -> usize {
    let file = house.get(&format!("/persons/{person}/file"), authority).await.ok();
    file["evidence"].as_array().unwrap().len()
}

async fn raw(
    house: &House,
    path: &str,
    token: &str,
    media_type: &str,
    body: impl Into<Body>,
) -> (u16, String) {
    let request = Request::post(format!("/api/v1{path}"))
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, media_type)
        .body(body.into());
    let reply = house.send(request.unwrap()).await;
    let (status, code) = reply.problem();
    (status, code.to_owned())
}

#[tokio::test]
async fn a_body_that_is_no_form_is_refused_by_what_is_wrong_with_it() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (person, token) = house.resident().await;
    let path = format!("/persons/{person}/declarations");
    let before = items(&house, &authority, &person).await;
    let json = "application/json";
    for (media_type, body, status, code) in [
        (json, "{\"purpose\":".to_owned(), 400, "malformed-body"),
        (json, "\u{0}\u{1}".to_owned(), 400, "malformed-body"),
        (json, r#"{"purpose":"resident","answers":7}"#.to_owned(), 422, "wrong-type"),
        (json, r#"{"purpose":"resident","answers":{},"colour":"green"}"#.to_owned(), 422, "wrong-type"),
        (
            json,
            r#"{"purpose":"resident","answers":{},"starting":"2020-02-30"}"#.to_owned(),
            422,
            "wrong-type",
        ),
        (json, r#"{"purpose":"tourist","answers":{}}"#.to_owned(), 422, "wrong-type"),
        (json, r#"{"purpose":"resident","answers":{}}"#.to_owned(), 422, "invalid"),
        ("text/plain", "hello".to_owned(), 415, "unsupported-media-type"),
        (json, format!("{{\"purpose\":\"{}\"}}", "x".repeat(70_000)), 413, "body-too-large"),
    ] {
        let told = raw(&house, &path, &token, media_type, body.clone()).await;
        assert_eq!(told, (status, code.to_owned()), "{}", &body[..body.len().min(80)]);
    }
    assert_eq!(items(&house, &authority, &person).await, before);
}

#[tokio::test]
async fn a_wrong_form_names_every_field_that_is_wrong() {
    let house = House::new().await;
    let clerk = house.authority("sun").await;
    let form = json!({
        "name": "", "document-type": "library-card", "document-number": "1", "phone": "abc",
        "birth-date": "2150-01-01", "district": "",
    });
    let reply = house.post("/persons", &clerk, form).await;
    assert_eq!(reply.problem(), (422, "invalid"));
    let fields: Vec<&str> = reply.json["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(|error| error["field"].as_str().unwrap())
        .collect();
    for field in ["name", "document-type", "document-number", "phone", "birth-date", "district"] {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
}

#[tokio::test]
async fn a_check_in_for_tomorrow_and_one_too_late_are_refused() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let before = items(&house, &authority, &person).await;
    let path = format!("/persons/{person}/check-ins");
    let answers = house.harmless("check-in").await;
    let today = house.today();
    for (day, code) in [(today.plus(1), "in-the-future"), (today.plus(-5), "too-late")] {
        let form = json!({ "day": day.to_string(), "temperature": "36.5", "answers": answers });
        assert_eq!(house.post(&path, &token, form).await.problem(), (422, code));
    }
    assert_eq!(items(&house, &authority, &person).await, before);
    let form = json!({ "temperature": "36.5", "answers": answers });
    house.post(&path, &token, form.clone()).await.ok();
    assert_eq!(house.post(&path, &token, form).await.problem(), (409, "already-checked-in"));
}

#[tokio::test]
async fn dates_that_cannot_be_are_refused_each_by_its_field_and_nothing_is_recorded() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let sampled = (house.now() - Span::from_hours(5)).to_string();
    let case = json!({ "person": person, "status": "confirmed", "onset": null, "sampled": sampled });
    let case = house.post("/cases", &authority, case).await.text("case");
    let before = items(&house, &authority, &person).await;
    let at = |hours: i64| (house.now() + Span::from_hours(hours)).to_string();
    let leg = |departure: i64, arrival: i64| json!({ "itinerary": [{ "from": "south", "to": "east", "departure": at(departure), "arrival": at(arrival) }] });
    let change = |act: Value| json!({ "version": 1, "change": act, "reason": "x" });
    let contact = json!({ "name": "乙", "phone": "10055555", "degree": "close", "last-exposure": at(1) });
    let order = json!({
        "person": person, "level": "red", "ground": "39", "explanation": "x", "from": at(2), "until": at(1),
        "check-ins": null,
    });
    let own = format!("/persons/{person}");
    let of_case = format!("/cases/{case}");
    for (path, token, form, code) in [
        (format!("{own}/trips"), &token, leg(5, 3), "invalid"),
        (format!("{own}/trips"), &token, leg(5, 24 * 200), "invalid"),
        (format!("{own}/separations"), &token, json!({ "from": at(-1), "until": at(-2) }), "invalid"),
        (
            format!("{of_case}/changes"),
            &authority,
            change(json!({ "act": "recover", "at": at(1) })),
            "in-the-future",
        ),
        (
            format!("{of_case}/changes"),
            &authority,
            change(json!({ "act": "recover", "at": at(-9) })),
            "invalid",
        ),
        (
            format!("{of_case}/changes"),
            &authority,
            change(json!({ "act": "correct", "onset": at(1), "sampled": null })),
            "in-the-future",
        ),
        (format!("{of_case}/contacts"), &authority, contact, "in-the-future"),
        ("/orders".to_owned(), &authority, order, "invalid"),
        (
            "/areas".to_owned(),
            &authority,
            json!({ "division": "south", "level": "high", "from": house.today().plus(1).to_string() }),
            "in-the-future",
        ),
    ] {
        let reply = house.post(&path, token, form).await;
        assert_eq!(reply.problem(), (422, code), "{path}");
    }
    assert_eq!(items(&house, &authority, &person).await, before);
}

#[tokio::test]
async fn forged_expired_foreign_and_mistimed_codes_are_refused_and_recorded_nowhere() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let phone = Phone::enrol(&house, &person, &token, 3).await;
    let at = async |time: Time| phone.show(&house, &person, &token, time).await;
    let now = house.now();
    let live = at(now).await;
    let forged: String = live
        .chars()
        .rev()
        .enumerate()
        .map(|(n, c)| if n == 9 { if c == 'A' { 'B' } else { 'A' } } else { c })
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let server = house.post(&format!("/persons/{person}/codes"), &token, json!({})).await.text("text");
    let ahead = at(now + Span::from_minutes(10)).await;
    let behind = at(now - Span::from_minutes(10)).await;
    for (name, text) in [
        ("forged", forged.as_str()),
        ("foreign", "HC1:6BF"),
        ("ahead", &ahead),
        ("behind", &behind),
        ("nothing", ""),
    ] {
        let reply = house.post("/gate/checks", &gate, check(&house, &point, text, name)).await;
        assert_eq!(reply.problem(), (422, "bad-code"), "{name}");
    }
    house.forward(Span::from_minutes(3)).await;
    for (name, text) in [("screenshot", live.as_str()), ("expired", &server)] {
        let reply = house.post("/gate/checks", &gate, check(&house, &point, text, name)).await;
        assert_eq!(reply.problem(), (422, "bad-code"), "{name}");
    }
    let ledger = house.get(&format!("/points/{point}/ledger?day={}", house.today()), &gate).await.ok();
    assert_eq!(ledger, json!([]));
}

#[tokio::test]
async fn a_presentation_at_a_second_gate_is_named_a_relay() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (here, gate) = house.gate(&authority).await;
    let (there, other) = house.gate(&authority).await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let phone = Phone::enrol(&house, &person, &token, 3).await;
    let shown = phone.show(&house, &person, &token, house.now()).await;
    let first = house.post("/gate/checks", &gate, check(&house, &here, &shown, "a")).await.ok();
    assert_eq!(first["seen-elsewhere"], false);
    let second = house.post("/gate/checks", &other, check(&house, &there, &shown, "b")).await.ok();
    assert_eq!(second["seen-elsewhere"], true);
}

#[tokio::test]
async fn a_gate_s_key_records_one_visit_and_a_temperature_is_a_number() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let code = house.post(&format!("/persons/{person}/codes"), &token, json!({})).await.text("text");
    let form = check(&house, &point, &code, "k");
    house.post("/gate/checks", &gate, form.clone()).await.ok();
    assert_eq!(house.post("/gate/checks", &gate, form.clone()).await.problem(), (409, "duplicate"));
    let mut warm = form;
    warm["temperature"] = json!("warm");
    let reply = house.post("/gate/checks", &gate, warm).await;
    assert_eq!(reply.json["errors"][0], json!({ "field": "temperature", "code": "not-a-number" }));
}

#[tokio::test]
async fn a_file_with_broken_rows_is_imported_and_every_broken_row_is_named() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let file = "id,Event,ExposureType,Location,City,Start,End\n\
                a1,Cafe,Close,1 Street,Town,\"19/02/2020, 7:30 am\",\"19/02/2020, 8:30 am\"\n\
                a2,Shop,Casual,2 Street,Town,\"19/02/2020, 9:30 am\",\"19/02/2020, 8:30 am\"\n\
                a3,Bar,,3 Street,Town,,\n";
    let import = |media_type: &'static str, body: String| {
        Request::post("/api/v1/exposure-sites/import")
            .header(header::AUTHORIZATION, format!("Bearer {authority}"))
            .header(header::CONTENT_TYPE, media_type)
            .body(Body::from(body))
            .unwrap()
    };
    let report = house.send(import("text/csv", file.to_owned())).await.ok();
    assert_eq!((&report["usable"], &report["added"]), (&json!(1), &json!(1)), "{report}");
    let lines: Vec<&Value> = report["bad"].as_array().unwrap().iter().map(|bad| &bad["line"]).collect();
    assert_eq!(lines, [&json!(3), &json!(4)]);
    let form = format!(
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\nContent-Type: text/csv\r\n\r\n{file}\r\n--b--\r\n"
    );
    let again = house.send(import("multipart/form-data; boundary=b", form)).await.ok();
    assert_eq!((&again["added"], &again["unchanged"]), (&json!(0), &json!(1)), "{again}");

    let without = raw(&house, "/exposure-sites/import", &authority, "text/csv", "a,b\n1,2\n").await;
    assert_eq!(without, (422, "bad-file".to_owned()));
    let large =
        raw(&house, "/exposure-sites/import", &authority, "text/csv", "x".repeat((16 << 20) + 1)).await;
    assert_eq!(large, (413, "body-too-large".to_owned()));
}

#[tokio::test]
async fn a_policy_that_does_not_parse_is_refused_and_the_old_one_stays() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let before = house.get("/policy", "").await.ok();
    let reply = house.post("/policies", &authority, json!({ "files": { "policy.toml": "name = \n" } })).await;
    assert_eq!(reply.problem(), (422, "bad-file"));
    assert_eq!(house.get("/policy", "").await.ok(), before);
}

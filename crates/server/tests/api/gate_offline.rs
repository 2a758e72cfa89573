//! A gate without network: what it is given beforehand, and what becomes of what it decided.

use super::house::{House, Phone, check};
use kangma_core::Span;
use serde_json::{Value, json};

fn decided(check: Value, act: &str, standing: &str) -> Value {
    json!({ "check": check, "decided": { "act": act, "standing": standing } })
}

/// A point, its gate's token, and what the gate sends for somebody green under the key `a`.
async fn somebody_green_at_a_gate(house: &House) -> (String, String, Value) {
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    let phone = Phone::enrol(house, &person, &token, 3).await;
    let code = phone.show(house, &person, &token, house.now()).await;
    let scan = check(house, &point, &code, "a");
    (point, gate, scan)
}

/// The keys that a gate may forget, sorted.
fn accepted(answer: &Value) -> Vec<&str> {
    let mut keys: Vec<&str> =
        answer["accepted"].as_array().unwrap().iter().map(|key| key.as_str().unwrap()).collect();
    keys.sort_unstable();
    keys
}

#[tokio::test]
async fn visits_are_handed_in_once_each_and_written_down_as_the_gate_decided_them() {
    let house = House::new().await;
    let (point, gate, good) = somebody_green_at_a_gate(&house).await;
    let bad = check(&house, &point, "KM1:NONSENSE", "b");
    let mut carried = check(&house, &point, "", "c");
    carried["emergency"] = json!(true);
    let mut unread = check(&house, &point, "KM1:NONSENSE", "d");
    unread["emergency"] = json!(true);
    house.forward(Span::from_minutes(20)).await;

    // Green by now; but what was done then is what is written down.
    let visits = json!({ "visits": [
        decided(good, "cannot-tell", "unknown"), decided(bad, "cannot-tell", "unknown"),
        decided(carried, "pass", "unknown"), decided(unread, "pass", "unknown"),
    ]});
    for _ in 0..2 {
        let answer = house.post("/gate/visits", &gate, visits.clone()).await.ok();
        assert_eq!(accepted(&answer), ["a", "b", "c", "d"]);
        assert_eq!(answer["refused"], json!([{ "key": "b", "code": "bad-code" }]));
    }
    let ledger = house.get(&format!("/points/{point}/ledger?day={}", house.today()), &gate).await.ok();
    assert_eq!(ledger.as_array().unwrap().len(), 1, "{ledger}");
    let row = &ledger[0];
    assert_eq!((&row["outcome"], &row["standing"]), (&json!("cannot-tell"), &json!("unknown")), "{row}");
    assert_eq!(row["offline"], true);

    // Somebody else's gate may not hand them in, and is not told to forget them.
    let (_, other) = house.gate(&house.authority("wang").await).await;
    let answer = house.post("/gate/visits", &other, visits).await.ok();
    assert_eq!(accepted(&answer), ["b"], "{answer}");
}

#[tokio::test]
async fn a_scan_whose_answer_was_lost_is_not_recorded_again_when_it_is_handed_in() {
    let house = House::new().await;
    let (point, gate, scan) = somebody_green_at_a_gate(&house).await;
    house.post("/gate/checks", &gate, scan.clone()).await.ok();
    let again = json!({ "visits": [decided(scan, "pass", "green")] });
    assert_eq!(accepted(&house.post("/gate/visits", &gate, again).await.ok()), ["a"]);
    let ledger = house.get(&format!("/points/{point}/ledger?day={}", house.today()), &gate).await.ok();
    assert_eq!(ledger.as_array().unwrap().len(), 1, "{ledger}");
    assert_eq!(ledger[0]["offline"], false);
}

#[tokio::test]
async fn where_a_gate_decided_otherwise_than_the_answer_that_was_lost_what_it_did_is_what_counts() {
    let house = House::new().await;
    let (point, gate, scan) = somebody_green_at_a_gate(&house).await;
    house.post("/gate/checks", &gate, scan.clone()).await.ok();
    let visits = json!({ "visits": [decided(scan, "stop", "red")] });
    for _ in 0..2 {
        assert_eq!(accepted(&house.post("/gate/visits", &gate, visits.clone()).await.ok()), ["a"]);
    }
    let ledger = house.get(&format!("/points/{point}/ledger?day={}", house.today()), &gate).await.ok();
    let mut rows: Vec<Value> = ledger.as_array().unwrap().clone();
    rows.sort_by_key(|row| row["offline"] == true);
    let said = |row: &Value| [row["outcome"].clone(), row["offline"].clone(), row["wrong-scan"].clone()];
    assert_eq!(rows.len(), 2, "{ledger}");
    assert_eq!(said(&rows[0]), [json!("pass"), json!(false), json!(true)]);
    assert_eq!(said(&rows[1]), [json!("stop"), json!(true), json!(false)]);
}

#[tokio::test]
async fn a_visit_without_a_decision_is_none_that_a_gate_hands_in() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let scan = check(&house, &point, "KM1:NONSENSE", "a");
    for visits in
        [json!([scan]), json!([{ "check": scan }]), json!([decided(scan.clone(), "let-in", "green")])]
    {
        let refused = house.post("/gate/visits", &gate, json!({ "visits": visits })).await;
        assert!(refused.status.is_client_error(), "{}", refused.json);
    }
}

/// The ruling on one approach.
fn ruling<'v>(rulings: &'v Value, standing: &str, direction: &str, purpose: &str, fever: bool) -> &'v Value {
    let asked = [json!(standing), json!(direction), json!(purpose), json!(fever)];
    let fits =
        |one: &&Value| ["standing", "direction", "purpose", "fever"].map(|name| one[name].clone()) == asked;
    rulings["rulings"].as_array().unwrap().iter().find(fits).unwrap()
}

#[tokio::test]
async fn the_rulings_of_a_point_are_the_policys_for_every_standing() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let path = format!("/gate/points/{point}/rulings");
    let rulings = house.get(&format!("{path}?lang=en"), &gate).await.ok();
    for (standing, direction, purpose, fever, act, unless_home) in [
        ("green", "in", "none", false, "pass", false),
        ("green", "in", "none", true, "stop", true),
        ("red", "in", "none", false, "stop", true),
        ("red", "in", "home", false, "register", false),
        ("red", "out", "none", false, "register", false),
        ("red", "in", "emergency", true, "register", false),
        ("expired", "in", "none", false, "cannot-tell", false),
        ("unknown", "in", "none", false, "register", false),
    ] {
        let one = ruling(&rulings, standing, direction, purpose, fever);
        assert_eq!((&one["act"], &one["unless-home"]), (&json!(act), &json!(unless_home)), "{one}");
        assert!(!one["sentence"].as_str().unwrap().is_empty(), "{one}");
    }
    assert_eq!((&rulings["fever-above"], &rulings["at"].is_string()), (&json!("37.3"), &true));
    let red = ruling(&rulings, "red", "in", "none", false);
    assert_eq!((&red["word"], &red["standing-word"]), (&json!("Stop"), &json!("Red")));
    let chinese = house.get(&format!("{path}?lang=zh"), &gate).await.ok();
    assert_eq!(ruling(&chinese, "red", "in", "none", false)["standing-word"], "红码");
}

#[tokio::test]
async fn the_keys_are_public_and_the_list_and_the_rulings_are_for_those_who_check_there() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let (_, other) = house.gate(&authority).await;
    let (person, token) = house.resident().await;
    house.declare(&person, &token).await;
    house.post(&format!("/persons/{person}/codes"), &token, json!({})).await.ok();
    assert_eq!(house.get("/issuer-keys", "").await.ok().as_array().unwrap().len(), 1);
    assert_eq!(house.get("/gate/status-list", &gate).await.media_type, "application/statuslist+cwt");
    let rulings = format!("/gate/points/{point}/rulings");
    for path in ["/gate/status-list", &rulings] {
        assert_eq!(house.get(path, &token).await.problem(), (403, "not-allowed"));
        assert_eq!(house.get(path, "").await.problem(), (401, "not-signed-in"));
    }
    assert_eq!(house.get(&rulings, &other).await.problem(), (403, "not-allowed"));
    assert_eq!(house.get("/gate/points/00000000000000ff/rulings", &gate).await.problem(), (404, "not-found"));
}

/// As many as `web/src/gate/queue.ts` hands in at once.
const AT_ONCE: usize = 40;

#[tokio::test]
async fn as_many_visits_as_a_page_hands_in_at_once_fit_into_one_request() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (point, gate) = house.gate(&authority).await;
    let longest = format!("KM1:{}", "0".repeat(1_020));
    let mut scan = check(&house, &point, &longest, &"k".repeat(22));
    scan["temperature"] = json!("37.255");
    scan["purpose"] = json!("ordered-test");
    let visits: Vec<Value> =
        (0..AT_ONCE).map(|_| decided(scan.clone(), "cannot-tell", "under-review")).collect();
    let answer = house.post("/gate/visits", &gate, json!({ "visits": visits })).await.ok();
    assert_eq!(answer["accepted"].as_array().unwrap().len(), AT_ONCE);
}

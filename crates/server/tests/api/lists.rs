//! Visits from another register, handed to a server that runs.

use super::{
    house::{House, Reply},
    once::keyed,
};
use kangma_core::Span;
use kangma_service::access::{Role, Scope};
use serde_json::{Value, json};
use std::time::Duration;

/// Everybody who is called so was here yesterday, from so many minutes after noon for so many minutes.
fn stay(person: &str, point: &str, from: i64, minutes: i64) -> Value {
    let noon: kangma_core::Time = "2020-02-29T04:00:00Z".parse().unwrap();
    let from = noon + Span::from_minutes(from);
    json!({
        "person": person, "point": point,
        "from": from.to_string(), "until": (from + Span::from_minutes(minutes)).to_string(),
    })
}

fn list(visits: &[Value]) -> Value {
    json!({ "person-is": "id", "point-is": "id", "visits": visits })
}

async fn point(house: &House, authority: &str, kind: &str, name: &str) -> String {
    let form = json!({ "name": name, "kind": kind, "district": "east", "directions": ["in", "out"] });
    let point = house.post("/points", authority, form).await.text("point");
    let approved = house.ask("POST", &format!("/points/{point}/approval"), authority, None).await;
    assert_eq!(approved.status, 204);
    point
}

async fn declared(house: &House) -> (String, String) {
    let (person, token) = house.resident().await;
    assert_eq!(house.declare(&person, &token).await["standing"], "green");
    (person, token)
}

async fn standing(house: &House, (person, token): &(String, String)) -> String {
    house.get(&format!("/persons/{person}/verdict"), token).await.text("standing")
}

async fn report(house: &House, authority: &str, person: &str) {
    let case = json!({ "person": person, "status": "confirmed", "sampled": house.now().to_string() });
    house.post("/cases", authority, case).await.ok();
}

async fn hand_in(house: &House, token: &str, visits: &[Value]) -> Value {
    house.post("/visits/list", token, list(visits)).await.ok()
}

#[tokio::test]
async fn visits_that_come_in_after_the_case_reach_whom_they_should_have_reached_in_whatever_order() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let station = point(&house, &authority, "subway", "station").await;
    let (ill, met, late, apart) =
        (declared(&house).await, declared(&house).await, declared(&house).await, declared(&house).await);
    report(&house, &authority, &ill.0).await;
    // Of the contact first, then of the case; then of one more.
    let of = |person: &(String, String), from| stay(&person.0, &station, from, 20);
    hand_in(&house, &authority, &[of(&met, 3), of(&apart, 25)]).await;
    assert_eq!(standing(&house, &met).await, "green");
    let taken = hand_in(&house, &authority, &[of(&ill, 0)]).await;
    assert_eq!(taken, json!({ "added": 1, "unchanged": 0, "bad": [] }));
    assert_eq!(standing(&house, &met).await, "red");
    hand_in(&house, &authority, &[of(&late, -4)]).await;
    assert_eq!(standing(&house, &late).await, "red");
    assert_eq!(standing(&house, &apart).await, "green", "who came after the case had left");
    let acts = house.service.store().read_blocking(|reader| reader.act_records(None, 100)).unwrap();
    let imports = acts.iter().filter(|record| record.act == "import-visits");
    assert!(imports.clone().all(|record| record.actor == "officer:zhou"));
    assert_eq!(imports.count(), 3);
}

#[tokio::test]
async fn a_list_that_comes_twice_adds_nothing_and_under_its_key_it_gets_its_answer_again() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let station = point(&house, &authority, "subway", "station").await;
    let (one, other) = (declared(&house).await.0, declared(&house).await.0);
    // More than a form may have elsewhere, and one of them twice.
    let mut visits: Vec<Value> = (0..400).map(|n| stay(&one, &station, n * 3, 2)).collect();
    visits.push(visits[0].clone());
    let first = keyed(&house, &authority, "k", "/visits/list", &list(&visits)).await.ok();
    assert_eq!(first, json!({ "added": 400, "unchanged": 1, "bad": [] }));
    let again = keyed(&house, &authority, "k", "/visits/list", &list(&visits)).await;
    assert_eq!(again.headers["idempotency-replayed"], "true");
    assert_eq!(again.ok(), first);
    visits.push(stay(&other, &station, 0, 20));
    let reused = keyed(&house, &authority, "k", "/visits/list", &list(&visits)).await;
    assert_eq!(reused.problem(), (422, "idempotency-key-reused"));
    let more = hand_in(&house, &authority, &visits).await;
    assert_eq!(more, json!({ "added": 1, "unchanged": 401, "bad": [] }));
    let all = kangma_core::Day(0)..kangma_core::Day(30_000);
    let logged = house.service.store().read_blocking(move |reader| reader.visit_count(all)).unwrap();
    assert_eq!(logged, 802, "an entry and an exit of each");
}

#[tokio::test]
async fn each_row_that_cannot_be_is_named_with_its_reason_and_the_others_are_taken() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let station = point(&house, &authority, "subway", "station").await;
    for _ in 0..2 {
        point(&house, &authority, "mall", "twins").await;
    }
    let (person, _) = declared(&house).await;
    let day = 24 * 60;
    let rows = [
        (stay(&person, &station, 0, 20), None),
        (stay("00000000000000ff", &station, 0, 20), Some("unknown-person")),
        (stay("' OR 1=1", &station, 0, 20), Some("unknown-person")),
        (stay(&person, "00000000000000ff", 0, 20), Some("unknown-point")),
        (stay(&person, "", 0, 20), Some("unknown-point")),
        (stay(&person, &station, 0, -1), Some("ends-before-it-begins")),
        (stay(&person, &station, 0, 0), Some("ends-before-it-begins")),
        (stay(&person, &station, day, 20), Some("in-the-future")),
        (stay(&person, &station, -3 * day, 2 * day + 1), Some("too-long")),
        (stay(&person, &station, -3 * day, 2 * day), None),
        (stay(&person, &station, -22 * day, 20), Some("too-old")),
    ];
    let visits: Vec<Value> = rows.iter().map(|(row, _)| row.clone()).collect();
    let taken = hand_in(&house, &authority, &visits).await;
    let bad: Vec<Value> = (1..)
        .zip(&rows)
        .filter_map(|(place, (_, because))| Some(json!({ "place": place, "because": (*because)? })))
        .collect();
    assert_eq!(taken, json!({ "added": 2, "unchanged": 0, "bad": bad }));
    let by_name = json!({ "person-is": "phone", "point-is": "name", "visits": [
        stay("10000000", "station", 60, 20), stay("10000000", "twins", 90, 20), stay("10099999", "station", 60, 20),
    ] });
    let taken = house.post("/visits/list", &authority, by_name).await.ok();
    let bad = json!([
        { "place": 2, "because": "unknown-point" }, { "place": 3, "because": "unknown-person" },
    ]);
    assert_eq!(taken, json!({ "added": 1, "unchanged": 0, "bad": bad }));
}

#[tokio::test]
async fn whoever_is_in_two_places_at_once_meets_people_in_both() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let station = point(&house, &authority, "subway", "station").await;
    let mall = point(&house, &authority, "mall", "mall").await;
    let (ill, here, there) = (declared(&house).await, declared(&house).await, declared(&house).await);
    report(&house, &authority, &ill.0).await;
    let visits = [
        stay(&ill.0, &station, 0, 60),
        stay(&ill.0, &mall, 0, 60),
        stay(&here.0, &station, 10, 30),
        stay(&there.0, &mall, 10, 40),
    ];
    assert_eq!(hand_in(&house, &authority, &visits).await["added"], 4);
    assert_eq!([standing(&house, &here).await, standing(&house, &there).await], ["red", "red"]);
}

#[tokio::test]
async fn a_list_without_the_right_too_long_too_large_or_malformed_is_refused_and_nothing_is_taken() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let (station, gate) = house.gate(&authority).await;
    let (person, token) = declared(&house).await;
    let visit = stay(&person, &station, 0, 20);
    let tracer = house.officer("sun", &[Role::Tracer], Scope::Everywhere).await;
    let checker = house.officer("qian", &[Role::Checker], Scope::Everywhere).await;
    let of_east = house.officer("wang", &[Role::Authority], Scope::District("east".into())).await;
    let refused = async |token: &str, list| {
        let reply: Reply = house.post("/visits/list", token, list).await;
        let (status, code) = reply.problem();
        (status, code.to_owned())
    };
    let problem = |status, code: &str| (status, code.to_owned());
    for token in [&token, &gate, &tracer, &checker, &of_east] {
        let told = refused(token, list(std::slice::from_ref(&visit))).await;
        assert_eq!(told, problem(403, "not-allowed"));
    }
    assert_eq!(refused("", list(std::slice::from_ref(&visit))).await, problem(401, "not-signed-in"));
    let long = vec![json!({ "person": "", "point": "", "from": house.now(), "until": house.now() }); 10_001];
    assert_eq!(refused(&authority, list(&long)).await, problem(422, "invalid"));
    let wide = stay(&"x".repeat(2 << 20), &station, 0, 20);
    assert_eq!(refused(&authority, list(&[wide])).await, problem(413, "body-too-large"));
    let without = json!({ "person": person, "point": station, "from": house.now() });
    let mut trusted = list(std::slice::from_ref(&visit));
    trusted["assurance"] = json!("certain");
    let named = json!({ "person-is": "name", "point-is": "id", "visits": [visit] });
    for wrong in [list(&[without]), trusted, named, list(&[json!("a row")])] {
        assert_eq!(refused(&authority, wrong).await, problem(422, "wrong-type"));
    }
    let days = house.service.store().read_blocking(|reader| reader.visit_days()).unwrap();
    assert_eq!(days, None, "nothing was taken");
}

#[tokio::test]
async fn what_a_client_asked_for_before_it_went_away_is_done_and_reaches_the_contacts() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    let station = point(&house, &authority, "subway", "station").await;
    let (ill, met) = (declared(&house).await, declared(&house).await);
    report(&house, &authority, &ill.0).await;
    let visits = [&ill, &met].map(|(person, _)| stay(person, &station, 0, 20));
    let gone = tokio::time::timeout(Duration::ZERO, hand_in(&house, &authority, &visits)).await;
    assert!(gone.is_err(), "it was answered before the client could go");
    for _ in 0..1_000 {
        if standing(&house, &met).await == "red" {
            return;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    panic!("the contact was not reached");
}

/// The requests that a page of the documentation shows, each with what is answered.
fn shown(page: &str) -> Vec<(String, Value, Value)> {
    let blocks = page.split("```\nPOST /api/v1").skip(1).map(|block| block.split_once("```").unwrap().0);
    let read = |text: &str| serde_json::from_str(text).unwrap();
    let parts = |block: &str| {
        let (path, rest) = block.split_once('\n').unwrap();
        let (form, answer) = rest.split_once("\n200\n").unwrap();
        (path.to_owned(), read(form), read(answer))
    };
    blocks.map(parts).collect()
}

#[tokio::test]
async fn the_requests_that_the_documentation_shows_are_answered_as_it_shows() {
    let house = House::new().await;
    let authority = house.authority("zhou").await;
    point(&house, &authority, "subway", "Station of the invented").await;
    let (_, met) = (declared(&house).await, declared(&house).await);
    let page = include_str!("../../../../docs/lists.md");
    let requests = shown(page);
    assert_eq!(requests.len(), 2);
    for (path, form, answer) in requests {
        assert_eq!(house.post(&path, &authority, form).await.ok(), answer, "{path}");
    }
    house.service.run_jobs(|_, _, _| {}).await.unwrap();
    assert_eq!(standing(&house, &met).await, "red", "they were in one station for 25 minutes");
}

//! What a gate is given before it loses its network, and what becomes of what it hands in.

use crate::house::House;
use kangma_core::{Direction, Kind, PersonId, Span, Standing, Time, policy::Outcome};
use kangma_credential::{IssuerKey, KeyRing, SecretKey, Signer as _, Status, StatusListToken, verify};
use kangma_service::{
    Actor,
    forms::{Decided, OfflineScan, ScanForm},
};

const STOPPED: Decided = Decided { outcome: Outcome::Stop, standing: Standing::Green };

fn ring(house: &House) -> KeyRing {
    KeyRing::new(house.service.issuer_keys().iter().map(|key| IssuerKey::try_from(key).unwrap()))
}

/// How long a list is given out before the next is made.
const MADE_EVERY: Span = Span::from_seconds(10);

async fn list(house: &House, checker: &Actor) -> StatusListToken {
    house.forward(MADE_EVERY);
    let token = house.service.status_list(checker, "/list".to_owned()).await.unwrap();
    StatusListToken::verify(&token, &ring(house), house.now()).unwrap()
}

/// What the list says about a code that was just shown.
async fn listed(house: &House, checker: &Actor, text: &str, shown_at: Time) -> Status {
    let index = verify(text, &ring(house), shown_at).unwrap().code.status;
    list(house, checker).await.list.status(index).unwrap()
}

#[tokio::test]
async fn the_list_decides_anew_what_time_may_have_changed_since_the_standing_was_kept() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (person, actor) = house.resident().await;
    house.declare(&actor, person).await;
    let paper = house.service.print_paper_code(&officer, person).await.unwrap();
    let printed = house.now();
    let said = async || listed(&house, &officer, &paper.text, printed).await;
    assert_eq!(said().await, Status::Standing(Standing::Green));

    // Nothing has run since: the kept standing is green still, and neither of these lists may say so.
    house.forward(Span::from_24_hours(1) + Span::from_hours(3));
    assert_eq!(said().await, Status::Standing(Standing::Unknown), "the sources are silent");
    house.forward(Span::from_24_hours(14));
    house.hear_sources().await;
    assert_eq!(said().await, Status::Standing(Standing::Expired), "the declaration is over");
}

#[tokio::test]
async fn a_list_holds_no_longer_than_the_sources_behind_it_and_six_hours_at_most() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let holds = async || {
        let list = list(&house, &officer).await;
        (list.expires.unwrap() - list.issued).seconds()
    };
    // The laboratory may be silent for six hours.
    let whole = Span::from_hours(6).seconds();
    assert!((whole - 60..=whole).contains(&holds().await));
    house.forward(Span::from_hours(5));
    let rest = Span::from_hours(1).seconds();
    assert!((rest - 60..=rest).contains(&holds().await));
    // It is silent now, and the list says so of everybody: the other sources are what may still change.
    house.forward(Span::from_hours(2));
    assert_eq!(holds().await, whole);
}

#[tokio::test]
async fn one_list_is_given_to_every_gate_that_asks_within_ten_seconds() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let ask = async || house.service.status_list(&officer, "/list".to_owned()).await.unwrap();
    let first = ask().await;
    house.forward(Span(MADE_EVERY.0 - 1_000));
    assert_eq!(ask().await, first);
    house.forward(Span::from_seconds(1));
    assert_ne!(ask().await, first);
}

#[tokio::test]
async fn the_list_says_that_the_codes_of_a_replaced_phone_are_revoked() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (person, actor) = house.resident().await;
    house.declare(&actor, person).await;
    let old = house.device(&actor, person, 1).await;
    let (text, shown_at) = (house.show(&actor, person, &old).await, house.now());
    let key = SecretKey::ed25519([2; 32]).public_key().raw().to_vec();
    assert_eq!(listed(&house, &officer, &text, shown_at).await, Status::Standing(Standing::Green));
    house.service.enrol_device(&actor, person, key, true).await.unwrap();
    assert_eq!(listed(&house, &officer, &text, shown_at).await, Status::Revoked);
}

/// What a gate hands in of somebody who had a fever.
fn fever(key: &str, text: &str, at: Time) -> OfflineScan {
    let temperature = Some("38".parse().unwrap());
    let scan = ScanForm { temperature, ..House::scan(text.to_owned(), Direction::In) };
    OfflineScan { key: key.to_owned(), at, scan, decided: STOPPED }
}

async fn temperatures(house: &House, person: PersonId) -> usize {
    let items = house.service.store().read(move |reader| reader.evidence_of(person)).await.unwrap();
    items.iter().filter(|item| item.kind == Kind::GateTemperature).count()
}

#[tokio::test]
async fn one_reading_handed_in_twice_is_no_second_reading_and_two_of_one_half_hour_are() {
    let house = House::under("hangzhou-2020").await;
    let (one, other) = (house.authority("lin").await, house.authority("sun").await);
    let point = house.point("office", "tower").await;
    let (person, actor) = house.resident().await;
    house.declare(&actor, person).await;
    let phone = house.device(&actor, person, 1).await;
    let (text, first) = (house.show(&actor, person, &phone).await, house.now());
    house.forward(Span::from_minutes(20));
    let (again, second) = (house.show(&actor, person, &phone).await, house.now());
    house.forward(Span::from_minutes(20));

    house.service.hand_in(&one, point, vec![fever("a", &text, first)]).await.unwrap();
    let handed = house.service.hand_in(&other, point, vec![fever("a", &text, first)]).await.unwrap();
    assert_eq!((handed[0].visit, handed[0].refused), (None, None));
    assert_eq!(temperatures(&house, person).await, 0);
    house.service.hand_in(&other, point, vec![fever("b", &again, second)]).await.unwrap();
    assert_eq!(temperatures(&house, person).await, 1);
}

#[tokio::test]
async fn whoever_an_offline_gate_stopped_was_not_inside_whatever_the_server_would_have_said() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let point = house.point("office", "tower").await;
    let (person, actor) = house.resident().await;
    house.declare(&actor, person).await;
    let phone = house.device(&actor, person, 1).await;
    let (text, at) = (house.show(&actor, person, &phone).await, house.now());
    house.forward(Span::from_minutes(5));
    let scan = House::scan(text, Direction::In);
    let scans = vec![OfflineScan { key: "a".to_owned(), at, scan, decided: STOPPED }];
    house.service.hand_in(&officer, point, scans).await.unwrap();
    let day = house.service.rules().policy(at).zone.day(at);
    let rows = house.service.ledger(&officer, point, day, None, 10).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert!(rows[0].offline && rows[0].outcome == kangma_store::VisitOutcome::Stop);
    assert_eq!((rows[0].standing, rows[0].at), (Some(Standing::Green), at));
}

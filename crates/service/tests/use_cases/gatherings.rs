//! Where the cases were together: the place that many shared comes first, and who may ask.

use crate::house::{Holder, House, code};
use kangma_core::{PointId, Span};
use kangma_service::{
    Actor,
    access::{Role, Scope},
    forms::CaseForm,
    gatherings::{GatheringRow, Sought, stretches},
};

const SOUGHT: Sought = Sought { since: None, earliest: 14, latest: 1, at_least: 2 };

async fn asked(house: &House, actor: &Actor, sought: Sought) -> Vec<(PointId, u32, u32)> {
    let rows = house.service.gatherings(actor, sought, 50).await.unwrap();
    let mut told: Vec<_> =
        rows.iter().map(|row| (row.point, row.gathering.cases, row.gathering.people)).collect();
    told.dedup();
    told
}

async fn reported(house: &House, officer: &Actor, holder: &Holder, status: &str, days_ago: i64) {
    let onset = Some(house.now() - Span::from_24_hours(days_ago));
    let form = CaseForm { person: holder.person, status: status.to_owned(), onset, sampled: None };
    house.service.report_case(officer, form).await.unwrap();
}

#[tokio::test]
async fn the_place_that_the_cases_shared_is_named_with_what_chance_would_give() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let bar = house.point("restaurant", "The Example Bar").await;
    let hall = house.point("railway-station", "Example Station").await;
    let mut all: Vec<Holder> = Vec::new();
    for _ in 0..8 {
        all.push(house.holder().await);
    }
    house.meet(&officer, hall, &all.iter().collect::<Vec<_>>(), Span::from_minutes(20)).await;
    house.forward(Span::from_hours(3));
    house.meet(&officer, bar, &all.iter().take(4).collect::<Vec<_>>(), Span::from_minutes(20)).await;
    house.at(5, 10).await;
    let begun = house.now();
    for holder in &all[..3] {
        reported(&house, &officer, holder, "confirmed", 2).await;
    }
    // A suspicion is no case, and nobody was infected by whom they met after the onset.
    reported(&house, &officer, &all[7], "suspected", 2).await;

    let rows: Vec<GatheringRow> = house.service.gatherings(&officer, SOUGHT, 50).await.unwrap();
    let first = &rows[0];
    assert_eq!((first.point, &*first.name, &*first.kind), (bar, "The Example Bar", "restaurant"));
    assert_eq!((first.gathering.cases, first.gathering.people), (3, 4));
    assert!((first.gathering.expected - 3.0 * 4.0 / 8.0).abs() < 1e-9);
    assert_eq!(asked(&house, &officer, SOUGHT).await, [(bar, 3, 4), (hall, 3, 8)]);
    assert_eq!(asked(&house, &officer, Sought { at_least: 4, ..SOUGHT }).await, []);
    // Four days lie between the meeting and today; the onset was two days ago.
    assert_eq!(asked(&house, &officer, Sought { earliest: 3, ..SOUGHT }).await.len(), 2);
    assert_eq!(asked(&house, &officer, Sought { earliest: 2, ..SOUGHT }).await, []);
    assert_eq!(asked(&house, &officer, Sought { latest: 3, ..SOUGHT }).await.len(), 2);
    assert_eq!(asked(&house, &officer, Sought { latest: 4, ..SOUGHT }).await, []);
    assert_eq!(asked(&house, &officer, Sought { since: Some(begun), ..SOUGHT }).await.len(), 2);
    let later = Some(house.now() + Span::from_hours(1));
    assert_eq!(asked(&house, &officer, Sought { since: later, ..SOUGHT }).await, []);
    assert_eq!(house.service.gatherings(&officer, SOUGHT, 1).await.unwrap().len(), 1);
}

#[tokio::test]
async fn only_who_works_on_cases_may_ask_and_only_about_their_own_district() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let bar = house.point("restaurant", "The Example Bar").await;
    let (one, other) = (house.holder().await, house.holder().await);
    house.meet(&officer, bar, &[&one, &other], Span::from_minutes(20)).await;
    house.at(3, 10).await;
    for holder in [&one, &other] {
        reported(&house, &officer, holder, "confirmed", 1).await;
    }
    let east = house.officer("east", &[Role::Tracer], Scope::District("east".into())).await;
    let west = house.officer("west", &[Role::Tracer], Scope::District("west".into())).await;
    assert_eq!(asked(&house, &east, SOUGHT).await, [(bar, 2, 2)]);
    assert_eq!(asked(&house, &west, SOUGHT).await, []);
    let checker = house.officer("door", &[Role::Checker], Scope::Everywhere).await;
    for actor in [&checker, &one.actor] {
        assert_eq!(code(house.service.gatherings(actor, SOUGHT, 9).await), "not-allowed");
    }
    let backwards = Sought { earliest: 1, latest: 2, ..SOUGHT };
    assert_eq!(code(house.service.gatherings(&officer, backwards, 9).await), "invalid");
}

#[tokio::test]
async fn hours_that_follow_one_another_at_a_place_are_one_line_with_the_most_telling_hour() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let bar = house.point("restaurant", "The Example Bar").await;
    let mut all: Vec<Holder> = Vec::new();
    for _ in 0..6 {
        all.push(house.holder().await);
    }
    let evening: Vec<&Holder> = all.iter().take(3).collect();
    house.meet(&officer, bar, &evening, Span::from_minutes(150)).await;
    house.forward(Span::from_hours(9));
    house.meet(&officer, bar, &all.iter().collect::<Vec<_>>(), Span::from_minutes(20)).await;
    house.at(3, 10).await;
    for holder in &all[..3] {
        reported(&house, &officer, holder, "confirmed", 1).await;
    }
    let hours = house.service.gatherings(&officer, SOUGHT, 50).await.unwrap();
    let told = stretches(hours.clone());
    assert!(hours.len() > 3, "{}", hours.len());
    assert_eq!(told.len(), 2, "an evening and a morning");
    assert!(told[0].window.until - told[0].window.from >= Span::from_hours(3));
    assert_eq!((told[0].peak.gathering.cases, told[0].peak.gathering.people), (3, 3));
    assert_eq!((told[1].peak.gathering.cases, told[1].peak.gathering.people), (3, 6));
    assert_eq!(told[0].peak.gathering.surprise, hours[0].gathering.surprise);
    let mut backwards = hours;
    backwards.reverse();
    assert_eq!(stretches(backwards)[0].window, told[0].window, "whatever the order they come in");
}

//! Risk areas: they reach back over declared stays and visits, are cleared without undoing, and withdrawn with everything.

use crate::house::{House, code};
use kangma_core::{AreaId, Assurance, Direction, Kind, Span, Standing, Visit};
use kangma_service::forms::{AreaAct, AreaForm, Leg, Purpose};

fn area(level: &str) -> AreaForm {
    AreaForm { division: "south".to_owned(), level: level.to_owned(), from: "2020-02-20".parse().unwrap() }
}

fn ended(area: AreaId, withdrawn: bool) -> AreaAct {
    AreaAct { area, withdrawn, reason: "no case for two weeks".to_owned() }
}

#[tokio::test]
async fn a_person_who_plans_to_enter_from_a_risk_area_is_found_whether_it_is_marked_before_or_after() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let mut standings = Vec::new();
    let mut travellers = Vec::new();
    for marked_before in [false, true] {
        let (person, actor) = house.resident().await;
        if marked_before {
            house.service.mark_area(&officer, area("high")).await.unwrap();
        }
        let mut form = house.clean_declaration(Purpose::PlanningToEnter);
        form.answers.insert("stayed-in-risk-area".to_owned(), true.into());
        form.itinerary = vec![Leg {
            from: "south".to_owned(),
            to: "east".to_owned(),
            departure: house.now() - Span::from_24_hours(3),
            arrival: house.now() + Span::from_24_hours(1),
        }];
        standings.push(house.service.declare(&actor, person, form).await.unwrap().verdict.standing);
        travellers.push((person, actor));
    }
    assert_eq!(code(house.service.mark_area(&officer, area("high")).await), "duplicate");
    for (person, actor) in &travellers {
        assert_ne!(house.standing(actor, *person).await, Standing::Green);
    }
    // A stay that goes on is said anew; only the newest one stands.
    for (person, _) in &travellers {
        let store = house.service.store().clone();
        let evidence = store.read_blocking(|reader| reader.evidence_of(*person)).unwrap();
        let count = |kind| evidence.iter().filter(|item| item.kind == kind).count();
        assert_eq!(count(Kind::RiskAreaStay) - count(Kind::Withdrawal), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn clearing_an_area_leaves_what_it_caused_and_withdrawing_it_takes_that_back() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (person, actor) = house.resident().await;
    house.declare(&actor, person).await;
    let form = kangma_service::forms::PointForm {
        name: "southern market".to_owned(),
        kind: "market".to_owned(),
        district: "south".to_owned(),
        directions: vec![Direction::In, Direction::Out],
    };
    let point = house.service.register_point(&kangma_service::Actor::System, form).await.unwrap();
    house.service.approve_point(&kangma_service::Actor::System, point).await.unwrap();
    let from = house.now() - Span::from_24_hours(2);
    let visit = |at, direction| Visit { person, point, at, direction, assurance: Assurance::DeviceBound };
    let visits = vec![visit(from, Direction::In), visit(from + Span::from_hours(6), Direction::Out)];
    house.service.settle_visits(visits, |_| {}).await.unwrap();
    let preview = house.service.preview_area(&officer, area("high")).await.unwrap();
    assert_eq!(preview.len(), 1);
    assert_eq!(house.standing(&actor, person).await, Standing::Green);
    let marked = house.service.mark_area(&officer, area("high")).await.unwrap();
    let coloured = house.standing(&actor, person).await;
    assert_ne!(coloured, Standing::Green);
    let unsaid = AreaAct { reason: " ".to_owned(), ..ended(marked, false) };
    assert_eq!(code(house.service.end_area(&officer, unsaid).await), "invalid");
    house.service.end_area(&officer, ended(marked, false)).await.unwrap();
    assert_eq!(house.standing(&actor, person).await, coloured);
    let again = house.service.end_area(&officer, ended(marked, false)).await;
    assert_eq!(code(again), "wrong-state");
    house.service.end_area(&officer, ended(marked, true)).await.unwrap();
    assert_eq!(house.standing(&actor, person).await, Standing::Green);
    let records = house.service.store().read_blocking(|reader| reader.act_records(None, 9)).unwrap();
    for act in ["clear-area", "withdraw-area"] {
        let record = records.iter().find(|record| record.act == act).unwrap();
        assert_eq!(record.reason.as_ref().unwrap().0, "no case for two weeks");
    }
    assert_eq!(code(house.service.mark_area(&actor, area("high")).await), "not-allowed");
    assert_eq!(code(house.service.mark_area(&officer, area("purple")).await), "invalid");
}

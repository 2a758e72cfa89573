//! A person who plans to enter from a risk area, and whose declaration expires while they are yellow.

use super::{
    at, come, rules,
    told::{gives_nothing_away, readable},
    verdict,
};
use crate::house::{House, code};
use kangma_core::{Direction, PersonId, Standing, policy::Outcome, why_not::ResidentWhyNotBecause};
use kangma_service::{
    Actor,
    explain::AsOf,
    forms::{AreaForm, DeclarationForm, Leg, Purpose},
};

fn planned(house: &House) -> DeclarationForm {
    let mut form = house.clean_declaration(Purpose::PlanningToEnter);
    form.answers.insert("stayed-in-risk-area".to_owned(), true.into());
    form.itinerary = vec![Leg {
        from: "south".to_owned(),
        to: "east".to_owned(),
        departure: at("-3 08:00"),
        arrival: at("2 15:00"),
    }];
    form
}

async fn traveller() -> (House, Actor, PersonId, Actor) {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (person, actor) = house.resident().await;
    house.service.declare(&actor, person, planned(&house)).await.unwrap();
    (house, officer, person, actor)
}

#[tokio::test]
async fn somebody_who_plans_to_enter_from_a_risk_area_is_yellow_until_seven_check_ins_and_then_declares_again()
 {
    let (house, officer, person, actor) = traveller().await;
    let declared = verdict(&house, &actor, person).await;
    assert_eq!((declared.standing, rules(&declared)), (Standing::Yellow, vec!["declared-risk-area"]));
    let read = readable(&house, &actor, person, Standing::Green).await;
    gives_nothing_away(&read, &["south".to_owned()], "the traveller");
    let phone = house.device(&actor, person, 1).await;
    let station = house.point("railway-station", "main station").await;
    come(&house, "2 15:00").await;
    let text = house.show(&actor, person, &phone).await;
    let stopped =
        house.service.check_at_gate(&officer, station, House::scan(text, Direction::In)).await.unwrap();
    assert_eq!((stopped.outcome, &*stopped.sentence), (Outcome::Stop, "yellow"));
    for day in 1..=5 {
        come(&house, &format!("{} 16:00", day + 1)).await;
        house.service.check_in_daily(&actor, person, house.normal_check_in()).await.unwrap();
    }

    // The declaration of somebody who plans to enter holds seven days; the colour hides nothing and is hidden by nothing.
    come(&house, "7 23:59").await;
    let last = verdict(&house, &actor, person).await;
    assert_eq!(last.declaration.as_ref().unwrap().until, at("8 00:00"));
    assert_eq!(last.standing, Standing::Yellow);
    come(&house, "8 00:00").await;
    assert_eq!(house.standing(&actor, person).await, Standing::Yellow);
    assert_eq!(code(house.service.renew(&actor, person).await), "cannot-renew");
    for day in [8, 9] {
        come(&house, &format!("{day} 09:00")).await;
        assert_eq!(house.standing(&actor, person).await, Standing::Yellow);
        house.service.check_in_daily(&actor, person, house.normal_check_in()).await.unwrap();
    }
    let ended = verdict(&house, &actor, person).await;
    assert_eq!((ended.standing, rules(&ended)), (Standing::Expired, vec![]));
    let answer = house.service.why_not(&actor, person, Standing::Yellow, AsOf::default()).await.unwrap();
    let rule = answer.rules.iter().find(|rule| &*rule.rule == "declared-risk-area").unwrap();
    assert!(matches!(rule.because, ResidentWhyNotBecause::Ended { day } if day.to_string() == "2020-03-10"));
    assert_eq!(house.declare(&actor, person).await, Standing::Green);
}

#[tokio::test]
async fn an_area_that_is_marked_later_reaches_back_to_whoever_stayed_there_and_what_was_decided_stays() {
    let (house, officer, person, actor) = traveller().await;
    come(&house, "3 12:00").await;
    let before = house.now();
    let area = AreaForm {
        division: "south".to_owned(),
        level: "high".to_owned(),
        from: "2020-02-20".parse().unwrap(),
    };
    house.service.mark_area(&officer, area).await.unwrap();
    let marked = verdict(&house, &actor, person).await;
    assert_eq!((marked.standing, rules(&marked)), (Standing::Red, vec!["key-area", "declared-risk-area"]));
    let read = readable(&house, &actor, person, Standing::Green).await;
    gives_nothing_away(&read, &["south".to_owned()], "the traveller");
    let then = AsOf { known_at: Some(before), effective_at: Some(before) };
    let known_then = house.service.explain(&actor, person, then).await.unwrap();
    assert_eq!(known_then.standing, Standing::Yellow);
}

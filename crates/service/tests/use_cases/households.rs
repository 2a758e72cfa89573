//! The family question on real parts: four in one household, one away; a contact, a case, a withdrawal, a late report.

use crate::house::{House, code};
use kangma_core::{PersonId, Span, Standing, Window};
use kangma_service::{Actor, explain::AsOf, forms::CaseForm, report_case::CaseAct};

struct Family {
    members: Vec<(PersonId, Actor)>,
}

async fn family(house: &House) -> Family {
    let mut members = Vec::new();
    for _ in 0..4 {
        let (person, actor) = house.resident().await;
        house.declare(&actor, person).await;
        members.push((person, actor));
    }
    for one in 0..4 {
        for other in one + 1..4 {
            let phone = house.service.profile(&members[other].1, members[other].0).await.unwrap().phone;
            let link =
                house.service.propose_link(&members[one].1, members[one].0, phone, None).await.unwrap();
            assert_eq!(code(house.service.confirm_link(&members[one].1, link).await), "not-allowed");
            house.service.confirm_link(&members[other].1, link).await.unwrap();
        }
    }
    // The fourth has been away for three weeks and comes back in another three.
    let away =
        Window { from: house.now() - Span::from_24_hours(21), until: house.now() + Span::from_24_hours(21) };
    assert_eq!(code(house.service.record_separation(&members[3].1, members[3].0, away).await), "invalid");
    let officer = house.authority("desk").await;
    house.service.record_separation(&officer, members[3].0, away).await.unwrap();
    Family { members }
}

impl Family {
    async fn standings(&self, house: &House) -> Vec<Standing> {
        let mut standings = Vec::new();
        for (person, actor) in &self.members {
            standings.push(house.standing(actor, *person).await);
        }
        standings
    }
}

#[tokio::test]
async fn a_case_turns_those_who_live_with_it_and_not_the_one_who_is_away_and_a_withdrawal_turns_them_back() {
    use Standing::{Green, Red};
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let family = family(&house).await;
    assert_eq!(family.standings(&house).await, [Green; 4]);
    let form = CaseForm {
        person: family.members[0].0,
        status: "confirmed".to_owned(),
        onset: Some(house.now() - Span::from_hours(20)),
        sampled: Some(house.now() - Span::from_hours(2)),
    };
    let case = house.service.report_case(&officer, form).await.unwrap().case;
    assert_eq!(family.standings(&house).await, [Red, Red, Red, Green]);

    // The one away asks why not, and compares with somebody at home: the other adult agreed by the link.
    let (away, away_signed_in) = &family.members[3];
    let why_not = house.service.why_not(away_signed_in, *away, Red, AsOf::default()).await.unwrap();
    let told = serde_json::to_string(&why_not).unwrap();
    assert!(told.contains("close-contact"));
    for (other, _) in &family.members[..3] {
        assert!(!told.contains(&other.to_string()), "no text to a resident names the other person");
    }
    let compared = house.service.compare(away_signed_in, *away, family.members[1].0).await.unwrap();
    assert_eq!(compared.standings, [Green, Red]);
    assert!(compared.not_mine.iter().any(|rule| &*rule.rule == "close-contact"));

    // Ending a link stops disclosure at once, and what the case caused while they lived together stays.
    let links = house.service.links(away_signed_in, *away).await.unwrap();
    let to_second = links.iter().find(|link| link.other == Some(family.members[1].0)).unwrap();
    house.service.end_link(away_signed_in, to_second.link).await.unwrap();
    assert_eq!(code(house.service.compare(away_signed_in, *away, family.members[1].0).await), "not-allowed");
    assert_eq!(family.standings(&house).await, [Red, Red, Red, Green]);

    let version = house.service.case(&officer, case).await.unwrap().row.version;
    house.service.change_case(&officer, case, version, CaseAct::Withdraw).await.unwrap();
    assert_eq!(family.standings(&house).await, [Green; 4]);
}

#[tokio::test]
async fn a_link_that_is_confirmed_after_the_report_still_finds_whom_it_should() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (one, one_signed_in) = house.resident().await;
    let (other, other_signed_in) = house.resident().await;
    for (person, actor) in [(one, &one_signed_in), (other, &other_signed_in)] {
        house.declare(actor, person).await;
    }
    let form = CaseForm {
        person: one,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now() - Span::from_hours(2)),
    };
    house.service.report_case(&officer, form).await.unwrap();
    assert_eq!(house.standing(&other_signed_in, other).await, Standing::Green);
    let phone = house.service.profile(&other_signed_in, other).await.unwrap().phone;
    let link = house.service.propose_link(&one_signed_in, one, phone, None).await.unwrap();
    assert_eq!(house.standing(&other_signed_in, other).await, Standing::Green);
    house.service.confirm_link(&other_signed_in, link).await.unwrap();
    assert_eq!(house.standing(&other_signed_in, other).await, Standing::Red);
}

#[tokio::test]
async fn nobody_says_themselves_that_a_known_contact_was_none_but_they_move_out_and_staff_can_say_it() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (ill, other) = (house.holder().await, house.holder().await);
    house.live_together((&ill.actor, ill.person), (&other.actor, other.person)).await;
    let form = CaseForm {
        person: ill.person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now() - Span::from_hours(2)),
    };
    house.service.report_case(&officer, form).await.unwrap();
    let until = house.now() + Span::from_24_hours(20);
    let apart = async |actor: &Actor, person, from| {
        house.service.record_separation(actor, person, Window { from, until }).await
    };
    let weeks_ago = house.now() - Span::from_24_hours(21);
    assert_eq!(code(apart(&other.actor, other.person, weeks_ago).await), "invalid");
    assert_eq!(code(apart(&ill.actor, ill.person, weeks_ago).await), "invalid", "nor does the case for them");
    assert_eq!(house.standing(&other.actor, other.person).await, Standing::Red);
    house.forward(Span::from_minutes(5));
    // Whole days, as the page has them: today counts from the contact that is known.
    let this_morning = house.now() - Span::from_hours(1);
    apart(&other.actor, other.person, this_morning).await.unwrap();
    assert_eq!(house.standing(&other.actor, other.person).await, Standing::Red, "they did live together");
    apart(&officer, other.person, weeks_ago).await.unwrap();
    assert_eq!(house.standing(&other.actor, other.person).await, Standing::Green);
}

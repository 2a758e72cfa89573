//! Nothing colours anybody by one officer's hand, and everything that colours can be appealed.

use crate::house::{House, code};
use kangma_core::{Span, Standing, Window};
use kangma_service::{
    appeal::AppealOutcome,
    forms::{AppealForm, FindingForm, IsolationPlace, OrderForm, Ordered},
};

fn order(house: &House, person: kangma_core::PersonId) -> OrderForm {
    OrderForm {
        person,
        order: Ordered::Level("red".to_owned()),
        ground: "infectious-disease-law".to_owned(),
        explanation: "observed in the same ward".to_owned(),
        window: Window { from: house.now(), until: house.now() + Span::from_24_hours(7) },
        check_ins: None,
    }
}

#[tokio::test]
async fn an_order_needs_two_officers_a_ground_and_an_end() {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let (person, signed_in) = house.resident().await;
    house.declare(&signed_in, person).await;
    let without_ground = OrderForm { ground: " ".to_owned(), ..order(&house, person) };
    assert_eq!(code(house.service.propose_order(&first, without_ground).await), "invalid");
    let for_ever = OrderForm {
        window: Window { from: house.now(), until: house.now() + Span::from_24_hours(1_000) },
        ..order(&house, person)
    };
    assert_eq!(code(house.service.propose_order(&first, for_ever).await), "invalid");
    let proposal = house.service.propose_order(&first, order(&house, person)).await.unwrap();
    assert_eq!(house.standing(&signed_in, person).await, Standing::Green);
    assert_eq!(code(house.service.confirm_proposal(&first, proposal).await), "same-officer");
    house.service.confirm_proposal(&second, proposal).await.unwrap();
    let standing = house.standing(&signed_in, person).await;
    assert_ne!(standing, Standing::Green);
    assert_eq!(code(house.service.confirm_proposal(&second, proposal).await), "wrong-state");
    house.service.lift_order(&second, proposal, false).await.unwrap();
    assert_eq!(house.standing(&signed_in, person).await, Standing::Green);
    assert_eq!(code(house.service.lift_order(&second, proposal, false).await), "wrong-state");
}

#[tokio::test]
async fn a_false_statement_is_found_by_two_after_a_hearing_and_an_appeal_takes_it_back() {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let (person, signed_in) = house.resident().await;
    let form = house.clean_declaration(kangma_service::forms::Purpose::Resident);
    let declared = house.service.declare(&signed_in, person, form).await.unwrap();
    house.forward(Span::from_hours(5));
    let finding = FindingForm {
        person,
        declaration: declared.declaration.id,
        heard_at: house.now() - Span::from_hours(1),
        explanation: "the ticket shows another journey".to_owned(),
    };
    let unheard =
        FindingForm { heard_at: declared.declaration.recorded_at - Span::from_hours(1), ..finding.clone() };
    assert_eq!(code(house.service.propose_finding(&first, unheard).await), "invalid");
    let proposal = house.service.propose_finding(&first, finding).await.unwrap();
    house.service.confirm_proposal(&second, proposal).await.unwrap();
    assert_eq!(house.standing(&signed_in, person).await, Standing::Red);

    let appeal = AppealForm {
        person,
        rule: "false-statement".into(),
        trigger: None,
        words: "I did not travel.".to_owned(),
    };
    assert_eq!(
        code(
            house
                .service
                .appeal(&signed_in, AppealForm { words: " ".to_owned(), ..appeal.clone() })
                .await
                .map(|_| ())
        ),
        "invalid"
    );
    let made = house.service.appeal(&signed_in, appeal.clone()).await.unwrap();
    assert!(made.deadline > house.now() && !made.owner.is_empty());
    assert_eq!(code(house.service.appeal(&signed_in, appeal).await.map(|_| ())), "duplicate");
    assert_eq!(
        code(house.service.decide_appeal(&signed_in, made.id, AppealOutcome::Withdraw, "x".to_owned()).await),
        "not-allowed"
    );
    // Nor does either of the two whose finding it is.
    for own in [&first, &second] {
        let decided =
            house.service.decide_appeal(own, made.id, AppealOutcome::Withdraw, "x".to_owned()).await;
        assert_eq!(code(decided), "same-officer");
        assert!(house.service.appeal_seen(own, made.id).await.unwrap().own_hand);
    }
    let third = house.authority("sun").await;
    assert!(!house.service.appeal_seen(&third, made.id).await.unwrap().own_hand);
    house
        .service
        .decide_appeal(
            &third,
            made.id,
            AppealOutcome::Withdraw,
            "The ticket was another person's.".to_owned(),
        )
        .await
        .unwrap();
    assert_eq!(house.standing(&signed_in, person).await, Standing::Green);
    assert_eq!(
        code(house.service.decide_appeal(&third, made.id, AppealOutcome::Reject, "x".to_owned()).await),
        "wrong-state"
    );
}

#[tokio::test]
async fn an_appeal_whose_deadline_passes_does_what_the_policy_says() {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let (person, signed_in) = house.resident().await;
    house.declare(&signed_in, person).await;
    let proposal = house
        .service
        .propose_order(
            &first,
            OrderForm {
                window: Window { from: house.now(), until: house.now() + Span::from_24_hours(30) },
                ..order(&house, person)
            },
        )
        .await
        .unwrap();
    house.service.confirm_proposal(&second, proposal).await.unwrap();
    let verdict = house.service.verdict(&signed_in, person).await.unwrap();
    let rule = verdict.reasons[0].rule.clone();
    let made = house
        .service
        .appeal(&signed_in, AppealForm { person, rule, trigger: None, words: "why me".to_owned() })
        .await
        .unwrap();
    house.forward(made.deadline - house.now());
    house.hear_sources().await;
    house.service.do_what_is_due().await.unwrap();
    let after = house.service.appeals_of(&signed_in, person).await.unwrap();
    assert_eq!(after[0].state, kangma_store::AppealState::Missed);
    assert_ne!(after[0].owner, made.owner, "it went to somebody else by name");
}

#[tokio::test]
async fn an_order_of_a_level_by_which_the_policy_does_nothing_is_refused() {
    let house = House::under("hangzhou-2020").await;
    let first = house.authority("lin").await;
    let (person, _) = house.resident().await;
    let purple = OrderForm { order: Ordered::Level("purple".to_owned()), ..order(&house, person) };
    assert_eq!(code(house.service.propose_order(&first, purple).await), "invalid");
}

#[tokio::test]
async fn where_no_rule_knows_of_isolation_no_order_pretends_to_it() {
    let house = House::under("hubei-2020").await;
    let first = house.authority("lin").await;
    let (person, _) = house.resident().await;
    let isolate = OrderForm { order: Ordered::Isolation(IsolationPlace::Home), ..order(&house, person) };
    assert_eq!(code(house.service.propose_order(&first, isolate).await), "invalid");
}

#[tokio::test]
async fn an_order_to_isolate_elsewhere_sets_apart_from_the_household_as_long_as_it_holds() {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let (ill, ordered) = (house.holder().await, house.holder().await);
    house.live_together((&ill.actor, ill.person), (&ordered.actor, ordered.person)).await;
    let isolate = OrderForm {
        order: Ordered::Isolation(IsolationPlace::Central),
        check_ins: Some(3),
        ..order(&house, ordered.person)
    };
    let proposal = house.service.propose_order(&first, isolate).await.unwrap();
    assert_eq!(house.standing(&ordered.actor, ordered.person).await, Standing::Green);
    house.service.confirm_proposal(&second, proposal).await.unwrap();
    let verdict = house.service.verdict(&ordered.actor, ordered.person).await.unwrap();
    assert_eq!((verdict.standing, &*verdict.reasons[0].rule), (Standing::Red, "under-observation"));

    // Whoever they live with falls ill two days later: they were not there, and are no contact.
    house.at(2, 12).await;
    let report = kangma_service::forms::CaseForm {
        person: ill.person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    house.forward(Span::from_minutes(1));
    // The policy looks back two days, to before the order: that evening they still met.
    house.service.report_case(&first, report).await.unwrap();
    let rules = async || {
        let verdict = house.service.verdict(&ordered.actor, ordered.person).await.unwrap();
        verdict.reasons.iter().map(|reason| (reason.rule.to_string(), reason.anchor)).collect::<Vec<_>>()
    };
    let met = rules().await.into_iter().find(|(rule, _)| rule == "close-contact").unwrap().1;
    assert!(met < house.now() - Span::from_24_hours(1), "nothing after the order counts");
    house.at(3, 12).await;
    assert!(rules().await.contains(&("close-contact".to_owned(), met)), "nor does it go on");

    // It is lifted, they come home, and living together counts again.
    house.service.lift_order(&second, proposal, false).await.unwrap();
    house.at(4, 12).await;
    let now_met = rules().await.into_iter().find(|(rule, _)| rule == "close-contact").unwrap().1;
    assert!(now_met > met);
}

#[tokio::test]
async fn an_appeal_that_went_to_a_higher_owner_waits_for_a_decision_there() {
    let house = House::under("hangzhou-2020").await;
    let (first, second) = (house.authority("lin").await, house.authority("zhou").await);
    let (person, signed_in) = house.resident().await;
    house.declare(&signed_in, person).await;
    let proposal = house.service.propose_order(&first, order(&house, person)).await.unwrap();
    house.service.confirm_proposal(&second, proposal).await.unwrap();
    let form = AppealForm { person, rule: "manual-red".into(), trigger: None, words: "why me".to_owned() };
    let made = house.service.appeal(&signed_in, form).await.unwrap();
    house.forward(made.deadline - house.now());
    house.service.do_what_is_due().await.unwrap();
    let waiting = house.service.appeals_open(&first, None, 9).await.unwrap();
    assert_eq!(waiting.iter().map(|one| one.id).collect::<Vec<_>>(), [made.id]);
    assert_eq!(waiting[0].owner, "city-health-commission");
    let words = "It was right.".to_owned();
    let third = house.authority("sun").await;
    house.service.decide_appeal(&third, made.id, AppealOutcome::Reject, words).await.unwrap();
    assert!(house.service.appeals_open(&first, None, 9).await.unwrap().is_empty());
}

//! The main job from end to end: declare, show, pass, report, turn red, ask why, withdraw.

use crate::house::{House, code};
use kangma_core::{Direction, Span, Standing, policy::Outcome};
use kangma_service::{explain::AsOf, forms::CaseForm, report_case::CaseAct};

#[tokio::test]
async fn a_person_declares_and_passes_a_contact_turns_red_and_a_withdrawal_takes_it_all_back() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let point = house.point("office", "tower").await;
    let (wang, wang_signed_in) = house.resident().await;
    let (zhao, zhao_signed_in) = house.resident().await;
    assert_eq!(house.standing(&wang_signed_in, wang).await, Standing::Undeclared);
    assert_eq!(house.declare(&wang_signed_in, wang).await, Standing::Green);
    assert_eq!(house.declare(&zhao_signed_in, zhao).await, Standing::Green);

    // Both are in the tower from nine to eleven.
    let wang_phone = house.device(&wang_signed_in, wang, 1).await;
    let zhao_phone = house.device(&zhao_signed_in, zhao, 2).await;
    for (actor, person, phone) in [(&wang_signed_in, wang, &wang_phone), (&zhao_signed_in, zhao, &zhao_phone)]
    {
        let text = house.show(actor, person, phone).await;
        let answer =
            house.service.check_at_gate(&officer, point, House::scan(text, Direction::In)).await.unwrap();
        assert_eq!((answer.outcome, answer.standing), (Outcome::Pass, Standing::Green));
        assert!(!answer.seen_elsewhere);
    }
    house.forward(Span::from_hours(2));
    for (actor, person, phone) in [(&wang_signed_in, wang, &wang_phone), (&zhao_signed_in, zhao, &zhao_phone)]
    {
        let text = house.show(actor, person, phone).await;
        house.service.check_at_gate(&officer, point, House::scan(text, Direction::Out)).await.unwrap();
    }

    // A screenshot of the code is refused two minutes later.
    let screenshot = house.show(&zhao_signed_in, zhao, &zhao_phone).await;
    house.forward(Span::from_minutes(2));
    let refused = house.service.check_at_gate(&officer, point, House::scan(screenshot, Direction::In)).await;
    assert_eq!(code(refused), "bad-code");

    // Wang turns out to be a case. The preview says what the report then does.
    let form = CaseForm {
        person: wang,
        status: "confirmed".to_owned(),
        onset: Some(house.now() - Span::from_hours(3)),
        sampled: Some(house.now() - Span::from_minutes(1)),
    };
    let before = house.service.store().read_blocking(|reader| reader.newest_evidence()).unwrap();
    let preview = house.service.preview_report(&officer, form.clone()).await.unwrap();
    assert_eq!(house.service.store().read_blocking(|reader| reader.newest_evidence()).unwrap(), before);
    let case = house.service.report_case(&officer, form.clone()).await.unwrap().case;
    for (person, actor) in [(wang, &wang_signed_in), (zhao, &zhao_signed_in)] {
        assert_eq!(house.standing(actor, person).await, Standing::Red);
        assert!(preview.iter().any(|change| change.person == person && change.after == Standing::Red));
    }
    assert_eq!(preview.len(), 2);
    assert_eq!(code(house.service.report_case(&officer, form).await), "duplicate");

    // Zhao asks why, and is told neither where, nor at what hour, nor who.
    let why = house.service.explain(&zhao_signed_in, zhao, AsOf::default()).await.unwrap();
    assert_eq!(why.reasons.len(), 1);
    assert_eq!(&*why.reasons[0].rule, "close-contact");
    let told = serde_json::to_string(&why).unwrap();
    assert!(
        !told.contains("tower") && !told.contains(&wang.to_string()) && !told.contains(&point.to_string())
    );

    // The gate stops Zhao now.
    let text = house.show(&zhao_signed_in, zhao, &zhao_phone).await;
    let stopped =
        house.service.check_at_gate(&officer, point, House::scan(text, Direction::In)).await.unwrap();
    assert_eq!((stopped.outcome, stopped.standing), (Outcome::Stop, Standing::Red));

    // It was a mix-up. Everything that it caused goes with it.
    let reported = house.now();
    house.forward(Span::from_hours(1));
    let version = house.service.case(&officer, case).await.unwrap().row.version;
    let stale = house.service.change_case(&officer, case, version + 1, CaseAct::Withdraw).await;
    assert_eq!(code(stale), "stale");
    let preview = house.service.preview_change(&officer, case, version, CaseAct::Withdraw).await.unwrap();
    assert!(preview.iter().all(|change| change.after == Standing::Green) && preview.len() == 2);
    house.service.change_case(&officer, case, version, CaseAct::Withdraw).await.unwrap();
    assert_eq!(house.standing(&wang_signed_in, wang).await, Standing::Green);
    assert_eq!(house.standing(&zhao_signed_in, zhao).await, Standing::Green);

    // As it was known then, Zhao was rightly stopped.
    let then = AsOf {
        known_at: Some(reported + Span::from_minutes(1)),
        effective_at: Some(reported + Span::from_minutes(1)),
    };
    assert_eq!(house.service.explain(&zhao_signed_in, zhao, then).await.unwrap().standing, Standing::Red);

    // Both were told of each change, and the doctor finds every kept standing right.
    house.service.deliver_notices().await.unwrap();
    let told = house.post.0.lock().unwrap().iter().filter(|message| message.text.contains("红码")).count();
    assert_eq!(told, 2);
    let store = house.service.store().clone();
    let findings = tokio::task::spawn_blocking(move || kangma_service::doctor::examine(&store, |_, _| {}))
        .await
        .unwrap()
        .unwrap();
    assert!(findings.sound(), "{findings:?}");
    assert_eq!(findings.people, 2);
}

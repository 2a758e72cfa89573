//! A recovery that nobody recorded reaches an officer and then a name, and one that is recorded late counts from its day.

use super::{at, come, rules, verdict};
use crate::house::House;
use kangma_core::{Kind, Standing, verdict::Ceiling};
use kangma_service::{explain::AsOf, forms::CaseForm, report_case::CaseAct};

#[tokio::test]
async fn a_recovery_that_nobody_recorded_reaches_an_officer_and_then_a_name() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (person, actor) = house.resident().await;
    house.declare(&actor, person).await;
    come(&house, "0 10:00").await;
    let form = CaseForm { person, status: "confirmed".to_owned(), onset: None, sampled: Some(at("0 09:30")) };
    let case = house.service.report_case(&officer, form).await.unwrap().case;
    let ceiling = async |when: &str| -> Ceiling {
        come(&house, when).await;
        let red = verdict(&house, &actor, person).await;
        assert_eq!((red.standing, rules(&red)), (Standing::Red, vec!["confirmed"]), "{when}");
        red.reasons[0].ceiling.clone().unwrap()
    };
    for day in 1..=60 {
        come(&house, &format!("{day} 09:00")).await;
        house.service.check_in_daily(&actor, person, house.normal_check_in()).await.unwrap();
    }
    let reached = ceiling("61 00:00").await;
    assert_eq!((reached.at, reached.deadline), (at("61 00:00"), at("65 00:00")));
    assert_eq!(&*reached.owner, "district-health-office");
    let told = house.service.explain(&actor, person, AsOf::default()).await.unwrap();
    assert_eq!(told.reasons[0].ceiling.map(|day| day.to_string()).as_deref(), Some("2020-05-01"));
    assert_eq!(ceiling("65 00:00").await.escalates_to.as_deref(), Some("city-health-commission"));

    // The officer finds that they had been well since day 40: the days since then count.
    come(&house, "66 11:00").await;
    let version = house.service.case(&officer, case).await.unwrap().row.version;
    let recovered = CaseAct::Recover { at: at("40 10:00") };
    house.service.change_case(&officer, case, version, recovered).await.unwrap();
    let freed = verdict(&house, &actor, person).await;
    assert_eq!((freed.standing, rules(&freed)), (Standing::Expired, vec![]));
    assert_eq!(house.declare(&actor, person).await, Standing::Green);
    // Nothing lifted it but that: no reason was ended because time had passed.
    let file = house.service.file(&officer, person, AsOf::default()).await.unwrap();
    assert!(file.evidence.iter().all(|item| item.kind != Kind::Ending));
}

#[tokio::test]
async fn a_contact_whom_nobody_looks_at_after_the_ceiling_is_let_go_and_the_ending_is_written_down() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let (ill, contact) = (house.holder().await, house.holder().await);
    let office = house.point("office", "tower").await;
    house.meet(&officer, office, &[&ill, &contact], kangma_core::Span::from_minutes(30)).await;
    let form = CaseForm {
        person: ill.person,
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    house.forward(kangma_core::Span::from_minutes(1));
    house.service.report_case(&officer, form).await.unwrap();
    // No check-in is ever made. After 28 days an officer has three days; then the reason ends.
    come(&house, "32 23:59").await;
    let red = verdict(&house, &contact.actor, contact.person).await;
    let ceiling = red.reasons[0].ceiling.clone().unwrap();
    assert_eq!((red.standing, ceiling.at, ceiling.deadline), (Standing::Red, at("29 00:00"), at("33 00:00")));
    come(&house, "33 00:00").await;
    assert_eq!(house.standing(&contact.actor, contact.person).await, Standing::Expired);
    let file = house.service.file(&officer, contact.person, AsOf::default()).await.unwrap();
    assert_eq!(file.evidence.iter().filter(|item| item.kind == Kind::Ending).count(), 1);
}

//! A case with more contacts than one act may change: a job, killed between its batches, goes on and doubles nothing.

use crate::house::House;
use kangma_core::{Assurance, Day, Direction, PersonId, Span, Standing, Visit};
use kangma_service::{
    forms::CaseForm,
    report_case::CaseAct,
    settle_in::{NewHousehold, Newcomer},
};
use std::collections::HashMap;

#[tokio::test(flavor = "multi_thread")]
async fn a_case_with_hundreds_of_contacts_is_traced_in_batches_and_withdrawn_in_batches() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let point = house.point("office", "hall").await;
    let people: Vec<PersonId> = (1..=1_201).map(PersonId).collect();
    let born: Day = "1970-01-01".parse().unwrap();
    let households = people.iter().map(|person| NewHousehold {
        gate: None,
        district: "east".to_owned(),
        address: String::new(),
        members: vec![Newcomer {
            person: *person,
            name: format!("乙{}", person.0),
            document_number: format!("JOB{:06}", person.0),
            phone: None,
            born,
            dependant: false,
        }],
    });
    house.service.settle_households(households.collect(), &HashMap::new(), |_| {}).await.unwrap();
    let from = house.now() - Span::from_hours(3);
    let visits =
        people.iter().flat_map(|person| {
            [(from, Direction::In), (from + Span::from_hours(2), Direction::Out)].map(|(at, direction)| {
                Visit { person: *person, point, at, direction, assurance: Assurance::DeviceBound }
            })
        });
    house.service.settle_visits(visits.collect(), |_| {}).await.unwrap();

    let form = CaseForm {
        person: people[0],
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    let preview = house.service.preview_report(&officer, form.clone()).await.unwrap();
    let done = house.service.report_case(&officer, form).await.unwrap();
    assert!(done.job.is_some(), "1,200 contacts are too many for one act");
    let red = |house: &House| {
        let store = house.service.store().clone();
        store
            .read_blocking(|reader| reader.standing_counts())
            .unwrap()
            .iter()
            .find(|(s, _)| *s == Standing::Red)
            .map_or(0, |(_, n)| *n)
    };
    assert_eq!(red(&house), 1);
    house.forward(Span::from_hours(1));
    house.service.do_what_is_due().await.unwrap();
    let mut watermarks = Vec::new();
    house.service.run_jobs(|done, total| watermarks.push((done, total))).await.unwrap();
    assert_eq!(watermarks.last(), Some(&(1_200, 1_200)));
    assert!(watermarks.len() >= 3);
    assert_eq!(red(&house), 1_201);
    assert_eq!(preview.len(), 1_201);
    let evidence = house.service.store().read_blocking(|reader| reader.newest_evidence()).unwrap();
    let jobs = house.service.jobs(&officer, 10).await.unwrap();
    assert_eq!(jobs.len(), 1, "looking at the case again meanwhile begins no second job");
    // Done again, nothing is doubled.
    house.service.trace_late_visits().await.unwrap();
    house.service.run_jobs(|_, _| {}).await.unwrap();
    assert_eq!(house.service.store().read_blocking(|reader| reader.newest_evidence()).unwrap(), evidence);

    let version = house.service.case(&officer, done.case).await.unwrap().row.version;
    let back = house.service.change_case(&officer, done.case, version, CaseAct::Withdraw).await.unwrap();
    assert!(back.job.is_some());
    house.service.run_jobs(|_, _| {}).await.unwrap();
    assert_eq!(red(&house), 0);
}

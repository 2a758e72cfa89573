//! A case with more contacts than one act may change: a job, killed between its batches, goes on and doubles nothing.

use crate::house::House;
use kangma_core::{Assurance, CaseId, Direction, Kind, Origin, PersonId, PointId, Span, Standing, Visit};
use kangma_service::{
    Actor, doctor,
    forms::CaseForm,
    list_cases::{Illness, ListAct},
    report_case::CaseAct,
    settle_in::{NewHousehold, Newcomer},
    trace::Stage,
};
use kangma_store::{JobState, StoreError};
use std::collections::{BTreeSet, HashMap};

fn household(people: &[PersonId]) -> NewHousehold {
    let newcomer = |person: &PersonId| Newcomer {
        person: *person,
        name: format!("乙{}", person.0),
        document_number: format!("JOB{:06}", person.0),
        phone: None,
        born: "1970-01-01".parse().unwrap(),
        dependant: false,
    };
    let members = people.iter().map(newcomer).collect();
    NewHousehold { gate: None, district: "east".to_owned(), address: String::new(), members }
}

/// People who were in one hall for two hours, each of whom lives alone.
async fn full_hall(house: &House) -> Vec<PersonId> {
    hall_of(house, 1_201).await
}

async fn hall_of(house: &House, people: u64) -> Vec<PersonId> {
    let people = move_in(house, people).await;
    meet_in_hall(house, &people).await;
    people
}

/// People each of whom lives alone.
async fn move_in(house: &House, people: u64) -> Vec<PersonId> {
    let people: Vec<PersonId> = (1..=people).map(PersonId).collect();
    let households = people.iter().map(|person| household(&[*person])).collect();
    house.service.settle_households(households, &HashMap::new(), |_| {}).await.unwrap();
    people
}

async fn meet_in_hall(house: &House, people: &[PersonId]) {
    let point = house.point("office", "hall").await;
    house.service.settle_visits(two_hours(house, point, people), |_| {}).await.unwrap();
}

fn two_hours(house: &House, point: PointId, people: &[PersonId]) -> Vec<Visit> {
    let from = house.now() - Span::from_hours(3);
    let passages = [(from, Direction::In), (from + Span::from_hours(2), Direction::Out)];
    let assurance = Assurance::DeviceBound;
    let of_one = |person: &PersonId| {
        let person = *person;
        passages.map(|(at, direction)| Visit { person, point, at, direction, assurance })
    };
    people.iter().flat_map(of_one).collect()
}

/// Cases of thirty who live alone are reported and traced; then it becomes known that all had been in one hall.
async fn thirty_meet_after_the_report_of(house: &House, officer: &Actor, cases: usize) {
    let people = move_in(house, 30).await;
    let list = illnesses(house, &people[..cases]);
    house.service.list_cases(officer, ListAct::Report, list, |_| {}).await.unwrap();
    house.service.run_jobs(|_, _, _| {}).await.unwrap();
    meet_in_hall(house, &people).await;
}

/// Does something from within a progress, while what reports it waits.
fn meanwhile<T>(what: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| tokio::runtime::Handle::current().block_on(what))
}

fn red(house: &House) -> u64 {
    let counts = house.service.store().read_blocking(|reader| reader.standing_counts()).unwrap();
    counts.iter().find(|(standing, _)| *standing == Standing::Red).map_or(0, |(_, people)| *people)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_with_hundreds_of_contacts_is_traced_in_batches_and_withdrawn_in_batches() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let people = full_hall(&house).await;

    let form = CaseForm {
        person: people[0],
        status: "confirmed".to_owned(),
        onset: None,
        sampled: Some(house.now()),
    };
    let preview = house.service.preview_report(&officer, form.clone()).await.unwrap();
    let done = house.service.report_case(&officer, form).await.unwrap();
    assert!(done.job.is_some(), "1,200 contacts are too many for one act");
    assert_eq!(red(&house), 1);
    house.forward(Span::from_hours(1));
    house.service.do_what_is_due().await.unwrap();
    let mut watermarks = Vec::new();
    house
        .service
        .run_jobs(|stage, done, total| {
            if stage == Stage::Changing {
                watermarks.push((done, total));
            }
        })
        .await
        .unwrap();
    assert_eq!(watermarks.last(), Some(&(1_200, 1_200)));
    assert!(watermarks.len() >= 2);
    assert_eq!(red(&house), 1_201);
    assert_eq!(preview.len(), 1_201);
    let evidence = house.service.store().read_blocking(|reader| reader.newest_evidence()).unwrap();
    let jobs = house.service.jobs(&officer, 10).await.unwrap();
    assert_eq!(jobs.len(), 1, "looking at the case again meanwhile begins no second job");
    // Done again, nothing is doubled.
    house.service.trace_late_visits(|_, _, _| {}).await.unwrap();
    house.service.run_jobs(|_, _, _| {}).await.unwrap();
    assert_eq!(house.service.store().read_blocking(|reader| reader.newest_evidence()).unwrap(), evidence);

    let version = house.service.case(&officer, done.case).await.unwrap().row.version;
    let back = house.service.change_case(&officer, done.case, version, CaseAct::Withdraw).await.unwrap();
    assert!(back.job.is_some());
    house.service.run_jobs(|_, _, _| {}).await.unwrap();
    assert_eq!(red(&house), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_that_an_earlier_version_left_open_is_ended_as_unknown_and_its_contacts_are_found() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let people = full_hall(&house).await;
    let sampled = Some(house.now());
    let form = CaseForm { person: people[0], status: "confirmed".to_owned(), onset: None, sampled };
    let job = house.service.report_case(&officer, form).await.unwrap().job.unwrap();
    // As that version wrote it: of another kind, for one case.
    let left = move |writer: &mut kangma_store::Writer<'_>| {
        let of_now = writer.job(job)?.unwrap();
        writer.end_job(job, of_now.created_at, None)?;
        let (kind, input) =
            ("trace-case".to_owned(), serde_json::json!({ "case": of_now.input["cases"][0] }));
        writer.add_job(|id| kangma_store::Job { id, kind, input, ..of_now })
    };
    let left = house.service.store().write(left).await.unwrap();
    house.service.run_jobs(|_, _, _| {}).await.unwrap();
    let ended = house.service.store().read_blocking(move |reader| reader.job(left.id)).unwrap().unwrap();
    assert_eq!((ended.state, ended.error.as_deref()), (JobState::Failed, Some("unknown-kind")));
    assert_eq!(red(&house), 1);
    let house = house.restarted(|_| {}).await;
    for _ in 0..3 {
        house.service.do_what_is_due().await.unwrap();
        house.service.run_jobs(|_, _, _| {}).await.unwrap();
    }
    assert_eq!(red(&house), 1_201);
}

/// A list of people who are ill, whose samples were taken now.
fn illnesses(house: &House, people: &[PersonId]) -> Vec<Illness> {
    let sampled = Some(house.now());
    let illness = |(line, person): (u64, &PersonId)| Illness {
        line,
        person: Some(*person),
        status: "confirmed".to_owned(),
        onset: None,
        sampled,
    };
    (1..).zip(people).map(illness).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_about_a_case_while_a_list_is_traced_counts() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let people = full_hall(&house).await;
    let list = illnesses(&house, &people[..2]);
    house.service.list_cases(&officer, ListAct::Report, list.clone(), |_| {}).await.unwrap();
    let cases = house.service.store().read_blocking(|reader| reader.cases_open()).unwrap();
    let (mut compared, mut stages) = (0, Vec::new());
    let progress = |stage, done, total| {
        stages.push((stage, done, total));
        compared += usize::from(stage == Stage::Comparing);
        if stages.len() == 2 {
            let first = house.service.change_case(&officer, cases[0].id, 1, CaseAct::Withdraw);
            let told = meanwhile(first);
            assert!(told.unwrap().job.is_some(), "what is left of it is the job's");
        }
    };
    house.service.run_jobs(progress).await.unwrap();
    assert_eq!(compared, 2, "the one that changed is compared again: {stages:?}");
    assert_eq!(red(&house), 1_201, "everybody met the other one");
    let of = |case: usize| {
        let origin = Origin::Case(cases[case].id);
        let made = house.service.store().read_blocking(move |reader| {
            let items = reader.evidence_from(origin)?.into_iter().filter(|item| item.kind == Kind::Exposure);
            let mut standing = 0;
            for item in items {
                standing += usize::from(reader.evidence_about(item.id)?.is_empty());
            }
            Ok::<_, StoreError>(standing)
        });
        made.unwrap()
    };
    assert_eq!((of(0), of(1)), (0, 1_200));

    let back = house.service.list_cases(&officer, ListAct::TakeBack, list.clone(), |_| {}).await.unwrap();
    assert_eq!((back.added, back.unchanged), (1, 1));
    house.service.run_jobs(|_, _, _| {}).await.unwrap();
    assert_eq!((red(&house), of(1)), (0, 0));
    let again = house.service.list_cases(&officer, ListAct::TakeBack, list, |_| {}).await.unwrap();
    assert_eq!((again.added, again.unchanged), (0, 2));
}

/// What a batch is decided from is read while the one before it is recorded.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_recorded_about_somebody_after_a_batch_was_read_counts() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let people = full_hall(&house).await;
    let list = illnesses(&house, &people[..1]);
    house.service.list_cases(&officer, ListAct::Report, list, |_| {}).await.unwrap();
    let (last, mut batches) = (people[1_200], 0);
    let progress = |stage, _, _| {
        batches += usize::from(stage == Stage::Changing);
        if (stage, batches) == (Stage::Changing, 1) {
            let status = "confirmed".to_owned();
            let form = CaseForm { person: last, status, onset: None, sampled: Some(house.now()) };
            meanwhile(house.service.report_case(&officer, form)).unwrap();
        }
    };
    house.service.run_jobs(progress).await.unwrap();
    assert_eq!((batches, red(&house)), (2, 1_201));
    let store = house.service.store();
    let notices = store.read_blocking(|reader| reader.notices_to(last, 9)).unwrap();
    assert_eq!(notices.len(), 1, "they turned red once: {notices:?}");
    let findings = tokio::task::block_in_place(|| doctor::examine(store, |_, _| {})).unwrap();
    assert!(findings.sound(), "{findings:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_of_a_list_that_come_in_while_its_job_runs_are_traced_by_the_same_job() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let people = hall_of(&house, 130).await;
    let list = illnesses(&house, &people[..120]);
    // The job begins after the first rows, and is held up until the last are in.
    let (begin, begun) = std::sync::mpsc::channel();
    let (go_on, gone_on) = std::sync::mpsc::channel();
    let (handle, service) = (tokio::runtime::Handle::current(), &house.service);
    let other = handle.clone();
    let run = move || {
        begun.recv().unwrap();
        let mut compared = 0;
        let progress = |stage, _, _| {
            if stage == Stage::Comparing && compared == 0 {
                gone_on.recv().unwrap();
            }
            compared += usize::from(stage == Stage::Comparing);
        };
        let ended = other.block_on(service.run_jobs(progress)).unwrap();
        (ended, compared)
    };
    let hand_in = || {
        // Of the second call nobody hears any more.
        let told = |_| begin.send(()).unwrap_or_default();
        let taken = handle.block_on(service.list_cases(&officer, ListAct::Report, list, told)).unwrap();
        go_on.send(()).unwrap();
        taken.added
    };
    let (added, ran) = tokio::task::block_in_place(|| {
        std::thread::scope(|scope| {
            let running = scope.spawn(run);
            (hand_in(), running.join().unwrap())
        })
    });
    // Five steps of twenty, and one with the rows that came later.
    assert_eq!((added, ran), (120, (1, 6)));
    let jobs = house.service.jobs(&officer, 10).await.unwrap();
    assert_eq!(jobs.iter().map(|job| job.state).collect::<Vec<_>>(), [JobState::Done]);
    assert_eq!(red(&house), 130);
    // Each of the 120 met 129.
    assert_eq!(exposures(&house).len(), 120 * 129);
}

#[tokio::test(flavor = "multi_thread")]
async fn late_visits_that_are_traced_twice_at_once_say_nothing_twice() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    thirty_meet_after_the_report_of(&house, &officer, 2).await;
    let newest = || house.service.store().read_blocking(|reader| reader.newest_evidence()).unwrap().0;
    let before = newest();
    let mut other = None;
    let progress = |stage, _, _| {
        if stage == Stage::Comparing && other.is_none() {
            let trace = house.service.trace_late_visits(|_, _, _| {});
            other = meanwhile(trace).ok();
        }
    };
    let one = house.service.trace_late_visits(progress).await.unwrap();
    assert_eq!((one, other), (2, Some(2)), "both found it out before either had recorded it");
    assert_eq!(red(&house), 30);
    assert_eq!(newest() - before, 28 * 2 + 2, "the two met each other");
}

#[tokio::test(flavor = "multi_thread")]
async fn late_visits_do_not_hold_up_the_job_that_traces_their_case_and_are_looked_at_when_it_is_done() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    let people = move_in(&house, 1_202).await;
    let point = house.point("office", "hall").await;
    let visits = two_hours(&house, point, &people);
    let in_time = visits[..visits.len() - 2].to_vec();
    house.service.settle_visits(in_time, |_| {}).await.unwrap();
    let sampled = Some(house.now());
    let form = CaseForm { person: people[0], status: "confirmed".to_owned(), onset: None, sampled };
    assert!(house.service.report_case(&officer, form).await.unwrap().job.is_some());
    let mut stages = Vec::new();
    let progress = |stage, _, _| {
        if stage == Stage::Changing && !stages.contains(&stage) {
            let late = async {
                house.service.settle_visits(visits.clone(), |_| {}).await.unwrap();
                house.service.trace_late_visits(|_, _, _| {}).await.unwrap();
            };
            meanwhile(late);
        }
        stages.push(stage);
    };
    house.service.run_jobs(progress).await.unwrap();
    assert_eq!(stages.iter().filter(|stage| **stage == Stage::Comparing).count(), 1, "it goes on");
    assert_eq!(red(&house), 1_201);
    assert_eq!(house.service.run_jobs(|_, _, _| {}).await.unwrap(), 1, "what came late is left to another");
    assert_eq!(red(&house), 1_202);
    assert_eq!(house.service.run_jobs(|_, _, _| {}).await.unwrap(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_that_is_withdrawn_while_late_visits_are_traced_reaches_nobody() {
    let house = House::under("hangzhou-2020").await;
    let officer = house.authority("lin").await;
    thirty_meet_after_the_report_of(&house, &officer, 1).await;
    let cases = house.service.store().read_blocking(|reader| reader.cases_open()).unwrap();
    let mut stages = Vec::new();
    let progress = |stage, _, _| {
        if stages.is_empty() {
            let back = house.service.change_case(&officer, cases[0].id, 1, CaseAct::Withdraw);
            meanwhile(back).unwrap();
        }
        stages.push(stage);
    };
    house.service.trace_late_visits(progress).await.unwrap();
    assert_eq!(stages, [Stage::Comparing, Stage::Comparing], "it is compared again, and nothing is recorded");
    assert_eq!((red(&house), exposures(&house).len()), (0, 0));
}

/// What stands about everybody: who, because of whose case, in which minute, and what else it says.
fn exposures(house: &House) -> BTreeSet<(PersonId, PersonId, i64, String)> {
    let read = |reader: &kangma_store::Reader<'_>| {
        let whose: HashMap<CaseId, PersonId> =
            reader.cases_open()?.into_iter().map(|case| (case.id, case.person)).collect();
        let items = reader.evidence_after(None, usize::MAX)?;
        let taken_back: BTreeSet<_> = items.iter().filter_map(|item| item.about).collect();
        let standing = items.iter().filter(|item| !taken_back.contains(&item.id));
        let exposures = standing.filter_map(|item| match item.origin {
            Some(Origin::Case(case)) if item.kind == Kind::Exposure => {
                let minute = item.happened_at.0 / 60_000;
                Some((item.person, whose[&case], minute, format!("{:?}", item.attributes)))
            }
            _ => None,
        });
        Ok::<_, StoreError>(exposures.collect())
    };
    house.service.store().read_blocking(read).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_leaves_what_its_cases_leave_one_after_another() {
    let (mut left, mut standings) = (Vec::new(), Vec::new());
    for listed in [false, true] {
        let house = House::under("hubei-2020").await;
        let officer = house.authority("lin").await;
        let people: Vec<PersonId> = (1..=60).map(PersonId).collect();
        let households = people.chunks(3).map(household).collect();
        house.service.settle_households(households, &HashMap::new(), |_| {}).await.unwrap();
        let mut visits = Vec::new();
        for place in 0..7 {
            let point = house.point("office", &format!("hall {place}")).await;
            for person in people.iter().filter(|person| (person.0 * (place + 3)) % 11 < 4) {
                let from = house.now() - Span::from_hours(30)
                    + Span::from_minutes(((person.0 * 13) % 60).cast_signed());
                for (at, direction) in
                    [(from, Direction::In), (from + Span::from_minutes(45), Direction::Out)]
                {
                    visits.push(Visit {
                        person: *person,
                        point,
                        at,
                        direction,
                        assurance: Assurance::DeviceBound,
                    });
                }
            }
        }
        house.service.settle_visits(visits, |_| {}).await.unwrap();
        let sampled = Some(house.now());
        let ill = people.iter().step_by(7);
        if listed {
            let row = |(line, person): (u64, &PersonId)| Illness {
                line,
                person: Some(*person),
                status: "confirmed".to_owned(),
                onset: None,
                sampled,
            };
            let rows = (1..).zip(ill).map(row).collect();
            house.service.list_cases(&officer, ListAct::Report, rows, |_| {}).await.unwrap();
            house.service.run_jobs(|_, _, _| {}).await.unwrap();
        } else {
            for person in ill {
                let form = CaseForm { person: *person, status: "confirmed".to_owned(), onset: None, sampled };
                house.service.report_case(&officer, form).await.unwrap();
            }
        }
        left.push(exposures(&house));
        standings.push(house.service.store().read_blocking(|reader| reader.standing_counts()).unwrap());
    }
    assert!(left[0].len() > 60, "{}", left[0].len());
    assert_eq!(left[0], left[1]);
    assert_eq!(standings[0], standings[1]);
}

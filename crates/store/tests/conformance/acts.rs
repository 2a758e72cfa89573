//! What an act is: whole or nothing, in order, durable before anybody is told.

use crate::support::{fresh, person, with_persons};
use kangma_core::{Kind, PersonId, Time};
use kangma_store::{NewEvidence, StoreError, WriteError};
use proptest::prelude::*;
use std::sync::mpsc;
use tokio::task::JoinSet;

#[derive(Debug, PartialEq)]
enum Refusal {
    No,
    Store(StoreError),
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

#[test]
fn an_act_that_refuses_leaves_nothing_behind() {
    let fresh = fresh();
    let refused = fresh.store.write_blocking(|w| {
        w.add_person(&person(1))?;
        assert!(w.person(PersonId(1))?.is_some(), "an act sees what it has written");
        Err::<(), _>(Refusal::No)
    });
    assert_eq!(refused, Err(WriteError::Act(Refusal::No)));
    assert_eq!(fresh.read(|r| r.person_count()), 0);
}

#[test]
fn an_act_that_panics_leaves_nothing_behind_and_the_next_one_works() {
    let fresh = fresh();
    let panicked = fresh.store.write_blocking::<(), StoreError, _>(|w| {
        w.add_person(&person(1))?;
        panic!("on purpose");
    });
    assert_eq!(panicked, Err(WriteError::Store(StoreError::Panicked)));
    fresh.write(|w| w.add_person(&person(2)));
    assert_eq!(fresh.read(|r| r.person_ids(None, 10)), [PersonId(2)]);
}

#[test]
fn acts_that_wait_together_commit_together_and_only_the_refusing_ones_are_undone() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let fresh = with_persons(1);
    let before = fresh.store.counts();
    runtime.block_on(async {
        let (go, wait) = mpsc::channel::<()>();
        let store = fresh.store.clone();
        let first = tokio::spawn(async move {
            store.write::<_, Refusal, _>(move |_| wait.recv().map_err(|_| Refusal::No)).await
        });
        let mut acts = JoinSet::new();
        for n in 2..=101_u64 {
            let store = fresh.store.clone();
            acts.spawn(async move {
                let done = store.write(move |w| {
                    w.add_person(&person(n))?;
                    if n % 3 == 0 { Err(Refusal::No) } else { Ok(n) }
                });
                (n, done.await)
            });
        }
        // Each task runs up to its first wait: all of them have queued when this one comes round again.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        go.send(()).unwrap();
        first.await.unwrap().unwrap();
        while let Some(done) = acts.join_next().await {
            let (n, done) = done.unwrap();
            assert_eq!(done, if n % 3 == 0 { Err(WriteError::Act(Refusal::No)) } else { Ok(n) });
        }
    });
    let after = fresh.store.counts();
    assert_eq!((after.commits - before.commits, after.acts - before.acts), (1, 101));
    let kept = fresh.read(|r| r.person_ids(None, 1_000));
    assert_eq!(kept, (1..=101).filter(|n| n % 3 != 0 || *n < 2).map(PersonId).collect::<Vec<_>>());
}

#[test]
fn a_read_keeps_its_snapshot_while_others_write_and_does_not_wait_for_them() {
    let fresh = with_persons(1);
    fresh.read(|r| {
        assert_eq!(r.person_count()?, 1);
        fresh.write(|w| w.add_person(&person(2)));
        assert_eq!(r.person_count()?, 1, "the snapshot stands");
        Ok(())
    });
    assert_eq!(fresh.read(|r| r.person_count()), 2);
    let (store, (started, start), (go, wait)) =
        (fresh.store.clone(), mpsc::channel::<()>(), mpsc::channel::<()>());
    let writing = std::thread::spawn(move || {
        store.write_blocking::<_, Refusal, _>(move |w| {
            w.add_person(&person(3))?;
            started.send(()).unwrap();
            wait.recv().map_err(|_| Refusal::No)
        })
    });
    start.recv().unwrap();
    assert_eq!(fresh.read(|r| r.person_count()), 2, "nothing shows before it is durable");
    go.send(()).unwrap();
    writing.join().unwrap().unwrap();
    assert_eq!(fresh.read(|r| r.person_count()), 3);
}

#[test]
fn a_stamp_never_repeats_or_goes_back_even_when_the_clock_does_or_the_store_is_reopened() {
    let fresh = fresh();
    let stamps = fresh.write(|w| Ok([1_000, 1_000, 5, 2_000].map(|now| w.stamp(Time(now)))));
    assert_eq!(stamps, [1_000, 1_001, 1_002, 2_000].map(Time));
    assert_eq!(fresh.read(|r| r.known_at()), Time(2_000));
    let fresh = fresh.reopened();
    assert_eq!(fresh.read(|r| r.known_at()), Time(2_000));
    assert_eq!(fresh.write(|w| Ok(w.stamp(Time(7)))), Time(2_001));
}

#[test]
fn what_is_known_at_a_snapshot_never_grows_afterwards() {
    let fresh = with_persons(1);
    let declare = |now| {
        fresh.write(move |w| {
            let at = w.stamp(Time(now));
            w.add_evidence(NewEvidence::new(PersonId(1), Kind::Declaration, Time(now), "self"), at)
        })
    };
    declare(1_000);
    let (known_at, then) = fresh.read(|r| Ok((r.known_at()?, r.evidence_of(PersonId(1))?)));
    declare(1_000);
    declare(1);
    let now = fresh.read(|r| r.evidence_of(PersonId(1)));
    assert_eq!(now.len(), 3);
    assert_eq!(now.into_iter().filter(|item| item.recorded_at <= known_at).collect::<Vec<_>>(), then);
}

#[test]
fn the_asynchronous_calls_do_what_the_waiting_ones_do() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let fresh = fresh();
    runtime.block_on(async {
        fresh.store.write(|w| w.add_person(&person(1))).await.unwrap();
        let found = fresh.store.read(|r| r.person(PersonId(1))).await.unwrap();
        assert_eq!(found, Some(person(1)));
        let refused = fresh.store.read::<(), _, _>(|_| Err(StoreError::ReadOnly)).await;
        assert_eq!(refused, Err(StoreError::ReadOnly));
    });
}

/// Goal: an act is atomic whatever acts surround it. Method: random acts of several statements, each of which may refuse
/// at its end, against a list in memory; reopened in between.
#[derive(Debug, Clone)]
struct RandomAct {
    persons: Vec<u64>,
    items: Vec<u64>,
    refuses: bool,
}

fn random_act() -> impl Strategy<Value = RandomAct> {
    let (persons, items) = (prop::collection::vec(1..40_u64, 0..4), prop::collection::vec(1..40_u64, 0..6));
    (persons, items, any::<bool>()).prop_map(|(persons, items, refuses)| RandomAct {
        persons,
        items,
        refuses,
    })
}

fn in_memory(persons: &mut Vec<u64>, items: &mut Vec<u64>, act: &RandomAct) -> bool {
    let (mut new_persons, mut new_items) = (persons.clone(), items.clone());
    for person in &act.persons {
        if new_persons.contains(person) {
            return false;
        }
        new_persons.push(*person);
    }
    for item in &act.items {
        if !new_persons.contains(item) {
            return false;
        }
        new_items.push(*item);
    }
    if !act.refuses {
        (*persons, *items) = (new_persons, new_items);
    }
    !act.refuses
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn random_acts_leave_what_the_same_acts_leave_in_memory(acts in prop::collection::vec(random_act(), 1..30)) {
        let mut fresh = fresh();
        let (mut persons, mut items) = (Vec::new(), Vec::new());
        let half = acts.len() / 2;
        for (n, act) in acts.into_iter().enumerate() {
            if n == half {
                fresh = fresh.reopened();
            }
            let expected = in_memory(&mut persons, &mut items, &act);
            let done = fresh.store.write_blocking::<_, Refusal, _>(move |w| {
                for id in act.persons {
                    w.add_person(&person(id))?;
                }
                let at = w.stamp(Time(0));
                for id in act.items {
                    w.add_evidence(NewEvidence::new(PersonId(id), Kind::CheckIn, Time(0), "self"), at)?;
                }
                if act.refuses { Err(Refusal::No) } else { Ok(()) }
            });
            prop_assert_eq!(done.is_ok(), expected);
        }
        persons.sort_unstable();
        let kept: Vec<u64> = fresh.read(|r| r.person_ids(None, 100)).into_iter().map(|id| id.0).collect();
        prop_assert_eq!(kept, persons);
        let kept: Vec<u64> = fresh.read(|r| r.evidence_after(None, 1_000)).into_iter().map(|i| i.person.0).collect();
        prop_assert_eq!(kept, items);
        prop_assert!(fresh.read(|r| r.integrity()).is_empty());
    }
}

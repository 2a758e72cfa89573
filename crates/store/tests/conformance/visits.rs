//! The log of visits.

use crate::support::fresh;
use kangma_core::{Assurance, Day, Direction, PersonId, PointId, Standing, Time, Visit};
use kangma_store::{AccountId, Digest, GateId, LoggedVisit, NewVisit, StoreError, VisitOutcome};

fn scan(day: i32, person: u64, point: u64) -> NewVisit {
    let visit = Visit {
        person: PersonId(person),
        point: PointId(point),
        at: Time(i64::from(day) * 86_400_000),
        direction: Direction::In,
        assurance: Assurance::DeviceBound,
    };
    NewVisit {
        day: Day(day),
        visit,
        gate: Some(GateId(4)),
        checker: None,
        outcome: VisitOutcome::Pass,
        standing: Some(Standing::Green),
        purpose: None,
        emergency: false,
        offline: false,
    }
}

fn whole_log(fresh: &crate::support::Fresh, days: std::ops::Range<Day>) -> Vec<LoggedVisit> {
    let mut all = Vec::new();
    fresh.read(|r| {
        r.each_visit(days, |visit| {
            all.push(visit);
            Ok::<_, StoreError>(())
        })
    });
    all
}

#[test]
fn every_form_of_a_scan_reads_back() {
    let fresh = fresh();
    let mut scans = Vec::new();
    for (n, assurance) in (1..).zip(Assurance::ALL) {
        for direction in Direction::ALL {
            for outcome in VisitOutcome::ALL {
                let mut one = scan(100, n, 1);
                one.visit = Visit { assurance: *assurance, direction: *direction, ..one.visit };
                one.outcome = *outcome;
                one.emergency = n % 2 == 0;
                one.offline = n % 3 == 0;
                scans.push(one);
            }
        }
    }
    scans.extend(
        Standing::ALL.iter().map(|standing| NewVisit { standing: Some(*standing), ..scan(100, 1, 1) }),
    );
    scans.push(NewVisit {
        gate: None,
        checker: Some(AccountId(9)),
        standing: None,
        purpose: Some("care".to_owned()),
        ..scan(100, u64::MAX >> 1, 1)
    });
    let written = scans.clone();
    fresh.write(move |w| written.iter().try_for_each(|one| w.add_visit(one).map(drop)));
    let read: Vec<_> = whole_log(&fresh, Day(100)..Day(101)).into_iter().map(|visit| visit.scan).collect();
    assert_eq!(read, scans);
}

#[test]
fn days_stream_in_order_and_a_late_visit_comes_last_in_its_own_day() {
    let fresh = fresh();
    fresh.write(|w| {
        for (day, person) in [(10, 1), (11, 2), (12, 3), (10, 4), (11, 5)] {
            w.add_visit(&scan(day, person, 1))?;
        }
        Ok(())
    });
    let persons = |from, until| {
        whole_log(&fresh, Day(from)..Day(until)).iter().map(|v| v.scan.visit.person.0).collect::<Vec<_>>()
    };
    assert_eq!(persons(0, 100), [1, 4, 2, 5, 3]);
    assert_eq!(persons(10, 11), [1, 4]);
    assert_eq!(persons(11, 13), [2, 5, 3]);
    assert_eq!(fresh.read(|r| r.visit_count(Day(10)..Day(12))), 4);
    assert_eq!(fresh.read(|r| r.visit_days()), Some((Day(10), Day(12))));
}

#[test]
fn a_persons_visits_and_a_points_ledger_are_found_in_their_days() {
    let fresh = fresh();
    let ids = fresh.write(|w| {
        let scans = [scan(10, 1, 1), scan(10, 2, 1), scan(10, 1, 2), scan(11, 1, 1), scan(10, 3, 1)];
        scans.iter().map(|one| w.add_visit(one)).collect::<Result<Vec<_>, _>>()
    });
    let found = |visits: Vec<LoggedVisit>| visits.into_iter().map(|visit| visit.id).collect::<Vec<_>>();
    assert_eq!(found(fresh.read(|r| r.visits_of(PersonId(1), Day(10)..Day(12)))), [ids[0], ids[2], ids[3]]);
    let first = fresh.read(|r| r.visits_at(PointId(1), Day(10), None, 2));
    assert_eq!(found(first.clone()), [ids[4], ids[1]]);
    let second = fresh.read(|r| r.visits_at(PointId(1), Day(10), first.last().map(|visit| visit.id), 2));
    assert_eq!(found(second), [ids[0]]);
    assert_eq!(fresh.read(|r| r.visit(ids[3])).unwrap().scan, scan(11, 1, 1));
    assert_eq!(ids[3].day(), Day(11));
}

#[test]
fn a_gate_without_network_hands_each_visit_in_once() {
    let fresh = fresh();
    let key = Digest::of(b"gate 4, visit 17");
    let first = fresh.write(move |w| w.hand_in_visit(key, &scan(10, 1, 1)));
    assert!(first.is_some());
    assert_eq!(fresh.write(move |w| w.hand_in_visit(key, &scan(10, 1, 1))), None);
    assert_eq!(fresh.read(|r| r.handed_in(key)), first);
    assert_eq!(fresh.read(|r| r.visit_count(Day(0)..Day(100))), 1);
}

#[test]
fn a_wrong_scan_is_marked_by_a_row_of_its_own() {
    let fresh = fresh();
    let (id, other) = fresh.write(|w| Ok((w.add_visit(&scan(10, 1, 1))?, w.add_visit(&scan(10, 2, 1))?)));
    assert!(fresh.write(move |w| w.mark_wrong_scan(id, Time(5), Some(AccountId(1)))));
    assert!(!fresh.write(move |w| w.mark_wrong_scan(id, Time(6), None)));
    let marks: Vec<_> =
        whole_log(&fresh, Day(10)..Day(11)).into_iter().map(|v| (v.id, v.wrong_scan)).collect();
    assert_eq!(marks, [(id, true), (other, false)]);
}

#[test]
fn the_retention_clock_drops_old_days_and_all_that_hangs_on_them() {
    let fresh = fresh();
    let key = Digest::of(b"old");
    let kept = fresh.write(move |w| {
        let old = w.hand_in_visit(key, &scan(10, 1, 1))?.unwrap();
        w.mark_wrong_scan(old, Time(5), None)?;
        w.add_visit(&scan(10, 2, 1))?;
        w.add_visit(&scan(11, 3, 1))?;
        w.add_visit(&scan(12, 4, 1))
    });
    let dropped = [(); 4].map(|()| fresh.write(|w| w.drop_visits(Day(12), 2)));
    assert_eq!(dropped, [2, 1, 0, 0]);
    assert_eq!(whole_log(&fresh, Day(0)..Day(100)).into_iter().map(|v| v.id).collect::<Vec<_>>(), [kept]);
    assert_eq!(fresh.read(|r| r.handed_in(key)), None);
}

#[test]
fn no_number_of_a_visit_is_given_twice_even_when_acts_fail_or_the_store_is_reopened() {
    let fresh = fresh();
    let first = fresh.write(|w| w.add_visit(&scan(10, 1, 1)));
    fresh.refused(|w| {
        w.add_visit(&scan(10, 2, 1))?;
        Err::<(), _>(StoreError::ReadOnly)
    });
    let second = fresh.write(|w| w.add_visit(&scan(10, 3, 1)));
    let fresh = fresh.reopened();
    let third = fresh.write(|w| w.add_visit(&scan(10, 4, 1)));
    assert!(first < second && second < third);
    assert_eq!(fresh.read(|r| r.visit_count(Day(10)..Day(11))), 3);
}

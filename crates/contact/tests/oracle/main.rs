//! The index answers as a brute-force second implementation does, on generated visits.
//!
//! Goal: no answer of the index depends on the order in which visits arrive, on what was asked before, or on
//! anything but the rules. Method: generate batches of visits over a few people and points, in any order,
//! with wrong scans taken back, points classified late and days dropped in between; after each step ask
//! both and compare the whole answers.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod literal;

use kangma_contact::{
    Ask, Chain, Look, Occasion, PresenceIndex, Stay, Stays,
    columns::{BadSnapshot, Belonging, Columns, FileSalt, SnapshotKey},
};
use kangma_core::{
    Assurance, Day, Direction, PersonId, PointId, Span, Time, Visit, Window, Zone, derive::Carrier,
};
use literal::{PEOPLE, POINTS, World, tick, ticks};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
enum Step {
    Insert(Vec<Visit>),
    Remove(prop::sample::Index),
    Register(PointId, &'static str),
    Drop(i32),
    Reload,
}

#[derive(Debug, Clone, Copy)]
struct Question {
    window: Window,
    linger: Span,
    least: Assurance,
    look: Look,
}

fn visit() -> impl Strategy<Value = Visit> {
    let direction = prop_oneof![3 => Just(Direction::In), 2 => Just(Direction::Out)];
    let assurance = prop::sample::select(Assurance::ALL);
    (1..=PEOPLE, 1..=POINTS, 20..350_usize, direction, assurance).prop_map(
        |(person, point, n, direction, assurance)| Visit {
            person: PersonId(person),
            point: PointId(point),
            at: tick(n),
            direction,
            assurance,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => prop::collection::vec(visit(), 1..50).prop_map(Step::Insert),
        2 => any::<prop::sample::Index>().prop_map(Step::Remove),
        1 => (1..=POINTS, prop::sample::select(vec!["bus", "school"]))
            .prop_map(|(point, kind)| Step::Register(PointId(point), kind)),
        1 => (0..=2_i32).prop_map(Step::Drop),
        1 => Just(Step::Reload),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    let linger = prop::sample::select(vec![0, 0, 1, 18]);
    let look = prop::sample::select(vec![Look::Onward, Look::Back]);
    (0..400_usize, 1..400_usize, linger, prop::sample::select(Assurance::ALL), look).prop_map(
        |(from, length, linger, least, look)| Question {
            window: Window::new(tick(from), tick(from + length)).unwrap(),
            linger: ticks(linger),
            least,
            look,
        },
    )
}

fn stays() -> Stays {
    let stay = |minutes: [i64; 3]| {
        let [dwell, longest, exit_within] = minutes.map(Span::from_minutes);
        Stay { dwell, longest, exit_within }
    };
    Stays {
        kinds: [("bus".into(), stay([20, 60, 10])), ("school".into(), stay([90, 200, 400]))].into(),
        otherwise: stay([30, 120, 240]),
    }
}

/// What the index was told, kept as a plain list.
struct Told {
    zone: Zone,
    stays: Stays,
    kinds: BTreeMap<PointId, &'static str>,
    visits: Vec<Visit>,
    dropped_before: Day,
}

impl Told {
    fn follow(&mut self, index: &mut PresenceIndex, step: &Step) {
        match step {
            Step::Insert(visits) => {
                let inserted = index.insert(visits);
                let kept = visits.iter().filter(|visit| self.zone.day(visit.at) >= self.dropped_before);
                self.visits.extend(kept);
                assert_eq!(inserted.added + inserted.repeated + inserted.dropped, visits.len());
            }
            Step::Remove(which) if !self.visits.is_empty() => {
                let wrong = *which.get(&self.visits);
                assert!(index.remove(&wrong));
                assert!(!index.remove(&wrong));
                self.visits.retain(|visit| same_scan(visit, &wrong).is_none());
            }
            Step::Remove(_) => {}
            Step::Register(point, kind) => {
                index.register(*point, kind);
                self.kinds.insert(*point, kind);
            }
            Step::Drop(days) => {
                let day = self.zone.day(literal::start()).plus(*days);
                index.drop_days_before(day);
                self.dropped_before = self.dropped_before.max(day);
                self.visits.retain(|visit| self.zone.day(visit.at) >= self.dropped_before);
            }
            Step::Reload => *index = reloaded(index, &self.zone),
        }
    }

    fn world(&self) -> World<'_> {
        let known_from = self.zone.midnight(self.dropped_before);
        World { zone: &self.zone, stays: &self.stays, kinds: &self.kinds, visits: &self.visits, known_from }
    }
}

/// The same index from its own snapshot.
fn reloaded(index: &PresenceIndex, zone: &Zone) -> PresenceIndex {
    let (mut file, key, belonging) = (Vec::new(), [7; 32], Belonging([1; 32]));
    index.save(&mut file, SnapshotKey(&key), FileSalt([3; 32]), belonging, b"so far").unwrap();
    let home = (zone.clone(), stays());
    let loaded = PresenceIndex::load(&file[..], SnapshotKey(&key), belonging, home.clone());
    let (loaded, note) = loaded.unwrap();
    assert_eq!((loaded.visits(), &note[..]), (index.visits(), &b"so far"[..]));
    let elsewhere = PresenceIndex::load(&file[..], SnapshotKey(&key), Belonging([2; 32]), home);
    assert!(matches!(elsewhere, Err(BadSnapshot::OfAnotherStore)));
    assert!(Columns::load(&file[..], SnapshotKey(&key), belonging).is_err(), "scans are in it too");
    loaded
}

fn same_scan(a: &Visit, b: &Visit) -> Option<()> {
    let key = |visit: &Visit| (visit.person, visit.point, visit.at, visit.direction);
    (key(a) == key(b)).then_some(())
}

fn compare(index: &PresenceIndex, world: &World<'_>, question: Question) -> Result<(), TestCaseError> {
    let Question { window, linger, least, look } = question;
    for subject in (1..=2).map(PersonId) {
        let ask = Ask { subject, window, look, linger, least };
        prop_assert_eq!(index.encounters(&ask), world.encounters(&ask));
        prop_assert_eq!(index.presences(subject, window, least), world.presences(subject, window, least));
    }
    for point in (1..=POINTS).map(PointId) {
        let occasion = Occasion { point, window, least };
        prop_assert_eq!(index.attendance(&occasion), world.attendance(&occasion));
    }
    compare_chains(index, world, question)
}

fn compare_chains(index: &PresenceIndex, world: &World<'_>, question: Question) -> Result<(), TestCaseError> {
    let Question { window, linger, least, .. } = question;
    let (case, look, until) = (PersonId(1), Look::Onward, window.until);
    let met = index.encounters(&Ask { subject: case, window, look, linger, least });
    let (mut carriers, mut expected) = (Vec::new(), Vec::new());
    for person in (2..=PEOPLE).map(PersonId) {
        let since = met.iter().filter(|met| met.contact == person).map(|met| met.window.from).min();
        let Some(window) = since.and_then(|since| Window::new(since, until)) else { continue };
        carriers.push(Carrier { person, window });
        let onward = world.encounters(&Ask { subject: person, window, look, linger, least });
        expected.extend(onward.into_iter().filter(|met| met.contact != case).map(|mut met| {
            met.via = Some(person);
            met
        }));
    }
    let mut found = Vec::new();
    index.onward(&Chain { case, linger, least }, &carriers, |met| found.push(met));
    prop_assert_eq!(found, expected);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_index_answers_as_the_literal_rules_do(steps in prop::collection::vec((step(), question()), 1..6)) {
        let zone = Zone::named("Asia/Shanghai").unwrap();
        let mut index = PresenceIndex::new(zone.clone(), stays());
        let mut told =
            Told { zone, stays: stays(), kinds: BTreeMap::new(), visits: Vec::new(), dropped_before: Day(0) };
        for (step, question) in steps {
            told.follow(&mut index, &step);
            compare(&index, &told.world(), question)?;
        }
    }

    #[test]
    fn the_order_of_arrival_changes_no_answer(
        visits in prop::collection::vec(visit(), 1..60).prop_shuffle(),
        question in question(),
    ) {
        let index = || PresenceIndex::new(Zone::named("Asia/Shanghai").unwrap(), stays());
        let (at_once, one_by_one) = (index(), index());
        at_once.insert(&visits);
        let filled = PresenceIndex::filling(Zone::named("Asia/Shanghai").unwrap(), stays());
        visits.chunks(7).for_each(|some| filled.take(some));
        let filled = filled.done();
        let mut sorted = visits;
        sorted.sort_by_key(|visit| visit.at);
        for visit in &sorted {
            one_by_one.insert(&[*visit]);
        }
        for subject in (1..=PEOPLE).map(PersonId) {
            let Question { window, linger, least, look } = question;
            let ask = Ask { subject, window, look, linger, least };
            prop_assert_eq!(at_once.encounters(&ask), one_by_one.encounters(&ask));
            prop_assert_eq!(filled.encounters(&ask), one_by_one.encounters(&ask));
        }
        prop_assert_eq!(at_once.visits(), one_by_one.visits());
        prop_assert_eq!(filled.visits(), one_by_one.visits());
    }
}

/// A generator that never makes a meeting proves nothing: count what it makes.
#[test]
fn the_generated_visits_do_meet() {
    use proptest::{strategy::ValueTree, test_runner::TestRunner};
    let mut runner = TestRunner::deterministic();
    let (mut met, mut across_midnight, mut crowded) = (0, 0, 0);
    for _ in 0..40 {
        let visits = prop::collection::vec(visit(), 60).new_tree(&mut runner).unwrap().current();
        let index = PresenceIndex::new(Zone::named("Asia/Shanghai").unwrap(), stays());
        index.insert(&visits);
        let window = Window::new(Time::MIN, Time::MAX).unwrap();
        let ask = Ask {
            subject: PersonId(1),
            window,
            look: Look::Onward,
            linger: Span::ZERO,
            least: Assurance::Poster,
        };
        for encounter in index.encounters(&ask) {
            met += 1;
            across_midnight += usize::from(encounter.unbroken > encounter.summed);
            crowded += usize::from(encounter.crowd > 2);
        }
    }
    assert!(met > 100 && across_midnight > 5 && crowded > 50, "{met} {across_midnight} {crowded}");
}

//! Contacts that are known beforehand: each contact interval of two people is a private point with two visits.

use crate::{case, contacts, onward, pairs, row, town::Dice};
use kangma_contact::columns::{Columns, Enough, Infecting, Overlap, Period};
use kangma_core::Assurance;
use std::collections::{BTreeMap, BTreeSet};

const PEOPLE: u32 = 60;
const END: u32 = 200_000;

/// Two people and when they were together.
type Met = ([u32; 2], Period);

fn feed(seed: u64) -> Vec<Met> {
    let mut dice = Dice(seed);
    let met = |dice: &mut Dice| {
        let one = dice.below(PEOPLE - 1);
        let other = one + 1 + dice.below(PEOPLE - 1 - one);
        let from = dice.below(END - 4_000);
        ([one, other], Period { from, until: from + 20 * (1 + dice.below(150)) })
    };
    (0..600).map(|_| met(&mut dice)).collect()
}

fn columns(feed: &[Met]) -> Columns {
    let mut columns = Columns::default();
    for (point, ([one, other], during)) in (0u32..).zip(feed) {
        columns.insert(&[*one, *other].map(|person| row(person, point, during.from, during.until)));
    }
    columns
}

fn enough(seconds: u32, overlap: Overlap) -> Enough {
    Enough { seconds, overlap, least: Assurance::Poster }
}

#[test]
fn a_feed_of_pairs_gives_exactly_those_pairs_and_their_minutes() {
    for seed in 0..5 {
        let feed = feed(seed);
        let mut expected: BTreeMap<[u32; 2], (u32, u64)> = BTreeMap::new();
        for (pair, during) in feed.iter().filter(|(_, during)| during.seconds() >= 900) {
            let sum = expected.entry(*pair).or_default();
            *sum = (sum.0 + 1, sum.1 + u64::from(during.seconds()));
        }
        let found = pairs(&columns(&feed), Period { from: 0, until: END }, &enough(900, Overlap::Unbroken));
        let found: BTreeMap<[u32; 2], (u32, u64)> = found
            .iter()
            .map(|met| ([met.case.0, met.contact.0], (met.encounters, met.overlap_seconds)))
            .collect();
        assert!(expected.len() > 100);
        assert_eq!(found, expected);
    }
}

#[test]
fn a_feed_of_pairs_reaches_exactly_those_who_were_met_afterwards() {
    for seed in 5..10 {
        let feed = feed(seed);
        let columns = columns(&feed);
        for person in 0..PEOPLE {
            let expected = reach(&feed, person);
            let found = onward(
                &columns,
                &[case(person, 0, END)],
                &enough(1, Overlap::SummedByWindow),
                Infecting::AT_ONCE,
            );
            let found: BTreeSet<_> = found.iter().map(|link| (link.via.0, link.met.contact.0)).collect();
            assert_eq!(found, expected);
        }
    }
}

/// Whom those met who had met a person before, or were just meeting.
fn reach(feed: &[Met], case: u32) -> BTreeSet<(u32, u32)> {
    let partner = |pair: [u32; 2], one: u32| match pair {
        [a, b] if a == one => Some(b),
        [a, b] if b == one => Some(a),
        _ => None,
    };
    let mut first: BTreeMap<u32, u32> = BTreeMap::new();
    for (pair, during) in feed {
        if let Some(contact) = partner(*pair, case) {
            let at = first.entry(contact).or_insert(during.from);
            *at = during.from.min(*at);
        }
    }
    let mut reached = BTreeSet::new();
    for (via, since) in &first {
        for (pair, _) in feed.iter().filter(|(_, during)| during.until > *since) {
            reached.extend(partner(*pair, *via).filter(|third| *third != case).map(|third| (*via, third)));
        }
    }
    reached
}

#[test]
fn an_encounter_across_midnight_is_one_of_each_day() {
    let day = 86_400;
    let mut columns = Columns::default();
    columns.insert(&[row(0, 0, day - 1_200, day + 600), row(1, 0, day - 1_200, day + 600)]);
    let case = [case(0, 0, 2 * day)];
    let ask = |seconds, overlap| {
        let found = contacts(&columns, &case, &enough(seconds, overlap));
        found.iter().map(|met| (met.encounters, met.overlap_seconds)).collect::<Vec<_>>()
    };
    let by_day = || Overlap::SummedByDay(vec![0, day, 2 * day]);
    assert_eq!(ask(600, by_day()), [(2, 1_800)]);
    assert_eq!(ask(601, by_day()), [(1, 1_200)]);
    assert_eq!(ask(1_201, by_day()), []);
    assert_eq!(ask(1_800, Overlap::Unbroken), [(1, 1_800)]);
    assert_eq!(ask(1_801, Overlap::Unbroken), []);
}

#[test]
fn windows_of_one_case_count_once_where_they_overlap_and_both_where_they_do_not() {
    let mut columns = Columns::default();
    columns.insert(&[row(0, 0, 0, 1_000), row(1, 0, 0, 1_000)]);
    let sum = |cases: &[_]| {
        let found = contacts(&columns, cases, &enough(1, Overlap::SummedByWindow));
        found.iter().map(|met| (met.encounters, met.overlap_seconds)).collect::<Vec<_>>()
    };
    assert_eq!(sum(&[case(0, 0, 400), case(0, 300, 500)]), [(1, 500)]);
    assert_eq!(sum(&[case(0, 0, 400), case(0, 600, 700)]), [(2, 500)]);
    assert_eq!(sum(&[case(0, 400, 400)]), []);
    assert_eq!(sum(&[case(70_000, 0, 400)]), []);
}

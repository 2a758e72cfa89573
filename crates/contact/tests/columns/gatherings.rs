//! Where unusually many cases were together: second by second on small cities, in plain SQL on towns.

use crate::{
    ASSURANCES,
    brute::{Brute, PERSONS, POINTS, SECONDS},
    case, row,
    sql::{Oracle, cases},
    town::{SHAPES, START},
};
use kangma_contact::columns::{Case, Columns, Gathering, Period, PointNo, Row, Together};
use kangma_core::Assurance;
use rusqlite::params;

impl Brute {
    /// Compares all of an answer with what is so second by second.
    pub fn agrees_on_gatherings(&self, found: &[Gathering], cases: &[Case], asked: &Together) {
        let pieces: Vec<Period> = (0..SECONDS.div_ceil(asked.seconds))
            .map(|piece| Period { from: piece * asked.seconds, until: (piece + 1) * asked.seconds })
            .collect();
        let own = |person: u32, at: u32| {
            let mut windows = cases.iter().filter(|case| case.person.0 == person).map(|case| case.during);
            windows.any(|window| window.from <= at && at < window.until)
        };
        let anybody = |piece: &Period, holds: &dyn Fn(u32, u32) -> bool| -> Vec<u32> {
            (0..PERSONS).filter(|person| (piece.from..piece.until).any(|at| holds(*person, at))).collect()
        };
        let windowed: Vec<&Period> = pieces.iter().filter(|piece| !anybody(piece, &own).is_empty()).collect();
        let somewhere = |person, at| (0..POINTS).any(|point| self.there(person, point, at, asked.least));
        let mut seen: Vec<u32> = windowed.iter().flat_map(|piece| anybody(piece, &somewhere)).collect();
        seen.sort_unstable();
        seen.dedup();
        let mut expected: Vec<Gathering> = Vec::new();
        for piece in &pieces {
            let marked = anybody(piece, &own).iter().filter(|case| seen.contains(case)).count();
            for point in 0..POINTS {
                let there = |person, at| self.there(person, point, at, asked.least);
                let people = anybody(piece, &there).len();
                let cases = anybody(piece, &|person, at| own(person, at) && there(person, at)).len();
                if cases >= usize::try_from(asked.at_least.max(1)).unwrap() {
                    let [cases, people, marked, seen] = [cases, people, marked, seen.len()].map(number);
                    expected.push(Gathering {
                        point: PointNo(point),
                        during: *piece,
                        cases,
                        people,
                        expected: f64::from(marked) * f64::from(people) / f64::from(seen),
                        surprise: surprise(cases, people, marked, seen),
                    });
                }
            }
        }
        agree(found, expected);
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap()
}

/// By drawing everybody in turn: how probable each number of cases is after so many people.
fn surprise(cases: u32, people: u32, marked: u32, seen: u32) -> f64 {
    let mut probable = vec![1.0];
    for drawn in 0..people {
        let mut next = vec![0.0; probable.len() + 1];
        for (hits, probable) in (0u32..).zip(&probable) {
            let at = usize::try_from(hits).unwrap();
            let hit = f64::from(marked.saturating_sub(hits)) / f64::from(seen - drawn);
            next[at] += probable * (1.0 - hit);
            next[at + 1] += probable * hit;
        }
        probable = next;
    }
    let tail: f64 = probable[usize::try_from(cases).unwrap()..].iter().sum();
    -tail.log10()
}

/// The same gatherings, and the most surprising first.
fn agree(found: &[Gathering], mut expected: Vec<Gathering>) {
    assert!(found.is_sorted_by(|one, next| one.surprise >= next.surprise), "{found:?}");
    let key = |one: &Gathering| (one.during, one.point);
    let mut found = found.to_vec();
    found.sort_by_key(key);
    expected.sort_by_key(key);
    let told = |all: &[Gathering]| -> Vec<_> {
        all.iter().map(|one| (one.point, one.during, one.cases, one.people)).collect()
    };
    assert_eq!(told(&found), told(&expected));
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found.expected - expected.expected).abs() < 1e-9, "{found:?} {expected:?}");
        assert!((found.surprise - expected.surprise).abs() < 1e-6, "{found:?} {expected:?}");
    }
}

const HOURS: &str = "
    WITH RECURSIVE hour(f) AS (SELECT ?1 UNION ALL SELECT f + 3600 FROM hour WHERE f < ?2),
    own AS MATERIALIZED (SELECT c, point, MAX(a.f, s.f) AS f, MIN(a.u, s.u) AS u
            FROM subject s JOIN presence a ON a.person = s.p WHERE MAX(a.f, s.f) < MIN(a.u, s.u)),
    windowed AS MATERIALIZED (SELECT hour.f, c FROM hour JOIN subject s ON s.f < hour.f + 3600 AND s.u > hour.f),
    seen AS MATERIALIZED (SELECT DISTINCT person FROM presence
             JOIN (SELECT DISTINCT f FROM windowed) w ON presence.f < w.f + 3600 AND presence.u > w.f),
    marked AS MATERIALIZED (SELECT f, COUNT(DISTINCT c) AS n FROM windowed WHERE c IN (SELECT person FROM seen) GROUP BY f),
    cases AS MATERIALIZED (SELECT point, hour.f AS f, COUNT(DISTINCT c) AS n
              FROM own JOIN hour ON own.f < hour.f + 3600 AND own.u > hour.f GROUP BY 1, 2),
    people AS MATERIALIZED (SELECT point, hour.f AS f, COUNT(DISTINCT person) AS n
               FROM presence p JOIN hour ON p.f < hour.f + 3600 AND p.u > hour.f GROUP BY 1, 2)
    SELECT cases.point, cases.f, cases.n, people.n, marked.n, (SELECT COUNT(*) FROM seen)
    FROM cases JOIN people USING (point, f) JOIN marked USING (f) WHERE cases.n >= ?3";

impl Oracle {
    fn gatherings(&self, cases: &[Case], at_least: u32) -> Vec<Gathering> {
        self.0.execute("DELETE FROM subject", []).unwrap();
        for Case { person, during: Period { from, until } } in cases {
            let subject = [person.0, person.0, *from, *until];
            self.0.execute("INSERT INTO subject VALUES (?1, ?2, ?3, ?4)", subject).unwrap();
        }
        let mut statement = self.0.prepare(HOURS).unwrap();
        let first = START / 3_600 * 3_600 - 86_400;
        let gathering = |row: &rusqlite::Row<'_>| {
            let (from, people, marked, seen): (u32, u32, u32, u32) =
                (row.get(1)?, row.get(3)?, row.get(4)?, row.get(5)?);
            let cases = row.get(2)?;
            Ok(Gathering {
                point: PointNo(row.get(0)?),
                during: Period { from, until: from + 3_600 },
                cases,
                people,
                expected: f64::from(marked) * f64::from(people) / f64::from(seen),
                surprise: surprise(cases, people, marked, seen),
            })
        };
        let asked = params![first, first + 8 * 86_400, at_least];
        statement.query_map(asked, gathering).unwrap().map(Result::unwrap).collect()
    }
}

#[test]
fn gatherings_are_those_of_plain_sql_on_towns_with_late_visits_and_dropped_days() {
    let mut several = 0;
    for shape in SHAPES {
        for seed in 1..3 {
            let mut rows = shape.rows(seed);
            let mut columns = Columns::default();
            let (late, early) = rows.split_at(rows.len() / 8);
            columns.insert(early);
            columns.settle();
            columns.insert(late);
            if seed == 2 {
                columns.drop_before(START + 86_400);
                rows.retain(|row| row.during.from >= START + 86_400);
            }
            let cases: Vec<Case> = (0..4).flat_map(|more| cases(shape, seed + 100 * more)).collect();
            for (least, at_least) in [(Assurance::Poster, 2), (Assurance::Paper, 1)] {
                let asked = Together { at_least, seconds: 3_600, least };
                let expected = Oracle::of(&rows, least).gatherings(&cases, at_least);
                several += expected.iter().filter(|one| one.cases > 2).count();
                agree(&columns.gatherings(&cases, &asked), expected);
            }
        }
    }
    assert!(several > 20, "only {several} gatherings of three or more");
}

#[test]
fn the_place_where_many_were_infected_comes_first_and_a_home_of_two_cases_after_it() {
    let mut columns = Columns::default();
    let mut rows: Vec<Row> = Vec::new();
    // 400 people at home in twos, all day; a hundred of them one evening in a bar, and everybody in the station.
    rows.extend((0..400).map(|person| row(person, 1_000 + person / 2, 0, 86_400)));
    rows.extend((0..100).map(|person| row(4 * person, 7, 20 * 3_600, 21 * 3_600)));
    rows.extend((0..400).map(|person| row(person, 8, 9 * 3_600, 10 * 3_600)));
    columns.insert(&rows);
    let ill: Vec<Case> =
        (0..12).map(|person| case(4 * person, 0, 86_400)).chain([case(1, 0, 86_400)]).collect();
    let asked = Together { at_least: 2, seconds: 3_600, least: ASSURANCES[0] };
    let found = columns.gatherings(&ill, &asked);
    let told = |one: &Gathering| (one.point.0, one.during.from / 3_600, one.cases, one.people);
    assert_eq!(told(&found[0]), (7, 20, 12, 100));
    assert!((found[0].expected - 13.0 * 100.0 / 400.0).abs() < 1e-12);
    assert!((found[0].ratio() - 12.0 / 3.25).abs() < 1e-12);
    let home: Vec<_> = found[1..25].iter().map(told).collect();
    let hours: Vec<_> = (0..24).map(|hour| (1_000, hour, 2, 2)).collect();
    assert_eq!(home, hours, "of the same surprise by time");
    // Where everybody was, it tells nothing.
    assert_eq!((told(&found[25]), found[25].surprise.to_bits()), ((8, 9, 13, 400), 0.0_f64.to_bits()));
    assert_eq!(found.len(), 26);
    let more = Together { at_least: 13, ..asked };
    assert_eq!(columns.gatherings(&ill, &more).iter().map(told).collect::<Vec<_>>(), [(8, 9, 13, 400)]);
}

#[test]
fn a_case_counts_only_in_its_window_and_only_where_it_was_seen() {
    let mut columns = Columns::default();
    columns.insert(&[row(0, 1, 0, 7_200), row(1, 1, 0, 7_200), row(2, 2, 0, 7_200)]);
    let asked = Together { at_least: 1, seconds: 3_600, least: ASSURANCES[0] };
    let told = |cases: &[Case]| -> Vec<_> {
        let found = columns.gatherings(cases, &asked);
        let mut told: Vec<_> = found
            .iter()
            .map(|one| (one.point.0, one.during.from, one.cases, one.people, one.expected))
            .collect();
        told.sort_by_key(|one| (one.0, one.1));
        told
    };
    // Half a window of an hour is that hour; one of three who were seen is a case, and two were there.
    assert_eq!(told(&[case(0, 1_800, 3_600)]), [(1, 0, 1, 2, 2.0 / 3.0)]);
    assert_eq!(told(&[case(0, 1_800, 3_601)]), [(1, 0, 1, 2, 2.0 / 3.0), (1, 3_600, 1, 2, 2.0 / 3.0)]);
    // Somebody without visits is no case who could have been anywhere; nor is one whose time nobody was seen in.
    let stranger = case(9, 0, 7_200);
    assert_eq!(told(&[case(0, 0, 3_600), stranger]), [(1, 0, 1, 2, 2.0 / 3.0)]);
    assert_eq!(told(&[stranger, case(0, 7_200, 9_000)]), []);
    // Another window elsewhere in time is no case of this hour.
    assert_eq!(
        told(&[case(0, 0, 3_600), case(1, 3_600, 7_200)]),
        [(1, 0, 1, 2, 2.0 / 3.0), (1, 3_600, 1, 2, 2.0 / 3.0),]
    );
    assert_eq!(told(&[case(0, 0, 3_600), case(1, 0, 3_600)]), [(1, 0, 2, 2, 4.0 / 3.0)]);
    // Two windows of one case in one hour are one case.
    assert_eq!(told(&[case(0, 0, 60), case(0, 120, 180)]), [(1, 0, 1, 2, 2.0 / 3.0)]);
}

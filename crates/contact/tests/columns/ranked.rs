//! Ranked exposures: the same policy written plainly in SQL. Scores, cuts by score, by count and by share, crowds, days.

use crate::{
    sql::{Oracle, cases, midnights},
    town::{SHAPES, START, Shape},
};
use kangma_contact::columns::{Asked, Columns, Look, Met, Period, PersonNo, Row};
use kangma_core::{
    Assurance, CaseCourse, CaseId, Encounter, Number, PersonId, PointId, Policy, PolicyFiles, Span, Time,
    Window, derive,
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

const KINDS: [&str; 3] = ["restaurant", "bus", "office"];

/// What the SQL says too.
const EXPOSURE: &str = r#"[exposure]
[[exposure.case]]
status = "confirmed"
presymptomatic-days = 1
infectious-days = 10
[exposure.score]
meeting = 5
minutes = [{ from = 0, points = 1 }, { from = 60, points = 0.25 }, { from = 240, points = 0 }]
crowd-beyond = 3
kinds = { restaurant = 2, bus = 0.5 }
days = [{ from = -1, times = 1.5 }, { from = 1, times = 1 }, { from = 2, times = 0.2 }]
[[exposure.degree]]
degree = "close"
crowd-at-most = 8
minutes = 15
counted = "unbroken"
best = 10
assurance = "poster"
[[exposure.degree]]
degree = "near"
minutes = 15
counted = "summed-day"
score = 60
assurance = "poster"
[[exposure.degree]]
degree = "far"
kinds = ["bus"]
minutes = 20
counted = "summed-window"
best = "50 %"
assurance = "poster"
"#;

/// How many are at a point from each instant on at which somebody comes, the window begins or a day does.
const MOMENT: &str = "
    CREATE TABLE moment AS
    SELECT point, at, (SELECT COUNT(*) FROM presence there
                       WHERE there.point = begun.point AND there.f <= at AND there.u > at) AS n
    FROM (SELECT point, f AS at FROM presence
          UNION SELECT point, subject.f FROM presence, subject
          UNION SELECT point, day.f FROM presence, day) begun;
    CREATE INDEX moment_at ON moment(point, at);";

/// What the case and each other shared at one point on one day, and what that is worth in thousandths.
const WORTH: &str = "
    CREATE TABLE worth AS
    WITH part AS (
        SELECT q, point, day.f AS day, e.f AS whole_f, e.u AS whole_u, MAX(e.f, day.f) AS f, MIN(e.u, day.u) AS u
        FROM encounter e JOIN day ON e.f < day.u AND day.f < e.u),
    met AS (
        SELECT q, point, day, SUM(u - f) AS summed, MAX(whole_u - whole_f) AS unbroken, MIN(f) AS first, MAX(u) AS last,
               MAX((SELECT MAX(n) FROM moment WHERE moment.point = part.point AND at >= part.f AND at < part.u)) AS crowd
        FROM part GROUP BY q, point, day)
    SELECT *,
        (60 * 5000 + MIN(summed, 3600) * 1000 + MAX(MIN(summed, 14400) - 3600, 0) * 250)
        * CASE point % 3 WHEN 0 THEN 2000 WHEN 1 THEN 500 ELSE 1000 END
        * CASE WHEN (day - ?1) / 86400 >= 2 THEN 200 WHEN (day - ?1) / 86400 >= 1 THEN 1000
               WHEN (day - ?1) / 86400 >= -1 THEN 1500 ELSE 1000 END
        * MIN(crowd, 3) / (60 * 1000000 * crowd) AS points
    FROM met";

/// The first degree that fits each, its score, and its first and last instant.
const DEGREES: &str = "
    WITH close AS (
        SELECT q, SUM(points) AS score, MIN(first) AS first, MAX(last) AS last
        FROM worth WHERE crowd <= 8 AND unbroken >= 900 GROUP BY q),
    best AS (SELECT *, RANK() OVER (ORDER BY score DESC) AS place FROM close),
    enough AS (SELECT q, day FROM worth GROUP BY q, day HAVING SUM(summed) >= 900),
    near AS (
        SELECT q, SUM(points) AS score, MIN(first) AS first, MAX(last) AS last
        FROM worth JOIN enough USING (q, day) GROUP BY q HAVING SUM(points) >= 60000),
    bus AS (
        SELECT q, SUM(points) AS score, MIN(first) AS first, MAX(last) AS last
        FROM worth WHERE point % 3 = 1 GROUP BY q HAVING SUM(summed) >= 1200),
    half AS (SELECT *, RANK() OVER (ORDER BY score DESC) AS place FROM bus)
    SELECT q, 'close', score, first, last FROM best WHERE place <= 10 AND score > 0
    UNION ALL SELECT q, 'near', score, first, last FROM near
    UNION ALL SELECT q, 'far', score, first, last FROM half
        WHERE score > 0 AND place <= ((SELECT COUNT(*) FROM bus) + 1) / 2";

/// Degree, score, first and last instant in seconds.
type Ranked = BTreeMap<u32, (String, i64, u32, u32)>;

fn policy() -> Policy {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/hangzhou-2020");
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let text = read("policy.toml");
    let (before, rest) = text.split_once("\n[exposure]").unwrap();
    let gate = &rest[rest.find("\n[gate]").unwrap()..];
    let mut files = PolicyFiles::new();
    files.add("policy.toml", format!("{before}\n{EXPOSURE}{gate}"));
    files.add("texts/zh.toml", read("texts/zh.toml"));
    files.add("texts/en.toml", read("texts/en.toml"));
    Policy::load(&files).unwrap()
}

fn at(seconds: u32) -> Time {
    Time::from_seconds(seconds.into())
}

fn course(person: PersonNo) -> CaseCourse {
    CaseCourse {
        id: CaseId(1),
        person: PersonId(person.0.into()),
        status: "confirmed".into(),
        onset: None,
        sampled: Some(at(START + 3 * 86_400)),
        reported_at: at(START + 4 * 86_400),
        recovered: None,
        as_of: at(START + 6 * 86_400),
        follows_household_case: false,
    }
}

fn encounter(policy: &Policy, met: &Met) -> Encounter {
    let window = Window::new(at(met.during.from), at(met.during.until)).unwrap();
    Encounter {
        contact: PersonId(met.contact.0.into()),
        via: None,
        point: PointId(met.point.0.into()),
        point_kind: Arc::from(KINDS[met.point.0 as usize % 3]),
        day: policy.zone.day(window.from),
        window,
        unbroken: Span::from_seconds(met.unbroken_seconds.into()),
        summed: Span::from_seconds(met.seconds.into()),
        crowd: met.crowd,
        assurance: met.assurance,
    }
}

/// What the engine finds.
fn found(policy: &Policy, columns: &Columns, course: &CaseCourse) -> Ranked {
    let window = policy.infectious_window(course).unwrap();
    let [from, until] = [window.from, window.until].map(|at| u32::try_from(at.seconds()).unwrap());
    let asked = Asked {
        person: PersonNo(u32::try_from(course.person.0).unwrap()),
        during: Period { from, until },
        look: Look::Onward,
        linger_seconds: 0,
        least: Assurance::Poster,
    };
    let mut encounters = Vec::new();
    columns.encounters(&asked, &midnights(), |met| encounters.push(encounter(policy, &met)));
    let exposures = derive(policy, course, &[], &[], &encounters).into_iter().map(|exposure| {
        let (person, said) = (u32::try_from(exposure.person.0).unwrap(), &exposure.attributes);
        let seconds = |at: Time| u32::try_from(at.seconds()).unwrap();
        let Number(score) = said.number("score").unwrap();
        let (first, last) = (said.time("first-exposure").unwrap(), exposure.happened_at);
        (person, (said.text("degree").unwrap().to_owned(), score, seconds(first), seconds(last)))
    });
    exposures.collect()
}

/// What plain SQL finds.
fn expected(policy: &Policy, rows: &[Row], course: &CaseCourse) -> Ranked {
    let Oracle(db) = Oracle::of(rows, Assurance::Poster);
    let window = policy.infectious_window(course).unwrap();
    let subject = [
        course.person.0.cast_signed(),
        course.person.0.cast_signed(),
        window.from.seconds(),
        window.until.seconds(),
    ];
    db.execute("INSERT INTO subject VALUES (?1, ?2, ?3, ?4)", subject).unwrap();
    db.execute_batch(MOMENT).unwrap();
    let begin = policy.zone.midnight(policy.zone.day(course.begin())).seconds();
    db.execute(WORTH, [begin]).unwrap();
    let mut statement = db.prepare(DEGREES).unwrap();
    let row =
        |row: &rusqlite::Row<'_>| Ok((row.get(0)?, (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?)));
    let mut ranked = Ranked::new();
    for (person, exposure) in statement.query_map([], row).unwrap().map(Result::unwrap) {
        ranked.entry(person).or_insert(exposure);
    }
    ranked
}

#[test]
fn ranked_exposures_are_those_of_plain_sql_on_towns_of_several_shapes() {
    let policy = policy();
    let mut named: BTreeMap<String, usize> = BTreeMap::new();
    let mut compare = |shape: &Shape, seed: u64| {
        let rows = shape.rows(seed);
        let mut columns = Columns::default();
        let (late, early) = rows.split_at(rows.len() / 8);
        columns.insert(early);
        columns.settle();
        columns.insert(late);
        for case in cases(shape, seed).iter().take(2) {
            let course = course(case.person);
            let expected = expected(&policy, &rows, &course);
            assert_eq!(
                found(&policy, &columns, &course),
                expected,
                "{} {seed} {:?}",
                shape.name,
                case.person
            );
            expected.into_values().for_each(|(degree, ..)| *named.entry(degree).or_default() += 1);
        }
    };
    for shape in SHAPES {
        (1..4).for_each(|seed| compare(shape, seed));
    }
    let many = |degree: &str| named.get(degree).is_some_and(|named| *named > 20);
    assert!(["close", "near", "far"].into_iter().all(many), "{named:?}");
}

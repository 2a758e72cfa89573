//! The questions written plainly in SQL, on towns of several shapes.

use crate::{
    case, contacts, onward,
    town::{DAYS, Dice, SHAPES, START, Shape},
};
use kangma_contact::columns::{
    Case, Columns, Contact, Enough, Infecting, Link, Overlap, Period, PersonNo, PointNo, Present, Row, Site,
};
use kangma_core::Assurance;
use rusqlite::{Connection, params};

/// Overlapping and touching visits of one person at one point are one presence.
const PRESENCE: &str = "
    CREATE TABLE presence AS
    WITH marked AS (
        SELECT person, point, f, u, CASE WHEN f <= MAX(u) OVER (PARTITION BY person, point ORDER BY f, u
            ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) THEN 0 ELSE 1 END AS begins
        FROM visit WHERE assurance >= (SELECT least FROM asked)),
    numbered AS (
        SELECT *, SUM(begins) OVER (PARTITION BY person, point ORDER BY f, u ROWS UNBOUNDED PRECEDING) AS island
        FROM marked)
    SELECT person, point, MIN(f) AS f, MAX(u) AS u FROM numbered GROUP BY person, point, island;
    CREATE INDEX by_person ON presence(person);
    CREATE INDEX by_point ON presence(point);";

/// Who met whom, for subjects with windows: `c` the case, `p` the person, `q` another.
const ENCOUNTER: &str = "
    CREATE VIEW encounter AS
    SELECT s.c, s.p, b.person AS q, a.point, MAX(a.f, b.f, s.f) AS f, MIN(a.u, b.u, s.u) AS u
    FROM subject s JOIN presence a ON a.person = s.p JOIN presence b ON b.point = a.point AND b.person <> a.person
    WHERE MAX(a.f, b.f, s.f) < MIN(a.u, b.u, s.u) AND b.person <> s.c;";

const UNBROKEN: &str = "
    SELECT c, p, q, COUNT(*), SUM(u - f), MIN(f), MAX(u), COUNT(DISTINCT point) FROM encounter
    WHERE u - f >= ?1 GROUP BY c, p, q";
const BY_WINDOW: &str = "
    SELECT c, p, q, COUNT(*), SUM(u - f), MIN(f), MAX(u), COUNT(DISTINCT point) FROM encounter
    GROUP BY c, p, q HAVING SUM(u - f) >= ?1";
const BY_DAY: &str = "
    WITH part AS (
        SELECT c, p, q, point, day.f AS day, MAX(e.f, day.f) AS f, MIN(e.u, day.u) AS u
        FROM encounter e JOIN day ON e.f < day.u AND day.f < e.u),
    enough AS (SELECT c, p, q, day FROM part GROUP BY c, p, q, day HAVING SUM(u - f) >= ?1)
    SELECT c, p, q, COUNT(*), SUM(u - f), MIN(f), MAX(u), COUNT(DISTINCT point)
    FROM part JOIN enough USING (c, p, q, day) GROUP BY c, p, q";

pub struct Oracle(pub Connection);

impl Oracle {
    pub fn of(rows: &[Row], least: Assurance) -> Self {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(
            "CREATE TABLE visit(person INT, point INT, f INT, u INT, assurance INT);
             CREATE TABLE asked(least INT);
             CREATE TABLE subject(c INT, p INT, f INT, u INT);
             CREATE TABLE day(f INT, u INT);",
        )
        .unwrap();
        db.execute("INSERT INTO asked VALUES (?1)", [rank(least)]).unwrap();
        db.execute_batch("BEGIN").unwrap();
        for row in rows {
            let Period { from, until } = row.during;
            let rank = rank(row.assurance);
            db.prepare_cached("INSERT INTO visit VALUES (?1, ?2, ?3, ?4, ?5)")
                .unwrap()
                .execute(params![row.person.0, row.point.0, from, until, rank])
                .unwrap();
        }
        for day in midnights().windows(2) {
            db.execute("INSERT INTO day VALUES (?1, ?2)", [day[0], day[1]]).unwrap();
        }
        db.execute_batch("COMMIT").unwrap();
        db.execute_batch(PRESENCE).unwrap();
        db.execute_batch(ENCOUNTER).unwrap();
        Self(db)
    }

    /// Each subject is a case, a person and when that person counts.
    fn met(&self, subjects: &[(u32, u32, Period)], enough: &Enough) -> Vec<Link> {
        self.0.execute("DELETE FROM subject", []).unwrap();
        for (case, person, Period { from, until }) in subjects {
            let subject = [case, person, from, until];
            self.0.execute("INSERT INTO subject VALUES (?1, ?2, ?3, ?4)", subject).unwrap();
        }
        let question = match enough.overlap {
            Overlap::Unbroken => UNBROKEN,
            Overlap::SummedByWindow => BY_WINDOW,
            Overlap::SummedByDay(_) => BY_DAY,
        };
        let mut statement = self.0.prepare(question).unwrap();
        let link = |row: &rusqlite::Row<'_>| {
            Ok(Link {
                via: PersonNo(row.get(1)?),
                met: Contact {
                    case: PersonNo(row.get(0)?),
                    contact: PersonNo(row.get(2)?),
                    encounters: row.get(3)?,
                    overlap_seconds: row.get::<_, u32>(4)?.into(),
                    first: row.get(5)?,
                    last: row.get(6)?,
                    points: row.get(7)?,
                },
            })
        };
        let mut links: Vec<Link> =
            statement.query_map([enough.seconds], link).unwrap().map(Result::unwrap).collect();
        links.sort_unstable();
        links
    }

    fn contacts(&self, cases: &[Case], enough: &Enough) -> Vec<Contact> {
        let subjects: Vec<_> = cases.iter().map(|case| (case.person.0, case.person.0, case.during)).collect();
        let mut met: Vec<Contact> = self.met(&subjects, enough).iter().map(|link| link.met).collect();
        met.sort_unstable();
        met
    }

    fn onward(&self, cases: &[Case], enough: &Enough, infecting: Infecting) -> Vec<Link> {
        let window = |contact: &Contact| {
            let from = contact.first.saturating_add(infecting.after_seconds);
            let own = cases.iter().find(|case| case.person == contact.case).unwrap().during;
            own.overlap(Period { from, until: from.saturating_add(infecting.for_seconds) })
        };
        let first = self.contacts(cases, enough);
        let subjects: Vec<_> =
            first.iter().map(|contact| (contact.case.0, contact.contact.0, window(contact))).collect();
        self.met(&subjects, enough)
    }

    fn present(&self, site: &Site) -> Vec<Present> {
        let mut statement = self
            .0
            .prepare(
                "SELECT person, COUNT(*), SUM(MIN(u, ?3) - MAX(f, ?2)), MIN(MAX(f, ?2)), MAX(MIN(u, ?3)),
                        MAX(MIN(u, ?3) - MAX(f, ?2)),
                        MAX((SELECT MAX((SELECT COUNT(*) FROM presence there
                                         WHERE there.point = ?1 AND there.f <= at AND there.u > at))
                             FROM (SELECT MAX(f, ?2) AS at FROM presence WHERE point = ?1)
                             WHERE at >= MAX(one.f, ?2) AND at < MIN(one.u, ?3)))
                 FROM presence one WHERE point = ?1 AND f < ?3 AND u > ?2 GROUP BY person ORDER BY person",
            )
            .unwrap();
        let present = |row: &rusqlite::Row<'_>| {
            Ok(Present {
                person: PersonNo(row.get(0)?),
                stretches: row.get(1)?,
                seconds: row.get::<_, u32>(2)?.into(),
                first: row.get(3)?,
                last: row.get(4)?,
                unbroken_seconds: row.get(5)?,
                crowd: row.get(6)?,
                assurance: Assurance::Poster,
            })
        };
        let asked = [site.point.0, site.during.from, site.during.until];
        statement.query_map(asked, present).unwrap().map(Result::unwrap).collect()
    }
}

fn rank(assurance: Assurance) -> u32 {
    let rank = crate::ASSURANCES.iter().position(|each| *each == assurance).unwrap();
    u32::try_from(rank).unwrap()
}

pub fn midnights() -> Vec<u32> {
    (0..DAYS + 3).map(|day| START + day * 86_400 - 8 * 3_600).collect()
}

pub fn cases(shape: &Shape, seed: u64) -> Vec<Case> {
    let mut dice = Dice(seed ^ 0xca5e);
    let mut people: Vec<u32> = (0..6).map(|_| shape.first_person + dice.below(shape.people)).collect();
    people.sort_unstable();
    people.dedup();
    people
        .into_iter()
        .map(|person| {
            let from = START + dice.below(2 * 86_400);
            case(person, from, from + 3_600 + dice.below(3 * 86_400))
        })
        .collect()
}

/// Says how many answers were compared that named somebody.
fn compare(shape: &Shape, seed: u64, columns: &Columns, rows: &[Row]) -> usize {
    let mut named = 0;
    let cases = cases(shape, seed);
    for least in [Assurance::Poster, Assurance::Paper] {
        let oracle = Oracle::of(rows, least);
        for overlap in [Overlap::Unbroken, Overlap::SummedByWindow, Overlap::SummedByDay(midnights())] {
            let enough = Enough { seconds: 900, overlap, least };
            let expected = oracle.contacts(&cases, &enough);
            named += usize::from(!expected.is_empty());
            assert_eq!(contacts(columns, &cases, &enough), expected, "{} {seed}", shape.name);
            let infecting = Infecting { after_seconds: 3_600, for_seconds: 2 * 86_400 };
            let one = &cases[..1];
            let expected = oracle.onward(one, &enough, infecting);
            named += usize::from(!expected.is_empty());
            assert_eq!(onward(columns, one, &enough, infecting), expected, "{} {seed}", shape.name);
        }
        for point in 0..20 {
            let from = START + point * 17_000;
            let site = Site { point: PointNo(point), during: Period { from, until: from + 7_200 } };
            // How far each is proven, the brute force says.
            let there = columns.present(&site, least).into_iter();
            let there: Vec<Present> =
                there.map(|present| Present { assurance: Assurance::Poster, ..present }).collect();
            assert_eq!(there, oracle.present(&site), "{} {seed}", shape.name);
        }
    }
    named
}

#[test]
fn every_answer_is_that_of_plain_sql_on_towns_of_several_shapes() {
    let mut named = 0;
    for shape in SHAPES {
        for seed in 1..3 {
            let rows = shape.rows(seed);
            let mut columns = Columns::default();
            columns.insert(&rows);
            columns.settle();
            named += compare(shape, seed, &columns, &rows);
        }
    }
    assert!(named > 40, "only {named} of 96 answers named anybody");
}

#[test]
fn late_visits_and_dropped_days_leave_the_answers_of_plain_sql() {
    for shape in SHAPES {
        let rows = shape.rows(9);
        let mut columns = Columns::default();
        let (late, early) = rows.split_at(rows.len() / 8);
        columns.insert(early);
        columns.settle();
        columns.insert(late);
        compare(shape, 9, &columns, &rows);
        columns.drop_before(START + 86_400);
        let kept: Vec<Row> = rows.iter().filter(|row| row.during.from >= START + 86_400).copied().collect();
        compare(shape, 9, &columns, &kept);
    }
}

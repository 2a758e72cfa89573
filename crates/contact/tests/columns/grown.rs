//! Small cities that grow in any order, lose days and are packed at any time: after each step every question is
//! compared with the brute force.

use crate::{
    ASSURANCES,
    brute::{Brute, DAY, PERSONS, POINTS, SECONDS, midnights},
    contacts, onward, pairs,
};
use kangma_contact::columns::{
    Asked, Case, Columns, Enough, Infecting, Look, Met, Overlap, Period, PersonNo, PointNo, Row, Site,
};
use proptest::prelude::*;

#[derive(Debug, Clone)]
enum Step {
    Insert(Vec<Row>),
    DropDaysBefore(u32),
    Settle,
}

#[derive(Debug, Clone)]
struct Question {
    cases: Vec<Case>,
    enough: Enough,
    infecting: Infecting,
    site: Site,
}

fn period() -> impl Strategy<Value = Period> {
    // Multiples of five make ends meet often.
    (0..SECONDS / 5, 0..14u32)
        .prop_map(|(from, length)| Period { from: from * 5, until: (from * 5 + length * 5).min(SECONDS) })
}

fn rows() -> impl Strategy<Value = Row> {
    (0..PERSONS, 0..POINTS, period(), 0..5usize).prop_map(|(person, point, during, proof)| Row {
        person: PersonNo(person),
        point: PointNo(point),
        during,
        assurance: ASSURANCES[proof],
    })
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => proptest::collection::vec(rows(), 1..12).prop_map(Step::Insert),
        1 => (0..3u32).prop_map(Step::DropDaysBefore),
        2 => Just(Step::Settle),
    ]
}

fn question() -> impl Strategy<Value = Question> {
    let case = (0..PERSONS, period()).prop_map(|(person, during)| Case { person: PersonNo(person), during });
    let overlap = prop_oneof![
        Just(Overlap::Unbroken),
        Just(Overlap::SummedByWindow),
        Just(Overlap::SummedByDay(midnights())),
    ];
    let enough = (0..25u32, overlap, 0..5usize).prop_map(|(seconds, overlap, proof)| Enough {
        seconds,
        overlap,
        least: ASSURANCES[proof],
    });
    let infecting = (0..30u32, prop_oneof![Just(u32::MAX), 10..100u32])
        .prop_map(|(after_seconds, for_seconds)| Infecting { after_seconds, for_seconds });
    let site = (0..POINTS, period()).prop_map(|(point, during)| Site { point: PointNo(point), during });
    (proptest::collection::vec(case, 1..4), enough, infecting, site).prop_map(
        |(mut cases, enough, infecting, site)| {
            cases.sort_by_key(|case| case.person);
            Question { cases, enough, infecting, site }
        },
    )
}

fn take(step: &Step, columns: &mut Columns, brute: &mut Brute, kept_from: &mut u32) {
    match step {
        Step::Insert(rows) => {
            let taken = columns.insert(rows);
            let kept: Vec<Row> = rows
                .iter()
                .filter(|row| !row.during.is_empty() && row.during.from >= *kept_from)
                .copied()
                .collect();
            assert_eq!(taken.added, kept.len());
            assert_eq!(taken.added + taken.empty + taken.dropped, rows.len());
            brute.rows.extend(kept);
        }
        Step::DropDaysBefore(day) => {
            *kept_from = (*kept_from).max(day * DAY);
            columns.drop_before(day * DAY);
            brute.rows.retain(|row| row.during.from >= *kept_from);
        }
        Step::Settle => columns.settle(),
    }
}

fn compare(columns: &Columns, brute: &Brute, asked: &Question) -> Result<(), TestCaseError> {
    let Question { cases, enough, infecting, site } = asked;
    prop_assert_eq!(contacts(columns, cases, enough), brute.contacts(cases, enough));
    prop_assert_eq!(onward(columns, cases, enough, *infecting), brute.onward(cases, enough, *infecting));
    prop_assert_eq!(columns.present(site, enough.least), brute.present(site, enough.least));
    prop_assert_eq!(pairs(columns, site.during, enough), brute.pairs(site.during, enough));
    for look in [Look::Onward, Look::Back] {
        let (person, during) = (cases[0].person, site.during);
        let asked =
            Asked { person, during, look, linger_seconds: infecting.after_seconds, least: enough.least };
        let mut met = Vec::new();
        columns.encounters(&asked, &midnights(), |one| met.push(Met { assurance: enough.least, ..one }));
        prop_assert_eq!(met, brute.encounters(&asked));
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn every_answer_of_a_growing_city_is_that_of_the_brute_force(
        steps in proptest::collection::vec((step(), question()), 1..8),
    ) {
        let (mut columns, mut brute, mut kept_from) = (Columns::default(), Brute::default(), 0);
        for (step, question) in &steps {
            take(step, &mut columns, &mut brute, &mut kept_from);
            compare(&columns, &brute, question)?;
        }
        let mut rebuilt = Columns::default();
        rebuilt.insert(&brute.rows);
        rebuilt.settle();
        columns.settle();
        let all = |columns: &Columns| {
            let mut all = Vec::new();
            columns.each_row(|row| all.push(row));
            all
        };
        prop_assert_eq!(all(&columns), all(&rebuilt));
        prop_assert_eq!(columns.rows(), rebuilt.rows());
    }
}

#[test]
fn a_clone_goes_on_answering_from_what_it_was_taken_of() {
    let mut columns = Columns::default();
    columns.insert(&[crate::row(0, 0, 0, 100), crate::row(1, 0, 0, 100)]);
    let enough = Enough { seconds: 1, overlap: Overlap::Unbroken, least: ASSURANCES[0] };
    let held = columns.clone();
    columns.insert(&[crate::row(2, 0, 0, 100)]);
    let case = [crate::case(0, 0, 100)];
    assert_eq!((contacts(&held, &case, &enough).len(), contacts(&columns, &case, &enough).len()), (1, 2));
}

//! The same visits as CSV and as Parquet.

use crate::{contacts, done, text};
use kangma::tables::{
    Table, Value,
    numbers::Name,
    presences::wanted,
    written::{Cell, Holds, Writing},
};
use std::path::Path;

/// A visit: person, point, from, until.
type Visit = [u32; 4];
const START: u32 = 1_583_020_800;
const COLUMNS: [(&str, Holds); 4] =
    [("person", Holds::Names), ("point", Holds::Names), ("from", Holds::Numbers), ("until", Holds::Numbers)];

fn visits() -> Vec<Visit> {
    // A linear congruence is chance enough here.
    let mut state = 7u32;
    let mut below = |end: u32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) % end
    };
    let mut visit = || {
        let from = START + below(3 * 86_400);
        [below(80), 1_000 + below(12), from, from + 60 * (1 + below(240))]
    };
    (0..2_000).map(|_| visit()).collect()
}

fn write(path: &Path, name: impl Fn(u32) -> Name, integers: bool) {
    let mut writing = Writing::begin(path, &COLUMNS, integers).expect("a table");
    for [person, point, from, until] in visits() {
        let (person, point) = (name(person), name(point));
        let numbers = [from, until].map(|second| Cell::Number(u64::from(second)));
        writing.push(&[Cell::Name(&person), Cell::Name(&point), numbers[0], numbers[1]]).expect("a row");
    }
    writing.end().expect("a whole table");
}

pub fn write_all(directory: &Path, name: impl Fn(u32) -> Name + Copy, integers: bool) {
    for form in ["csv", "parquet"] {
        write(&directory.join(format!("visits.{form}")), name, integers);
        let columns = [("person", Holds::Names), ("from", Holds::Numbers), ("until", Holds::Numbers)];
        let cases = directory.join(format!("cases.{form}"));
        let mut writing = Writing::begin(&cases, &columns, integers).expect("a table");
        for person in [3, 17, 60] {
            let [from, until] = [START, START + 2 * 86_400].map(|second| Cell::Number(u64::from(second)));
            writing.push(&[Cell::Name(&name(person)), from, until]).expect("a row");
        }
        writing.end().expect("a whole table");
    }
}

/// All rows of an answer, as texts.
pub fn rows(path: &Path, columns: &[&'static str]) -> Vec<Vec<String>> {
    let mut table = Table::open(path, &wanted(columns, &[]), "--columns").expect("a table");
    let mut rows = Vec::new();
    while let Some(batch) = table.next_batch().expect("a batch") {
        for row in 0..batch.lines.len() {
            let value = |value: Value<'_>| match value {
                Value::Integer(number) => number.to_string(),
                Value::Text(text) => text.to_owned(),
                other => format!("{other:?}"),
            };
            rows.push(batch.columns.iter().map(|column| value(column.value(row))).collect());
        }
    }
    rows
}

/// Names that are numbers, or texts.
pub fn named(integers: bool) -> impl Fn(u32) -> Name + Copy {
    move |number| match integers {
        true => Name::Integer(i64::from(number)),
        false => Name::Text(format!("no. {number}").into()),
    }
}

#[test]
fn csv_and_parquet_give_the_same_answer_in_both_forms() {
    for integers in [true, false] {
        let directory = tempfile::tempdir().expect("a directory");
        let at = directory.path();
        write_all(at, named(integers), integers);
        for question in [
            &["--overlap", "unbroken"][..],
            &["--overlap", "summed-day", "--zone", "Asia/Shanghai"],
            &["--overlap", "summed-window", "--at-least", "2h"],
            &["--degree", "2", "--latent", "1h"],
        ] {
            let ask = |visits: &str, cases: &str, out: &str| {
                let files = ["--visits", visits, "--cases", cases, "--out", out, "--json"];
                done(&contacts(at, &[&files, question].concat()))
            };
            let totals = ask("visits.csv", "cases.csv", "a.csv");
            assert_eq!(ask("visits.parquet", "cases.parquet", "b.csv"), totals);
            assert_eq!(ask("visits.parquet", "cases.csv", "c.parquet"), totals);
            assert!(text(&at.join("a.csv")).lines().count() > 20, "{question:?}");
            assert_eq!(text(&at.join("a.csv")), text(&at.join("b.csv")));
            let columns = ["case", "contact", "encounters", "overlap_seconds", "first", "last", "points"];
            assert_eq!(rows(&at.join("a.csv"), &columns), rows(&at.join("c.parquet"), &columns));
        }
    }
}

#[test]
fn columns_of_other_names_and_clocks_on_the_wall_are_understood() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let visits = "venue;user;start;end;note\nbar;x;2020-03-01 08:00:00;2020-03-01 09:00:00;\n\
                  bar;y;1583020800;1583022600;late\n";
    std::fs::write(at.join("visits.csv"), visits).expect("written");
    std::fs::write(at.join("cases.csv"), "who,from,until\nx,2020-03-01,2020-03-02\n").expect("written");
    let arguments = [
        "--visits=visits.csv",
        "--cases=cases.csv",
        "--columns=person=user,point=venue,from=start,until=end",
        "--case-columns=person=who",
        "--zone=Asia/Shanghai",
        "--out=out.csv",
    ];
    let said = done(&contacts(at, &arguments));
    assert!(said.contains("2 visits of 2 people at 1 points; 1 cases"), "{said}");
    let expected = "case,contact,encounters,overlap_seconds,first,last,points\n\
                    x,y,1,1800,1583020800,1583022600,1\n";
    assert_eq!(text(&at.join("out.csv")), expected);
}

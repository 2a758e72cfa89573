//! `kangma gatherings`: the same files of both forms, and what it says when it cannot.

use crate::{
    done,
    forms::{named, rows, write_all},
    kangma, names, refused, text,
};
use std::{collections::BTreeMap, fs};

const COLUMNS: [&str; 7] = ["point", "from", "cases", "people", "expected", "ratio", "surprise"];

#[test]
fn csv_and_parquet_give_the_same_gatherings_in_both_forms() {
    for integers in [true, false] {
        let directory = tempfile::tempdir().expect("a directory");
        let at = directory.path();
        write_all(at, named(integers), integers);
        for question in [&["--at-least", "2"][..], &["--at-least", "1", "--each", "4h"]] {
            let ask = |visits: &str, cases: &str, out: &str| {
                let files = ["--visits", visits, "--cases", cases, "--out", out, "--json"];
                done(&kangma(at, "gatherings", &[&files, question].concat()))
            };
            let totals = ask("visits.csv", "cases.csv", "a.csv");
            assert_eq!(ask("visits.parquet", "cases.parquet", "b.csv"), totals);
            assert_eq!(ask("visits.parquet", "cases.csv", "c.parquet"), totals);
            assert_eq!(text(&at.join("a.csv")), text(&at.join("b.csv")));
            let found = rows(&at.join("a.csv"), &COLUMNS[..4]);
            assert!(found.len() > 2, "{question:?}: {found:?}");
            assert!(totals.contains(&format!("\"rows\":{}", found.len())), "{totals}");
            assert_eq!(found, rows(&at.join("c.parquet"), &COLUMNS[..4]));
        }
    }
}

#[test]
fn the_outbreak_comes_first_whatever_else_the_cases_shared() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let mut visits = "person,point,from,until\n".to_owned();
    for person in 0..200 {
        visits += &format!("p{person},home {},0,86400\np{person},station,28800,30600\n", person / 2);
        if person % 4 == 0 {
            visits += &format!("p{person},bar,72000,75600\n");
        }
    }
    fs::write(at.join("visits.csv"), visits).expect("written");
    // Nine guests of the bar, one housemate of a guest, and somebody who was never seen.
    let ill = (0..9).map(|guest| format!("p{},0,86400\n", 4 * guest));
    let ill: String = ill.chain(["p1,0,86400\n".to_owned(), "nobody,0,86400\n".to_owned()]).collect();
    fs::write(at.join("cases.csv"), format!("person,from,until\n{ill}")).expect("written");
    let arguments = ["--visits=visits.csv", "--cases=cases.csv", "--out=out.csv"];
    let said = done(&kangma(at, "gatherings", &arguments));
    assert_eq!(
        said,
        "450 visits of 200 people at 102 points; 11 cases\n1 cases have no visit in visits.csv\n\
         26 rows; first bar: 9 cases among 50 people, 2.50 expected: out.csv\n"
    );
    let found: Vec<Vec<String>> = text(&at.join("out.csv"))
        .lines()
        .skip(1)
        .map(|row| row.split(',').map(str::to_owned).collect())
        .collect();
    assert_eq!(found[0][..6], ["bar", "72000", "9", "50", "2.5", "3.6"]);
    assert_eq!(found[1][..6], ["home 0", "0", "2", "2", "0.1", "20"]);
    assert_eq!(found[25], ["station", "28800", "10", "200", "10", "1", "0"]);
    let mut by_point: BTreeMap<&str, usize> = BTreeMap::new();
    found.iter().for_each(|row| *by_point.entry(&row[0]).or_default() += 1);
    assert_eq!(by_point, [("bar", 1), ("home 0", 24), ("station", 1)].into());
    let none = done(&kangma(at, "gatherings", &[&arguments[..], &["--at-least=11"]].concat()));
    assert!(none.ends_with("11 or more cases were nowhere together: out.csv\n"), "{none}");
    assert_eq!(text(&at.join("out.csv")), COLUMNS.join(",") + "\n");
}

#[test]
fn what_cannot_be_asked_is_said_and_leaves_nothing_behind() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    fs::write(at.join("visits.csv"), "person,point,from,until\na,x,0,60\na,x,60,0\n").expect("written");
    fs::write(at.join("cases.csv"), "person,from,until\na,0,60\n").expect("written");
    let ask = |more: &[&str]| {
        kangma(at, "gatherings", &[&["--visits=visits.csv", "--cases=cases.csv"], more].concat())
    };
    let no_form = refused(&ask(&["--out=out.txt"]));
    assert!(no_form.contains("out.txt: the name has to end in .csv or .parquet"), "{no_form}");
    for (wrong, said) in [
        ("--at-least=0", "0 is not in 1.."),
        ("--each=0s", "nothing fits into no time"),
        ("--each=often", "write it like 15m"),
    ] {
        let output = ask(&["--out=out.csv", wrong]);
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(stderr.contains(said), "{stderr}");
    }
    assert_eq!(names(at), ["cases.csv", "visits.csv"]);
    let output = ask(&["--out=out.csv", "--at-least=1"]);
    let said = done(&output);
    assert!(said.contains("visits.csv: 1 rows could not be used: ends-before-it-begins"), "{said}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("visits.csv, line 3"));
    assert_eq!(text(&at.join("out.csv")).lines().nth(1), Some("x,0,1,1,1,1,0"));
}

//! Quotes that swallow lines, and headers that say a thing twice.

use crate::{contacts, done, kangma, refused, text};
use serde_json::{Value, json};
use std::{fs, path::Path};

pub const FILES: [&str; 6] = ["--visits", "visits.csv", "--cases", "cases.csv", "--out", "out.csv"];

/// The totals, and what was said of rows.
pub fn ask(at: &Path, visits: &str) -> (Value, String) {
    fs::write(at.join("visits.csv"), visits).expect("written");
    fs::write(at.join("cases.csv"), "person,from,until\n1,0,7200\n").expect("written");
    let output = contacts(at, &[&FILES[..], &["--json"]].concat());
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (serde_json::from_str(&done(&output)).expect("JSON"), said)
}

fn rows(from: u32, until: u32) -> String {
    (from..until).map(|person| format!("{person},10,0,3600\n")).collect()
}

#[test]
fn a_quote_that_swallows_lines_is_told_with_their_number() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let header = "person,point,from,until\n";
    let (before, swallowed, after) = (rows(1, 4), rows(4, 54), rows(54, 60));
    let quoted = json!({ "lines-in-a-quote": 51 });

    let (totals, said) = ask(at, &format!("{header}{before}\"9,10,0,3600\n{swallowed}"));
    assert_eq!(
        (&totals["visits"], &totals["broken_visits"]),
        (&json!(3), &json!({ "lines-in-a-quote": 52 }))
    );
    assert!(said.contains("visits.csv, line 5: a quote goes from here over 52 lines"), "{said}");

    let inner = swallowed.trim_end();
    let (totals, said) = ask(at, &format!("{header}{before}\"9\n{inner}\",10,0,3600\n{after}"));
    assert_eq!((&totals["visits"], &totals["broken_visits"]), (&json!(9), &quoted), "a name of many lines");
    assert!(said.contains("visits.csv, line 5: a quote goes from here over 51 lines"), "{said}");

    let noted = |rows: &str| rows.replace(",3600\n", ",3600,a\n");
    let (before, swallowed, after) = (noted(&before), noted(&swallowed), noted(&after));
    let notes =
        format!("person,point,from,until,note\n{before}9,10,0,3600,\"a\n{swallowed}8,10,0,3600,\"\n{after}");
    let (totals, said) = ask(at, &notes);
    assert_eq!(
        (&totals["visits"], &totals["broken_visits"]),
        (&json!(9), &json!({ "lines-in-a-quote": 52 }))
    );
    assert!(said.contains("line 5: a quote goes from here over 52 lines"), "{said}");
}

#[test]
fn a_note_on_several_lines_is_no_mistake_and_a_name_on_several_lines_is() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let text = "person,point,from,until,note\n1,10,0,3600,\"first, and\nsecond\"\n\"2\n2\",10,0,3600,\n";
    let (totals, said) = ask(at, text);
    assert_eq!((&totals["visits"], &totals["broken_visits"]), (&json!(1), &json!({ "lines-in-a-quote": 2 })));
    assert!(said.contains("visits.csv, line 4: a quote goes from here over 2 lines"), "{said}");
}

#[test]
fn lines_that_end_as_on_windows_have_the_same_numbers() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let text =
        "person,point,from,until\n1,10,0,3600\n2,10,soon,3600\n3,10\n\"4\n4\",10,0,3600\n5,10,later,1\n";
    let (_, unix) = ask(at, text);
    for line in ["line 3: `soon`", "line 4: it has 2 fields", "line 5: a quote", "line 7: `later`"] {
        assert!(unix.contains(line), "{line}: {unix}");
    }
    let (_, windows) = ask(at, &text.replace('\n', "\r\n"));
    assert_eq!(windows, unix);
}

#[test]
fn a_column_that_stands_twice_in_the_header_is_refused_when_it_is_needed() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let (totals, _) = ask(at, "person,point,from,until,note,note\n1,10,0,3600,a,b\n");
    assert_eq!(totals["visits"], 1);
    fs::write(at.join("visits.csv"), "person,point,from,until,person\n1,10,0,3600,2\n").expect("written");
    for command in ["contacts", "gatherings"] {
        let said = refused(&kangma(at, command, &FILES));
        assert_eq!(said.lines().count(), 1, "{said}");
        assert!(said.contains("visits.csv: several columns are called `person`"), "{said}");
    }
    fs::write(at.join("visits.csv"), format!("\"person,point,from,until\n{}", rows(1, 50))).expect("written");
    let said = refused(&contacts(at, &FILES));
    assert!(said.lines().count() == 1 && said.len() < 300, "{said}");
    assert!(text(&at.join("out.csv")).starts_with("case,"), "the earlier answer");
}

//! Where an answer may go.

use crate::{contacts, done, kangma, refused, text};
use std::{fs, os::unix::fs::symlink, path::Path};

const VISITS: &str = "person,point,from,until\n1,10,0,3600\n2,10,600,3600\n";

fn files(at: &Path) {
    fs::write(at.join("visits.csv"), VISITS).expect("written");
    fs::write(at.join("cases.csv"), "person,from,until\n1,0,7200\n").expect("written");
}

#[test]
fn an_answer_never_takes_the_place_of_what_it_is_made_from() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    files(at);
    fs::create_dir(at.join("sub")).expect("a directory");
    symlink("visits.csv", at.join("link.csv")).expect("a link");
    let whole = at.join("visits.csv");
    for (visits, out, option) in [
        ("visits.csv", "visits.csv", "--visits"),
        ("visits.csv", "./sub/../visits.csv", "--visits"),
        ("visits.csv", whole.to_str().expect("text"), "--visits"),
        ("visits.csv", "link.csv", "--visits"),
        ("link.csv", "visits.csv", "--visits"),
        ("visits.csv", "cases.csv", "--cases"),
    ] {
        for command in ["contacts", "gatherings"] {
            let asked = ["--visits", visits, "--cases", "cases.csv", "--out", out];
            let said = refused(&kangma(at, command, &asked));
            assert_eq!(said.lines().count(), 1, "{said}");
            assert!(said.contains(&format!("{out}: this is the file that {option} names")), "{said}");
        }
    }
    assert_eq!(text(&whole), VISITS);
    done(&contacts(at, &["--visits", "visits.csv", "--cases", "cases.csv", "--out", "sub/visits.csv"]));
    let numbers = done(&kangma(at, "city", &["show", "10k"]));
    fs::write(at.join("numbers.csv"), &numbers).expect("written");
    let said = refused(&kangma(at, "city", &["--parameters", "numbers.csv", "--out", "./numbers.csv"]));
    assert!(said.contains("this is the file that --parameters names"), "{said}");
    assert_eq!(text(&at.join("numbers.csv")), numbers);
}

#[test]
fn where_nothing_can_be_written_is_said_before_anything_is_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    files(at);
    // Whatever is read of these is an error of its own.
    for (out, words) in [
        ("out.txt", "out.txt: the name has to end in .csv or .parquet"),
        ("out", "out: the name has to end in .csv or .parquet"),
        ("nowhere/out.csv", "nowhere/out.csv: nothing can be written there"),
    ] {
        let said = refused(&contacts(at, &["--visits", "absent.csv", "--cases", "absent.csv", "--out", out]));
        assert!(said.contains(words), "{said}");
    }
}

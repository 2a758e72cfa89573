//! `kangma policy dry-run` on generated epidemics and on records: what it says, the files that it writes, and what it refuses.

#![allow(clippy::expect_used, reason = "a test ends where it cannot go on")]

mod bad_record;
mod record;

use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn policy(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name)
}

fn kangma(directory: &Path, arguments: &[&str]) -> Output {
    let mut kangma = Command::new(env!("CARGO_BIN_EXE_kangma"));
    kangma.args(arguments).current_dir(directory).output().expect("kangma runs")
}

/// Writes `small.toml`: a city of 400 people, of whom many are infected at first.
fn small(directory: &Path) -> String {
    let text = done(&kangma(directory, &["city", "show", "10k"]));
    let small = text
        .replace("people = 10_000", "people = 400")
        .replace("first-infections-of-100k = 200", "first-infections-of-100k = 3000");
    assert!(small.contains("people = 400\n") && small.contains("= 3000\n"), "{text}");
    fs::write(directory.join("small.toml"), &small).expect("written");
    small
}

/// Runs it with a policy in a directory.
fn dry_run(directory: &Path, name: &str, more: &[&str]) -> Output {
    let policy = policy(name);
    kangma(directory, &[&["policy", "dry-run", policy.to_str().expect("UTF-8")], more].concat())
}

/// Runs it in a directory with a small city.
fn tried(directory: &Path, more: &[&str]) -> Output {
    small(directory);
    dry_run(directory, "hangzhou-2020", more)
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

const SMALL: [&str; 6] = ["--parameters", "small.toml", "--days", "14", "--seeds", "2"];

fn with<'a>(more: &[&'a str]) -> Vec<&'a str> {
    SMALL.into_iter().chain(more.iter().copied()).collect()
}

#[test]
fn an_answer_that_cannot_be_written_is_refused_before_anything_is_tried() {
    let directory = tempfile::tempdir().expect("tempdir");
    let at = directory.path();
    fs::write(at.join("numbers"), small(at)).expect("written");
    for asked in [["--parameters", "absent", "--out", "numbers"], ["--record", "absent", "--out", "numbers"]]
    {
        let said = refused(&dry_run(at, "hangzhou-2020", &asked));
        assert!(said.contains("numbers: this is a file; --out names a directory"), "{said}");
    }
    let epidemic = ["city", "--parameters", "numbers", "--epidemic", "--out"];
    let said = refused(&kangma(at, &[&epidemic[..], &["./numbers"]].concat()));
    assert!(said.contains("this is the file that --parameters names"), "{said}");
    let said = refused(&kangma(at, &[&epidemic[..], &["small.toml"]].concat()));
    assert!(said.contains("small.toml: a record is a directory of tables; name one"), "{said}");
}

#[test]
fn what_two_policies_came_to_is_said_in_words_and_written_as_data_and_as_pictures() {
    let directory = tempfile::tempdir().expect("tempdir");
    let against = [policy("ranked-contacts"), policy("../docs/samples/fifteen-minutes")];
    let against = against.each_ref().map(|path| path.to_str().expect("UTF-8"));
    let mut more = with(&["--sweep", "exposure.degree[*].minutes=15,100000", "--out", "out"]);
    more.extend(against.iter().flat_map(|path| ["--against", path]));
    let said = done(&tried(directory.path(), &more));
    for part in [
        "400 people, 14 days, 2 epidemics",
        "hangzhou-2020 (15)",
        "hangzhou-2020 (100000)",
        "ranked-contacts",
        "fifteen-minutes",
        "infections averted",
        "person-days of isolation",
        "share of the told who were infected",
    ] {
        assert!(said.contains(part), "no `{part}` in {said}");
    }
    let out = directory.path().join("out");
    let csv = fs::read_to_string(out.join("frontier.csv")).expect("frontier.csv");
    assert_eq!(csv.lines().count(), 1 + 4 * 2, "a line for each policy and seed: {csv}");
    let json: Value =
        serde_json::from_slice(&fs::read(out.join("frontier.json")).expect("frontier.json")).expect("JSON");
    for outcome in json.as_array().expect("a list") {
        let seeds = outcome["seeds"].as_array().expect("seeds");
        let days = seeds.iter().map(|seed| seed["isolation-days"].as_f64().expect("a number")).sum::<f64>();
        assert_eq!(outcome["isolation-days"]["mean"].as_f64(), Some(days / 2.0));
        for seed in seeds {
            let number = |name: &str| seed[name].as_i64().expect("a number");
            assert_eq!(number("infected") + number("averted"), number("infected-without"), "{seed}");
        }
    }
    let svg = fs::read_to_string(out.join("frontier.svg")).expect("frontier.svg");
    for part in
        ["isolation (person-days)", "infections averted (people)", "2 seeds", "100000", "ranked-contacts"]
    {
        assert!(svg.contains(part), "no `{part}` in the picture");
    }
    let png = fs::read(out.join("frontier.png")).expect("frontier.png");
    assert!(png.starts_with(b"\x89PNG\r\n\x1a\n") && png.ends_with(b"IEND\xae\x42\x60\x82"), "no PNG");
}

#[test]
fn the_same_seeds_give_the_same_answer_and_a_program_reads_it() {
    let directory = tempfile::tempdir().expect("tempdir");
    let json = || done(&tried(directory.path(), &with(&["--json"])));
    let first = json();
    assert_eq!(first, json());
    let read: Value = serde_json::from_str(&first).expect("JSON");
    assert_eq!(read[0]["policy"], "hangzhou-2020");
    assert_eq!(read[0]["seeds"].as_array().map(Vec::len), Some(2));
}

#[test]
fn what_cannot_be_tried_is_refused_with_what_to_do() {
    let directory = tempfile::tempdir().expect("tempdir");
    let says = |more: &[&str], parts: &[&str]| {
        let said = refused(&tried(directory.path(), more));
        for part in parts {
            assert!(said.contains(part), "no `{part}` in {said}");
        }
    };
    says(&with(&["--sweep", "nonsense"]), &["exposure.degree[0].minutes=5,10,15"]);
    says(
        &with(&["--sweep", "exposure.degree[9].minutes=5"]),
        &["exposure.degree[9].minutes = 5", "no such place"],
    );
    says(&with(&["--sweep", "exposure.degree[0].minutes=-5"]), &["policy.toml"]);
    says(&["--parameters", "small.toml", "--days", "3"], &["--days 3", "day 8"]);
    says(&["--parameters", "small.toml", "--seeds", "0"], &["at least 1"]);
    says(&["--city", "tiny"], &["10k", "100k", "1m"]);
    says(&["--parameters", "missing.toml"], &["missing.toml"]);
}

#[test]
fn what_belongs_to_epidemics_is_refused_on_a_store_and_never_left_out_silently() {
    let directory = tempfile::tempdir().expect("tempdir");
    let sweep = "exposure.degree[*].minutes=5,10";
    for more in [["--sweep", sweep], ["--against", "."], ["--seeds", "5"], ["--days", "9"], ["--out", "out"]]
    {
        let said = refused(&dry_run(directory.path(), "hangzhou-2020", &more));
        assert!(said.contains("--city") && said.contains("--record"), "{more:?}: {said}");
    }
}

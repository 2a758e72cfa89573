//! `kangma city`: files that the other commands read, a store that goes on where it was killed, and numbers that cannot be.

#![allow(clippy::expect_used, reason = "a test ends where it cannot go on")]

use serde_json::Value;
use std::{
    fs,
    path::Path,
    process::{Command, Output, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

const KANGMA: &str = env!("CARGO_BIN_EXE_kangma");
const KILLED_IN_TIME: Duration = Duration::from_secs(60);

fn command(directory: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(KANGMA);
    command.args(arguments).current_dir(directory);
    command
}

fn kangma(directory: &Path, arguments: &[&str]) -> Output {
    command(directory, arguments).output().expect("kangma runs")
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn refused(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn json(output: &Output) -> Value {
    serde_json::from_str(&done(output)).expect("JSON")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a readable file")
}

/// The names of everything in a directory that is not hidden.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry"));
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    names
}

/// A file of parameters: the smallest preset with other sizes.
fn small(directory: &Path, people: u32, days: u32) -> &'static str {
    let shown = done(&kangma(directory, &["city", "show", "10k"]));
    let size = [("people = 10_000", format!("people = {people}")), ("days = 14", format!("days = {days}"))];
    let edited = size.iter().fold(shown, |text, (was, becomes)| {
        assert!(text.contains(was), "{was}");
        text.replace(was, becomes)
    });
    fs::write(directory.join("small.toml"), edited).expect("written");
    "small.toml"
}

#[test]
fn the_same_seed_writes_the_same_bytes_in_both_forms() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let write = |arguments: &[&str], out: &str| {
        done(&kangma(at, &[&["city", "10k", "--out", out], arguments].concat()));
        fs::read(at.join(out)).expect("written")
    };
    for form in ["csv", "parquet"] {
        let first = write(&[], &format!("one.{form}"));
        assert!(first == write(&["--seed", "1"], &format!("two.{form}")), "{form}");
        assert!(first != write(&["--seed", "2"], &format!("three.{form}")), "{form}");
    }
    let csv = text(&at.join("one.csv"));
    assert_eq!(csv.lines().next(), Some("person,point,from,until"));
    assert!((530_000..590_000).contains(&csv.lines().count()), "{}", csv.lines().count());
}

#[test]
fn the_files_of_a_directory_agree_and_kangma_contacts_reads_them_in_both_forms() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let parameters = ["city", "--parameters", small(at, 2_000, 5)];
    let mut answers = Vec::new();
    for form in ["csv", "parquet"] {
        let made = json(&kangma(at, &[&parameters[..], &["--out", form, "--form", form, "--json"]].concat()));
        assert_eq!(made["people"], 2_000);
        let expected = ["households", "points", "visits"].map(|name| format!("{name}.{form}"));
        assert_eq!(names(&at.join(form)), expected);
        fs::write(at.join("cases.csv"), "person,from,until\n3,2020-03-01,2020-03-06\n").expect("written");
        let visits = format!("{form}/visits.{form}");
        let question =
            ["contacts", "--visits", &visits, "--cases", "cases.csv", "--out", "out.csv", "--json"];
        let said = json(&kangma(at, &question));
        assert_eq!((&said["visits"], &said["people"]), (&made["visits"], &made["people"]));
        assert_eq!(said["broken_visits"], serde_json::json!({}));
        assert!(said["distinct_contacts"].as_u64() > Some(10), "{said}");
        answers.push((made, text(&at.join("out.csv"))));
    }
    assert_eq!(answers[0], answers[1]);
    let rows = |name: &str| -> Vec<Vec<String>> {
        let file = text(&at.join(format!("csv/{name}.csv")));
        file.lines().skip(1).map(|line| line.split(',').map(str::to_owned).collect()).collect()
    };
    let (points, households, visits) = (rows("points"), rows("households"), rows("visits"));
    assert_eq!(households.len(), 2_000);
    assert_eq!(answers[0].0["points"], points.len());
    assert_eq!(answers[0].0["visits"], visits.len());
    assert!(points.iter().any(|row| row[1] == "supermarket"));
    // Whoever is at no point is in their own home.
    for row in &visits {
        let person: usize = row[0].parse().expect("a number");
        let point: usize = row[1].parse().expect("a number");
        assert!(points.get(point).is_some_and(|found| found[0] == row[1]) || households[person][1] == row[1]);
    }
}

#[test]
fn an_edited_preset_is_another_city_and_an_unedited_one_the_same() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let same = small(at, 10_000, 14);
    done(&kangma(at, &["city", "10k", "--out", "preset.csv"]));
    done(&kangma(at, &["city", "--parameters", same, "--out", "same.csv"]));
    assert!(text(&at.join("preset.csv")) == text(&at.join("same.csv")));
    let fewer = small(at, 500, 14);
    done(&kangma(at, &["city", "--parameters", fewer, "--out", "fewer.csv"]));
    assert!(text(&at.join("fewer.csv")).len() * 10 < text(&at.join("same.csv")).len());
}

#[test]
fn numbers_that_cannot_be_are_one_error_with_file_line_and_remedy_and_nothing_is_written() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let shown = done(&kangma(at, &["city", "show", "10k"]));
    for (was, becomes, said) in [
        ("people = 10_000", "people = 0", "0 is too few: write 1 to 4294967295"),
        ("employed = 880", "employed = 8800", "8800 is no share: write thousandths, from 0 to 1000"),
        ("sizes = [273,", "size = [273,", "unknown field `size`"),
        ("districts = 6", "districts = 20_000", "size.districts: 20000 districts for 10000 people"),
    ] {
        assert!(shown.contains(was), "{was}");
        fs::write(at.join("bad.toml"), shown.replace(was, becomes)).expect("written");
        for to in ["--out", "--data"] {
            let error = refused(&kangma(at, &["city", "--parameters", "bad.toml", to, "made"]), 1);
            assert!(error.starts_with("kangma: bad.toml: ") && error.contains(said), "{error}");
            assert!(error.contains(" at line ") || error.contains("write at most"), "{error}");
        }
    }
    let error = refused(&kangma(at, &["city", "11k", "--out", "made"]), 2);
    assert!(error.contains("[possible values: 10k, 100k, 1m, 10m]"), "{error}");
    let error = refused(&kangma(at, &["city", "--parameters", "none.toml", "--out", "made"]), 1);
    assert!(error.contains("none.toml: No such file"), "{error}");
    let error = refused(&kangma(at, &["city", "10k", "--out", "nowhere/made.csv"]), 1);
    assert!(error.contains("nowhere/made.csv: nothing can be written there"), "{error}");
    let error = refused(&kangma(at, &["city", "10k", "--out", "made.xlsx"]), 1);
    assert!(error.contains("made.xlsx: the name has to end in .csv or .parquet"), "{error}");
    refused(&kangma(at, &["city", "10k"]), 2);
    refused(&kangma(at, &["city", "10k", "--out", "made", "--data", "made"]), 2);
    assert_eq!(names(at), ["bad.toml"]);
}

/// The tables in a directory that are not whole yet.
fn parts(directory: &Path) -> usize {
    let entries = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry"));
    entries.filter(|entry| entry.file_name().to_string_lossy().ends_with(".part")).count()
}

#[test]
fn a_city_killed_half_way_leaves_no_file_of_its_name_and_the_next_one_sweeps_what_it_left() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let small = ["city", "--parameters", small(at, 40, 2), "--out"];
    for (out, left) in [("visits.csv", 1), ("made", 3)] {
        let place = if out == "made" { at.join(out) } else { at.to_owned() };
        let mut process = command(at, &["city", "100k", "--out", out])
            .stderr(Stdio::null())
            .spawn()
            .expect("kangma can be started");
        let is_begun = || {
            let parts = fs::read_dir(&place).into_iter().flatten().filter_map(Result::ok);
            parts.filter_map(|part| part.metadata().ok()).any(|part| part.is_file() && part.len() > 1 << 16)
        };
        let begun = Instant::now();
        while !is_begun() && begun.elapsed() < KILLED_IN_TIME {
            sleep(Duration::from_millis(5));
        }
        let beside = |name: &str| {
            let beside = place.join(name);
            done(&kangma(at, &[&small[..], &[beside.to_str().expect("a name")]].concat()));
            fs::remove_file(beside).expect("it is there");
            parts(&place)
        };
        assert_eq!(beside("one.csv"), left, "what another still writes is not swept");
        assert!(is_begun() && process.try_wait().expect("a process").is_none(), "it was killed half-way");
        process.kill().expect("killed");
        process.wait().expect("ended");
        assert_eq!(parts(&place), left);
        assert_eq!(beside("two.parquet"), 0);
    }
    assert_eq!(names(at), ["made", "small.toml"]);
    assert_eq!(names(&at.join("made")), [""; 0]);
}

fn rows(at: &Path, data: &str, table: &str) -> u64 {
    let found = json(&kangma(at, &["doctor", "--data", data, "--json"]));
    assert_eq!((&found["wrong"], &found["missing"]), (&serde_json::json!([]), &serde_json::json!([])));
    found["rows"][table].as_u64().expect("a count")
}

#[test]
fn a_store_killed_half_way_goes_on_with_the_same_command_and_with_no_other() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let parameters = small(at, 600, 2);
    let settle = ["city", "--parameters", parameters, "--data", "store", "--json"];
    let mut seen = Vec::new();
    // Killed again and again, later each time, until it comes to its end.
    let made = (1_000..).step_by(4_400).find_map(|kill_at: u32| {
        fs::write(at.join("journal"), "").expect("written");
        let mut command = command(at, &settle);
        command.env("KANGMA_TEST_WRITE_POINTS", at.join("journal"));
        let output = command.env("KANGMA_TEST_KILL_AT_WRITE_POINT", kill_at.to_string()).output();
        let output = output.expect("kangma runs");
        if output.status.success() {
            return Some(json(&output));
        }
        assert_eq!(output.status.code(), None, "killed: {}", String::from_utf8_lossy(&output.stderr));
        seen.push((rows(at, "store", "person"), rows(at, "store", "visit")));
        if seen.last().is_some_and(|(people, _)| *people > 0) {
            let error = refused(&kangma(at, &[&settle[..], &["--seed", "9"]].concat()), 1);
            assert!(error.contains("was begun in this store and is not whole: repeat"), "{error}");
        }
        None
    });
    let made = made.expect("it came to its end");
    assert!(seen.is_sorted() && seen.iter().any(|(people, _)| (1..600).contains(people)), "{seen:?}");
    let all = made["visits"].as_u64().expect("a count");
    assert!(seen.iter().any(|(_, visits)| (1..all).contains(visits)), "{seen:?} of {all}");
    assert_eq!(made["people"], 600);
    for (key, table) in [("people", "person"), ("points", "point"), ("visits", "visit")] {
        assert_eq!(made[key].as_u64(), Some(rows(at, "store", table)), "{table}");
    }
    // Whoever is there stays.
    let error = refused(&kangma(at, &settle), 1);
    assert!(error.contains("store: a city lives there already; take an empty directory"), "{error}");
    assert_eq!(rows(at, "store", "person"), 600);
    // What the other files of the city say is read, and not mistaken for people of this store.
    done(&kangma(at, &["city", "--parameters", parameters, "--out", "visits.parquet"]));
    let imported = json(&kangma(at, &["import", "visits", "visits.parquet", "--data", "store", "--json"]));
    assert_eq!(imported["added"], 0);
    let unusable = imported["unusable"].as_object().expect("by reason");
    assert_eq!(unusable.keys().collect::<Vec<_>>(), ["unknown-person"], "{imported}");
}

#[test]
fn the_command_in_the_readme_makes_the_city_that_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the root");
    let readme = text(&root.join("README.md"));
    let (_, block) = readme.split_once("```\nkangma city ").expect("the command is in the README");
    let (line, shown) = block.split_once('\n').expect("what it answers follows");
    let (shown, _) = shown.split_once("```").expect("the block ends");
    let directory = tempfile::tempdir().expect("a directory");
    let arguments: Vec<&str> = ["city"].into_iter().chain(line.split_whitespace()).collect();
    assert_eq!(done(&kangma(directory.path(), &arguments)), shown);
    assert_eq!(names(directory.path()), ["visits.parquet"]);
}

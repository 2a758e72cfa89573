//! `kangma import visits`, killed in the middle of a file and repeated.

use crate::{
    act,
    base::Base,
    crowd,
    server::{PATIENCE, ended, kangma},
    state::State,
    trial::{SEED, SIGKILL, forget, journal, kills, next, read},
};
use kangma::{
    fault::{JOURNAL, KILL_AT},
    machine::WallClock,
};
use kangma_core::{PersonId, Span};
use kangma_service::ports::Clock as _;
use std::{
    fmt::Write as _,
    fs,
    os::unix::process::ExitStatusExt as _,
    path::Path,
    process::{ExitStatus, Stdio},
};

/// How many people the file has, and how many stays of each: together more than one act logs.
const PEOPLE: u64 = 1_500;
const TIMES: i64 = 4;

/// Stays in the hall, and a row that nobody can use.
fn stays() -> String {
    let yesterday = WallClock.now() - Span::from_hours(30);
    let mut text = "person,point,from,until\nnobody,nowhere,1,2\n".to_owned();
    for (person, time) in (1..=PEOPLE).flat_map(|person| (0..TIMES).map(move |time| (person, time))) {
        let from = (yesterday - Span::from_hours(time)).seconds();
        let (person, hall) = (PersonId(person), crowd::HALL);
        writeln!(text, "{person},{hall},{from},{}", from + 1_800).expect("a text");
    }
    text
}

/// Imports a file, with a journal of the write points, and is killed at one of them when it is said.
fn import(data: &Path, file: &Path, kill_at: Option<u64>) -> ExitStatus {
    let mut command = kangma(["import", "visits", "--point-is", "name", "--data"]);
    command.arg(data).arg(file).env(JOURNAL, journal(data));
    if let Some(point) = kill_at {
        command.env(KILL_AT, point.to_string());
    }
    fs::write(journal(data), "").expect("armed");
    let mut process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    ended(&mut process, PATIENCE).expect("it goes on and on")
}

#[test]
fn an_import_of_visits_killed_anywhere_and_repeated_ends_as_one_that_never_was() {
    let base = Base::found("import-visits", "hangzhou-2020");
    crowd::settle(&base, PEOPLE);
    base.after(&act::report_of(crowd::CASE));
    let home = tempfile::tempdir().expect("a directory");
    let file = home.path().join("visits.csv");
    fs::write(&file, stays()).expect("a file");
    let before = State::of(&base.dir());
    let undisturbed = base.copy();
    assert!(import(&undisturbed, &file, None).success());
    let after = State::of(&undisturbed);
    assert_eq!(after.rows["visit"] - before.rows["visit"], 2 * PEOPLE * 4, "an entry and an exit of each");
    assert!(after.evidence > before.evidence, "the case was met in the hall");
    let points = u64::try_from(read(&journal(&undisturbed)).len()).expect("small");
    let mut chance = SEED;
    for kill in 0..kills() {
        let point = [1, points].get(kill).copied().unwrap_or_else(|| 1 + next(&mut chance) % points);
        let dir = base.copy();
        assert_eq!(import(&dir, &file, Some(point)).signal(), Some(SIGKILL), "point {point} of {points}");
        State::of(&dir);
        assert!(import(&dir, &file, None).success());
        let (end, after) = (State::of(&dir).but_for_the_log(), after.clone().but_for_the_log());
        assert_eq!(end, after, "killed at {point} of {points}, it ends elsewhere");
        forget(&dir);
    }
}

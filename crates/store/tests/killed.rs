//! A process that is killed in the middle of writing.
//!
//! Goal: whatever the moment, the store holds every act whose end was told, at most the one act more that was under way,
//! and nothing half. Method: this test program starts itself as a child that does the same acts each time and kills itself
//! at a given write point; the parent then opens the store and counts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use kangma_core::{Kind, PersonId, Time};
use kangma_store::{
    FieldKeys, Job, JobId, JobState, NewEvidence, Notice, Options, Person, PersonKind, Store, StoreError,
    WritePoint, Writer,
};
use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Arc,
};

const DIR: &str = "KANGMA_TEST_DIR";
const POINT: &str = "KANGMA_TEST_POINT";
const ACTS: u64 = 5;
const TOLD: &str = "told: act ";

fn variable(name: &str) -> Option<String> {
    std::env::var_os(name).and_then(|value| value.into_string().ok())
}

/// Ends this process as a power cut would: at once, and without a chance to tidy up.
fn kill_this_process() {
    Command::new("kill").args(["-KILL", &std::process::id().to_string()]).status().unwrap();
    loop {
        std::thread::park();
    }
}

/// One act of seven statements: a person, two items, a notice, and a batch of a job.
fn act(w: &mut Writer<'_>, n: u64) -> Result<(), StoreError> {
    let person = PersonId(n);
    let at = w.stamp(Time(1));
    w.add_person(&Person {
        name: Some("Invented".into()),
        ..Person::new(person, PersonKind::AccountHolder, at)
    })?;
    for kind in [Kind::Declaration, Kind::CheckIn] {
        w.add_evidence(NewEvidence::new(person, kind, at, "self"), at)?;
    }
    w.add_notice(|id| Notice {
        id,
        person: Some(person),
        phone: None,
        kind: "invented".to_owned(),
        values: serde_json::Value::Null,
        secret: None,
        created_at: at,
        delivered_at: None,
        attempts: 0,
        try_at: at,
    })?;
    if n == 1 {
        w.add_job(|id| Job {
            id,
            kind: "invented".to_owned(),
            input: serde_json::Value::Null,
            watermark: 0,
            done: 0,
            total: ACTS,
            state: JobState::Open,
            error: None,
            created_at: at,
            ended_at: None,
        })?;
    }
    assert!(w.advance_job(JobId(1), n - 1, n, 1, ACTS - n)?);
    Ok(())
}

fn keys_of(dir: &Path) -> FieldKeys {
    FieldKeys::from_text(&std::fs::read_to_string(dir.join("keys")).unwrap()).unwrap()
}

#[test]
#[ignore = "the child of `a_store_survives_being_killed_at_every_write_point`, which starts it"]
fn child() {
    let Some(dir) = variable(DIR).map(PathBuf::from) else { return };
    let kill_at: u64 = variable(POINT).unwrap().parse().unwrap();
    let fault = move |point: WritePoint| {
        if point.number == kill_at {
            kill_this_process();
        }
    };
    let options = Options { fault: Some(Arc::new(fault)), ..Options::default() };
    let store = Store::open(&dir, keys_of(&dir), options).unwrap();
    let done = store.read_blocking(|r| r.person_count()).unwrap();
    for n in done + 1..=ACTS {
        store.write_blocking(move |w| act(w, n)).unwrap();
        println!("{TOLD}{n}");
    }
}

/// Runs the child. How many acts it was told of in all, and whether it came to its end.
fn run_child(dir: &Path, kill_at: u64) -> (u64, bool) {
    let child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--ignored", "--nocapture"])
        .env(DIR, dir)
        .env(POINT, kill_at.to_string())
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    let output = String::from_utf8(child.stdout).unwrap();
    let told = output.lines().filter_map(|line| line.split(TOLD).nth(1)?.parse().ok()).max();
    (told.unwrap_or(0), child.status.success())
}

/// How many acts the store holds, each of them whole.
fn whole_acts(store: &Store) -> u64 {
    let look = |r: &kangma_store::Reader<'_>| {
        let persons = r.person_count()?;
        assert_eq!(r.evidence_after(None, 1_000)?.len() as u64, 2 * persons);
        assert_eq!(r.notices(1_000)?.len() as u64, persons);
        assert_eq!(r.job(JobId(1))?.map_or(0, |job| job.watermark), persons);
        assert_eq!(r.known_at()? >= Time(1), persons > 0);
        assert_eq!(r.integrity()?, [""; 0]);
        Ok::<_, StoreError>(persons)
    };
    store.read_blocking(look).unwrap()
}

#[test]
fn a_store_survives_being_killed_at_every_write_point() {
    let mut kill_at = 0;
    loop {
        kill_at += 1;
        let dir = tempfile::tempdir().unwrap();
        let keys = FieldKeys::generate().unwrap();
        std::fs::write(dir.path().join("keys"), keys.to_text().unwrap()).unwrap();
        let (told, ended) = run_child(dir.path(), kill_at);
        let looked = Store::open_to_read(dir.path(), keys.clone(), &Options::default()).unwrap();
        let held = whole_acts(&looked);
        drop(looked);
        assert!(held == told || held == told + 1, "point {kill_at}: told of {told}, held {held}");
        let (told, ended_now) = run_child(dir.path(), u64::MAX);
        assert!(ended_now, "the next start goes on without a hand");
        assert!(told == ACTS || held == ACTS);
        assert_eq!(whole_acts(&Store::open(dir.path(), keys, Options::default()).unwrap()), ACTS);
        if ended {
            break;
        }
    }
    // Each act passes at least: before it, after each of its five statements, after it, before and after the commit.
    assert!(kill_at > ACTS * 9, "only {kill_at} write points");
}

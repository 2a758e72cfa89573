//! Dry runs, and a server that is killed while one is under way.

use crate::{
    act,
    base::Base,
    crowd,
    server::{PATIENCE, Server},
    state::State,
};
use kangma::{
    fault::{JOURNAL, KILL_AT},
    policies,
};
use serde_json::{Value, json};
use std::{
    fs,
    path::PathBuf,
    time::{Duration, Instant},
};

const CITY: &str = "/api/v1/policies/dry-run";
const FORM: &str = "/authority/policy";
const EPIDEMIC: &str = "/authority/policy/dry-run/epidemic";
const CUT_OFF: &str = "did not come to its end";
/// What is written when a run is begun passes these points and a few more.
const POINTS: u64 = 6;

/// The policy in force, as if it were another.
fn files() -> Value {
    let files = policies::shipped("hangzhou-2020").expect("a shipped policy");
    json!({ "files": files.iter().collect::<std::collections::BTreeMap<_, _>>() })
}

fn progress(base: &Base, server: &Server) -> Value {
    server.look(CITY, &base.token).expect("an answer").json()
}

/// Waits until the run on the city has ended.
fn done(base: &Base, server: &Server) -> Value {
    let begun = Instant::now();
    loop {
        let told = progress(base, server);
        if told["state"] != "running" {
            return told;
        }
        assert!(begun.elapsed() < PATIENCE, "it does not end: {told}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// A page, as the officer's browser asks for it.
fn page(base: &Base, server: &Server, path: &str) -> String {
    server.ask("GET", path, "", &[("cookie", &cookie(base))], b"").expect("a page").body
}

fn cookie(base: &Base) -> String {
    format!("kangma={}; lang=en", base.token)
}

/// Begins a run on epidemics, as the page does.
fn begin_on_epidemics(base: &Base, server: &Server) {
    let asked = page(base, server, &format!("{FORM}?lang=en"));
    let token = asked.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
    let files = policies::shipped("hangzhou-2020").expect("a shipped policy");
    let fields = [
        ("csrf", token.expect("a form")),
        ("on", "epidemic"),
        ("policy.toml", files.text("policy.toml").expect("its rules")),
    ];
    let body = form_urlencoded(&fields);
    let headers = [("cookie", &*cookie(base)), ("content-type", "application/x-www-form-urlencoded")];
    let answer = server.ask("POST", FORM, "", &headers, body.as_bytes()).expect("an answer");
    assert_eq!(answer.status, 303, "{}", answer.body);
}

fn form_urlencoded(fields: &[(&str, &str)]) -> String {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&")
}

/// What is there besides the note that a run is under way.
fn but_for_the_note(dir: &std::path::Path) -> State {
    let mut state = State::of(dir);
    state.rows.remove("setting");
    state
}

#[test]
fn a_server_killed_within_a_dry_run_says_after_its_next_start_that_it_was_cut_off_and_runs_another() {
    let base = Base::found("dry", "hangzhou-2020");
    crowd::gather(&base);
    base.after(&act::report_of(crowd::CASE));
    let before = but_for_the_note(&base.dir());
    let mut told = Vec::new();
    for point in 1..=POINTS {
        let dir = base.copy();
        let (journal, number) = (dir.with_extension("points"), PathBuf::from(point.to_string()));
        let mut server = base.server(&dir, &[(JOURNAL, &journal), (KILL_AT, &number)]);
        fs::write(&journal, "").expect("armed");
        let answered = server.post(CITY, &base.token, &files()).is_some();
        server.wait_or_kill(Duration::from_secs(2));
        assert_eq!(but_for_the_note(&dir), before, "point {point}: a dry run writes nothing else");

        let server = base.server(&dir, &[]);
        let state = progress(&base, &server)["state"].clone();
        assert!(state == "cut-off" || !answered, "point {point}: answered, and forgotten");
        assert_eq!(
            page(&base, &server, "/authority/policy/dry-run?lang=en").contains(CUT_OFF),
            state == "cut-off"
        );
        told.push(state);
        assert_eq!(server.post(CITY, &base.token, &files()).expect("an answer").status, 204);
        let found = done(&base, &server);
        assert_eq!((&found["state"], &found["found"]["moved"]), (&json!("done"), &json!([])), "{found}");
        assert!(server.stop().success());
        let server = base.server(&dir, &[]);
        assert_eq!(progress(&base, &server), found, "what it found is there after another start");
        drop(server);
        fs::remove_dir_all(dir).expect("a directory");
    }
    assert_eq!((&told[0], &told[5]), (&json!("none"), &json!("cut-off")), "{told:?}");
}

#[test]
fn a_server_killed_or_told_to_stop_within_a_dry_run_on_epidemics_says_so_and_runs_another() {
    let base = Base::found("epidemic", "hangzhou-2020");
    let before = but_for_the_note(&base.dir());
    let dir = base.copy();
    let mut server = base.server(&dir, &[]);
    begin_on_epidemics(&base, &server);
    assert!(page(&base, &server, &format!("{EPIDEMIC}?lang=en")).contains("progress"));
    server.wait_or_kill(Duration::ZERO);
    assert_eq!(but_for_the_note(&dir), before);

    let server = base.server(&dir, &[]);
    assert!(page(&base, &server, &format!("{EPIDEMIC}?lang=en")).contains(CUT_OFF));
    begin_on_epidemics(&base, &server);
    let shown = page(&base, &server, &format!("{EPIDEMIC}?lang=en"));
    assert!(shown.contains("progress") && !shown.contains(CUT_OFF), "{shown}");
    let begun = Instant::now();
    assert!(server.stop().success());
    assert!(begun.elapsed() < Duration::from_secs(20), "it waits for the run: {:?}", begun.elapsed());
    assert_eq!(but_for_the_note(&dir), before);
    let server = base.server(&dir, &[]);
    assert!(page(&base, &server, &format!("{EPIDEMIC}?lang=en")).contains(CUT_OFF));
}

#[test]
fn what_a_dry_run_on_epidemics_found_is_there_after_another_start_until_the_next_one_begins() {
    let base = Base::found("kept", "hangzhou-2020");
    let dir = base.copy();
    let mut server = base.server(&dir, &[]);
    begin_on_epidemics(&base, &server);
    let begun = Instant::now();
    let shown = |server: &Server| page(&base, server, &format!("{EPIDEMIC}?lang=en"));
    while shown(&server).contains("progress") {
        assert!(begun.elapsed() < 10 * PATIENCE, "it does not end");
        std::thread::sleep(Duration::from_millis(200));
    }
    let found = shown(&server);
    assert!(found.contains("Infections averted"), "{found}");
    server.wait_or_kill(Duration::ZERO);

    let mut server = base.server(&dir, &[]);
    let main = |page: &str| page.split("<main").nth(1).map(str::to_owned);
    assert_eq!(main(&shown(&server)), main(&found));
    begin_on_epidemics(&base, &server);
    server.wait_or_kill(Duration::ZERO);
    let server = base.server(&dir, &[]);
    let shown = shown(&server);
    assert!(shown.contains(CUT_OFF) && !shown.contains("Infections averted"), "{shown}");
}

//! A messenger that fails: what it did not take is tried again, and never lost.

use crate::server::{PATIENCE, Server, serve};
use kangma::data::DataDir;
use kangma_store::Notice;
use serde_json::json;
use std::{
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

/// A program that writes down what it is given, and takes it once the file `open` lies beside it.
fn messenger(dir: &Path) -> PathBuf {
    let program = dir.join("messenger");
    let place = dir.display();
    let text =
        format!("#!/bin/sh\n(printf '%s|' \"$1\"; cat; echo) >> '{place}/given'\n[ -e '{place}/open' ]\n");
    fs::write(&program, text).expect("a program");
    fs::set_permissions(&program, fs::Permissions::from_mode(0o700)).expect("may be run");
    program
}

fn notice(data: &Path) -> Notice {
    let store = DataDir::at(data).open_to_read().expect("a store");
    // All of them: around midnight many people are reminded of a check-in.
    let notices = store.read_blocking(|reader| reader.notices(1_000)).expect("notices");
    let mut codes = notices.into_iter().filter(|notice| notice.kind == "one-time-code");
    codes.next().expect("the notice is kept")
}

fn wait_until(what: &str, held: impl Fn() -> bool) {
    let begun = Instant::now();
    while !held() {
        assert!(begun.elapsed() < PATIENCE, "this never came: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

fn forward(server: &Server, seconds: u32) {
    let answer = server.post("/demo/clock", "", &json!({ "seconds": seconds })).expect("an answer");
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[test]
fn a_notice_that_the_messenger_did_not_take_is_tried_again_later_also_after_a_restart() {
    let dir = tempfile::tempdir().expect("a directory");
    let (data, program) = (dir.path().join("data"), messenger(dir.path()));
    let words = ["--demo", "--demo-people", "60", "--notify-command", program.to_str().expect("text")];
    let server = Server::start(serve(&data, words));
    let asked = server.post("/api/v1/sessions/one-time-code", "", &json!({ "phone": "13800000001" }));
    assert_eq!(asked.expect("an answer").status, 204, "whoever asks does not wait for the messenger");
    wait_until("a first failed try", || notice(&data).attempts >= 1);
    assert_eq!(notice(&data).delivered_at, None);
    forward(&server, 61);
    wait_until("a second try, a while later", || notice(&data).attempts >= 2);
    assert!(server.stop().success());

    fs::write(dir.path().join("open"), "").expect("a file");
    let server = Server::start(serve(&data, words));
    forward(&server, 3_600);
    wait_until("its delivery", || notice(&data).delivered_at.is_some());
    assert_eq!(notice(&data).secret, None, "what only the receiver may read is forgotten");
    let given = fs::read_to_string(dir.path().join("given")).expect("what was given");
    let texts: Vec<&str> = given.lines().filter(|line| line.contains("13800000001|")).collect();
    assert!(texts.len() >= 3, "two tries failed and one was taken: {given}");
    assert!(texts.windows(2).all(|pair| pair[0] == pair[1]), "the same text each time: {given}");
}

#[test]
fn a_messenger_that_is_not_there_loses_nothing_and_stops_nothing() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let server =
        Server::start(serve(&data, ["--demo", "--demo-people", "60", "--notify-command", "no-such-program"]));
    let asked = server.post("/api/v1/sessions/one-time-code", "", &json!({ "phone": "13800000002" }));
    assert_eq!(asked.expect("an answer").status, 204);
    wait_until("a failed try", || notice(&data).attempts >= 1);
    assert_eq!(server.look("/", "").expect("an answer").status, 200);
}

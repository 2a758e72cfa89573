//! Data directories that are not what they should be.

use crate::{
    asked::{asked_of, asked_to_serve},
    server::{Server, copy, serve},
};
use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};
use tempfile::TempDir;

const STORE: &str = "kangma.sqlite";
const FIELD_KEYS: &str = "keys/fields.json";
const HEADER: &str = "id,Event,ExposureType,Location,City,Start,End\n";

/// A store that a server made and left.
static MADE: LazyLock<PathBuf> = LazyLock::new(|| {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rough-store");
    fs::remove_dir_all(&dir).ok();
    let server = Server::start(serve(&dir, []));
    assert!(server.stop().success());
    dir
});

fn made() -> TempDir {
    let dir = tempfile::tempdir().expect("a directory");
    copy(&MADE, dir.path());
    dir
}

/// Every file with its bytes, but for those that merely looking makes: the lock, in which each try leaves its own number,
/// the engine's index of its log, and a log with nothing in it.
fn content(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    for path in fs::read_dir(dir).expect("a directory").map(|entry| entry.expect("an entry").path()) {
        if path.is_dir() {
            files.extend(content(&path));
            continue;
        }
        let (name, bytes) = (path.to_string_lossy().into_owned(), fs::read(&path).expect("a file"));
        let looking = name.ends_with(".lock") || name.ends_with("-shm") || name.ends_with("-wal");
        if !looking || (name.ends_with("-wal") && !bytes.is_empty()) {
            files.push((path, bytes));
        }
    }
    files.sort();
    files
}

/// The same files with the same bytes as before.
fn is_as_it_was(dir: &Path, before: &[(PathBuf, Vec<u8>)]) {
    let after = content(dir);
    let names = |files: &[(PathBuf, Vec<u8>)]| files.iter().map(|(path, _)| path.clone()).collect::<Vec<_>>();
    assert_eq!(names(&after), names(before), "files came or went");
    for (one, other) in after.iter().zip(before) {
        assert!(one.1 == other.1, "{} was changed", one.0.display());
    }
}

#[test]
fn a_second_server_on_a_store_says_who_holds_it_and_the_first_goes_on() {
    let dir = made();
    let first = Server::start(serve(dir.path(), []));
    let pid = first.pid().to_string();
    let said = asked_to_serve(dir.path(), []);
    said.refuses_with(&["is held by process", &pid, "stop that server, or use its API"]);
    assert_eq!(first.look("/api/v1/exposure-sites", "").expect("an answer").status, 401);
    assert!(first.stop().success());
    assert!(Server::start(serve(dir.path(), [])).stop().success(), "and after it the next one starts");
}

#[test]
fn a_policy_is_tried_on_a_store_that_a_server_holds() {
    let dir = made();
    let policies = concat!(env!("CARGO_MANIFEST_DIR"), "/../../policies");
    let tried = |policy: &str| asked_of(dir.path(), ["policy", "dry-run", policy, "--json"]);
    let server = Server::start(serve(dir.path(), []));
    let said = tried(&format!("{policies}/measles")).well();
    let said: serde_json::Value = serde_json::from_str(&said).expect("JSON");
    assert_eq!((&said["people"], &said["tried"]["name"]), (&0.into(), &"measles".into()));
    assert!(server.stop().success());
    tried("no-such-directory").refuses_with(&["no-such-directory"]);
}

#[test]
fn the_operator_makes_an_account_while_no_server_runs() {
    let dir = made();
    let ask = |login: &str, role: &str| {
        let asked = ["staff", "new", login, "--name", "Invented Officer", "--role", role, "--json"];
        asked_of(dir.path(), asked)
    };
    ask("authority", "tracer").refuses_with(&["somebody signs in as `authority` already"]);
    ask("l n", "tracer").refuses_with(&["`l n` is no login"]);
    let said: serde_json::Value = serde_json::from_str(&ask("lin", "authority").well()).expect("JSON");
    let form = serde_json::json!({ "login": "lin", "password": said["password"] });
    let server = Server::start(serve(dir.path(), []));
    assert_eq!(server.post("/api/v1/sessions/staff", "", &form).expect("an answer").status, 200);
    ask("wu", "tracer").refuses_with(&["is held by process"]);
    assert!(server.stop().success());
}

#[test]
fn a_lost_password_is_replaced_by_the_operator_while_no_server_runs() {
    let dir = made();
    let ask = |login: &str| asked_of(dir.path(), ["staff", "new-password", login, "--json"]);
    let server = Server::start(serve(dir.path(), []));
    ask("authority").refuses_with(&["is held by process"]);
    assert!(server.stop().success());
    ask("nobody-here").refuses_with(&["nobody signs in as `nobody-here`"]);
    let said: serde_json::Value = serde_json::from_str(&ask("authority").well()).expect("JSON");
    let form = serde_json::json!({ "login": "authority", "password": said["password"] });
    let server = Server::start(serve(dir.path(), []));
    assert_eq!(server.post("/api/v1/sessions/staff", "", &form).expect("an answer").status, 200);
    assert!(server.stop().success());
    let empty = tempfile::tempdir().expect("a directory");
    asked_of(empty.path(), ["staff", "new-password", "authority"]).refuses_with(&["there is no store"]);
    assert_eq!(fs::read_dir(empty.path()).expect("a directory").count(), 0);
}

#[test]
fn an_import_while_a_server_holds_the_store_is_refused_and_names_the_api() {
    let dir = made();
    let file = dir.path().join("sites.csv");
    fs::write(&file, HEADER).expect("a file");
    let server = Server::start(serve(dir.path(), []));
    let said = asked_of(dir.path(), ["import", "exposure-sites", file.to_str().expect("text")]);
    said.refuses_with(&["is held by process", &server.pid().to_string(), "API"]);
    asked_of(dir.path(), ["doctor"]).well();
}

#[test]
fn a_store_from_a_newer_program_is_refused_by_every_command_and_left_as_it_is() {
    let dir = made();
    let future = "INSERT INTO refinery_schema_history VALUES (4000, 'future', '2040-01-01T00:00:00Z', '1')";
    let connection = rusqlite::Connection::open(dir.path().join(STORE)).expect("a database");
    connection.execute(future, []).expect("a row");
    connection.close().expect("closed");
    let before = content(dir.path());
    let words = ["format 4000", "use the newer program", "nothing was changed"];
    asked_to_serve(dir.path(), []).refuses_with(&words);
    asked_of(dir.path(), ["doctor"]).refuses_with(&words);
    is_as_it_was(dir.path(), &before);
}

#[test]
fn a_store_without_its_field_keys_is_refused_and_no_new_keys_are_made() {
    let dir = made();
    let keys = fs::read(dir.path().join(FIELD_KEYS)).expect("the keys");
    fs::remove_file(dir.path().join(FIELD_KEYS)).expect("removed");
    let before = content(dir.path());
    let words = [FIELD_KEYS, "bring back the key file"];
    asked_to_serve(dir.path(), []).refuses_with(&words);
    asked_of(dir.path(), ["doctor"]).refuses_with(&words);
    is_as_it_was(dir.path(), &before);
    fs::write(dir.path().join(FIELD_KEYS), keys).expect("the keys");
    asked_of(dir.path(), ["doctor"]).well();
}

#[test]
fn the_keys_of_another_store_are_refused_and_the_store_is_left_as_it_is() {
    let dir = made();
    let other = tempfile::tempdir().expect("a directory");
    assert!(Server::start(serve(other.path(), [])).stop().success());
    fs::copy(other.path().join(FIELD_KEYS), dir.path().join(FIELD_KEYS)).expect("a copy");
    let before = content(dir.path());
    let words = ["the field keys do not belong to this store", "bring back the key file"];
    asked_to_serve(dir.path(), []).refuses_with(&words);
    asked_of(dir.path(), ["doctor"]).refuses_with(&words);
    is_as_it_was(dir.path(), &before);
}

#[test]
fn a_broken_key_file_is_said_by_its_name_and_left_as_it_is() {
    let dir = made();
    fs::write(dir.path().join(FIELD_KEYS), "{ \"current\": 1").expect("a file");
    let before = content(dir.path());
    asked_to_serve(dir.path(), []).refuses_with(&[FIELD_KEYS, "not one that this program wrote"]);
    is_as_it_was(dir.path(), &before);
}

#[test]
fn a_broken_file_of_signing_keys_is_said_by_its_name_and_left_as_it_is() {
    let dir = made();
    let path = dir.path().join("keys/issuer.json");
    fs::write(&path, "[{}]").expect("a file");
    asked_to_serve(dir.path(), []).refuses_with(&["keys/issuer.json"]);
    assert_eq!(fs::read_to_string(&path).expect("a file"), "[{}]");
}

#[test]
fn a_file_that_is_no_store_is_refused_and_left_as_it_is() {
    let dir = made();
    fs::write(dir.path().join(STORE), "something else altogether, and long enough to be looked at")
        .expect("a file");
    let before = content(dir.path());
    asked_to_serve(dir.path(), []).refuses_with(&[STORE, "not a store of this program"]);
    is_as_it_was(dir.path(), &before);
}

#[test]
fn keys_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    for name in [FIELD_KEYS, "keys/issuer.json"] {
        let mode = fs::metadata(MADE.join(name)).expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
}

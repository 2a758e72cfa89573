//! Visits and cases that others kept: good files, broken ones, twice, and beside a server.

use crate::{
    asked::{Said, asked_of},
    server::{Server, serve},
};
use serde_json::{Value, json};
use std::{
    fs,
    path::{Path, PathBuf},
};

const CITY: [&str; 3] = ["--demo", "--demo-people", "60"];
const POINT: &str = "甲区餐馆1号";

/// The server's clock, in seconds since 1970.
fn now(server: &Server) -> i64 {
    let health = server.look("/api/v1/health", "").expect("an answer").json();
    let now: jiff::Timestamp = health["now"].as_str().expect("a time").parse().expect("a time");
    now.as_second()
}

fn file(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    fs::write(&path, text).expect("a file");
    path
}

fn import(data: &Path, what: &str, file: &Path, more: &[&str]) -> Said {
    let words = ["import", what, file.to_str().expect("text"), "--person-is", "phone", "--json"];
    asked_of(data, words.into_iter().chain(more.iter().copied()))
}

fn totals(said: Said) -> Value {
    serde_json::from_str(&said.well()).expect("JSON")
}

fn rows(data: &Path, table: &str) -> u64 {
    let found: Value = serde_json::from_str(&asked_of(data, ["doctor", "--json"]).well()).expect("JSON");
    found["rows"][table].as_u64().expect("a count")
}

#[test]
fn visits_and_cases_of_anybodys_files_come_in_once_and_what_cannot_be_used_is_told_by_line() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let server = Server::start(serve(&data, CITY));
    let now = now(&server);
    let came = now - 4 * 3_600;
    let row = |phone: &str, point: &str, from: i64, until: i64| format!("{phone},{point},{from},{until}\n");
    let mut text = "card,station,from,until\n".to_owned();
    text += &row("10000000001", POINT, came, came + 3_600);
    text += &row("10000000002", POINT, came + 600, came + 3_600);
    text += &row("19999999999", POINT, came, came + 60);
    text += &row("10000000002", "nowhere", came, came + 60);
    text += &row("10000000002", POINT, came + 60, came);
    text += &row("10000000002", POINT, came, now + 86_400);
    let visits = file(dir.path(), "visits.csv", &text);
    let mapped = ["--point-is", "name", "--columns", "person=card,point=station"];
    import(&data, "visits", &visits, &mapped).refuses_with(&["is held by process"]);
    assert!(server.stop().success());

    let before = rows(&data, "visit");
    let ids = import(&data, "visits", &visits, &["--columns", "person=card,point=station"]);
    let unusable = json!({ "unknown-person": 1, "unknown-point": 4, "ends-before-it-begins": 1 });
    assert_eq!(totals(ids), json!({ "added": 0, "unchanged": 0, "unusable": unusable }));
    let first = import(&data, "visits", &visits, &mapped);
    for line in ["line 4: unknown-person", "line 5: unknown-point", "line 6: it ends before it begins"] {
        assert!(first.err.contains(line), "{first:?}");
    }
    let unusable = json!({
        "unknown-person": 1, "unknown-point": 1, "ends-before-it-begins": 1, "in-the-future": 1
    });
    assert_eq!(totals(first), json!({ "added": 2, "unchanged": 0, "unusable": unusable }), "corrected");
    assert_eq!(rows(&data, "visit"), before + 4, "one in and one out for each stay");
    let again = totals(import(&data, "visits", &visits, &mapped));
    assert_eq!(again, json!({ "added": 0, "unchanged": 2, "unusable": unusable }), "told each time");
    let trusted_less = [&mapped[..], &["--assurance", "typed"]].concat();
    let again = totals(import(&data, "visits", &visits, &trusted_less));
    assert_eq!(again, json!({ "added": 0, "unchanged": 2, "unusable": unusable }));
    assert_eq!(rows(&data, "visit"), before + 4);

    let cases = format!("person,onset,sampled\n10000000001,,{}\n10000000004,,\n19999999999,,{0}\n", now - 60);
    let cases = file(dir.path(), "cases.csv", &cases);
    let unknown = import(&data, "cases", &cases, &["--as", "nobody-here"]);
    unknown.refuses_with(&["nobody signs in as `nobody-here`"]);
    let reported = totals(import(&data, "cases", &cases, &["--as", "authority"]));
    assert_eq!(reported["unusable"], json!({ "required": 1, "unknown-person": 1 }));
    assert_eq!(reported["added"].as_u64().zip(reported["unchanged"].as_u64()).map(|(a, u)| a + u), Some(1));
    let again = totals(import(&data, "cases", &cases, &["--as", "authority"]));
    assert_eq!((&again["added"], &again["unchanged"]), (&json!(0), &json!(1)));
    asked_of(&data, ["doctor"]).well();
}

#[test]
fn a_file_that_is_none_is_one_clear_error_and_no_store_is_made() {
    let dir = tempfile::tempdir().expect("a directory");
    let data = dir.path().join("data");
    let broken = file(dir.path(), "visits.parquet", "PAR1, and then nothing");
    import(&data, "visits", &broken, &[]).refuses_with(&["no whole Parquet file"]);
    let other = file(dir.path(), "other.csv", "a,b\n1,2\n");
    import(&data, "visits", &other, &[]).refuses_with(&["there is no column `person`", "--columns"]);
    let empty = file(dir.path(), "empty.csv", "person,point,from,until\n");
    import(&data, "visits", &empty, &[]).refuses_with(&["there is no store"]);
    assert!(!data.exists());
}

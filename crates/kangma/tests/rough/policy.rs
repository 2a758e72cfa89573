//! A server that is started with a policy that does not parse.

use crate::asked::asked_to_serve;
use std::{fs, path::Path};

fn broken(change: impl Fn(&str) -> String) -> tempfile::TempDir {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/measles");
    let dir = tempfile::tempdir().expect("a directory");
    crate::server::copy(&shipped, dir.path());
    let file = dir.path().join("policy.toml");
    let text = fs::read_to_string(&file).expect("a policy");
    let changed = change(&text);
    assert_ne!(text, changed);
    fs::write(file, changed).expect("a policy");
    dir
}

#[test]
fn a_server_with_a_policy_that_is_refused_shows_file_line_caret_and_remedy_and_makes_nothing() {
    let parent = tempfile::tempdir().expect("a directory");
    let data = parent.path().join("data");
    let policy = broken(|text| text.replacen("[[rule]]", "[[rule]]\nnonsense = 1", 1));
    let said = asked_to_serve(&data, ["--policy", policy.path().to_str().expect("text")]);
    assert_eq!(said.code, Some(1), "{said:?}");
    let text = fs::read_to_string(policy.path().join("policy.toml")).expect("a policy");
    let line = 1 + text.lines().position(|line| line.starts_with("nonsense")).expect("the line");
    for part in [&format!("policy.toml:{line}:"), "nonsense = 1", "──", "help", "is refused; see above"] {
        assert!(said.err.contains(part), "no `{part}` in {}", said.err);
    }
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn a_policy_that_is_not_toml_is_shown_where_it_stops_being_toml() {
    let data = tempfile::tempdir().expect("a directory");
    let policy = broken(|text| text.replacen("[[rule]]", "[[rule]", 1));
    let said = asked_to_serve(data.path(), ["--policy", policy.path().to_str().expect("text")]);
    assert_eq!(said.code, Some(1), "{said:?}");
    for part in ["policy.toml:", "[[rule]", "──"] {
        assert!(said.err.contains(part), "no `{part}` in {}", said.err);
    }
}

//! `kangma policy test`, as it is typed.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

fn policies() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies")
}

fn test(directory: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kangma"))
        .args(["policy", "test"])
        .arg(directory)
        .args(more)
        .output()
        .expect("kangma runs")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A copy of a shipped policy, with one file changed.
fn changed(file: &str, change: impl Fn(&str) -> String) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("tempdir");
    let original = policies().join("hangzhou-2020");
    for folder in ["", "texts", "cases"] {
        fs::create_dir_all(copy.path().join(folder)).expect("folder");
        for entry in
            fs::read_dir(original.join(folder)).expect("folder").flatten().filter(|e| e.path().is_file())
        {
            fs::copy(entry.path(), copy.path().join(folder).join(entry.file_name())).expect("copy");
        }
    }
    let path = copy.path().join(file);
    let text = fs::read_to_string(&path).expect("the file to change");
    let new = change(&text);
    assert_ne!(text, new, "nothing was changed in {file}");
    fs::write(&path, new).expect("write");
    copy
}

#[test]
fn the_shipped_policies_hold_and_each_has_its_line() {
    let output = test(&policies(), &[]);
    assert!(output.status.success(), "{}", said(&output));
    for name in ["hangzhou-2020", "hubei-2020", "transcode-2022", "measles", "ranked-contacts"] {
        let said = said(&output);
        let line = said.lines().find(|line| line.contains(&format!("{name}: "))).expect("its line");
        assert!(line.ends_with(", 0 failed"), "{line}");
    }
}

#[test]
fn a_program_reads_one_object_a_line() {
    let output = test(&policies().join("measles"), &["--json"]);
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).expect("one object");
    assert!(line["cases"].as_u64().is_some_and(|cases| cases > 0), "{line}");
    assert_eq!(line["failures"], serde_json::json!([]));
}

#[test]
fn a_case_that_fails_is_one_line_with_its_file_and_the_command_fails() {
    let first_case = fs::read_dir(policies().join("hangzhou-2020/cases")).expect("cases").flatten();
    let mut names: Vec<_> = first_case.map(|entry| entry.file_name().into_string().expect("name")).collect();
    names.sort();
    let greenest = |name: &&String| {
        fs::read_to_string(policies().join("hangzhou-2020/cases").join(name))
            .expect("text")
            .contains("\"red\"")
    };
    let name = names.iter().find(greenest).expect("a case that expects red");
    let broken = changed(&format!("cases/{name}"), |text| text.replace("\"red\"", "\"yellow\""));
    let output = test(broken.path(), &[]);
    assert_eq!(output.status.code(), Some(1), "{}", said(&output));
    assert!(said(&output).contains(&format!("cases/{name}:")), "{}", said(&output));
}

#[test]
fn a_policy_that_is_refused_is_shown_with_file_line_caret_and_remedy() {
    let broken = changed("policy.toml", |text| text.replacen("[[rule]]", "[[rule]]\nnonsense = 1", 1));
    let output = test(broken.path(), &[]);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(1), "{said}");
    for part in ["policy.toml:", "nonsense", "help"] {
        assert!(said.contains(part), "no '{part}' in {said}");
    }
}

#[test]
fn a_policy_that_looks_farther_back_than_visits_are_kept_is_refused_like_one_whose_cases_do_not_hold() {
    let longer = |text: &str| text.replacen("presymptomatic-days = 2", "presymptomatic-days = 22", 1);
    let copy = changed("policy.toml", longer);
    let output = test(copy.path(), &[]);
    assert!(!output.status.success());
    assert!(said(&output).contains("`presymptomatic-days = 22` looks farther back"), "{}", said(&output));
}

#[test]
fn a_directory_without_a_policy_is_an_error_that_says_so() {
    let empty = tempfile::tempdir().expect("tempdir");
    let output = test(empty.path(), &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("neither a policy.toml"), "{}", said(&output));
}

#[test]
fn a_policy_of_other_words_attributes_and_colours_passes_on_the_binary_as_it_is() {
    let output = test(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/tests/fifth"), &[]);
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains(": 9 cases, 57 expectations held, 0 failed"), "{}", said(&output));
}

//! Places where the server may not listen, and commands that explain themselves.

use crate::{
    asked::{asked, asked_of, asked_to_serve},
    server::kangma,
};
use std::net::TcpListener;

#[test]
fn a_port_that_is_taken_is_said_with_the_address_before_anything_is_made() {
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its address").to_string();
    let parent = tempfile::tempdir().expect("a directory");
    let data = parent.path().join("data");
    asked_to_serve(&data, ["--listen", &address]).refuses_with(&[
        "cannot listen on",
        &address,
        "another server",
    ]);
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn plain_http_beyond_this_machine_is_refused_with_both_ways_out() {
    let data = tempfile::tempdir().expect("a directory");
    let said = asked_to_serve(data.path(), ["--listen", "0.0.0.0:0"]);
    said.refuses_with(&["plain HTTP", "--tls-cert", "kangma keys local-authority", "--insecure-plain-http"]);
}

#[test]
fn a_demonstration_beyond_this_machine_has_to_be_told_twice() {
    let data = tempfile::tempdir().expect("a directory");
    let said = asked_to_serve(data.path(), ["--demo", "--listen", "0.0.0.0:0", "--insecure-plain-http"]);
    said.refuses_with(&["sign in as anybody", "127.0.0.1", "--demo-beyond-this-machine"]);
}

#[test]
fn a_certificate_that_is_not_there_is_said_by_its_file() {
    let data = tempfile::tempdir().expect("a directory");
    let said = asked_to_serve(data.path(), ["--tls-cert", "absent.pem", "--tls-key", "absent.pem"]);
    said.refuses_with(&["absent.pem"]);
}

#[test]
fn a_doctor_without_a_store_says_what_is_missing_and_makes_nothing() {
    let parent = tempfile::tempdir().expect("a directory");
    let data = parent.path().join("nowhere");
    asked_of(&data, ["doctor"]).refuses_with(&[
        "there is no store in",
        "nowhere",
        "start a server there first",
    ]);
    assert!(!data.exists(), "looking makes nothing");
}

/// Every command, found by following the help from the top.
fn commands(path: &[String]) -> Vec<Vec<String>> {
    let help = help_of(path);
    let mut all = vec![path.to_vec()];
    let Some((_, listed)) = help.split_once("\nCommands:\n") else { return all };
    let names = listed.lines().take_while(|line| line.starts_with("  "));
    for line in names.filter(|line| !line.starts_with("   ")) {
        let name = line.split_whitespace().next().expect("a name");
        if name != "help" {
            assert!(line.trim().len() > name.len() + 4, "`{name}` says nothing about itself");
            all.extend(commands(&[path, &[name.to_owned()]].concat()));
        }
    }
    all
}

fn help_of(path: &[String]) -> String {
    let output = kangma(path.iter().map(String::as_str).chain(["--help"])).output().expect("kangma runs");
    assert!(output.status.success(), "{path:?} --help: {output:?}");
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn every_command_explains_itself_and_every_option_says_what_it_is_for() {
    let all = commands(&[]);
    assert!(all.len() >= 9, "only these commands were found: {all:?}");
    for command in &all {
        let help = help_of(command);
        let first = help.lines().next().expect("a line");
        assert!(first.len() > 15 && help.contains("Usage: kangma"), "{command:?} explains nothing: {help}");
        assert!(
            help.lines().all(|line| line.chars().count() <= 110),
            "{command:?}: a line is too long to read"
        );
        explained_options(command, &help);
    }
}

/// An option whose line ends after its value has to have its words on the next line.
fn explained_options(command: &[String], help: &str) {
    let lines: Vec<&str> = help.lines().collect();
    for (index, line) in lines.iter().enumerate().filter(|(_, line)| line.trim_start().starts_with("--")) {
        let here = line.trim().split("  ").nth(1).unwrap_or_default();
        let below = lines.get(index + 1).map_or("", |line| line.trim());
        assert!(here.len() > 5 || below.len() > 5, "{command:?}: `{}` says nothing", line.trim());
    }
}

#[test]
fn a_word_that_is_no_command_is_answered_with_status_2_and_the_way_to_help() {
    let said = asked(["sever"]);
    assert_eq!(said.code, Some(2), "{said:?}");
    assert!(said.err.contains("serve") && said.err.contains("--help"), "{said:?}");
}

#[test]
fn a_policy_that_is_neither_shipped_nor_a_directory_is_said_with_those_that_are() {
    let data = tempfile::tempdir().expect("a directory");
    let said = asked_to_serve(data.path(), ["--policy", "atlantis-2020"]);
    said.refuses_with(&["atlantis-2020", "hangzhou-2020", "nz-locations"]);
}

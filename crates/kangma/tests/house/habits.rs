//! Habits that a review would otherwise repeat.

use crate::tree::{Tracked, root, tracked};

/// The longest that a file of Rust may grow before it has to be split by idea.
const MOST_LINES: usize = 600;

/// Words that say nothing about what a thing is.
const EMPTY_WORDS: &[&str] = &["Manager", "Helper", "Util", "Utils", "Common", "Impl", "Data", "Info"];

/// Places that exist on one machine alone, and registries that a checkout must not depend on by name. They are put
/// together here so that this file does not name them itself.
const NOT_IN_ANY_FILE: &[&str] = &[
    concat!("/wo", "rk/"),
    concat!("/ro", "ot/"),
    concat!("index.crates", ".io"),
    concat!("static.crates", ".io"),
    concat!("registry.npmjs", ".org"),
    concat!("pypi", ".org"),
    concat!("deb.debian", ".org"),
    concat!("proxy.golang", ".org"),
];

#[test]
fn no_file_of_rust_is_longer_than_six_hundred_lines() {
    let long: Vec<_> = rust().iter().filter(|f| f.text.lines().count() > MOST_LINES).map(named).collect();
    assert!(long.is_empty(), "split these by idea: {long:#?}");
}

#[test]
fn no_module_hides_in_a_file_called_mod() {
    let hidden: Vec<_> = rust().iter().filter(|f| f.is_named("mod.rs")).map(named).collect();
    assert!(hidden.is_empty(), "foo.rs beside foo/, not foo/mod.rs: {hidden:#?}");
}

#[test]
fn no_function_begins_with_get() {
    let found = lines(&rust(), |_, line| line.contains(concat!("fn ", "get_")));
    assert!(found.is_empty(), "name what it gives, without get_: {found:#?}");
}

#[test]
fn no_type_is_named_with_a_word_that_says_nothing() {
    let found = lines(&rust(), |_, line| declared_type(line).is_some_and(says_nothing));
    assert!(found.is_empty(), "name the idea instead: {found:#?}");
}

#[test]
fn a_word_that_says_nothing_is_found_only_at_the_end_of_a_name() {
    assert!(declared_type("pub struct QueueManager {").is_some_and(says_nothing));
    assert!(declared_type("pub(crate) enum Data {").is_some_and(says_nothing));
    assert!(!declared_type("pub struct Database {").is_some_and(says_nothing));
    assert!(declared_type("    let manager = 1;").is_none());
    assert!(declared_type("    type Data = Bytes;").is_none());
    assert!(declared_type("    type Data;").is_some_and(says_nothing));
    assert!(declared_type("type Data = Bytes;").is_some_and(says_nothing));
}

#[test]
fn no_tracked_file_names_a_place_that_exists_on_one_machine() {
    let found = lines(&tracked(), |file, line| {
        file.path != "LICENSE" && NOT_IN_ANY_FILE.iter().any(|place| line.contains(place))
    });
    assert!(found.is_empty(), "machine paths or registry hosts: {found:#?}");
}

#[test]
fn nothing_that_ships_writes_unsafe_or_silences_a_lint_without_a_reason() {
    let files: Vec<_> = tracked().into_iter().filter(Tracked::ships).collect();
    let found = lines(&files, |_, line| {
        let line = line.trim_start();
        line.starts_with("unsafe ") || (line.starts_with("#[allow(") && !line.contains("reason ="))
    });
    assert!(found.is_empty(), "say why with #[expect(…, reason = \"…\")], or do without: {found:#?}");
}

#[test]
fn every_shipped_policy_has_its_texts_in_both_languages_and_cases_beside_it() {
    let policies = root().join("policies");
    let mut lacking = Vec::new();
    let directories = std::fs::read_dir(&policies).expect("policies/").filter_map(Result::ok);
    for policy in directories.map(|entry| entry.path()).filter(|path| path.join("policy.toml").exists()) {
        for part in ["texts/zh.toml", "texts/en.toml", "cases"] {
            if !policy.join(part).exists() {
                lacking.push(policy.join(part));
            }
        }
    }
    assert!(lacking.is_empty(), "missing: {lacking:#?}");
}

#[test]
fn every_script_stops_at_the_first_thing_that_goes_wrong() {
    for file in tracked().iter().filter(|file| file.text.starts_with("#!/usr/bin/env bash")) {
        assert!(file.text.contains("\nset -euo pipefail\n"), "{} lacks set -euo pipefail", file.path);
    }
}

fn rust() -> Vec<Tracked> {
    tracked().into_iter().filter(Tracked::is_rust).collect()
}

fn named(file: &Tracked) -> String {
    format!("{} ({} lines)", file.path, file.text.lines().count())
}

fn lines(files: &[Tracked], wrong: impl Fn(&Tracked, &str) -> bool) -> Vec<String> {
    let mut found = Vec::new();
    for file in files {
        let hits = file.text.lines().enumerate().filter(|(_, line)| wrong(file, line));
        found.extend(hits.map(|(index, line)| format!("{}:{}: {}", file.path, index + 1, line.trim())));
    }
    found
}

/// The name of the type that a line declares. What an implementation says of a trait's own type was named by the trait.
fn declared_type(line: &str) -> Option<&str> {
    if line.trim_start().starts_with("type ") && line.starts_with(' ') && line.contains(" = ") {
        return None;
    }
    let mut words = line.split_whitespace().skip_while(|word| word.starts_with("pub"));
    let declares = matches!(words.next()?, "struct" | "enum" | "trait" | "type");
    let name = words.next().filter(|_| declares)?;
    name.split(|c: char| !c.is_alphanumeric()).next()
}

fn says_nothing(name: &str) -> bool {
    EMPTY_WORDS.iter().any(|word| name.ends_with(word))
}

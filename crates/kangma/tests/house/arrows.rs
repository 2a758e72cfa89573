//! `kangma -> server -> service -> {store, credential, contact} -> core`, and
//! `city -> {service, contact, core}`.
//!
//! A room may use every room to its right. `city` is used by `kangma` and, as a development dependency, by any
//! room's tests.

use std::collections::BTreeSet;

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand};

/// Every room, with the rooms it may use.
const ARROWS: &[(&str, &[&str])] = &[
    ("kangma-core", &[]),
    ("kangma-store", &["kangma-core"]),
    ("kangma-credential", &["kangma-core"]),
    ("kangma-contact", &["kangma-core"]),
    ("kangma-service", &["kangma-store", "kangma-credential", "kangma-contact", "kangma-core"]),
    (
        "kangma-server",
        &["kangma-service", "kangma-store", "kangma-credential", "kangma-contact", "kangma-core"],
    ),
    ("kangma-city", &["kangma-service", "kangma-contact", "kangma-core"]),
    (
        "kangma",
        &[
            "kangma-server",
            "kangma-service",
            "kangma-store",
            "kangma-credential",
            "kangma-contact",
            "kangma-city",
            "kangma-core",
        ],
    ),
];

/// What tests alone may use besides.
const ARROWS_OF_TESTS: &[&str] = &["kangma-city"];

/// What a room that is pure may not use, because it would bring a clock, a store or a network.
const NOT_FOR_PURE_ROOMS: &[&str] =
    &["tokio", "rusqlite", "refinery", "axum", "axum-server", "reqwest", "hyper", "tracing", "getrandom"];
const PURE_ROOMS: &[&str] = &["kangma-core", "kangma-credential", "kangma-contact"];

fn workspace() -> Metadata {
    MetadataCommand::new().no_deps().other_options(vec!["--offline".into()]).exec().expect("cargo metadata")
}

fn drawn(from: &str, to: &str, kind: DependencyKind) -> bool {
    let allowed = ARROWS.iter().find(|(room, _)| *room == from).is_some_and(|(_, right)| right.contains(&to));
    allowed || (kind == DependencyKind::Development && ARROWS_OF_TESTS.contains(&to))
}

#[test]
fn every_room_is_on_the_map() {
    let metadata = workspace();
    let rooms: BTreeSet<_> = metadata.workspace_packages().iter().map(|p| p.name.to_string()).collect();
    let map: BTreeSet<_> = ARROWS.iter().map(|(room, _)| (*room).to_owned()).collect();
    assert_eq!(rooms, map, "a room that is not on the map in tests/house/arrows.rs, or the reverse");
}

#[test]
fn no_room_uses_another_along_an_arrow_that_is_not_drawn() {
    let metadata = workspace();
    let names: BTreeSet<_> = metadata.workspace_packages().iter().map(|p| p.name.to_string()).collect();
    let mut edges = 0;
    let mut undrawn = Vec::new();
    for package in metadata.workspace_packages() {
        for dependency in package.dependencies.iter().filter(|d| names.contains(&d.name)) {
            edges += 1;
            if !drawn(&package.name, &dependency.name, dependency.kind) {
                undrawn.push(format!("{} -> {} ({})", package.name, dependency.name, dependency.kind));
            }
        }
    }
    assert!(edges >= ARROWS.len() - 1, "only {edges} arrows were seen: this test looks in the wrong place");
    assert!(undrawn.is_empty(), "arrows that ARCHITECTURE.md does not have: {undrawn:#?}");
}

#[test]
fn an_arrow_that_is_not_drawn_is_found() {
    assert!(!drawn("kangma-core", "kangma-store", DependencyKind::Normal));
    assert!(!drawn("kangma-store", "kangma-service", DependencyKind::Normal));
    assert!(!drawn("kangma-contact", "kangma-credential", DependencyKind::Normal));
    assert!(!drawn("kangma-server", "kangma-city", DependencyKind::Normal));
    assert!(drawn("kangma-server", "kangma-city", DependencyKind::Development));
}

#[test]
fn the_pure_rooms_bring_no_clock_no_store_and_no_network() {
    let metadata = workspace();
    for package in metadata.workspace_packages().into_iter().filter(|p| PURE_ROOMS.contains(&p.name.as_str()))
    {
        for dependency in package.dependencies.iter().filter(|d| d.kind == DependencyKind::Normal) {
            assert!(
                !NOT_FOR_PURE_ROOMS.contains(&dependency.name.as_str()),
                "{} is pure and may not use {}",
                package.name,
                dependency.name
            );
        }
    }
}

#[test]
fn every_room_obeys_the_workspaces_lints() {
    for package in workspace().workspace_packages() {
        let manifest = std::fs::read_to_string(&package.manifest_path).expect("manifest");
        assert!(
            manifest.contains("[lints]\nworkspace = true"),
            "{} lacks [lints] workspace = true",
            package.name
        );
    }
}

//! The command that the README shows does what the README says.

use crate::{KANGMA, done, kangma, text};
use std::{fs, path::Path, process::Command};

/// Runs a command of the README where its samples lie, and compares what it says; gives the rows of its answer.
fn runs_as_shown(name: &str, answer: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the root");
    let readme = text(&root.join("README.md"));
    let begins = format!("```\nkangma {name} ");
    let (_, block) = readme.split_once(&*begins).expect("the command is in the README");
    let (command, shown) = block.split_once('\n').expect("what it answers follows");
    let (shown, _) = shown.split_once("```").expect("the block ends");
    let directory = tempfile::tempdir().expect("a directory");
    let samples = directory.path().join("docs/samples");
    fs::create_dir_all(&samples).expect("a directory");
    for name in ["visits.csv", "cases.csv", "infected.csv"] {
        fs::copy(root.join("docs/samples").join(name), samples.join(name)).expect("copied");
    }
    let mut command_line = Command::new(KANGMA);
    command_line.arg(name).args(command.split_whitespace()).current_dir(directory.path());
    let output = command_line.output().expect("kangma runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), shown);
    text(&directory.path().join(answer)).lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn the_command_in_the_readme_finds_the_contacts_that_it_shows() {
    assert_eq!(runs_as_shown("contacts", "contacts.csv").len(), 1);
}

#[test]
fn the_command_in_the_readme_finds_the_gatherings_that_it_shows() {
    // One of four ways to draw three of four people has the three cases: 10^-0.6021.
    let rows = ["library,1583056800,3,3,2.25,1.333,0.6021", "library,1583060400,2,2,1.5,1.333,0.301"];
    assert_eq!(runs_as_shown("gatherings", "gatherings.csv"), rows);
}

#[test]
fn the_help_says_the_rest() {
    for (command, words) in
        [("contacts", ["overlap_seconds", "half-open"]), ("gatherings", ["surprise", "by chance"])]
    {
        let said = done(&kangma(Path::new("."), command, &["--help"]));
        for word in words {
            assert!(said.contains(word), "{command}: {said}");
        }
    }
}

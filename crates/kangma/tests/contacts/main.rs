//! `kangma contacts` and `kangma gatherings` on files of both forms, sound and broken.

#![allow(clippy::expect_used, reason = "a test ends where it cannot go on")]

mod broken;
mod columns;
mod elsewhere;
mod forms;
mod gatherings;
mod pipe;
mod place;
mod quotes;
mod readme;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
};

const KANGMA: &str = env!("CARGO_BIN_EXE_kangma");

/// Runs `kangma contacts` in a directory.
fn contacts(directory: &Path, arguments: &[&str]) -> Output {
    kangma(directory, "contacts", arguments)
}

fn kangma(directory: &Path, command: &str, arguments: &[&str]) -> Output {
    let mut kangma = Command::new(KANGMA);
    kangma.arg(command).args(arguments).current_dir(directory).output().expect("kangma runs")
}

fn done(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).expect("UTF-8")
}

fn refused(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", String::from_utf8_lossy(&output.stdout));
    String::from_utf8(output.stderr.clone()).expect("UTF-8")
}

fn text(path: &Path) -> String {
    fs::read_to_string(path).expect("a readable file")
}

/// The names of everything in a directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).expect("a directory").map(|entry| entry.expect("an entry"));
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

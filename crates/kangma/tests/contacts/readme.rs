//! The command that the README shows does what the README says.

use crate::{KANGMA, text};
use std::{fs, path::Path, process::Command};

#[test]
fn the_command_in_the_readme_finds_the_contacts_that_it_shows() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the root");
    let readme = text(&root.join("README.md"));
    let (_, block) = readme.split_once("```\nkangma contacts ").expect("the command is in the README");
    let (command, shown) = block.split_once('\n').expect("what it answers follows");
    let (shown, _) = shown.split_once("```").expect("the block ends");
    let directory = tempfile::tempdir().expect("a directory");
    let samples = directory.path().join("docs/samples");
    fs::create_dir_all(&samples).expect("a directory");
    for name in ["visits.csv", "cases.csv"] {
        fs::copy(root.join("docs/samples").join(name), samples.join(name)).expect("copied");
    }
    let mut kangma = Command::new(KANGMA);
    kangma.arg("contacts").args(command.split_whitespace()).current_dir(directory.path());
    let output = kangma.output().expect("kangma runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(String::from_utf8_lossy(&output.stdout), shown);
    assert_eq!(text(&directory.path().join("contacts.csv")).lines().count(), 2);
}

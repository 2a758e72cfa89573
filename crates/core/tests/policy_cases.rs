//! The cases of every shipped policy hold, and see every rule of it.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use kangma_core::{Policy, PolicyFiles, cases};
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

fn read(root: &Path) -> PolicyFiles {
    let mut files = PolicyFiles::new();
    for folder in ["", "texts", "cases"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let relative = path.strip_prefix(root).unwrap().to_str().unwrap().to_owned();
            files.add(relative, std::fs::read_to_string(&path).unwrap());
        }
    }
    files
}

fn shipped() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let mut shipped: Vec<PathBuf> =
        std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    shipped.sort();
    shipped
}

/// Runs one policy; prints one line for each case that fails and each rule that none sees.
fn wrong_with(root: &Path) -> usize {
    let files = read(root);
    let policy = match Policy::load(&files) {
        Ok(policy) => Arc::new(policy),
        Err(refused) => {
            println!("{}: {refused}", root.display());
            return refused.refusals.len();
        }
    };
    let name = &policy.reference.name;
    let report = cases::run(&policy, &files);
    report.refusals.iter().for_each(|refusal| println!("{name}: {refusal}: {}", refusal.remedy));
    report.failures.iter().for_each(|failure| println!("{name}: {failure}"));
    report.uncovered.iter().for_each(|rule| println!("{name}: no case sees the rule `{rule}`"));
    println!("{name}: {} cases, {} expectations held", report.cases, report.held);
    report.refusals.len() + report.failures.len() + report.uncovered.len() + usize::from(report.cases == 0)
}

#[test]
fn every_shipped_policy_passes_its_cases() {
    let wrong: usize = shipped().iter().map(|root| wrong_with(root)).sum();
    assert_eq!(wrong, 0, "see the lines above");
}

/// Renamed rules, other attributes, another colour logic: what is not in code cannot be missed there.
#[test]
fn a_fifth_policy_that_no_code_knows_passes_its_cases() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fifth");
    assert_eq!(wrong_with(&root), 0, "see the lines above");
}

//! ARCHITECTURE.md's invariants are held by tests that exist.

use crate::tree::{root, tracked};

/// The names in backticks that look like a test's: a sentence of at least four words.
fn named_tests(text: &str) -> Vec<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let words = quoted.flat_map(str::split_whitespace).map(|word| word.rsplit("::").next().unwrap_or(word));
    words.filter(|word| word.matches('_').count() >= 3).collect()
}

#[test]
fn every_invariant_names_a_test_or_a_check_and_every_test_that_is_named_exists() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).expect("ARCHITECTURE.md");
    let (_, invariants) = text.split_once("## Invariants").expect("a chapter of invariants");
    let numbered = invariants.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_digit()));
    let mut count = 0;
    for line in numbered {
        count += 1;
        assert!(line.contains('`'), "this invariant names nothing that holds it: {line}");
    }
    assert!(count >= 5, "only {count} invariants were found");
    let sources: Vec<_> = tracked().into_iter().filter(|file| file.is_rust()).collect();
    for test in named_tests(invariants) {
        let declared = format!("fn {test}(");
        assert!(sources.iter().any(|file| file.text.contains(&declared)), "no test is called {test}");
    }
}

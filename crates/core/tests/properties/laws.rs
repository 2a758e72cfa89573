//! The properties, each under its own name.

use crate::{
    literal,
    worlds::{Built, case},
};
use kangma_core::{Time, Verdict};
use proptest::prelude::*;

fn cases(n: u32) -> ProptestConfig {
    let asked = std::env::var("PROPTEST_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: asked.unwrap_or(n),
        failure_persistence: None,
        max_shrink_iters: 1_500,
        ..ProptestConfig::default()
    }
}

/// The verdict as the literal implementation has it, with the engine's own `next_change`.
fn literally(built: &Built, known_at: Time, effective_at: Time, found: &Verdict) -> Verdict {
    Verdict { next_change: found.next_change, ..literal::verdict(built.world(known_at), effective_at) }
}

/// The lines in which two verdicts differ: `-` the engine's, `+` the literal ones.
fn difference(found: &Verdict, expected: &Verdict) -> String {
    let lines = |verdict: &Verdict| -> Vec<String> {
        let text = serde_json::to_string_pretty(verdict).unwrap();
        text.lines().map(str::to_owned).collect()
    };
    let (found, expected) = (lines(found), lines(expected));
    let first = found.iter().zip(&expected).take_while(|(a, b)| a == b).count();
    let from = first.saturating_sub(30);
    let shared = found[from..first].join("\n");
    let part = |sign: &str, lines: &[String]| -> String {
        lines[first.min(lines.len())..].iter().take(40).map(|line| format!("{sign}{line}\n")).collect()
    };
    format!("{shared}\n{}{}", part("-", &found), part("+", &expected))
}

proptest! {
    #![proptest_config(cases(60))]

    #[test]
    fn decide_equals_the_literal_implementation(case in case()) {
        let built = case.build();
        for (known_at, effective_at) in &built.asks {
            let found = built.decide(*known_at, *effective_at);
            let expected = literally(&built, *known_at, *effective_at, &found);
            prop_assert!(
                found == expected,
                "known {known_at}, effective {effective_at}\n{}\n{}",
                difference(&found, &expected),
                case.told()
            );
        }
    }
}

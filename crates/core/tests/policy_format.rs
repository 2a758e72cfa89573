//! The reference of the policy format says what the program does.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use kangma_core::{
    Kind, Policy, PolicyFiles, cases,
    policy::{AttributeType, Refused},
};
use std::{collections::BTreeMap, path::Path, sync::Arc};

fn reference() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/policy-format.md");
    std::fs::read_to_string(path).unwrap()
}

/// All TOML of the page in its order.
fn example() -> String {
    let page = reference();
    let blocks = page.split("```toml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    blocks.collect()
}

/// A text for every key that the first loading misses.
fn with_texts(policy: &str) -> Result<Policy, Refused> {
    let bare: PolicyFiles = [("policy.toml", policy), ("texts/en.toml", "")].into_iter().collect();
    let missing = Policy::load(&bare).expect_err("texts are needed").refusals;
    let mut texts = String::new();
    for refusal in &missing {
        match refusal.what.strip_prefix("the text `").and_then(|rest| rest.strip_suffix("` is missing")) {
            Some(key) => texts.push_str(&format!("{key} = \"a sentence\"\n")),
            None => return Policy::load(&bare),
        }
    }
    Policy::load(&[("policy.toml", policy), ("texts/en.toml", &texts)].into_iter().collect())
}

#[test]
fn the_toml_of_the_reference_is_a_policy() {
    let policy = with_texts(&example()).unwrap_or_else(|refused| panic!("{refused}"));
    assert_eq!((&*policy.reference.name, policy.rules.len()), ("example-2026", 1));
    assert_eq!(policy.rules[0].stages.len(), 2);
}

#[test]
fn the_cases_of_the_reference_hold_for_its_policy() {
    let page = reference();
    let written = page.split("```cases\n").nth(1).unwrap().split("```").next().unwrap();
    let policy = Arc::new(with_texts(&example()).unwrap());
    let report = cases::run(&policy, &[("cases/example.toml", written)].into_iter().collect());
    let lines = report.refusals.iter().map(ToString::to_string);
    let lines: Vec<String> = lines.chain(report.failures.iter().map(ToString::to_string)).collect();
    assert!(report.is_clean(), "{}", lines.join("\n"));
    assert_eq!((report.cases, report.uncovered.len()), (2, 0));
}

fn holds(name: &str, holds: &AttributeType) -> String {
    match holds {
        AttributeType::Flag => format!("`{name}` (flag)"),
        AttributeType::Number => format!("`{name}` (number)"),
        AttributeType::Time => format!("`{name}` (time)"),
        AttributeType::Day => format!("`{name}` (day)"),
        AttributeType::AnyWord => format!("`{name}` (word)"),
        AttributeType::Word(words) => {
            let words: Vec<&str> = words.iter().map(|word| &**word).collect();
            format!("`{name}` ({})", words.join(", "))
        }
    }
}

#[test]
fn the_table_of_kinds_and_attributes_is_that_of_the_program() {
    let policy = with_texts(&example()).unwrap();
    let own = [(Kind::Exposure, "ventilated"), (Kind::Declaration, "fever"), (Kind::CheckIn, "cough")];
    let mut by_kind: BTreeMap<Kind, Vec<String>> = Kind::ALL.iter().map(|kind| (*kind, Vec::new())).collect();
    for ((kind, name), value) in
        policy.attributes.iter().filter(|((kind, name), _)| !own.contains(&(*kind, &**name)))
    {
        by_kind.get_mut(kind).unwrap().push(holds(name, value));
    }
    let rows = by_kind.iter().map(|(kind, attributes)| format!("| `{kind}` | {} |\n", attributes.join(", ")));
    let expected: String = rows.collect();
    let page = reference();
    assert!(page.contains(&format!("|---|---|\n{expected}")), "the table should be:\n{expected}");
}

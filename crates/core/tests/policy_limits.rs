//! Goal: each number of a shipped policy is held by a case just before and just after it.
//!
//! Method: every number is moved by one step in both directions, one at a time; the policy then has to be refused or
//! some case of it has to fail. What the cases cannot see is listed, with its reason.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use kangma_core::{Policy, PolicyFiles, cases};
use std::{path::Path, sync::Arc};

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

/// Sections whose numbers no verdict shows: who answers an appeal, and how far an area reaches back in `derive`.
const ELSEWHERE: &[&str] =
    &["[appeal]", "[rule.appeal]", "[[duty]]", "[[exposure.area]]", "[[exposure.site]]", "[exposure]"];

/// Numbers of which no other value could be told apart, with the words of their line.
const WITHOUT_EFFECT: &[(&str, &str, &str)] = &[
    // A stay of the fifteenth day before has no days left to run: it is history whether or not the window has it.
    ("hangzhou-2020", "level = \"high\", within = \"14 d\"", "15"),
    // The same from the eighth day on; the window says in the policy what the declaration asks for.
    ("hangzhou-2020", "level = \"medium\", within = \"14 d\"", "15"),
    ("hangzhou-2020", "level = \"medium\", within = \"14 d\"", "13"),
    // No source is asked about a declaration there, so none can be late.
    ("nz-locations", "deadline = \"24 h\"", "25"),
    ("nz-locations", "deadline = \"24 h\"", "23"),
];

/// A number of a policy with the text around it.
struct Figure {
    line: usize,
    from: usize,
    until: usize,
}

/// Every number outside of words, comments and the sections above.
fn figures(text: &str) -> Vec<Figure> {
    let counts_check_ins = text.contains("check-ins = ");
    let (mut found, mut section, mut offset) = (Vec::new(), "", 0);
    for (line, content) in text.lines().enumerate() {
        let code = content.split(" #").next().unwrap_or(content);
        if code.starts_with('[') && !code.starts_with("[ ") {
            section = code.trim();
        }
        let skip = code.starts_with('#') || section.is_empty() || ELSEWHERE.contains(&section)
            // What is an abnormal check-in shows only where a stage counts check-ins.
            || (section == "[check-in]" && !counts_check_ins);
        let bytes = code.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let starts =
                bytes[at].is_ascii_digit() && (at == 0 || matches!(bytes[at - 1], b' ' | b'"' | b'['));
            let mut end = at;
            while end < bytes.len() && (bytes[end].is_ascii_digit() || bytes[end] == b'.') {
                end += 1;
            }
            let ends = bytes.get(end).is_none_or(|next| matches!(next, b' ' | b',' | b']' | b'}' | b'"'));
            if starts && ends && !skip {
                found.push(Figure { line: line + 1, from: offset + at, until: offset + end });
            }
            at = end.max(at + 1);
        }
        offset += content.len() + 1;
    }
    found
}

/// One step up and one down: a thousandth where there are decimals, otherwise one.
fn steps(number: &str) -> Vec<String> {
    match number.parse::<u32>() {
        Ok(0) => vec!["1".to_owned()],
        Ok(n) => vec![(n + 1).to_string(), (n - 1).to_string()],
        Err(_) => {
            let thousandths = (number.parse::<f64>().unwrap() * 1_000.0).round();
            [1.0, -1.0].map(|step| format!("{:.3}", (thousandths + step) / 1_000.0)).to_vec()
        }
    }
}

/// Whether the cases notice that the policy is another.
fn noticed(files: &PolicyFiles) -> bool {
    match Policy::load(files) {
        Err(_) => true,
        Ok(policy) => !cases::run(&Arc::new(policy), files).failures.is_empty(),
    }
}

fn unheld(name: &str) -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
    let files = read(&root);
    let text = files.text("policy.toml").unwrap().to_owned();
    assert!(!noticed(&files), "{name} as it is");
    let mut unheld = Vec::new();
    for figure in figures(&text) {
        let number = &text[figure.from..figure.until];
        for step in steps(number) {
            let mut changed = files.clone();
            changed.add("policy.toml", format!("{}{step}{}", &text[..figure.from], &text[figure.until..]));
            let line = text.lines().nth(figure.line - 1).unwrap_or("").trim();
            let without_effect = |(policy, words, to): &&(&str, &str, &str)| {
                *policy == name && line.contains(words) && *to == step
            };
            if !WITHOUT_EFFECT.iter().any(|known| without_effect(&known)) && !noticed(&changed) {
                unheld.push(format!("{name}:{}: `{line}`: {number} as {step}", figure.line));
            }
        }
    }
    unheld
}

fn every_number_is_held(name: &str) {
    let unheld = unheld(name);
    assert!(unheld.is_empty(), "no case notices:\n{}", unheld.join("\n"));
}

#[test]
fn every_number_of_hangzhou_2020_is_held_by_its_cases() {
    every_number_is_held("hangzhou-2020");
}

#[test]
fn every_number_of_hubei_2020_is_held_by_its_cases() {
    every_number_is_held("hubei-2020");
}

#[test]
fn every_number_of_transcode_2022_is_held_by_its_cases() {
    every_number_is_held("transcode-2022");
}

#[test]
fn every_number_of_measles_is_held_by_its_cases() {
    every_number_is_held("measles");
}

#[test]
fn every_number_of_nz_locations_is_held_by_its_cases() {
    every_number_is_held("nz-locations");
}

#[test]
fn every_number_of_ranked_contacts_is_held_by_its_cases() {
    every_number_is_held("ranked-contacts");
}

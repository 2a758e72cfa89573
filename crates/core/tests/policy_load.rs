//! Policies are read, and refused with file, line, caret and remedy.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use kangma_core::policy::{Policy, PolicyFiles, Refused};
use std::path::Path;

fn shipped(name: &str) -> PolicyFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
    let mut files = PolicyFiles::new();
    for folder in ["", "texts", "cases"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else { continue };
        for path in entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()) {
            let relative = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
            files.add(relative, std::fs::read_to_string(&path).unwrap());
        }
    }
    files
}

/// The shipped policy with one text of `policy.toml` replaced.
fn changed(from: &str, to: &str) -> Result<Policy, Refused> {
    let mut files = shipped("hangzhou-2020");
    let text = files.text("policy.toml").unwrap();
    assert!(text.contains(from), "`{from}` is not in the policy");
    let text = text.replacen(from, to, 1);
    files.add("policy.toml", text);
    Policy::load(&files)
}

fn refused(from: &str, to: &str, what: &str) {
    let refused = changed(from, to).expect_err(what);
    let all: Vec<String> = refused.refusals.iter().map(ToString::to_string).collect();
    assert!(all.iter().any(|refusal| refusal.contains(what)), "expected `{what}` among {all:#?}");
    assert!(refused.refusals.iter().all(|refusal| !refusal.remedy.is_empty()));
}

#[test]
fn the_shipped_policies_load() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    for entry in std::fs::read_dir(root).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        if let Err(refused) = Policy::load(&shipped(&name)) {
            panic!("{name}: {refused}");
        }
    }
}

#[test]
fn an_unknown_field_is_shown_with_line_caret_and_remedy() {
    let refused = changed("privacy-floor = 10", "privacy-floor = 10\ncolor = \"red\"").unwrap_err();
    let refusal = &refused.refusals[0];
    assert_eq!((&*refusal.file, refusal.line, refusal.column), ("policy.toml", 9, 1));
    assert_eq!(refusal.what, "a policy has no field `color`");
    let mut drawn = String::new();
    let handler = miette::GraphicalReportHandler::new_themed(miette::GraphicalTheme::unicode_nocolor());
    handler.render_report(&mut drawn, refusal).unwrap();
    assert!(drawn.contains("policy.toml:9:1"), "{drawn}");
    assert!(drawn.contains("color = \"red\""), "{drawn}");
    assert!(drawn.contains("help: remove it, or use one of"), "{drawn}");
}

#[test]
fn what_policies_may_not_be_is_refused() {
    let close = "when = { evidence = \"exposure\", degree = \"close\" }";
    refused(close, "when = { evidence = \"rumour\" }", "`rumour` is not a kind of evidence");
    refused(
        close,
        "when = { evidence = \"exposure\", nationality = \"x\" }",
        "no rule may depend on `nationality`",
    );
    refused(close, "when = { age = { at-least = 60 } }", "neither evidence nor a declared absence");
    refused(
        close,
        "when = { evidence = \"exposure\", minutes = { above = 5, below = 5 } }",
        "no number is in this range",
    );
    refused(
        close,
        "when = { count = { evidence = \"exposure\" }, at-least = 2, within = \"0 h\" }",
        "is empty",
    );
    refused(close, "when = { evidence = \"exposure\", degree = 3 }", "`degree` is never that");
    refused("until = { check-ins = 7 }", "until = { release = true }", "without an officer");
    refused("until = { check-ins = 7 }", "until = {}", "this stage has no end");
    refused("until = { check-ins = 7 }", "until = { check-ins = 0 }", "never ends");
    refused("id = \"suspected\"", "id = \"confirmed\"", "two rules `confirmed`");
}

#[test]
fn a_rule_that_another_makes_useless_is_refused() {
    let copy = "[[rule]]\nid = \"again\"\nwhen = { evidence = \"false-statement\" }\n[[rule.stage]]\ncolour = \"yellow\"\n\
                until = { check-ins = 14 }\n[rule.ceiling]\ndays = 28\nowner = \"x\"\ndeadline = \"3 d\"\nthen = \"end\"\n";
    refused("[exposure]", &format!("{copy}\n[exposure]"), "says nothing that `false-statement` does not");
}

#[test]
fn a_policy_read_anew_is_the_same_and_shares_no_word() {
    let policy = Policy::load(&shipped("hangzhou-2020")).unwrap();
    let apart = policy.apart();
    assert_eq!(format!("{policy:?}"), format!("{apart:?}"));
    for (rule, same) in policy.rules.iter().zip(&apart.rules) {
        assert!(!std::sync::Arc::ptr_eq(&rule.id, &same.id), "{}", rule.id);
    }
}

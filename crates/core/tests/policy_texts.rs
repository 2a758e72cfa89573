//! What the shipped policies say to people: in both languages, plainly, and never a place, an hour or somebody else.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

use kangma_core::{
    Policy, PolicyFiles,
    policy::{Condition, Question},
};
use std::path::Path;

fn shipped() -> Vec<Policy> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let mut names: Vec<_> = std::fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let load = |path: &Path| {
        let read = |file: &str| std::fs::read_to_string(path.join(file)).unwrap();
        let files: PolicyFiles = ["policy.toml", "texts/zh.toml", "texts/en.toml"]
            .into_iter()
            .map(|file| (file, read(file)))
            .collect();
        Policy::load(&files).unwrap_or_else(|refused| panic!("{refused}"))
    };
    names.iter().map(|path| load(path)).collect()
}

fn is_chinese(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn six_policies_are_shipped() {
    let names: Vec<String> = shipped().iter().map(|policy| policy.reference.name.to_string()).collect();
    assert_eq!(
        names,
        ["hangzhou-2020", "hubei-2020", "measles", "nz-locations", "ranked-contacts", "transcode-2022"]
    );
}

#[test]
fn every_sentence_is_in_its_language() {
    for policy in shipped() {
        for (key, text) in policy.texts["zh"].iter() {
            assert!(text.chars().any(is_chinese), "{} zh {key}: {text}", policy.reference.name);
        }
        for (key, text) in policy.texts["en"].iter() {
            assert!(!text.chars().any(is_chinese), "{} en {key}: {text}", policy.reference.name);
        }
    }
}

/// The words by which a sentence would give away a place, an hour or who the other was.
const TELLING: &[&str] = &[
    "o'clock",
    " a.m.",
    " p.m.",
    ":00",
    ":30",
    "点钟",
    "时分",
    "上午",
    "下午",
    "family",
    "household",
    "wife",
    "husband",
    "mother",
    "father",
    "child",
    "neighbour",
    "colleague",
    "家人",
    "同住",
    "妻",
    "丈夫",
    "母亲",
    "父亲",
    "孩子",
    "邻居",
    "同事",
    "street",
    " bus ",
    "subway",
    "restaurant",
    "mall",
    "office building",
    "街",
    "公交",
    "地铁",
    "餐",
    "商场",
    "单位",
];

#[test]
fn nothing_that_a_resident_reads_names_a_place_an_hour_or_another_person() {
    for policy in shipped() {
        for language in ["zh", "en"] {
            let texts = policy.texts(language);
            for rule in &policy.rules {
                let read =
                    format!(" {} {} ", texts.resident(&rule.id), texts.remedy(&rule.id)).to_lowercase();
                for word in TELLING {
                    assert!(
                        !read.contains(word),
                        "{} {language} {}: `{word}` in {read}",
                        policy.reference.name,
                        rule.id
                    );
                }
            }
        }
    }
}

#[test]
fn what_one_can_do_is_said_for_every_rule_that_colours() {
    for policy in shipped() {
        for rule in policy.rules.iter().filter(|rule| !rule.is_for_tag()) {
            let [chinese, english] = ["zh", "en"].map(|language| policy.texts(language).remedy(&rule.id));
            assert!(chinese.chars().count() >= 10, "{} {}: {chinese}", policy.reference.name, rule.id);
            assert!(english.split(' ').count() >= 6, "{} {}: {english}", policy.reference.name, rule.id);
        }
    }
}

#[test]
fn what_a_checker_says_is_short_enough_to_shout() {
    for policy in shipped() {
        for row in &policy.gate.rows {
            let [chinese, english] = ["zh", "en"].map(|language| policy.texts(language).gate(&row.sentence));
            assert!(chinese.chars().count() <= 20, "{}: {chinese}", policy.reference.name);
            assert!(english.split(' ').count() <= 11, "{}: {english}", policy.reference.name);
        }
    }
}

#[test]
fn the_rules_that_a_question_names_read_its_answer() {
    for policy in shipped() {
        let asked = policy.declaration.questions.iter().chain(&policy.check_in.questions);
        for question in asked {
            for name in &question.rules {
                let rule =
                    policy.rule(name).unwrap_or_else(|| panic!("{}: no rule {name}", policy.reference.name));
                assert!(
                    rule.when.conditions().iter().any(|condition| reads(condition, question)),
                    "{name} {}",
                    question.id
                );
            }
        }
    }
}

fn reads(condition: &Condition, question: &Question) -> bool {
    condition.tests.iter().any(|(name, _)| *name == question.id)
}

#[test]
fn no_shipped_policy_makes_an_exposure_from_a_poster_or_a_typed_visit() {
    for policy in shipped() {
        let exposures = &policy.exposures;
        let degrees = exposures.degrees.iter().map(|rule| rule.assurance);
        let areas = exposures.areas.iter().map(|rule| rule.assurance);
        let sites = exposures.sites.iter().map(|rule| rule.assurance);
        for least in degrees.chain(areas).chain(sites) {
            assert!(least >= kangma_core::Assurance::Paper, "{}", policy.reference.name);
        }
    }
}

#[test]
fn a_stale_source_passes_and_registers_at_every_shipped_gate() {
    use kangma_core::{Standing, policy::Outcome};
    for policy in shipped() {
        for approach in policy.gate.every_approach().filter(|approach| approach.standing == Standing::Unknown)
        {
            let row = policy.gate.row(&approach).unwrap();
            assert_eq!(row.outcome, Outcome::PassAndRegister, "{} {approach:?}", policy.reference.name);
        }
    }
}

#[test]
fn the_shipped_default_reminds_and_pauses_and_never_restarts_for_silence() {
    use kangma_core::policy::Missed;
    let default = shipped().into_iter().find(|policy| &*policy.reference.name == "hangzhou-2020").unwrap();
    assert!(matches!(default.check_in.missed, Missed::Remind { .. }));
    assert!(shipped().iter().all(|policy| policy.check_in.missed != Missed::Restart));
}

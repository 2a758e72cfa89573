//! What a gate's page says without network. Its script decides then; the words are written here, in the checker's
//! language.

use super::words::REASONS;
use crate::web::texts::Texts;
use std::collections::BTreeMap;

/// Why it cannot tell, besides what may be wrong with a code: stable codes of the script's.
const CANNOT_TELL: [&str; 7] = [
    "no-list",
    "list-unreadable",
    "list-too-old",
    "newer-than-list",
    "not-in-list",
    "gate-clock",
    "cannot-verify",
];

/// The other texts, with what the script puts into them.
const TEXTS: [(&str, &[&str]); 19] = [
    ("gate-ready", &["time"]),
    ("gate-offline", &["time", "age", "n"]),
    ("gate-offline-old-list", &["time", "n"]),
    ("gate-offline-no-list", &["n"]),
    ("gate-clock-off", &["n"]),
    ("gate-alone", &[]),
    ("gate-alone-by-list", &["time"]),
    ("gate-last-digits", &["digits"]),
    ("gate-emergency-done", &[]),
    ("gate-emergency-uncoded", &[]),
    ("gate-unless-home", &[]),
    ("gate-not-kept", &[]),
    ("gate-pass", &[]),
    ("gate-cannot-tell", &[]),
    ("standing-unknown", &[]),
    ("assurance-device", &[]),
    ("assurance-server", &[]),
    ("assurance-paper", &[]),
    ("assurance-typed", &[]),
];

/// The texts by their identifiers, and the sentences by the stable codes of reasons.
pub(super) fn words(t: Texts) -> BTreeMap<&'static str, String> {
    let reasons = REASONS.map(|(code, id)| (code, t.s(id)));
    let and_then = t.s("gate-try-again");
    let cannot_tell = CANNOT_TELL.map(|code| (code, format!("{} {and_then}", t.s(&format!("alone-{code}")))));
    let texts = TEXTS.map(|(id, places)| (id, t.with_places(id, places)));
    reasons.into_iter().chain(cannot_tell).chain(texts).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::texts::Lang;

    #[test]
    fn every_word_is_there_in_both_languages_with_its_places() {
        for lang in Lang::ALL {
            let t = Texts::of(lang);
            for (id, text) in words(t) {
                assert!(t.has(id) || text != t.s(id) && !text.starts_with("alone-"), "{id}: {text}");
            }
            for (id, places) in TEXTS {
                let text = t.with_places(id, places);
                assert!(places.iter().all(|place| text.contains(&format!("{{{place}}}"))), "{id}: {text}");
            }
        }
    }

    #[test]
    fn every_reason_of_the_specification_has_a_sentence() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../spec/vectors/invalid.json");
        let cases: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        for case in cases.as_array().unwrap() {
            assert!(REASONS.iter().any(|(code, _)| case["error"] == *code), "{}", case["error"]);
        }
    }
}

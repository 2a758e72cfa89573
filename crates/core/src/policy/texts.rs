//! The sentences of a policy in one language.

use std::{collections::BTreeMap, sync::Arc};

/// The sentences of a policy in one language, each under a key such as `rule.close-contact.resident`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Texts(pub(crate) BTreeMap<Arc<str>, Arc<str>>);

impl Texts {
    /// The sentence under a dotted key.
    #[must_use]
    pub fn sentence(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(|text| &**text)
    }

    /// What a rule says to the person it is about.
    #[must_use]
    pub fn resident(&self, rule: &str) -> &str {
        self.under("rule", rule, ".resident")
    }

    /// What a rule says to an officer.
    #[must_use]
    pub fn officer(&self, rule: &str) -> &str {
        self.under("rule", rule, ".officer")
    }

    /// What the person can do about a rule.
    #[must_use]
    pub fn remedy(&self, rule: &str) -> &str {
        self.under("rule", rule, ".remedy")
    }

    /// A duty.
    #[must_use]
    pub fn duty(&self, duty: &str) -> &str {
        self.under("duty", duty, "")
    }

    /// A tag.
    #[must_use]
    pub fn tag(&self, tag: &str) -> &str {
        self.under("tag", tag, "")
    }

    /// A sentence for a checker.
    #[must_use]
    pub fn gate(&self, sentence: &str) -> &str {
        self.under("gate", sentence, "")
    }

    /// A question of a declaration or a check-in.
    #[must_use]
    pub fn question(&self, question: &str) -> &str {
        self.under("question", question, "")
    }

    /// A suspicious answer in an audit.
    #[must_use]
    pub fn finding(&self, finding: &str) -> &str {
        self.under("finding", finding, "")
    }

    /// A source of evidence.
    #[must_use]
    pub fn source(&self, source: &str) -> &str {
        self.under("source", source, "")
    }

    /// Every key with its sentence.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, text)| (&**key, &**text))
    }

    /// The loader has seen to it that every key of the policy is there; any other is empty.
    fn under(&self, group: &str, name: &str, part: &str) -> &str {
        self.sentence(&format!("{group}.{name}{part}")).unwrap_or_default()
    }
}

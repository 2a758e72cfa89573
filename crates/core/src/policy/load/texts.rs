//! Reading the sentences: every one that the policy needs, and no other.

use crate::{
    Kind,
    policy::{
        Policy, Texts,
        read::{Node, Reading},
    },
    verdict::Effect,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Reads one language; refusals go to `reading`.
pub(super) fn texts(reading: &Reading<'_>, needed: &BTreeSet<String>) -> Option<Texts> {
    let table = reading.parse()?;
    let mut found: BTreeMap<Arc<str>, Arc<str>> = BTreeMap::new();
    for (name, node) in reading.root(&table, "the texts").rest() {
        collect(name.to_owned(), node, needed, &mut found);
    }
    for key in needed.iter().filter(|key| !found.contains_key(key.as_str())) {
        reading.refuse(0..0, format!("the text `{key}` is missing"), "write it in this language");
    }
    Some(Texts(found))
}

fn collect(key: String, node: Node<'_>, needed: &BTreeSet<String>, found: &mut BTreeMap<Arc<str>, Arc<str>>) {
    if node.is_table() {
        let inner = node.fields("texts").map(|fields| fields.rest()).unwrap_or_default();
        return inner
            .into_iter()
            .for_each(|(name, node)| collect(format!("{key}.{name}"), node, needed, found));
    }
    let Some(text) = node.text() else { return };
    if text.trim().is_empty() {
        node.refuse::<()>(format!("the text `{key}` is empty"), "write it in this language");
    }
    if !needed.contains(&key) {
        node.refuse::<()>(
            format!("nothing in the policy is called `{key}`"),
            "remove it, or correct the name",
        );
    }
    found.insert(key.into(), text.into());
}

/// The keys that a policy needs in each language.
pub(super) fn needed(policy: &Policy) -> BTreeSet<String> {
    let mut keys = BTreeSet::new();
    keys.insert("policy.title".to_owned());
    for rule in &policy.rules {
        keys.extend(["name", "resident", "officer", "remedy"].map(|part| format!("rule.{}.{part}", rule.id)));
        for stage in &rule.stages {
            if let Effect::Tag(tag) = &stage.effect {
                keys.insert(format!("tag.{tag}"));
            }
        }
    }
    let named = |group: &str, names: Vec<&Arc<str>>| -> Vec<String> {
        names.into_iter().map(|name| format!("{group}.{name}")).collect()
    };
    keys.extend(named("duty", policy.duties.iter().map(|duty| &duty.id).collect()));
    let questions = policy.declaration.questions.iter().chain(&policy.check_in.questions);
    keys.extend(named("question", questions.map(|question| &question.id).collect()));
    keys.extend(named(
        "finding",
        policy.declaration.audit.findings.iter().map(|finding| &finding.id).collect(),
    ));
    keys.extend(named("source", policy.sources.iter().map(|source| &source.name).collect()));
    keys.extend(named("gate", policy.gate.rows.iter().map(|row| &row.sentence).collect()));
    keys.extend(named(
        "gate",
        policy.gate.temperature.iter().map(|temperature| &temperature.sentence).collect(),
    ));
    keys.extend(kinds(policy).into_iter().map(|kind| format!("evidence.{kind}")));
    keys
}

/// The kinds of evidence that some rule is about: an explanation names them.
fn kinds(policy: &Policy) -> BTreeSet<Kind> {
    let triggers = policy.rules.iter().flat_map(|rule| rule.when.conditions());
    let exemptions = policy.rules.iter().flat_map(|rule| &rule.unless).map(|exemption| &exemption.of);
    triggers.chain(exemptions).map(|condition| condition.kind).collect()
}

//! Why: the verdict with what it rests on, for officers whole and for residents without what gives a case away.

mod resident;

pub use resident::{ResidentExplanation, ResidentItem, ResidentReason, ResidentSource};

use crate::{
    Evidence, EvidenceId, History, Kind, Number, Policy, Sources, Time, Value, Verdict,
    decide::{Observer, course::Course, evaluate, ground::Ground, life::Life},
    policy::{Appeal, Rule},
    verdict::{Effect, Reason},
};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};

/// A verdict with what it rests on.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The verdict, exactly as [`crate::decide()`] gives it.
    pub verdict: Verdict,
    /// Its reasons in the same order, each with what it rests on.
    pub reasons: Vec<Explained>,
    policy: Arc<Policy>,
}

/// A reason with what it rests on.
#[derive(Debug, Clone)]
pub struct Explained {
    /// The reason.
    pub reason: Reason,
    /// Per condition of the trigger, what was found.
    pub conditions: Vec<ConditionMet>,
    /// What it does after its present stage; nothing when that is its last.
    pub then: Option<Effect>,
    /// Who answers an appeal.
    pub appeal: Appeal,
}

/// A condition with the items that satisfy it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionMet {
    /// Its position in the rule.
    pub condition: u16,
    /// The condition in short.
    pub text: String,
    /// The items.
    pub items: Vec<Item>,
    /// What was needed, when it is a quantity.
    pub needed: Option<Number>,
    /// What was found.
    pub found: Option<Number>,
}

/// An item of evidence as an officer sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Item {
    /// The item.
    pub id: EvidenceId,
    /// What kind it is.
    pub kind: Kind,
    /// When it happened.
    pub happened_at: Time,
    /// When it was written down.
    pub recorded_at: Time,
    /// Who said it.
    pub source: Arc<str>,
    /// What it says.
    pub attributes: BTreeMap<String, Value>,
}

impl From<&Evidence> for Item {
    fn from(item: &Evidence) -> Self {
        Self {
            id: item.id,
            kind: item.kind,
            happened_at: item.happened_at,
            recorded_at: item.recorded_at,
            source: Arc::clone(&item.source),
            attributes: item
                .attributes
                .iter()
                .map(|(name, value)| (name.to_owned(), value.clone()))
                .collect(),
        }
    }
}

/// Explains what is decided about one person. The arguments are those of [`crate::decide()`].
#[must_use]
pub fn explain(
    policies: &History,
    evidence: &[Evidence],
    sources: &Sources,
    known_at: Time,
    effective_at: Time,
) -> Explanation {
    let mut notes = Notes::default();
    let verdict = evaluate(policies, evidence, sources, known_at, effective_at, &mut notes);
    let explained = verdict.reasons.iter().filter_map(|reason| notes.explain(reason, evidence)).collect();
    let policy = Arc::clone(policies.in_force(known_at, effective_at));
    Explanation { verdict, reasons: explained, policy }
}

/// What was seen of each rule while it was judged.
#[derive(Default)]
struct Notes(Vec<Note>);

struct Note {
    rule: Arc<str>,
    version: u32,
    conditions: Vec<String>,
    effects: Vec<Effect>,
    appeal: Appeal,
}

impl Observer for Notes {
    fn life(&mut self, rule: &Rule, _: &Life<'_>, _: &Course, ground: &Ground<'_, '_>) {
        self.0.push(Note {
            rule: Arc::clone(&rule.id),
            version: ground.policy.reference.version,
            conditions: rule.when.conditions().iter().map(ToString::to_string).collect(),
            effects: rule.stages.iter().map(|stage| stage.effect.clone()).collect(),
            appeal: rule.appeal.clone(),
        });
    }
}

impl Notes {
    /// Every live reason was noted while it was judged.
    fn explain(&self, reason: &Reason, evidence: &[Evidence]) -> Option<Explained> {
        let note =
            self.0.iter().find(|note| note.rule == reason.rule && note.version == reason.policy.version)?;
        let text = |condition: u16| note.conditions.get(usize::from(condition)).cloned();
        let conditions = reason.support.iter().map(|support| ConditionMet {
            condition: support.condition,
            text: text(support.condition).unwrap_or_default(),
            items: items(evidence, &support.items),
            needed: support.needed,
            found: support.found,
        });
        Some(Explained {
            conditions: conditions.collect(),
            then: note.effects.get(usize::from(reason.stage) + 1).cloned(),
            appeal: note.appeal.clone(),
            reason: reason.clone(),
        })
    }
}

fn items(evidence: &[Evidence], ids: &[EvidenceId]) -> Vec<Item> {
    ids.iter().filter_map(|id| evidence.iter().find(|item| item.id == *id)).map(Item::from).collect()
}

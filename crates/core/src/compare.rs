//! Two persons side by side: the family question.

use crate::{
    Evidence, History, Policy, Sources, Standing, Time, Verdict,
    decide::evaluate,
    verdict::Effect,
    why_not::{Because, ResidentRule, RuleWhyNot, Witness},
};
use serde::Serialize;
use std::sync::Arc;

/// Two persons side by side.
#[derive(Debug, Clone)]
pub struct Comparison {
    /// The verdict of each.
    pub verdicts: [Verdict; 2],
    /// The rules that hold one and not the other.
    pub differences: Vec<Difference>,
    policy: Arc<Policy>,
}

/// A rule that holds one of two persons and not the other.
#[derive(Debug, Clone)]
pub struct Difference {
    /// Which of the two it holds: 0 or 1.
    pub holds: usize,
    /// What it does to that one.
    pub effect: Effect,
    /// Why it does not hold the other.
    pub other: RuleWhyNot,
}

/// Two persons side by side, for the first of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResidentComparison {
    /// The standing of each.
    pub standings: [Standing; 2],
    /// The rules that hold the other and not oneself, with what came of them for oneself.
    pub not_mine: Vec<ResidentRule>,
    /// The rules that hold oneself and not the other.
    pub only_mine: Vec<Arc<str>>,
}

/// Compares what is decided about two persons by the same evaluation. Both have to have agreed: that is the
/// caller's to see to.
#[must_use]
pub fn compare(
    policies: &History,
    evidence: [&[Evidence]; 2],
    sources: &Sources,
    known_at: Time,
    effective_at: Time,
) -> Comparison {
    let judged = evidence.map(|evidence| {
        let mut witness = Witness { asked: None, rules: Vec::new() };
        let verdict = evaluate(policies, evidence, sources, known_at, effective_at, &mut witness);
        (verdict, witness.rules)
    });
    let [(first, one), (second, other)] = judged;
    let mut differences = only_in(0, &one, &other);
    differences.extend(only_in(1, &other, &one));
    let policy = Arc::clone(policies.in_force(known_at, effective_at));
    Comparison { verdicts: [first, second], differences, policy }
}

/// The rules that are live on one side and not on the other. Both sides list the same rules in the same order.
fn only_in(holds: usize, live: &[RuleWhyNot], other: &[RuleWhyNot]) -> Vec<Difference> {
    let both = live.iter().zip(other);
    let differing = both.filter_map(|(here, there)| match (&here.because, &there.because) {
        (Because::Live(_), Because::Live(_)) => None,
        (Because::Live(effect), _) => {
            Some(Difference { holds, effect: effect.clone(), other: there.clone() })
        }
        _ => None,
    });
    differing.collect()
}

impl Comparison {
    /// What the first of the two may read.
    #[must_use]
    pub fn for_resident(&self) -> ResidentComparison {
        let zone = &self.policy.zone;
        let of = |holds: usize| self.differences.iter().filter(move |difference| difference.holds == holds);
        ResidentComparison {
            standings: [self.verdicts[0].standing, self.verdicts[1].standing],
            not_mine: of(1).map(|difference| difference.other.for_resident(zone)).collect(),
            only_mine: of(0).map(|difference| Arc::clone(&difference.other.rule)).collect(),
        }
    }
}

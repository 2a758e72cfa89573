//! Why not: why a colour that somebody expects did not come about, and how near it was.
//!
//! It watches the same evaluation as the verdict: the rules are judged once, by one code.

mod near;
mod resident;

pub use near::{ConditionMiss, Miss, Nearest, Quantity};
pub use resident::{ResidentRule, ResidentWhyNot, ResidentWhyNotBecause};

use crate::{
    Evidence, EvidenceId, History, Kind, Policy, Sources, Standing, Time, Verdict,
    decide::{
        Observer,
        course::Course,
        evaluate,
        fire::Firing,
        ground::Ground,
        life::{Life, Spared},
    },
    policy::Rule,
    verdict::{Effect, PolicyRef, SourceState},
};
use std::sync::Arc;

/// Why a standing did not come about.
#[derive(Debug, Clone)]
pub struct WhyNot {
    /// The standing that was expected.
    pub asked: Standing,
    /// The verdict as it is.
    pub verdict: Verdict,
    /// Every rule that could have given it, with what came of it.
    pub rules: Vec<RuleWhyNot>,
    policy: Arc<Policy>,
}

/// What came of one rule.
#[derive(Debug, Clone)]
pub struct RuleWhyNot {
    /// The rule.
    pub rule: Arc<str>,
    /// The policy that it is in.
    pub policy: PolicyRef,
    /// What came of it.
    pub because: Because,
    /// The sources that its evidence comes from, and their last word.
    pub sources: Vec<SourceState>,
}

/// Why a rule gives nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Because {
    /// It does: a reason is live, though perhaps at a stage that does something else.
    Live(Effect),
    /// Its trigger was not met.
    NotMet(near::NotMet),
    /// It was met, but an item spares from it.
    Exempt {
        /// The trigger.
        trigger: Option<EvidenceId>,
        /// The item that spares.
        by: EvidenceId,
        /// Its kind.
        kind: Kind,
        /// When that happened.
        at: Time,
    },
    /// An officer released the reason.
    Released {
        /// The release.
        by: EvidenceId,
        /// When.
        at: Time,
    },
    /// Its days had all run when the trigger was recorded.
    History {
        /// When the trigger happened.
        triggered_at: Time,
        /// When it was recorded.
        told_at: Time,
    },
    /// There was a reason, and it has ended.
    Ended {
        /// When.
        at: Time,
        /// Whether the officer's deadline after the ceiling ended it.
        by_ceiling: bool,
    },
}

/// Why `asked` did not come about for one person. The other arguments are those of [`crate::decide()`].
#[must_use]
pub fn why_not(
    policies: &History,
    evidence: &[Evidence],
    sources: &Sources,
    known_at: Time,
    effective_at: Time,
    asked: Standing,
) -> WhyNot {
    let mut witness = Witness { asked: Some(asked), rules: Vec::new() };
    let verdict = evaluate(policies, evidence, sources, known_at, effective_at, &mut witness);
    let policy = Arc::clone(policies.in_force(known_at, effective_at));
    WhyNot { asked, verdict, rules: witness.rules, policy }
}

/// Writes down what came of each rule that could have given the standing; of every rule where none is asked for.
pub(crate) struct Witness {
    pub(crate) asked: Option<Standing>,
    pub(crate) rules: Vec<RuleWhyNot>,
}

impl Witness {
    fn last_for(&mut self, rule: &Rule) -> Option<&mut RuleWhyNot> {
        self.rules.last_mut().filter(|last| last.rule == rule.id)
    }

    fn note(&mut self, rule: &Rule, because: Because) {
        if let Some(last) = self.last_for(rule) {
            last.because = because;
        }
    }
}

fn could_give(rule: &Rule, asked: Standing) -> bool {
    rule.stages.iter().any(|stage| crate::decide::standing_of(&stage.effect) == Some(asked))
}

impl Observer for Witness {
    fn rule(&mut self, rule: &Rule, ground: &Ground<'_, '_>) {
        if self.asked.is_some_and(|asked| !could_give(rule, asked)) {
            return;
        }
        let kinds = rule.when.conditions().iter().map(|condition| condition.kind);
        let kinds: Vec<Kind> = kinds.collect();
        self.rules.push(RuleWhyNot {
            rule: Arc::clone(&rule.id),
            policy: (*ground.policy.reference).clone(),
            because: Because::NotMet(near::not_met(rule, ground)),
            sources: ground.freshness.states_covering(&kinds, ground.now),
        });
    }

    fn spared(&mut self, rule: &Rule, firing: &Firing<'_>, why: Spared<'_>) {
        let because = match why {
            Spared::Exempt(item) => Because::Exempt {
                trigger: firing.item.map(|item| item.id),
                by: item.id,
                kind: item.kind,
                at: item.happened_at,
            },
            Spared::Released(release) => Because::Released { by: release.id, at: release.happened_at },
            Spared::History => Because::History { triggered_at: firing.at, told_at: firing.told },
        };
        self.note(rule, because);
    }

    fn life(&mut self, rule: &Rule, _: &Life<'_>, course: &Course, ground: &Ground<'_, '_>) {
        let over = course.end.filter(|end| *end <= ground.now);
        let by_ceiling = course.ceiling.is_some_and(|(_, deadline)| course.end == Some(deadline));
        self.note(
            rule,
            match over {
                Some(at) => Because::Ended { at, by_ceiling },
                None => Because::Live(rule.stages[course.stage].effect.clone()),
            },
        );
    }
}

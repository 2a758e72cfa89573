//! Which attributes of evidence a policy looks at.

use super::{Amount, Anchor, Condition, End, Policy, Rule, Trigger};
use std::{collections::BTreeSet, sync::Arc};

/// What decisions look at under every policy.
const ALWAYS: [&str; 9] =
    ["answer", "birth-date", "day", "outcome", "purpose", "result", "rule", "status", "until"];

impl Policy {
    /// The names of all attributes that a decision under this policy may look at: without the others every item says the
    /// same to it.
    #[must_use]
    pub fn names_read(&self) -> BTreeSet<Arc<str>> {
        let mut names: BTreeSet<Arc<str>> = ALWAYS.into_iter().map(Arc::from).collect();
        self.rules.iter().for_each(|rule| of_rule(rule, &mut names));
        let others = self.declaration.again_after.iter().chain(&self.check_in.abnormal);
        others.for_each(|condition| of_condition(condition, &mut names));
        names
    }
}

fn of_rule(rule: &Rule, names: &mut BTreeSet<Arc<str>>) {
    rule.when.conditions().iter().for_each(|condition| of_condition(condition, names));
    match &rule.when {
        Trigger::Absent { of, .. } => of_condition(of, names),
        Trigger::Sum { attribute, .. } => names.extend([Arc::clone(attribute)]),
        Trigger::One { .. } | Trigger::Several { .. } | Trigger::Count { .. } => {}
    }
    rule.unless.iter().for_each(|exemption| of_condition(&exemption.of, names));
    of_anchor(&rule.anchor, names);
    for stage in &rule.stages {
        of_anchor(&stage.anchor, names);
        of_end(&stage.until, names);
    }
}

fn of_end(end: &End, names: &mut BTreeSet<Arc<str>>) {
    match end {
        End::All(parts) | End::Any(parts) => parts.iter().for_each(|part| of_end(part, names)),
        End::Days(amount) | End::CheckIns(amount) => of_amount(amount, names),
        End::Negatives(negatives) => of_amount(&negatives.needed, names),
        End::Event(condition) => of_condition(condition, names),
        End::Elapsed(_) | End::Recovery | End::OrderEnd | End::Release => {}
    }
}

fn of_condition(condition: &Condition, names: &mut BTreeSet<Arc<str>>) {
    names.extend(condition.tests.iter().map(|(name, _)| Arc::clone(name)));
}

fn of_anchor(anchor: &Anchor, names: &mut BTreeSet<Arc<str>>) {
    if let Anchor::Attribute(name) = anchor {
        names.insert(Arc::clone(name));
    }
}

fn of_amount(amount: &Amount, names: &mut BTreeSet<Arc<str>>) {
    if let Amount::From { attribute, .. } = amount {
        names.insert(Arc::clone(attribute));
    }
}

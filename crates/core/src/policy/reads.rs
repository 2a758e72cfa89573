//! Which attributes of evidence a policy looks at.

use super::{Amount, Anchor, Condition, End, Policy, Rule, Trigger};
use crate::{Evidence, Kind};
use std::{collections::BTreeSet, sync::Arc};

/// What decisions look at under every policy.
const ALWAYS: [&str; 9] =
    ["answer", "birth-date", "day", "outcome", "purpose", "result", "rule", "status", "until"];

/// Something that a policy looks for in evidence.
enum Read<'p> {
    /// An item like this.
    Item(&'p Condition),
    /// An attribute of this name.
    Name(&'p Arc<str>),
}

impl Policy {
    /// The names of all attributes that a decision under this policy may look at: without the others every item says the
    /// same to it.
    #[must_use]
    pub fn names_read(&self) -> BTreeSet<Arc<str>> {
        let mut names: BTreeSet<Arc<str>> = ALWAYS.into_iter().map(Arc::from).collect();
        self.each_read(&mut |read| match read {
            Read::Item(condition) => names.extend(condition.tests.iter().map(|(name, _)| Arc::clone(name))),
            Read::Name(name) => names.extend([Arc::clone(name)]),
        });
        names
    }

    /// Whether an item may change what somebody owes or where they stand. A check-in that nothing in the policy is about and
    /// that no stage counts does not, once the day that it is for is over.
    #[must_use]
    pub fn heeds(&self, item: &Evidence) -> bool {
        let mut is_about_it = false;
        self.each_read(&mut |read| is_about_it |= matches!(read, Read::Item(like) if like.matches(item)));
        let counts = |end: &End| matches!(end, End::CheckIns(_));
        let mut stages = self.rules.iter().flat_map(|rule| &rule.stages);
        item.kind != Kind::CheckIn || is_about_it || stages.any(|stage| stage.until.has(&counts))
    }

    fn each_read<'p>(&'p self, give: &mut dyn FnMut(Read<'p>)) {
        self.rules.iter().for_each(|rule| of_rule(rule, give));
        let others = self.declaration.again_after.iter().chain(&self.check_in.abnormal);
        others.for_each(|condition| give(Read::Item(condition)));
    }
}

fn of_rule<'p>(rule: &'p Rule, give: &mut dyn FnMut(Read<'p>)) {
    rule.when.conditions().iter().for_each(|condition| give(Read::Item(condition)));
    match &rule.when {
        Trigger::Absent { of, .. } => give(Read::Item(of)),
        Trigger::Sum { attribute, .. } => give(Read::Name(attribute)),
        Trigger::One { .. } | Trigger::Several { .. } | Trigger::Count { .. } => {}
    }
    rule.unless.iter().for_each(|exemption| give(Read::Item(&exemption.of)));
    of_anchor(&rule.anchor, give);
    for stage in &rule.stages {
        of_anchor(&stage.anchor, give);
        of_end(&stage.until, give);
    }
}

fn of_end<'p>(end: &'p End, give: &mut dyn FnMut(Read<'p>)) {
    match end {
        End::All(parts) | End::Any(parts) => parts.iter().for_each(|part| of_end(part, give)),
        End::Days(amount) | End::CheckIns(amount) => of_amount(amount, give),
        End::Negatives(negatives) => of_amount(&negatives.needed, give),
        End::Event(condition) => give(Read::Item(condition)),
        End::Elapsed(_) | End::Recovery | End::OrderEnd | End::Release => {}
    }
}

fn of_anchor<'p>(anchor: &'p Anchor, give: &mut dyn FnMut(Read<'p>)) {
    if let Anchor::Attribute(name) = anchor {
        give(Read::Name(name));
    }
}

fn of_amount<'p>(amount: &'p Amount, give: &mut dyn FnMut(Read<'p>)) {
    if let Amount::From { attribute, .. } = amount {
        give(Read::Name(attribute));
    }
}

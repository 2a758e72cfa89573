//! A verdict as a person reads it.

use super::{course::Course, declared::Declared, fire::support, ground::Ground, life::Life, reason::Form};
use crate::{
    Standing, Time, Verdict,
    policy::{AfterCeiling, DutyRule, Rule, severity},
    verdict::{Ceiling, Duty, Effect, Reason, Tag},
};
use std::sync::Arc;

/// Everything that a person may ask about.
#[derive(Default)]
pub(crate) struct Whole {
    reasons: Vec<Reason>,
    duties: Vec<Duty>,
    tags: Vec<Tag>,
}

impl<'p> Form<'p> for Whole {
    type Verdict = Verdict;
    const IS_READ: bool = true;

    #[inline]
    fn reason(&mut self, rule: &Rule, life: &Life<'_>, course: &mut Course, ground: &Ground<'_, '_>) {
        let stage = &rule.stages[course.stage];
        if let Effect::Tag(tag) = &stage.effect {
            let tag = Tag { tag: Arc::clone(tag), rule: Arc::clone(&rule.id), since: course.since };
            self.tags.push(tag);
        }
        let firing = life.current();
        self.reasons.push(Reason {
            rule: Arc::clone(&rule.id),
            policy: (*ground.policy.reference).clone(),
            effect: stage.effect.clone(),
            trigger: firing.item.map(|item| item.id),
            triggered_at: firing.at,
            told_at: life.told,
            support: support(rule, firing, ground),
            anchor: course.anchor,
            stage: u16::try_from(course.stage).unwrap_or(u16::MAX),
            stages: u16::try_from(rule.stages.len()).unwrap_or(u16::MAX),
            stage_since: course.since,
            expected_end: course.grown.expected,
            ceiling: course.ceiling.and_then(|(at, deadline)| ceiling(rule, at, deadline)),
            progress: course.grown.take_progress(&stage.until),
        });
    }

    #[inline]
    fn duty(&mut self, rule: &Rule, duty: &DutyRule, due: Option<Time>, overdue: bool) {
        self.duties.push(Duty { duty: Arc::clone(&duty.id), rule: Arc::clone(&rule.id), due, overdue });
    }

    fn no_duties(&mut self) {
        self.duties.clear();
    }

    #[inline]
    fn verdict(
        mut self,
        standing: Standing,
        declared: Declared,
        next_change: Option<Time>,
        ground: &Ground<'_, '_>,
    ) -> Verdict {
        self.reasons.sort_by(|a, b| order_of(a).cmp(&order_of(b)));
        self.duties.sort_by(|a, b| {
            (a.due.is_none(), a.due, &a.duty, &a.rule).cmp(&(b.due.is_none(), b.due, &b.duty, &b.rule))
        });
        self.tags.sort();
        Verdict {
            standing,
            reasons: self.reasons,
            duties: self.duties,
            tags: self.tags,
            declaration: declared.state,
            next_change,
            policy: (*ground.policy.reference).clone(),
            as_of: ground.freshness.states(ground.now),
        }
    }
}

/// Most severe first, then by rule, trigger and the version that made it.
fn order_of(reason: &Reason) -> (std::cmp::Reverse<u8>, &str, Option<crate::EvidenceId>, u32) {
    (std::cmp::Reverse(severity(&reason.effect)), &reason.rule, reason.trigger, reason.policy.version)
}

fn ceiling(rule: &Rule, at: Time, deadline: Time) -> Option<Ceiling> {
    let ceiling = rule.ceiling.as_ref()?;
    let escalates_to = match &ceiling.then {
        AfterCeiling::End => None,
        AfterCeiling::Escalate(to) => Some(Arc::clone(to)),
    };
    Some(Ceiling { at, deadline, owner: Arc::clone(&ceiling.owner), escalates_to })
}

//! From a live life to the reason that a person reads, with what it asks of them.

use super::{
    check_ins,
    course::{Course, earliest},
    fire::support,
    ground::Ground,
    life::Life,
};
use crate::{
    Time,
    policy::{AfterCeiling, Due, Rule, days},
    verdict::{Ceiling, Duty, Effect, Progress, Reason, Tag},
};
use std::sync::Arc;

/// What is being put together: all that comes from the live reasons.
#[derive(Default)]
pub(crate) struct Gathered {
    pub(crate) reasons: Vec<Reason>,
    pub(crate) duties: Vec<Duty>,
    pub(crate) tags: Vec<Tag>,
    pub(crate) next: Option<Time>,
}

impl Gathered {
    pub(crate) fn turn(&mut self, at: Option<Time>, now: Time) {
        self.next = earliest(self.next, at.filter(|at| *at > now));
    }

    /// Adds a live reason.
    pub(crate) fn add(&mut self, rule: &Rule, life: &Life<'_>, course: Course, ground: &Ground<'_, '_>) {
        let stage = &rule.stages[course.stage];
        self.turn(course.stage_end, ground.now);
        self.turn(course.end, ground.now);
        self.turn(course.ceiling.map(|(at, _)| at), ground.now);
        self.duties(rule, life, &course, ground);
        if let Effect::Tag(tag) = &stage.effect {
            let tag = Tag { tag: Arc::clone(tag), rule: Arc::clone(&rule.id), since: course.since };
            self.tags.push(tag);
        }
        let expected = course.grown.expected;
        let (progress, turn) = course.grown.into_progress(&stage.until);
        self.turn(turn, ground.now);
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
            progress,
            expected_end: expected,
            ceiling: course.ceiling.and_then(|(at, deadline)| ceiling(rule, at, deadline)),
        });
    }

    fn duties(&mut self, rule: &Rule, life: &Life<'_>, course: &Course, ground: &Ground<'_, '_>) {
        for place in &rule.stages[course.stage].duties {
            let Some(duty) = ground.policy.duties.get(usize::from(*place)) else { continue };
            let mut owe = |due: Option<Time>, overdue: bool| {
                self.duties.push(Duty {
                    duty: Arc::clone(&duty.id),
                    rule: Arc::clone(&rule.id),
                    due,
                    overdue,
                });
                self.turn(due, ground.now);
            };
            match duty.due {
                Due::Throughout => owe(None, false),
                Due::After(period) => {
                    let due = period.end_after(course.since.max(life.told), ground.zone());
                    owe(Some(due), due <= ground.now);
                }
                Due::CheckIn => {
                    check_in_dues(course, ground).into_iter().flatten().for_each(|(due, overdue)| {
                        owe(Some(due), overdue);
                    });
                    // Tomorrow owes one again.
                    self.turn(Some(ground.midnight(ground.today.plus(days(1)))), ground.now);
                }
            }
        }
    }
}

/// Yesterday's check-in while it may still be made up, and today's. Where the stage counts none, today's is
/// owed from the first day on.
fn check_in_dues(course: &Course, ground: &Ground<'_, '_>) -> [Option<(Time, bool)>; 2] {
    let counted = course.grown.leaves().iter().find_map(|leaf| match leaf {
        Progress::CheckIns { owed_today, .. } => Some(*owed_today),
        _ => None,
    });
    let owed_today = counted.unwrap_or_else(|| !check_ins::made_on(ground.today, ground));
    let tonight = ground.midnight(ground.today.plus(days(1)));
    let late = course.grown.open_yesterday.then(|| (ground.midnight(ground.today), true));
    [late, owed_today.then_some((tonight, false))]
}

fn ceiling(rule: &Rule, at: Time, deadline: Time) -> Option<Ceiling> {
    let ceiling = rule.ceiling.as_ref()?;
    let escalates_to = match &ceiling.then {
        AfterCeiling::End => None,
        AfterCeiling::Escalate(to) => Some(Arc::clone(to)),
    };
    Some(Ceiling { at, deadline, owner: Arc::clone(&ceiling.owner), escalates_to })
}

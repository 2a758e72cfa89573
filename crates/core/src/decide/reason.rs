//! What the live reasons come to: a verdict as a person reads it, or its outline.

use super::{
    check_ins,
    course::{Course, earliest},
    declared::Declared,
    ground::Ground,
    life::Life,
    standing_of,
};
use crate::{
    Policy, Standing, Time,
    policy::{Due, DutyRule, Rule, days},
    verdict::Progress,
};

/// The form in which a verdict is written down.
pub(crate) trait Form<'p>: Default {
    /// What it comes to.
    type Verdict;
    /// Whether somebody reads how far each thing has come, and when it is due. Otherwise what alters that alone is no change.
    const IS_READ: bool;
    /// A live reason, once its duties are written down. Takes how far it has come out of the course.
    fn reason(&mut self, rule: &Rule, life: &Life<'_>, course: &mut Course, ground: &Ground<'_, '_>);
    /// A duty of a rule that somebody owes.
    fn duty(&mut self, rule: &Rule, duty: &'p DutyRule, due: Option<Time>, overdue: bool);
    /// Nothing is owed.
    fn no_duties(&mut self);
    /// Everything together. The standing and the next change are that of all of it.
    fn verdict(
        self,
        standing: Standing,
        declared: Declared,
        next_change: Option<Time>,
        ground: &Ground<'_, '_>,
    ) -> Self::Verdict;
}

/// What is being put together: all that comes from the live reasons.
#[derive(Default)]
pub(crate) struct Gathered<F> {
    pub(crate) form: F,
    /// The most severe standing that a reason gives.
    pub(crate) standing: Option<Standing>,
    pub(crate) next: Option<Time>,
}

impl<F> Gathered<F> {
    pub(crate) fn turn(&mut self, at: Option<Time>, now: Time) {
        self.next = earliest(self.next, at.filter(|at| *at > now));
    }

    /// Adds a live reason of a policy's rule.
    pub(crate) fn add<'p>(
        &mut self,
        (policy, rule): (&'p Policy, &'p Rule),
        life: &Life<'_>,
        course: &mut Course,
        ground: &Ground<'_, '_>,
    ) where
        F: Form<'p>,
    {
        self.turn(course.stage_end, ground.now);
        self.turn(course.end, ground.now);
        if F::IS_READ {
            self.turn(course.ceiling.map(|(at, _)| at), ground.now);
            self.turn(course.grown.next, ground.now);
        }
        self.turn(course.grown.recounted, ground.now);
        let given = standing_of(&rule.stages[course.stage].effect);
        self.standing = [self.standing, given].into_iter().flatten().min();
        self.duties((policy, rule), life, course, ground);
        self.form.reason(rule, life, course, ground);
    }

    fn duties<'p>(
        &mut self,
        (policy, rule): (&'p Policy, &'p Rule),
        life: &Life<'_>,
        course: &Course,
        ground: &Ground<'_, '_>,
    ) where
        F: Form<'p>,
    {
        for place in &rule.stages[course.stage].duties {
            let Some(duty) = policy.duties.get(usize::from(*place)) else { continue };
            let mut owe = |due: Option<Time>, overdue: bool| {
                self.form.duty(rule, duty, due, overdue);
                self.turn(due.filter(|_| F::IS_READ), ground.now);
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
                    if F::IS_READ || check_ins::is_made_from(ground.today, ground) {
                        self.turn(Some(ground.midnight(ground.today.plus(days(1)))), ground.now);
                    }
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

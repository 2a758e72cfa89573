//! Through which stages a life goes, and when it ends.

use super::{
    ends::{Grown, Standpoint, grow},
    ground::Ground,
    life::Life,
};
use crate::{
    Time,
    policy::{AfterCeiling, Anchor, End, Period, Rule, days},
};

/// Where a life has come to.
#[derive(Debug, Clone)]
pub(crate) struct Course {
    /// The stage that it is in or ended in, counting from 0.
    pub(crate) stage: usize,
    /// When that stage began.
    pub(crate) since: Time,
    /// What days are counted from in it.
    pub(crate) anchor: Time,
    /// What its end has come to.
    pub(crate) grown: Grown,
    /// When that stage ends by itself, as far as is known.
    pub(crate) stage_end: Option<Time>,
    /// When the whole life ends, as far as is known. In the past: it is over.
    pub(crate) end: Option<Time>,
    /// Its ceiling and the deadline of the officer.
    pub(crate) ceiling: Option<(Time, Time)>,
}

/// Walks through the stages as far as is known.
pub(crate) fn course<'a>(rule: &Rule, life: &Life<'a>, ground: &Ground<'_, 'a>) -> Course {
    let ceiling = ceiling(rule, life, ground);
    let forced = ceiling.filter(|_| ends_at_ceiling(rule)).map(|(_, deadline)| deadline);
    let mut since = life.current().at;
    let mut stage = 0;
    loop {
        let (anchor, grown) = grow_stage(rule, life, stage, since, ground);
        let stage_end = grown.held.first_from(since);
        let last = stage + 1 >= rule.stages.len();
        match stage_end {
            Some(end) if !last && end <= ground.now => {
                since = end;
                stage += 1;
            }
            _ => {
                let natural = stage_end.filter(|_| last);
                let end = earliest(natural, forced);
                return Course { stage, since, anchor, grown, stage_end, end, ceiling };
            }
        }
    }
}

fn grow_stage<'a>(
    rule: &Rule,
    life: &Life<'a>,
    stage: usize,
    since: Time,
    ground: &Ground<'_, 'a>,
) -> (Time, Grown) {
    if rule.stages[stage].anchor != Anchor::Recovery {
        return grow_stage_from(rule, life, stage, since, None, ground);
    }
    let recovery = life.recovery(ground);
    let without = grow_stage_from(rule, life, stage, since, None, ground);
    // A stage that ended before the recovery came is not begun again by it.
    let ended = without.1.held.first_from(since).is_some_and(|end| recovery.is_none_or(|at| end < at));
    if ended { without } else { grow_stage_from(rule, life, stage, since, recovery, ground) }
}

fn grow_stage_from<'a>(
    rule: &Rule,
    life: &Life<'a>,
    stage: usize,
    since: Time,
    recovery: Option<Time>,
    ground: &Ground<'_, 'a>,
) -> (Time, Grown) {
    let here = &rule.stages[stage];
    let anchor = life.anchor(&here.anchor, since, recovery);
    let check_ins_from = life.check_in_anchor(&here.anchor, since, rule, recovery);
    let standpoint = Standpoint { rule, life, since, anchor, check_ins_from };
    (anchor, grow(&here.until, &standpoint, ground))
}

fn ends_at_ceiling(rule: &Rule) -> bool {
    rule.ceiling.as_ref().is_some_and(|ceiling| ceiling.then == AfterCeiling::End)
}

fn ceiling(rule: &Rule, life: &Life<'_>, ground: &Ground<'_, '_>) -> Option<(Time, Time)> {
    let ceiling = rule.ceiling.as_ref()?;
    let at = Period::Days(ceiling.days).end_after(life.first().at, ground.zone());
    Some((at, ceiling.deadline.end_after(at, ground.zone())))
}

pub(crate) fn earliest(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Whether the days of all stages had run when the firing was recorded.
///
/// Days, elapsed time and the days of check-ins are counted; negatives are not days; what waits for an
/// event that had not come by then has not run.
pub(crate) fn days_had_run<'a>(rule: &Rule, life: &Life<'a>, ground: &Ground<'_, 'a>) -> bool {
    let firing = life.current();
    if firing.told <= firing.at {
        return false;
    }
    let mut since = firing.at;
    for here in &rule.stages {
        let recovery = life.recovery(ground).filter(|at| *at <= firing.told);
        let anchor = life.anchor(&here.anchor, since, recovery);
        let standpoint = Standpoint { rule, life, since, anchor, check_ins_from: anchor };
        match days_end(&here.until, &standpoint, ground) {
            Some(end) if end <= firing.told => since = since.max(end),
            _ => return false,
        }
    }
    true
}

/// When the days of an end are over: nothing where it has none, [`Time::MAX`] where they wait for an event.
fn days_end<'a>(end: &End, standpoint: &Standpoint<'_, 'a>, ground: &Ground<'_, 'a>) -> Option<Time> {
    let parts = |parts: &[End]| -> Vec<Time> {
        parts.iter().filter_map(|part| days_end(part, standpoint, ground)).collect()
    };
    let midnight_after =
        |n: u32| ground.midnight(ground.day(standpoint.anchor).plus(days(n).saturating_add(1)));
    match end {
        End::All(all) => parts(all).into_iter().max(),
        End::Any(any) => parts(any).into_iter().min(),
        End::Days(amount) | End::CheckIns(amount) => Some(midnight_after(standpoint.amount(amount))),
        End::Elapsed(span) => Some(standpoint.anchor + *span),
        End::Negatives(_) => None,
        End::Recovery | End::OrderEnd | End::Release | End::Event(_) => {
            Some(grow(end, standpoint, ground).held.first_from(Time::MIN).unwrap_or(Time::MAX))
        }
    }
}

//! When a rule fires.

use super::items::{Place, View, place};
use kangma_core::{
    Evidence, EvidenceId, Kind, Number, Time,
    policy::{Ages, Condition, Exemption, Period, Rule, Trigger},
    verdict::Support,
};

/// One time that the trigger of a rule was met.
#[derive(Clone, Copy)]
pub struct Firing<'a> {
    pub at: Time,
    /// Nothing for a declared absence.
    pub item: Option<&'a Evidence>,
    pub told: Time,
}

impl Firing<'_> {
    pub fn place(&self) -> Place {
        (self.at, self.item.map_or(EvidenceId(0), |item| item.id))
    }
}

/// Every firing that counts, in event order.
pub fn firings<'a>(rule: &Rule, view: &View<'a>) -> Vec<Firing<'a>> {
    let mut firings = match &rule.when {
        Trigger::Absent { of, lasting, since } => absences(of, *lasting, since, rule, view),
        _ => view.items.iter().filter_map(|last| firing(rule, last, view)).collect(),
    };
    firings.retain(|firing| {
        of_age(rule.age, firing, view) && !is_exempt(rule, firing, view) && !is_released(rule, firing, view)
    });
    firings
}

fn firing<'a>(rule: &Rule, last: &'a Evidence, view: &View<'a>) -> Option<Firing<'a>> {
    // "known at": the firing can be told as soon as the items recorded by then are enough.
    let mut recordings: Vec<Time> = view.items.iter().map(|item| item.recorded_at).collect();
    recordings.sort();
    let told =
        recordings.into_iter().find(|by| *by >= last.recorded_at && completes(rule, last, *by, view))?;
    Some(Firing { at: last.happened_at, item: Some(last), told })
}

/// "Trigger: kind of evidence with attribute conditions and a window; a conjunction; a count or sum."
/// Whether `last` completes it, by what was recorded `by` then.
fn completes(rule: &Rule, last: &Evidence, by: Time, view: &View<'_>) -> bool {
    if is_ended(rule, last, view) {
        return false;
    }
    let among = |condition: &Condition, within: Period| -> Vec<&Evidence> {
        let items = window(condition, within, last, view).into_iter();
        items.filter(|item| item.recorded_at <= by && !is_ended(rule, item, view)).collect()
    };
    match &rule.when {
        Trigger::One { of, within } => {
            let from = within.map(|within| within.start_before(last.recorded_at, &view.policy.zone));
            of.matches(last) && from.is_none_or(|from| last.happened_at >= from)
        }
        Trigger::Several { of, at_least, within } => {
            let met = of.iter().filter(|condition| !among(condition, *within).is_empty()).count();
            of.iter().any(|condition| condition.matches(last)) && met >= usize::try_from(*at_least).unwrap()
        }
        Trigger::Count { of, at_least, within } => {
            of.matches(last) && among(of, *within).len() >= usize::try_from(*at_least).unwrap()
        }
        Trigger::Sum { attribute, of, at_least, within } => {
            let parts = among(of, *within).into_iter().filter_map(|item| item.attributes.number(attribute));
            of.matches(last) && parts.map(|part| part.0).sum::<i64>() >= at_least.0
        }
        Trigger::Absent { .. } => false,
    }
}

/// "`within = N d` before t is from 00:00 of date(t) − N to t."
fn window<'a>(condition: &Condition, within: Period, last: &Evidence, view: &View<'a>) -> Vec<&'a Evidence> {
    let from = within.start_before(last.happened_at, &view.policy.zone);
    view.like(condition).filter(|item| item.happened_at >= from && place(item) <= place(last)).collect()
}

/// "Ending says it was true until now": from the ending on, the item makes no reason. Where a stage waits for
/// the end of the order, the ending ends that stage instead.
fn is_ended(rule: &Rule, item: &Evidence, view: &View<'_>) -> bool {
    !rule.has_order_end() && view.ended_at(item.id).is_some()
}

/// "A declared absence ("no temperature record for 24 h")", "anchored on a since-condition".
fn absences<'a>(
    of: &Condition,
    lasting: Period,
    since: &Condition,
    rule: &Rule,
    view: &View<'a>,
) -> Vec<Firing<'a>> {
    let start = view.like(since).find(|item| !is_ended(rule, item, view)).map(|item| item.happened_at);
    let Some(start) = start else { return Vec::new() };
    let mut instants = view.instants();
    instants.extend(view.instants_of_sources());
    instants.extend(view.items.iter().map(|item| lasting.end_after(item.happened_at, &view.policy.zone)));
    let mut firings: Vec<Firing<'a>> = Vec::new();
    let mut answered: Vec<Time> = Vec::new();
    for at in instants.into_iter().filter(|at| *at <= view.now) {
        let seen = view.like(of).map(|item| item.happened_at).filter(|seen| *seen < at).max();
        let waiting_since = seen.map_or(start, |seen| seen.max(start));
        let due = at >= lasting.end_after(waiting_since, &view.policy.zone);
        if due && !view.is_outage(at) && !answered.contains(&waiting_since) {
            answered.push(waiting_since);
            firings.push(Firing { at, item: None, told: at });
        }
    }
    firings
}

/// "Age may be a condition." Of the person as they were when it happened.
fn of_age(ages: Option<Ages>, firing: &Firing<'_>, view: &View<'_>) -> bool {
    let Some(ages) = ages else { return true };
    let Some(born) =
        view.of_kind(Kind::Declaration).last().and_then(|newest| newest.attributes.day("birth-date"))
    else {
        return false;
    };
    let (born, then) = (born.date(), view.day(firing.at).date());
    let mut years = i64::from(then.year()) - i64::from(born.year());
    if (then.month(), then.day()) < (born.month(), born.day()) {
        years -= 1;
    }
    (i64::from(ages.at_least)..i64::from(ages.below)).contains(&years)
}

/// "Exemption: its window counts back from the triggering evidence, not from today; it says whether it must
/// predate the trigger."
fn is_exempt(rule: &Rule, firing: &Firing<'_>, view: &View<'_>) -> bool {
    rule.unless.iter().any(|Exemption { of, within, before_trigger }| {
        let from = within.map(|within| within.start_before(firing.at, &view.policy.zone));
        view.like(of).any(|item| {
            from.is_none_or(|from| item.happened_at >= from)
                && (!before_trigger || place(item) < firing.place())
        })
    })
}

/// "A release acts from its own time." It speaks of what was known when it was given.
fn is_released(rule: &Rule, firing: &Firing<'_>, view: &View<'_>) -> bool {
    !rule.has_release_end()
        && view.of_kind(Kind::Release).any(|release| {
            let this_rule = match (release.attributes.text("rule"), release.about) {
                (Some(name), _) => name == &*rule.id,
                (None, Some(about)) => is_trigger_of(about, rule, view),
                (None, None) => false,
            };
            this_rule && release.happened_at >= firing.at && release.recorded_at >= firing.told
        })
}

fn is_trigger_of(id: EvidenceId, rule: &Rule, view: &View<'_>) -> bool {
    view.items.iter().any(|item| item.id == id && firing(rule, item, view).is_some())
}

/// "its support, factored (per condition the items that satisfy it and the threshold)"
pub fn support(rule: &Rule, firing: &Firing<'_>, view: &View<'_>) -> Vec<Support> {
    let number = |n: usize| Number::whole(i64::try_from(n).unwrap());
    let ids = |items: Vec<&Evidence>| -> Vec<EvidenceId> { items.into_iter().map(|item| item.id).collect() };
    let Some(last) = firing.item else { return vec![support_of_absence(rule, firing, view)] };
    let among = |condition: &Condition, within: Period| -> Vec<&Evidence> {
        window(condition, within, last, view).into_iter().filter(|item| !is_ended(rule, item, view)).collect()
    };
    match &rule.when {
        Trigger::One { of, .. } => vec![alone(0, of, last)],
        Trigger::Several { of, at_least: 1, .. } => {
            let met = of.iter().enumerate().filter(|(_, condition)| condition.matches(last));
            met.map(|(position, condition)| alone(position, condition, last)).collect()
        }
        Trigger::Several { of, within, .. } => {
            let each = of.iter().enumerate().map(|(position, condition)| Support {
                condition: u16::try_from(position).unwrap(),
                items: ids(among(condition, *within)),
                needed: None,
                found: None,
            });
            each.filter(|support| !support.items.is_empty()).collect()
        }
        Trigger::Count { of, at_least, within } => {
            let items = among(of, *within);
            let (needed, found) = (Some(Number::whole((*at_least).into())), Some(number(items.len())));
            vec![Support { condition: 0, items: ids(items), needed, found }]
        }
        Trigger::Sum { attribute, of, at_least, within } => {
            let items = among(of, *within);
            let found =
                items.iter().filter_map(|item| item.attributes.number(attribute)).map(|part| part.0).sum();
            vec![Support {
                condition: 0,
                items: ids(items),
                needed: Some(*at_least),
                found: Some(Number(found)),
            }]
        }
        Trigger::Absent { .. } => Vec::new(),
    }
}

fn alone(position: usize, condition: &Condition, item: &Evidence) -> Support {
    let quantity = condition.tests.iter().find(|(_, test)| test.needed().is_some());
    Support {
        condition: u16::try_from(position).unwrap(),
        items: vec![item.id],
        needed: quantity.and_then(|(_, test)| test.needed()),
        found: quantity.and_then(|(name, _)| item.attributes.number(name)),
    }
}

/// What started the waiting, and what was seen last before it was over.
fn support_of_absence(rule: &Rule, firing: &Firing<'_>, view: &View<'_>) -> Support {
    let Trigger::Absent { of, since, .. } = &rule.when else { unreachable!("only an absence has no item") };
    let start = view.like(since).find(|item| !is_ended(rule, item, view));
    let seen = view.like(of).filter(|item| item.happened_at < firing.at).last();
    Support {
        condition: 0,
        items: start.into_iter().chain(seen).map(|item| item.id).collect(),
        needed: None,
        found: None,
    }
}

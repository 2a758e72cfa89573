//! "Each ends by a tree of all / any over: days since the anchor; N normal daily check-ins; N negatives; recovery;
//! an order's end; an officer's release."

use super::{
    check_ins::Count,
    items::{View, place},
    negatives::Row,
    reason::Alive,
};
use kangma_core::{
    Evidence, Kind, Span, Time,
    policy::{End, Negatives, Rule},
    verdict::Progress,
};

/// Whether the tree holds at an instant.
pub fn is_met(end: &End, rule: &Rule, alive: &Alive<'_>, view: &View<'_>, at: Time) -> bool {
    let anchor = alive.anchor(&rule.stages[alive.stage].anchor, view, at);
    match end {
        End::All(parts) => parts.iter().all(|part| is_met(part, rule, alive, view, at)),
        End::Any(parts) => parts.iter().any(|part| is_met(part, rule, alive, view, at)),
        End::Days(amount) => at >= days_until(alive.amount(amount), anchor, view),
        End::Elapsed(span) => at - anchor >= *span,
        End::CheckIns(amount) => count(alive.amount(amount), rule, alive, view, at).met_at().is_some(),
        End::Negatives(negatives) => row(negatives, rule, alive, view, at).met_at().is_some(),
        End::OrderEnd => order_until(alive, view).is_some_and(|until| until <= at),
        event => event_at(event, rule, alive, view, at).is_some(),
    }
}

/// "`days = N` ends at 00:00 of date + N + 1."
fn days_until(n: u32, anchor: Time, view: &View<'_>) -> Time {
    view.midnight(view.day(anchor).plus(i32::try_from(n).unwrap() + 1))
}

fn count<'v, 'a>(needed: u32, rule: &Rule, alive: &Alive<'_>, view: &'v View<'a>, at: Time) -> Count<'v, 'a> {
    let from = alive.check_ins_from(&rule.stages[alive.stage].anchor, rule, view, at);
    Count { view, needed, from, told: alive.told, at }
}

fn row<'v, 'a>(
    rule_of: &'v Negatives,
    rule: &Rule,
    alive: &Alive<'_>,
    view: &'v View<'a>,
    at: Time,
) -> Row<'v, 'a> {
    let anchor = alive.anchor(&rule.stages[alive.stage].anchor, view, at);
    Row { view, rule: rule_of, needed: alive.amount(&rule_of.needed), anchor, at }
}

/// "an order's end": of all orders that made the reason, each at the end that it names or at a recorded ending.
pub fn order_until(alive: &Alive<'_>, view: &View<'_>) -> Option<Time> {
    let ends = alive.firings.iter().map(|firing| {
        let item = firing.item?;
        let named = item.attributes.time("until").into_iter();
        named.chain(view.ended_at(item.id)).min()
    });
    ends.collect::<Option<Vec<Time>>>()?.into_iter().max()
}

/// When a recovery, a release or an item that the stage waits for came.
pub fn event_at(end: &End, rule: &Rule, alive: &Alive<'_>, view: &View<'_>, at: Time) -> Option<Time> {
    let after = |item: &&Evidence| {
        let in_stage = alive.stage == 0 || item.happened_at >= alive.since;
        item.happened_at <= at && place(item) > alive.current().place() && in_stage
    };
    match end {
        End::Recovery => alive.recovery(view, at),
        End::Release => {
            let releases = view.of_kind(Kind::Release).filter(after);
            releases.filter(|release| is_for(release, rule, alive)).map(|release| release.happened_at).min()
        }
        End::Event(condition) => view.like(condition).filter(after).map(|item| item.happened_at).min(),
        _ => None,
    }
}

fn is_for(release: &Evidence, rule: &Rule, alive: &Alive<'_>) -> bool {
    let triggers = alive.firings.iter().filter_map(|firing| firing.item.map(|item| item.id));
    match release.attributes.text("rule") {
        Some(name) => name == &*rule.id,
        None => triggers.into_iter().any(|id| release.about == Some(id)),
    }
}

/// "its support, anchor, stage, progress, what ends it"
pub fn progress(end: &End, rule: &Rule, alive: &Alive<'_>, view: &View<'_>) -> Progress {
    let now = view.now;
    let anchor = alive.anchor(&rule.stages[alive.stage].anchor, view, now);
    let each = |parts: &[End]| parts.iter().map(|part| progress(part, rule, alive, view)).collect();
    match end {
        End::All(parts) => Progress::All(each(parts)),
        End::Any(parts) => Progress::Any(each(parts)),
        End::Days(amount) => {
            let needed = alive.amount(amount);
            let over = view.day(now).since(view.day(anchor)) - 1;
            let done = u32::try_from(over).unwrap_or(0).min(needed);
            Progress::Days { done, needed, until: days_until(needed, anchor, view) }
        }
        End::Elapsed(span) => Progress::Elapsed { until: anchor + *span, done: now >= anchor + *span },
        End::CheckIns(amount) => count(alive.amount(amount), rule, alive, view, now).progress(),
        End::Negatives(negatives) => row(negatives, rule, alive, view, now).progress(),
        End::OrderEnd => {
            let until = order_until(alive, view);
            Progress::OrderEnd { until, met_at: until.filter(|until| *until <= now) }
        }
        End::Recovery => Progress::Recovery { met_at: event_at(end, rule, alive, view, now) },
        End::Release => Progress::Release { met_at: event_at(end, rule, alive, view, now) },
        End::Event(condition) => Progress::Event {
            what: condition.to_string().into(),
            met_at: event_at(end, rule, alive, view, now),
        },
    }
}

/// When the stage ends if the person does all that is owed and nothing else happens.
pub fn expected(end: &End, rule: &Rule, alive: &Alive<'_>, view: &View<'_>) -> Option<Time> {
    let now = view.now;
    let anchor = alive.anchor(&rule.stages[alive.stage].anchor, view, now);
    let each = |parts: &[End]| -> Vec<Option<Time>> {
        parts.iter().map(|part| expected(part, rule, alive, view)).collect()
    };
    match end {
        End::All(parts) => each(parts).into_iter().collect::<Option<Vec<Time>>>()?.into_iter().max(),
        End::Any(parts) => each(parts).into_iter().flatten().min(),
        End::Days(amount) => Some(days_until(alive.amount(amount), anchor, view)),
        End::Elapsed(span) => Some(anchor + *span),
        End::CheckIns(amount) => Some(count(alive.amount(amount), rule, alive, view, now).expected()),
        End::Negatives(negatives) => Some(row(negatives, rule, alive, view, now).expected()),
        End::OrderEnd => order_until(alive, view),
        event => event_at(event, rule, alive, view, now),
    }
}

/// Every count of check-ins in the tree.
pub fn counts<'v, 'a>(end: &End, rule: &Rule, alive: &Alive<'_>, view: &'v View<'a>) -> Vec<Count<'v, 'a>> {
    match end {
        End::All(parts) | End::Any(parts) => {
            parts.iter().flat_map(|part| counts(part, rule, alive, view)).collect()
        }
        End::CheckIns(amount) => vec![count(alive.amount(amount), rule, alive, view, view.now)],
        _ => Vec::new(),
    }
}

/// Every elapsed time in the tree.
pub fn elapsed(end: &End, each: &mut impl FnMut(Span)) {
    match end {
        End::All(parts) | End::Any(parts) => parts.iter().for_each(|part| elapsed(part, each)),
        End::Elapsed(span) => each(*span),
        _ => {}
    }
}

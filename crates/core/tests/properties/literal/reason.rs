//! The life of a reason, instant by instant.

use super::{
    ends,
    items::{View, place},
    triggers::{Firing, firings, support},
};
use kangma_core::{
    Kind, Span, Time,
    policy::{AfterCeiling, Again, Amount, Anchor, Due, End, Rule},
    verdict::{Ceiling, Duty, Reason},
};
use std::collections::BTreeSet;

/// A live reason.
#[derive(Clone)]
pub struct Alive<'a> {
    /// What made it and what changed it since, in event order.
    pub firings: Vec<Firing<'a>>,
    pub told: Time,
    pub stage: usize,
    pub since: Time,
}

impl<'a> Alive<'a> {
    fn new(firing: Firing<'a>) -> Self {
        Self { firings: vec![firing], told: firing.told, stage: 0, since: firing.at }
    }

    pub fn current(&self) -> &Firing<'a> {
        self.firings.last().unwrap()
    }

    /// "Anchor: last exposure, onset, sample time, recovery, beginning of the stage or of the order." Further
    /// evidence never moves it back: an adverse item never improves a standing.
    pub fn anchor(&self, anchor: &Anchor, view: &View<'_>, at: Time) -> Time {
        self.firings.iter().map(|firing| self.anchor_of(firing, anchor, view, at)).max().unwrap()
    }

    fn anchor_of(&self, firing: &Firing<'_>, anchor: &Anchor, view: &View<'_>, at: Time) -> Time {
        match anchor {
            Anchor::Event => firing.at,
            Anchor::Stage => self.since,
            Anchor::Recovery => self.recovery(view, at).unwrap_or(firing.at),
            Anchor::Attribute(name) => {
                firing.item.and_then(|item| item.attributes.time(name)).unwrap_or(firing.at)
            }
        }
    }

    /// "`latest` (the anchor moves, counted check-ins stay)"
    pub fn check_ins_from(&self, anchor: &Anchor, rule: &Rule, view: &View<'_>, at: Time) -> Time {
        match rule.again {
            Again::Latest => self.anchor_of(&self.firings[0], anchor, view, at),
            Again::Restart | Again::First => self.anchor(anchor, view, at),
        }
    }

    /// The recovery from what made the reason: after it, and of the same case where both name one.
    pub fn recovery(&self, view: &View<'_>, at: Time) -> Option<Time> {
        let case = self.current().item.and_then(|item| item.origin);
        let recoveries = view.of_kind(Kind::CaseStatus).filter(|item| {
            item.attributes.text("status") == Some("recovered")
                && item.happened_at <= at
                && place(item) > self.current().place()
                && (case.is_none() || item.origin.is_none() || item.origin == case)
        });
        recoveries.map(|item| item.happened_at).min()
    }

    /// "A number may be read from the evidence, within bounds." Of several, the largest: an adverse item never
    /// improves a standing.
    pub fn amount(&self, amount: &Amount) -> u32 {
        let Amount::From { attribute, default, least, most } = amount else {
            let Amount::Fixed(n) = amount else { unreachable!("an amount is fixed or read") };
            return *n;
        };
        let named = |firing: &Firing<'_>| {
            let number = firing.item.and_then(|item| item.attributes.number(attribute));
            number.map_or(*default, |number| u32::try_from(number.floor()).unwrap_or(0)).clamp(*least, *most)
        };
        self.firings.iter().map(named).max().unwrap()
    }

    fn ceiling(&self, rule: &Rule, view: &View<'_>) -> Option<(Time, Time)> {
        let ceiling = rule.ceiling.as_ref()?;
        let days = i32::try_from(ceiling.days).unwrap();
        let at = view.midnight(view.day(self.firings[0].at).plus(days + 1));
        Some((at, ceiling.deadline.end_after(at, &view.policy.zone)))
    }
}

/// "Stages chain." "At the ceiling the colour stays, an officer has a deadline, and after it the reason ends by a
/// recorded ending or escalates by name."
fn goes_on<'a>(mut alive: Alive<'a>, rule: &Rule, view: &View<'a>, at: Time) -> Option<Alive<'a>> {
    let lapses = rule.ceiling.as_ref().is_some_and(|ceiling| ceiling.then == AfterCeiling::End);
    if lapses && alive.ceiling(rule, view).is_some_and(|(_, deadline)| deadline <= at) {
        return None;
    }
    while ends::is_met(&rule.stages[alive.stage].until, rule, &alive, view, at) {
        if alive.stage + 1 == rule.stages.len() {
            return None;
        }
        alive = Alive { stage: alive.stage + 1, since: at, ..alive };
    }
    Some(alive)
}

/// The reason that a rule gives at the view's instant, from the firings whose telling falls to this policy.
pub fn live<'a>(rule: &Rule, view: &View<'a>, from: Time, until: Time) -> Option<Alive<'a>> {
    let mut firings = firings(rule, view);
    firings.retain(|firing| from <= firing.told && firing.told < until && !is_history(firing, rule, view));
    lived(rule, view, &firings, view.now)
}

fn lived<'a>(rule: &Rule, view: &View<'a>, firings: &[Firing<'a>], until: Time) -> Option<Alive<'a>> {
    let mut alive: Option<Alive<'a>> = None;
    let mut instants = instants(rule, view);
    instants.extend(view.instants_until(until));
    instants.insert(until);
    let first = firings.first()?.at;
    let mut last = first - Span(1);
    loop {
        instants.extend(alive.iter().flat_map(|alive| own_instants(alive, rule, view, last)));
        let next = instants.range(last + Span(1)..).next().copied();
        let Some(at) = next.filter(|at| *at <= until) else { return alive };
        alive = alive.and_then(|alive| goes_on(alive, rule, view, at));
        for firing in firings.iter().filter(|firing| firing.at == at) {
            let again = match alive.take() {
                None => Alive::new(*firing),
                Some(before) => further(before, *firing, rule, view),
            };
            alive = goes_on(again, rule, view, at);
        }
        last = at;
    }
}

/// "Further evidence of the kind: `restart` (first stage, counters zero), `latest` (the anchor moves, counted
/// check-ins stay), `first` (ignored while live)."
fn further<'a>(before: Alive<'a>, firing: Firing<'a>, rule: &Rule, view: &View<'a>) -> Alive<'a> {
    if rule.again == Again::First {
        return before;
    }
    // "owed only from the moment the person was told": of this reason. Who was free again before the further
    // evidence was recorded is told by that.
    let still_owed = lived(rule, view, &before.firings, firing.told.max(firing.at)).is_some();
    let told = if still_owed { before.told.min(firing.told) } else { firing.told };
    let mut firings = before.firings;
    firings.push(firing);
    Alive { firings, told, stage: 0, since: firing.at }
}

/// "A reason whose days had all run when it was recorded is history, never live."
fn is_history<'a>(firing: &Firing<'a>, rule: &Rule, view: &View<'a>) -> bool {
    let mut alive = Alive::new(*firing);
    for (stage, here) in rule.stages.iter().enumerate() {
        alive.stage = stage;
        match days_over(&here.until, rule, &alive, view) {
            Some(over) if over <= firing.told => alive.since = alive.since.max(over),
            _ => return false,
        }
    }
    firing.told > firing.at
}

/// When the days of an end are over. Negatives are not days; what waits for an event runs until it comes.
fn days_over(end: &End, rule: &Rule, alive: &Alive<'_>, view: &View<'_>) -> Option<Time> {
    let of = |parts: &[End]| -> Vec<Time> {
        parts.iter().filter_map(|part| days_over(part, rule, alive, view)).collect()
    };
    // As it was when it was recorded: a recovery after that does not count.
    let anchor = alive.anchor(&rule.stages[alive.stage].anchor, view, alive.told);
    match end {
        End::All(parts) => of(parts).into_iter().max(),
        End::Any(parts) => of(parts).into_iter().min(),
        End::Days(amount) | End::CheckIns(amount) => {
            let days = i32::try_from(alive.amount(amount)).unwrap();
            Some(view.midnight(view.day(anchor).plus(days + 1)))
        }
        End::Elapsed(span) => Some(anchor + *span),
        End::Negatives(_) => None,
        End::OrderEnd => Some(ends::order_until(alive, view).unwrap_or(Time::MAX)),
        event => Some(ends::event_at(event, rule, alive, view, view.now).unwrap_or(Time::MAX)),
    }
}

/// Every instant at which a reason of this rule could change.
pub fn instants(rule: &Rule, view: &View<'_>) -> BTreeSet<Time> {
    let mut instants = view.instants();
    for firing in firings(rule, view) {
        instants.insert(firing.at);
        let alive = Alive::new(firing);
        instants.extend(own_instants(&alive, rule, view, firing.at));
    }
    instants
}

fn own_instants(alive: &Alive<'_>, rule: &Rule, view: &View<'_>, at: Time) -> BTreeSet<Time> {
    let mut instants = BTreeSet::new();
    if let Some((ceiling, deadline)) = alive.ceiling(rule, view) {
        instants.extend([ceiling, deadline]);
    }
    for stage in &rule.stages {
        let anchor = alive.anchor(&stage.anchor, view, at);
        ends::elapsed(&stage.until, &mut |span| {
            instants.insert(anchor + span);
        });
        let duties = stage.duties.iter().map(|place| view.policy.duties[usize::from(*place)].due);
        instants.extend(duties.filter_map(|due| match due {
            Due::After(period) => Some(period.end_after(alive.since.max(alive.told), &view.policy.zone)),
            Due::Throughout | Due::CheckIn => None,
        }));
    }
    instants
}

pub fn shown(alive: &Alive<'_>, rule: &Rule, view: &View<'_>) -> Reason {
    let stage = &rule.stages[alive.stage];
    let firing = alive.current();
    Reason {
        rule: rule.id.clone(),
        policy: (*view.policy.reference).clone(),
        effect: stage.effect.clone(),
        trigger: firing.item.map(|item| item.id),
        triggered_at: firing.at,
        told_at: alive.told,
        support: support(rule, firing, view),
        anchor: alive.anchor(&stage.anchor, view, view.now),
        stage: u16::try_from(alive.stage).unwrap(),
        stages: u16::try_from(rule.stages.len()).unwrap(),
        stage_since: alive.since,
        progress: ends::progress(&stage.until, rule, alive, view),
        expected_end: ends::expected(&stage.until, rule, alive, view),
        ceiling: alive.ceiling(rule, view).map(|(at, deadline)| {
            let ceiling = rule.ceiling.as_ref().unwrap();
            let escalates_to = match &ceiling.then {
                AfterCeiling::End => None,
                AfterCeiling::Escalate(to) => Some(to.clone()),
            };
            Ceiling { at, deadline, owner: ceiling.owner.clone(), escalates_to }
        }),
    }
}

/// "Duties with text and due time."
pub fn duties(alive: &Alive<'_>, rule: &Rule, view: &View<'_>) -> Vec<Duty> {
    let mut duties = Vec::new();
    for place in &rule.stages[alive.stage].duties {
        let duty = &view.policy.duties[usize::from(*place)];
        let owed = |due: Option<Time>, overdue: bool| Duty {
            duty: duty.id.clone(),
            rule: rule.id.clone(),
            due,
            overdue,
        };
        match duty.due {
            Due::Throughout => duties.push(owed(None, false)),
            Due::After(period) => {
                let due = period.end_after(alive.since.max(alive.told), &view.policy.zone);
                duties.push(owed(Some(due), due <= view.now));
            }
            Due::CheckIn => {
                let today = view.day(view.now);
                let counts = ends::counts(&rule.stages[alive.stage].until, rule, alive, view);
                let made_today = || {
                    view.of_kind(Kind::CheckIn)
                        .any(|item| item.attributes.day("day").unwrap_or(view.day(item.happened_at)) == today)
                };
                // The first count of the stage says what is owed; where it counts none, a check-in is owed daily.
                let owed_today = counts.first().map_or_else(|| !made_today(), |count| count.owed_today());
                if counts.iter().any(|count| count.open_yesterday()) {
                    duties.push(owed(Some(view.midnight(today)), true));
                }
                if owed_today {
                    duties.push(owed(Some(view.closing(today)), false));
                }
            }
        }
    }
    duties
}

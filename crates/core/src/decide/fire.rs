//! When the trigger of a rule is met, each time that it is.

use super::{
    ground::Ground,
    items::{Place, place},
};
use crate::{
    Evidence, EvidenceId, Kind, Number, Time, Zone,
    evidence::Attributes,
    policy::{Ages, Condition, Period, Rule, Trigger},
    verdict::Support,
};
use smallvec::SmallVec;

/// One time that the trigger of a rule was met.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Firing<'a> {
    /// When.
    pub(crate) at: Time,
    /// The item that completed it; nothing for an absence.
    pub(crate) item: Option<&'a Evidence>,
    /// When everything that it needs had been recorded.
    pub(crate) told: Time,
}

pub(crate) type Firings<'a> = SmallVec<[Firing<'a>; 4]>;

impl Firing<'_> {
    /// Where it stands in event order. An absence comes before everything that happens at its instant.
    pub(crate) fn place(&self) -> Place {
        (self.at, self.item.map_or(EvidenceId(0), |item| item.id))
    }

    pub(crate) fn attributes(&self) -> Option<&Attributes> {
        self.item.map(|item| &item.attributes)
    }
}

/// Every firing of a rule in event order, and the next one that mere time may bring.
pub(crate) fn firings<'a>(rule: &Rule, ground: &Ground<'_, 'a>) -> (Firings<'a>, Option<Time>) {
    let (mut firings, next) = every_firing(rule, ground);
    if let Some(ages) = rule.age {
        firings.retain(|firing| of_age(ages, ground.day(firing.at), ground));
    }
    (firings, next)
}

fn every_firing<'a>(rule: &Rule, ground: &Ground<'_, 'a>) -> (Firings<'a>, Option<Time>) {
    let eye = Eye::of(rule, ground);
    match &rule.when {
        Trigger::One { of, within } => (eye.one(of, *within), None),
        Trigger::Several { of, at_least, within } => (eye.several(of, *at_least, *within), None),
        Trigger::Count { of, at_least, within } => (eye.count(of, *at_least, *within), None),
        Trigger::Sum { attribute, of, at_least, within } => {
            (eye.sum(attribute, of, *at_least, *within), None)
        }
        Trigger::Absent { of, lasting, since } => eye.absences(of, *lasting, since),
    }
}

/// Somebody whose newest declaration names no birth date is of no age.
pub(crate) fn of_age(ages: Ages, on: crate::Day, ground: &Ground<'_, '_>) -> bool {
    let declared = ground.items.of_kind(Kind::Declaration).next_back();
    let born = declared.and_then(|item| item.attributes.day("birth-date"));
    born.is_some_and(|born| {
        let years = whole_years(born, on);
        years >= i64::from(ages.at_least) && years < i64::from(ages.below)
    })
}

/// Whole years by the calendar: one born on 29 February is a year older on 1 March of a common year.
fn whole_years(born: crate::Day, on: crate::Day) -> i64 {
    let (born, today) = (born.date(), on.date());
    let before_birthday = (today.month(), today.day()) < (born.month(), born.day());
    i64::from(today.year()) - i64::from(born.year()) - i64::from(before_birthday)
}

/// Looks at the items for triggers. Where no stage waits for the end of an order, an ended item triggers nothing.
struct Eye<'g, 'a> {
    ground: &'g Ground<'g, 'a>,
    spares_ended: bool,
}

impl<'g, 'a> Eye<'g, 'a> {
    fn of(rule: &Rule, ground: &'g Ground<'g, 'a>) -> Self {
        Self { ground, spares_ended: ground.items.has(Kind::Ending) && !rule.has_order_end() }
    }

    fn like<'c>(
        &self,
        condition: &'c Condition,
    ) -> impl DoubleEndedIterator<Item = &'a Evidence> + Clone + use<'_, 'g, 'a, 'c> {
        let ended = |item: &&Evidence| self.spares_ended && self.ground.items.ended_at(item.id).is_some();
        self.ground.like(condition).filter(move |item| !ended(item))
    }

    fn one(&self, of: &Condition, within: Option<Period>) -> Firings<'a> {
        let zone = self.ground.zone();
        let young = |item: &&Evidence| {
            within.is_none_or(|within| item.happened_at >= within.start_before(item.recorded_at, zone))
        };
        self.like(of).filter(young).map(|item| firing(item, item.recorded_at)).collect()
    }

    fn several(&self, of: &[Condition], at_least: u32, within: Period) -> Firings<'a> {
        let completes = |item: &Evidence| of.iter().any(|condition| condition.matches(item));
        let ended = |item: &Evidence| self.spares_ended && self.ground.items.ended_at(item.id).is_some();
        let mut firings = Firings::new();
        let kinds = of.iter().map(|condition| condition.kind).collect();
        let candidates = self.ground.items.of_kinds(kinds);
        for last in candidates.filter(|item| completes(item) && !ended(item)) {
            if at_least == 1 {
                firings.push(firing(last, last.recorded_at));
                continue;
            }
            let window = Before { last, within, zone: self.ground.zone() };
            let recorded = of.iter().filter_map(|condition| {
                self.like(condition).filter(|item| window.has(item)).map(|item| item.recorded_at).min()
            });
            if let Some(told) = nth_smallest(recorded, at_least) {
                firings.push(firing(last, told.max(last.recorded_at)));
            }
        }
        firings
    }

    fn count(&self, of: &Condition, at_least: u32, within: Period) -> Firings<'a> {
        let mut firings = Firings::new();
        for last in self.like(of) {
            let window = Before { last, within, zone: self.ground.zone() };
            let recorded = self.like(of).filter(|item| window.has(item)).map(|item| item.recorded_at);
            if let Some(told) = nth_smallest(recorded, at_least) {
                firings.push(firing(last, told.max(last.recorded_at)));
            }
        }
        firings
    }

    fn sum(&self, attribute: &str, of: &Condition, at_least: Number, within: Period) -> Firings<'a> {
        let mut firings = Firings::new();
        for last in self.like(of) {
            let window = Before { last, within, zone: self.ground.zone() };
            let mut parts: SmallVec<[(Time, Number); 8]> = self
                .like(of)
                .filter(|item| window.has(item))
                .filter_map(|item| Some((item.recorded_at, item.attributes.number(attribute)?)))
                .collect();
            parts.sort_unstable();
            let reached = parts.iter().scan(0_i64, |sum, (at, part)| {
                *sum = sum.saturating_add(part.0);
                Some((*at, *sum))
            });
            let total: i64 = parts.iter().fold(0, |sum, (_, part)| sum.saturating_add(part.0));
            if total >= at_least.0
                && let Some((told, _)) = reached.into_iter().find(|(_, sum)| *sum >= at_least.0)
            {
                firings.push(firing(last, told.max(last.recorded_at)));
            }
        }
        firings
    }

    /// Waiting starts with the first item like `since` and anew with each like `of`. It is over after
    /// `lasting`, or as soon after that as every source is fresh.
    fn absences(&self, of: &Condition, lasting: Period, since: &Condition) -> (Firings<'a>, Option<Time>) {
        let (ground, zone) = (self.ground, self.ground.zone());
        let Some(start) = self.like(since).next().map(|item| item.happened_at) else {
            return (Firings::new(), None);
        };
        let mut firings = Firings::new();
        let mut base = start;
        for seen in ground.like(of).map(|item| item.happened_at) {
            let due = lasting.end_after(base, zone);
            if seen >= due {
                // The item at the very instant comes too late to prevent it, but what follows is another wait.
                let fired = ground.freshness.first_fresh(due, seen);
                firings.extend(fired.map(absence));
            }
            base = base.max(seen);
        }
        let due = lasting.end_after(base, zone);
        if due > ground.now {
            return (firings, Some(due));
        }
        firings.extend(ground.freshness.first_fresh(due, ground.now).map(absence));
        (firings, None)
    }
}

fn firing(item: &Evidence, told: Time) -> Firing<'_> {
    Firing { at: item.happened_at, item: Some(item), told }
}

fn absence<'a>(at: Time) -> Firing<'a> {
    Firing { at, item: None, told: at }
}

/// The window before the last item of a trigger, that item included.
struct Before<'w> {
    last: &'w Evidence,
    within: Period,
    zone: &'w Zone,
}

impl Before<'_> {
    fn has(&self, item: &Evidence) -> bool {
        place(item) <= place(self.last)
            && item.happened_at >= self.within.start_before(self.last.happened_at, self.zone)
    }
}

/// How much a trigger that counts or adds needs, and the most that there was in one of its windows.
pub(crate) fn quantity(rule: &Rule, ground: &Ground<'_, '_>) -> Option<(Number, Number)> {
    let most = |of: &Condition, within: Period, worth: &dyn Fn(&Evidence) -> i64| {
        let windows = ground.like(of).map(|last| Before { last, within, zone: ground.zone() });
        let sums = windows.map(|window| {
            let inside = ground.like(of).filter(|item| window.has(item));
            inside.fold(0_i64, |sum, item| sum.saturating_add(worth(item)))
        });
        Number(sums.max().unwrap_or(0))
    };
    match &rule.when {
        Trigger::Count { of, at_least, within } => {
            Some((Number::whole((*at_least).into()), most(of, *within, &|_| Number::whole(1).0)))
        }
        Trigger::Sum { attribute, of, at_least, within } => {
            let worth = |item: &Evidence| item.attributes.number(attribute).unwrap_or_default().0;
            Some((*at_least, most(of, *within, &worth)))
        }
        _ => None,
    }
}

fn nth_smallest(times: impl Iterator<Item = Time>, n: u32) -> Option<Time> {
    let mut times: SmallVec<[Time; 8]> = times.collect();
    times.sort_unstable();
    times.get(usize::try_from(n).ok()?.checked_sub(1)?).copied()
}

/// Per condition, the items that satisfy it at this firing, with the threshold.
pub(crate) fn support(rule: &Rule, firing: &Firing<'_>, ground: &Ground<'_, '_>) -> Vec<Support> {
    let Some(last) = firing.item else { return absence_support(rule, firing, ground) };
    let eye = Eye::of(rule, ground);
    match &rule.when {
        Trigger::One { of, .. } => vec![single(of, last)],
        Trigger::Several { of, at_least: 1, .. } => {
            let met = of.iter().enumerate().filter(|(_, condition)| condition.matches(last));
            met.map(|(place, condition)| Support { condition: position(place), ..single(condition, last) })
                .collect()
        }
        Trigger::Several { of, within, .. } => {
            let window = Before { last, within: *within, zone: ground.zone() };
            let each = of.iter().enumerate().map(|(place, condition)| {
                let items = eye.like(condition).filter(|item| window.has(item)).map(|item| item.id).collect();
                Support { condition: position(place), items, needed: None, found: None }
            });
            each.filter(|support| !support.items.is_empty()).collect()
        }
        Trigger::Count { of, at_least, within } => {
            let window = Before { last, within: *within, zone: ground.zone() };
            let items: Vec<EvidenceId> =
                eye.like(of).filter(|item| window.has(item)).map(|item| item.id).collect();
            let found = Number::whole(i64::try_from(items.len()).unwrap_or(i64::MAX));
            vec![Support {
                condition: 0,
                items,
                needed: Some(Number::whole((*at_least).into())),
                found: Some(found),
            }]
        }
        Trigger::Sum { attribute, of, at_least, within } => {
            let window = Before { last, within: *within, zone: ground.zone() };
            let items = eye.like(of).filter(|item| window.has(item));
            let parts = items.clone().filter_map(|item| item.attributes.number(attribute));
            let found = Number(parts.fold(0_i64, |sum, part| sum.saturating_add(part.0)));
            let items = items.map(|item| item.id).collect();
            vec![Support { condition: 0, items, needed: Some(*at_least), found: Some(found) }]
        }
        Trigger::Absent { .. } => Vec::new(),
    }
}

fn absence_support(rule: &Rule, firing: &Firing<'_>, ground: &Ground<'_, '_>) -> Vec<Support> {
    let Trigger::Absent { of, since, .. } = &rule.when else { return Vec::new() };
    let start = Eye::of(rule, ground).like(since).next();
    let last_seen = ground.like(of).take_while(|item| item.happened_at < firing.at).last();
    let items = start.into_iter().chain(last_seen).map(|item| item.id).collect();
    vec![Support { condition: 0, items, needed: None, found: None }]
}

fn single(condition: &Condition, item: &Evidence) -> Support {
    let quantity = condition
        .tests
        .iter()
        .find_map(|(name, test)| test.needed().map(|needed| (needed, item.attributes.number(name))));
    let (needed, found) = quantity.map_or((None, None), |(needed, found)| (Some(needed), found));
    Support { condition: 0, items: vec![item.id], needed, found }
}

fn position(place: usize) -> u16 {
    u16::try_from(place).unwrap_or(u16::MAX)
}

//! What is known, what never was, what has ended, and how far each source has been heard.

use super::World;
use kangma_core::{
    Day, Evidence, EvidenceId, Kind, Policy, Span, Time,
    policy::{Condition, Missed},
    sources::Heartbeat,
    verdict::SourceState,
};
use std::collections::BTreeSet;

/// One person as seen by one policy at one instant.
pub struct View<'a> {
    pub policy: &'a Policy,
    /// Known, not unmade, already happened; in event order.
    pub items: Vec<&'a Evidence>,
    pub heartbeats: &'a [Heartbeat],
    pub known_at: Time,
    pub now: Time,
}

pub type Place = (Time, EvidenceId);

/// "Progress is recomputed from all items in event order, ties by id."
pub fn place(item: &Evidence) -> Place {
    (item.happened_at, item.id)
}

/// "Withdrawing says it never was true." "Superseding is one act: withdraw, add, derive again."
/// "A case can also be excluded (a withdrawal)." A withdrawal that is itself withdrawn takes nothing back.
fn never_was(item: &Evidence, known: &[&Evidence]) -> bool {
    known.iter().any(|act| {
        let takes_back = match act.kind {
            Kind::Withdrawal | Kind::Superseding => act.about == Some(item.id),
            Kind::CaseStatus => {
                act.attributes.text("status") == Some("excluded")
                    && item.kind == Kind::CaseStatus
                    && act.origin.is_some()
                    && act.origin == item.origin
            }
            _ => false,
        };
        takes_back && act.id > item.id && !never_was(act, known)
    })
}

impl<'a> View<'a> {
    pub fn new(world: World<'a>, policy: &'a Policy, now: Time) -> Self {
        let known: Vec<&Evidence> =
            world.evidence.iter().filter(|item| item.recorded_at <= world.known_at).collect();
        let mut items: Vec<&Evidence> = known
            .iter()
            .copied()
            .filter(|item| item.happened_at <= now && !never_was(item, &known))
            .filter(|item| !matches!(item.kind, Kind::Withdrawal | Kind::Superseding))
            .collect();
        items.sort_by_key(|item| place(item));
        Self { policy, items, heartbeats: world.heartbeats, known_at: world.known_at, now }
    }

    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &'a Evidence> + '_ {
        self.items.iter().copied().filter(move |item| item.kind == kind)
    }

    pub fn like<'c>(&'c self, condition: &'c Condition) -> impl Iterator<Item = &'a Evidence> + 'c {
        self.items.iter().copied().filter(|item| condition.matches(item))
    }

    /// "Ending says it was true until now."
    pub fn ended_at(&self, id: EvidenceId) -> Option<Time> {
        self.of_kind(Kind::Ending)
            .filter(|ending| ending.about == Some(id))
            .map(|ending| ending.happened_at)
            .min()
    }

    pub fn day(&self, time: Time) -> Day {
        self.policy.zone.day(time)
    }

    pub fn midnight(&self, day: Day) -> Time {
        self.policy.zone.midnight(day)
    }

    /// "A day is missed at its closing midnight."
    pub fn closing(&self, day: Day) -> Time {
        self.midnight(day.plus(1))
    }

    /// "remind (grace hours, then pause)"
    pub fn grace(&self) -> Span {
        match self.policy.check_in.missed {
            Missed::Remind { grace } => grace,
            Missed::Restart | Missed::Pause => Span::ZERO,
        }
    }

    /// "sources are append-only heartbeats ("laboratory feed complete up to 07:00"), never inferred from a
    /// person's own items."
    fn complete_up_to(&self, source: &str, at: Time) -> Option<Time> {
        let heard = self.heartbeats.iter().filter(|beat| &*beat.source == source);
        let heard = heard.filter(|beat| beat.recorded_at <= at && beat.recorded_at <= self.known_at);
        heard.map(|beat| beat.complete_up_to).max()
    }

    /// "Freshness: the longest age of each source."
    pub fn as_of(&self) -> Vec<SourceState> {
        let state = |rule: &kangma_core::policy::SourceRule| {
            let complete_up_to = self.complete_up_to(&rule.name, self.now);
            let stale = complete_up_to.is_none_or(|complete| self.now - complete > rule.max_age);
            SourceState { source: rule.name.clone(), complete_up_to, stale }
        };
        self.policy.sources.iter().map(state).collect()
    }

    /// "During an outage no absence rule fires and no check-in counts as missed."
    pub fn is_outage(&self, at: Time) -> bool {
        self.policy.sources.iter().any(|rule| {
            self.complete_up_to(&rule.name, at).is_none_or(|complete| at - complete > rule.max_age)
        })
    }

    /// The midnights, with the grace after them, and everything that items name.
    pub fn instants(&self) -> BTreeSet<Time> {
        self.instants_until(self.now)
    }

    /// The same, if nothing else happens until then.
    pub fn instants_until(&self, until: Time) -> BTreeSet<Time> {
        let mut instants = BTreeSet::new();
        let Some(first) = self.items.first() else { return instants };
        let mut day = self.day(first.happened_at);
        while self.midnight(day) <= until {
            instants.extend([self.midnight(day), self.midnight(day) + self.grace()]);
            day = day.plus(1);
        }
        for item in &self.items {
            instants.insert(item.happened_at);
            instants.extend(item.attributes.iter().filter_map(|(name, _)| item.attributes.time(name)));
        }
        instants
    }

    pub fn instants_of_sources(&self) -> BTreeSet<Time> {
        let mut instants = BTreeSet::new();
        for beat in self.heartbeats {
            instants.insert(beat.recorded_at);
            let ages =
                self.policy.sources.iter().filter(|rule| rule.name == beat.source).map(|rule| rule.max_age);
            instants.extend(ages.map(|age| beat.complete_up_to + age + Span(1)));
        }
        instants
    }
}

//! The life of a reason: firings folded in event order.

use super::{
    course::{Course, course, days_had_run},
    fire::{Firing, Firings},
    ground::Ground,
    items::place,
};
use crate::{
    Evidence, Kind, Time,
    policy::{Again, Anchor, Exemption, Rule},
};
use smallvec::{SmallVec, smallvec};

/// A reason from its first firing on.
#[derive(Debug, Clone)]
pub(crate) struct Life<'a> {
    /// What was folded into it, in event order. Never empty.
    firings: Firings<'a>,
    /// From when on check-ins are owed.
    pub(crate) told: Time,
}

/// What became of a firing that makes no reason.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Spared<'a> {
    /// An item exempts from it.
    Exempt(&'a Evidence),
    /// An officer released the reason.
    Released(&'a Evidence),
    /// Its days had all run when it was recorded.
    History,
}

impl<'a> Life<'a> {
    fn new(firing: Firing<'a>) -> Self {
        Self { firings: smallvec![firing], told: firing.told }
    }

    /// The firing that it shows: the last that changed it.
    pub(crate) fn current(&self) -> &Firing<'a> {
        &self.firings[self.firings.len() - 1]
    }

    /// The firing that its ceiling counts from.
    pub(crate) fn first(&self) -> &Firing<'a> {
        &self.firings[0]
    }

    pub(crate) fn firings(&self) -> &[Firing<'a>] {
        &self.firings
    }

    /// What days count from. Further evidence moves it forward, never back.
    pub(crate) fn anchor(&self, anchor: &Anchor, since: Time, recovery: Option<Time>) -> Time {
        let times = self.firings.iter().map(|firing| anchor_of(anchor, firing, since, recovery));
        times.max().unwrap_or(since)
    }

    /// What check-ins count from: where further evidence leaves them alone, the first anchor.
    pub(crate) fn check_in_anchor(
        &self,
        anchor: &Anchor,
        since: Time,
        rule: &Rule,
        recovery: Option<Time>,
    ) -> Time {
        match rule.again {
            Again::Latest => anchor_of(anchor, self.first(), since, recovery),
            Again::Restart | Again::First => self.anchor(anchor, since, recovery),
        }
    }

    /// The recovery after its last firing, of the same case where both name one.
    pub(crate) fn recovery(&self, ground: &Ground<'_, '_>) -> Option<Time> {
        let current = self.current();
        let case = current.item.and_then(|item| item.origin);
        let same = |item: &&Evidence| case.is_none() || item.origin.is_none() || item.origin == case;
        let recovered = |item: &&Evidence| item.attributes.text("status") == Some("recovered");
        let mut after = ground.items.of_kind(Kind::CaseStatus).filter(|item| place(item) > current.place());
        after.find(|item| recovered(item) && same(item)).map(|item| item.happened_at)
    }

    fn fold(mut self, firing: Firing<'a>, end: Option<Time>, rule: &Rule) -> Self {
        match rule.again {
            Again::First => {}
            Again::Restart | Again::Latest => {
                // Somebody who was free again before this was recorded owes nothing for the days between.
                let still_owed = end.is_none_or(|end| firing.told < end);
                self.told = if still_owed { self.told.min(firing.told) } else { firing.told };
                self.firings.push(firing);
            }
        }
        self
    }
}

fn anchor_of(anchor: &Anchor, firing: &Firing<'_>, since: Time, recovery: Option<Time>) -> Time {
    match anchor {
        Anchor::Event => firing.at,
        Anchor::Stage => since,
        Anchor::Recovery => recovery.unwrap_or(firing.at),
        Anchor::Attribute(name) => {
            firing.attributes().and_then(|attributes| attributes.time(name)).unwrap_or(firing.at)
        }
    }
}

/// Folds the firings of a rule that count into lives; the last one is what may be live now.
pub(crate) fn last_life<'a>(
    rule: &Rule,
    firings: &[Firing<'a>],
    ground: &Ground<'_, 'a>,
    mut spared: impl FnMut(&Firing<'a>, Spared<'a>),
) -> Option<(Life<'a>, Course)> {
    let releases = releases(rule, firings, ground);
    let mut life: Option<Life<'a>> = None;
    for firing in firings {
        if let Some(why) = why_spared(rule, firing, &releases, ground) {
            spared(firing, why);
            continue;
        }
        life = Some(match life {
            None => Life::new(*firing),
            Some(before) => {
                let end = course(rule, &before, &ground.by(firing.told)).end;
                match end.is_some_and(|end| end <= firing.at) {
                    true => Life::new(*firing),
                    false => before.fold(*firing, end, rule),
                }
            }
        });
    }
    life.map(|life| {
        let course = course(rule, &life, ground);
        (life, course)
    })
}

fn why_spared<'a>(
    rule: &Rule,
    firing: &Firing<'a>,
    releases: &[&'a Evidence],
    ground: &Ground<'_, 'a>,
) -> Option<Spared<'a>> {
    let exempting = rule.unless.iter().find_map(|exemption| exempting(exemption, firing, ground));
    if let Some(item) = exempting {
        return Some(Spared::Exempt(item));
    }
    // A release speaks of what was known when it was given.
    let covers =
        |release: &&&Evidence| release.happened_at >= firing.at && release.recorded_at >= firing.told;
    if let Some(release) = releases.iter().find(covers) {
        return Some(Spared::Released(release));
    }
    days_had_run(rule, &Life::new(*firing), ground).then_some(Spared::History)
}

fn exempting<'a>(
    exemption: &Exemption,
    firing: &Firing<'_>,
    ground: &Ground<'_, 'a>,
) -> Option<&'a Evidence> {
    let from = exemption.within.map_or(Time::MIN, |within| within.start_before(firing.at, ground.zone()));
    ground
        .like(&exemption.of)
        .find(|item| item.happened_at >= from && (!exemption.before_trigger || place(item) < firing.place()))
}

/// The releases that end reasons of this rule: by its name, or by the item that triggered one.
fn releases<'a>(rule: &Rule, firings: &[Firing<'a>], ground: &Ground<'_, 'a>) -> SmallVec<[&'a Evidence; 2]> {
    let ends_reasons = |release: &&Evidence| is_for(release, rule, firings) && !rule.has_release_end();
    ground.items.of_kind(Kind::Release).filter(ends_reasons).collect()
}

pub(crate) fn is_for(release: &Evidence, rule: &Rule, firings: &[Firing<'_>]) -> bool {
    match release.attributes.text("rule") {
        Some(name) => name == &*rule.id,
        None => release.about.is_some_and(|about| {
            firings.iter().any(|firing| firing.item.is_some_and(|item| item.id == about))
        }),
    }
}

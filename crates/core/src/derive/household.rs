//! Living together: confirmed link ∩ window − separation.

use super::{Exposure, Link, Separation, Words};
use crate::{Attributes, Day, Number, PersonId, Policy, Span, Time, Window, policy::HouseholdRule};
use std::{collections::BTreeMap, sync::Arc};

pub(super) struct Homes<'h> {
    pub(super) policy: &'h Policy,
    pub(super) links: &'h [Link],
    pub(super) separations: &'h [Separation],
}

impl Homes<'_> {
    fn rule(&self) -> Option<&HouseholdRule> {
        self.policy.exposures.household.as_ref()
    }

    pub(super) fn second_case_restarts(&self) -> bool {
        self.rule().is_some_and(|rule| rule.second_case_restarts)
    }

    /// Those who lived with the case while it was infectious.
    pub(super) fn exposures(&self, case: PersonId, window: Window) -> BTreeMap<PersonId, Exposure> {
        let degree = self.rule().map(|rule| Arc::clone(&rule.degree));
        degree.map(|degree| self.living_with(case, window, &degree, 1)).unwrap_or_default()
    }

    /// Those who lived with a contact while it may have passed on what the case, infectious in a window, had; where that is
    /// anything.
    pub(super) fn onward(
        &self,
        contacts: &BTreeMap<PersonId, Exposure>,
        case: Window,
    ) -> BTreeMap<PersonId, Exposure> {
        let mut found = BTreeMap::new();
        let Some(degree) = self.rule().and_then(|rule| rule.onward.clone()) else { return found };
        for (contact, exposure) in contacts {
            let window = super::onward::when(self.policy, exposure.first, case);
            let housemates = window.map(|window| self.living_with(*contact, window, &degree, 2));
            super::merge(self.policy, &mut found, housemates.unwrap_or_default());
        }
        found
    }

    fn living_with(
        &self,
        person: PersonId,
        window: Window,
        degree: &Arc<str>,
        chain: u8,
    ) -> BTreeMap<PersonId, Exposure> {
        let mut found = BTreeMap::new();
        for link in self.links {
            let Some(other) = link.other(person).filter(|other| *other != person) else { continue };
            let shared = self.together(link, window);
            let Some(exposure) = exposure(&self.policy.exposure_words, &shared, degree, chain) else {
                continue;
            };
            super::merge(self.policy, &mut found, BTreeMap::from([(other, exposure)]));
        }
        found
    }

    /// When the two of a link were together in a window.
    fn together(&self, link: &Link, window: Window) -> Vec<Window> {
        let Some(linked) = Window::new(link.from, link.until.unwrap_or(Time::MAX)) else { return Vec::new() };
        let Some(linked) = linked.overlap(&window) else { return Vec::new() };
        let apart = self.separations.iter().filter(|separation| link.persons.contains(&separation.person));
        let days = self.days_of_stay(link, linked);
        apart.fold(days, |shared, separation| {
            shared.iter().flat_map(|piece| without(piece, &separation.window)).flatten().collect()
        })
    }

    fn days_of_stay(&self, link: &Link, window: Window) -> Vec<Window> {
        if link.weekdays.iter().all(|stays| *stays) {
            return vec![window];
        }
        let zone = &self.policy.zone;
        let days = (zone.day(window.from).0..=zone.day(window.until).0).map(Day);
        let stayed = days.filter(|day| link.weekdays[weekday(*day)]);
        stayed
            .filter_map(|day| Window::new(zone.midnight(day), zone.midnight(day.plus(1)))?.overlap(&window))
            .collect()
    }
}

/// Monday is 0: 1970-01-01 was a Thursday.
fn weekday(day: Day) -> usize {
    usize::try_from((day.0 + 3).rem_euclid(7)).unwrap_or(0)
}

fn without(piece: &Window, apart: &Window) -> [Option<Window>; 2] {
    if piece.overlap(apart).is_none() {
        return [Some(*piece), None];
    }
    [Window::new(piece.from, apart.from), Window::new(apart.until, piece.until)]
}

/// How many attributes an exposure at home has.
const FACTS: usize = 6;

fn exposure(words: &Words, shared: &[Window], degree: &Arc<str>, chain: u8) -> Option<Exposure> {
    let first = shared.iter().map(|piece| piece.from).min()?;
    let last = shared.iter().map(|piece| piece.until).max()?;
    let summed = shared.iter().fold(Span::ZERO, |sum, piece| sum + piece.length());
    let longest = shared.iter().map(Window::length).max().unwrap_or_default();
    let attributes = Attributes::with_room(FACTS)
        .with(Arc::clone(&words.minutes), Number::whole(longest.minutes()))
        .with(Arc::clone(&words.minutes_summed), Number::whole(summed.minutes()))
        .with(Arc::clone(&words.point_kind), Arc::clone(&words.household));
    Some(Exposure { degree: Arc::clone(degree), chain, first, last, attributes })
}

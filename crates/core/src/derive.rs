//! From a case, an area or a site to the evidence that it makes about others.
//!
//! Pure like [`crate::decide()`]: the same inputs give the same items in the same order, so that deriving
//! again after a late encounter, a changed onset or a new separation can be compared with what was there.

mod degree;
mod household;
mod onward;
mod places;
mod score;
mod words;

pub use onward::{Carrier, carriers};
pub use places::{Attended, ExposureSite, RiskArea, derive_area_stays, derive_site_visits};
pub(crate) use words::Words;

use crate::{
    Attributes, CaseId, Encounter, Kind, Origin, PersonId, Policy, Time, Window,
    policy::{Period, days},
};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Ordering,
    collections::{BTreeMap, btree_map::Entry},
    sync::Arc,
};

/// The course of one case, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseCourse {
    /// The case.
    pub id: CaseId,
    /// Whose it is.
    pub person: PersonId,
    /// Its status, such as `suspected` or `confirmed`.
    pub status: Arc<str>,
    /// When symptoms began.
    pub onset: Option<Time>,
    /// When the first positive sample was taken.
    pub sampled: Option<Time>,
    /// When it was reported; counts where there is neither onset nor sample.
    pub reported_at: Time,
    /// When the person recovered, if that is known.
    pub recovered: Option<Time>,
    /// Nothing after this is derived: exposures are facts, not forecasts.
    pub as_of: Time,
    /// Whether the same household had another case before.
    pub follows_household_case: bool,
}

/// A confirmed household link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// The two persons.
    pub persons: [PersonId; 2],
    /// From when on they live together.
    pub from: Time,
    /// Until when, if it was ended.
    pub until: Option<Time>,
    /// The days of the week on which they do, Monday first.
    pub weekdays: [bool; 7],
}

/// Time that somebody spent apart from the household.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Separation {
    /// Who.
    pub person: PersonId,
    /// When.
    pub window: Window,
}

/// An item of evidence before the store gives it a number, a time of recording and a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Derived {
    /// Whom it speaks of.
    pub person: PersonId,
    /// What kind of thing it says.
    pub kind: Kind,
    /// The last instant of what happened.
    pub happened_at: Time,
    /// What it was derived from.
    pub origin: Origin,
    /// What else it says.
    pub attributes: Attributes,
}

/// An exposure in the making.
#[derive(Debug, Clone)]
struct Exposure {
    degree: Arc<str>,
    chain: u8,
    first: Time,
    last: Time,
    attributes: Attributes,
}

impl Link {
    /// The other of the two, if one of them is `person`.
    #[must_use]
    pub fn other(&self, person: PersonId) -> Option<PersonId> {
        match self.persons {
            [one, other] if one == person => Some(other),
            [other, one] if one == person => Some(other),
            _ => None,
        }
    }
}

impl CaseCourse {
    /// What its infectious days are counted from: the earlier of onset and sample, else the report.
    #[must_use]
    pub fn begin(&self) -> Time {
        crate::decide::earliest(self.onset, self.sampled).unwrap_or(self.reported_at)
    }
}

impl Policy {
    /// When a case infects others, up to what is known; nothing where its status exposes nobody.
    ///
    /// From the presymptomatic days before the earlier of onset and sample, until its days are over or it recovered.
    #[must_use]
    pub fn infectious_window(&self, case: &CaseCourse) -> Option<Window> {
        let rule = self.exposures.cases.iter().find(|rule| rule.status == case.status)?;
        let begin = case.begin();
        let from =
            self.zone.midnight(self.zone.day(begin).plus(days(rule.presymptomatic_days).saturating_neg()));
        let by_days = Period::Days(rule.infectious_days).end_after(begin, &self.zone);
        let until = case.recovered.map_or(by_days, |recovered| recovered.min(by_days));
        Window::new(from, until.min(case.as_of))
    }
}

/// Who was exposed to a case: one item for each person, of the highest degree that fits.
///
/// `encounters` are those of the case in its infectious window and, where the policy traces two steps, those of its
/// [`carriers`], each cut to the carrier's own window.
#[must_use]
pub fn derive(
    policy: &Policy,
    case: &CaseCourse,
    links: &[Link],
    separations: &[Separation],
    encounters: &[Encounter],
) -> Vec<Derived> {
    let Some(window) = policy.infectious_window(case) else { return Vec::new() };
    let homes = household::Homes { policy, links, separations };
    let mut found = first_step(&homes, case, encounters, window);
    if policy.exposures.has_second_step() {
        let second = onward::second_step(&homes, case, &found, encounters, window);
        found.extend(second);
    }
    let derived = found.into_iter().map(|(person, exposure)| exposure.derived(person, case.id, policy));
    derived.collect()
}

/// Who met the case, or lives with it.
fn first_step(
    homes: &household::Homes<'_>,
    case: &CaseCourse,
    encounters: &[Encounter],
    window: Window,
) -> BTreeMap<PersonId, Exposure> {
    let policy = homes.policy;
    let mut found: BTreeMap<PersonId, Exposure> = BTreeMap::new();
    let others = encounters.iter().filter(|met| met.contact != case.person);
    let direct = others.filter(|met| met.via.is_none() && met.window.overlap(&window).is_some());
    merge(policy, &mut found, degree::exposures(policy, 1, policy.zone.day(case.begin()), direct));
    if !case.follows_household_case || homes.second_case_restarts() {
        merge(policy, &mut found, homes.exposures(case.person, window));
    }
    found.remove(&case.person);
    found
}

/// Of two exposures of one person the higher degree wins; of the same degree they are one. Degrees stand in the policy
/// from the highest down; a household's that does not stand there is above them.
fn merge(policy: &Policy, found: &mut BTreeMap<PersonId, Exposure>, more: BTreeMap<PersonId, Exposure>) {
    if found.is_empty() {
        *found = more;
        return;
    }
    let rank =
        |exposure: &Exposure| policy.exposures.degrees.iter().position(|rule| rule.degree == exposure.degree);
    for (person, exposure) in more {
        match found.entry(person) {
            Entry::Vacant(free) => {
                free.insert(exposure);
            }
            Entry::Occupied(mut known) => match rank(&exposure).cmp(&rank(known.get())) {
                Ordering::Less => *known.get_mut() = exposure,
                Ordering::Equal => known.get_mut().join(exposure),
                Ordering::Greater => {}
            },
        }
    }
}

impl Exposure {
    fn join(&mut self, other: Exposure) {
        let first = self.first.min(other.first);
        if other.last > self.last {
            *self = other;
        }
        self.first = first;
    }

    fn derived(self, person: PersonId, case: CaseId, policy: &Policy) -> Derived {
        let words = &policy.exposure_words;
        let attributes = self
            .attributes
            .with(Arc::clone(&words.degree), self.degree)
            .with(Arc::clone(&words.chain), crate::Number::whole(self.chain.into()))
            .with(Arc::clone(&words.first_exposure), self.first);
        Derived {
            person,
            kind: Kind::Exposure,
            happened_at: self.last,
            origin: Origin::Case(case),
            attributes,
        }
    }
}

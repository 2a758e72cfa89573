//! A dry run of policies on an epidemic, day by day: whoever a policy tells to keep apart makes no more visits, and what
//! follows from that is counted.
//!
//! ```text
//! Lived (somebody else's) ── results, who went out ──▶ evenings ── derive, decide ──▶ who is apart tomorrow ──▶ Lived
//!                                                                                             Life::infections ──▶ Counts
//! ```
//!
//! The rule sees what a city sees: visits at gates, who lives with whom, results of tests. Who infected whom is known to
//! [`Life`] alone, and it is asked for that only when everything is over: [`evenings`] is handed a [`Lived`], which cannot
//! tell.

mod counts;
mod evenings;
mod person;
mod places;
mod sweep;
mod traced;
mod trial;

pub use counts::{Counts, Spread, figure};
pub use evenings::{Acted, Told, evenings};
pub use places::{ISOLATION, Of, Place, places};
pub use sweep::{BadSweep, Sweep};
pub use trial::{Contender, Epidemics, Outcome, try_all, try_on};

use crate::presence;
use kangma_contact::{
    Stays,
    columns::{Columns, Period, PersonNo},
};
use kangma_core::{Time, policy::Policy};
use std::{ops::Range, sync::Arc};

/// What a city knows of itself before anybody falls ill.
#[derive(Debug, Clone)]
pub struct Seen {
    /// How many people there are, numbered from 0.
    pub people: u32,
    /// The visits that gates saw, as they would be if nobody kept apart.
    pub visits: Arc<Columns>,
    /// The kind of each point, as policies write it.
    pub kinds: Vec<Arc<str>>,
    /// Who lives with whom.
    pub households: Households,
    /// The midnights that divide the days, in seconds since 1970: one more than days.
    pub midnights: Vec<u32>,
    /// The first day in whose evening a rule is asked. What happened before is known to it by then.
    pub first_evening: u32,
}

/// Who lives with whom.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Households {
    /// By household: where its members begin; one more than households.
    begins: Vec<usize>,
    members: Vec<PersonNo>,
    /// By person.
    household: Vec<usize>,
}

/// The result of a test, on the day on which it became known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TestResult {
    /// Who.
    pub person: PersonNo,
    /// What it says: right or wrong.
    pub positive: bool,
    /// When symptoms began, where the person says that there are any.
    pub onset: Option<Time>,
    /// When the sample was taken.
    pub sampled: Time,
    /// When the result became known.
    pub reported: Time,
}

/// An infection that truly happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Infection {
    /// Who was infected.
    pub person: PersonNo,
    /// On which day; the first ones were before day 0.
    pub day: i32,
    /// By whom; nobody for the first ones.
    pub by: Option<PersonNo>,
}

/// What a city sees of an epidemic that goes through it under one policy.
pub trait Lived: Sync {
    /// Lives through the next day while these people are told to keep apart, in order of their numbers. The results that
    /// became known on that day.
    fn live(&mut self, apart: &[PersonNo]) -> Vec<TestResult>;
    /// Whether somebody left home on a day that was lived through: only then the visits of that day took place.
    fn went(&self, person: PersonNo, day: u32) -> bool;
    /// Whether somebody would say in a check-in on a day that they are ill.
    fn feels_ill(&self, person: PersonNo, day: u32) -> bool;
}

/// One course of an epidemic, with the truth about it.
pub trait Life: Lived {
    /// Everybody infected so far, in no order. For counting when it is over.
    fn infections(&self) -> Vec<Infection>;
}

/// An epidemic that can be lived through again and again. Chance is the same each time, so that two courses differ only by
/// what people were told.
pub trait Epidemic: Sync {
    /// What is seen of the city.
    fn seen(&self) -> &Seen;
    /// The same where scans without an exit are taken to last so long. Presences that were not made of scans are the same.
    fn seen_with(&self, _stays: &Stays) -> &Seen {
        self.seen()
    }
    /// Begins it from its first day.
    fn begin(&self) -> Box<dyn Life + '_>;
}

impl Seen {
    /// How many days there are.
    #[must_use]
    pub fn days(&self) -> u32 {
        u32::try_from(self.midnights.len().saturating_sub(1)).unwrap_or(u32::MAX)
    }

    /// The midnight with which a day begins, or the end of the last day.
    #[must_use]
    pub fn midnight(&self, day: u32) -> Time {
        let seconds = self.midnights.get(day as usize).or(self.midnights.last()).copied().unwrap_or(0);
        Time::from_seconds(seconds.into())
    }

    /// The day that a moment is in: the first of those before all days, as many as there are of those after the last.
    #[must_use]
    pub fn day_of(&self, at: Time) -> usize {
        let begun = |midnight: &u32| i64::from(*midnight) <= at.seconds();
        self.midnights.partition_point(begun).saturating_sub(1)
    }

    /// The days that a stretch of time touches, as far as there are such days.
    #[must_use]
    pub fn days_of(&self, during: Period) -> Range<u32> {
        let begun = |until: u32| self.midnights.partition_point(|midnight| *midnight < until);
        let [from, until] = [begun(during.from.saturating_add(1)).saturating_sub(1), begun(during.until)];
        let day = |day| u32::try_from(day).unwrap_or(u32::MAX);
        day(from)..day(until).min(self.days())
    }
}

impl Households {
    /// From the household of each person, numbered from 0.
    #[must_use]
    pub fn of(household: Vec<usize>) -> Self {
        let households = household.iter().max().map_or(0, |last| last + 1);
        let mut begins = vec![0; households + 1];
        household.iter().for_each(|home| begins[home + 1] += 1);
        (1..begins.len()).for_each(|home| begins[home] += begins[home - 1]);
        let mut members: Vec<PersonNo> = (0..).map(PersonNo).take(household.len()).collect();
        members.sort_by_key(|person| household[person.0 as usize]);
        Self { begins, members, household }
    }

    /// The household of each person, by their numbers.
    pub fn of_each(&self) -> impl Iterator<Item = usize> + '_ {
        self.household.iter().copied()
    }

    /// Who else lives in somebody's home.
    pub fn others(&self, person: PersonNo) -> impl Iterator<Item = PersonNo> + '_ {
        let home = self.household.get(person.0 as usize).copied();
        let members = home.map(|home| &self.members[self.begins[home]..self.begins[home + 1]]);
        members.unwrap_or_default().iter().copied().filter(move |other| *other != person)
    }
}

/// Lives through an epidemic without any tracing: only those whose result is positive keep apart, and who is ill.
#[must_use]
pub fn without_tracing(epidemic: &dyn Epidemic) -> Vec<Infection> {
    let mut life = epidemic.begin();
    for _day in 0..epidemic.seen().days() {
        life.live(&[]);
    }
    life.infections()
}

/// Lives through an epidemic under a policy, and counts what it did beside the course without tracing.
///
/// `progress` is told how many days are lived through.
#[must_use]
pub fn try_policy(
    epidemic: &dyn Epidemic,
    policy: &Arc<Policy>,
    untraced: &[Infection],
    mut progress: impl FnMut(u32),
) -> Counts {
    let mut life = epidemic.begin();
    let seen = epidemic.seen_with(&presence::stays(policy));
    let acted = evenings(policy, seen, &mut *life, &mut progress);
    Counts::of(epidemic.seen(), &acted, &life.infections(), untraced)
}

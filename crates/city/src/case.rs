//! The few cases that a city starts with.

use crate::{
    chance::{Chance, Purpose, Seed},
    people::{Occupation, Resident},
    size::Size,
};
use kangma_core::{PersonId, Span, Time};
use serde::{Deserialize, Serialize};

/// Somebody found to be infected, or suspected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeedCase {
    /// Who.
    pub person: PersonId,
    /// How sure it is.
    pub status: CaseStatus,
    /// When symptoms began; nothing where there were none.
    pub onset: Option<Time>,
    /// When the sample was taken.
    pub sampled: Time,
    /// When the case was reported.
    pub reported: Time,
}

/// How sure a case is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseStatus {
    /// Symptoms or one positive sample.
    Suspected,
    /// Confirmed by a laboratory.
    Confirmed,
}

/// Draws cases among people who work or go to school, so that each has somebody to have met.
///
/// Our assumptions: symptoms began 30 to 72 hours before the end, the sample was taken 4 to 16 hours later
/// and reported 4 to 12 hours after that. The second case has no symptoms, the last is only suspected.
pub(crate) fn cases(seed: Seed, size: &Size, residents: &[Resident], until: Time) -> Vec<SeedCase> {
    let mut chance = Chance::of(seed, Purpose::Cases, 0);
    let busy = |one: &&Resident| matches!(one.occupation, Occupation::Worker(_) | Occupation::Pupil(_));
    let mut candidates: Vec<PersonId> = residents.iter().filter(busy).map(|one| one.id).collect();
    let mut cases = Vec::new();
    for nth in 1..=size.cases {
        let Some(person) = chance.pick(&candidates).copied() else { break };
        candidates.retain(|candidate| *candidate != person);
        let began = until - Span::from_hours(30) - chance.up_to(Span::from_hours(42));
        let sampled = began + Span::from_hours(4) + chance.up_to(Span::from_hours(12));
        let reported = sampled + Span::from_hours(4) + chance.up_to(Span::from_hours(8));
        let last = nth == size.cases && nth > 1;
        let status = if last { CaseStatus::Suspected } else { CaseStatus::Confirmed };
        cases.push(SeedCase { person, status, onset: (nth != 2).then_some(began), sampled, reported });
    }
    cases
}

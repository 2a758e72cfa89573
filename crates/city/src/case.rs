//! The few cases that a city starts with.

use crate::{
    chance::{Chance, Purpose, Seed},
    parameters::Cases,
    people::Occupation,
    register::Resident,
};
use kangma_core::{PersonId, Time};
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

/// Draws cases among people who work or go to school, so that each has somebody to have met. The second case has no
/// symptoms, the last is only suspected.
pub(crate) fn cases(seed: Seed, habits: &Cases, residents: &[Resident], until: Time) -> Vec<SeedCase> {
    let mut chance = Chance::of(seed, Purpose::Cases, 0);
    let busy = |one: &&Resident| matches!(one.occupation, Occupation::Worker(_) | Occupation::Pupil(_));
    let mut candidates: Vec<PersonId> = residents.iter().filter(busy).map(|one| one.id).collect();
    let mut cases = Vec::new();
    for nth in 1..=habits.number {
        let Some(person) = chance.pick(&candidates).copied() else { break };
        candidates.retain(|candidate| *candidate != person);
        let began = until - chance.hours(habits.onset_hours_ago);
        let sampled = began + chance.hours(habits.sampled_hours_later);
        let reported = sampled + chance.hours(habits.reported_hours_later);
        let last = nth == habits.number && nth > 1;
        let status = if last { CaseStatus::Suspected } else { CaseStatus::Confirmed };
        cases.push(SeedCase { person, status, onset: (nth != 2).then_some(began), sampled, reported });
    }
    cases
}

//! Policies side by side on the same epidemics.

use super::{Counts, Epidemic, Infection, Spread, counts::figure, try_policy, without_tracing};
use crate::{Refused, presence};
use kangma_contact::Stays;
use kangma_core::{Zone, policy::Policy};
use serde::{Deserialize, Serialize};
use std::{
    ops::Range,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Makes epidemics, one for each seed.
pub trait Epidemics: Send + Sync {
    /// How many days each has.
    fn days(&self) -> u32;
    /// How many people each is among.
    fn people(&self) -> u32;
    /// Makes one whose days begin at midnight in a zone, seen with each of some stays. `progress` is told how many people are
    /// made.
    ///
    /// # Errors
    /// What is wrong with the numbers that it follows.
    fn make(
        &self,
        seed: u64,
        zone: &Zone,
        stays: &[Stays],
        progress: &mut dyn FnMut(u32),
    ) -> Result<Box<dyn Epidemic>, String>;
}

/// A policy that is tried.
#[derive(Debug, Clone)]
pub struct Contender {
    /// Its name.
    pub name: String,
    /// The swept value, as it was written.
    pub value: Option<String>,
    /// The policy.
    pub policy: Arc<Policy>,
}

/// What one policy came to over all seeds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// The policy's name.
    pub policy: String,
    /// The swept value; nothing where the policy was taken as it is.
    pub value: Option<String>,
    /// Person-days of isolation.
    pub isolation_days: Spread,
    /// Infections averted.
    pub averted: Spread,
    /// The first seed, whom the others follow; nothing where the epidemic was on record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seed: Option<u64>,
    /// Seed by seed, or the one on record.
    pub seeds: Vec<Counts>,
}

/// Tries every contender on the epidemic of every seed, two at a time. `progress` is told how much is done of how much: a
/// day lived through under one policy is one.
///
/// # Errors
/// [`Refused::BadFile`]: the numbers of the epidemic are impossible.
pub fn try_all(
    epidemics: &dyn Epidemics,
    contenders: &[Contender],
    seeds: Range<u64>,
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Result<Vec<Outcome>, Refused> {
    let Some(zone) = contenders.first().map(|first| &first.policy.zone) else { return Ok(Vec::new()) };
    let days = u64::from(epidemics.days());
    let lives = u64::try_from(contenders.len()).unwrap_or(u64::MAX) + 2;
    let total = (seeds.end.saturating_sub(seeds.start)).saturating_mul(days * lives);
    let done = AtomicU64::new(0);
    let more = |days: u64| progress(done.fetch_add(days, Ordering::Relaxed) + days, total);
    let mut of_each: Vec<Vec<Counts>> = contenders.iter().map(|_| Vec::new()).collect();
    let mut stays: Vec<Stays> = Vec::new();
    for of in contenders.iter().map(|contender| presence::stays(&contender.policy)) {
        if !stays.contains(&of) {
            stays.push(of);
        }
    }
    for seed in seeds.clone() {
        // Making the city counts as a life.
        let mut told = 0;
        let mut make = |people: u32| {
            let now = days * u64::from(people) / u64::from(epidemics.people().max(1));
            more(now.saturating_sub(told));
            told = told.max(now);
        };
        let epidemic = epidemics.make(seed, zone, &stays, &mut make).map_err(Refused::BadFile)?;
        more(days.saturating_sub(told));
        let untraced = without_tracing(&*epidemic);
        more(days);
        let counts = by_two(contenders, &*epidemic, &untraced, &|| more(1));
        of_each.iter_mut().zip(counts).for_each(|(all, counts)| all.push(counts));
    }
    let came_to = contenders.iter().zip(of_each);
    Ok(came_to.filter_map(|(contender, all)| contender.came_to(Some(seeds.start), all)).collect())
}

/// Tries every contender on one epidemic that is there, two at a time. `progress` is told how much is done of how much: a day
/// lived through under one policy is one.
#[must_use]
pub fn try_on(
    epidemic: &dyn Epidemic,
    contenders: &[Contender],
    progress: &(dyn Fn(u64, u64) + Sync),
) -> Vec<Outcome> {
    let days = u64::from(epidemic.seen().days());
    let total = days * (u64::try_from(contenders.len()).unwrap_or(u64::MAX) + 1);
    let done = AtomicU64::new(0);
    let more = |days: u64| progress(done.fetch_add(days, Ordering::Relaxed) + days, total);
    let untraced = without_tracing(epidemic);
    more(days);
    let counts = by_two(contenders, epidemic, &untraced, &|| more(1));
    let came_to = contenders.iter().zip(counts);
    came_to.filter_map(|(contender, counts)| contender.came_to(None, vec![counts])).collect()
}

fn by_two(
    contenders: &[Contender],
    epidemic: &dyn Epidemic,
    untraced: &[Infection],
    day: &(dyn Fn() + Sync),
) -> Vec<Counts> {
    let one = |contender: &Contender| try_policy(epidemic, &contender.policy, untraced, |_| day());
    let pair = |pair: &[Contender]| {
        std::thread::scope(|scope| {
            let second = pair.get(1).map(|second| scope.spawn(|| one(second)));
            let first = pair.first().map(one);
            let second = second.and_then(|second| second.join().ok());
            first.into_iter().chain(second).collect::<Vec<Counts>>()
        })
    };
    contenders.chunks(2).flat_map(pair).collect()
}

impl Contender {
    /// A policy as it is.
    #[must_use]
    pub fn of(policy: Arc<Policy>) -> Self {
        Self { name: policy.reference.name.to_string(), value: None, policy }
    }

    fn came_to(&self, first_seed: Option<u64>, seeds: Vec<Counts>) -> Option<Outcome> {
        let isolation: Vec<f64> = seeds.iter().map(|counts| figure(counts.isolation_days)).collect();
        let averted: Vec<f64> =
            seeds.iter().map(|counts| figure(counts.infected_without) - figure(counts.infected)).collect();
        Some(Outcome {
            policy: self.name.clone(),
            value: self.value.clone(),
            isolation_days: Spread::of(&isolation)?,
            averted: Spread::of(&averted)?,
            first_seed,
            seeds,
        })
    }
}

impl Outcome {
    /// Its name, with the value where one was swept.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.value {
            Some(value) => format!("{} ({value})", self.policy),
            None => self.policy.clone(),
        }
    }

    /// The mean over the seeds of something that is counted; nothing where no seed has it.
    #[must_use]
    pub fn mean(&self, counted: impl Fn(&Counts) -> Option<f64>) -> Option<f64> {
        let figures: Vec<f64> = self.seeds.iter().filter_map(counted).collect();
        Spread::of(&figures).map(|spread| spread.mean)
    }
}

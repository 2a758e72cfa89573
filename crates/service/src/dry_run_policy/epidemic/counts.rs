//! What a policy did to an epidemic, counted when it is over, beside the same epidemic without tracing.

use super::{Acted, Infection, Seen, Told};
use kangma_contact::columns::PersonNo;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a policy did.
///
/// Whoever was known to be ill before is counted nowhere as told: they keep apart under every policy, and without any.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Counts {
    /// People infected while the policy was asked, from the day after its first evening on.
    pub infected: u64,
    /// The same without tracing.
    pub infected_without: u64,
    /// How many fewer: below zero where the policy did harm.
    pub averted: i64,
    /// People told to keep apart before they were known to be ill.
    pub told: u64,
    /// People told for each infection averted; nothing where none was.
    pub told_per_averted: Option<f64>,
    /// Of those told, how many were infected by the evening on which they were told.
    pub told_infected: u64,
    /// The share of the told who were infected: precision.
    pub precision: Option<f64>,
    /// Of those who were infected, how many were told before they had infected anybody.
    pub told_in_time: u64,
    /// The share of the infected who were told in time: recall.
    pub recall: Option<f64>,
    /// From infection to being told, in days: the mean over those who were told and infected.
    pub days_to_told: Option<f64>,
    /// Days that people who were told spent apart, together.
    pub isolation_days: u64,
    /// Those of them that were spent by people who were never infected.
    pub isolation_days_of_well: u64,
    /// Positive results, false ones among them.
    pub reported: u64,
}

/// A figure over several seeds.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Spread {
    /// The mean.
    pub mean: f64,
    /// The standard deviation between seeds; zero for one seed.
    pub deviation: f64,
    /// The least.
    pub least: f64,
    /// The most.
    pub most: f64,
}

impl Counts {
    pub(super) fn of(seen: &Seen, acted: &Acted, infections: &[Infection], untraced: &[Infection]) -> Self {
        let begins = i32::try_from(seen.first_evening).unwrap_or(i32::MAX);
        let counted = |all: &[Infection]| count(all.iter().filter(|infection| infection.day > begins));
        let [infected, infected_without] = [counted(infections), counted(untraced)];
        let averted = signed(infected_without) - signed(infected);
        let truth = Truth::of(infections);
        let told = count(&acted.told);
        let days: Vec<f64> = acted.told.iter().filter_map(|told| truth.days_to_told(told)).collect();
        let told_infected = count(&days);
        let known = acted.told.iter().filter(|told| truth.told_in_time(told));
        let told_in_time = count(known.filter(|told| truth.infected_after(told.person, begins)));
        Self {
            infected,
            infected_without,
            averted,
            told,
            told_per_averted: (averted > 0).then(|| figure(told) / figure(averted.unsigned_abs())),
            told_infected,
            precision: share(told_infected, told),
            told_in_time,
            recall: share(told_in_time, infected),
            days_to_told: (!days.is_empty()).then(|| days.iter().sum::<f64>() / figure(told_infected)),
            isolation_days: acted.told.iter().map(|told| u64::from(told.days)).sum(),
            isolation_days_of_well: acted
                .told
                .iter()
                .filter(|told| !truth.infected.contains_key(&told.person))
                .map(|told| u64::from(told.days))
                .sum(),
            reported: count(&acted.reported),
        }
    }
}

/// Who was infected when, and when they first infected somebody.
struct Truth {
    infected: BTreeMap<PersonNo, i32>,
    first_infects: BTreeMap<PersonNo, i32>,
}

impl Truth {
    fn of(infections: &[Infection]) -> Self {
        let mut first_infects: BTreeMap<PersonNo, i32> = BTreeMap::new();
        for (by, day) in infections.iter().filter_map(|infection| Some((infection.by?, infection.day))) {
            let first = first_infects.entry(by).or_insert(day);
            *first = day.min(*first);
        }
        let infected = infections.iter().map(|infection| (infection.person, infection.day)).collect();
        Self { infected, first_infects }
    }

    fn infected_after(&self, person: PersonNo, day: i32) -> bool {
        self.infected.get(&person).is_some_and(|at| *at > day)
    }

    /// From infection to being told, where somebody was infected by then.
    fn days_to_told(&self, told: &Told) -> Option<f64> {
        let day = i32::try_from(told.day).ok()?;
        self.infected.get(&told.person).filter(|at| **at <= day).map(|at| f64::from(day - at))
    }

    /// Whether somebody was told who had not infected anybody yet.
    fn told_in_time(&self, told: &Told) -> bool {
        let day = i32::try_from(told.day).unwrap_or(i32::MAX);
        self.first_infects.get(&told.person).is_none_or(|first| *first > day)
    }
}

impl Spread {
    /// Of figures, one for each seed; nothing when there are none.
    #[must_use]
    pub fn of(figures: &[f64]) -> Option<Self> {
        let many = figure(count(figures));
        let mean = figures.iter().sum::<f64>() / many;
        let squares: f64 = figures.iter().map(|figure| (figure - mean).powi(2)).sum();
        Some(Self {
            mean,
            deviation: if many > 1.0 { (squares / (many - 1.0)).sqrt() } else { 0.0 },
            least: figures.iter().copied().reduce(f64::min)?,
            most: figures.iter().copied().reduce(f64::max)?,
        })
    }
}

fn count(things: impl IntoIterator) -> u64 {
    u64::try_from(things.into_iter().count()).unwrap_or(u64::MAX)
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| figure(part) / figure(whole))
}

/// A count as a figure to reckon with.
#[expect(clippy::cast_precision_loss, reason = "counts of people are far below 2^53")]
#[must_use]
pub fn figure(count: u64) -> f64 {
    count as f64
}

//! The numbers of an epidemic.

use crate::Kind;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The first day, counted from onset, on which somebody may infect others.
pub(super) const FIRST_INFECTIOUS_DAY: i32 = -3;

/// The table `[epidemic]` of a city's file, where the source of each number stands. Shares are in thousandths.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Illness {
    /// How many of 100,000 people are infected in the week before the first day, at least one.
    pub first_infections_of_100k: u32,
    /// The first day in whose evening a policy is asked.
    pub first_evening: u32,
    /// How many others one infected person infects while nobody keeps apart.
    pub reproduction: f64,
    /// The share of housemates whom somebody with symptoms infects.
    pub household_attack: u32,
    /// How infectious people are on each day from three days before onset on; only the proportions matter.
    pub infectiousness: Vec<u32>,
    /// Half fall ill within so many days.
    pub incubation_median_days: f64,
    /// The deviation of its logarithm.
    pub incubation_sigma: f64,
    /// The share without symptoms.
    pub without_symptoms: u32,
    /// How infectious they are beside others.
    pub infectiousness_without_symptoms: u32,
    /// The share of people who infect most.
    pub few: u32,
    /// See `few`.
    pub infections_of_the_few: u32,
    /// How many others are within two metres of somebody at a time, where there are so many.
    pub near: u32,
    /// How much a minute near somebody counts by kind of point; 1,000 where none is named.
    pub places: BTreeMap<Kind, u32>,
    /// The share of those with symptoms who have themselves tested.
    pub seeks_test: u32,
    /// Half are tested within so many days of onset.
    pub test_median_days: f64,
    /// The deviation of its logarithm.
    pub test_sigma: f64,
    /// Half of the results are known within so many days.
    pub result_median_days: f64,
    /// The deviation of its logarithm.
    pub result_sigma: f64,
    /// The share of infected people whom a test finds, by days since onset from four days before it on, the last for all later ones.
    pub sensitivity: Vec<u32>,
    /// How many of 100,000 people are tested each day for other reasons.
    pub other_tests_of_100k: u32,
    /// How many of 100,000 people fall ill with something else each day, and feel it for three days.
    pub other_illness_of_100k: u32,
    /// The share of people without the illness whose test is positive.
    pub false_positives: u32,
    /// On which days after being told to keep apart people are tested.
    pub tests_when_told: Vec<u32>,
    /// The share of those told who are tested.
    pub tested_when_told: u32,
    /// The share who stay at home from the day after onset on, told or not.
    pub stays_home_when_ill: u32,
    /// The share who keep apart when they are told.
    pub complies: u32,
    /// How infectious somebody who keeps apart is to housemates, beside others.
    pub at_home_apart: u32,
    /// How many days after a positive result people keep apart.
    pub apart_when_positive_days: u32,
    /// The share of points with a gate.
    pub points_with_a_gate: u32,
    /// The share of visits that are scanned where there is a gate.
    pub scanned: u32,
}

/// A parameter that cannot be.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("epidemic.{name} cannot be {value}: {remedy}")]
pub struct Impossible {
    /// Which.
    pub name: &'static str,
    /// What it is.
    pub value: String,
    /// What it may be.
    pub remedy: &'static str,
}

impl Illness {
    /// Whether the numbers are possible.
    ///
    /// # Errors
    /// The first that is not, and what it may be.
    pub fn check(&self) -> Result<(), Impossible> {
        let shares = [
            ("household-attack", self.household_attack),
            ("without-symptoms", self.without_symptoms),
            ("infectiousness-without-symptoms", self.infectiousness_without_symptoms),
            ("few", self.few),
            ("infections-of-the-few", self.infections_of_the_few),
            ("seeks-test", self.seeks_test),
            ("false-positives", self.false_positives),
            ("tested-when-told", self.tested_when_told),
            ("stays-home-when-ill", self.stays_home_when_ill),
            ("complies", self.complies),
            ("at-home-apart", self.at_home_apart),
            ("points-with-a-gate", self.points_with_a_gate),
            ("scanned", self.scanned),
        ];
        let sensitivity = self.sensitivity.iter().map(|share| ("sensitivity", *share));
        for (name, share) in shares.into_iter().chain(sensitivity) {
            refuse(share > 1_000, name, share, "a share in thousandths is from 0 to 1000")?;
        }
        for (name, share) in [("few", self.few), ("household-attack", self.household_attack)] {
            refuse(share == 0 || share == 1_000, name, share, "write a share between 1 and 999")?;
        }
        let lengths = [
            ("reproduction", self.reproduction, "write a number above 0 and at most 20"),
            ("incubation-median-days", self.incubation_median_days, "write days above 0 and at most 20"),
            ("test-median-days", self.test_median_days, "write days above 0 and at most 20"),
            ("result-median-days", self.result_median_days, "write days above 0 and at most 20"),
        ];
        for (name, length, remedy) in lengths {
            refuse(!(length > 0.0 && length <= 20.0), name, length, remedy)?;
        }
        let sigmas = [
            ("incubation-sigma", self.incubation_sigma),
            ("test-sigma", self.test_sigma),
            ("result-sigma", self.result_sigma),
        ];
        for (name, sigma) in sigmas {
            refuse(!(0.0..=3.0).contains(&sigma), name, sigma, "write a number from 0 to 3")?;
        }
        let days = &self.infectiousness;
        let none = days.iter().all(|day| *day == 0);
        refuse(none || days.len() > 60, "infectiousness", days.len(), "write at most 60 days, one above 0")?;
        refuse(self.sensitivity.is_empty(), "sensitivity", "empty", "write at least one share")?;
        refuse(self.near == 0, "near", self.near, "write at least 1")?;
        let over = self.first_infections_of_100k == 0 || self.first_infections_of_100k > 100_000;
        refuse(over, "first-infections-of-100k", self.first_infections_of_100k, "write 1 to 100000")?;
        let over = self.other_illness_of_100k > 100_000;
        refuse(over, "other-illness-of-100k", self.other_illness_of_100k, "write 0 to 100000")?;
        let over = self.other_tests_of_100k > 100_000;
        refuse(over, "other-tests-of-100k", self.other_tests_of_100k, "write 0 to 100000")
    }

    /// How much a minute at a kind of point counts, in thousandths.
    pub(super) fn weight_of(&self, kind: Kind) -> u32 {
        self.places.get(&kind).copied().unwrap_or(1_000)
    }

    /// How infectious people are on a day counted from onset: the share of all their infectiousness.
    pub(super) fn infectiousness_on(&self, since_onset: i32) -> f64 {
        let place = usize::try_from(since_onset - FIRST_INFECTIOUS_DAY).ok();
        let on_day = place.and_then(|place| self.infectiousness.get(place)).copied().unwrap_or(0);
        f64::from(on_day) / self.infectiousness.iter().copied().map(f64::from).sum::<f64>()
    }

    /// The last day, counted from onset, on which somebody may infect others.
    pub(super) fn last_infectious_day(&self) -> i32 {
        i32::try_from(self.infectiousness.len()).unwrap_or(i32::MAX) + FIRST_INFECTIOUS_DAY - 1
    }

    /// How often a test finds an infection, so many days after onset, in thousandths.
    pub(super) fn sensitivity_on(&self, since_onset: i32) -> u32 {
        let Ok(place) = usize::try_from(since_onset + 4) else { return 0 };
        self.sensitivity.get(place).or(self.sensitivity.last()).copied().unwrap_or(0)
    }

    /// The four kinds of infected people: their share of all, and how infectious they are beside the mean of those with
    /// symptoms.
    pub(super) fn classes(&self) -> [(f64, f64); 4] {
        let share = |per_mille: u32| f64::from(per_mille) / 1_000.0;
        let (few, silent) = (share(self.few), share(self.without_symptoms));
        let theirs = share(self.infections_of_the_few);
        let [much, little] = [theirs / few, (1.0 - theirs) / (1.0 - few)];
        let less = share(self.infectiousness_without_symptoms);
        [
            (few * (1.0 - silent), much),
            ((1.0 - few) * (1.0 - silent), little),
            (few * silent, much * less),
            ((1.0 - few) * silent, little * less),
        ]
    }
}

fn refuse(
    wrong: bool,
    name: &'static str,
    value: impl ToString,
    remedy: &'static str,
) -> Result<(), Impossible> {
    if wrong { Err(Impossible { name, value: value.to_string(), remedy }) } else { Ok(()) }
}

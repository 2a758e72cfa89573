//! Numbers that cannot be impossible: each refuses what it cannot be where it is read, so that the refusal has a line.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A probability in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct PerMille(u32);

/// So many of something: at least one, at most four billion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "i64")]
pub struct Count(u32);

/// A length of time whose logarithm is normal: never negative, with a long tail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenLogNormal")]
pub struct LogNormal {
    /// Half are shorter.
    pub(crate) median_seconds: f64,
    /// The deviation of the logarithm.
    pub(crate) sigma: f64,
}

/// A time of day about a mean.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "WrittenTimeOfDay")]
pub struct TimeOfDay {
    /// Seconds after midnight.
    pub(crate) mean: f64,
    /// In seconds.
    pub(crate) deviation: f64,
}

/// How unequal things are: the n-th is chosen as often as one through the so-manieth power of n. 0 is equal.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64")]
pub struct Exponent(pub(crate) f64);

/// Whole numbers from one to another, both included: `[20, 61]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "[i64; 2]")]
pub struct Between {
    pub(crate) low: u32,
    pub(crate) high: u32,
}

/// Things, each with its weight: `{ bus = 40, subway = 60 }`. At least one weighs something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<T, i64>", bound(deserialize = "T: Ord + Deserialize<'de>"))]
pub struct Weights<T>(Vec<(T, u32)>);

/// How many, by weight: `[1, 2, 1]` is none once, one twice, two once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<i64>")]
pub struct HowMany(Weights<u32>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenLogNormal {
    median_minutes: f64,
    sigma: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct WrittenTimeOfDay {
    mean: String,
    deviation_minutes: f64,
}

/// No weight is larger, so that their sum never overflows.
const HEAVIEST: u32 = 1_000_000;
const DAY_MINUTES: f64 = 1_440.0;

impl PerMille {
    /// Not once.
    pub const NEVER: Self = Self(0);

    /// In thousandths.
    #[must_use]
    pub const fn thousandths(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for PerMille {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        let in_range = u32::try_from(number).ok().filter(|number| *number <= 1_000);
        in_range.map(Self).ok_or_else(|| format!("{number} is no share: write thousandths, from 0 to 1000"))
    }
}

impl Count {
    /// The number.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }
}

impl TryFrom<i64> for Count {
    type Error = String;

    fn try_from(number: i64) -> Result<Self, String> {
        let in_range = u32::try_from(number).ok().filter(|number| *number > 0);
        in_range
            .map(Self)
            .ok_or_else(|| format!("{number} is too {}: write 1 to {}", wrong(number), u32::MAX))
    }
}

fn wrong(number: i64) -> &'static str {
    if number < 1 { "few" } else { "many" }
}

impl TryFrom<WrittenLogNormal> for LogNormal {
    type Error = String;

    fn try_from(written: WrittenLogNormal) -> Result<Self, String> {
        let WrittenLogNormal { median_minutes, sigma } = written;
        if !(median_minutes > 0.0 && median_minutes <= DAY_MINUTES) {
            return Err(format!("nobody stays {median_minutes} minutes: write more than 0, at most 1440"));
        }
        if !(0.0..=3.0).contains(&sigma) {
            return Err(format!("the deviation of a logarithm cannot be {sigma}: write 0 to 3"));
        }
        Ok(Self { median_seconds: median_minutes * 60.0, sigma })
    }
}

impl TryFrom<WrittenTimeOfDay> for TimeOfDay {
    type Error = String;

    fn try_from(written: WrittenTimeOfDay) -> Result<Self, String> {
        let WrittenTimeOfDay { mean, deviation_minutes } = written;
        let minutes =
            minutes(&mean).ok_or_else(|| format!("`{mean}` is no time of day: write it like 07:25"))?;
        if !(0.0..=DAY_MINUTES).contains(&deviation_minutes) {
            return Err(format!(
                "a time of day cannot deviate by {deviation_minutes} minutes: write 0 to 1440"
            ));
        }
        Ok(Self { mean: f64::from(minutes) * 60.0, deviation: deviation_minutes * 60.0 })
    }
}

fn minutes(text: &str) -> Option<u32> {
    let (hour, minute) = text.split_once(':')?;
    let below =
        |text: &str, end: u32| text.parse::<u32>().ok().filter(|number| text.len() == 2 && *number < end);
    Some(below(hour, 24)? * 60 + below(minute, 60)?)
}

impl TryFrom<f64> for Exponent {
    type Error = String;

    fn try_from(exponent: f64) -> Result<Self, String> {
        match (0.0..=3.0).contains(&exponent) {
            true => Ok(Self(exponent)),
            false => {
                Err(format!("{exponent} is no exponent: write 0 (all equal) to 3 (nearly all at the first)"))
            }
        }
    }
}

impl TryFrom<[i64; 2]> for Between {
    type Error = String;

    fn try_from([low, high]: [i64; 2]) -> Result<Self, String> {
        match (u32::try_from(low), u32::try_from(high)) {
            (Ok(low), Ok(high)) if low <= high && high <= 240 => Ok(Self { low, high }),
            _ => Err(format!("[{low}, {high}] is nothing: write the lower number first, from 0 to 240")),
        }
    }
}

impl Between {
    /// Whether a number lies there.
    #[must_use]
    pub fn contains(self, number: u32) -> bool {
        (self.low..=self.high).contains(&number)
    }
}

impl<T> Weights<T> {
    /// Each thing with its weight.
    #[must_use]
    pub fn each(&self) -> &[(T, u32)] {
        &self.0
    }

    fn of(things: impl Iterator<Item = (T, i64)>) -> Result<Self, String> {
        let weigh = |(thing, weight): (T, i64)| match u32::try_from(weight) {
            Ok(weight) if weight <= HEAVIEST => Ok((thing, weight)),
            _ => Err(format!("{weight} is no weight: write 0 to {HEAVIEST}")),
        };
        let weights = things.map(weigh).collect::<Result<Vec<_>, _>>()?;
        match weights.iter().any(|(_, weight)| *weight > 0) {
            true => Ok(Self(weights)),
            false => Err("every weight is 0: give at least one a weight above 0".to_owned()),
        }
    }
}

impl<T: Ord> TryFrom<BTreeMap<T, i64>> for Weights<T> {
    type Error = String;

    fn try_from(weights: BTreeMap<T, i64>) -> Result<Self, String> {
        Self::of(weights.into_iter())
    }
}

impl HowMany {
    /// Each number with its weight.
    #[must_use]
    pub fn each(&self) -> &[(u32, u32)] {
        self.0.each()
    }
}

impl TryFrom<Vec<i64>> for HowMany {
    type Error = String;

    fn try_from(weights: Vec<i64>) -> Result<Self, String> {
        match weights.len() {
            0..=13 => Ok(Self(Weights::of((0..).zip(weights))?)),
            many => Err(format!("there are {many} weights: write at most 13, of 0 to 12")),
        }
    }
}

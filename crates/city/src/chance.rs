//! Chance from a seed, in streams that do not disturb each other.

use kangma_core::Span;
use rand::{Rng, RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a whole city follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seed(pub u64);

/// A probability in thousandths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct PerMille(pub u32);

/// A length of time whose logarithm is normal: never negative, with a long tail.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LogNormal {
    /// Half are shorter.
    pub median_minutes: u32,
    /// The deviation of the logarithm.
    pub sigma: f64,
}

/// A time of day around a mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Normal {
    /// The mean, in minutes after midnight.
    pub mean_minutes: u32,
    /// The deviation.
    pub deviation_minutes: u32,
}

/// What a stream is for. Its place in this list is part of what a seed means: add at the end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    Points,
    Household,
    Resident,
    Day,
    Cases,
    Metropolis,
}

/// A named generator, because the standard one may change with its library.
pub(crate) struct Chance(Xoshiro256PlusPlus);

impl Chance {
    /// The stream of the `index`-th thing of a purpose.
    pub fn of(seed: Seed, purpose: Purpose, index: u64) -> Self {
        let purpose: u64 = match purpose {
            Purpose::Points => 1,
            Purpose::Household => 2,
            Purpose::Resident => 3,
            Purpose::Day => 4,
            Purpose::Cases => 5,
            Purpose::Metropolis => 6,
        };
        let mut bytes = [0; 32];
        let words = [seed.0, purpose, index, 0x6b61_6e67_6d61];
        for (chunk, word) in bytes.as_chunks_mut().0.iter_mut().zip(words) {
            *chunk = word.to_le_bytes();
        }
        let mut rng = Xoshiro256PlusPlus::from_seed(bytes);
        // Seeds that differ in few bits give first numbers that differ in few: let them mix.
        for _ in 0..16 {
            rng.next_u64();
        }
        Self(rng)
    }

    /// A 63-bit number, as identifiers are.
    pub fn number(&mut self) -> u64 {
        self.0.next_u64() >> 1
    }

    pub fn happens(&mut self, probability: PerMille) -> bool {
        self.0.random_range(0..1_000) < probability.0
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        self.0.random_range(low..=high.max(low))
    }

    /// A span up to `longest`, to the second.
    pub fn up_to(&mut self, longest: Span) -> Span {
        Span::from_seconds(self.0.random_range(0..=longest.seconds().max(0)))
    }

    /// One of them; nothing when there are none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let last = from.len().checked_sub(1)?;
        from.get(self.0.random_range(0..=last))
    }

    /// One of them, as often as its weight says; nothing when no weight is above zero.
    pub fn weighted<'a, T>(&mut self, from: &'a [(T, u32)]) -> Option<&'a T> {
        let total: u32 = from.iter().map(|(_, weight)| weight).sum();
        let mut left = self.0.random_range(0..total.max(1));
        from.iter().find_map(|(thing, weight)| match left.checked_sub(*weight) {
            Some(rest) => {
                left = rest;
                None
            }
            None => Some(thing),
        })
    }

    /// One of so many, the first far more often than the last: the n-th as often as one through the root of n.
    pub fn popular(&mut self, many: u32) -> u32 {
        let drawn = self.0.random_range(0..1u64 << 31);
        let place = (((drawn * drawn) >> 31) * u64::from(many)) >> 31;
        u32::try_from(place).unwrap_or(0)
    }

    pub fn dwell(&mut self, dwell: LogNormal) -> Span {
        let seconds = f64::from(dwell.median_minutes) * 60.0 * (dwell.sigma * self.standard()).exp();
        let seconds = Duration::try_from_secs_f64(seconds.min(86_400.0)).map_or(0, |length| length.as_secs());
        Span::from_seconds(i64::try_from(seconds).unwrap_or(0))
    }

    /// How long after midnight.
    pub fn time_of_day(&mut self, time: Normal) -> Span {
        let minutes = f64::from(time.mean_minutes) + f64::from(time.deviation_minutes) * self.standard();
        let seconds = Duration::try_from_secs_f64((minutes * 60.0).clamp(0.0, 86_399.0));
        Span::from_seconds(seconds.ok().and_then(|length| i64::try_from(length.as_secs()).ok()).unwrap_or(0))
    }

    /// Standard normal as the sum of twelve: no tail beyond six deviations, and nothing but additions.
    fn standard(&mut self) -> f64 {
        (0..12).map(|_| self.0.random::<f64>()).sum::<f64>() - 6.0
    }
}

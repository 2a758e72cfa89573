//! Chance from a seed, in streams that do not disturb each other.

use crate::parameters::{Between, Exponent, LogNormal, PerMille, TimeOfDay};
use kangma_core::Span;
use rand::{Rng, RngExt, SeedableRng, rngs::Xoshiro256PlusPlus};
use serde::{Deserialize, Serialize};

/// What a whole city follows from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Seed(pub u64);

/// What a stream is for. Its number is part of what a seed means: add at the end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Purpose {
    /// Of a point.
    Point,
    /// Of a household.
    Household,
    /// What a person does all life.
    Person,
    /// What a person does on a day.
    Day,
    /// Of the city.
    Cases,
    /// What a person is called.
    Name,
    /// What is scanned of a stay when it begins, and when it ends.
    Entry,
    Exit,
    /// Of a household.
    Address,
}

/// How often each of so many is chosen: [`Exponent`], reckoned once.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Popularity {
    many: u32,
    exponent: f64,
    /// Of the power at the end.
    top: f64,
}

/// A named generator, because the standard one may change with its library.
pub(crate) struct Chance(Xoshiro256PlusPlus);

impl Purpose {
    const fn number(self) -> u64 {
        match self {
            Self::Point => 1,
            Self::Household => 2,
            Self::Person => 3,
            Self::Day => 4,
            Self::Cases => 5,
            Self::Name => 6,
            Self::Entry => 7,
            Self::Exit => 8,
            Self::Address => 9,
        }
    }
}

impl Popularity {
    pub fn of(many: u32, Exponent(exponent): Exponent) -> Self {
        let top = match harmonic(exponent) {
            true => (f64::from(many) + 1.0).ln(),
            false => (f64::from(many) + 1.0).powf(1.0 - exponent) - 1.0,
        };
        Self { many, exponent, top }
    }
}

/// Where the sum of the powers is a logarithm.
fn harmonic(exponent: f64) -> bool {
    (exponent - 1.0).abs() < 1e-6
}

impl Chance {
    /// The stream of the `index`-th thing of a purpose.
    pub fn of(seed: Seed, purpose: Purpose, index: u64) -> Self {
        let mut bytes = [0; 32];
        let words = [seed.0, purpose.number(), index, 0x6b61_6e67_6d61];
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
        self.0.random_range(0..1_000) < probability.thousandths()
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        self.0.random_range(low..=high.max(low))
    }

    pub fn within(&mut self, Between { low, high }: Between) -> u32 {
        self.between(low, high)
    }

    /// So many hours, to the second.
    pub fn hours(&mut self, Between { low, high }: Between) -> Span {
        Span::from_seconds(i64::from(self.between(low * 3_600, high * 3_600)))
    }

    /// One of them; nothing when there are none.
    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let last = from.len().checked_sub(1)?;
        from.get(self.0.random_range(0..=last))
    }

    /// One of them, as often as its weight says; nothing when no weight is above zero.
    pub fn weighted<T: Copy>(&mut self, from: &[(T, u32)]) -> Option<T> {
        let total: u32 = from.iter().map(|(_, weight)| weight).sum();
        let mut left = self.0.random_range(0..total.max(1));
        from.iter().find_map(|(thing, weight)| match left.checked_sub(*weight) {
            Some(rest) => {
                left = rest;
                None
            }
            None => Some(*thing),
        })
    }

    /// One of so many, from 0, the first most often. Draws from the curve through the powers.
    pub fn popular(&mut self, popularity: &Popularity) -> u32 {
        let drawn = self.0.random::<f64>();
        let Popularity { many, exponent, top } = *popularity;
        let place = match harmonic(exponent) {
            true => (drawn * top).exp(),
            false => (1.0 + drawn * top).powf(1.0 / (1.0 - exponent)),
        };
        floor(place - 1.0).min(many.saturating_sub(1))
    }

    /// How long, in seconds: at least one, at most a day.
    pub fn dwell(&mut self, dwell: LogNormal) -> u32 {
        floor(dwell.median_seconds * (dwell.sigma * self.standard()).exp()).clamp(1, 86_400)
    }

    /// How many seconds after midnight: of the same day.
    pub fn time_of_day(&mut self, time: TimeOfDay) -> u32 {
        floor(time.mean + time.deviation * self.standard()).min(86_399)
    }

    /// Standard normal as the sum of twelve: no tail beyond six deviations, and nothing but additions.
    fn standard(&mut self) -> f64 {
        let four = |drawn: u64| (0..4).map(|lane| (drawn >> (16 * lane)) & 0xffff).sum::<u64>();
        let sum = four(self.0.next_u64()) + four(self.0.next_u64()) + four(self.0.next_u64());
        // Twelve numbers below 2^16; half a step each to the middle.
        (f64::from(u32::try_from(sum).unwrap_or(0)) + 6.0) / 65_536.0 - 6.0
    }
}

/// The whole seconds, or places, in a number: 0 of a negative one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a conversion from floating point goes to the nearest end of its range, which is what is meant"
)]
fn floor(number: f64) -> u32 {
    number as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shares(exponent: f64) -> Vec<f64> {
        let popularity = Popularity::of(10, Exponent(exponent));
        let mut chance = Chance::of(Seed(1), Purpose::Cases, 0);
        let mut counts = vec![0.0; 10];
        for _ in 0..100_000 {
            counts[chance.popular(&popularity) as usize] += 1e-5;
        }
        counts
    }

    #[test]
    fn the_exponent_says_how_much_more_the_first_draws_than_the_last() {
        let equal = shares(0.0);
        assert!(equal.iter().all(|share| (0.095..0.105).contains(share)), "{equal:?}");
        // The area under x^-s over [1, 2) of that over [1, 11).
        let roots = shares(0.5);
        assert!((roots[0] - (2f64.sqrt() - 1.0) / (11f64.sqrt() - 1.0)).abs() < 0.005, "{roots:?}");
        let harmonic = shares(1.0);
        assert!((harmonic[0] - 2f64.ln() / 11f64.ln()).abs() < 0.005, "{harmonic:?}");
        let steep = shares(2.0);
        assert!((steep[0] - (1.0 - 1.0 / 2.0) / (1.0 - 1.0 / 11.0)).abs() < 0.005, "{steep:?}");
    }

    #[test]
    fn the_normal_has_the_mean_and_the_deviation_of_one() {
        let mut chance = Chance::of(Seed(1), Purpose::Cases, 0);
        let drawn: Vec<f64> = (0..100_000).map(|_| chance.standard()).collect();
        let mean = drawn.iter().sum::<f64>() / 1e5;
        let variance = drawn.iter().map(|x| x * x).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.015, "{mean} {variance}");
    }
}

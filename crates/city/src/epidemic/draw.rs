//! Chance that depends on what it is for and on nothing that happened before.

use crate::chance::Seed;

/// What a draw is for. Its number is part of what a seed means: add at the end.
#[derive(Debug, Clone, Copy)]
pub(super) enum For {
    First = 1,
    FirstDay,
    Incubation,
    Symptoms,
    Infectiousness,
    Infection,
    SeeksTest,
    Sample,
    Result,
    Laboratory,
    StaysHome,
    Complies,
    Other,
    Gate,
    Scan,
    Exit,
    Code,
    TestedWhenTold,
    OtherIllness,
}

/// From 0 to below 1, from the seed, what it is for, and up to three numbers.
pub(super) fn draw(seed: Seed, what: For, about: [u32; 3]) -> f64 {
    // 32 bits are fine enough for any chance here, and exact as a fraction.
    f64::from(bits(seed, what, about)) / 4_294_967_296.0
}

/// A number below `many`; 0 when there are none.
pub(super) fn below(seed: Seed, what: For, about: [u32; 3], many: u32) -> u32 {
    let place = (u64::from(bits(seed, what, about)) * u64::from(many)) >> 32;
    u32::try_from(place).unwrap_or(0)
}

fn bits(seed: Seed, what: For, about: [u32; 3]) -> u32 {
    let [one, two, three] = about.map(u64::from);
    let bits = mix(mix(mix(seed.0 ^ (what as u64) << 56) ^ one << 32 ^ two) ^ three);
    u32::try_from(bits >> 32).unwrap_or(0)
}

/// Whether something of so many in a thousand happens.
pub(super) fn happens(seed: Seed, what: For, about: [u32; 3], per_mille: u32) -> bool {
    draw(seed, what, about) * 1_000.0 < f64::from(per_mille)
}

/// Standard normal, from twelve draws.
pub(super) fn normal(seed: Seed, what: For, about: [u32; 2]) -> f64 {
    (0..12).map(|n| draw(seed, what, [about[0], about[1], n])).sum::<f64>() - 6.0
}

/// Whole days whose logarithm is normal.
pub(super) fn days(seed: Seed, what: For, person: u32, median: f64, sigma: f64) -> i32 {
    let days = median * (sigma * normal(seed, what, [person, 0])).exp();
    // Halves of a day are rounded up: `as` would cut.
    (0..365).find(|day| days < f64::from(*day) + 0.5).unwrap_or(365)
}

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of the input changes half of the output.
const fn mix(word: u64) -> u64 {
    let word = word.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

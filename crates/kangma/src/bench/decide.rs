//! `decide` on generated people, on one core.

use std::{hash::Hasher, time::Instant};

use anyhow::Context as _;
use kangma_core::measure::Population;

use super::{Figure, median};

const PERSONS: u32 = 20_000;
/// Measured in short stretches, each many times: the median of a stretch is untouched by what now and then disturbs it.
const STRETCH: usize = 500;
const ROUNDS: usize = 41;

/// Multiplies and rotates: every byte of a verdict counts, and hashing costs little beside deciding.
struct Mixing(u64);

impl Hasher for Mixing {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks();
        words.iter().for_each(|word| self.write_u64(u64::from_le_bytes(*word)));
        rest.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

pub(super) fn run() -> anyhow::Result<Vec<Figure>> {
    let population = Population::new(PERSONS).context("the sample policy does not load")?;
    let mut hash = Mixing(0);
    let stretches = population.chunks(STRETCH);
    let mut times = vec![Vec::with_capacity(ROUNDS); stretches.len()];
    for _ in 0..ROUNDS {
        for (stretch, times) in stretches.iter().zip(&mut times) {
            let begun = Instant::now();
            population.decide_about(stretch, &mut hash);
            times.push(begun.elapsed().as_secs_f64());
        }
    }
    // The hash is used, so that no verdict can be left unbuilt.
    std::hint::black_box(hash.finish());
    let seconds: f64 = times.into_iter().map(median).sum();
    Ok(vec![Figure::alone("decide-10-evidence", f64::from(PERSONS) / seconds, "persons/s")])
}

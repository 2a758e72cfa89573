//! `decide` on generated people, on one core.

use std::{hash::Hasher, time::Instant};

use anyhow::Context as _;
use kangma_core::measure::Population;

use super::Figure;

const PERSONS: u32 = 20_000;
const ROUNDS: u32 = 40;

/// Multiplies and rotates: every byte of a verdict counts, and hashing costs little beside deciding.
struct Mixing(u64);

impl Hasher for Mixing {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for part in bytes.chunks(8) {
            let mut word = [0; 8];
            word.iter_mut().zip(part).for_each(|(to, from)| *to = *from);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0 ^ word).rotate_left(23).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

/// The best round counts: what disturbs a shared machine only ever adds time.
pub(super) fn run() -> anyhow::Result<Vec<Figure>> {
    let population = Population::new(PERSONS).context("the sample policy does not load")?;
    let mut best = f64::MAX;
    let mut hash = Mixing(0);
    for _ in 0..ROUNDS {
        let begun = Instant::now();
        population.decide_all(&mut hash);
        best = best.min(begun.elapsed().as_secs_f64());
    }
    // The hash is used, so that no verdict can be left unbuilt.
    std::hint::black_box(hash.finish());
    Ok(vec![Figure::alone("decide-10-evidence", f64::from(PERSONS) / best, "persons/s")])
}

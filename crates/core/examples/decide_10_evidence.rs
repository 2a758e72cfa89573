//! Persons a second on one core: `cargo run --release -p kangma-core --example decide_10_evidence`.

use kangma_core::measure::Population;
use std::{hash::Hasher, time::Instant};

/// Multiplies and rotates: every byte counts, and it costs little beside what is measured.
struct Quick(u64);

impl Hasher for Quick {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut words = bytes.chunks_exact(8);
        for word in words.by_ref() {
            self.write_u64(u64::from_le_bytes(word.try_into().unwrap_or_default()));
        }
        words.remainder().iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
}

fn main() {
    let Some(population) = Population::new(20_000) else { return };
    let mut hash = Quick(0);
    let chunks = population.chunks(500);
    let mut best = vec![f64::MAX; chunks.len()];
    for _ in 0..40 {
        for (chunk, best) in chunks.iter().zip(&mut best) {
            let begun = Instant::now();
            population.decide_about(chunk, &mut hash);
            *best = best.min(begun.elapsed().as_secs_f64());
        }
    }
    let seconds: f64 = best.iter().sum();
    let persons = f64::from(u32::try_from(population.len()).unwrap_or(u32::MAX));
    println!(
        "{:.0} persons/s, {:.0} ns each ({:x})",
        persons / seconds,
        seconds / persons * 1e9,
        hash.finish()
    );
}

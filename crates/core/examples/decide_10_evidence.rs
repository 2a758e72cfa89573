//! Persons a second on one core: `cargo run --release -p kangma-core --example decide_10_evidence`.

use kangma_core::measure::Population;
use std::{
    hash::{DefaultHasher, Hasher},
    time::Instant,
};

fn main() {
    let Some(population) = Population::new(20_000) else { return };
    let rounds = 50;
    let mut best = f64::MAX;
    let mut hash = DefaultHasher::new();
    for _ in 0..rounds {
        let begun = Instant::now();
        population.decide_all(&mut hash);
        best = best.min(begun.elapsed().as_secs_f64());
    }
    let persons = f64::from(u32::try_from(population.len()).unwrap_or(u32::MAX));
    println!("{:.0} persons/s, {:.0} ns each ({:x})", persons / best, best / persons * 1e9, hash.finish());
}

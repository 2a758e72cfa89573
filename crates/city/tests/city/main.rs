//! What can be said of every generated city, and of the presets in particular.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod lives;
mod parameters;
mod register;

use kangma_city::{City, Metropolis, Parameters, Seed};
use kangma_core::{Time, Zone};
use std::sync::{Arc, LazyLock};

static ZONE: LazyLock<Zone> = LazyLock::new(|| Zone::named("Asia/Shanghai").unwrap());

/// A Thursday morning in Shanghai.
fn until() -> Time {
    "2020-03-05T02:00:00Z".parse().unwrap()
}

fn demonstration() -> Parameters {
    Parameters::preset("10k").unwrap().with_days(3).unwrap()
}

fn small() -> Parameters {
    demonstration().with_people(400).unwrap()
}

fn city(seed: u64, parameters: Parameters) -> City {
    City::generate(&Arc::new(parameters), Seed(seed), &ZONE, until())
}

/// The preset of ten thousand people, two weeks from a Sunday.
fn ten_thousand(seed: u64) -> Metropolis {
    Metropolis::of(&Arc::new(Parameters::preset("10k").unwrap()), Seed(seed))
}

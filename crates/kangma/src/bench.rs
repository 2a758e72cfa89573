//! Figures about this machine: what is measured, and how it is written down.
//!
//! A new benchmark is one entry in [`ALL`] and one function. A figure stands beside another of the same run where
//! there is one, because ratios hold across machines and absolute figures do not.

mod cold_start;
mod colour;
mod contacts;
mod decide;
mod dry_run;
mod durable;
mod postgres;
mod scan;

use kangma_city::Parameters;
use kangma_credential::{Algorithm, measure};
use serde::Serialize;
use std::{path::PathBuf, sync::Arc};

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figure {
    /// The benchmark's name, with what was varied.
    pub name: String,
    /// What was measured.
    pub figure: f64,
    /// Its unit.
    pub unit: &'static str,
    /// What the same run gave for the thing it is compared with.
    pub beside: Option<f64>,
    /// The figure divided by what stands beside it.
    pub ratio: Option<f64>,
}

/// What the benchmarks of contacts run on.
#[derive(Debug, Clone, PartialEq)]
pub struct Setting {
    /// What the generated city follows from.
    pub city: Arc<Parameters>,
    /// Where the yardsticks' stores are kept from one run to the next; without it nothing stands beside.
    pub yardsticks: Option<PathBuf>,
    /// The PostgreSQL that stands beside, as `psql` connects to it; the city's table is built there once and kept.
    pub postgres: Option<String>,
}

/// Something that can be measured.
pub struct Benchmark {
    /// What it is called on the command line.
    pub name: &'static str,
    /// What it measures, in one sentence.
    pub about: &'static str,
    run: fn(&Setting) -> anyhow::Result<Vec<Figure>>,
}

/// Everything that can be measured, in the order of the table.
pub const ALL: &[Benchmark] = &[
    Benchmark {
        name: "decide-10-evidence",
        about: "persons a second, ten items of evidence each, half with a live reason of several stages",
        run: |_| decide::run(),
    },
    Benchmark {
        name: "verify-code-ed25519",
        about: "QR text to verified verdict, beside the two signature verifications alone",
        run: |_| verify(Algorithm::Ed25519),
    },
    Benchmark {
        name: "verify-code-es256",
        about: "the same with ES256 on both sides",
        run: |_| verify(Algorithm::Es256),
    },
    Benchmark {
        name: "scan",
        about: "one request of a gate, verified and durable, beside a bare echo; then 64 gates at once",
        run: |_| scan::run(),
    },
    Benchmark {
        name: "durable-visits",
        about: "visits appended durably by one writer, beside a bare file",
        run: |_| durable::run(),
    },
    Benchmark {
        name: "cold-start",
        about: "starting on the demonstration city after the first time, until the addresses are printed",
        run: |_| cold_start::run(),
    },
    Benchmark {
        name: "contacts-1",
        about: "one case's contacts of 15 minutes in two weeks, beside SQLite with two covering B-trees",
        run: contacts::one,
    },
    Benchmark {
        name: "contacts-1000",
        about: "the same for a thousand cases (a hundred of them beside SQLite)",
        run: contacts::thousand,
    },
    Benchmark {
        name: "contacts-second",
        about: "whom the contacts of one case met afterwards",
        run: contacts::second,
    },
    Benchmark {
        name: "contacts-build",
        about: "the index from a Parquet file of the city, on the cores that it is given",
        run: contacts::build,
    },
    Benchmark { name: "contacts-memory", about: "what the index takes", run: contacts::memory },
    Benchmark {
        name: "contacts-load",
        about: "the index from its snapshot, every byte opened and checked",
        run: contacts::load,
    },
    Benchmark {
        name: "contacts-insert",
        about: "visits of one more day taken in batches of a thousand, each visible to the next question",
        run: contacts::insert,
    },
    Benchmark {
        name: "colour-600",
        about: "one case with 600 contacts reported: every verdict durable, every notice queued",
        run: |_| colour::six_hundred(),
    },
    Benchmark {
        name: "colour-1000-cases",
        about: "a thousand cases of the city reported from one list; the city settles in first, which takes its time",
        run: colour::thousand_cases,
    },
    Benchmark {
        name: "contacts-graph",
        about: "every pair of the city that met for 15 minutes, streamed, and what it reads beside the bandwidth of memory",
        run: contacts::graph,
    },
    Benchmark {
        name: "dry-run",
        about: "two policies on an epidemic, fourteen evenings of each; city and epidemic without tracing apart",
        run: dry_run::run,
    },
];

/// How many codes, and how often: an odd number of rounds has a median.
const CODES: u32 = 100;
const ROUNDS: u32 = 51;

impl Benchmark {
    /// Measures.
    ///
    /// # Errors
    /// What it needs could not be set up on this machine.
    pub fn run(&self, setting: &Setting) -> anyhow::Result<Vec<Figure>> {
        (self.run)(setting)
    }
}

impl Setting {
    fn people(&self) -> u32 {
        self.city.size.people.number()
    }
}

impl Figure {
    fn alone(name: impl Into<String>, figure: f64, unit: &'static str) -> Self {
        Self { name: name.into(), figure, unit, beside: None, ratio: None }
    }

    fn beside(self, beside: f64) -> Self {
        Self { ratio: Some(self.figure / beside), beside: Some(beside), ..self }
    }
}

fn verify(algorithm: Algorithm) -> anyhow::Result<Vec<Figure>> {
    let measured = measure::verify_code(algorithm, CODES, ROUNDS)?;
    Ok(vec![Figure::alone(measured.name, measured.figure, measured.unit).beside(measured.beside)])
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_is_the_figure_divided_by_what_stands_beside_it() {
        let figure = Figure::alone("x", 3.0, "µs").beside(2.0);
        assert_eq!((figure.beside, figure.ratio), (Some(2.0), Some(1.5)));
        assert_eq!(Figure::alone("x", 3.0, "µs").ratio, None);
    }
}

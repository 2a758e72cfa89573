//! What policies came to, as files: data, and the picture of it.

mod png;

use anyhow::Context as _;
use kangma_server::chart::{WIDE, Words, frontier, svg};
use kangma_service::dry_run_policy::epidemic::Outcome;
use std::{fs, path::Path};

/// Writes `frontier.csv` (a line for each policy and seed), `frontier.json`, `frontier.svg` and `frontier.png`.
///
/// # Errors
/// A file cannot be written.
pub fn write(outcomes: &[Outcome], directory: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
    let words = words(outcomes);
    let marks = frontier(outcomes, &words, WIDE);
    let files = [
        ("frontier.csv", csv(outcomes)?),
        ("frontier.json", serde_json::to_vec_pretty(outcomes)?),
        ("frontier.svg", svg(&marks, WIDE, &words.title).into_bytes()),
        ("frontier.png", png::of(&marks)?),
    ];
    for (name, bytes) in files {
        let path = directory.join(name);
        fs::write(&path, bytes).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn words(outcomes: &[Outcome]) -> Words {
    let spread = match outcomes.first() {
        Some(Outcome { first_seed: None, .. }) => {
            "one epidemic, on record: nothing says how far it is chance".to_owned()
        }
        first => {
            let seeds = first.map_or(0, |outcome| outcome.seeds.len());
            format!("bars: one standard deviation, {seeds} seeds")
        }
    };
    Words {
        title: "What isolation buys".to_owned(),
        across: "isolation (person-days)".to_owned(),
        up: "infections averted (people)".to_owned(),
        spread,
    }
}

fn csv(outcomes: &[Outcome]) -> anyhow::Result<Vec<u8>> {
    let mut lines = csv::Writer::from_writer(Vec::new());
    lines.write_record([
        "policy",
        "value",
        "seed",
        "infected",
        "infected-without",
        "averted",
        "told",
        "told-infected",
        "told-in-time",
        "isolation-days",
        "isolation-days-of-well",
        "reported",
    ])?;
    for outcome in outcomes {
        for (number, counts) in (0..).zip(&outcome.seeds) {
            let figures = [counts.infected, counts.infected_without];
            let more = [
                counts.told,
                counts.told_infected,
                counts.told_in_time,
                counts.isolation_days,
                counts.isolation_days_of_well,
                counts.reported,
            ];
            let seed = outcome.first_seed.map_or(String::new(), |first: u64| (first + number).to_string());
            let mut line = vec![outcome.policy.clone(), outcome.value.clone().unwrap_or_default(), seed];
            line.extend(figures.map(|figure| figure.to_string()));
            line.push(counts.averted.to_string());
            line.extend(more.map(|figure| figure.to_string()));
            lines.write_record(line)?;
        }
    }
    Ok(lines.into_inner()?)
}

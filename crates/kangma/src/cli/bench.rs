//! `kangma bench`.

use anyhow::bail;
use clap::Args;
use kangma_city::Parameters;
use std::{path::PathBuf, sync::Arc};

use super::Output;
use crate::bench::{ALL, Benchmark, Figure, Setting};

/// Measure this machine.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// The one to run; all of them when none is named
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The preset of the city that contacts are measured on
    #[arg(long, value_name = "PRESET", default_value = "10k", value_parser = super::city::presets())]
    city: String,
    /// Where SQLite's store of that city is kept, so that it is built only once; nothing stands beside without it
    #[arg(long, value_name = "DIR")]
    yardsticks: Option<PathBuf>,
    /// A PostgreSQL to stand beside as well, as psql connects to it; the city's table is built there once and kept
    #[arg(long, value_name = "CONNECTION")]
    postgres: Option<String>,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &BenchArgs) -> anyhow::Result<()> {
    let city = Arc::new(Parameters::preset(&args.city)?);
    let setting = Setting { city, yardsticks: args.yardsticks.clone(), postgres: args.postgres.clone() };
    let chosen = chosen(args.name.as_deref())?;
    if !args.output.json {
        println!("{:<24}{:>14}  {:<10}{:>14}{:>8}", "name", "figure", "unit", "beside", "ratio");
    }
    for benchmark in chosen {
        for figure in benchmark.run(&setting)? {
            if args.output.json {
                println!("{}", serde_json::to_string(&figure)?);
            } else {
                println!("{}", row(&figure));
            }
        }
    }
    Ok(())
}

fn chosen(name: Option<&str>) -> anyhow::Result<Vec<&'static Benchmark>> {
    let Some(name) = name else { return Ok(ALL.iter().collect()) };
    let found: Vec<_> = ALL.iter().filter(|benchmark| benchmark.name == name).collect();
    if found.is_empty() {
        let names: Vec<_> = ALL.iter().map(|each| format!("  {:<24}{}", each.name, each.about)).collect();
        bail!("there is no benchmark '{name}'; there are:\n{}", names.join("\n"));
    }
    Ok(found)
}

fn row(figure: &Figure) -> String {
    let or_dash = |number: Option<f64>, digits| number.map_or("–".to_owned(), |n| format!("{n:.digits$}"));
    let digits = if figure.figure < 1_000.0 { 2 } else { 0 };
    format!(
        "{:<24}{:>14.digits$}  {:<10}{:>14}{:>8}",
        figure.name,
        figure.figure,
        figure.unit,
        or_dash(figure.beside, digits),
        or_dash(figure.ratio, 2)
    )
}

//! `kangma bench`.

use anyhow::bail;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

use super::Output;
use crate::bench::{ALL, Benchmark, Figure, Setting};

/// Measure this machine.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// The one to run; all of them when none is named
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// How large the city is that contacts are measured on
    #[arg(long, value_name = "SIZE", default_value = "10k")]
    city: CitySize,
    /// Where SQLite's store of that city is kept, so that it is built only once; nothing stands beside without it
    #[arg(long, value_name = "DIR")]
    yardsticks: Option<PathBuf>,
    #[command(flatten)]
    output: Output,
}

/// The presets of the generated city.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(super) enum CitySize {
    /// Ten thousand people
    #[value(name = "10k")]
    TenThousand,
    /// A hundred thousand
    #[value(name = "100k")]
    HundredThousand,
    /// A million, some 50 million stays in two weeks
    #[value(name = "1m")]
    Million,
}

impl CitySize {
    pub(super) const fn people(self) -> u32 {
        match self {
            Self::TenThousand => 10_000,
            Self::HundredThousand => 100_000,
            Self::Million => 1_000_000,
        }
    }
}

pub(super) fn run(args: &BenchArgs) -> anyhow::Result<()> {
    let setting = Setting { people: args.city.people(), yardsticks: args.yardsticks.clone() };
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

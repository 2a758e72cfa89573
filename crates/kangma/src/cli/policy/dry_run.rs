//! `kangma policy dry-run`: on a store, or on an epidemic in a generated city.

use super::super::{
    DataDirectory, Output, city,
    record::{self, Reading},
};
use crate::{data::DataDir, frontier, machine::WallClock, policies, tables::presences::renamed};
use anyhow::{bail, ensure};
use clap::{ArgGroup, Args};
use indicatif::ProgressBar;
use kangma_city::{Epidemics, Parameters};
use kangma_core::{PolicyFiles, Zone, policy::Policy};
use kangma_service::{
    dry_run_policy::{
        self, Group,
        epidemic::{Contender, Counts, Outcome, Spread, Sweep, figure, try_all, try_on},
    },
    ports::Clock as _,
};
use miette::Report;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// How many days a generated city is lived through.
const DAYS: u32 = 28;

/// Show what a policy would do.
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("epidemic").args(["city", "record", "parameters"]))]
pub struct DryRunArgs {
    /// The policy's directory
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Where the store and the keys lie.
    #[command(flatten)]
    data: DataDirectory,
    /// Try it on an epidemic in a generated city of this size, not on the store
    #[arg(long, value_name = "PRESET", value_parser = city::presets(), conflicts_with = "data")]
    city: Option<String>,
    /// Try it on an epidemic on record: a directory of visits, infections and results, as docs/dry-run.md says
    #[arg(long, value_name = "DIR", conflicts_with_all = ["data", "seeds", "seed"])]
    record: Option<PathBuf>,
    /// Of a record: the zone of days, and of times that name none
    #[arg(long, value_name = "ZONE", default_value = "UTC", requires = "record")]
    zone: String,
    /// Of a record: what the columns are called, such as person=card,infected=day
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', requires = "record", value_parser = |text: &str| renamed(text, &record::WORDS))]
    columns: Vec<(String, String)>,
    /// Of a record: in whose evening the policy is asked first, counted from 0
    #[arg(long, value_name = "DAY", default_value_t = 7, requires = "record")]
    first_evening: u32,
    /// The numbers that the city and the illness follow, instead of a preset's
    #[arg(long, value_name = "FILE", conflicts_with = "data")]
    parameters: Option<PathBuf>,
    /// On so many epidemics, each with a seed of its own
    #[arg(long, value_name = "N", default_value_t = 1, requires = "epidemic")]
    seeds: u64,
    /// The first of the seeds
    #[arg(long, value_name = "N", default_value_t = 1, requires = "epidemic")]
    seed: u64,
    /// How many days are lived through: 28 of a generated city, all of a record, when it is not said
    #[arg(long, value_name = "N", requires = "epidemic")]
    days: Option<u32>,
    /// A policy to try beside it
    #[arg(long, value_name = "DIR", requires = "epidemic")]
    against: Vec<PathBuf>,
    /// Take a number of the policy through values, as in exposure.degree[0].minutes=5,10,15
    #[arg(long, value_name = "PLACE=VALUES", requires = "epidemic")]
    sweep: Option<Sweep>,
    /// Write what came of it as CSV and JSON, and the picture of it as SVG and PNG
    #[arg(long, value_name = "DIR", requires = "epidemic")]
    out: Option<PathBuf>,
    /// How the answer is written.
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &DryRunArgs) -> anyhow::Result<()> {
    if let Some(out) = args.out.as_deref().filter(|out| out.exists() && !out.is_dir()) {
        bail!("{}: this is a file; --out names a directory", out.display());
    }
    if let Some(directory) = &args.record {
        return on_record(args, directory);
    }
    match city::parameters(args.city.as_deref(), args.parameters.as_deref())? {
        Some(parameters) => on_epidemics(args, parameters),
        None => on_store(&args.dir, &args.data.data, args.output.json),
    }
}

fn policy_in(dir: &Path) -> anyhow::Result<(PolicyFiles, Arc<Policy>)> {
    let files = policies::read(dir)?;
    match Policy::load(&files) {
        Ok(policy) => Ok((files, Arc::new(policy))),
        Err(refused) => {
            eprintln!("{:?}", Report::new(refused));
            bail!("the policy in {} is refused; see above", dir.display());
        }
    }
}

fn on_store(dir: &Path, data: &Path, json: bool) -> anyhow::Result<()> {
    let (files, _) = policy_in(dir)?;
    let store = DataDir::at(data).open_to_read()?;
    let bar = ProgressBar::new(0);
    let found = dry_run_policy::examine(&store, &files, WallClock.now(), |done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if json {
        println!("{}", serde_json::to_string(&found)?);
        return Ok(());
    }
    println!("{} people; {} in force, {} tried", found.people, found.today.name, found.tried.name);
    for source in &found.unheard {
        println!("nobody has heard of the source `{source}`: it is taken as heard");
    }
    for moved in &found.moved {
        println!("{:>9}  {} -> {}", moved.people, moved.before, moved.after);
    }
    for rule in &found.rules {
        println!("{:>9} -> {:<9} by rule {}", rule.before, rule.after, rule.rule);
    }
    for (what, groups) in [("district", &found.districts), ("age", &found.ages), ("kind", &found.kinds)] {
        for Group { name, yellow, red } in groups {
            println!("{what} {name}: yellow {} -> {}, red {} -> {}", yellow[0], yellow[1], red[0], red[1]);
        }
    }
    for point in &found.points {
        println!("{:>9} -> {:<9} met a case at {} ({})", point.before, point.after, point.name, point.kind);
    }
    println!("days of isolation still to come: {} -> {}", found.isolation_days[0], found.isolation_days[1]);
    Ok(())
}

fn contenders(args: &DryRunArgs) -> anyhow::Result<Vec<Contender>> {
    let (files, policy) = policy_in(&args.dir)?;
    let mut contenders = match &args.sweep {
        None => vec![Contender::of(policy)],
        Some(sweep) => sweep.contenders(&files)?,
    };
    for dir in &args.against {
        contenders.push(Contender::of(policy_in(dir)?.1));
    }
    Ok(contenders)
}

fn on_epidemics(args: &DryRunArgs, parameters: Parameters) -> anyhow::Result<()> {
    ensure!(args.seeds > 0, "--seeds 0 is no epidemic: write at least 1");
    let least = parameters.epidemic.first_evening + 1;
    let days = args.days.unwrap_or(DAYS);
    ensure!(days > least, "--days {days}: a policy is asked from day {least} on");
    let people = parameters.size.people.number();
    let epidemics = Epidemics { parameters: Arc::new(parameters.with_days(days)?) };
    let contenders = contenders(args)?;
    let bar = ProgressBar::new(0);
    let seeds = args.seed..args.seed.saturating_add(args.seeds);
    let outcomes = try_all(&epidemics, &contenders, seeds, &|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    answer(args, &outcomes, &[format!("{people} people, {days} days, {} epidemics", args.seeds)])
}

fn on_record(args: &DryRunArgs, directory: &Path) -> anyhow::Result<()> {
    let contenders = contenders(args)?;
    let zone = Zone::named(&args.zone)?;
    let (days, first_evening) = (args.days, args.first_evening);
    let reading = Reading { directory, columns: &args.columns, zone: &zone, days, first_evening };
    let (stored, mut said) = record::read(&reading)?;
    if let Some(theirs) =
        contenders.first().map(|first| first.policy.zone.name()).filter(|it| *it != zone.name())
    {
        said.push(format!(
            "the policy's days begin in {theirs}, those of the record in {}; --zone says where",
            zone.name()
        ));
    }
    let bar = ProgressBar::new(0);
    let outcomes = try_on(&stored, &contenders, &|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    });
    bar.finish_and_clear();
    answer(args, &outcomes, &said)
}

/// Says what came of it, after what was tried; a program that reads the answer finds the latter apart from it.
fn answer(args: &DryRunArgs, outcomes: &[Outcome], tried: &[String]) -> anyhow::Result<()> {
    if let Some(directory) = &args.out {
        frontier::write(outcomes, directory)?;
    }
    if args.output.json {
        tried.iter().for_each(|line| eprintln!("{line}"));
        println!("{}", serde_json::to_string(outcomes)?);
        return Ok(());
    }
    tried.iter().for_each(|line| println!("{line}"));
    outcomes.iter().for_each(say);
    if let Some(directory) = &args.out {
        println!("frontier.csv, .json, .svg and .png lie in {}", directory.display());
    }
    Ok(())
}

fn say(outcome: &Outcome) {
    println!("\n{}", outcome.name());
    let spread = |what: &str, spread: Spread| {
        let Spread { mean, deviation, least, most } = spread;
        println!("  {what:<44}{mean:>10.1}  ± {deviation:.1} ({least} to {most})");
    };
    spread("infections averted", outcome.averted);
    spread("person-days of isolation", outcome.isolation_days);
    let line = |what: &str, counted: fn(&Counts) -> Option<f64>| match outcome.mean(counted) {
        Some(mean) => println!("  {what:<44}{mean:>10.2}"),
        None => println!("  {what:<44}{:>10}", "-"),
    };
    line("infected without tracing", |it| Some(figure(it.infected_without)));
    line("people told to keep apart", |it| Some(figure(it.told)));
    line("told for each infection averted", |it| it.told_per_averted);
    line("share of the told who were infected", |it| it.precision);
    line("share of the infected who were told in time", |it| it.recall);
    line("days from infection to being told", |it| it.days_to_told);
}

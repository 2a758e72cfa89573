//! `kangma policy dry-run`: on a store, or on an epidemic in a generated city.

use super::super::{DataDirectory, Output, bench::CitySize};
use crate::{data::DataDir, machine::WallClock, policies};
use anyhow::{Context as _, bail, ensure};
use clap::Args;
use indicatif::ProgressBar;
use kangma_city::{Epidemic, Metropolis, Seed, epidemic::Parameters};
use kangma_core::{Day, PolicyFiles, policy::Policy};
use kangma_service::{
    dry_run_policy::{
        self, Group,
        epidemic::{Contender, Counts, Sweep, Swept, without_tracing},
    },
    ports::Clock as _,
};
use miette::Report;
use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

/// The first day of a generated city, a Sunday: 2020-03-01.
const FIRST_DAY: Day = Day(18_322);

/// Show what a policy would do.
#[derive(Debug, Args)]
pub struct DryRunArgs {
    /// The policy's directory
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    /// Where the store and the keys lie.
    #[command(flatten)]
    data: DataDirectory,
    /// Try it on an epidemic in a generated city of this size, not on the store
    #[arg(long, value_name = "SIZE")]
    city: Option<CitySize>,
    /// On so many epidemics, each with a seed of its own
    #[arg(long, value_name = "N", default_value_t = 1, requires = "city")]
    seeds: u64,
    /// The first of the seeds
    #[arg(long, value_name = "N", default_value_t = 1, requires = "city")]
    seed: u64,
    /// How many days the city is lived through
    #[arg(long, value_name = "N", default_value_t = 28, requires = "city")]
    days: u32,
    /// A policy to try beside it
    #[arg(long, value_name = "DIR", requires = "city")]
    against: Vec<PathBuf>,
    /// Take a number of the policy through values, as in exposure.degree[0].minutes=5,10,15
    #[arg(long, value_name = "PLACE=VALUES", requires = "city")]
    sweep: Option<Sweep>,
    /// How the answer is written.
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &DryRunArgs) -> anyhow::Result<()> {
    match args.city {
        Some(size) => on_epidemics(args, size.people()),
        None => on_store(&args.dir, &args.data.data, args.output.json),
    }
}

fn policy_in(dir: &Path) -> anyhow::Result<(PolicyFiles, Arc<Policy>)> {
    let files = policies::read(dir)?;
    match Policy::load(&files) {
        Ok(policy) => Ok((files, Arc::new(policy))),
        Err(refused) => {
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
    println!("days of red still to come: {} -> {}", found.red_days[0], found.red_days[1]);
    Ok(())
}

fn contenders(args: &DryRunArgs) -> anyhow::Result<Vec<Contender>> {
    let (files, policy) = policy_in(&args.dir)?;
    let alone =
        |policy: Arc<Policy>, value| Contender { name: policy.reference.name.to_string(), value, policy };
    let mut contenders = match &args.sweep {
        None => vec![alone(policy, None)],
        Some(sweep) => {
            let policies = sweep.policies(&files)?;
            policies.into_iter().map(|(value, policy)| alone(policy, Some(value))).collect()
        }
    };
    for dir in &args.against {
        contenders.push(alone(policy_in(dir)?.1, None));
    }
    Ok(contenders)
}

fn on_epidemics(args: &DryRunArgs, people: u32) -> anyhow::Result<()> {
    ensure!(args.seeds > 0, "--seeds 0 is no epidemic: write at least 1");
    let contenders = contenders(args)?;
    let first = contenders.first().context("a sweep without a value")?;
    let start = u32::try_from(first.policy.zone.midnight(FIRST_DAY).seconds())?;
    let mut of_each: Vec<Vec<Counts>> = contenders.iter().map(|_| Vec::new()).collect();
    let steps = u64::from(args.days) * u64::try_from(contenders.len())?;
    let bar = ProgressBar::new(args.seeds * (u64::from(people) + steps));
    for seed in args.seed..args.seed + args.seeds {
        let city = Metropolis { start, days: args.days, ..Metropolis::of(people, Seed(seed)) };
        let epidemic = Epidemic::in_city(&city, Parameters::default(), |_| bar.inc(1))?;
        let untraced = without_tracing(&epidemic);
        let counts = Contender::try_all(&contenders, &epidemic, &untraced, &|days| bar.inc(days.into()));
        of_each.iter_mut().zip(counts).for_each(|(all, counts)| all.push(counts));
    }
    bar.finish_and_clear();
    let swept: Vec<Swept> =
        contenders.iter().zip(of_each).filter_map(|(contender, seeds)| contender.came_to(seeds)).collect();
    println!("{}", serde_json::to_string_pretty(&swept)?);
    Ok(())
}

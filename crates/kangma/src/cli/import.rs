//! `kangma import`.

use super::{DataDirectory, Output};
use crate::{
    data::DataDir,
    machine::{MachineChance, WallClock},
    notify::Nobody,
    policies,
};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use indicatif::ProgressBar;
use jiff::tz::TimeZone;
use kangma_service::{
    Actor, Parts, Service, exposure_file::ExposureFile, exposure_sites::Imported, ports::Clock as _,
    publish_policy::publish_first,
};
use kangma_store::Options;
use std::{fs::File, path::PathBuf, sync::Arc};

/// Import published data.
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// What to import.
    #[command(subcommand)]
    pub command: ImportCommand,
}

/// What can be imported.
#[derive(Debug, Subcommand)]
pub enum ImportCommand {
    /// Import exposure sites from a CSV file
    ///
    /// The file has the columns id, Event, ExposureType, Location, City, Start and End, as New Zealand published its
    /// locations of interest. Times are local to --zone unless they end in Z. Rows that cannot be used are reported by line
    /// and reason. Importing twice changes nothing; a later version of a row updates it. A server that holds the store
    /// has to be stopped first, or the same file sent to its API: POST /api/v1/exposure-sites/import.
    ExposureSites {
        /// The CSV file
        #[arg(value_name = "FILE")]
        file: PathBuf,
        /// The zone of local times
        #[arg(long, value_name = "ZONE", default_value = "Pacific/Auckland")]
        zone: String,
        /// The policy of a store that has none yet: the name of a shipped one
        #[arg(long, value_name = "NAME", default_value = policies::DEFAULT)]
        policy: String,
        /// Where the store and the keys lie.
        #[command(flatten)]
        data: DataDirectory,
        /// How the answer is written.
        #[command(flatten)]
        output: Output,
    },
}

pub(super) fn run(args: &ImportArgs) -> anyhow::Result<()> {
    let ImportCommand::ExposureSites { file, zone, policy, data, output } = &args.command;
    let zone = TimeZone::get(zone).with_context(|| format!("`{zone}` is no time zone"))?;
    let input = File::open(file).with_context(|| file.display().to_string())?;
    let read = ExposureFile::read(input, &zone).with_context(|| file.display().to_string())?;
    let service = open(data, policy)?;
    let bar = ProgressBar::new(u64::try_from(read.rows.len()).unwrap_or(u64::MAX));
    let runtime = tokio::runtime::Runtime::new()?;
    let importing = service.import_exposure_sites(&Actor::System, read, |done, _| bar.set_position(done));
    let imported = runtime.block_on(importing)?;
    bar.finish_and_clear();
    say(&imported, output.json)
}

pub(super) fn open(data: &DataDirectory, policy: &str) -> anyhow::Result<Service> {
    let directory = DataDir::at(&data.data);
    let store = directory.open(Options::default())?;
    let chance = Arc::new(MachineChance::default());
    let files =
        policies::shipped(policy).with_context(|| format!("there is no shipped policy `{policy}`"))?;
    publish_first(&store, &files, WallClock.now())?;
    let keys = directory.signing_keys("kangma.local", WallClock.now(), &*chance)?;
    let parts = Parts {
        store,
        clock: Arc::new(WallClock),
        chance,
        notifier: Arc::new(Nobody),
        keys,
        region: String::new(),
        demonstration: false,
    };
    Ok(Service::open(parts)?)
}

fn say(imported: &Imported, json: bool) -> anyhow::Result<()> {
    if json {
        println!("{}", serde_json::to_string(imported)?);
        return Ok(());
    }
    for bad in &imported.bad {
        println!("line {}: {}", bad.line, bad.reason);
    }
    println!(
        "{} usable rows: {} new, {} updated, {} unchanged; {} at a known point; {} could not be used",
        imported.usable,
        imported.added,
        imported.updated,
        imported.unchanged,
        imported.matched,
        imported.bad.len()
    );
    Ok(())
}

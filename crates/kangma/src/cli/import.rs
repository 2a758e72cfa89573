//! `kangma import`.

mod cases;
mod visits;

use super::{DataDirectory, Output};
use crate::{
    data::DataDir,
    fault,
    machine::{MachineChance, WallClock},
    notify::Nobody,
    policies,
    tables::{numbers::Numbers, presences::BrokenRow},
};
use anyhow::Context as _;
use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;
use kangma_core::PersonId;
use kangma_service::{
    Actor, Parts, Service,
    exposure_file::ExposureFile,
    exposure_sites::Imported,
    import_visits::{PersonKey, Taken},
    ports::Clock as _,
    publish_policy::publish_first,
    trace::Stage,
};
use kangma_store::Options;
use serde::Serialize;
use std::{collections::BTreeMap, fs::File, path::PathBuf, sync::Arc};

/// Import what others published or kept.
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
    /// Import visits that others kept: a turnstile's or an operator's log
    ///
    /// FILE is CSV with a header, or Parquet, with a row for each stay: person, point, from, until. Times are seconds since 1970
    /// or timestamps. Whom and where a row means is looked up in the store by what the file calls them; a row that cannot be used
    /// is reported by its line and never stops the rest. What is there already is not taken again: killed half-way, or with rows
    /// that could not be used, the same file comes in again, by the same command or a corrected one. Open cases then reach whom
    /// they should have reached. A server that holds the store has to be stopped first.
    Visits(visits::VisitsArgs),
    /// Import cases that others reported: a laboratory's or another register's list
    ///
    /// FILE is CSV with a header, or Parquet, with a row for each case: person, onset, sampled; of the two times at least one.
    /// Times are seconds since 1970 or timestamps. Whom a row means is looked up in the store by what the file calls them; a row
    /// that cannot be used is reported by its line and never stops the rest. Whoever is a case already is left alone, so the same
    /// command goes on after it was killed, and a second import changes nothing. Contacts are traced as for any report. A server
    /// that holds the store has to be stopped first.
    Cases(cases::CasesArgs),
}

pub(super) fn run(args: &ImportArgs) -> anyhow::Result<()> {
    let (file, zone, policy, data, output) = match &args.command {
        ImportCommand::ExposureSites { file, zone, policy, data, output } => {
            (file, zone, policy, data, output)
        }
        ImportCommand::Visits(args) => return visits::run(args),
        ImportCommand::Cases(args) => return cases::run(args),
    };
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

/// The use cases over a store that is there: where there is none, none is made.
pub(super) fn open_existing(data: &DataDirectory) -> anyhow::Result<Service> {
    drop(DataDir::at(&data.data).open_to_read()?);
    open(data, policies::DEFAULT)
}

pub(super) fn open(data: &DataDirectory, policy: &str) -> anyhow::Result<Service> {
    let directory = DataDir::at(&data.data);
    let store = directory.open(Options { fault: fault::from_environment(), ..Options::default() })?;
    let chance = Arc::new(MachineChance::default());
    let snapshot = Some(directory.presence_file(&*chance)?);
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
        snapshot,
    };
    Ok(Service::open(parts)?)
}

/// Shows on a bar how far the jobs have come that an import leaves.
fn stages(bar: &ProgressBar) -> impl FnMut(Stage, u64, u64) {
    if let Ok(style) = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}") {
        bar.set_style(style);
    }
    |stage, done, total| {
        bar.set_message(match stage {
            Stage::Comparing => "cases compared",
            Stage::Changing => "people decided",
        });
        bar.set_length(total);
        bar.set_position(done);
    }
}

/// What people are called in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum PersonWord {
    /// By their identifier in this store
    Id,
    /// By their telephone
    Phone,
    /// By the number of their identity card
    IdCard,
}

impl From<PersonWord> for PersonKey {
    fn from(word: PersonWord) -> Self {
        match word {
            PersonWord::Id => PersonKey::Id,
            PersonWord::Phone => PersonKey::Phone,
            PersonWord::IdCard => PersonKey::IdCard,
        }
    }
}

/// Whom the names of a file mean, as they come.
#[derive(Default)]
struct People(Vec<Option<PersonId>>);

impl People {
    /// Looks the names up that came since the last time.
    async fn learn(&mut self, service: &Service, names: &Numbers, key: PersonKey) -> anyhow::Result<()> {
        let words = new_names(names, self.0.len());
        self.0.extend(service.people_called(words, key).await?);
        Ok(())
    }

    fn of(&self, number: u32) -> Option<PersonId> {
        self.0.get(usize::try_from(number).ok()?).copied().flatten()
    }
}

fn new_names(names: &Numbers, known: usize) -> Vec<String> {
    let new = u32::try_from(known).unwrap_or(u32::MAX)..u32::try_from(names.len()).unwrap_or(u32::MAX);
    new.filter_map(|number| names.name(number).map(ToString::to_string)).collect()
}

/// What an import came to.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Totals {
    added: u64,
    unchanged: u64,
    /// How many rows could not be used, by reason.
    unusable: BTreeMap<&'static str, u64>,
    #[serde(skip)]
    said: u64,
}

/// So many rows that cannot be used are written out; the rest are counted by reason.
const WRITTEN_OUT: u64 = 1_000;

impl Totals {
    fn refuse_row(&mut self, bar: &ProgressBar, row: &BrokenRow) {
        self.refuse(bar, row.line, row.because.kind(), &row.because.to_string());
        *self.unusable.entry(row.because.kind()).or_default() += row.because.lines() - 1;
    }

    fn refuse(&mut self, bar: &ProgressBar, line: u64, kind: &'static str, because: &str) {
        *self.unusable.entry(kind).or_default() += 1;
        self.said += 1;
        match self.said {
            said if said <= WRITTEN_OUT => bar.suspend(|| eprintln!("line {line}: {because}")),
            said if said == WRITTEN_OUT + 1 => {
                bar.suspend(|| eprintln!("more lines cannot be used; the totals count them by reason"));
            }
            _ => {}
        }
    }

    fn take(&mut self, bar: &ProgressBar, taken: Taken) {
        self.added += taken.added;
        self.unchanged += taken.unchanged;
        for (line, because) in taken.bad {
            self.refuse(bar, line, because, because);
        }
    }

    fn say(&self, what: &str, json: bool) -> anyhow::Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        println!("{} {what} taken; {} were there already", self.added, self.unchanged);
        for (because, rows) in &self.unusable {
            println!("{rows} rows could not be used: {because}");
        }
        Ok(())
    }
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

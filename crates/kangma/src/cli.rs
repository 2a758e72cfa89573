//! What can be typed after `kangma`.

pub mod bench;
pub mod city;
pub mod contacts;
pub mod doctor;
mod files;
pub mod gatherings;
pub mod import;
pub mod keys;
pub mod policy;
mod record;
pub mod serve;
pub mod staff;

use std::{path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

/// An epidemic health-code system that can always say why.
///
/// `kangma serve --data data --demo` starts a demonstration on this machine. Every command explains itself with
/// --help.
#[derive(Debug, Parser)]
#[command(name = "kangma", version, arg_required_else_help = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What kangma can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages and the API
    Serve(serve::ServeArgs),
    /// Check policies and run their cases
    Policy(policy::PolicyArgs),
    /// Find who shared a place with a case, from a file of visits
    ///
    /// No store and no server is needed.
    ///
    /// VISITS has a row for each stay: person, point, from, until. CASES has a row for each case: person, from, until, the
    /// time in which the case could infect. Both are CSV or Parquet. Persons and points are whole numbers or texts; times are
    /// seconds since 1970 or timestamps, and half-open: who leaves when another comes has not met them. Overlapping or
    /// touching visits of one person at one point are one, and every overlap is clipped to the case's time.
    ///
    /// The answer has a row for each case and contact: case, contact, encounters (stretches of shared time at one point),
    /// overlap_seconds (their sum), first, last (seconds since 1970), points (how many), and for --degree 2 via. Totals
    /// go to the standard output. A row that cannot be used is reported by its line and never stops the rest.
    ///
    /// Example: kangma contacts --visits visits.csv --cases cases.csv --at-least 15m --out contacts.csv
    Contacts(contacts::ContactsArgs),
    /// Find where unusually many cases were together, from a file of visits
    ///
    /// What it finds are likely places of infection. No store and no server is needed.
    ///
    /// VISITS has a row for each stay: person, point, from, until. CASES has a row for each case: person, from, until, the
    /// time in which it may have been infected. Both are CSV or Parquet, as for `kangma contacts`.
    ///
    /// The answer has a row for each point and hour in which at least so many cases were there, the most surprising first:
    /// point, from (when the hour begins, seconds since 1970), cases, people (everybody there), expected (how many cases
    /// there would be among so many people by chance), ratio (cases to expected) and surprise (how improbable so many or
    /// more are by chance, as the negative decimal logarithm: 6 is one in a million). By chance is: of all who were seen
    /// anywhere in the time of all cases, so many people at random. People who live or work together are no chance: read a
    /// home of two cases as a home.
    ///
    /// Example: kangma gatherings --visits visits.csv --cases cases.csv --at-least 3 --out gatherings.csv
    Gatherings(gatherings::GatheringsArgs),
    /// Make up a city: people, places and who is where when
    City(city::CityArgs),
    /// Import published data
    Import(import::ImportArgs),
    /// Check the store, and every kept standing against the evidence
    Doctor(doctor::DoctorArgs),
    /// Make keys and certificates
    Keys(keys::KeysArgs),
    /// Make accounts of staff, or let those in again whose password is lost
    Staff(staff::StaffArgs),
    /// Measure this machine
    Bench(bench::BenchArgs),
}

/// Where the store and the keys lie.
#[derive(Debug, Clone, Args)]
pub struct DataDirectory {
    /// The directory that holds the store and the keys; it is made when it is not there
    #[arg(long, value_name = "DIR", default_value = "data")]
    pub data: PathBuf,
}

/// How the answer is written.
#[derive(Debug, Clone, Copy, Args)]
pub struct Output {
    /// Write the answer as JSON, for a program to read
    #[arg(long)]
    pub json: bool,
}

/// Reads the command line, does what it says, and gives the exit status: 0 done, 1 refused or failed, 2 not understood.
#[must_use]
pub fn run() -> ExitCode {
    match obey(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("kangma: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn obey(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Serve(args) => crate::serve::run(&args),
        Command::Policy(args) => policy::run(&args),
        Command::Contacts(args) => contacts::run(&args),
        Command::Gatherings(args) => gatherings::run(&args),
        Command::City(args) => city::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Keys(args) => keys::run(&args),
        Command::Staff(args) => staff::run(&args),
        Command::Bench(args) => bench::run(&args),
    }
}

//! What can be typed after `kangma`.

pub mod bench;
pub mod city;
pub mod contacts;
pub mod doctor;
pub mod import;
pub mod keys;
pub mod policy;
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
    Contacts(contacts::ContactsArgs),
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
        Command::City(args) => city::run(&args),
        Command::Import(args) => import::run(&args),
        Command::Doctor(args) => doctor::run(&args),
        Command::Keys(args) => keys::run(&args),
        Command::Staff(args) => staff::run(&args),
        Command::Bench(args) => bench::run(&args),
    }
}

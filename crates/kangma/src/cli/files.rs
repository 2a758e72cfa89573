//! Files of visits and cases, for commands that need no store: read, with every broken row said.

use crate::tables::{
    numbers::Numbers,
    presences::{BrokenRow, CASES, VISITS, open, read_cases, read_visits, renamed},
};
use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, tz::TimeZone};
use kangma_contact::columns::{Case, Columns};
use serde::Serialize;
use std::{collections::BTreeMap, fmt::Display, path::PathBuf};

/// What is read, and where the answer goes.
#[derive(Debug, Args)]
pub(super) struct Files {
    /// The visits: .parquet, or CSV with a header
    #[arg(long, value_name = "FILE")]
    pub visits: PathBuf,
    /// The cases: .parquet, or CSV with a header
    #[arg(long, value_name = "FILE")]
    pub cases: PathBuf,
    /// The zone of calendar days, and of times that name none
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    pub zone: String,
    /// What the columns of the visits are called, such as person=user,point=venue
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = |text: &str| renamed(text, &VISITS))]
    columns: Vec<(String, String)>,
    /// What the columns of the cases are called
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = |text: &str| renamed(text, &CASES))]
    case_columns: Vec<(String, String)>,
    /// Where the answer goes: a name that ends in .csv or .parquet
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
}

/// What was read of the files.
#[derive(Debug, Default, Serialize)]
pub(super) struct Read {
    visits: u64,
    people: usize,
    points: usize,
    cases: usize,
    cases_without_visits: usize,
    broken_visits: BTreeMap<&'static str, u64>,
    broken_cases: BTreeMap<&'static str, u64>,
}

/// The files, read.
pub(super) struct Loaded {
    pub columns: Columns,
    pub persons: Numbers,
    pub points: Numbers,
    /// By person.
    pub cases: Vec<Case>,
    pub read: Read,
}

/// So many broken rows of a file are written out; the rest are counted by reason.
const BROKEN_WRITTEN_OUT: u64 = 1_000;

/// A length of time on the command line.
///
/// # Errors
/// A sentence about what is wrong.
pub(super) fn whole_seconds(text: &str) -> Result<u32, String> {
    let duration: SignedDuration = text.parse().map_err(|_| "write it like 15m, 90s or 1h30m".to_owned())?;
    u32::try_from(duration.as_secs()).map_err(|_| "it has to be between 0 and 136 years".to_owned())
}

pub(super) fn load(files: &Files) -> anyhow::Result<Loaded> {
    // A name that nothing can be written under is said before anything is read.
    if files.out.is_dir() {
        bail!("{}: this is a directory", files.out.display());
    }
    let zone = TimeZone::get(&files.zone).with_context(|| format!("`{}` is no time zone", files.zone))?;
    let mut visits = open(&files.visits, &VISITS, &files.columns, "--columns")?;
    let mut cases = open(&files.cases, &CASES, &files.case_columns, "--case-columns")?;
    let (mut persons, mut points) = (Numbers::default(), Numbers::default());
    let mut columns = Columns::default();
    let mut read = Read::default();
    let mut said = 0;
    let bar = bar(visits.size(), "reading visits");
    let path = files.visits.display();
    read_visits(&mut visits, &zone, &mut persons, &mut points, |rows, broken, done| {
        columns.insert(rows);
        read.visits += u64::try_from(rows.len()).unwrap_or(0);
        report(&bar, &path, &broken, &mut said, &mut read.broken_visits);
        bar.set_position(done);
    })?;
    columns.settle();
    bar.finish_and_clear();
    read.people = persons.len();
    read.points = points.len();
    let known = u32::try_from(persons.len()).unwrap_or(u32::MAX);
    let (mut cases, broken) = read_cases(&mut cases, &zone, &mut persons)?;
    report(&bar, &files.cases.display(), &broken, &mut 0, &mut read.broken_cases);
    cases.sort_by_key(|case| case.person);
    let people = cases.chunk_by(|one, next| one.person == next.person);
    read.cases = people.clone().count();
    read.cases_without_visits = people.filter(|cases| cases[0].person.0 >= known).count();
    Ok(Loaded { columns, persons, points, cases, read })
}

pub(super) fn bar(size: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}");
    let bar = ProgressBar::new(size).with_message(what);
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// Says which rows are broken, and counts them.
fn report(
    bar: &ProgressBar,
    path: &dyn Display,
    broken: &[BrokenRow],
    said: &mut u64,
    counts: &mut BTreeMap<&'static str, u64>,
) {
    for BrokenRow { line, because } in broken {
        *counts.entry(because.kind()).or_default() += 1;
        *said += 1;
        match (*said).cmp(&(BROKEN_WRITTEN_OUT + 1)) {
            std::cmp::Ordering::Less => bar.suspend(|| eprintln!("{path}, line {line}: {because}")),
            std::cmp::Ordering::Equal => {
                bar.suspend(|| {
                    eprintln!("{path}: more lines cannot be used; the totals count them by reason")
                });
            }
            std::cmp::Ordering::Greater => {}
        }
    }
}

impl Read {
    /// Says what was read, and what could not be used.
    pub(super) fn say(&self, files: &Files) {
        let Self { visits, people, points, cases, .. } = self;
        println!("{visits} visits of {people} people at {points} points; {cases} cases");
        if self.cases_without_visits > 0 {
            println!("{} cases have no visit in {}", self.cases_without_visits, files.visits.display());
        }
        for (path, counts) in [(&files.visits, &self.broken_visits), (&files.cases, &self.broken_cases)] {
            for (reason, count) in counts {
                println!("{}: {count} rows could not be used: {reason}", path.display());
            }
        }
    }
}

//! Files of visits and cases, for commands that need no store: read, with every broken row said.

use crate::{
    machine,
    tables::{
        numbers::Numbers,
        presences::{BrokenRow, CASES, VISITS, Visits, next_visits, open, read_cases, renamed},
        written::ensure_writable,
    },
};
use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, tz::TimeZone};
use kangma_contact::columns::{Case, Columns};
use serde::Serialize;
use std::{
    cmp::Ordering,
    collections::BTreeMap,
    fmt::Display,
    path::{Path, PathBuf},
};

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
    /// How much memory the visits and their names may take, in MB; nine tenths of what is free, when it is not said
    #[arg(long, value_name = "MB")]
    most_memory: Option<u64>,
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
    // What cannot be written is said before anything is read.
    ensure_apart(&files.out, &[("--visits", &files.visits), ("--cases", &files.cases)])?;
    ensure_writable(&files.out)?;
    let zone = TimeZone::get(&files.zone).with_context(|| format!("`{}` is no time zone", files.zone))?;
    let mut visits = open(&files.visits, &VISITS, &files.columns, "--columns")?;
    let mut cases = open(&files.cases, &CASES, &files.case_columns, "--case-columns")?;
    let (mut persons, mut points) = (Numbers::default(), Numbers::default());
    let mut columns = Columns::default();
    let mut read = Read::default();
    let mut broken = Broken::of(&files.visits, &[]);
    let bar = bar(visits.size(), "reading visits");
    let path = files.visits.display();
    let mut room = Room::of(files.most_memory, MEMORY);
    let mut next = Visits::default();
    while next_visits(&mut visits, &zone, &mut persons, &mut points, &mut next)? {
        columns.fill(&next.rows);
        read.visits += u64::try_from(next.rows.len()).unwrap_or(0);
        broken.report(&bar, &next.broken);
        bar.set_position(next.read);
        room.ensure(read.visits, &columns, &[&persons, &points], &path)?;
    }
    columns.settle();
    bar.finish_and_clear();
    read.broken_visits = broken.by_reason;
    read.people = persons.len();
    read.points = points.len();
    let known = u32::try_from(persons.len()).unwrap_or(u32::MAX);
    let (mut cases, broken) = read_cases(&mut cases, &zone, &mut persons)?;
    read.broken_cases = Broken::of(&files.cases, &broken).by_reason;
    cases.sort_by_key(|case| case.person);
    let people = cases.chunk_by(|one, next| one.person == next.person);
    read.cases = people.clone().count();
    read.cases_without_visits = people.filter(|cases| cases[0].person.0 >= known).count();
    Ok(Loaded { columns, persons, points, cases, read })
}

/// That an answer does not take the place of what it is made from, however the two are spelled.
///
/// # Errors
/// Both names mean one file.
pub(super) fn ensure_apart(out: &Path, inputs: &[(&str, &Path)]) -> anyhow::Result<()> {
    let Ok(place) = out.canonicalize() else { return Ok(()) };
    for (option, input) in inputs {
        if input.canonicalize().is_ok_and(|input| input == place) {
            bail!(
                "{}: this is the file that {option} names, and the answer would take its place: give --out another name",
                out.display()
            );
        }
    }
    Ok(())
}

/// What to do where memory is not enough.
const MEMORY: &str = "take fewer days or a machine with more, or allow more by --most-memory";

/// How much memory the visits may take.
pub(super) struct Room {
    most_bytes: Option<u64>,
    remedy: &'static str,
    /// Looking at the visits takes milliseconds: it is done after so many of them.
    look_after: u64,
    /// What they and reading ahead took then, in bytes.
    seen: u64,
}

/// What is read ahead: four batches of 65,536 rows with four columns, of which each value takes some 32 bytes.
const READ_AHEAD: u64 = 32 << 20;

impl Room {
    /// So many MB, or when it is not said nine tenths of what is free.
    pub fn of(most_memory: Option<u64>, remedy: &'static str) -> Self {
        let free = || machine::free_memory().map(|free| free / 10 * 9);
        let said = most_memory.map(|megabytes| megabytes.saturating_mul(1_000_000));
        Self { most_bytes: said.or_else(free), remedy, look_after: 50_000, seen: 0 }
    }

    /// Ends with one sentence before the machine ends the process without any.
    pub fn ensure(
        &mut self,
        visits: u64,
        columns: &Columns,
        names: &[&Numbers],
        path: &dyn Display,
    ) -> anyhow::Result<()> {
        let bytes = |bytes: usize| u64::try_from(bytes).unwrap_or(u64::MAX);
        if visits >= self.look_after {
            self.look_after = visits + visits / 8;
            self.seen = READ_AHEAD.saturating_add(bytes(columns.memory_bytes()));
        }
        let of_names = bytes(names.iter().map(|names| names.memory_bytes()).sum());
        let taken = self.seen.saturating_add(of_names);
        if self.most_bytes.is_some_and(|most| taken > most) {
            bail!(
                "{path}: {visits} of its visits fill the memory that they may take ({} MB, {} MB of them names): {}; nothing was written",
                taken / 1_000_000,
                of_names / 1_000_000,
                self.remedy
            );
        }
        Ok(())
    }
}

pub(super) fn bar(size: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}");
    let bar = ProgressBar::new(size).with_message(what);
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// The rows of a file that cannot be used: said line by line, and counted by reason.
pub(super) struct Broken {
    path: PathBuf,
    said: u64,
    pub by_reason: BTreeMap<&'static str, u64>,
}

impl Broken {
    /// Says the first ones.
    pub fn of(path: &Path, rows: &[BrokenRow]) -> Self {
        let mut broken = Self { path: path.to_owned(), said: 0, by_reason: BTreeMap::new() };
        broken.say(rows);
        broken
    }

    /// Says more of them while a bar moves.
    pub fn report(&mut self, bar: &ProgressBar, rows: &[BrokenRow]) {
        if !rows.is_empty() {
            bar.suspend(|| self.say(rows));
        }
    }

    /// Says more of them.
    pub fn say(&mut self, rows: &[BrokenRow]) {
        let path = self.path.display();
        for BrokenRow { line, because } in rows {
            *self.by_reason.entry(because.kind()).or_default() += because.lines();
            self.said += 1;
            match self.said.cmp(&(BROKEN_WRITTEN_OUT + 1)) {
                Ordering::Less => eprintln!("{path}, line {line}: {because}"),
                Ordering::Equal => {
                    eprintln!("{path}: more lines cannot be used; the totals count them by reason");
                }
                Ordering::Greater => {}
            }
        }
    }

    /// How many by each reason.
    pub fn totals(&self) -> impl Iterator<Item = String> {
        totals(&self.path, &self.by_reason)
    }
}

fn totals(path: &Path, by_reason: &BTreeMap<&'static str, u64>) -> impl Iterator<Item = String> {
    by_reason
        .iter()
        .map(move |(reason, count)| format!("{}: {count} rows could not be used: {reason}", path.display()))
}

impl Read {
    /// Says what was read, and what could not be used.
    pub(super) fn say(&self, files: &Files) {
        let Self { visits, people, points, cases, .. } = self;
        println!("{visits} visits of {people} people at {points} points; {cases} cases");
        if self.cases_without_visits > 0 {
            println!("{} cases have no visit in {}", self.cases_without_visits, files.visits.display());
        }
        let visits = totals(&files.visits, &self.broken_visits);
        visits.chain(totals(&files.cases, &self.broken_cases)).for_each(|line| println!("{line}"));
    }
}

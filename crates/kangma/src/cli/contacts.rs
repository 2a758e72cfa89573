//! `kangma contacts`.

use super::Output;
use crate::tables::{
    numbers::{Name, Numbers},
    presences::{BrokenRow, CASES, VISITS, open, read_cases, read_visits, renamed},
    written::{Cell, Holds, Writing},
};
use anyhow::{Context as _, bail};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::{SignedDuration, tz::TimeZone};
use kangma_contact::columns::{Case, Columns, Contact, Enough, Infecting, Overlap};
use kangma_core::{Assurance, Time, Zone};
use serde::Serialize;
use std::{
    collections::{BTreeMap, HashSet},
    path::PathBuf,
};

/// Who shared a place with a case, from a file of visits: no store and no server is needed.
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
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
pub struct ContactsArgs {
    /// The visits: .parquet, or CSV with a header
    #[arg(long, value_name = "FILE")]
    visits: PathBuf,
    /// The cases: .parquet, or CSV with a header
    #[arg(long, value_name = "FILE")]
    cases: PathBuf,
    /// 1: who met a case. 2: whom those met afterwards, each with the contact between (via); the first degree is not
    /// repeated
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=2))]
    degree: u8,
    /// How long is long enough, such as 15m or 1h30m
    #[arg(long, value_name = "TIME", default_value = "15m", value_parser = whole_seconds)]
    at_least: u32,
    /// How shared time is added up
    #[arg(long, value_name = "HOW", default_value = "unbroken")]
    overlap: OverlapWord,
    /// The zone of calendar days, and of times that name none
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
    /// For --degree 2: how long after first meeting the case a contact may pass it on
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = whole_seconds)]
    latent: u32,
    /// For --degree 2: for how long; when it is not given, until the case's time ends
    #[arg(long, value_name = "TIME", value_parser = whole_seconds)]
    infectious: Option<u32>,
    /// What the columns of the visits are called, such as person=user,point=venue
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = |text: &str| renamed(text, &VISITS))]
    columns: Vec<(String, String)>,
    /// What the columns of the cases are called
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = |text: &str| renamed(text, &CASES))]
    case_columns: Vec<(String, String)>,
    /// Where the answer goes: a name that ends in .csv or .parquet
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    #[command(flatten)]
    output: Output,
}

/// How shared time is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OverlapWord {
    /// One encounter has to be long enough; shorter ones do not count
    Unbroken,
    /// All encounters of a calendar day together; one across midnight is cut there and is one of each day
    SummedDay,
    /// All encounters of the case's time together
    SummedWindow,
}

/// What was done.
#[derive(Debug, Default, Serialize)]
struct Totals {
    visits: u64,
    people: usize,
    points: usize,
    cases: usize,
    cases_without_visits: usize,
    rows: u64,
    distinct_contacts: usize,
    encounters: u64,
    overlap_seconds: u64,
    broken_visits: BTreeMap<&'static str, u64>,
    broken_cases: BTreeMap<&'static str, u64>,
}

/// So many broken rows of a file are written out; the rest are counted by reason.
const BROKEN_WRITTEN_OUT: u64 = 1_000;

fn whole_seconds(text: &str) -> Result<u32, String> {
    let duration: SignedDuration = text.parse().map_err(|_| "write it like 15m, 90s or 1h30m".to_owned())?;
    u32::try_from(duration.as_secs()).map_err(|_| "it has to be between 0 and 136 years".to_owned())
}

/// The files, read.
struct Loaded {
    columns: Columns,
    persons: Numbers,
    cases: Vec<Case>,
    enough: Enough,
}

pub(super) fn run(args: &ContactsArgs) -> anyhow::Result<()> {
    let mut totals = Totals::default();
    // A name that nothing can be written under is said before anything is read.
    if args.out.is_dir() {
        bail!("{}: this is a directory", args.out.display());
    }
    let loaded = load(args, &mut totals)?;
    if args.degree == 2 {
        second_degree(args, &loaded, &mut totals)?
    } else {
        first_degree(args, &loaded, &mut totals)?
    }
    say(args, &totals)
}

fn load(args: &ContactsArgs, totals: &mut Totals) -> anyhow::Result<Loaded> {
    let zone = TimeZone::get(&args.zone).with_context(|| format!("`{}` is no time zone", args.zone))?;
    let mut visits = open(&args.visits, &VISITS, &args.columns, "--columns")?;
    let mut cases = open(&args.cases, &CASES, &args.case_columns, "--case-columns")?;
    let (mut persons, mut points) = (Numbers::default(), Numbers::default());
    let mut columns = Columns::default();
    let mut said = 0;
    let bar = bar(visits.size(), "reading visits");
    let path = args.visits.display();
    read_visits(&mut visits, &zone, &mut persons, &mut points, |rows, broken, read| {
        columns.insert(rows);
        totals.visits += u64::try_from(rows.len()).unwrap_or(0);
        report(&bar, &path, &broken, &mut said, &mut totals.broken_visits);
        bar.set_position(read);
    })?;
    columns.settle();
    bar.finish_and_clear();
    totals.people = persons.len();
    totals.points = points.len();
    let known = u32::try_from(persons.len()).unwrap_or(u32::MAX);
    let (mut cases, broken) = read_cases(&mut cases, &zone, &mut persons)?;
    report(&bar, &args.cases.display(), &broken, &mut 0, &mut totals.broken_cases);
    cases.sort_by_key(|case| case.person);
    let people = cases.chunk_by(|one, next| one.person == next.person);
    totals.cases = people.clone().count();
    totals.cases_without_visits = people.filter(|cases| cases[0].person.0 >= known).count();
    let enough = enough(args, &cases)?;
    Ok(Loaded { columns, persons, cases, enough })
}

fn enough(args: &ContactsArgs, cases: &[Case]) -> anyhow::Result<Enough> {
    let overlap = match args.overlap {
        OverlapWord::Unbroken => Overlap::Unbroken,
        OverlapWord::SummedWindow => Overlap::SummedByWindow,
        OverlapWord::SummedDay => Overlap::SummedByDay(midnights(&args.zone, cases)?),
    };
    Ok(Enough { seconds: args.at_least, overlap, least: Assurance::Poster })
}

/// The midnights around the cases' windows.
fn midnights(zone: &str, cases: &[Case]) -> anyhow::Result<Vec<u32>> {
    let zone = Zone::named(zone)?;
    let day = |second: u32| zone.day(Time::from_seconds(i64::from(second)));
    let first = cases.iter().map(|case| case.during.from).min().map_or(0, |second| day(second).0);
    let last = cases.iter().map(|case| case.during.until).max().map_or(0, |second| day(second).0);
    let midnight = |day| u32::try_from(zone.midnight(kangma_core::Day(day)).seconds()).ok();
    Ok((first..=last.saturating_add(1)).filter_map(midnight).collect())
}

fn first_degree(args: &ContactsArgs, loaded: &Loaded, totals: &mut Totals) -> anyhow::Result<()> {
    let mut answer = Answer::begin(args, &loaded.persons, false)?;
    let bar = bar(u64::try_from(loaded.cases.len()).unwrap_or(0), "finding contacts");
    let mut found: Vec<Contact> = Vec::new();
    for case in loaded.cases.chunk_by(|one, next| one.person == next.person) {
        found.clear();
        loaded.columns.contacts(case, &loaded.enough, |contact| found.push(contact));
        found.sort_unstable_by(|a, b| answer.name(a.contact.0).cmp(&answer.name(b.contact.0)));
        found.iter().try_for_each(|contact| answer.push(contact, None))?;
        bar.inc(u64::try_from(case.len()).unwrap_or(0));
    }
    bar.finish_and_clear();
    answer.end(totals)
}

fn second_degree(args: &ContactsArgs, loaded: &Loaded, totals: &mut Totals) -> anyhow::Result<()> {
    let mut answer = Answer::begin(args, &loaded.persons, true)?;
    let infecting =
        Infecting { after_seconds: args.latent, for_seconds: args.infectious.unwrap_or(u32::MAX) };
    let bar = bar(u64::try_from(loaded.cases.len()).unwrap_or(0), "finding contacts of contacts");
    for case in loaded.cases.chunk_by(|one, next| one.person == next.person) {
        let mut failed = None;
        loaded.columns.onward(case, &loaded.enough, infecting, |link| {
            if failed.is_none() {
                failed = answer.push(&link.met, Some(link.via.0)).err();
            }
        });
        failed.map_or(Ok(()), Err)?;
        bar.inc(u64::try_from(case.len()).unwrap_or(0));
    }
    bar.finish_and_clear();
    answer.end(totals)
}

/// The answer being written, and its sums.
struct Answer<'a> {
    writing: Writing,
    persons: &'a Numbers,
    contacts: HashSet<u32>,
    rows: u64,
    encounters: u64,
    seconds: u64,
}

impl<'a> Answer<'a> {
    fn begin(args: &ContactsArgs, persons: &'a Numbers, with_via: bool) -> anyhow::Result<Self> {
        let mut columns = vec![
            ("case", Holds::Names),
            ("contact", Holds::Names),
            ("encounters", Holds::Numbers),
            ("overlap_seconds", Holds::Numbers),
            ("first", Holds::Numbers),
            ("last", Holds::Numbers),
            ("points", Holds::Numbers),
        ];
        if with_via {
            columns.push(("via", Holds::Names));
        }
        let writing = Writing::begin(&args.out, &columns, persons.are_integers())?;
        Ok(Self { writing, persons, contacts: HashSet::new(), rows: 0, encounters: 0, seconds: 0 })
    }

    fn name(&self, person: u32) -> Option<&'a Name> {
        self.persons.name(person)
    }

    fn push(&mut self, contact: &Contact, via: Option<u32>) -> anyhow::Result<()> {
        let name = |person| self.persons.name(person).context("a person without a name");
        let mut row = vec![
            Cell::Name(name(contact.case.0)?),
            Cell::Name(name(contact.contact.0)?),
            Cell::Number(u64::from(contact.encounters)),
            Cell::Number(contact.overlap_seconds),
            Cell::Number(u64::from(contact.first)),
            Cell::Number(u64::from(contact.last)),
            Cell::Number(u64::from(contact.points)),
        ];
        if let Some(via) = via {
            row.push(Cell::Name(name(via)?));
        }
        self.writing.push(&row)?;
        self.contacts.insert(contact.contact.0);
        self.rows += 1;
        self.encounters += u64::from(contact.encounters);
        self.seconds += contact.overlap_seconds;
        Ok(())
    }

    fn end(self, totals: &mut Totals) -> anyhow::Result<()> {
        totals.rows = self.rows;
        totals.distinct_contacts = self.contacts.len();
        totals.encounters = self.encounters;
        totals.overlap_seconds = self.seconds;
        self.writing.end()
    }
}

fn bar(size: u64, what: &'static str) -> ProgressBar {
    let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}");
    let bar = ProgressBar::new(size).with_message(what);
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

/// Says which rows are broken, and counts them.
fn report(
    bar: &ProgressBar,
    path: &dyn std::fmt::Display,
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

fn say(args: &ContactsArgs, totals: &Totals) -> anyhow::Result<()> {
    if args.output.json {
        println!("{}", serde_json::to_string(totals)?);
        return Ok(());
    }
    let Totals { visits, people, points, cases, rows, distinct_contacts, encounters, .. } = totals;
    println!("{visits} visits of {people} people at {points} points; {cases} cases");
    if totals.cases_without_visits > 0 {
        println!("{} cases have no visit in {}", totals.cases_without_visits, args.visits.display());
    }
    for (path, counts) in [(&args.visits, &totals.broken_visits), (&args.cases, &totals.broken_cases)] {
        for (reason, count) in counts {
            println!("{}: {count} rows could not be used: {reason}", path.display());
        }
    }
    let degree = if args.degree == 2 { "contacts of contacts" } else { "contacts" };
    println!(
        "{distinct_contacts} people are {degree}; {rows} rows, {encounters} encounters, {} hours together: {}",
        totals.overlap_seconds / 3_600,
        args.out.display()
    );
    Ok(())
}

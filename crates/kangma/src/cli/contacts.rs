//! `kangma contacts`.

use super::{
    Output,
    files::{Files, Loaded, Read, bar, load, whole_seconds},
};
use crate::tables::{
    numbers::{Name, Numbers},
    written::{Cell, Holds, Writing},
};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use kangma_contact::columns::{Case, Contact, Enough, Infecting, Overlap};
use kangma_core::{Assurance, Time, Zone};
use serde::Serialize;
use std::collections::HashSet;

/// What `kangma contacts` is given.
#[derive(Debug, Args)]
pub struct ContactsArgs {
    #[command(flatten)]
    files: Files,
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
    /// For --degree 2: how long after first meeting the case a contact may pass it on
    #[arg(long, value_name = "TIME", default_value = "0s", value_parser = whole_seconds)]
    latent: u32,
    /// For --degree 2: for how long; when it is not given, until the case's time ends
    #[arg(long, value_name = "TIME", value_parser = whole_seconds)]
    infectious: Option<u32>,
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
#[derive(Debug, Serialize)]
struct Totals<'a> {
    #[serde(flatten)]
    read: &'a Read,
    /// Visits during which their person was elsewhere too.
    visits_elsewhere_too: usize,
    rows: u64,
    distinct_contacts: usize,
    encounters: u64,
    overlap_seconds: u64,
}

pub(super) fn run(args: &ContactsArgs) -> anyhow::Result<()> {
    let loaded = load(&args.files)?;
    let enough = enough(args, &loaded.cases)?;
    let answer = match args.degree {
        2 => second_degree(args, &loaded, &enough)?,
        _ => first_degree(args, &loaded, &enough)?,
    };
    let totals = answer.end(&loaded)?;
    say(args, &totals)
}

fn enough(args: &ContactsArgs, cases: &[Case]) -> anyhow::Result<Enough> {
    let overlap = match args.overlap {
        OverlapWord::Unbroken => Overlap::Unbroken,
        OverlapWord::SummedWindow => Overlap::SummedByWindow,
        OverlapWord::SummedDay => Overlap::SummedByDay(midnights(&args.files.zone, cases)?),
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

fn first_degree<'a>(args: &ContactsArgs, loaded: &'a Loaded, enough: &Enough) -> anyhow::Result<Answer<'a>> {
    let mut answer = Answer::begin(args, &loaded.persons, false)?;
    let bar = bar(u64::try_from(loaded.cases.len()).unwrap_or(0), "finding contacts");
    let mut found: Vec<Contact> = Vec::new();
    for case in loaded.cases.chunk_by(|one, next| one.person == next.person) {
        found.clear();
        loaded.columns.contacts(case, enough, |contact| found.push(contact));
        found.sort_unstable_by(|a, b| answer.name(a.contact.0).cmp(&answer.name(b.contact.0)));
        found.iter().try_for_each(|contact| answer.push(contact, None))?;
        bar.inc(u64::try_from(case.len()).unwrap_or(0));
    }
    bar.finish_and_clear();
    Ok(answer)
}

fn second_degree<'a>(args: &ContactsArgs, loaded: &'a Loaded, enough: &Enough) -> anyhow::Result<Answer<'a>> {
    let mut answer = Answer::begin(args, &loaded.persons, true)?;
    let infecting =
        Infecting { after_seconds: args.latent, for_seconds: args.infectious.unwrap_or(u32::MAX) };
    let bar = bar(u64::try_from(loaded.cases.len()).unwrap_or(0), "finding contacts of contacts");
    for case in loaded.cases.chunk_by(|one, next| one.person == next.person) {
        let mut failed = None;
        loaded.columns.onward(case, enough, infecting, |link| {
            if failed.is_none() {
                failed = answer.push(&link.met, Some(link.via.0)).err();
            }
        });
        failed.map_or(Ok(()), Err)?;
        bar.inc(u64::try_from(case.len()).unwrap_or(0));
    }
    bar.finish_and_clear();
    Ok(answer)
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
        let writing = Writing::begin(&args.files.out, &columns, persons.are_integers())?;
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

    fn end(self, loaded: &'a Loaded) -> anyhow::Result<Totals<'a>> {
        self.writing.end()?;
        Ok(Totals {
            read: &loaded.read,
            visits_elsewhere_too: loaded.columns.elsewhere_too(),
            rows: self.rows,
            distinct_contacts: self.contacts.len(),
            encounters: self.encounters,
            overlap_seconds: self.seconds,
        })
    }
}

fn say(args: &ContactsArgs, totals: &Totals<'_>) -> anyhow::Result<()> {
    if args.output.json {
        println!("{}", serde_json::to_string(totals)?);
        return Ok(());
    }
    let Totals { read, rows, distinct_contacts, encounters, .. } = totals;
    read.say(&args.files);
    if totals.visits_elsewhere_too > 0 {
        println!(
            "{} visits overlap another of the same person elsewhere; all count",
            totals.visits_elsewhere_too
        );
    }
    let degree = if args.degree == 2 { "contacts of contacts" } else { "contacts" };
    println!(
        "{distinct_contacts} people are {degree}; {rows} rows, {encounters} encounters, {} hours together: {}",
        totals.overlap_seconds / 3_600,
        args.files.out.display()
    );
    Ok(())
}

//! `kangma gatherings`.

use super::{
    Output,
    files::{Files, Loaded, Read, load, whole_seconds},
};
use crate::tables::written::{Cell, Holds, Writing};
use anyhow::Context as _;
use clap::Args;
use kangma_contact::columns::{Gathering, Together};
use kangma_core::Assurance;
use serde::Serialize;

/// What `kangma gatherings` is given.
#[derive(Debug, Args)]
pub struct GatheringsArgs {
    #[command(flatten)]
    files: Files,
    /// How many cases at least
    #[arg(long, value_name = "N", default_value_t = 2, value_parser = clap::value_parser!(u32).range(1..))]
    at_least: u32,
    /// How long an hour is: time is cut into such pieces, counted from 1970 in UTC
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = piece)]
    each: u32,
    #[command(flatten)]
    output: Output,
}

/// What was done.
#[derive(Debug, Serialize)]
struct Totals<'a> {
    #[serde(flatten)]
    read: &'a Read,
    rows: usize,
}

fn piece(text: &str) -> Result<u32, String> {
    match whole_seconds(text)? {
        0 => Err("nothing fits into no time: write a second or more".to_owned()),
        seconds => Ok(seconds),
    }
}

pub(super) fn run(args: &GatheringsArgs) -> anyhow::Result<()> {
    let loaded = load(&args.files)?;
    let asked = Together { at_least: args.at_least, seconds: args.each, least: Assurance::Poster };
    let found = loaded.columns.gatherings(&loaded.cases, &asked);
    write(args, &loaded, &found)?;
    say(args, &loaded, &found)
}

const COLUMNS: [(&str, Holds); 7] = [
    ("point", Holds::Names),
    ("from", Holds::Numbers),
    ("cases", Holds::Numbers),
    ("people", Holds::Numbers),
    ("expected", Holds::Decimals),
    ("ratio", Holds::Decimals),
    ("surprise", Holds::Decimals),
];

fn write(args: &GatheringsArgs, loaded: &Loaded, found: &[Gathering]) -> anyhow::Result<()> {
    let mut writing = Writing::begin(&args.files.out, &COLUMNS, loaded.points.are_integers())?;
    for gathering in found {
        writing.push(&[
            Cell::Name(loaded.points.name(gathering.point.0).context("a point without a name")?),
            Cell::Number(gathering.during.from.into()),
            Cell::Number(gathering.cases.into()),
            Cell::Number(gathering.people.into()),
            Cell::Decimal(gathering.expected),
            Cell::Decimal(gathering.ratio()),
            Cell::Decimal(gathering.surprise),
        ])?;
    }
    writing.end()
}

fn say(args: &GatheringsArgs, loaded: &Loaded, found: &[Gathering]) -> anyhow::Result<()> {
    if args.output.json {
        println!("{}", serde_json::to_string(&Totals { read: &loaded.read, rows: found.len() })?);
        return Ok(());
    }
    loaded.read.say(&args.files);
    let out = args.files.out.display();
    let Some(Gathering { point, cases, people, expected, .. }) = found.first() else {
        println!("{} or more cases were nowhere together: {out}", args.at_least);
        return Ok(());
    };
    let point = loaded.points.name(point.0).context("a point without a name")?;
    println!(
        "{} rows; first {point}: {cases} cases among {people} people, {expected:.2} expected: {out}",
        found.len()
    );
    Ok(())
}

//! `kangma import cases`.

use super::{People, PersonWord, Totals};
use crate::{
    cli::{DataDirectory, Output},
    tables::{
        numbers::Numbers,
        presences::{ILLNESSES, IllnessRow, open, read_illnesses, renamed},
    },
};
use anyhow::{Context as _, bail};
use clap::Args;
use indicatif::ProgressBar;
use jiff::tz::TimeZone;
use kangma_core::Time;
use kangma_service::list_cases::{Illness, ListAct};
use std::path::PathBuf;

/// Import cases that others reported: a laboratory's or another register's list.
#[derive(Debug, Args)]
pub struct CasesArgs {
    /// The cases
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// The officer who reports them, by their login
    #[arg(long = "as", value_name = "LOGIN")]
    officer: String,
    /// What they are: confirmed or suspected
    #[arg(long, value_name = "STATUS", default_value = "confirmed", value_parser = ["confirmed", "suspected"])]
    status: String,
    /// What the file calls people by
    #[arg(long, value_name = "WORD", default_value = "id")]
    person_is: PersonWord,
    /// What the columns are called, such as person=card,sampled=date
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = |text: &str| renamed(text, &ILLNESSES))]
    columns: Vec<(String, String)>,
    /// The zone of times that name none
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
    /// Take the cases back that this file reported: it never was true
    #[arg(long)]
    take_back: bool,
    #[command(flatten)]
    data: DataDirectory,
    #[command(flatten)]
    output: Output,
}

pub(super) fn run(args: &CasesArgs) -> anyhow::Result<()> {
    let zone = TimeZone::get(&args.zone).with_context(|| format!("`{}` is no time zone", args.zone))?;
    let mut table = open(&args.file, &ILLNESSES, &args.columns, "--columns")?;
    let mut persons = Numbers::default();
    let (rows, broken) = read_illnesses(&mut table, &zone, &mut persons)?;
    let service = super::open_existing(&args.data)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let Some(officer) = runtime.block_on(service.officer_named(&args.officer))? else {
        bail!("nobody signs in as `{}` here", args.officer);
    };
    let bar = ProgressBar::new(u64::try_from(rows.len())?);
    let mut totals = Totals::default();
    for row in &broken {
        totals.refuse_row(&bar, row);
    }
    let mut people = People::default();
    runtime.block_on(people.learn(&service, &persons, args.person_is.into()))?;
    let time = |second: Option<u32>| second.map(|second| Time::from_seconds(i64::from(second)));
    let illness = |row: &IllnessRow| Illness {
        line: row.line,
        person: people.of(row.person),
        status: args.status.clone(),
        onset: time(row.onset),
        sampled: time(row.sampled),
    };
    let cases = rows.iter().map(illness).collect();
    let list_act = if args.take_back { ListAct::TakeBack } else { ListAct::Report };
    let taken = runtime.block_on(service.list_cases(&officer, list_act, cases, |done| bar.inc(done)))?;
    totals.take(&bar, taken);
    runtime.block_on(service.run_jobs(super::stages(&bar)))?;
    bar.finish_and_clear();
    totals.say("cases", args.output.json)
}

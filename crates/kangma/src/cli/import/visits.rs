//! `kangma import visits`.

use super::{People, PersonWord, Totals, new_names};
use crate::{
    cli::{DataDirectory, Output},
    tables::{
        numbers::Numbers,
        presences::{VISITS, Visits, next_visits, open, renamed},
    },
};
use anyhow::Context as _;
use clap::{Args, ValueEnum};
use indicatif::ProgressBar;
use jiff::tz::TimeZone;
use kangma_contact::columns::Row;
use kangma_core::{Assurance, PointId, Time};
use kangma_service::{
    Actor, Service,
    import_visits::{PointKey, Stay},
};
use std::path::PathBuf;

/// Import visits that others kept: a turnstile's or an operator's log.
#[derive(Debug, Args)]
pub struct VisitsArgs {
    /// The visits
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// What the file calls people by
    #[arg(long, value_name = "WORD", default_value = "id")]
    person_is: PersonWord,
    /// What the file calls points by
    #[arg(long, value_name = "WORD", default_value = "id")]
    point_is: PointWord,
    /// How far its source is trusted: policies say from which assurance on a visit counts
    #[arg(long, value_name = "WORD", default_value = "paper")]
    assurance: Assurance,
    /// What the columns are called, such as person=card,point=station
    #[arg(long, value_name = "OURS=THEIRS", value_delimiter = ',', value_parser = |text: &str| renamed(text, &VISITS))]
    columns: Vec<(String, String)>,
    /// The zone of times that name none
    #[arg(long, value_name = "ZONE", default_value = "UTC")]
    zone: String,
    #[command(flatten)]
    data: DataDirectory,
    #[command(flatten)]
    output: Output,
}

/// What points are called in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PointWord {
    /// By their identifier in this store
    Id,
    /// By their name
    Name,
}

pub(super) fn run(args: &VisitsArgs) -> anyhow::Result<()> {
    let zone = TimeZone::get(&args.zone).with_context(|| format!("`{}` is no time zone", args.zone))?;
    let mut table = open(&args.file, &VISITS, &args.columns, "--columns")?;
    let service = super::open_existing(&args.data)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let bar = ProgressBar::new(table.size());
    let mut importing = Importing {
        args,
        service: &service,
        people: People::default(),
        points: Vec::new(),
        totals: Totals::default(),
    };
    let (mut persons, mut points, mut visits) = (Numbers::default(), Numbers::default(), Visits::default());
    while next_visits(&mut table, &zone, &mut persons, &mut points, &mut visits)? {
        runtime.block_on(importing.take(&bar, &visits, &persons, &points))?;
        bar.set_position(visits.read);
    }
    runtime.block_on(service.trace_late_visits(super::stages(&bar)))?;
    runtime.block_on(service.run_jobs(super::stages(&bar)))?;
    bar.finish_and_clear();
    importing.totals.say("stays", args.output.json)
}

struct Importing<'a> {
    args: &'a VisitsArgs,
    service: &'a Service,
    people: People,
    points: Vec<Option<PointId>>,
    totals: Totals,
}

impl Importing<'_> {
    async fn take(
        &mut self,
        bar: &ProgressBar,
        visits: &Visits,
        persons: &Numbers,
        points: &Numbers,
    ) -> anyhow::Result<()> {
        self.people.learn(self.service, persons, self.args.person_is.into()).await?;
        let key = match self.args.point_is {
            PointWord::Id => PointKey::Id,
            PointWord::Name => PointKey::Name,
        };
        let new = new_names(points, self.points.len());
        self.points.extend(self.service.points_called(new, key).await?);
        for row in &visits.broken {
            self.totals.refuse_row(bar, row);
        }
        let rows = visits.rows.iter().zip(&visits.lines);
        let stays: Vec<Stay> = rows.map(|(row, line)| self.stay(row, *line)).collect();
        let taken = self.service.import_stays(&Actor::System, self.args.assurance, stays).await?;
        self.totals.take(bar, taken);
        Ok(())
    }

    fn stay(&self, row: &Row, line: u64) -> Stay {
        let point = usize::try_from(row.point.0).ok().and_then(|number| self.points.get(number).copied());
        Stay {
            line,
            person: self.people.of(row.person.0),
            point: point.flatten(),
            from: Time::from_seconds(i64::from(row.during.from)),
            until: Time::from_seconds(i64::from(row.during.until)),
        }
    }
}

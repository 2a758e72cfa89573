//! `kangma city`.

use super::{
    DataDirectory, Output,
    files::{bar, ensure_apart},
    import, record,
};
use crate::{
    policies, settle,
    tables::{
        numbers::Name,
        written::{Cell, Holds, Writing},
    },
};
use anyhow::{Context as _, bail, ensure};
use clap::{
    Args, Subcommand, ValueEnum,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser as _},
};
use kangma_city::{Epidemics, Metropolis, Parameters, Seed, epidemic::Stored, parameters::PRESETS};
use kangma_contact::Stays;
use kangma_core::Zone;
use kangma_service::dry_run_policy::epidemic::{Epidemic as _, Epidemics as _};
use serde::Serialize;
use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

/// Make up a city: people in households, at work, at school, in buses and shops, day by day.
///
/// PRESET says how large; `kangma city show PRESET` prints all its numbers, each with its source, and --parameters takes an
/// edited copy. The same seed gives the same bytes. Nobody in it is real.
///
/// --out FILE writes the stays: person, point, from, until, people and points as numbers, times in seconds since 1970, ready
/// for `kangma contacts --visits` and `kangma import visits`. --out DIR writes beside them points (point, kind, district)
/// and households (person, home). Each file has its name only when it is whole.
///
/// --out DIR --epidemic writes the record of an epidemic in it instead: visits as gates saw them, infections, results,
/// households and points, as docs/dry-run.md says.
///
/// --data DIR settles the city in a store that has nobody yet, with names and with what gates saw of its last days. Killed
/// half-way, the same command goes on where it was.
///
/// Example: kangma city 10k --out visits.parquet
#[derive(Debug, Args)]
#[command(verbatim_doc_comment, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct CityArgs {
    #[command(subcommand)]
    command: Option<CityCommand>,
    /// How large
    #[arg(value_name = "PRESET", value_parser = presets(), required_unless_present = "parameters")]
    preset: Option<String>,
    /// The numbers that it follows, instead of a preset's
    #[arg(long, value_name = "FILE", conflicts_with = "preset")]
    parameters: Option<PathBuf>,
    /// What all chance in it follows from
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// A name that ends in .csv or .parquet for the stays alone, one without an end for a directory
    #[arg(long, value_name = "FILE|DIR", required_unless_present = "data", conflicts_with = "data")]
    out: Option<PathBuf>,
    /// What the files of a directory are
    #[arg(long, value_name = "FORM", default_value = "parquet")]
    form: Form,
    /// Write an epidemic in it, as a record for `kangma policy dry-run --record`
    #[arg(long, requires = "out")]
    epidemic: bool,
    /// With --epidemic: the zone at whose midnights its days begin
    #[arg(long, value_name = "ZONE", default_value = "UTC", requires = "epidemic")]
    zone: String,
    /// How many days; as many as the numbers say, when it is not said
    #[arg(long, value_name = "N", conflicts_with = "data")]
    days: Option<u32>,
    /// The directory of a store to settle in; it is made when it is not there
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
    /// The policy of a store that has none yet: the name of a shipped one
    #[arg(long, value_name = "NAME", default_value = policies::DEFAULT, requires = "data")]
    policy: String,
    #[command(flatten)]
    output: Output,
}

/// What can be done besides making one.
#[derive(Debug, Subcommand)]
enum CityCommand {
    /// Print the numbers of a preset as TOML, to be edited and given to --parameters
    Show {
        /// Which
        #[arg(value_name = "PRESET", value_parser = presets())]
        preset: String,
    },
}

/// A form of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// Comma-separated values
    Csv,
    /// Apache Parquet
    Parquet,
}

impl Form {
    /// The file of a table in a directory.
    pub(super) fn named(self, directory: &Path, table: &str) -> PathBuf {
        let extension = match self {
            Self::Csv => "csv",
            Self::Parquet => "parquet",
        };
        directory.join(format!("{table}.{extension}"))
    }
}

/// What was made.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Totals {
    people: u64,
    points: u64,
    households: u64,
    /// Stays of a file; of a store, what gates saw of them.
    visits: u64,
}

/// What was made of an epidemic.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
struct RecordTotals {
    people: u32,
    days: u32,
    /// What gates saw.
    visits: usize,
    infections: usize,
    results: usize,
}

/// The names of the presets, each with what it is.
pub(super) fn presets() -> impl clap::builder::TypedValueParser<Value = String> {
    PossibleValuesParser::new(PRESETS.map(|(name, about, _)| PossibleValue::new(name).help(about)))
        .map(|name| name)
}

pub(super) fn run(args: &CityArgs) -> anyhow::Result<()> {
    if let Some(CityCommand::Show { preset }) = &args.command {
        print!("{}", Parameters::text_of(preset)?);
        return Ok(());
    }
    if let (Some(out), Some(parameters)) = (&args.out, &args.parameters) {
        ensure_apart(out, &[("--parameters", parameters)])?;
    }
    let mut parameters =
        parameters(args.preset.as_deref(), args.parameters.as_deref())?.context("name a preset")?;
    if let Some(days) = args.days {
        parameters = parameters.with_days(days)?;
    }
    let parameters = Arc::new(parameters);
    match (&args.out, &args.data) {
        (Some(out), _) if args.epidemic => write_epidemic(args, parameters, out),
        (Some(out), _) => write(args, &Metropolis::of(&parameters, Seed(args.seed)), out),
        (None, Some(data)) => settle_in(args, &parameters, data),
        (None, None) => bail!("say where the city goes: --out FILE, --out DIR or --data DIR"),
    }
}

/// The numbers of a preset or of a file; nothing where neither is named.
pub(super) fn parameters(preset: Option<&str>, file: Option<&Path>) -> anyhow::Result<Option<Parameters>> {
    let Some(path) = file else { return Ok(preset.map(Parameters::preset).transpose()?) };
    let text = fs::read_to_string(path).with_context(|| path.display().to_string())?;
    Ok(Some(text.parse().with_context(|| path.display().to_string())?))
}

/// The tables of a city that are wanted.
struct Tables {
    visits: Writing,
    points: Option<Writing>,
    households: Option<Writing>,
}

impl Tables {
    fn begin(out: &Path, form: Form) -> anyhow::Result<Self> {
        // A name that ends in something else is more likely a mistake than a directory.
        if out.extension().is_some() && !out.is_dir() {
            return Ok(Self { visits: begin(out, &VISITS)?, points: None, households: None });
        }
        fs::create_dir_all(out).with_context(|| out.display().to_string())?;
        let table = |name: &str, columns| begin(&form.named(out, name), columns);
        Ok(Self {
            visits: table("visits", &VISITS)?,
            points: Some(table("points", &POINTS)?),
            households: Some(table("households", &HOUSEHOLDS)?),
        })
    }

    /// Gives the files their names, the stays' last: where they are, the others are.
    fn end(self) -> anyhow::Result<()> {
        for table in [self.points, self.households].into_iter().flatten() {
            table.end()?;
        }
        self.visits.end()
    }
}

const VISITS: [(&str, Holds); 4] = [
    ("person", Holds::Numbers),
    ("point", Holds::Numbers),
    ("from", Holds::Numbers),
    ("until", Holds::Numbers),
];
const POINTS: [(&str, Holds); 3] =
    [("point", Holds::Numbers), ("kind", Holds::Names), ("district", Holds::Numbers)];
pub(super) const HOUSEHOLDS: [(&str, Holds); 2] = [("person", Holds::Numbers), ("home", Holds::Numbers)];
/// A progress bar that moves more often is only slower.
const BAR_STEP: u32 = 1 << 12;

fn begin(path: &Path, columns: &[(&'static str, Holds)]) -> anyhow::Result<Writing> {
    Writing::begin(path, columns, false)
}

pub(super) fn number(number: u32) -> Cell<'static> {
    Cell::Number(u64::from(number))
}

fn write(args: &CityArgs, city: &Metropolis, out: &Path) -> anyhow::Result<()> {
    let mut tables = Tables::begin(out, args.form)?;
    let households = city.households();
    let mut totals = Totals {
        people: u64::from(city.people()),
        points: u64::from(city.points().besides_homes()),
        households: u64::try_from(households.len())?,
        visits: 0,
    };
    if let Some(table) = &mut tables.points {
        for (point, kind, district) in city.points().each() {
            let kind = Name::Text(kind.word().into());
            table.push(&[number(point), Cell::Name(&kind), number(district)])?;
        }
    }
    if let Some(table) = &mut tables.households {
        for (home, people) in households.each() {
            people.into_iter().try_for_each(|person| table.push(&[number(person), number(home)]))?;
        }
    }
    totals.visits = write_visits(city, &mut tables.visits)?;
    tables.end()?;
    say(args, &totals, &format!("stays: {}", out.display()))
}

fn write_visits(city: &Metropolis, table: &mut Writing) -> anyhow::Result<u64> {
    let bar = bar(u64::from(city.people()), "people");
    let (mut visits, mut written) = (0, Ok(()));
    city.each_being(|being| {
        if written.is_ok() {
            visits += 1;
            written = table.push(&[being.person, being.point, being.from, being.until].map(number));
            if being.person % BAR_STEP == 0 {
                bar.set_position(u64::from(being.person));
            }
        }
    });
    bar.finish_and_clear();
    written.map(|()| visits)
}

fn write_epidemic(args: &CityArgs, parameters: Arc<Parameters>, out: &Path) -> anyhow::Result<()> {
    let is_directory = if out.exists() { out.is_dir() } else { out.extension().is_none() };
    ensure!(is_directory, "{}: a record is a directory of tables; name one", out.display());
    let zone = Zone::named(&args.zone)?;
    let epidemics = Epidemics { parameters };
    let bar = bar(u64::from(epidemics.people()), "people");
    let made = epidemics.make(args.seed, &zone, &[Stays::assumed()], &mut |people| {
        bar.set_position(u64::from(people));
    });
    let made = made.map_err(anyhow::Error::msg)?;
    bar.set_message("days");
    let stored = Stored::of(&*made);
    bar.set_message("writing");
    record::write(&stored, out, args.form)?;
    bar.finish_and_clear();
    say_epidemic(args, &stored, out)
}

fn say_epidemic(args: &CityArgs, stored: &Stored, out: &Path) -> anyhow::Result<()> {
    let seen = stored.seen();
    let totals = RecordTotals {
        people: seen.people,
        days: seen.days(),
        visits: seen.visits.rows(),
        infections: stored.infections().len(),
        results: stored.results().count(),
    };
    if args.output.json {
        println!("{}", serde_json::to_string(&totals)?);
        return Ok(());
    }
    let RecordTotals { people, days, visits, infections, results } = totals;
    println!(
        "{people} people, {days} days, {infections} infections, {results} results; {visits} visits that gates saw: {}",
        out.display()
    );
    Ok(())
}

fn settle_in(args: &CityArgs, parameters: &Arc<Parameters>, data: &Path) -> anyhow::Result<()> {
    let service = import::open(&DataDirectory { data: data.to_owned() }, &args.policy)?;
    tokio::runtime::Runtime::new()?.block_on(async {
        if settle::is_settled(&service).await? {
            bail!("{}: a city lives there already; take an empty directory", data.display());
        }
        if service.people_count().await? > 0 && !settle::is_begun(&service).await? {
            bail!("{}: people live there already; take an empty directory", data.display());
        }
        crate::demo::hear_sources(&service).await?;
        let city = settle::begin(&service, parameters, Seed(args.seed)).await?;
        settle::settle(&service, &city).await?;
        settle::end(&service).await?;
        let totals = Totals {
            people: u64::try_from(city.residents.len())?,
            points: u64::try_from(city.points.len())?,
            households: u64::try_from(city.households.len())?,
            visits: u64::try_from(city.visits().count())?,
        };
        say(
            args,
            &totals,
            &format!("visits of the last {} days: {}", parameters.size.days.number(), data.display()),
        )
    })
}

fn say(args: &CityArgs, totals: &Totals, what: &str) -> anyhow::Result<()> {
    if args.output.json {
        println!("{}", serde_json::to_string(totals)?);
        return Ok(());
    }
    let Totals { people, points, households, visits } = totals;
    println!("{people} people in {households} households, {points} points; {visits} {what}");
    Ok(())
}

//! Who met whom in a generated city, beside SQLite with two covering B-trees on the same stays.

use super::{Figure, Setting, median, postgres::Postgres};
use crate::tables::{
    numbers::Numbers,
    presences::{VISITS, open, read_visits},
    written::{Cell, Holds, Writing},
};
use anyhow::Context as _;
use jiff::tz::TimeZone;
use kangma_city::{Being, Metropolis, Seed};
use kangma_contact::columns::{
    Belonging, Case, Columns, Enough, FileSalt, Infecting, Overlap, Period, PersonNo, PointNo, Row,
    SnapshotKey,
};
use kangma_core::Assurance;
use kangma_store::measure::Yardstick;
use std::{
    fs::{self, File},
    io::BufWriter,
    path::Path,
    sync::{Mutex, PoisonError},
    time::Instant,
};

const SEED: Seed = Seed(1);
const AT_LEAST_SECONDS: u32 = 900;
/// Odd, so that there is a median.
const ROUNDS: u32 = 1_001;
const FEW_ROUNDS: u32 = 9;
/// How many cases the yardsticks are asked for where the index is asked for a thousand.
const BESIDE: usize = 100;
const DAY_SECONDS: u32 = 86_400;
const INSERT_BATCH: usize = 1_000;
/// A gibibyte.
const BANDWIDTH_WORDS: u64 = 1 << 27;

/// The city of the run, built once.
static BUILT: Mutex<Option<(u32, Columns)>> = Mutex::new(None);

fn city(setting: &Setting) -> Metropolis {
    Metropolis::of(&setting.city, SEED)
}

fn row(being: Being) -> Row {
    Row {
        person: PersonNo(being.person),
        point: PointNo(being.point),
        during: Period { from: being.from, until: being.until },
        assurance: Assurance::DeviceBound,
    }
}

/// Builds the index; says how many seconds of that were the index's own.
fn built(city: &Metropolis) -> (Columns, f64) {
    let (mut columns, mut rows, mut seconds) = (Columns::default(), Vec::new(), 0.0);
    let mut insert = |rows: &mut Vec<Row>, columns: &mut Columns| {
        let begun = Instant::now();
        columns.insert(rows);
        seconds += begun.elapsed().as_secs_f64();
        rows.clear();
    };
    city.each_being(|being| {
        rows.push(row(being));
        if rows.len() == 1 << 20 {
            insert(&mut rows, &mut columns);
        }
    });
    insert(&mut rows, &mut columns);
    let begun = Instant::now();
    columns.settle();
    (columns, seconds + begun.elapsed().as_secs_f64())
}

fn columns(setting: &Setting) -> Columns {
    let mut built_before = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    match built_before.as_ref().filter(|(people, _)| *people == setting.people()) {
        Some((_, columns)) => columns.clone(),
        None => {
            let (columns, _) = built(&city(setting));
            *built_before = Some((setting.people(), columns.clone()));
            columns
        }
    }
}

fn yardstick(setting: &Setting) -> anyhow::Result<Option<Yardstick>> {
    let Some(directory) = &setting.yardsticks else { return Ok(None) };
    fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
    let path = directory.join(format!("city-{}.sqlite", setting.people()));
    Ok(Some(Yardstick::open(&path, stays_of(setting))?))
}

/// Every stay of the city, for a yardstick: person, point, from, until.
fn stays_of(setting: &Setting) -> impl FnOnce(&mut dyn FnMut([u32; 4])) {
    let city = city(setting);
    move |take| city.each_being(|being| take([being.person, being.point, being.from, being.until]))
}

fn enough() -> Enough {
    Enough { seconds: AT_LEAST_SECONDS, overlap: Overlap::Unbroken, least: Assurance::Poster }
}

/// The n-th case: spread over the city, in no order.
fn case(setting: &Setting, n: u32) -> Case {
    let city = city(setting);
    let person = u64::from(n) * 2_654_435_761 % u64::from(setting.people());
    let during = Period { from: city.start(), until: city.end() };
    Case { person: PersonNo(u32::try_from(person).unwrap_or(0)), during }
}

fn contacts(columns: &Columns, cases: &[Case]) -> u64 {
    let mut found = 0;
    columns.contacts(cases, &enough(), |_| found += 1);
    found
}

/// How long something takes, in seconds, and what it gave.
fn timed<T>(act: impl FnOnce() -> T) -> (f64, T) {
    let begun = Instant::now();
    let given = act();
    (begun.elapsed().as_secs_f64(), given)
}

pub(super) fn one(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let columns = columns(setting);
    let cases: Vec<Case> = (0..ROUNDS).map(|n| case(setting, n)).collect();
    let (mut found, mut times) = (Vec::new(), Vec::new());
    for case in &cases {
        let (seconds, contacts) = timed(|| contacts(&columns, &[*case]));
        times.push(seconds * 1e6);
        found.push(contacts);
    }
    let figure = median(times);
    let beside = |milliseconds: &[f64]| Some(median(milliseconds.to_vec()) * 1e3);
    besides("contacts-1", "µs", figure, setting, (&cases, &found), beside)
}

pub(super) fn thousand(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let columns = columns(setting);
    let cases: Vec<Case> = (0..1_000).map(|n| case(setting, n)).collect();
    let found: Vec<u64> = cases.iter().take(BESIDE).map(|case| contacts(&columns, &[*case])).collect();
    let mut sorted = cases.clone();
    sorted.sort_by_key(|case| case.person);
    let round = |_| timed(|| contacts(&columns, &sorted)).0 * 1e3;
    let figure = median((0..FEW_ROUNDS).map(round).collect());
    // As long as a thousand take if they take as long as those that were asked for.
    let beside =
        |milliseconds: &[f64]| Some(milliseconds.iter().sum::<f64>() * 1_000.0 / count(milliseconds.len()));
    besides("contacts-1000", "ms", figure, setting, (&cases, &found), beside)
}

/// A figure alone, or beside what each yardstick needs for the first of the same cases, which it has to find the same
/// contacts of.
fn besides(
    name: &str,
    unit: &'static str,
    figure: f64,
    setting: &Setting,
    (cases, found): (&[Case], &[u64]),
    beside: impl Fn(&[f64]) -> Option<f64>,
) -> anyhow::Result<Vec<Figure>> {
    let mut figures = Vec::new();
    let asked = &cases[..cases.len().min(BESIDE)];
    let mut add = |name: String, answers: Vec<(u64, f64)>, who: &str| {
        for ((case, expected), (people, _)) in asked.iter().zip(found).zip(&answers) {
            anyhow::ensure!(people == expected, "{who} finds others for person {}", case.person.0);
        }
        let times: Vec<f64> = answers.into_iter().map(|(_, milliseconds)| milliseconds).collect();
        let figure = Figure::alone(name, figure, unit);
        figures.push(match beside(&times) {
            Some(beside) => figure.beside(beside),
            None => figure,
        });
        anyhow::Ok(())
    };
    if let Some(sqlite) = yardstick(setting)? {
        let ask = |case: &Case| {
            let (seconds, people) = timed(|| {
                sqlite.contacts(case.person.0, [case.during.from, case.during.until], AT_LEAST_SECONDS)
            });
            anyhow::Ok((people?, seconds * 1e3))
        };
        let answers = asked.iter().map(ask).collect::<anyhow::Result<Vec<_>>>()?;
        add(format!("{name} / SQLite"), answers, "SQLite")?;
    }
    if let Some(connection) = &setting.postgres {
        let postgres = Postgres::open(connection, setting.people(), stays_of(setting))?;
        let answers = postgres.contacts(asked, AT_LEAST_SECONDS)?;
        add(format!("{name} / PostgreSQL"), answers, "PostgreSQL")?;
    }
    if figures.is_empty() {
        figures.push(Figure::alone(name, figure, unit));
    }
    Ok(figures)
}

pub(super) fn second(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let columns = columns(setting);
    let round = |n| {
        let mut links = 0u64;
        let case = [case(setting, n)];
        timed(|| columns.onward(&case, &enough(), Infecting::AT_ONCE, |_| links += 1)).0 * 1e3
    };
    let times = (0..FEW_ROUNDS * FEW_ROUNDS).map(round).collect();
    Ok(vec![Figure::alone("contacts-second", median(times), "ms")])
}

pub(super) fn build(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("visits.parquet");
    write_visits(setting, &path)?;
    let (seconds, columns) = timed(|| read_whole(&path));
    let bytes = fs::metadata(&path)?.len();
    Ok(vec![
        Figure::alone("contacts-build", seconds, "s"),
        Figure::alone("contacts-build-visits", count(columns?.rows()), "visits"),
        Figure::alone("contacts-build-file", count(usize::try_from(bytes)?) / 1e6, "MB"),
    ])
}

fn write_visits(setting: &Setting, path: &Path) -> anyhow::Result<()> {
    let wanted = VISITS.map(|word| (word, Holds::Numbers));
    let mut writing = Writing::begin(path, &wanted, true)?;
    let mut written = Ok(());
    city(setting).each_being(|being| {
        let row = [being.person, being.point, being.from, being.until];
        if written.is_ok() {
            written = writing.push(&row.map(|number| Cell::Number(number.into())));
        }
    });
    written?;
    writing.end()
}

/// As `kangma contacts` reads a file.
fn read_whole(path: &Path) -> anyhow::Result<Columns> {
    let (mut columns, mut persons, mut points) = (Columns::default(), Numbers::default(), Numbers::default());
    let mut table = open(path, &VISITS, &[], "--columns")?;
    read_visits(&mut table, &TimeZone::UTC, &mut persons, &mut points, |rows, _, _| {
        columns.fill(rows);
    })?;
    columns.settle();
    Ok(columns)
}

pub(super) fn memory(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let columns = columns(setting);
    let bytes = count(columns.memory_bytes());
    Ok(vec![
        Figure::alone("contacts-memory", bytes / 1e6, "MB"),
        Figure::alone("contacts-memory-visit", bytes / count(columns.rows()), "bytes/visit"),
    ])
}

pub(super) fn load(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let mut columns = columns(setting);
    let file = tempfile::NamedTempFile::new()?;
    // What is measured keeps nothing: a key that everybody knows is as good as any.
    let (key, salt, belonging) = ([7; 32], FileSalt([1; 32]), Belonging([2; 32]));
    let (saved, outcome) =
        timed(|| columns.save(BufWriter::new(file.as_file()), SnapshotKey(&key), salt, belonging));
    outcome?;
    let megabytes = count(usize::try_from(file.as_file().metadata()?.len())?) / 1e6;
    let mut times = Vec::new();
    for _ in 0..FEW_ROUNDS {
        let input = File::open(file.path())?;
        let (seconds, loaded) = timed(|| Columns::load(input, SnapshotKey(&key), belonging));
        anyhow::ensure!(loaded?.rows() == columns.rows(), "the snapshot lost visits");
        times.push(seconds);
    }
    Ok(vec![
        Figure::alone("contacts-load", median(times), "s"),
        Figure::alone("contacts-load-save", saved, "s"),
        Figure::alone("contacts-load-file", megabytes, "MB"),
    ])
}

pub(super) fn insert(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let mut columns = columns(setting);
    let end = city(setting).end();
    let mut rows = Vec::new();
    city(setting).afterwards(1).each_being(|being| rows.push(row(being)));
    rows.sort_by_key(|row| row.during.until);
    let asked = Case { during: Period { from: end, until: end + DAY_SECONDS }, ..case(setting, 7) };
    let (seconds, ()) = timed(|| {
        for batch in rows.chunks(INSERT_BATCH) {
            columns.insert(batch);
        }
    });
    anyhow::ensure!(contacts(&columns, &[asked]) > 0, "what was inserted is not found");
    Ok(vec![Figure::alone("contacts-insert", count(rows.len()) / seconds, "visits/s")])
}

pub(super) fn graph(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let (columns, city) = (columns(setting), city(setting));
    let during = Period { from: city.start(), until: city.end() };
    let mut pairs = 0u64;
    let (seconds, ()) = timed(|| columns.pairs(during, &enough(), |_| pairs += 1));
    let bytes = count(usize::try_from(columns.pairs_bytes(during, &enough()))?);
    Ok(vec![
        Figure::alone("contacts-graph", seconds, "s"),
        Figure::alone("contacts-graph-pairs", count(usize::try_from(pairs)?) / seconds, "pairs/s"),
        // What it reads, beside what one core of this machine reads of memory one byte after the other.
        Figure::alone("contacts-graph-bytes", bytes / seconds / 1e9, "GB/s").beside(bandwidth() / 1e9),
    ])
}

/// Bytes a second that one core reads of memory, in order: the best of a few times through more than any cache holds.
fn bandwidth() -> f64 {
    let memory: Vec<u64> = (0..BANDWIDTH_WORDS).collect();
    let once =
        |_| timed(|| std::hint::black_box(memory.iter().fold(0u64, |sum, word| sum.wrapping_add(*word)))).0;
    let seconds = (0..FEW_ROUNDS).map(once).fold(f64::INFINITY, f64::min);
    count(size_of_val(memory.as_slice())) / seconds
}

#[expect(clippy::cast_precision_loss, reason = "a figure of sixteen digits is exact enough")]
fn count(n: usize) -> f64 {
    n as f64
}

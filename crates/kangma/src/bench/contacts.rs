//! Who met whom in a generated city, beside SQLite with two covering B-trees on the same stays.

use super::{Figure, Setting, median};
use anyhow::Context as _;
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
    sync::{Mutex, PoisonError},
    time::Instant,
};

const SEED: Seed = Seed(1);
const AT_LEAST_SECONDS: u32 = 900;
/// Odd, so that there is a median.
const ROUNDS: u32 = 1_001;
const FEW_ROUNDS: u32 = 9;
/// How many cases SQLite is asked for where the index is asked for a thousand.
const BESIDE: u32 = 100;
const DAY_SECONDS: u32 = 86_400;
const INSERT_BATCH: usize = 1_000;

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
    let city = city(setting);
    let rows = |take: &mut dyn FnMut([u32; 4])| {
        city.each_being(|being| take([being.person, being.point, being.from, being.until]));
    };
    Ok(Some(Yardstick::open(&path, rows)?))
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
    let mut found = Vec::new();
    let mut times = Vec::new();
    for n in 0..ROUNDS {
        let (seconds, contacts) = timed(|| contacts(&columns, &[case(setting, n)]));
        times.push(seconds * 1e6);
        found.push(contacts);
    }
    let figure = Figure::alone("contacts-1", median(times), "µs");
    let Some(yardstick) = yardstick(setting)? else { return Ok(vec![figure]) };
    let mut beside = Vec::new();
    for (n, expected) in (0..BESIDE).zip(found) {
        let Case { person, during } = case(setting, n);
        let asked = [during.from, during.until];
        let (seconds, people) = timed(|| yardstick.contacts(person.0, asked, AT_LEAST_SECONDS));
        anyhow::ensure!(people? == expected, "SQLite finds others than the index for person {}", person.0);
        beside.push(seconds * 1e6);
    }
    Ok(vec![figure.beside(median(beside))])
}

pub(super) fn thousand(setting: &Setting) -> anyhow::Result<Vec<Figure>> {
    let columns = columns(setting);
    let mut cases: Vec<Case> = (0..1_000).map(|n| case(setting, n)).collect();
    cases.sort_by_key(|case| case.person);
    let round = |_| timed(|| contacts(&columns, &cases)).0 * 1e3;
    let figure = Figure::alone("contacts-1000", median((0..FEW_ROUNDS).map(round).collect()), "ms");
    let Some(yardstick) = yardstick(setting)? else { return Ok(vec![figure]) };
    let begun = Instant::now();
    for n in 0..BESIDE {
        let Case { person, during } = case(setting, n);
        yardstick.contacts(person.0, [during.from, during.until], AT_LEAST_SECONDS)?;
    }
    Ok(vec![figure.beside(begun.elapsed().as_secs_f64() * 1e3 * 1_000.0 / f64::from(BESIDE))])
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
    let (columns, seconds) = built(&city(setting));
    Ok(vec![
        Figure::alone("contacts-build", seconds, "s"),
        Figure::alone("contacts-build-visits", count(columns.rows()), "visits"),
    ])
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
    Ok(vec![
        Figure::alone("contacts-graph", seconds, "s"),
        Figure::alone("contacts-graph-pairs", count(usize::try_from(pairs)?) / seconds, "pairs/s"),
    ])
}

#[expect(clippy::cast_precision_loss, reason = "a figure of sixteen digits is exact enough")]
fn count(n: usize) -> f64 {
    n as f64
}

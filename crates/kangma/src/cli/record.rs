//! An epidemic on record, as files: a directory of tables, each CSV or Parquet.
//!
//! | table | columns | |
//! |---|---|---|
//! | `visits` | `person`, `point`, `from`, `until`; `assurance` where it is known | what gates saw |
//! | `infections` | `person`, `infected`, `by` (empty where nobody knows) | what truly happened |
//! | `results` | `person`, `result`, `sampled`, `reported`; `onset` where symptoms are said | of tests |
//! | `households` | `person`, `home` | may be missing |
//! | `points` | `point`, `kind` | may be missing |

mod read;

pub(super) use read::{Reading, read};

use super::city::{Form, HOUSEHOLDS, number};
use crate::tables::{
    numbers::Name,
    written::{Cell, Holds, Writing},
};
use anyhow::Context as _;
use kangma_city::epidemic::Stored;
use kangma_core::Time;
use kangma_service::dry_run_policy::epidemic::{Epidemic as _, Seen};
use std::{collections::BTreeMap, fs, path::Path};

/// The words for columns that may be called otherwise.
pub(super) const WORDS: [&str; 14] = [
    "person",
    "point",
    "from",
    "until",
    "assurance",
    "infected",
    "by",
    "result",
    "positive",
    "sampled",
    "reported",
    "onset",
    "home",
    "kind",
];

const NOON: i64 = 12 * 60 * 60;

const VISITS: [(&str, Holds); 5] = [
    ("person", Holds::Numbers),
    ("point", Holds::Numbers),
    ("from", Holds::Numbers),
    ("until", Holds::Numbers),
    ("assurance", Holds::Names),
];
const INFECTIONS: [(&str, Holds); 3] =
    [("person", Holds::Numbers), ("infected", Holds::Numbers), ("by", Holds::NumbersOrNothing)];
const RESULTS: [(&str, Holds); 5] = [
    ("person", Holds::Numbers),
    ("result", Holds::Names),
    ("onset", Holds::NumbersOrNothing),
    ("sampled", Holds::Numbers),
    ("reported", Holds::Numbers),
];
const POINTS: [(&str, Holds); 2] = [("point", Holds::Numbers), ("kind", Holds::Names)];

/// Writes a record. Each file has its name only when it is whole, and the visits have theirs last.
///
/// # Errors
/// A file cannot be written.
pub(super) fn write(stored: &Stored, directory: &Path, form: Form) -> anyhow::Result<()> {
    fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
    let table = |name: &str, columns: &[(&'static str, Holds)]| {
        Writing::begin(&form.named(directory, name), columns, false)
    };
    let seen = stored.seen();
    let mut points = table("points", &POINTS)?;
    for (point, kind) in (0u32..).zip(&seen.kinds) {
        points.push(&[number(point), Cell::Name(&Name::Text(kind.clone()))])?;
    }
    let mut households = table("households", &HOUSEHOLDS)?;
    for (person, home) in (0u32..).zip(seen.households.of_each()) {
        households.push(&[number(person), Cell::Number(u64::try_from(home)?)])?;
    }
    let (mut infections, mut results) = (table("infections", &INFECTIONS)?, table("results", &RESULTS)?);
    write_illness(stored, &mut infections, &mut results)?;
    let mut visits = table("visits", &VISITS)?;
    write_visits(seen, &mut visits)?;
    [points, households, infections, results, visits].into_iter().try_for_each(Writing::end)
}

fn write_illness(stored: &Stored, infections: &mut Writing, results: &mut Writing) -> anyhow::Result<()> {
    for infection in stored.infections() {
        let by = infection.by.map_or(Cell::Nothing, |by| number(by.0));
        infections.push(&[number(infection.person.0), second(noon(stored.seen(), infection.day))?, by])?;
    }
    let [positive, negative] = ["positive", "negative"].map(|word| Name::Text(word.into()));
    for result in stored.results() {
        results.push(&[
            number(result.person.0),
            Cell::Name(if result.positive { &positive } else { &negative }),
            result.onset.map_or(Ok(Cell::Nothing), second)?,
            second(result.sampled)?,
            second(result.reported)?,
        ])?;
    }
    Ok(())
}

fn write_visits(seen: &Seen, visits: &mut Writing) -> anyhow::Result<()> {
    let (mut words, mut written) = (BTreeMap::new(), Ok(()));
    seen.visits.each_row(|row| {
        if written.is_ok() {
            let assurance = row.assurance;
            let word = words.entry(assurance).or_insert_with(|| Name::Text(assurance.as_str().into()));
            let [from, until] = [row.during.from, row.during.until].map(number);
            let cells = [number(row.person.0), number(row.point.0), from, until, Cell::Name(word)];
            written = visits.push(&cells);
        }
    });
    written
}

/// Noon of a day, which may lie before the first.
fn noon(seen: &Seen, day: i32) -> Time {
    let midnight = match u32::try_from(day) {
        Ok(day) => seen.midnight(day).seconds(),
        Err(_) => seen.midnight(0).seconds() + i64::from(day) * 2 * NOON,
    };
    Time::from_seconds(midnight + NOON)
}

fn second(time: Time) -> anyhow::Result<Cell<'static>> {
    Ok(Cell::Number(u64::try_from(time.seconds()).context("a time before 1970")?))
}

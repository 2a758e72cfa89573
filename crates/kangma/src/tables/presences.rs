//! Visits and cases from a table: who, where, from when, until when.

use super::{BadTable, Batch, Column, Meaning, NoRow, NoRowBecause, Table, Value, Wanted, numbers::Numbers};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use kangma_city::epidemic::BadRecord;
use kangma_contact::columns::{Case, Period, PersonNo, PointNo, Row};
use kangma_core::Assurance;
use std::path::Path;

/// Why a row cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenBecause {
    /// A value is missing.
    #[error("it has no {0}")]
    Missing(&'static str),
    /// A time is in no style that is understood.
    #[error("`{0}` is no time: seconds since 1970, or like 2020-03-01T08:00:00Z or 2020-03-01 08:00:00")]
    NoTime(String),
    /// It is before 1970 or after 2106.
    #[error("`{0}` lies before 1970 or after 2106; times are whole seconds, not milliseconds")]
    OutOfRange(i64),
    /// It ends before it begins.
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    /// It ends when it begins.
    #[error("it ends when it begins")]
    NoLength,
    /// It is neither of two answers.
    #[error("`{0}` is no result: positive or negative, true or false, 1 or 0")]
    NoAnswer(String),
    /// It is no assurance.
    #[error("`{0}` is no assurance: poster, typed, paper, server-made or device-bound")]
    NoAssurance(String),
    /// The result was known before the sample was taken.
    #[error("it is reported before it is sampled")]
    ReportedBeforeSampled,
    /// An earlier line is about the same person or point.
    #[error("an earlier line is about the same {0}")]
    Again(&'static str),
    /// It is of a record of an epidemic, and cannot have happened.
    #[error("{0}")]
    BadRecord(#[from] BadRecord),
    /// It is no row of the table.
    #[error("{0}")]
    NoRow(#[from] NoRowBecause),
}

/// One row that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRow {
    /// Its line, counting from 1; of Parquet its row.
    pub line: u64,
    /// Why.
    pub because: BrokenBecause,
}

impl BrokenBecause {
    /// The kind of reason, for counting.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Missing(_) => "missing-value",
            Self::NoTime(_) => "no-time",
            Self::OutOfRange(_) => "time-out-of-range",
            Self::EndsBeforeItBegins => "ends-before-it-begins",
            Self::NoLength => "no-length",
            Self::NoAnswer(_) => "no-result",
            Self::NoAssurance(_) => "no-assurance",
            Self::ReportedBeforeSampled => "reported-before-sampled",
            Self::Again(_) => "said-again",
            Self::BadRecord(BadRecord::Stranger) => "unknown-person",
            Self::BadRecord(BadRecord::Twice) => "infected-twice",
            Self::BadRecord(BadRecord::ByNobody) => "infected-by-nobody",
            Self::BadRecord(BadRecord::AfterTheEnd) => "after-the-last-day",
            Self::NoRow(NoRowBecause::Quote(_)) => "lines-in-a-quote",
            Self::NoRow(_) => "no-row",
        }
    }

    /// How many lines cannot be used because of it.
    #[must_use]
    pub const fn lines(&self) -> u64 {
        match self {
            Self::NoRow(NoRowBecause::Quote(lines)) => *lines,
            _ => 1,
        }
    }
}

/// The columns of visits, by our words.
pub const VISITS: [&str; 4] = ["person", "point", "from", "until"];
/// The columns of cases.
pub const CASES: [&str; 3] = ["person", "from", "until"];

/// What a column is called, as the command line says it: `ours=theirs`, where ours is one of `words`.
///
/// # Errors
/// A sentence about what is wrong.
pub fn renamed(text: &str, words: &[&str]) -> Result<(String, String), String> {
    let (ours, theirs) = text.split_once('=').ok_or("write it like person=card".to_owned())?;
    if !words.contains(&ours) {
        return Err(format!("`{ours}` is none of {}", words.join(", ")));
    }
    Ok((ours.to_owned(), theirs.to_owned()))
}

/// What a column is called that we call by a word.
#[must_use]
pub fn called(word: &str, mapping: &[(String, String)]) -> String {
    let theirs = mapping.iter().find(|(ours, _)| ours == word);
    theirs.map_or_else(|| word.to_owned(), |(_, theirs)| theirs.clone())
}

/// The wanted columns, called as `mapping` says or else by our words.
#[must_use]
pub fn wanted(words: &[&'static str], mapping: &[(String, String)]) -> Vec<Wanted> {
    let wanted = |word: &&'static str| Wanted {
        word,
        column: called(word, mapping),
        meaning: match *word {
            "from" | "until" | "onset" | "sampled" | "infected" | "reported" => Meaning::Time,
            "result" | "positive" => Meaning::Answer,
            _ => Meaning::Name,
        },
    };
    words.iter().map(wanted).collect()
}

/// Some visits of a table.
#[derive(Debug, Default)]
pub struct Visits {
    /// Those that can be used.
    pub rows: Vec<Row>,
    /// The line of each.
    pub lines: Vec<u64>,
    /// Those that cannot.
    pub broken: Vec<BrokenRow>,
    /// How much of the table has been read, in the unit of [`Table::size`].
    pub read: u64,
}

/// Reads the next visits into `visits`. Whether there were any rows.
///
/// # Errors
/// The file is cut off or damaged.
pub fn next_visits(
    table: &mut Table,
    zone: &TimeZone,
    persons: &mut Numbers,
    points: &mut Numbers,
    visits: &mut Visits,
) -> Result<bool, BadTable> {
    visits.rows.clear();
    visits.lines.clear();
    let Some(mut batch) = table.next_batch()? else { return Ok(false) };
    visits.broken = no_rows(&mut batch);
    visits.read = batch.read;
    let [person, point, from, until, more @ ..] = batch.columns.as_slice() else { return Ok(true) };
    for (row, line) in batch.lines.iter().enumerate() {
        let mut read = || -> Result<Row, BrokenBecause> {
            let during = period(from.value(row), until.value(row), zone)?;
            let assurance = more.first().map_or(Ok(Assurance::DeviceBound), |of| assurance(of.value(row)))?;
            // Nobody gets a number for a row that is not used.
            for (word, column) in [("person", person), ("point", point)] {
                if column.value(row) == Value::Missing {
                    return Err(BrokenBecause::Missing(word));
                }
            }
            let person = PersonNo(number(persons, person.value(row), "person")?);
            let point = PointNo(number(points, point.value(row), "point")?);
            Ok(Row { person, point, during, assurance })
        };
        match read() {
            Ok(read) => {
                visits.rows.push(read);
                visits.lines.push(*line);
            }
            Err(because) => visits.broken.push(BrokenRow { line: *line, because }),
        }
    }
    Ok(true)
}

/// Reads visits, batch by batch.
///
/// # Errors
/// The file is cut off or damaged.
pub fn read_visits(
    table: &mut Table,
    zone: &TimeZone,
    persons: &mut Numbers,
    points: &mut Numbers,
    mut take: impl FnMut(&[Row], Vec<BrokenRow>, u64),
) -> Result<(), BadTable> {
    let mut visits = Visits::default();
    while next_visits(table, zone, persons, points, &mut visits)? {
        take(&visits.rows, std::mem::take(&mut visits.broken), visits.read);
    }
    Ok(())
}

/// Reads cases.
///
/// # Errors
/// The file is cut off or damaged.
pub fn read_cases(
    table: &mut Table,
    zone: &TimeZone,
    persons: &mut Numbers,
) -> Result<(Vec<Case>, Vec<BrokenRow>), BadTable> {
    let mut cases = Vec::new();
    let broken = each_row(table, |_, [person, from, until]| {
        let during = period(*from, *until, zone)?;
        cases.push(Case { person: PersonNo(number(persons, *person, "person")?), during });
        Ok(())
    })?;
    Ok((cases, broken))
}

/// Gives each row of a table: its line and its values, none in columns after the last. The rows that could not be used.
///
/// # Errors
/// The file is cut off or damaged.
pub fn each_row<const COLUMNS: usize>(
    table: &mut Table,
    mut take: impl FnMut(u64, &[Value<'_>; COLUMNS]) -> Result<(), BrokenBecause>,
) -> Result<Vec<BrokenRow>, BadTable> {
    let mut broken = Vec::new();
    while let Some(mut batch) = table.next_batch()? {
        broken.extend(no_rows(&mut batch));
        for (row, line) in batch.lines.iter().enumerate() {
            let value =
                |place| batch.columns.get(place).map_or(Value::Missing, |column: &Column| column.value(row));
            if let Err(because) = take(*line, &std::array::from_fn(value)) {
                broken.push(BrokenRow { line: *line, because });
            }
        }
    }
    Ok(broken)
}

/// One row of somebody's illness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IllnessRow {
    /// Its line, counting from 1; of Parquet its row.
    pub line: u64,
    /// Who, as the file calls them.
    pub person: u32,
    /// Seconds since 1970 at which symptoms began.
    pub onset: Option<u32>,
    /// Seconds since 1970 at which the sample was taken.
    pub sampled: Option<u32>,
}

/// The columns of illnesses, by our words.
pub const ILLNESSES: [&str; 3] = ["person", "onset", "sampled"];

/// Reads illnesses.
///
/// # Errors
/// The file is cut off or damaged.
pub fn read_illnesses(
    table: &mut Table,
    zone: &TimeZone,
    persons: &mut Numbers,
) -> Result<(Vec<IllnessRow>, Vec<BrokenRow>), BadTable> {
    let mut illnesses = Vec::new();
    let broken = each_row(table, |line, [person, onset, sampled]| {
        let [onset, sampled] =
            [second_if_any(*onset, "onset", zone)?, second_if_any(*sampled, "sampled", zone)?];
        let person = number(persons, *person, "person")?;
        illnesses.push(IllnessRow { line, person, onset, sampled });
        Ok(())
    })?;
    Ok((illnesses, broken))
}

/// Opens a table and says which columns are meant.
///
/// # Errors
/// The file cannot be read, is not what it says, or lacks a column.
pub fn open(
    path: &Path,
    words: &[&'static str],
    mapping: &[(String, String)],
    option: &'static str,
) -> Result<Table, BadTable> {
    Table::open(path, &wanted(words, mapping), option)
}

fn no_rows(batch: &mut Batch) -> Vec<BrokenRow> {
    let broken = std::mem::take(&mut batch.broken).into_iter();
    broken.map(|NoRow { line, because }| BrokenRow { line, because: because.into() }).collect()
}

/// The number of a name that has to be there.
///
/// # Errors
/// It is missing.
pub fn number(numbers: &mut Numbers, value: Value<'_>, word: &'static str) -> Result<u32, BrokenBecause> {
    numbers.of(value).ok_or(BrokenBecause::Missing(word))
}

fn assurance(value: Value<'_>) -> Result<Assurance, BrokenBecause> {
    let written = written_out(value, "assurance")?;
    written.parse().map_err(|_| BrokenBecause::NoAssurance(written))
}

/// A word, however it is stored.
///
/// # Errors
/// It is missing.
pub fn written_out(value: Value<'_>, word: &'static str) -> Result<String, BrokenBecause> {
    match value {
        Value::Missing => Err(BrokenBecause::Missing(word)),
        Value::Text(text) => Ok(text.to_owned()),
        Value::Integer(number) | Value::Moment { seconds: number, .. } => Ok(number.to_string()),
    }
}

/// Whether an answer is yes.
///
/// # Errors
/// It is missing, or none that is understood.
pub fn answer(value: Value<'_>, word: &'static str) -> Result<bool, BrokenBecause> {
    let written = written_out(value, word)?;
    match written.to_ascii_lowercase().as_str() {
        "positive" | "true" | "1" => Ok(true),
        "negative" | "false" | "0" => Ok(false),
        _ => Err(BrokenBecause::NoAnswer(written)),
    }
}

fn period(from: Value<'_>, until: Value<'_>, zone: &TimeZone) -> Result<Period, BrokenBecause> {
    let [from, until] = [second(from, "from", zone)?, second(until, "until", zone)?];
    match from.cmp(&until) {
        std::cmp::Ordering::Less => Ok(Period { from, until }),
        std::cmp::Ordering::Equal => Err(BrokenBecause::NoLength),
        std::cmp::Ordering::Greater => Err(BrokenBecause::EndsBeforeItBegins),
    }
}

/// Seconds since 1970.
///
/// # Errors
/// It is missing, no time, or out of range.
pub fn second(value: Value<'_>, word: &'static str, zone: &TimeZone) -> Result<u32, BrokenBecause> {
    let seconds = match value {
        Value::Missing => return Err(BrokenBecause::Missing(word)),
        Value::Integer(seconds) | Value::Moment { seconds, is_local: false } => seconds,
        Value::Moment { seconds, is_local: true } => local(seconds, zone)?,
        Value::Text(text) => written(text, zone)?,
    };
    u32::try_from(seconds).map_err(|_| BrokenBecause::OutOfRange(seconds))
}

/// Seconds since 1970, or nothing where nothing stands.
///
/// # Errors
/// It is no time, or out of range.
pub fn second_if_any(
    value: Value<'_>,
    word: &'static str,
    zone: &TimeZone,
) -> Result<Option<u32>, BrokenBecause> {
    match value {
        Value::Missing => Ok(None),
        value => second(value, word, zone).map(Some),
    }
}

/// Seconds on a local clock to seconds since 1970.
fn local(seconds: i64, zone: &TimeZone) -> Result<i64, BrokenBecause> {
    let out = |_| BrokenBecause::OutOfRange(seconds);
    let civil = TimeZone::UTC.to_datetime(Timestamp::from_second(seconds).map_err(out)?);
    Ok(zone.to_timestamp(civil).map_err(out)?.as_second())
}

fn written(text: &str, zone: &TimeZone) -> Result<i64, BrokenBecause> {
    if let Ok(seconds) = text.parse::<i64>() {
        return Ok(seconds);
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(timestamp.as_second());
    }
    let civil: DateTime = text.parse().map_err(|_| BrokenBecause::NoTime(text.to_owned()))?;
    zone.to_timestamp(civil).map(Timestamp::as_second).map_err(|_| BrokenBecause::NoTime(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_understood_in_each_style_and_nothing_else_is() {
        let shanghai = TimeZone::get("Asia/Shanghai").unwrap();
        for text in [
            "1583020800",
            "2020-03-01T00:00:00Z",
            "2020-03-01 08:00:00",
            "2020-03-01T08:00:00",
            "2020-03-01T08:00:00+08:00",
            "2020-03-01 08:00:00.25",
        ] {
            assert_eq!(second(Value::Text(text), "from", &shanghai), Ok(1_583_020_800), "{text}");
        }
        let local = Value::Moment { seconds: 1_583_049_600, is_local: true };
        assert_eq!(second(local, "from", &shanghai), Ok(1_583_020_800));
        for text in ["yesterday", "08:00", "1583020800.5"] {
            assert!(second(Value::Text(text), "from", &shanghai).is_err(), "{text}");
        }
        let milliseconds = Value::Integer(1_583_020_800_000);
        assert_eq!(
            second(milliseconds, "from", &shanghai),
            Err(BrokenBecause::OutOfRange(1_583_020_800_000))
        );
    }
}

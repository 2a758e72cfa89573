//! Reads a published file of exposure sites: places and times at which somebody infectious was present.
//!
//! The columns are those of the New Zealand Ministry of Health's "locations of interest" (the union of its
//! published versions): `id, Event, ExposureType, Location, City, Start, End, …, last_commit_unix`. Others are ignored.

use jiff::{Timestamp, civil::DateTime, fmt::strtime, tz::TimeZone};
use kangma_core::{Time, Window};
use serde::{Deserialize, Serialize};
use std::io::Read;

/// One usable row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SiteRow {
    /// The line of the file that it begins on, counting from 1.
    pub line: u64,
    /// What tells it from other rows: its id, else event, location and start.
    pub key: String,
    /// What the place is called.
    pub event: String,
    /// Its address.
    pub location: String,
    /// Its city.
    pub city: String,
    /// The publisher's word for how close the exposure was; empty when it said nothing.
    pub exposure_type: String,
    /// When somebody infectious was there.
    pub window: Window,
    /// Which version of the row this is: a later one updates an earlier one. 0 when the file does not say.
    pub version: i64,
}

/// One row that cannot be used, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadRow {
    /// The line of the file that it begins on, counting from 1.
    pub line: u64,
    /// Why.
    pub reason: BadRowReason,
}

/// Why a row cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BadRowReason {
    /// The start, the end or both are blank.
    #[error("it has no start or no end time")]
    NoTimes,
    /// A time is in none of the three styles.
    #[error(
        "`{0}` is not a time like `19/01/2022, 7:30 am`, `2022-01-20 16:34:00 NZDT` or `2022-01-23T02:00:00.000Z`"
    )]
    BadTime(String),
    /// The window is empty or backwards.
    #[error("it ends before it begins")]
    EndsBeforeItBegins,
    /// The line is not CSV of the header's width.
    #[error("it is not a row of this file: {0}")]
    NotCsv(String),
    /// Neither an id nor an event.
    #[error("it has neither an id nor an event")]
    Nameless,
}

/// A file that cannot be read at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadFile {
    /// A needed column is missing.
    #[error("the file has no column `{0}`; it needs id, Event, ExposureType, Location, City, Start and End")]
    MissingColumn(&'static str),
    /// The header cannot be read.
    #[error("the file's header cannot be read: {0}")]
    Header(String),
}

/// What a file held.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct ExposureFile {
    /// The usable rows, in the file's order.
    pub rows: Vec<SiteRow>,
    /// The others.
    pub bad: Vec<BadRow>,
}

struct Columns {
    id: usize,
    event: usize,
    exposure_type: usize,
    location: usize,
    city: usize,
    start: usize,
    end: usize,
    version: Option<usize>,
}

impl Columns {
    fn of(header: &csv::StringRecord) -> Result<Self, BadFile> {
        let find = |name| header.iter().position(|column| column.trim() == name);
        let need = |name| find(name).ok_or(BadFile::MissingColumn(name));
        Ok(Self {
            id: need("id")?,
            event: need("Event")?,
            exposure_type: need("ExposureType")?,
            location: need("Location")?,
            city: need("City")?,
            start: need("Start")?,
            end: need("End")?,
            version: find("last_commit_unix"),
        })
    }
}

impl ExposureFile {
    /// Reads a whole file. Local times are in `zone`. Broken rows are reported, never fatal and never silent.
    ///
    /// # Errors
    /// The header cannot be read or lacks a column.
    pub fn read(input: impl Read, zone: &TimeZone) -> Result<Self, BadFile> {
        let mut reader = csv::ReaderBuilder::new().from_reader(input);
        let header = reader.headers().map_err(|error| BadFile::Header(error.to_string()))?;
        let columns = Columns::of(header)?;
        let mut file = Self::default();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    match site_row(line, &record, &columns, zone) {
                        Ok(row) => file.rows.push(row),
                        Err(reason) => file.bad.push(BadRow { line, reason }),
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    let reason = BadRowReason::NotCsv(error.to_string());
                    file.bad.push(BadRow { line, reason });
                }
            }
        }
        Ok(file)
    }
}

fn site_row(
    line: u64,
    record: &csv::StringRecord,
    columns: &Columns,
    zone: &TimeZone,
) -> Result<SiteRow, BadRowReason> {
    let field = |at: usize| not_applicable_is_blank(record.get(at).unwrap_or_default());
    let (start, end) = (field(columns.start), field(columns.end));
    if start.is_empty() || end.is_empty() {
        return Err(BadRowReason::NoTimes);
    }
    let (from, until) = (time(start, zone)?, time(end, zone)?);
    let window = Window::new(from, until).ok_or(BadRowReason::EndsBeforeItBegins)?;
    let (id, event, location) = (field(columns.id), field(columns.event), field(columns.location));
    if id.is_empty() && event.is_empty() {
        return Err(BadRowReason::Nameless);
    }
    let key = if id.is_empty() { format!("{event}\u{1f}{location}\u{1f}{from}") } else { id.to_owned() };
    Ok(SiteRow {
        line,
        key,
        event: event.to_owned(),
        location: location.to_owned(),
        city: field(columns.city).to_owned(),
        exposure_type: field(columns.exposure_type).to_owned(),
        window,
        version: columns.version.and_then(|at| field(at).parse().ok()).unwrap_or(0),
    })
}

fn not_applicable_is_blank(text: &str) -> &str {
    match text.trim() {
        "NA" => "",
        text => text,
    }
}

/// The three styles of the file: local with am or pm, local with a zone's abbreviation, and UTC.
fn time(text: &str, zone: &TimeZone) -> Result<Time, BadRowReason> {
    let bad = || BadRowReason::BadTime(text.to_owned());
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Ok(Time(timestamp.as_millisecond()));
    }
    let (local, offset_hours) = match text.rsplit_once(' ') {
        Some((local, "NZDT")) => (local, Some(13)),
        Some((local, "NZST")) => (local, Some(12)),
        _ => (text, None),
    };
    let style = if local.contains('/') { "%d/%m/%Y, %I:%M %p" } else { "%Y-%m-%d %H:%M:%S" };
    let local: DateTime =
        strtime::parse(style, local).and_then(|parsed| parsed.to_datetime()).map_err(|_| bad())?;
    let zone = match offset_hours {
        Some(hours) => TimeZone::fixed(jiff::tz::offset(hours)),
        None => zone.clone(),
    };
    zone.to_timestamp(local).map(|timestamp| Time(timestamp.as_millisecond())).map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "id,Event,ExposureType,Location,City,Start,End,last_commit_unix\n";

    fn auckland() -> TimeZone {
        TimeZone::get("Pacific/Auckland").unwrap()
    }

    fn read(rows: &str) -> ExposureFile {
        ExposureFile::read(format!("{HEADER}{rows}").as_bytes(), &auckland()).unwrap()
    }

    #[test]
    fn the_three_styles_of_time_name_the_same_instant() {
        let expected: Time = "2022-01-20T03:34:00Z".parse().unwrap();
        for text in ["20/01/2022, 4:34 pm", "2022-01-20 16:34:00 NZDT", "2022-01-20T03:34:00.000Z"] {
            assert_eq!(time(text, &auckland()), Ok(expected), "{text}");
        }
        assert_eq!(time("9/01/2022, 12:00 am", &auckland()), Ok("2022-01-08T11:00:00Z".parse().unwrap()));
        assert_eq!(time("13/08/2021, 12:30 pm", &auckland()), Ok("2021-08-13T00:30:00Z".parse().unwrap()));
    }

    #[test]
    fn a_row_without_an_id_is_known_by_event_location_and_start() {
        let file = read(",Bus 9,,Main Street,,\"10/08/2021, 11:30 am\",\"10/08/2021, 12:00 pm\",7\n");
        assert_eq!(file.rows[0].key, "Bus 9\u{1f}Main Street\u{1f}2021-08-09T23:30:00Z");
        assert_eq!(file.rows[0].version, 7);
    }

    #[test]
    fn every_broken_row_is_reported_by_line_and_reason() {
        let file = read(concat!(
            "a,Shop,,Street,,,\"10/08/2021, 12:00 pm\",\n",
            "b,Shop,,Street,,\"10/08/2021, 1:00 pm\",\"10/08/2021, 12:00 pm\",\n",
            "c,Shop,,Street,,\"10/08/2021, 1:00 pm\",\"10/08/2021, 1:00 pm\",\n",
            "d,Shop,,Street,,soon,\"10/08/2021, 1:00 pm\",\n",
            "e,Shop\n",
            ",,,Street,,\"10/08/2021, 1:00 pm\",\"10/08/2021, 2:00 pm\",\n",
            "f,Shop,Close,Street,,\"10/08/2021, 1:00 pm\",\"10/08/2021, 2:00 pm\",\n",
        ));
        let reasons: Vec<_> = file.bad.iter().map(|bad| (bad.line, bad.reason.clone())).collect();
        assert!(matches!(
            reasons.as_slice(),
            [
                (2, BadRowReason::NoTimes),
                (3, BadRowReason::EndsBeforeItBegins),
                (4, BadRowReason::EndsBeforeItBegins),
                (5, BadRowReason::BadTime(_)),
                (6, BadRowReason::NotCsv(_)),
                (7, BadRowReason::Nameless),
            ]
        ));
        assert_eq!(file.rows.len(), 1);
    }

    #[test]
    fn a_file_without_a_needed_column_is_refused_by_its_name() {
        let refused = ExposureFile::read("id,Event\n".as_bytes(), &auckland());
        assert_eq!(refused, Err(BadFile::MissingColumn("ExposureType")));
    }
}

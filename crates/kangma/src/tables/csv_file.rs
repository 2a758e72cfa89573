//! CSV, with commas, semicolons or tabs: whichever the header has.

use super::{BATCH_ROWS, BadTable, Batch, Begun, Column, NoRow, NoRowBecause, Texts, Wanted, find};
use csv::{ByteRecord, Reader, ReaderBuilder};
use std::{
    fs::File,
    io::{BufRead as _, BufReader, Chain, Cursor, Read as _},
    path::{Path, PathBuf},
    str,
};

/// A file from its beginning, which was read before.
type Whole = Chain<Cursor<Vec<u8>>, BufReader<File>>;

/// An open CSV file.
pub struct CsvTable {
    path: PathBuf,
    opened: Opened,
    columns: Vec<usize>,
    size: u64,
    record: ByteRecord,
}

/// A reader behind the header.
struct Opened {
    reader: Reader<Whole>,
    names: Vec<String>,
    delimiter: u8,
    /// How many lines the reader is behind: it ends a row before it has seen the second half of a line's end.
    behind: u64,
}

impl CsvTable {
    pub(super) fn open(
        begun: Begun,
        path: &Path,
        wanted: &[Wanted],
        option: &'static str,
    ) -> Result<Self, BadTable> {
        let size = begun.file.metadata().map_err(|error| BadTable::Io(path.to_owned(), error))?.len();
        let opened = Opened::of(begun, path)?;
        let columns =
            wanted.iter().map(|each| find(path, each, &opened.names, option)).collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), opened, columns, size, record: ByteRecord::new() })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn next_batch(&mut self) -> Result<Option<Batch>, BadTable> {
        let mut batch = Batch::default();
        let mut texts: Vec<Texts> = self.columns.iter().map(|_| Texts::default()).collect();
        let mut seen = 0;
        while seen < BATCH_ROWS {
            let read = self.opened.reader.read_byte_record(&mut self.record);
            if matches!(read, Ok(false)) {
                break;
            }
            seen += 1;
            let line = self.record.position().map_or(0, csv::Position::line) + self.opened.behind;
            let understood = match read {
                Ok(_) => self.understand(),
                Err(error) => Err(self.no_row(error)?),
            };
            match understood {
                Ok(()) => {
                    batch.lines.push(line);
                    for (texts, column) in texts.iter_mut().zip(&self.columns) {
                        texts.push(text(&self.record, *column).unwrap_or_default());
                    }
                }
                Err(because) => batch.broken.push(NoRow { line, because }),
            }
        }
        batch.columns = texts.into_iter().map(Column::Texts).collect();
        batch.read = self.opened.reader.position().byte();
        Ok((seen > 0).then_some(batch))
    }

    /// Whether the row that was read is one: every wanted field is a text on one line, and no other swallowed rows.
    fn understand(&self) -> Result<(), NoRowBecause> {
        let breaks = |bytes: &[u8]| bytes.iter().any(|byte| matches!(byte, b'\n' | b'\r'));
        let spoils = |(place, field): (usize, &[u8])| match self.columns.contains(&place) {
            true => breaks(field),
            false => self.holds_rows(field),
        };
        if breaks(self.record.as_slice()) && self.record.iter().enumerate().any(spoils) {
            return Err(NoRowBecause::Quote(lines(&self.record)));
        }
        let is_text = |column: &usize| text(&self.record, *column).is_some();
        match self.record.as_slice().is_ascii() || self.columns.iter().all(is_text) {
            true => Ok(()),
            false => Err(NoRowBecause::NotUtf8),
        }
    }

    /// Whether a later line of a field looks like a row: then a quote that nobody closed swallowed it. A note on several
    /// lines does not.
    fn holds_rows(&self, field: &[u8]) -> bool {
        let delimiter = self.opened.delimiter;
        let is_row = |line: &[u8]| {
            line.iter().filter(|byte| **byte == delimiter).count() + 1 == self.opened.names.len()
        };
        self.opened.names.len() > 1 && field.split(|byte| *byte == b'\n').skip(1).any(is_row)
    }

    /// Why something is no row; anything but that is an error of the file.
    fn no_row(&self, error: csv::Error) -> Result<NoRowBecause, BadTable> {
        let (lines, said) = (lines(&self.record), error.to_string());
        match error.into_kind() {
            csv::ErrorKind::UnequalLengths { .. } if lines > 1 => Ok(NoRowBecause::Quote(lines)),
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                Ok(NoRowBecause::Fields(len, expected_len))
            }
            csv::ErrorKind::Io(error) => Err(BadTable::Io(self.path.clone(), error)),
            _ => Ok(NoRowBecause::Other(said)),
        }
    }
}

/// A field as a text; nothing when it is none.
fn text(record: &ByteRecord, column: usize) -> Option<&str> {
    str::from_utf8(record.get(column).unwrap_or_default()).ok()
}

/// How many lines a row takes: more than one where a quote goes over their ends.
fn lines(record: &ByteRecord) -> u64 {
    let ends = |end: u8| record.as_slice().iter().filter(|byte| **byte == end).count();
    u64::try_from(1 + ends(b'\n').max(ends(b'\r'))).unwrap_or(u64::MAX)
}

/// What the columns are called.
pub(super) fn header(begun: Begun, path: &Path) -> Result<Vec<String>, BadTable> {
    Ok(Opened::of(begun, path)?.names)
}

impl Opened {
    fn of(begun: Begun, path: &Path) -> Result<Self, BadTable> {
        let (mut file, mut header) = (BufReader::new(begun.file), begun.beginning);
        if !header.contains(&b'\n') {
            let read = file.read_until(b'\n', &mut header);
            read.map_err(|error| BadTable::Io(path.to_owned(), error))?;
        }
        let first = header.split_inclusive(|byte| *byte == b'\n').next().unwrap_or_default();
        let (delimiter, behind) = (delimiter(first), u64::from(first.ends_with(b"\r\n")));
        let whole = Cursor::new(header).chain(file);
        let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(whole);
        let header =
            reader.headers().map_err(|error| BadTable::Header(path.to_owned(), error.to_string()))?;
        let names = header.iter().map(|name| name.trim().to_owned()).collect();
        Ok(Self { reader, names, delimiter, behind })
    }
}

/// What divides the fields of the header.
fn delimiter(header: &[u8]) -> u8 {
    let of = |delimiter: u8| header.iter().filter(|byte| **byte == delimiter).count();
    // Of as many, the last one: a comma.
    b"\t;,".iter().copied().max_by_key(|delimiter| of(*delimiter)).unwrap_or(b',')
}

//! Tables of anybody's data: CSV and Parquet, read by the names of their columns, a batch at a time.
//!
//! [`presences`] reads visits and cases from them; [`written`] writes the answer. A file that cannot be used is one error
//! that says what to do; a row that cannot be used is reported by its line and never stops the rest.

pub mod csv_file;
pub mod numbers;
pub mod parquet_file;
pub mod presences;
pub mod written;

use std::{
    fs::File,
    io::{self, Read as _},
    path::{Path, PathBuf},
    sync::mpsc::{Receiver, SyncSender, sync_channel},
    thread::JoinHandle,
};

/// How many rows a batch has at most.
pub const BATCH_ROWS: usize = 65_536;

/// Why a file cannot be used at all.
#[derive(Debug, thiserror::Error)]
pub enum BadTable {
    /// It cannot be opened or read.
    #[error("{0}: {1}")]
    Io(PathBuf, io::Error),
    /// It calls itself Parquet and is not, or it is cut off.
    #[error("{0}: this is no whole Parquet file: {1}")]
    NotParquet(PathBuf, String),
    /// It is Parquet and comes through a pipe.
    #[error("{0}: Parquet is read from its end, so it has to be a file; only CSV comes through a pipe")]
    Piped(PathBuf),
    /// It is compressed in a way that is not built in.
    #[error(
        "{0}: it is compressed with {1}, which cannot be read here; write it with Zstandard, Snappy, gzip or LZ4, or without"
    )]
    Compressed(PathBuf, &'static str),
    /// A needed column is missing.
    #[error(
        "{path}: there is no column `{column}`; there are {there}. Say which is meant with {option} {example}"
    )]
    NoColumn {
        /// The file.
        path: PathBuf,
        /// What was looked for.
        column: String,
        /// What is there.
        there: String,
        /// The option that says which column is meant.
        option: &'static str,
        /// An example of it.
        example: String,
    },
    /// Several columns are called as a needed one.
    #[error("{0}: several columns are called `{1}`; rename all but the one that is meant")]
    SeveralColumns(PathBuf, String),
    /// A column of Parquet holds something else.
    #[error("{0}: column `{1}` is {2}; it has to hold {3}")]
    WrongType(PathBuf, String, String, &'static str),
    /// The header of a CSV file cannot be read.
    #[error("{0}: the header cannot be read: {1}")]
    Header(PathBuf, String),
}

/// Which column of a file is meant by a word of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Our word.
    pub word: &'static str,
    /// The column's name in the file.
    pub column: String,
    /// What it holds.
    pub meaning: Meaning,
}

/// What a column of a file has to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// What people, points or other things are called.
    Name,
    /// Times or days.
    Time,
    /// One of two answers.
    Answer,
}

impl Meaning {
    /// What may stand in a column of Parquet.
    #[must_use]
    pub const fn expected(self) -> &'static str {
        match self {
            Self::Name => "whole numbers or texts",
            Self::Time => "whole seconds since 1970, timestamps, dates or texts",
            Self::Answer => "booleans, 0 and 1, or texts",
        }
    }
}

/// One value of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value<'a> {
    /// Nothing there.
    Missing,
    /// A whole number.
    Integer(i64),
    /// A time: seconds since 1970, in UTC or as a clock on the wall shows it.
    Moment {
        /// Seconds since 1970.
        seconds: i64,
        /// Whether they are counted on a local clock.
        is_local: bool,
    },
    /// Anything written out.
    Text(&'a str),
}

/// One column of a batch.
#[derive(Debug)]
pub enum Column {
    /// Whole numbers.
    Integers(Vec<Option<i64>>),
    /// Times, and whether they are counted on a local clock.
    Moments(Vec<Option<i64>>, bool),
    /// Texts; an empty one is missing.
    Texts(Texts),
}

/// Many texts in one.
#[derive(Debug, Default)]
pub struct Texts {
    text: String,
    ends: Vec<usize>,
}

/// Some rows.
#[derive(Debug, Default)]
pub struct Batch {
    /// By row: its line, counting from 1. Of Parquet, which has no lines: its row.
    pub lines: Vec<u64>,
    /// In the order in which they were wanted.
    pub columns: Vec<Column>,
    /// What is no row.
    pub broken: Vec<NoRow>,
    /// How much of the file has been read, in the unit of [`Table::size`].
    pub read: u64,
}

/// What stands in a file and is no row of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoRow {
    /// Its line, counting from 1; of Parquet its row.
    pub line: u64,
    /// Why.
    pub because: NoRowBecause,
}

/// Why something is no row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoRowBecause {
    /// It has too few fields, or too many.
    #[error("it has {0} fields where the header has {1}")]
    Fields(u64, u64),
    /// Its bytes are no text.
    #[error("it is not UTF-8")]
    NotUtf8,
    /// A quote goes over the ends of lines: how many lines became one.
    #[error("a quote goes from here over {0} lines and makes one row of them")]
    Quote(u64),
    /// Something else.
    #[error("{0}")]
    Other(String),
}

/// An open file. It is read ahead on a thread of its own: decoding takes as long as using what was decoded.
pub struct Table {
    path: PathBuf,
    size: u64,
    ahead: Receiver<Result<Batch, BadTable>>,
    reading: Option<JoinHandle<()>>,
}

/// How many batches are read ahead.
const AHEAD: usize = 2;

/// What a file is.
enum Source {
    Csv(Box<csv_file::CsvTable>),
    Parquet(Box<parquet_file::ParquetTable>),
}

/// A file of which the beginning was read.
struct Begun {
    file: File,
    beginning: Vec<u8>,
}

impl Texts {
    /// Adds one.
    pub fn push(&mut self, text: &str) {
        self.text.push_str(text);
        self.ends.push(self.text.len());
    }

    /// One of them.
    #[must_use]
    pub fn text(&self, row: usize) -> &str {
        let start = row.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[row]]
    }
}

impl Column {
    /// The same without the rows that are not kept.
    fn only(self, keep: &[bool]) -> Self {
        let only = |values: Vec<Option<i64>>| {
            values.into_iter().zip(keep).filter_map(|(value, keep)| keep.then_some(value)).collect()
        };
        match self {
            Self::Integers(values) => Self::Integers(only(values)),
            Self::Moments(values, is_local) => Self::Moments(only(values), is_local),
            Self::Texts(texts) => {
                let mut kept = Texts::default();
                (0..keep.len()).filter(|row| keep[*row]).for_each(|row| kept.push(texts.text(row)));
                Self::Texts(kept)
            }
        }
    }

    /// The value of a row.
    #[must_use]
    pub fn value(&self, row: usize) -> Value<'_> {
        match self {
            Self::Integers(values) => values[row].map_or(Value::Missing, Value::Integer),
            Self::Moments(values, is_local) => {
                values[row].map_or(Value::Missing, |seconds| Value::Moment { seconds, is_local: *is_local })
            }
            Self::Texts(texts) => match texts.text(row).trim() {
                "" => Value::Missing,
                text => Value::Text(text),
            },
        }
    }
}

impl Table {
    /// Opens a file and finds its columns. `option` is what the command line calls the mapping of columns.
    ///
    /// # Errors
    /// The file cannot be read, is not what it says, or lacks a column.
    pub fn open(path: &Path, wanted: &[Wanted], option: &'static str) -> Result<Self, BadTable> {
        let io = |error| BadTable::Io(path.to_owned(), error);
        let source = match begin(path)? {
            None => Source::Parquet(Box::new(parquet_file::ParquetTable::open(path, wanted, option)?)),
            Some(begun) => Source::Csv(Box::new(csv_file::CsvTable::open(begun, path, wanted, option)?)),
        };
        let (size, (give, ahead)) = (source.size(), sync_channel(AHEAD));
        let reading = std::thread::Builder::new().name("table".to_owned());
        let reading = reading.spawn(move || source.read_into(&give)).map_err(io)?;
        Ok(Self { path: path.to_owned(), size, ahead, reading: Some(reading) })
    }

    /// How much there is to read: bytes of CSV, rows of Parquet.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The next rows; nothing at the end.
    ///
    /// # Errors
    /// The file ends in the middle, or a page of it is damaged.
    pub fn next_batch(&mut self) -> Result<Option<Batch>, BadTable> {
        if let Ok(next) = self.ahead.recv() {
            return next.map(Some);
        }
        // A reader that broke down is no end of the file.
        match self.reading.take().map(JoinHandle::join) {
            Some(Err(_)) => {
                let broke = io::Error::other("it could not be decoded");
                Err(BadTable::Io(self.path.clone(), broke))
            }
            _ => Ok(None),
        }
    }
}

impl Source {
    fn size(&self) -> u64 {
        match self {
            Self::Csv(table) => table.size(),
            Self::Parquet(table) => table.size(),
        }
    }

    /// Reads to the end, to an error, or until nobody takes what was read.
    fn read_into(mut self, give: &SyncSender<Result<Batch, BadTable>>) {
        loop {
            let next = match &mut self {
                Self::Csv(table) => table.next_batch(),
                Self::Parquet(table) => table.next_batch(),
            };
            let Some(next) = next.transpose() else { return };
            let is_last = next.is_err();
            if give.send(next).is_err() || is_last {
                return;
            }
        }
    }
}

/// What the columns of a file are called.
///
/// # Errors
/// The file cannot be read, or is not what it says.
pub fn header(path: &Path) -> Result<Vec<String>, BadTable> {
    match begin(path)? {
        None => parquet_file::header(path),
        Some(begun) => csv_file::header(begun, path),
    }
}

/// Begins to read a file once, for it may be a pipe. Nothing when it says, by its name or by how it begins, that it is
/// Parquet.
fn begin(path: &Path) -> Result<Option<Begun>, BadTable> {
    let io = |error| BadTable::Io(path.to_owned(), error);
    let (mut file, mut beginning) = (File::open(path).map_err(io)?, Vec::new());
    file.by_ref().take(4).read_to_end(&mut beginning).map_err(io)?;
    if path.extension().is_none_or(|extension| extension != "parquet") && beginning != b"PAR1" {
        return Ok(Some(Begun { file, beginning }));
    }
    match file.metadata().map_err(io)?.is_file() {
        true => Ok(None),
        false => Err(BadTable::Piped(path.to_owned())),
    }
}

/// The place of a column among names.
fn find(path: &Path, wanted: &Wanted, names: &[String], option: &'static str) -> Result<usize, BadTable> {
    let mut called = (0..names.len()).filter(|place| names[*place].trim() == wanted.column);
    match (called.next(), called.next()) {
        (Some(place), None) => Ok(place),
        (Some(_), Some(_)) => Err(BadTable::SeveralColumns(path.to_owned(), wanted.column.clone())),
        (None, _) => Err(BadTable::NoColumn {
            path: path.to_owned(),
            column: wanted.column.clone(),
            there: names.iter().map(|name| format!("`{}`", shown(name))).collect::<Vec<_>>().join(", "),
            option,
            example: format!("{}=NAME", wanted.word),
        }),
    }
}

/// How much of a column's name an error shows: a quote that is never closed makes one of the whole file.
const SHOWN: usize = 60;

fn shown(name: &str) -> String {
    match name.trim().split_once(['\r', '\n']) {
        Some((first, _)) => format!("{}…", first.chars().take(SHOWN).collect::<String>()),
        None => name.trim().to_owned(),
    }
}

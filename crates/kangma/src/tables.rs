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
    /// Lines that are no rows, and why.
    pub broken: Vec<(u64, String)>,
    /// How much of the file has been read, in the unit of [`Table::size`].
    pub read: u64,
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
        let source = match is_parquet(path)? {
            true => Source::Parquet(Box::new(parquet_file::ParquetTable::open(path, wanted, option)?)),
            false => Source::Csv(Box::new(csv_file::CsvTable::open(path, wanted, option)?)),
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
    match is_parquet(path)? {
        true => parquet_file::header(path),
        false => csv_file::header(path),
    }
}

/// Whether a file says, by its name or by how it begins, that it is Parquet.
fn is_parquet(path: &Path) -> Result<bool, BadTable> {
    let io = |error| BadTable::Io(path.to_owned(), error);
    let mut magic = Vec::new();
    File::open(path).map_err(io)?.take(4).read_to_end(&mut magic).map_err(io)?;
    Ok(path.extension().is_some_and(|extension| extension == "parquet") || magic == b"PAR1")
}

/// The place of a column among names.
fn find(path: &Path, wanted: &Wanted, names: &[String], option: &'static str) -> Result<usize, BadTable> {
    names.iter().position(|name| name.trim() == wanted.column).ok_or_else(|| BadTable::NoColumn {
        path: path.to_owned(),
        column: wanted.column.clone(),
        there: names.iter().map(|name| format!("`{}`", name.trim())).collect::<Vec<_>>().join(", "),
        option,
        example: format!("{}=NAME", wanted.word),
    })
}

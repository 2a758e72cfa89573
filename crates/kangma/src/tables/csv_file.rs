//! CSV, with commas, semicolons or tabs: whichever the header has.

use super::{BATCH_ROWS, BadTable, Batch, Column, Texts, Wanted, find};
use csv::{Reader, ReaderBuilder, StringRecord};
use std::{
    fs::File,
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
};

/// An open CSV file.
pub struct CsvTable {
    path: PathBuf,
    reader: Reader<File>,
    columns: Vec<usize>,
    size: u64,
    record: StringRecord,
}

impl CsvTable {
    pub(super) fn open(path: &Path, wanted: &[Wanted], option: &'static str) -> Result<Self, BadTable> {
        let (reader, names) = begin(path)?;
        let size = reader.get_ref().metadata();
        let size = size.map_err(|error| BadTable::Io(path.to_owned(), error))?.len();
        let columns = wanted.iter().map(|each| find(path, each, &names, option)).collect::<Result<_, _>>()?;
        Ok(Self { path: path.to_owned(), reader, columns, size, record: StringRecord::new() })
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    pub(super) fn next_batch(&mut self) -> Result<Option<Batch>, BadTable> {
        let mut batch = Batch::default();
        let mut texts: Vec<Texts> = self.columns.iter().map(|_| Texts::default()).collect();
        let mut seen = 0;
        while seen < BATCH_ROWS {
            let line = self.reader.position().line();
            match self.reader.read_record(&mut self.record) {
                Ok(false) => break,
                Ok(true) => {
                    let line = self.record.position().map_or(line, csv::Position::line);
                    batch.lines.push(line);
                    for (texts, column) in texts.iter_mut().zip(&self.columns) {
                        texts.push(self.record.get(*column).unwrap_or_default());
                    }
                }
                Err(error) => batch.broken.push(self.broken(line, error)?),
            }
            seen += 1;
        }
        batch.columns = texts.into_iter().map(Column::Texts).collect();
        batch.read = self.reader.position().byte();
        Ok((seen > 0).then_some(batch))
    }

    /// A line that is no row; anything but that is an error of the file.
    fn broken(&self, line: u64, error: csv::Error) -> Result<(u64, String), BadTable> {
        let line = error.position().map_or(line, csv::Position::line);
        let reason = match error.kind() {
            csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
                format!("it has {len} fields where the header has {expected_len}")
            }
            csv::ErrorKind::Utf8 { .. } => "it is not UTF-8".to_owned(),
            csv::ErrorKind::Io(_) => return Err(self.io(error)),
            _ => error.to_string(),
        };
        Ok((line, reason))
    }

    fn io(&self, error: csv::Error) -> BadTable {
        match error.into_kind() {
            csv::ErrorKind::Io(error) => BadTable::Io(self.path.clone(), error),
            _ => BadTable::Io(self.path.clone(), std::io::ErrorKind::Other.into()),
        }
    }
}

/// What the columns are called.
pub(super) fn header(path: &Path) -> Result<Vec<String>, BadTable> {
    begin(path).map(|(_, names)| names)
}

/// A reader behind the header, and the names in it.
fn begin(path: &Path) -> Result<(Reader<File>, Vec<String>), BadTable> {
    let file = File::open(path).map_err(|error| BadTable::Io(path.to_owned(), error))?;
    let mut reader = ReaderBuilder::new().delimiter(delimiter(path)?).from_reader(file);
    let header = reader.headers().map_err(|error| BadTable::Header(path.to_owned(), error.to_string()))?;
    let names = header.iter().map(|name| name.trim().to_owned()).collect();
    Ok((reader, names))
}

/// What divides the fields of the header.
fn delimiter(path: &Path) -> Result<u8, BadTable> {
    let io = |error| BadTable::Io(path.to_owned(), error);
    let mut header = Vec::new();
    BufReader::new(File::open(path).map_err(io)?).read_until(b'\n', &mut header).map_err(io)?;
    let of = |delimiter: u8| header.iter().filter(|byte| **byte == delimiter).count();
    // Of as many, the last one: a comma.
    Ok(b"\t;,".iter().copied().max_by_key(|delimiter| of(*delimiter)).unwrap_or(b','))
}

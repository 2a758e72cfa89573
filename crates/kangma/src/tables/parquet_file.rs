//! Parquet, read column by column.

use super::{BATCH_ROWS, BadTable, Batch, Column, Meaning, NoRow, NoRowBecause, Texts, Wanted, find};
use parquet::{
    basic::{Compression, ConvertedType, LogicalType, TimeUnit, Type},
    column::reader::{ColumnReader, ColumnReaderImpl},
    data_type::DataType,
    errors::ParquetError,
    file::reader::{FileReader as _, SerializedFileReader},
    schema::types::ColumnDescPtr,
};
use std::{
    fs::File,
    path::{Path, PathBuf},
};

/// An open Parquet file.
pub struct ParquetTable {
    path: PathBuf,
    file: SerializedFileReader<File>,
    columns: Vec<Found>,
    rows: u64,
    read: u64,
    next_group: usize,
    /// The row group being read, and how many of its rows are left.
    open: Option<(Vec<ColumnReader>, usize)>,
}

/// A column, and how its values are to be understood.
struct Found {
    place: usize,
    holds: Holds,
    most_levels: i16,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holds {
    Numbers,
    /// Numbers without a sign, stored as the signed ones of the same bits.
    Unsigned,
    /// Times, so many in a second.
    Moments {
        per_second: i64,
        is_local: bool,
    },
    /// Days since 1970.
    Days,
    Answers,
    Texts,
}

const SECONDS_A_DAY: i64 = 24 * 60 * 60;

impl ParquetTable {
    pub(super) fn open(path: &Path, wanted: &[Wanted], option: &'static str) -> Result<Self, BadTable> {
        let file = reader(path)?;
        let facts = file.metadata().file_metadata();
        let schema = facts.schema_descr();
        let names = names(&file);
        let mut columns = Vec::new();
        for each in wanted {
            let place = find(path, each, &names, option)?;
            columns.push(Found::of(path, place, &schema.column(place), each)?);
        }
        ensure_readable(path, &file, &columns)?;
        let rows = u64::try_from(facts.num_rows()).unwrap_or(0);
        Ok(Self { path: path.to_owned(), file, columns, rows, read: 0, next_group: 0, open: None })
    }

    pub(super) fn size(&self) -> u64 {
        self.rows
    }

    pub(super) fn next_batch(&mut self) -> Result<Option<Batch>, BadTable> {
        self.batch().map_err(|error| not_parquet(&self.path, &error))
    }

    fn batch(&mut self) -> Result<Option<Batch>, ParquetError> {
        while self.open.as_ref().is_none_or(|(_, left)| *left == 0) {
            if self.next_group >= self.file.num_row_groups() {
                return Ok(None);
            }
            let group = self.file.get_row_group(self.next_group)?;
            let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(0);
            let readers = self.columns.iter().map(|found| group.get_column_reader(found.place));
            self.open = Some((readers.collect::<Result<_, _>>()?, rows));
            self.next_group += 1;
        }
        let Some((readers, left)) = &mut self.open else { return Ok(None) };
        let rows = BATCH_ROWS.min(*left);
        *left -= rows;
        let (mut columns, mut no_texts) = (Vec::new(), Vec::new());
        for (reader, found) in readers.iter_mut().zip(&self.columns) {
            columns.push(found.read(reader, rows, &mut no_texts)?);
        }
        let first = self.read + 1;
        self.read += u64::try_from(rows).unwrap_or(0);
        let lines = (first..=self.read).collect();
        let batch = Batch { lines, columns, broken: Vec::new(), read: self.read };
        Ok(Some(without(batch, &no_texts)))
    }
}

impl Found {
    fn of(path: &Path, place: usize, column: &ColumnDescPtr, wanted: &Wanted) -> Result<Self, BadTable> {
        let understood = if column.max_rep_level() > 0 { None } else { Holds::of(column) };
        let fits = |holds: &Holds| match holds {
            Holds::Moments { .. } | Holds::Days => wanted.meaning == Meaning::Time,
            Holds::Answers => wanted.meaning == Meaning::Answer,
            Holds::Numbers | Holds::Unsigned | Holds::Texts => true,
        };
        let holds = understood.filter(fits).ok_or_else(|| {
            let kind = column.logical_type_ref().map_or_else(
                || format!("{}", column.physical_type()),
                |logical| format!("{} ({logical:?})", column.physical_type()),
            );
            BadTable::WrongType(path.to_owned(), wanted.column.clone(), kind, wanted.meaning.expected())
        })?;
        Ok(Self { place, holds, most_levels: column.max_def_level() })
    }

    /// Reads so many rows, and adds those to `no_texts` whose bytes are none.
    fn read(
        &self,
        reader: &mut ColumnReader,
        rows: usize,
        no_texts: &mut Vec<usize>,
    ) -> Result<Column, ParquetError> {
        let integers = match reader {
            ColumnReader::Int32ColumnReader(reader) if self.holds == Holds::Unsigned => {
                self.spread(reader, rows, |value| Some(i64::from(value.cast_unsigned())))?
            }
            ColumnReader::Int32ColumnReader(reader) => {
                self.spread(reader, rows, |value| Some(i64::from(*value)))?
            }
            ColumnReader::Int64ColumnReader(reader) if self.holds == Holds::Unsigned => {
                return Ok(unsigned(self.spread(reader, rows, |value| Some(value.cast_unsigned()))?));
            }
            ColumnReader::Int64ColumnReader(reader) => self.spread(reader, rows, |value| Some(*value))?,
            ColumnReader::Int96ColumnReader(reader) => {
                self.spread(reader, rows, |value| Some(value.to_seconds()))?
            }
            ColumnReader::BoolColumnReader(reader) => {
                self.spread(reader, rows, |value| Some(i64::from(*value)))?
            }
            ColumnReader::ByteArrayColumnReader(reader) => {
                let mut texts = Texts::default();
                for (row, bytes) in self.spread(reader, rows, |value| Some(value.clone()))?.iter().enumerate()
                {
                    let text = bytes.as_ref().map_or(Ok(""), |bytes| bytes.as_utf8());
                    if text.is_err() {
                        no_texts.push(row);
                    }
                    texts.push(text.unwrap_or_default());
                }
                return Ok(Column::Texts(texts));
            }
            _ => return Err(ParquetError::General("a column changed its type".to_owned())),
        };
        Ok(match self.holds {
            Holds::Moments { per_second, is_local } => {
                let seconds = integers.into_iter().map(|value| value.map(|n| n.div_euclid(per_second)));
                Column::Moments(seconds.collect(), is_local)
            }
            Holds::Days => {
                let midnights = integers.into_iter().map(|value| value.map(|day| day * SECONDS_A_DAY));
                Column::Moments(midnights.collect(), true)
            }
            _ => Column::Integers(integers),
        })
    }

    /// Reads exactly so many rows, and puts nothing where nothing is.
    fn spread<T: DataType, V>(
        &self,
        reader: &mut ColumnReaderImpl<T>,
        rows: usize,
        understand: impl Fn(&T::T) -> Option<V>,
    ) -> Result<Vec<Option<V>>, ParquetError> {
        let (mut values, mut levels, mut seen) = (Vec::new(), Vec::new(), 0);
        while seen < rows {
            let (more, ..) = reader.read_records(rows - seen, Some(&mut levels), None, &mut values)?;
            if more == 0 {
                return Err(ParquetError::EOF("a column ends before the others".to_owned()));
            }
            seen += more;
        }
        if self.most_levels == 0 {
            return Ok(values.iter().map(understand).collect());
        }
        let mut values = values.iter();
        let spread = |level: &i16| {
            if *level == self.most_levels { values.next().and_then(&understand) } else { None }
        };
        Ok(levels.iter().map(spread).collect())
    }
}

impl Holds {
    /// Whole numbers of files that say what they hold in the older way.
    fn converted(converted: ConvertedType) -> Option<Self> {
        match converted {
            ConvertedType::NONE
            | ConvertedType::INT_8
            | ConvertedType::INT_16
            | ConvertedType::INT_32
            | ConvertedType::INT_64 => Some(Self::Numbers),
            ConvertedType::UINT_8
            | ConvertedType::UINT_16
            | ConvertedType::UINT_32
            | ConvertedType::UINT_64 => Some(Self::Unsigned),
            _ => None,
        }
    }

    fn of(column: &ColumnDescPtr) -> Option<Self> {
        let moments = |per_second, is_local| Some(Self::Moments { per_second, is_local });
        match (column.physical_type(), column.logical_type_ref(), column.converted_type()) {
            (Type::INT64, Some(LogicalType::Timestamp(stamp)), _) => {
                let per_second = match stamp.unit {
                    TimeUnit::MILLIS => 1_000,
                    TimeUnit::MICROS => 1_000_000,
                    TimeUnit::NANOS => 1_000_000_000,
                };
                moments(per_second, !stamp.is_adjusted_to_u_t_c)
            }
            (Type::INT64, _, ConvertedType::TIMESTAMP_MILLIS) => moments(1_000, false),
            (Type::INT64, _, ConvertedType::TIMESTAMP_MICROS) => moments(1_000_000, false),
            (Type::INT96, ..) => moments(1, false),
            (Type::INT32, Some(LogicalType::Date), _) | (Type::INT32, _, ConvertedType::DATE) => {
                Some(Self::Days)
            }
            (Type::BOOLEAN, ..) => Some(Self::Answers),
            (Type::INT32 | Type::INT64, Some(LogicalType::Integer(integer)), _) => {
                Some(if integer.is_signed { Self::Numbers } else { Self::Unsigned })
            }
            (Type::INT32 | Type::INT64, None, converted) => Self::converted(converted),
            (Type::BYTE_ARRAY, None | Some(LogicalType::String | LogicalType::Enum), _) => Some(Self::Texts),
            _ => None,
        }
    }
}

/// Numbers without a sign. Where one is too large for a signed one they are all texts, which the same numbers in CSV are too.
fn unsigned(values: Vec<Option<u64>>) -> Column {
    let signed = |value: &Option<u64>| value.map(i64::try_from).transpose();
    if let Ok(signed) = values.iter().map(signed).collect() {
        return Column::Integers(signed);
    }
    let mut texts = Texts::default();
    for value in values {
        texts.push(&value.map_or_else(String::new, |value| value.to_string()));
    }
    Column::Texts(texts)
}

/// A batch without the rows at those places, which are no texts.
fn without(mut batch: Batch, no_texts: &[usize]) -> Batch {
    if no_texts.is_empty() {
        return batch;
    }
    let mut keep = vec![true; batch.lines.len()];
    no_texts.iter().for_each(|row| keep[*row] = false);
    batch.columns = batch.columns.into_iter().map(|column| column.only(&keep)).collect();
    let (kept, left_out): (Vec<_>, Vec<_>) = batch.lines.into_iter().zip(&keep).partition(|(_, keep)| **keep);
    batch.lines = kept.into_iter().map(|(line, _)| line).collect();
    let no_row = |(line, _)| NoRow { line, because: NoRowBecause::NotUtf8 };
    batch.broken = left_out.into_iter().map(no_row).collect();
    batch
}

/// That what is wanted is compressed as can be read here.
fn ensure_readable(
    path: &Path,
    file: &SerializedFileReader<File>,
    columns: &[Found],
) -> Result<(), BadTable> {
    for group in file.metadata().row_groups() {
        for found in columns {
            match group.column(found.place).compression() {
                Compression::BROTLI(_) => return Err(BadTable::Compressed(path.to_owned(), "Brotli")),
                Compression::LZO => return Err(BadTable::Compressed(path.to_owned(), "LZO")),
                _ => {}
            }
        }
    }
    Ok(())
}

/// What the columns are called.
pub(super) fn header(path: &Path) -> Result<Vec<String>, BadTable> {
    reader(path).map(|file| names(&file))
}

fn reader(path: &Path) -> Result<SerializedFileReader<File>, BadTable> {
    let file = File::open(path).map_err(|error| BadTable::Io(path.to_owned(), error))?;
    SerializedFileReader::new(file).map_err(|error| not_parquet(path, &error))
}

fn names(file: &SerializedFileReader<File>) -> Vec<String> {
    let schema = file.metadata().file_metadata().schema_descr();
    schema.columns().iter().map(|column| column.path().string()).collect()
}

fn not_parquet(path: &Path, error: &ParquetError) -> BadTable {
    BadTable::NotParquet(path.to_owned(), error.to_string())
}

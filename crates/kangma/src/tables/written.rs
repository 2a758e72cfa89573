//! Tables that are written: under a temporary name beside their own, and renamed when they are whole.

use super::numbers::Name;
use anyhow::{Context as _, bail};
use parquet::{
    basic::{Compression, ZstdLevel},
    data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type},
    file::{properties::WriterProperties, writer::SerializedFileWriter},
    schema::parser::parse_message_type,
};
use std::{
    fmt::Write as _,
    fs::{self, File},
    io::{BufWriter, Write as _},
    path::{Path, PathBuf},
    sync::Arc,
};
use tempfile::NamedTempFile;

/// What the names of unfinished tables begin and end with.
const PREFIX: &str = ".kangma-";
const SUFFIX: &str = ".part";
/// How many rows a group of a Parquet file has.
const GROUP_ROWS: usize = 1 << 20;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holds {
    /// Names of people.
    Names,
    /// Whole numbers.
    Numbers,
    /// Whole numbers, or nothing.
    NumbersOrNothing,
    /// Numbers with decimals.
    Decimals,
}

/// A table being written. Dropped before [`Writing::end`], it leaves nothing behind; what one that was killed leaves, the next
/// one in the directory removes.
pub struct Writing {
    path: PathBuf,
    form: Form,
}

enum Form {
    /// With the text of one cell at a time.
    Csv(Box<csv::Writer<NamedTempFile>>, String),
    Parquet(Box<Parquet>),
}

struct Parquet {
    file: NamedTempFile,
    writer: SerializedFileWriter<BufWriter<File>>,
    pending: Vec<Pending>,
    rows: usize,
}

enum Pending {
    Numbers(Vec<i64>),
    /// The numbers that are there, and for each row how many it has: one or none.
    NumbersOrNothing(Vec<i64>, Vec<i16>),
    Decimals(Vec<f64>),
    Texts(Vec<ByteArray>),
}

/// One value.
#[derive(Debug, Clone, Copy)]
pub enum Cell<'a> {
    /// Of a column of names.
    Name(&'a Name),
    /// Of a column of numbers.
    Number(u64),
    /// Nothing, of a column that allows it.
    Nothing,
    /// Of a column of decimals. A table of text has four significant digits of it.
    Decimal(f64),
}

impl Writing {
    /// Begins a table in the form that its name ends in: `.csv` or `.parquet`. `integers`: every name is a whole number.
    ///
    /// # Errors
    /// The name ends in neither, or nothing can be written there.
    pub fn begin(path: &Path, columns: &[(&'static str, Holds)], integers: bool) -> anyhow::Result<Self> {
        let file = unfinished(path)?;
        // Where files cannot be locked nothing is swept either.
        let _locked = file.as_file().try_lock();
        let form = match is_parquet(path)? {
            false => {
                let mut writer = csv::Writer::from_writer(file);
                writer.write_record(columns.iter().map(|(name, _)| name))?;
                Form::Csv(Box::new(writer), String::new())
            }
            true => Form::Parquet(Box::new(Parquet::begin(file, columns, integers)?)),
        };
        Ok(Self { path: path.to_owned(), form })
    }

    /// Adds a row: one value for each column.
    ///
    /// # Errors
    /// The disk is full, or something of that kind.
    pub fn push(&mut self, row: &[Cell<'_>]) -> anyhow::Result<()> {
        match &mut self.form {
            Form::Csv(writer, text) => {
                for cell in row {
                    text.clear();
                    match cell {
                        Cell::Name(name) => write!(text, "{name}")?,
                        Cell::Number(number) => write!(text, "{number}")?,
                        Cell::Nothing => {}
                        Cell::Decimal(number) => text.push_str(&four_digits(*number)),
                    }
                    writer.write_field(text.as_bytes())?;
                }
                writer.write_record(None::<&[u8]>)?;
                Ok(())
            }
            Form::Parquet(parquet) => parquet.push(row),
        }
    }

    /// Ends the table and gives it its name.
    ///
    /// # Errors
    /// The disk is full, or something of that kind.
    pub fn end(self) -> anyhow::Result<()> {
        let Self { path, form, .. } = self;
        let file = match form {
            Form::Csv(writer, _) => writer.into_inner().map_err(|error| anyhow::anyhow!("{error}"))?,
            Form::Parquet(parquet) => parquet.end()?,
        };
        file.as_file().sync_all()?;
        file.persist(&path).with_context(|| path.display().to_string())?;
        Ok(())
    }
}

/// That a table can be written under a name: it is said before hours of work, not after them.
///
/// # Errors
/// The name ends in neither `.csv` nor `.parquet`, is a directory's, or nothing can be written there.
pub fn ensure_writable(path: &Path) -> anyhow::Result<()> {
    if path.is_dir() {
        bail!("{}: this is a directory", path.display());
    }
    is_parquet(path)?;
    unfinished(path).map(drop)
}

/// Whether the name of a table ends in `.parquet`, not `.csv`.
fn is_parquet(path: &Path) -> anyhow::Result<bool> {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("csv") => Ok(false),
        Some("parquet") => Ok(true),
        _ => bail!("{}: the name has to end in .csv or .parquet", path.display()),
    }
}

/// A new file beside a name.
fn unfinished(path: &Path) -> anyhow::Result<NamedTempFile> {
    let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    let directory = directory.unwrap_or_else(|| Path::new("."));
    sweep(directory);
    let file = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempfile_in(directory);
    file.with_context(|| format!("{}: nothing can be written there", path.display()))
}

/// Removes what was left in a directory by commands that were killed: whoever still writes holds a lock.
fn sweep(directory: &Path) {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let is_ours = |name: &str| name.starts_with(PREFIX) && name.ends_with(SUFFIX);
    for entry in entries.filter(|entry| entry.file_name().to_str().is_some_and(is_ours)) {
        if File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok()) {
            // One that cannot be removed is in nobody's way.
            let _removed = fs::remove_file(entry.path());
        }
    }
}

impl Parquet {
    fn begin(file: NamedTempFile, columns: &[(&'static str, Holds)], integers: bool) -> anyhow::Result<Self> {
        let is_number = |holds: Holds| holds == Holds::Numbers || integers && holds == Holds::Names;
        let mut message = "message table {\n".to_owned();
        for (name, holds) in columns {
            message += &match (is_number(*holds), holds) {
                (true, _) => format!("  required int64 {name};\n"),
                (false, Holds::NumbersOrNothing) => format!("  optional int64 {name};\n"),
                (false, Holds::Decimals) => format!("  required double {name};\n"),
                (false, _) => format!("  required binary {name} (STRING);\n"),
            };
        }
        message += "}";
        let schema = Arc::new(parse_message_type(&message)?);
        let compression = Compression::ZSTD(ZstdLevel::try_new(1)?);
        let properties = Arc::new(WriterProperties::builder().set_compression(compression).build());
        let writer = SerializedFileWriter::new(BufWriter::new(file.reopen()?), schema, properties)?;
        let pending = columns.iter().map(|(_, holds)| match (is_number(*holds), holds) {
            (true, _) => Pending::Numbers(Vec::new()),
            (false, Holds::NumbersOrNothing) => Pending::NumbersOrNothing(Vec::new(), Vec::new()),
            (false, Holds::Decimals) => Pending::Decimals(Vec::new()),
            (false, _) => Pending::Texts(Vec::new()),
        });
        Ok(Self { file, writer, pending: pending.collect(), rows: 0 })
    }

    fn push(&mut self, row: &[Cell<'_>]) -> anyhow::Result<()> {
        for (pending, cell) in self.pending.iter_mut().zip(row) {
            match (pending, cell) {
                (Pending::Numbers(numbers), Cell::Number(number)) => {
                    numbers.push(i64::try_from(*number).unwrap_or(i64::MAX));
                }
                (Pending::NumbersOrNothing(numbers, there), Cell::Number(number)) => {
                    numbers.push(i64::try_from(*number).unwrap_or(i64::MAX));
                    there.push(1);
                }
                (Pending::NumbersOrNothing(_, there), Cell::Nothing) => there.push(0),
                (Pending::Numbers(numbers), Cell::Name(Name::Integer(number))) => numbers.push(*number),
                (Pending::Decimals(numbers), Cell::Decimal(number)) => numbers.push(*number),
                (Pending::Texts(texts), Cell::Name(name)) => {
                    texts.push(ByteArray::from(name.to_string().into_bytes()));
                }
                _ => bail!("a text stands where only whole numbers were expected"),
            }
        }
        self.rows += 1;
        if self.rows >= GROUP_ROWS { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        let mut group = self.writer.next_row_group()?;
        for pending in &mut self.pending {
            let Some(mut column) = group.next_column()? else { break };
            match pending {
                Pending::Numbers(numbers) => {
                    column.typed::<Int64Type>().write_batch(numbers, None, None)?;
                    numbers.clear();
                }
                Pending::NumbersOrNothing(numbers, there) => {
                    column.typed::<Int64Type>().write_batch(numbers, Some(there), None)?;
                    numbers.clear();
                    there.clear();
                }
                Pending::Decimals(numbers) => {
                    column.typed::<DoubleType>().write_batch(numbers, None, None)?;
                    numbers.clear();
                }
                Pending::Texts(texts) => {
                    column.typed::<ByteArrayType>().write_batch(texts, None, None)?;
                    texts.clear();
                }
            }
            column.close()?;
        }
        group.close()?;
        self.rows = 0;
        Ok(())
    }

    fn end(mut self: Box<Self>) -> anyhow::Result<NamedTempFile> {
        if self.rows > 0 {
            self.flush()?;
        }
        let Self { file, writer, .. } = *self;
        writer.into_inner()?.flush()?;
        Ok(file)
    }
}

/// Like 12.35, 0.001235 or 12350: without an exponent, which not every reader knows.
fn four_digits(number: f64) -> String {
    let written = format!("{number:.3e}");
    let exponent =
        written.split_once('e').and_then(|(_, exponent)| exponent.parse::<i32>().ok()).unwrap_or(0);
    let decimals = usize::try_from((3 - exponent).max(0)).unwrap_or(0);
    let plain = format!("{number:.decimals$}");
    match plain.contains('.') {
        true => plain.trim_end_matches('0').trim_end_matches('.').to_owned(),
        false => plain,
    }
}

#[cfg(test)]
mod tests {
    use super::four_digits;

    #[test]
    fn decimals_have_four_significant_digits_and_no_exponent() {
        let written = [0.0, 1.0, 12.345_67, 0.001_234_56, 123_456.7, 99_999.5, 0.25, 100.0].map(four_digits);
        assert_eq!(written, ["0", "1", "12.35", "0.001235", "123457", "100000", "0.25", "100"]);
        assert_eq!(four_digits(1.5e-12), "0.0000000000015");
    }
}

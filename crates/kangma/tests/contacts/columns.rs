//! Columns of Parquet that other programs write.

use crate::{contacts, done, refused, text};
use kangma::tables::written::{Cell, Holds, Writing};
use parquet::{
    data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type},
    file::writer::{SerializedFileWriter, SerializedRowGroupWriter},
    schema::parser::parse_message_type,
};
use std::{fs, path::Path, sync::Arc};

const FILES: [&str; 6] = ["--visits", "visits.parquet", "--cases", "cases.csv", "--out", "out.csv"];

fn push<T: DataType>(group: &mut SerializedRowGroupWriter<'_, fs::File>, values: &[T::T]) {
    let mut column = group.next_column().expect("a column").expect("another column");
    column.typed::<T>().write_batch(values, None, None).expect("values");
    column.close().expect("a column");
}

/// Three people at one point for an hour; what they are called is written as that type.
fn visits<T: DataType>(at: &Path, person: &str, names: &[T::T; 3]) {
    let rest = "required int32 point (UINT_32); required int64 from; required int64 until;";
    let schema = parse_message_type(&format!("message visits {{ required {person}; {rest} }}"));
    let file = fs::File::create(at.join("visits.parquet")).expect("a file");
    let mut writer = SerializedFileWriter::new(file, Arc::new(schema.expect("a schema")), Arc::default())
        .expect("a writer");
    let mut group = writer.next_row_group().expect("a group");
    push::<T>(&mut group, names);
    push::<Int32Type>(&mut group, &[-1, -1, -1]);
    push::<Int64Type>(&mut group, &[0, 0, 0]);
    push::<Int64Type>(&mut group, &[3_600, 3_600, 3_600]);
    group.close().expect("a group");
    writer.close().expect("a whole table");
}

fn contacts_of(at: &Path, case: &str) -> Vec<String> {
    fs::write(at.join("cases.csv"), format!("person,from,until\n{case},0,7200\n")).expect("written");
    done(&contacts(at, &FILES));
    let answer = text(&at.join("out.csv"));
    answer.lines().skip(1).map(|row| row.split(',').nth(1).expect("a contact").to_owned()).collect()
}

#[test]
fn numbers_without_a_sign_keep_their_value_as_in_csv() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    visits::<Int32Type>(at, "int32 person (UINT_32)", &[-1, 7, i32::MIN]);
    assert_eq!(contacts_of(at, "7"), ["2147483648", "4294967295"]);
    visits::<Int64Type>(at, "int64 person (INTEGER(64, false))", &[-1, 7, i64::MAX]);
    assert_eq!(contacts_of(at, "18446744073709551615"), ["7", "9223372036854775807"]);
    visits::<Int64Type>(at, "int64 person", &[-1, 7, 8]);
    assert_eq!(contacts_of(at, "7"), ["-1", "8"]);
}

#[test]
fn names_that_are_no_text_are_told_by_row_and_never_become_one_person() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let names: [ByteArray; 3] =
        [b"\xff\x01".to_vec(), b"x".to_vec(), b"\xff\x02".to_vec()].map(ByteArray::from);
    for person in ["binary person", "binary person (STRING)"] {
        visits::<ByteArrayType>(at, person, &names);
        assert!(contacts_of(at, "x").is_empty());
        let output = contacts(at, &[&FILES[..], &["--json"]].concat());
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        let totals: serde_json::Value = serde_json::from_str(&done(&output)).expect("JSON");
        assert_eq!(
            (&totals["visits"], &totals["broken_visits"]),
            (&1.into(), &serde_json::json!({ "no-row": 2 }))
        );
        for row in [1, 3] {
            assert!(said.contains(&format!("visits.parquet, line {row}: it is not UTF-8")), "{said}");
        }
    }
}

#[test]
fn a_compression_that_is_not_built_in_is_called_by_its_name() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let columns = ["person", "point", "from", "until"].map(|name| (name, Holds::Numbers));
    let mut writing = Writing::begin(&at.join("visits.parquet"), &columns, false).expect("a table");
    writing.push(&[1, 1, 0, 60].map(Cell::Number)).expect("a row");
    writing.end().expect("a whole table");
    fs::write(at.join("cases.csv"), "person,from,until\n1,0,7200\n").expect("written");
    done(&contacts(at, &FILES));
    // In the footer a column's name is followed by its codec: Zstandard is 6 and Brotli 4, zigzag.
    let mut bytes = fs::read(at.join("visits.parquet")).expect("read");
    let (zstandard, brotli) = (b"person\x15\x0c", b"person\x15\x08");
    let place = bytes.windows(zstandard.len()).position(|window| window == zstandard).expect("the codec");
    bytes[place..place + brotli.len()].copy_from_slice(brotli);
    fs::write(at.join("visits.parquet"), bytes).expect("written");
    let said = refused(&contacts(at, &FILES));
    assert!(
        said.contains("visits.parquet: it is compressed with Brotli, which cannot be read here"),
        "{said}"
    );
}

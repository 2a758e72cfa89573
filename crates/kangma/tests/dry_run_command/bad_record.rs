//! Records that cannot be used, or not all of them.

use crate::{done, dry_run, refused};
use kangma::tables::{
    numbers::Name,
    written::{Cell, Holds, Writing},
};
use parquet::{
    data_type::{BoolType, DataType, Int32Type, Int64Type},
    file::writer::SerializedFileWriter,
    schema::parser::parse_message_type,
};
use std::{fs, path::Path, sync::Arc};
use tempfile::TempDir;

const FIFTEEN: &str = "../docs/samples/fifteen-minutes";
const SHANGHAI: [&str; 4] = ["--record", "R", "--zone", "Asia/Shanghai"];

/// A directory with the sample in `R`.
fn sample() -> TempDir {
    let directory = tempfile::tempdir().expect("a directory");
    let to = directory.path().join("R");
    fs::create_dir(&to).expect("a directory");
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/samples/record");
    for entry in fs::read_dir(from).expect("the sample") {
        let path = entry.expect("a file").path();
        fs::copy(&path, to.join(path.file_name().expect("a name"))).expect("copied");
    }
    directory
}

/// Adds lines to a table, and says the number of the first of them.
fn add(at: &Path, table: &str, lines: &str) -> usize {
    let path = at.join(format!("R/{table}.csv"));
    let text = fs::read_to_string(&path).expect("a table");
    fs::write(path, format!("{text}{lines}")).expect("written");
    text.lines().count() + 1
}

/// The figures that are said, without what was read.
fn figures(said: &str) -> &str {
    said.split_once("\n\n").expect("figures").1
}

#[test]
fn a_row_that_cannot_have_happened_is_said_by_line_and_counted_and_changes_nothing() {
    let directory = sample();
    let at = directory.path();
    let before = done(&dry_run(at, FIFTEEN, &SHANGHAI));
    let infections = add(
        at,
        "infections",
        "Bee,2020-03-09,Cat\nElk,2020-03-06,Gnu\nGnu,2020-03-07,Elk\nGnu,2020-03-15,\nGnu,,Ant\nGnu,soon,Ant\n\
         Ox,2020-03-06,Ant\n,2020-03-06,Ant\nGnu\n",
    );
    let results = add(
        at,
        "results",
        "Ox,positive,,2020-03-06,2020-03-07\nElk,maybe,,2020-03-06,2020-03-07\n\
         Elk,positive,,2020-03-07,2020-03-06\nElk,positive,,,2020-03-06\nElk,positive,ill,2020-03-06,2020-03-07\n",
    );
    let visits = add(at, "visits", "Ant,market,2020-03-04 13:00,2020-03-04 12:00\n");
    let households = add(at, "households", "Ant,9\nOwl,\n");
    let points = add(at, "points", "market,mall\n,mall\n");
    let output = dry_run(at, FIFTEEN, &SHANGHAI);
    let heard = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    let said = done(&output);
    assert_eq!(figures(&said), figures(&before));
    let expected = [
        ("infections", infections, "this person is infected twice: the first time counts"),
        ("infections", infections + 1, "it names as source somebody who was not infected on a day before"),
        ("infections", infections + 2, "it names as source somebody who was not infected on a day before"),
        ("infections", infections + 3, "it lies after the last day of the visits"),
        ("infections", infections + 4, "it has no infected"),
        ("infections", infections + 5, "`soon` is no time"),
        ("infections", infections + 6, "this person is nobody of the city"),
        ("infections", infections + 7, "it has no person"),
        ("infections", infections + 8, "it has 1 fields where the header has 3"),
        ("results", results, "this person is nobody of the city"),
        ("results", results + 1, "`maybe` is no result: positive or negative, true or false, 1 or 0"),
        ("results", results + 2, "it is reported before it is sampled"),
        ("results", results + 3, "it has no sampled"),
        ("results", results + 4, "`ill` is no time"),
        ("visits", visits, "it ends before it begins"),
        ("households", households, "an earlier line is about the same person"),
        ("households", households + 1, "it has no home"),
        ("points", points, "an earlier line is about the same point"),
        ("points", points + 1, "it has no point"),
    ];
    for (table, line, because) in expected {
        let line = format!("R/{table}.csv, line {line}: {because}");
        assert!(heard.contains(&line), "no `{line}` in {heard}");
    }
    assert_eq!(heard.lines().count(), expected.len(), "{heard}");
    for count in [
        "infections.csv: 2 rows could not be used: infected-by-nobody",
        "infections.csv: 1 rows could not be used: infected-twice",
        "infections.csv: 1 rows could not be used: after-the-last-day",
        "infections.csv: 1 rows could not be used: unknown-person",
        "results.csv: 1 rows could not be used: reported-before-sampled",
        "results.csv: 1 rows could not be used: no-result",
        "households.csv: 1 rows could not be used: said-again",
    ] {
        assert!(said.contains(count), "no `{count}` in {said}");
    }
}

#[test]
fn an_infection_after_the_days_that_are_wanted_is_no_mistake_and_one_after_all_days_is() {
    let directory = sample();
    let at = directory.path();
    let line = add(at, "infections", "Gnu,2020-03-15,\n");
    let output = dry_run(at, FIFTEEN, &[&SHANGHAI[..], &["--days", "11"]].concat());
    let heard = String::from_utf8(output.stderr.clone()).expect("UTF-8");
    assert_eq!(heard, format!("R/infections.csv, line {line}: it lies after the last day of the visits\n"));
    assert!(
        done(&output)
            .contains("11 days from 2020-03-01 in Asia/Shanghai: 12 visits at 3 points, 5 infections")
    );
}

/// One line that says what is wrong.
fn one_error(at: &Path, more: &[&str], part: &str) {
    let said = refused(&dry_run(at, FIFTEEN, &[&SHANGHAI[..], more].concat()));
    assert!(said.lines().count() == 1 && said.contains(part), "no `{part}` in {said}");
}

#[test]
fn a_record_that_cannot_be_used_is_one_clear_error() {
    let with = |change: &dyn Fn(&Path), more: &[&str], part: &str| {
        let directory = sample();
        change(&directory.path().join("R"));
        one_error(directory.path(), more, part);
        assert!(!directory.path().join("out").exists());
    };
    let write = |name: &'static str, text: &'static str| {
        move |at: &Path| fs::write(at.join(name), text).expect("written")
    };
    for table in ["visits", "infections", "results"] {
        let gone = move |at: &Path| fs::remove_file(at.join(format!("{table}.csv"))).expect("removed");
        with(&gone, &[], &format!("there is neither {table}.parquet nor {table}.csv"));
    }
    with(&write("visits.parquet", ""), &[], "there is visits.parquet and visits.csv; leave one");
    with(
        &write("infections.csv", "person,infected\n"),
        &[],
        "there is no column `by`; there are `person`, `infected`",
    );
    with(&write("results.csv", "person,sampled,reported\n"), &[], "--columns result=NAME");
    with(
        &write("visits.csv", "person,point,from,until\n"),
        &["--out", "out"],
        "no visit in it that can be used",
    );
    let year = "person,point,from,until\nAnt,x,2002-03-01,2002-03-02\nAnt,x,2020-03-01,2020-03-02\n";
    with(&write("visits.csv", year), &[], "the visits lie on 6576 days, from 2002-03-01 to 2020-03-01");
    with(&|_| (), &["--days", "8"], "of 8 days none is left to count, as a policy is asked from day 8 on");
    with(&|_| (), &["--days", "15"], "--days 15: the visits in R lie on 14 days");
    with(&|_| (), &["--first-evening", "13"], "of 14 days none is left");
    let directory = sample();
    let at = directory.path();
    let said = refused(&dry_run(at, FIFTEEN, &["--record", "R", "--zone", "Mars"]));
    assert!(said.contains("Mars"), "{said}");
    for other in
        [["--seeds", "3"], ["--seed", "3"], ["--city", "10k"], ["--data", "d"], ["--parameters", "p"]]
    {
        let said = refused(&dry_run(at, FIFTEEN, &[&SHANGHAI[..], &other].concat()));
        assert!(said.contains(&format!("'--record <DIR>' cannot be used with '{}", other[0])), "{said}");
    }
    let said = refused(&dry_run(at, FIFTEEN, &["--zone", "UTC"]));
    assert!(said.contains("--record"), "{said}");
}

/// A table of Parquet with one row group of numbers, each column with a type of its own.
fn typed(path: &Path, message: &str, fill: impl Fn(&mut SerializedFileWriter<fs::File>)) {
    let schema = Arc::new(parse_message_type(message).expect("a schema"));
    let file = fs::File::create(path).expect("a file");
    let mut writer = SerializedFileWriter::new(file, schema, Arc::default()).expect("a writer");
    fill(&mut writer);
    writer.close().expect("a whole table");
}

#[test]
fn parquet_that_is_cut_off_or_has_other_types_is_one_clear_error() {
    let directory = sample();
    let at = directory.path();
    let names = [("person", Holds::Names), ("infected", Holds::Numbers), ("by", Holds::NumbersOrNothing)];
    let path = at.join("R/infections.parquet");
    let mut writing = Writing::begin(&path, &names, false).expect("a table");
    for number in 0..2_000 {
        let name = Name::Text(format!("made up {number}").into());
        writing.push(&[Cell::Name(&name), Cell::Number(number), Cell::Nothing]).expect("a row");
    }
    writing.end().expect("a whole table");
    fs::remove_file(at.join("R/infections.csv")).expect("removed");
    let whole = fs::read(&path).expect("read");
    fs::write(&path, &whole[..whole.len() / 2]).expect("written");
    one_error(at, &[], "R/infections.parquet: this is no whole Parquet file");
    let no_day = "message it { required int64 person; required double infected; required int64 by; }";
    typed(&path, no_day, |_| ());
    one_error(
        at,
        &[],
        "column `infected` is DOUBLE; it has to hold whole seconds since 1970, timestamps, dates or texts",
    );
    let no_name = "message it { required boolean person; required int64 infected; required int64 by; }";
    typed(&path, no_name, |_| ());
    one_error(at, &[], "column `person` is BOOLEAN; it has to hold whole numbers or texts");
}

#[test]
fn days_as_dates_and_results_as_booleans_are_understood_and_columns_may_have_other_names() {
    let directory = sample();
    let at = directory.path();
    let before = done(&dry_run(at, FIFTEEN, &SHANGHAI));
    let text = fs::read_to_string(at.join("R/infections.csv")).expect("a table");
    fs::write(at.join("R/infections.csv"), text.replace("infected,by", "day,source")).expect("written");
    let text = fs::read_to_string(at.join("R/results.csv")).expect("a table");
    let other = text.replace("person,result,", "person,positive,").replace("positive,2", "TRUE,2");
    fs::write(at.join("R/results.csv"), other.replace("negative,,", "0,,")).expect("written");
    let renamed = [&SHANGHAI[..], &["--columns", "infected=day,by=source"]].concat();
    assert_eq!(figures(&done(&dry_run(at, FIFTEEN, &renamed))), figures(&before));
    one_error(at, &[], "--columns infected=NAME");
    dates_and_booleans(at);
    let said = done(&dry_run(at, FIFTEEN, &["--record", "N", "--zone", "Asia/Shanghai"]));
    // 2 is infected by 1 on the second day; 1 is positive and 2 is not.
    assert!(said.contains("2 people, 12 days from 2020-03-01 in Asia/Shanghai: 2 visits at 1 points, 2 infections, 2 results"), "{said}");
    assert!(said.contains("N/results.parquet: no column `onset`: nobody said when symptoms began"), "{said}");
}

/// A record in `N` whose days are dates, whose times are timestamps, and whose results are booleans.
fn dates_and_booleans(at: &Path) {
    let to = at.join("N");
    fs::create_dir(&to).expect("a directory");
    let visits = "person,point,from,until\n1,9,2020-03-01,2020-03-02\n2,9,2020-03-12,2020-03-13\n";
    fs::write(to.join("visits.csv"), visits).expect("written");
    let infections =
        "message it { required int64 person; required int32 infected (DATE); optional int64 by; }";
    typed(&to.join("infections.parquet"), infections, |writer| {
        let mut group = writer.next_row_group().expect("a group");
        column::<Int64Type>(&mut group, &[1, 2], None);
        column::<Int32Type>(&mut group, &[18_322, 18_323], None);
        column::<Int64Type>(&mut group, &[1], Some(&[0, 1]));
        group.close().expect("a whole group");
    });
    let results = "message it { required int64 person; required boolean positive;
        required int64 sampled (TIMESTAMP(MILLIS, true)); required int64 reported; }";
    typed(&to.join("results.parquet"), results, |writer| {
        let mut group = writer.next_row_group().expect("a group");
        column::<Int64Type>(&mut group, &[1, 2], None);
        column::<BoolType>(&mut group, &[true, false], None);
        column::<Int64Type>(&mut group, &[1_583_300_000_000; 2], None);
        column::<Int64Type>(&mut group, &[1_583_300_000; 2], None);
        group.close().expect("a whole group");
    });
}

fn column<T: DataType>(
    group: &mut parquet::file::writer::SerializedRowGroupWriter<'_, fs::File>,
    values: &[T::T],
    there: Option<&[i16]>,
) {
    let mut column = group.next_column().expect("a column").expect("another column");
    column.typed::<T>().write_batch(values, there, None).expect("values");
    column.close().expect("a whole column");
}

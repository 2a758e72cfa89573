//! Rows and files that cannot be used, and a process that is killed.

use crate::{KANGMA, contacts, done, names, refused, text};
use kangma::tables::{
    numbers::Name,
    written::{Cell, Holds, Writing},
};
use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

const FILES: [&str; 6] = ["--visits", "visits.csv", "--cases", "cases.csv", "--out", "out.csv"];

fn write(directory: &Path, name: &str, text: impl AsRef<[u8]>) {
    fs::write(directory.join(name), text).expect("written");
}

#[test]
fn broken_rows_are_named_by_line_and_reason_and_stop_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let visits = b"person,point,from,until\n\
        1,10,0,3600\n\
        2,10,600,500\n\
        2,10,600,600\n\
        2,,600,3600\n\
        ,10,600,3600\n\
        2,10,soon,3600\n\
        2,10,-5,3600\n\
        2,10,600\n\
        2,10,\xff,3600\n\
        2,10,1583020800000,1583020900000\n\
        3,10,1800,3600\n";
    write(at, "visits.csv", visits);
    write(at, "cases.csv", "person,from,until\n1,0,7200\n9,0,7200\n1,5,\n");
    let output = contacts(at, &[&FILES[..], &["--json"]].concat());
    let totals: serde_json::Value = serde_json::from_str(&done(&output)).expect("JSON");
    assert_eq!(
        totals["broken_visits"],
        serde_json::json!({
            "ends-before-it-begins": 1, "missing-value": 2, "no-length": 1, "no-row": 2, "no-time": 1,
            "time-out-of-range": 2,
        })
    );
    assert_eq!(totals["broken_cases"], serde_json::json!({ "missing-value": 1 }));
    assert_eq!((&totals["visits"], &totals["cases_without_visits"]), (&2.into(), &1.into()));
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    for line in [
        "visits.csv, line 3: it ends before it begins",
        "visits.csv, line 4: it ends when it begins",
        "visits.csv, line 5: it has no point",
        "visits.csv, line 6: it has no person",
        "visits.csv, line 7: `soon` is no time",
        "visits.csv, line 8: `-5` lies before 1970",
        "visits.csv, line 9: it has 3 fields where the header has 4",
        "visits.csv, line 10: it is not UTF-8",
        "visits.csv, line 11: `1583020800000` lies before 1970 or after 2106; times are whole seconds",
        "cases.csv, line 4: it has no until",
    ] {
        assert!(said.contains(line), "{line}\n{said}");
    }
    assert_eq!(text(&at.join("out.csv")).lines().count(), 2);
}

fn parquet(path: &Path) {
    let columns = [
        ("person", Holds::Names),
        ("point", Holds::Numbers),
        ("from", Holds::Names),
        ("until", Holds::Numbers),
    ];
    let mut writing = Writing::begin(path, &columns, false).expect("a table");
    for number in 0..20_000 {
        let name = Name::Integer(number);
        let cells = [Cell::Name(&name), Cell::Number(1), Cell::Name(&name), Cell::Number(90_000)];
        writing.push(&cells).expect("a row");
    }
    writing.end().expect("a whole table");
}

#[test]
fn a_file_that_cannot_be_used_is_one_clear_error_and_leaves_an_earlier_answer_alone() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    write(at, "cases.csv", "person,from,until\n1,0,7200\n");
    write(at, "out.csv", "an earlier answer");
    write(at, "empty.csv", "");
    write(at, "false.parquet", "person,point,from,until\n");
    parquet(&at.join("whole.parquet"));
    let whole = fs::read(at.join("whole.parquet")).expect("read");
    write(at, "cut.parquet", &whole[..whole.len() / 2]);
    let mut damaged = whole.clone();
    damaged[100..4_000].fill(0x5a);
    write(at, "damaged.parquet", damaged);
    let ask = |visits: &str, more: &[&str]| {
        let files = ["--visits", visits, "--cases", "cases.csv", "--out", "out.csv"];
        let said = refused(&contacts(at, &[&files, more].concat()));
        assert_eq!(said.lines().count(), 1, "{said}");
        said
    };
    assert!(ask("cut.parquet", &[]).contains("this is no whole Parquet file"));
    assert!(ask("damaged.parquet", &[]).contains("this is no whole Parquet file"));
    assert!(ask("false.parquet", &[]).contains("this is no whole Parquet file"));
    assert!(ask("nowhere.csv", &[]).contains("nowhere.csv: No such file"));
    let said = ask("empty.csv", &[]);
    assert!(said.contains("empty.csv: there is no column `person`"), "{said}");
    let said = ask("whole.parquet", &["--columns=person=name"]);
    assert!(said.contains("`name`; there are `person`, `point`, `from`, `until`"), "{said}");
    assert!(said.contains("--columns person=NAME"), "{said}");
    assert!(ask("empty.csv", &["--zone=Mars"]).contains("`Mars` is no time zone"));
    assert_eq!(text(&at.join("out.csv")), "an earlier answer");
    assert!(names(at).iter().all(|name| !name.ends_with(".part")), "{:?}", names(at));
}

#[test]
fn a_column_of_another_type_is_named() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    write(at, "cases.csv", "person,from,until\n1,0,7200\n");
    let schema = "message visits { required double person; required int64 point; required int64 from;
        required int64 until; }";
    let schema = std::sync::Arc::new(parquet::schema::parser::parse_message_type(schema).expect("a schema"));
    let file = fs::File::create(at.join("visits.parquet")).expect("a file");
    let writer = parquet::file::writer::SerializedFileWriter::new(file, schema, std::sync::Arc::default());
    writer.expect("a writer").close().expect("a whole table");
    let files = ["--visits", "visits.parquet", "--cases", "cases.csv", "--out", "out.csv"];
    let said = refused(&contacts(at, &files));
    assert!(said.contains("column `person` is DOUBLE; it has to hold whole numbers or texts"), "{said}");
}

/// A crowd of 700 at one point all day: the second degree is half a million rows for each of ten cases.
#[test]
fn a_killed_run_leaves_the_earlier_answer_whole() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let mut visits = "person,point,from,until\n".to_owned();
    (0..700).for_each(|person| visits.push_str(&format!("{person},1,0,80000\n")));
    let mut cases = "person,from,until\n".to_owned();
    (0..10).for_each(|person| cases.push_str(&format!("{person},0,80000\n")));
    write(at, "visits.csv", visits);
    write(at, "cases.csv", cases);
    write(at, "out.csv", "an earlier answer");
    let mut running = Command::new(KANGMA)
        .arg("contacts")
        .args(FILES)
        .args(["--degree", "2"])
        .current_dir(at)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("kangma runs");
    let writes = || {
        let part = names(at).into_iter().find(|name| name.ends_with(".part"));
        part.is_some_and(|name| fs::metadata(at.join(name)).is_ok_and(|file| file.len() > 0))
    };
    for _ in 0..3_000 {
        if writes() {
            break;
        }
        thread::sleep(Duration::from_millis(10));
    }
    assert!(writes(), "nothing was written in half a minute");
    assert!(running.try_wait().expect("a state").is_none(), "it ended before it could be killed");
    running.kill().expect("killed");
    running.wait().expect("ended");
    assert_eq!(text(&at.join("out.csv")), "an earlier answer");
}

#[test]
fn a_file_that_does_not_fit_into_memory_is_one_sentence_and_writes_nothing() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let visits: String = (0..90_000).map(|n| format!("{n},{},{},{}\n", n % 70, n, n + 600)).collect();
    write(at, "visits.csv", format!("person,point,from,until\n{visits}"));
    write(at, "cases.csv", "person,from,until\n1,0,7200\n");
    let said = refused(&contacts(at, &[&FILES[..], &["--most-memory", "1"]].concat()));
    assert!(said.contains("fill the memory that they may take") && said.contains("--most-memory"), "{said}");
    assert!(!at.join("out.csv").exists());
    done(&contacts(at, &[&FILES[..], &["--most-memory", "1000"]].concat()));
}

#[test]
fn names_count_among_what_does_not_fit_into_memory() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    let visits = |letters: usize| -> String {
        (0..60_000).map(|n| format!("{}{n},1,{n},{}\n", "x".repeat(letters), n + 600)).collect()
    };
    let ask = |letters: usize| {
        write(at, "visits.csv", format!("person,point,from,until\n{}", visits(letters)));
        contacts(at, &[&FILES[..], &["--most-memory", "60"]].concat())
    };
    write(at, "cases.csv", "person,from,until\nx1,0,7200\n");
    done(&ask(1));
    fs::remove_file(at.join("out.csv")).expect("an answer");
    let said = refused(&ask(900));
    assert!(said.contains("MB of them names"), "{said}");
    assert!(!at.join("out.csv").exists());
}

//! Visits that come through a pipe.

use crate::{KANGMA, contacts, done, refused, text};
use std::{
    fs,
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

const VISITS: &str = "person,point,from,until\n1,10,0,3600\n2,10,600,3600\n";

fn files(at: &Path) {
    fs::write(at.join("visits.csv"), VISITS).expect("written");
    fs::write(at.join("cases.csv"), "person,from,until\n1,0,7200\n").expect("written");
}

/// Gives the bytes through a pipe.
fn piped(at: &Path, bytes: &[u8]) -> Output {
    let files = ["--visits", "/dev/stdin", "--cases", "cases.csv", "--out", "out.csv"];
    let mut command = Command::new(KANGMA);
    command.arg("contacts").args(files).current_dir(at);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut running = command.spawn().expect("kangma runs");
    // It may refuse what comes before all of it came.
    let _written = running.stdin.take().expect("a pipe").write_all(bytes);
    running.wait_with_output().expect("ended")
}

#[test]
fn visits_come_through_a_pipe_as_csv_and_parquet_is_asked_for_as_a_file() {
    let directory = tempfile::tempdir().expect("a directory");
    let at = directory.path();
    files(at);
    done(&contacts(at, &["--visits", "visits.csv", "--cases", "cases.csv", "--out", "expected.csv"]));
    done(&piped(at, VISITS.as_bytes()));
    assert_eq!(text(&at.join("out.csv")), text(&at.join("expected.csv")));
    let said = refused(&piped(at, b"PAR1 and more"));
    assert!(said.contains("/dev/stdin: Parquet is read from its end, so it has to be a file"), "{said}");
}

//! Files of exposure sites: good ones, broken ones, and what is no such file at all.

use crate::asked::{Said, asked_of};
use serde_json::Value;
use std::{
    fs,
    path::{Path, PathBuf},
};

const HEADER: &str = "id,Event,ExposureType,Location,City,Start,End\n";

fn import(data: &Path, file: &Path, more: &[&str]) -> Said {
    let words = ["import", "exposure-sites", file.to_str().expect("text")];
    asked_of(data, words.into_iter().chain(more.iter().copied()))
}

fn written(text: impl AsRef<[u8]>) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a directory");
    let file = dir.path().join("sites.csv");
    fs::write(&file, text).expect("a file");
    (dir, file)
}

fn rows(data: &Path, table: &str) -> u64 {
    let found: Value = serde_json::from_str(&asked_of(data, ["doctor", "--json"]).well()).expect("JSON");
    found["rows"][table].as_u64().expect("a count")
}

#[test]
fn broken_rows_are_reported_by_line_and_reason_and_the_others_are_imported() {
    let (dir, file) = written(format!(
        "{HEADER}a,Shop,Close,Street,,2022-01-20T01:00:00Z,2022-01-20T02:00:00Z\n\
         b,Shop,,Street,,,2022-01-20T02:00:00Z\n\
         c,Shop,,Street,,2022-01-20T03:00:00Z,2022-01-20T02:00:00Z\n\
         d,Shop,,Street,,tomorrow,2022-01-20T02:00:00Z\n\
         e,too,short\n\
         f,Café \"Ø\",Casual,Street,,\"20/01/2022, 7:30 am\",\"20/01/2022, 8:30 am\"\n"
    ));
    let data = dir.path().join("data");
    let said = import(&data, &file, &[]).well();
    let lines: Vec<&str> = said.lines().collect();
    for (line, words) in [
        ("line 3: ", "no start or no end"),
        ("line 4: ", "before it begins"),
        ("line 5: ", "`tomorrow`"),
        ("line 6: ", "not a row"),
    ] {
        assert!(
            lines.iter().any(|said| said.starts_with(line) && said.contains(words)),
            "{line}{words}: {said}"
        );
    }
    assert!(said.contains("2 usable rows: 2 new, 0 updated, 0 unchanged"), "{said}");
    assert!(said.contains("4 could not be used"), "{said}");
    assert_eq!(rows(&data, "exposure_site"), 2);
}

#[test]
fn a_file_without_a_needed_column_is_refused_by_the_columns_name_and_makes_no_store() {
    let (dir, file) = written("id,Event,ExposureType,Location,City,Start\na,b,c,d,e,f\n");
    let data = dir.path().join("data");
    import(&data, &file, &[]).refuses_with(&["sites.csv", "no column `End`"]);
    assert!(!data.exists(), "nothing was made");
}

#[test]
fn what_is_no_csv_at_all_is_refused_by_its_name() {
    let texts: [&[u8]; 4] = [b"", b"\x89PNG\r\n\x1a\n\0\0\0", b"{\"id\": 1}", b"PK\x03\x04\xff\xfe"];
    for text in texts {
        let (dir, file) = written(text);
        let data = dir.path().join("data");
        import(&data, &file, &[]).refuses_with(&["sites.csv"]);
        assert!(!data.exists(), "nothing was made");
    }
    let dir = tempfile::tempdir().expect("a directory");
    import(dir.path(), &dir.path().join("absent.csv"), &[]).refuses_with(&["absent.csv"]);
    import(dir.path(), dir.path(), &[]).refuses_with(&[dir.path().to_str().expect("text")]);
}

#[test]
fn a_zone_that_is_none_is_refused() {
    let (dir, file) = written(HEADER);
    import(dir.path(), &file, &["--zone", "Pacific/Atlantis"])
        .refuses_with(&["Pacific/Atlantis", "no time zone"]);
}

/// New Zealand's own file, beside the checkout. Its licence keeps it out of the project.
fn published() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let file = shared.join("nz-locations-of-interest/nz_loi_union.csv");
    if file.exists() {
        return Some(file);
    }
    assert!(std::env::var_os("CI").is_none(), "{} is missing", file.display());
    eprintln!("SKIPPED: {} is not there", file.display());
    None
}

#[test]
fn the_published_locations_of_interest_are_imported_once_however_often_they_are_imported() {
    let Some(file) = published() else { return };
    let dir = tempfile::tempdir().expect("a directory");
    let first: Value = serde_json::from_str(&import(dir.path(), &file, &["--json"]).well()).expect("JSON");
    assert_eq!(first["usable"], 3_981, "{first}");
    let bad = first["bad"].as_array().expect("a list");
    assert_eq!(bad.len(), 9, "{bad:?}");
    let reasons = |word: &str| bad.iter().filter(|row| row["reason"].to_string().contains(word)).count();
    assert_eq!((reasons("no-times"), reasons("ends-before-it-begins")), (8, 1), "{bad:?}");
    assert!(bad.iter().all(|row| row["line"].as_u64().is_some_and(|line| line > 1)), "{bad:?}");
    let held = rows(dir.path(), "exposure_site");
    assert_eq!(first["added"], held);

    let second: Value = serde_json::from_str(&import(dir.path(), &file, &["--json"]).well()).expect("JSON");
    assert_eq!((&second["added"], &second["updated"]), (&Value::from(0), &Value::from(0)), "{second}");
    assert_eq!(second["unchanged"], 3_981);
    assert_eq!(rows(dir.path(), "exposure_site"), held);
}

//! The real published file, where it lies beside the checkout.

#![allow(clippy::unwrap_used, reason = "a test ends where it cannot go on")]

use jiff::tz::TimeZone;
use kangma_service::exposure_file::{BadRowReason, ExposureFile};
use std::{collections::HashSet, fs::File, path::PathBuf};

/// The shared folder beside the checkout. Missing, a test says so and is skipped, but never in CI.
fn shared(path: &str) -> Option<PathBuf> {
    let file = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared")).join(path);
    if file.exists() {
        return Some(file);
    }
    #[allow(clippy::disallowed_methods, reason = "a test may ask whether it runs in CI")]
    let ci = std::env::var("CI").is_ok();
    assert!(!ci, "{} is missing, and CI must have it", file.display());
    eprintln!("SKIPPED: {} is not here; this test needs it", file.display());
    None
}

#[test]
fn the_published_file_has_3981_usable_rows_and_9_that_are_reported() {
    let Some(path) = shared("data/nz-locations-of-interest/nz_loi_union.csv") else { return };
    let zone = TimeZone::get("Pacific/Auckland").unwrap();
    let file = ExposureFile::read(File::open(path).unwrap(), &zone).unwrap();
    assert_eq!(file.rows.len(), 3_981);
    let count = |reason: &BadRowReason| file.bad.iter().filter(|bad| bad.reason == *reason).count();
    assert_eq!(count(&BadRowReason::NoTimes), 8);
    assert_eq!(count(&BadRowReason::EndsBeforeItBegins), 1);
    assert_eq!(file.bad.len(), 9);
    let keys: HashSet<_> = file.rows.iter().map(|row| &row.key).collect();
    assert_eq!(keys.len(), file.rows.len(), "every row has a key of its own");
    assert!(file.bad.iter().all(|bad| bad.line > 1));
}

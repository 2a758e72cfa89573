//! How fast the store is on this machine, durably: for `script/bench`.

mod yardstick;

pub use yardstick::Yardstick;

use crate::{FieldKeys, NewEvidence, NewVisit, Options, Person, PersonKind, Store, StoreError, VisitOutcome};
use kangma_core::{Assurance, Day, Direction, Kind, Number, PersonId, PointId, Standing, Time, Visit};
use std::{io::Write, time::Instant};

/// A figure could not be measured.
#[derive(Debug, thiserror::Error)]
#[error("the store could not be measured: {0}")]
pub struct NotMeasured(String);

fn failed<E: std::fmt::Display>(error: E) -> NotMeasured {
    NotMeasured(error.to_string())
}

fn scan(n: u64) -> NewVisit {
    let visit = Visit {
        person: PersonId(n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 1),
        point: PointId(n % 300),
        at: Time(1_600_000_000_000 + n.cast_signed()),
        direction: if n.is_multiple_of(2) { Direction::In } else { Direction::Out },
        assurance: Assurance::DeviceBound,
    };
    NewVisit {
        day: Day(18_500),
        visit,
        gate: Some(crate::GateId(n % 300)),
        checker: None,
        outcome: VisitOutcome::Pass,
        standing: Some(Standing::Green),
        purpose: None,
        emergency: false,
        offline: false,
    }
}

fn rate(count: u64, since: Instant) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / since.elapsed().as_secs_f64()
}

fn store() -> Result<(tempfile::TempDir, Store), NotMeasured> {
    let dir = tempfile::tempdir().map_err(failed)?;
    let keys = FieldKeys::generate().map_err(failed)?;
    let store = Store::open(dir.path(), keys, Options::default()).map_err(failed)?;
    Ok((dir, store))
}

/// Records of 64 bytes a second that a bare file takes with `fdatasync` after every `batch`: the limit of this disk.
///
/// # Errors
/// The file cannot be written.
pub fn bare_appends(batch: u64, total: u64) -> Result<f64, NotMeasured> {
    let mut file = tempfile::tempfile().map_err(failed)?;
    let bytes = vec![7; usize::try_from(batch * 64).map_err(failed)?];
    let begun = Instant::now();
    for _ in 0..total / batch.max(1) {
        file.write_all(&bytes).map_err(failed)?;
        file.sync_data().map_err(failed)?;
    }
    Ok(rate(total, begun))
}

/// Visits a second that one caller appends durably, `batch` of them in each act.
///
/// # Errors
/// The store failed.
pub fn appended_visits(batch: u64, total: u64) -> Result<f64, NotMeasured> {
    let (_dir, store) = store()?;
    let begun = Instant::now();
    for first in (0..total).step_by(usize::try_from(batch.max(1)).map_err(failed)?) {
        let act = move |w: &mut crate::Writer<'_>| {
            (first..total.min(first + batch)).try_for_each(|n| w.add_visit(&scan(n)).map(drop))
        };
        store.write_blocking::<_, StoreError, _>(act).map_err(failed)?;
    }
    Ok(rate(total, begun))
}

/// Acts a second of one visit each that `callers` at a time bring, durably, and how many acts a commit carried.
///
/// # Errors
/// The store failed.
pub fn grouped_acts(callers: u64, total: u64) -> Result<(f64, f64), NotMeasured> {
    let (_dir, store) = store()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().map_err(failed)?;
    let begun = Instant::now();
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let store = store.clone();
            runtime.spawn(async move {
                for n in (caller..total).step_by(usize::try_from(callers).unwrap_or(1)) {
                    store.write::<_, StoreError, _>(move |w| w.add_visit(&scan(n))).await.map_err(failed)?;
                }
                Ok::<_, NotMeasured>(())
            })
        })
        .collect();
    for task in tasks {
        runtime.block_on(task).map_err(failed)??;
    }
    let counts = store.counts();
    let ratio = |n: u64| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    Ok((rate(total, begun), ratio(counts.acts) / ratio(counts.commits.max(1))))
}

/// Persons a second whose ten items of evidence are read, one snapshot each.
///
/// # Errors
/// The store failed.
pub fn read_evidence(persons: u64) -> Result<f64, NotMeasured> {
    let (_dir, store) = store()?;
    let fill = move |w: &mut crate::Writer<'_>| {
        for id in 1..=persons {
            let person = PersonId(id);
            w.add_person(&Person::new(person, PersonKind::AccountHolder, Time(0)))?;
            for _ in 0..10 {
                let item = NewEvidence::new(person, Kind::CheckIn, Time(0), "self")
                    .with("temperature", Number(36_600))
                    .with("cough", false);
                w.add_evidence(item, Time(1))?;
            }
        }
        Ok(())
    };
    store.write_blocking::<_, StoreError, _>(fill).map_err(failed)?;
    let begun = Instant::now();
    for id in 1..=persons {
        store.read_blocking(|r| r.evidence_of(PersonId(id))).map_err(|error: StoreError| failed(error))?;
    }
    Ok(rate(persons, begun))
}

/// Visits a second that are streamed out of the log, and those that a search for one person passes over.
///
/// # Errors
/// The store failed.
pub fn streamed_visits(total: u64) -> Result<(f64, f64), NotMeasured> {
    let (_dir, store) = store()?;
    let fill = move |w: &mut crate::Writer<'_>| (0..total).try_for_each(|n| w.add_visit(&scan(n)).map(drop));
    store.write_blocking::<_, StoreError, _>(fill).map_err(failed)?;
    let days = Day(18_500)..Day(18_501);
    let begun = Instant::now();
    let each = |r: &crate::Reader<'_>| r.each_visit(days.clone(), |_| Ok::<_, StoreError>(()));
    store.read_blocking(each).map_err(failed)?;
    let streamed = rate(total, begun);
    let begun = Instant::now();
    let search = |r: &crate::Reader<'_>| r.visits_of(PersonId(1), days.clone());
    store.read_blocking::<_, StoreError, _>(search).map_err(failed)?;
    Ok((streamed, rate(total, begun)))
}

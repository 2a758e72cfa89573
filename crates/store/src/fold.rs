//! Folding the log into the database beside the writer, so that an act does not wait for it.

use crate::{error::StoreError, open};
use rusqlite::{Connection, hooks::Wal};
use std::{path::Path, sync::mpsc, thread::JoinHandle};

/// After so many more pages of log it is folded in, beside the writer.
const BESIDE: i32 = 4_000;
/// A log of so many pages (128 MiB) has to begin anew: the writer itself folds in the little that came meanwhile.
const MOST: i32 = 32_000;

/// The thread that folds.
pub(crate) struct Folding(JoinHandle<()>);

impl Folding {
    /// Begins for the connection that writes to the store in `dir`.
    pub(crate) fn begin(writer: &mut Connection, dir: &Path) -> Result<Self, StoreError> {
        let beside = open::folding(dir)?;
        let (wake, woken) = mpsc::sync_channel(1);
        let fold = move || {
            while woken.recv().is_ok() {
                if let Err(error) = beside.execute_batch("PRAGMA wal_checkpoint(PASSIVE)") {
                    tracing::warn!(%error, "the store's log could not be folded in; it will be later");
                }
            }
        };
        let thread = std::thread::Builder::new().name("store-folder".to_owned()).spawn(fold);
        let thread = thread.map_err(|error| StoreError::Broken(error.to_string()))?;
        let mut told = 0;
        writer.wal_hook(Some(move |log: &mut Wal, pages: i32| {
            // Fewer than before: the log began anew.
            told = if pages < told { 0 } else { told };
            if pages >= MOST {
                // Busy while the other folds, which is woken no more until the log has begun anew. The act is durable either
                // way, and the next one tries again.
                log.checkpoint().unwrap_or_default();
            } else if pages - told >= BESIDE {
                told = pages;
                // Woken already: what came since is folded in with it.
                wake.try_send(()).unwrap_or_default();
            }
            Ok(())
        }))?;
        Ok(Self(thread))
    }

    /// Ends, and waits until what was begun is done.
    pub(crate) fn end(self, writer: &mut Connection) -> Result<(), StoreError> {
        writer.wal_hook(None::<fn(&mut Wal, i32) -> rusqlite::Result<()>>)?;
        self.0.join().map_err(|_| StoreError::Panicked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{FieldKeys, Options, Person, PersonKind, Store};
    use kangma_core::{PersonId, Time};

    #[test]
    fn a_log_is_folded_in_while_the_store_is_open_and_does_not_grow_for_ever() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), FieldKeys::generate().unwrap(), Options::default()).unwrap();
        let size = |name: &str| std::fs::metadata(dir.path().join(name)).unwrap().len();
        let page = 4_096 + 24;
        let pages = |log: i32| u64::try_from(log).unwrap() * page;
        // 250 pages each, written twice over as many as a log may have.
        for id in 1..=256 {
            let name = "x".repeat(1_000_000);
            let person = Person {
                name: Some(name.into()),
                ..Person::new(PersonId(id), PersonKind::AccountHolder, Time(0))
            };
            store.write_blocking(move |w| w.add_person(&person)).unwrap();
        }
        assert!(size("kangma.sqlite") > pages(MOST), "{}", size("kangma.sqlite"));
        assert!(size("kangma.sqlite-wal") < pages(MOST + BESIDE), "{}", size("kangma.sqlite-wal"));
        drop(store);
        assert!(!dir.path().join("kangma.sqlite-wal").exists(), "closed, there is no log");
    }
}

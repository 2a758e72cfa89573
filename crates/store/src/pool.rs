//! Connections for reading: one snapshot each, none of them waits for the writer.

use crate::{FieldKeys, error::StoreError, open, reader::Reader};
use rusqlite::Connection;
use std::{
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

pub(crate) struct Pool {
    dir: PathBuf,
    keys: FieldKeys,
    keep: usize,
    idle: Mutex<Vec<Connection>>,
}

impl Pool {
    pub(crate) fn new(dir: &Path, keys: FieldKeys, keep: usize) -> Self {
        Self { dir: dir.to_owned(), keys, keep, idle: Mutex::new(Vec::new()) }
    }

    pub(crate) fn read<T, E: From<StoreError>>(
        &self,
        look: impl FnOnce(&Reader<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let connection = self.take()?;
        let begun = connection.unchecked_transaction().map_err(StoreError::from)?;
        let found = look(&Reader { connection: &begun, keys: &self.keys });
        // Nothing was written: ending the snapshot either way is the same.
        begun.finish().map_err(StoreError::from)?;
        self.give_back(connection);
        found
    }

    /// Closes what nobody uses.
    pub(crate) fn empty(&self) {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn take(&self) -> Result<Connection, StoreError> {
        let idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| open::reading(&self.dir), Ok)
    }

    fn give_back(&self, connection: Connection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.keep {
            idle.push(connection);
        }
    }
}

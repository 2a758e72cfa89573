//! Writing: one act at a time, whole or not at all.

use crate::{
    error::StoreError,
    fault::{Faults, WriteMoment},
    moment::{Moment, Moments},
    reader::{Params, Reader, plain},
    row::Row,
};
use kangma_core::{Day, PersonId, Time};
use rusqlite::{params_from_iter, types::ToSqlOutput};
use std::{collections::HashMap, ops::Deref};

/// What the one writer remembers between acts.
pub(crate) struct Desk {
    pub(crate) last_stamp: Time,
    /// The next number of a visit, by day. Numbers of acts that failed are left out, never used twice.
    pub(crate) next_visit: HashMap<Day, u64>,
    /// The next number of a row, by table. Asking the table for its greatest costs as much as adding a row.
    pub(crate) next_row: HashMap<&'static str, u64>,
    pub(crate) moments: Moments,
    pub(crate) faults: Faults,
}

/// The store as one act sees it: everything committed, what the acts before it in the group did, and its own.
pub struct Writer<'c> {
    pub(crate) reader: Reader<'c>,
    pub(crate) desk: &'c mut Desk,
}

impl<'c> Deref for Writer<'c> {
    type Target = Reader<'c>;
    fn deref(&self) -> &Reader<'c> {
        &self.reader
    }
}

impl Writer<'_> {
    /// The time to write down for what is recorded now: `now`, or one millisecond after the last stamp of this store when
    /// the clock has not moved on. Strictly increasing, so that "as known at" is exact.
    ///
    /// Take one for an act, not one for a row: a thousand a second keep up with the clock.
    pub fn stamp(&mut self, now: Time) -> Time {
        self.desk.last_stamp = now.max(Time(self.desk.last_stamp.0.saturating_add(1)));
        self.desk.last_stamp
    }

    /// The newest stamp that an act of this store took, this group's among them.
    #[must_use]
    pub fn last_stamp(&self) -> Time {
        self.desk.last_stamp
    }

    /// This act among the others. Whoever begins to read when it is durable sees everything up to it.
    #[must_use]
    pub fn moment(&self) -> Moment {
        self.desk.moments.now()
    }

    /// Whether somebody's evidence, standing, own data or guardians may have been written after that act.
    #[must_use]
    pub fn written_after(&self, moment: Moment, person: PersonId) -> bool {
        self.desk.moments.written_after(moment, person)
    }

    /// Runs one statement and says how many rows it touched.
    pub(crate) fn run(&mut self, sql: &str, params: Params<'_>) -> Result<usize, StoreError> {
        self.run_values(sql, plain(params))
    }

    pub(crate) fn run_values<'v>(
        &mut self,
        sql: &str,
        values: impl Iterator<Item = ToSqlOutput<'v>>,
    ) -> Result<usize, StoreError> {
        let touched = self.reader.connection.prepare_cached(sql)?.execute(params_from_iter(values))?;
        self.desk.faults.pass(WriteMoment::AfterStatement);
        Ok(touched)
    }

    /// Adds a row under the next number.
    pub(crate) fn add<R: Row>(&mut self, make: impl FnOnce(u64) -> R) -> Result<R, StoreError> {
        let row = make(self.next_number(R::TABLE, Self::greatest_key::<R>)?);
        self.insert(&row)?;
        Ok(row)
    }

    /// The next number of a table: above the `greatest` there is, and above those that this process gave.
    pub(crate) fn next_number(
        &mut self,
        table: &'static str,
        greatest: impl FnOnce(&Self) -> Result<u64, StoreError>,
    ) -> Result<u64, StoreError> {
        let number = match self.desk.next_row.get(table) {
            Some(next) => *next,
            None => greatest(self)? + 1,
        };
        self.desk.next_row.insert(table, number + 1);
        Ok(number)
    }

    fn greatest_key<R: Row>(&self) -> Result<u64, StoreError> {
        let sql = format!("SELECT max(\"{}\") FROM {}", R::COLUMNS[0], R::TABLE);
        Ok(self.value::<Option<u64>>(&sql, &[])?.flatten().unwrap_or(0))
    }

    pub(crate) fn insert<R: Row>(&mut self, row: &R) -> Result<(), StoreError> {
        self.put(R::INSERT, row)
    }

    /// Adds the row, or puts it in the place of the one with its key.
    pub(crate) fn replace<R: Row>(&mut self, row: &R) -> Result<(), StoreError> {
        self.put(R::REPLACE, row)
    }

    fn put<R: Row>(&mut self, sql: &str, row: &R) -> Result<(), StoreError> {
        let values = row.values(self.reader.keys)?;
        self.run_values(sql, values.into_iter()).map(drop)
    }

    /// Writes every column of a row that is there.
    pub(crate) fn save<R: Row>(&mut self, row: &R) -> Result<(), StoreError> {
        let set: Vec<_> = R::COLUMNS.iter().map(|column| format!("\"{column}\" = ?")).collect();
        let sql = format!("UPDATE {} SET {} WHERE \"{}\" = ?", R::TABLE, set.join(", "), R::COLUMNS[0]);
        let mut values = row.values(self.reader.keys)?;
        values.push(row.key());
        match self.run_values(&sql, values.into_iter())? {
            0 => Err(StoreError::Missing(R::TABLE)),
            _ => Ok(()),
        }
    }
}

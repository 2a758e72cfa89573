//! Visits: an append-only log by day, without secondary indexes.
//!
//! A visit's number carries its day in the upper bits, so that the primary key alone gives whole days in the order of
//! writing: to stream (the presence index in memory is built so), and to drop. Asking the log for one person or one
//! point passes over the days asked for, some 0.15 s a million visits (`measure::streamed_visits`). The presence index
//! answers that in memory; the log is asked where it cannot: for outcomes, purposes and checkers.

use crate::{
    Reader, StoreError, Writer,
    ids::{AccountId, Digest, GateId, VisitId},
    reader::{Params, plain},
    row::{Plain, words},
};
use kangma_core::{Assurance, Day, Direction, PersonId, PointId, Standing, Time, Visit};
use rusqlite::{params_from_iter, types::ValueRef};
use std::ops::Range;

/// Bits of a visit's number below its day.
const NUMBER_BITS: u32 = 40;

words! {
    /// What the gate was told.
    pub enum VisitOutcome {
        /// Pass.
        Pass = "pass",
        /// Pass, and register.
        PassAndRegister = "pass-and-register",
        /// Stop.
        Stop = "stop",
        /// Cannot tell.
        CannotTell = "cannot-tell",
    }
}

/// A scan to be written down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewVisit {
    /// The calendar day it belongs to, in the city's zone.
    pub day: Day,
    /// Who, where, when, which way, how far proven.
    pub visit: Visit,
    /// The gate.
    pub gate: Option<GateId>,
    /// The checker.
    pub checker: Option<AccountId>,
    /// What the gate was told.
    pub outcome: VisitOutcome,
    /// The standing it was told with.
    pub standing: Option<Standing>,
    /// What the person came for, as the policy's gate table words it.
    pub purpose: Option<String>,
    /// An emergency was let pass.
    pub emergency: bool,
    /// The gate decided alone, without the store.
    pub offline: bool,
}

/// A scan in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedVisit {
    /// Its number.
    pub id: VisitId,
    /// What was written down.
    pub scan: NewVisit,
    /// Whether the checker said afterwards that it was a mistake.
    pub wrong_scan: bool,
}

const COLUMNS: &str = "visit.id, person, point, visit.at, direction, assurance, gate, checker, outcome, standing, \
    purpose, flags, wrong_scan.visit IS NOT NULL";
const EMERGENCY: u8 = 1;
const OFFLINE: u8 = 2;

/// A word of a closed list as one byte: its place in the list.
fn code<T: PartialEq>(all: &[T], word: &T) -> u32 {
    all.iter().position(|one| one == word).and_then(|at| u32::try_from(at).ok()).unwrap_or(u32::MAX)
}

fn decode<T: Copy>(all: &[T], value: ValueRef<'_>) -> Option<T> {
    all.get(usize::from_plain(value)?).copied()
}

impl VisitId {
    /// The day it belongs to.
    #[must_use]
    pub fn day(self) -> Day {
        Day(i32::try_from(self.0 >> NUMBER_BITS).unwrap_or(i32::MAX))
    }

    /// The number before all numbers of a day.
    #[must_use]
    pub fn floor(day: Day) -> Self {
        Self(u64::try_from(day.0).unwrap_or(0) << NUMBER_BITS)
    }
}

fn logged(row: &rusqlite::Row<'_>) -> Result<LoggedVisit, StoreError> {
    let read = |at| row.get_ref(at).unwrap_or(ValueRef::Null);
    let found = || {
        let id = VisitId::from_plain(read(0))?;
        let flags = u8::try_from(u32::from_plain(read(11))?).ok()?;
        let visit = Visit {
            person: PersonId::from_plain(read(1))?,
            point: PointId::from_plain(read(2))?,
            at: Time::from_plain(read(3))?,
            direction: decode(Direction::ALL, read(4))?,
            assurance: decode(Assurance::ALL, read(5))?,
        };
        let standing = match read(9) {
            ValueRef::Null => None,
            value => Some(decode(Standing::ALL, value)?),
        };
        let scan = NewVisit {
            day: id.day(),
            visit,
            gate: Option::from_plain(read(6))?,
            checker: Option::from_plain(read(7))?,
            outcome: decode(VisitOutcome::ALL, read(8))?,
            standing,
            purpose: Option::from_plain(read(10))?,
            emergency: flags & EMERGENCY != 0,
            offline: flags & OFFLINE != 0,
        };
        Some(LoggedVisit { id, scan, wrong_scan: bool::from_plain(read(12))? })
    };
    found().ok_or_else(|| StoreError::Corrupt("visit".to_owned()))
}

impl Reader<'_> {
    /// Streams the visits of whole days, in the order of writing within each day.
    ///
    /// # Errors
    /// What `visit` refuses, and a failing store.
    pub fn each_visit<E: From<StoreError>>(
        &self,
        days: Range<Day>,
        visit: impl FnMut(LoggedVisit) -> Result<(), E>,
    ) -> Result<(), E> {
        let (from, until) = (VisitId::floor(days.start), VisitId::floor(days.end));
        self.scan("visit.id >= ? AND visit.id < ? ORDER BY visit.id", &[&from, &until], visit)
    }

    /// Streams the visits of one day from a number on, in the order of writing.
    ///
    /// # Errors
    /// What `visit` refuses, and a failing store.
    pub fn each_visit_since<E: From<StoreError>>(
        &self,
        since: VisitId,
        visit: impl FnMut(LoggedVisit) -> Result<(), E>,
    ) -> Result<(), E> {
        let until = VisitId::floor(since.day().plus(1));
        self.scan("visit.id >= ? AND visit.id < ? ORDER BY visit.id", &[&since, &until], visit)
    }

    /// The newest visit of each day that has any.
    ///
    /// # Errors
    /// The store failed.
    pub fn newest_visits(&self, days: Range<Day>) -> Result<Vec<LoggedVisit>, StoreError> {
        let mut newest = Vec::new();
        for day in (days.start.0..days.end.0).map(Day) {
            let bounds: Params<'_> = &[&VisitId::floor(day), &VisitId::floor(day.plus(1))];
            self.scan("visit.id >= ? AND visit.id < ? ORDER BY visit.id DESC LIMIT 1", bounds, |visit| {
                newest.push(visit);
                Ok::<_, StoreError>(())
            })?;
        }
        Ok(newest)
    }

    /// The visits of whole days that were marked as mistakes.
    ///
    /// # Errors
    /// The store failed.
    pub fn wrong_scans(&self, days: Range<Day>) -> Result<Vec<LoggedVisit>, StoreError> {
        let (from, until) = (VisitId::floor(days.start), VisitId::floor(days.end));
        let marked = "SELECT visit FROM wrong_scan WHERE visit >= ? AND visit < ? ORDER BY visit";
        let marked: Vec<VisitId> = self.list(marked, &[&from, &until])?;
        marked.into_iter().filter_map(|id| self.visit(id).transpose()).collect()
    }

    /// The visits of a person on whole days. Scans those days: see the top of this file for what that costs.
    ///
    /// # Errors
    /// The store failed.
    pub fn visits_of(&self, person: PersonId, days: Range<Day>) -> Result<Vec<LoggedVisit>, StoreError> {
        let (from, until) = (VisitId::floor(days.start), VisitId::floor(days.end));
        let mut found = Vec::new();
        self.scan(
            "visit.id >= ? AND visit.id < ? AND person = ? ORDER BY visit.id",
            &[&from, &until, &person],
            |visit| {
                found.push(visit);
                Ok::<_, StoreError>(())
            },
        )?;
        Ok(found)
    }

    /// The visitor ledger: the next `most` visits of a point on a day before `before`, newest first. Scans the day.
    ///
    /// # Errors
    /// The store failed.
    pub fn visits_at(
        &self,
        point: PointId,
        day: Day,
        before: Option<VisitId>,
        most: usize,
    ) -> Result<Vec<LoggedVisit>, StoreError> {
        let until = before.unwrap_or_else(|| VisitId::floor(day.plus(1)));
        let mut found = Vec::new();
        self.scan(
            "visit.id >= ? AND visit.id < ? AND point = ? ORDER BY visit.id DESC LIMIT ?",
            &[&VisitId::floor(day), &until, &point, &most],
            |visit| {
                found.push(visit);
                Ok::<_, StoreError>(())
            },
        )?;
        Ok(found)
    }

    /// One visit.
    ///
    /// # Errors
    /// The store failed.
    pub fn visit(&self, id: VisitId) -> Result<Option<LoggedVisit>, StoreError> {
        let mut found = None;
        self.scan("visit.id = ?", &[&id], |visit| {
            found = Some(visit);
            Ok::<_, StoreError>(())
        })?;
        Ok(found)
    }

    /// The visit that a gate handed in under a key, where it did.
    ///
    /// # Errors
    /// The store failed.
    pub fn handed_in(&self, key: Digest) -> Result<Option<VisitId>, StoreError> {
        self.value("SELECT visit FROM handed_in WHERE key = ?", &[&key])
    }

    /// How many visits there are on whole days.
    ///
    /// # Errors
    /// The store failed.
    pub fn visit_count(&self, days: Range<Day>) -> Result<u64, StoreError> {
        let (from, until) = (VisitId::floor(days.start), VisitId::floor(days.end));
        Ok(self.value("SELECT count(*) FROM visit WHERE id >= ? AND id < ?", &[&from, &until])?.unwrap_or(0))
    }

    /// The first and the last day that have visits.
    ///
    /// # Errors
    /// The store failed.
    pub fn visit_days(&self) -> Result<Option<(Day, Day)>, StoreError> {
        let first: Option<VisitId> = self.value("SELECT min(id) FROM visit", &[])?.flatten();
        let last: Option<VisitId> = self.value("SELECT max(id) FROM visit", &[])?.flatten();
        Ok(first.zip(last).map(|(first, last)| (first.day(), last.day())))
    }

    fn scan<E: From<StoreError>>(
        &self,
        which: &str,
        params: Params<'_>,
        mut visit: impl FnMut(LoggedVisit) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!(
            "SELECT {COLUMNS} FROM visit LEFT JOIN wrong_scan ON wrong_scan.visit = visit.id WHERE {which}"
        );
        let mut statement = self.connection.prepare_cached(&sql).map_err(StoreError::from)?;
        let mut rows = statement.query(params_from_iter(plain(params))).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            visit(logged(row)?)?;
        }
        Ok(())
    }
}

impl Writer<'_> {
    /// Writes a scan down.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_visit(&mut self, scan: &NewVisit) -> Result<VisitId, StoreError> {
        let id = self.next_visit(scan.day)?;
        let flags =
            u32::from(if scan.emergency { EMERGENCY } else { 0 } | if scan.offline { OFFLINE } else { 0 });
        self.run(
            "INSERT INTO visit (id, person, point, at, direction, assurance, gate, checker, outcome, standing, \
             purpose, flags) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            &[
                &id,
                &scan.visit.person,
                &scan.visit.point,
                &scan.visit.at,
                &code(Direction::ALL, &scan.visit.direction),
                &code(Assurance::ALL, &scan.visit.assurance),
                &scan.gate,
                &scan.checker,
                &code(VisitOutcome::ALL, &scan.outcome),
                &scan.standing.map(|standing| code(Standing::ALL, &standing)),
                &scan.purpose,
                &flags,
            ],
        )?;
        Ok(id)
    }

    /// Writes down a scan that a gate made without network, once: nothing when it was handed in under that key before.
    ///
    /// # Errors
    /// The store failed.
    pub fn hand_in_visit(&mut self, key: Digest, scan: &NewVisit) -> Result<Option<VisitId>, StoreError> {
        if self.handed_in(key)?.is_some() {
            return Ok(None);
        }
        let id = self.add_visit(scan)?;
        self.run("INSERT INTO handed_in (key, visit) VALUES (?, ?)", &[&key, &id])?;
        Ok(Some(id))
    }

    /// Marks a scan as a mistake. Whether it had not been before.
    ///
    /// # Errors
    /// The store failed.
    pub fn mark_wrong_scan(
        &mut self,
        visit: VisitId,
        at: Time,
        by: Option<AccountId>,
    ) -> Result<bool, StoreError> {
        let sql = "INSERT INTO wrong_scan (visit, at, account) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
        Ok(self.run(sql, &[&visit, &at, &by])? > 0)
    }

    /// Drops up to `most` visits of days before `day`, oldest first, with what hangs on them. How many went.
    ///
    /// # Errors
    /// The store failed.
    pub fn drop_visits(&mut self, day: Day, most: usize) -> Result<usize, StoreError> {
        let until = VisitId::floor(day);
        let last = "SELECT max(id) FROM (SELECT id FROM visit WHERE id < ? ORDER BY id LIMIT ?)";
        let last: Option<VisitId> = self.value(last, &[&until, &most])?.flatten();
        let Some(last) = last else { return Ok(0) };
        self.run("DELETE FROM wrong_scan WHERE visit <= ?", &[&last])?;
        self.run("DELETE FROM handed_in WHERE visit <= ?", &[&last])?;
        self.run("DELETE FROM visit WHERE id <= ?", &[&last])
    }

    fn next_visit(&mut self, day: Day) -> Result<VisitId, StoreError> {
        let next = match self.desk.next_visit.get(&day) {
            Some(next) => *next,
            None => {
                let (from, until) = (VisitId::floor(day), VisitId::floor(day.plus(1)));
                let last = "SELECT max(id) FROM visit WHERE id >= ? AND id < ?";
                let last: Option<u64> = self.value(last, &[&from, &until])?.flatten();
                last.map_or(from.0 + 1, |last| last + 1)
            }
        };
        self.desk.next_visit.insert(day, next + 1);
        Ok(VisitId(next))
    }
}

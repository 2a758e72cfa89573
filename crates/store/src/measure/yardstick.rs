//! The yardstick for who met whom: SQLite with two covering B-trees and plain SQL.

use super::{NotMeasured, failed};
use rusqlite::{Connection, params};
use std::path::Path;

/// Presences in SQLite: person, point, from, until, each by person and by point.
#[derive(Debug)]
pub struct Yardstick(Connection);

/// Who met one person for long enough without a break. How long the longest stay at each point is, is told beside it, so
/// that the B-tree by point is searched no further back than it has to be.
const CONTACTS: &str = "
    SELECT b.person, COUNT(*), SUM(MIN(a.u, b.u, ?3) - MAX(a.f, b.f, ?2)) AS together
    FROM visit a JOIN point p ON p.point = a.point
    JOIN visit b ON b.point = a.point AND b.f < a.u AND b.f > a.f - p.longest AND b.u > a.f
    WHERE a.person = ?1 AND a.f < ?3 AND a.u > ?2 AND b.person <> a.person
      AND MIN(a.u, b.u, ?3) - MAX(a.f, b.f, ?2) >= ?4
    GROUP BY b.person";

impl Yardstick {
    /// Opens what an earlier run kept, or builds it from what `rows` gives: person, point, from, until.
    ///
    /// # Errors
    /// The disk is full, or something of that kind.
    pub fn open(path: &Path, rows: impl FnOnce(&mut dyn FnMut([u32; 4]))) -> Result<Self, NotMeasured> {
        if path.exists() {
            return Ok(Self(Connection::open(path).map_err(failed)?));
        }
        let building = path.with_extension("building");
        if building.exists() {
            std::fs::remove_file(&building).map_err(failed)?;
        }
        let built = Self(Connection::open(&building).map_err(failed)?);
        built.build(rows)?;
        drop(built);
        std::fs::rename(&building, path).map_err(failed)?;
        Ok(Self(Connection::open(path).map_err(failed)?))
    }

    fn build(&self, rows: impl FnOnce(&mut dyn FnMut([u32; 4]))) -> Result<(), NotMeasured> {
        let Self(db) = self;
        db.execute_batch(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
             CREATE TABLE visit(person INT, point INT, f INT, u INT);
             BEGIN;",
        )
        .map_err(failed)?;
        let mut insert = db.prepare("INSERT INTO visit VALUES (?1, ?2, ?3, ?4)").map_err(failed)?;
        let mut outcome = Ok(());
        rows(&mut |[person, point, from, until]| {
            if outcome.is_ok() {
                outcome = insert.execute(params![person, point, from, until]).map(drop);
            }
        });
        outcome.map_err(failed)?;
        drop(insert);
        db.execute_batch(
            "COMMIT;
             CREATE INDEX by_person ON visit(person, f, u, point);
             CREATE INDEX by_point ON visit(point, f, u, person);
             CREATE TABLE point(point INTEGER PRIMARY KEY, longest INT);
             INSERT INTO point SELECT point, MAX(u - f) FROM visit GROUP BY point;
             ANALYZE;",
        )
        .map_err(failed)
    }

    /// How many people met one person within `[from, until)` for at least so many seconds without a break.
    ///
    /// # Errors
    /// SQLite failed.
    pub fn contacts(&self, person: u32, [from, until]: [u32; 2], seconds: u32) -> Result<u64, NotMeasured> {
        let mut statement = self.0.prepare_cached(CONTACTS).map_err(failed)?;
        let mut found = statement.query(params![person, from, until, seconds]).map_err(failed)?;
        let mut people = 0;
        while found.next().map_err(failed)?.is_some() {
            people += 1;
        }
        Ok(people)
    }
}

//! Collection points, their gates and checkers, and which points are somebody's home or place of isolation.

use crate::{
    Reader, StoreError, Writer,
    ids::{AccountId, Digest, GateId},
    row::{row, words},
};
use kangma_core::{PersonId, PointId, Time};
use std::sync::Arc;

words! {
    /// Which ways a point records.
    pub enum Passage {
        /// In and out.
        Both = "both",
        /// Only in.
        In = "in",
        /// Only out.
        Out = "out",
    }
}

words! {
    /// How far a point has come.
    pub enum PointState {
        /// Registered, waiting for approval.
        Registered = "registered",
        /// In use.
        Approved = "approved",
        /// In use no longer.
        Closed = "closed",
    }
}

words! {
    /// What stands or sits at a gate.
    pub enum GateKind {
        /// A device.
        Device = "device",
        /// A checker with a phone.
        Checker = "checker",
    }
}

words! {
    /// What a point is to a person.
    pub enum PlaceKind {
        /// Where they live.
        Home = "home",
        /// Where they are isolated.
        Isolation = "isolation",
    }
}

row! {
    /// A collection point.
    pub struct Point in "point" {
        /// Its number.
        id: PointId,
        /// Its kind, as policies write it.
        kind: Arc<str>,
        /// What it is called.
        name: String,
        /// Where it is.
        address: Option<String>,
        /// The district whose officers run it.
        district: String,
        /// The division (GB/T 2260) it lies in, as risk areas name theirs.
        division: String,
        /// Which ways it records.
        passage: Passage,
        /// How far it has come.
        state: PointState,
        /// The account of who runs it.
        manager: Option<AccountId>,
        /// When it was registered.
        registered_at: Time,
        /// Who approved it.
        approved_by: Option<AccountId>,
        /// When.
        approved_at: Option<Time>,
        /// When it was closed.
        closed_at: Option<Time>,
    }
}

row! {
    /// A gate at a point.
    pub struct Gate in "gate" {
        /// Its number.
        id: GateId,
        /// Where.
        point: PointId,
        /// What it is called.
        name: String,
        /// What it is.
        kind: GateKind,
        /// The digest of the secret by which it signs in.
        token: Digest,
        /// When it was enrolled.
        enrolled_at: Time,
        /// When that ended.
        revoked_at: Option<Time>,
    }
}

impl Reader<'_> {
    /// A point.
    ///
    /// # Errors
    /// The store failed.
    pub fn point(&self, id: PointId) -> Result<Option<Point>, StoreError> {
        self.by_key(&id)
    }

    /// The next `most` points after `after`, by number, of one district or of all.
    ///
    /// # Errors
    /// The store failed.
    pub fn points(
        &self,
        district: Option<&str>,
        after: Option<PointId>,
        most: usize,
    ) -> Result<Vec<Point>, StoreError> {
        let after = after.unwrap_or(PointId(0));
        match district {
            Some(district) => {
                self.rows("WHERE district = ? AND id > ? ORDER BY id LIMIT ?", &[&district, &after, &most])
            }
            None => self.rows("WHERE id > ? ORDER BY id LIMIT ?", &[&after, &most]),
        }
    }

    /// The next `most` points after `after`, by number, of one district or of all, whose name contains a text, small letters
    /// or capital.
    ///
    /// # Errors
    /// The store failed.
    pub fn points_like(
        &self,
        district: Option<&str>,
        text: &str,
        after: Option<PointId>,
        most: usize,
    ) -> Result<Vec<Point>, StoreError> {
        let (after, text) = (after.unwrap_or(PointId(0)), text.to_ascii_lowercase());
        self.rows(
            "WHERE id > ?1 AND (?2 IS NULL OR district = ?2) AND instr(lower(name), ?3) > 0 \
             ORDER BY id LIMIT ?4",
            &[&after, &district, &text.as_str(), &most],
        )
    }

    /// The points of a division: what a risk area there covers.
    ///
    /// # Errors
    /// The store failed.
    pub fn points_in_division(&self, division: &str) -> Result<Vec<Point>, StoreError> {
        self.rows("WHERE division = ? ORDER BY id", &[&division])
    }

    /// The points of a name and address, for matching published places.
    ///
    /// # Errors
    /// The store failed.
    pub fn points_named(&self, name: &str) -> Result<Vec<Point>, StoreError> {
        self.rows("WHERE name = ? ORDER BY id", &[&name])
    }

    /// A gate.
    ///
    /// # Errors
    /// The store failed.
    pub fn gate(&self, id: GateId) -> Result<Option<Gate>, StoreError> {
        self.by_key(&id)
    }

    /// The gate that signs in with a secret, if it is enrolled still.
    ///
    /// # Errors
    /// The store failed.
    pub fn gate_by_token(&self, token: Digest) -> Result<Option<Gate>, StoreError> {
        self.row("WHERE token = ? AND revoked_at IS NULL", &[&token])
    }

    /// The gates of a point.
    ///
    /// # Errors
    /// The store failed.
    pub fn gates_of(&self, point: PointId) -> Result<Vec<Gate>, StoreError> {
        self.rows("WHERE point = ? ORDER BY id", &[&point])
    }

    /// Who checks at a point.
    ///
    /// # Errors
    /// The store failed.
    pub fn checkers_of(&self, point: PointId) -> Result<Vec<AccountId>, StoreError> {
        self.list("SELECT account FROM checker WHERE point = ? ORDER BY account", &[&point])
    }

    /// Where an account checks besides where its scope says so.
    ///
    /// # Errors
    /// The store failed.
    pub fn points_of_checker(&self, account: AccountId) -> Result<Vec<PointId>, StoreError> {
        self.list("SELECT point FROM checker WHERE account = ? ORDER BY point", &[&account])
    }

    /// What a point is to a person at a time.
    ///
    /// # Errors
    /// The store failed.
    pub fn places_of(&self, person: PersonId, at: Time) -> Result<Vec<(PointId, PlaceKind)>, StoreError> {
        self.pairs(
            "SELECT point, kind FROM place WHERE person = ? AND since <= ? AND (until IS NULL OR until > ?) \
             ORDER BY kind, point",
            &[&person, &at, &at],
        )
    }
}

impl Writer<'_> {
    /// Adds a point; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_point(&mut self, make: impl FnOnce(PointId) -> Point) -> Result<Point, StoreError> {
        self.add(|id| make(PointId(id)))
    }

    /// Writes a point anew.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_point(&mut self, point: &Point) -> Result<(), StoreError> {
        self.save(point)
    }

    /// Adds a gate; the number is given here.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when its secret is another gate's.
    pub fn add_gate(&mut self, make: impl FnOnce(GateId) -> Gate) -> Result<Gate, StoreError> {
        self.add(|id| make(GateId(id)))
    }

    /// Writes a gate anew.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_gate(&mut self, gate: &Gate) -> Result<(), StoreError> {
        self.save(gate)
    }

    /// Lets an account check at a point.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_checker(&mut self, point: PointId, account: AccountId) -> Result<(), StoreError> {
        self.run(
            "INSERT INTO checker (point, account) VALUES (?, ?) ON CONFLICT DO NOTHING",
            &[&point, &account],
        )
        .map(drop)
    }

    /// Takes that back. Whether there was something to take back.
    ///
    /// # Errors
    /// The store failed.
    pub fn remove_checker(&mut self, point: PointId, account: AccountId) -> Result<bool, StoreError> {
        Ok(self.run("DELETE FROM checker WHERE point = ? AND account = ?", &[&point, &account])? > 0)
    }

    /// Says what a point is to a person from a time on; until a time, where that is known. What was said before of the same
    /// point holds until then.
    ///
    /// # Errors
    /// The store failed.
    pub fn put_place(
        &mut self,
        person: PersonId,
        point: PointId,
        kind: PlaceKind,
        since: Time,
        until: Option<Time>,
    ) -> Result<(), StoreError> {
        self.run(
            "UPDATE place SET until = ? WHERE person = ? AND kind = ? AND point = ? AND (until IS NULL OR until > ?)",
            &[&since, &person, &kind, &point, &since],
        )?;
        self.run(
            "INSERT OR REPLACE INTO place (person, kind, point, since, until) VALUES (?, ?, ?, ?, ?)",
            &[&person, &kind, &point, &since, &until],
        )
        .map(drop)
    }
}

//! Holders' devices, the codes that were issued, and the places they take in the status list.

use crate::{
    Reader, StoreError, Writer,
    ids::{Cti, DeviceId, StatusIndex},
    row::{Plain, row, words},
};
use kangma_core::{PersonId, Standing, Time};

words! {
    /// What a code is bound to.
    pub enum CodeKind {
        /// A key in the holder's device.
        Device = "device",
        /// The server, for a browser without a key of its own.
        Server = "server",
        /// Paper.
        Paper = "paper",
    }
}

row! {
    /// A device that holds a key of its own.
    pub struct Device in "device" {
        /// Its number.
        id: DeviceId,
        /// Whose.
        person: PersonId,
        /// Its public key, as it was enrolled.
        public_key: Vec<u8>,
        /// The key's algorithm, as the code's format names it.
        algorithm: String,
        /// When it was enrolled.
        enrolled_at: Time,
        /// When that ended: lost, replaced, or the person's wish.
        revoked_at: Option<Time>,
    }
}

row! {
    /// A code that was issued.
    pub struct Code in "code" {
        /// Its own random number.
        cti: Cti,
        /// Whose.
        person: PersonId,
        /// What it is bound to.
        kind: CodeKind,
        /// The device, where it is bound to one.
        device: Option<DeviceId>,
        /// Its place in the status list.
        status_index: Option<StatusIndex>,
        /// When it was issued.
        issued_at: Time,
        /// When it ends.
        expires_at: Time,
        /// When it was revoked.
        revoked_at: Option<Time>,
        /// The paper code that this one replaces.
        reprint_of: Option<Cti>,
    }
}

/// One entry of the status list: the place, and what holds there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatusEntry {
    /// The place.
    pub index: StatusIndex,
    /// Whose code it is.
    pub person: PersonId,
    /// Whether it is a paper code, whose place stays the same for as long as it holds.
    pub paper: bool,
    /// Whether the code was revoked, or the device that it is bound to.
    pub revoked: bool,
    /// The cached standing, where there is one.
    pub standing: Option<Standing>,
    /// When that may differ without new evidence.
    pub next_change: Option<Time>,
}

impl Reader<'_> {
    /// A device.
    ///
    /// # Errors
    /// The store failed.
    pub fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError> {
        self.by_key(&id)
    }

    /// The devices of a person, oldest first, revoked ones among them.
    ///
    /// # Errors
    /// The store failed.
    pub fn devices_of(&self, person: PersonId) -> Result<Vec<Device>, StoreError> {
        self.rows("WHERE person = ? ORDER BY id", &[&person])
    }

    /// The person's device with that key, if it is enrolled still.
    ///
    /// # Errors
    /// The store failed.
    pub fn device_by_key(&self, person: PersonId, public_key: &[u8]) -> Result<Option<Device>, StoreError> {
        let found = self.devices_of(person)?;
        Ok(found.into_iter().find(|device| device.revoked_at.is_none() && device.public_key == public_key))
    }

    /// The devices of a person that somebody enrolled, by the record of it.
    ///
    /// # Errors
    /// The store failed.
    pub fn devices_enrolled_by(&self, person: PersonId, actor: &str) -> Result<Vec<DeviceId>, StoreError> {
        let sql = "SELECT device.id FROM device WHERE device.person = ? AND EXISTS (SELECT 1 FROM act_record \
                   WHERE act_record.person = device.person AND act_record.act = 'enrol-device' \
                   AND act_record.at = device.enrolled_at AND act_record.actor = ?) ORDER BY device.id";
        self.list(sql, &[&person, &actor.to_owned()])
    }

    /// A code.
    ///
    /// # Errors
    /// The store failed.
    pub fn code(&self, cti: Cti) -> Result<Option<Code>, StoreError> {
        self.by_key(&cti)
    }

    /// The codes of a person that have not ended by `now`, oldest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn codes_of(&self, person: PersonId, now: Time) -> Result<Vec<Code>, StoreError> {
        self.rows("WHERE person = ? AND expires_at > ? ORDER BY issued_at, cti", &[&person, &now])
    }

    /// The next `most` entries of the status list, by place, of codes that have not ended by `now`.
    ///
    /// # Errors
    /// The store failed.
    pub fn status_entries(
        &self,
        now: Time,
        after: Option<StatusIndex>,
        most: usize,
    ) -> Result<Vec<StatusEntry>, StoreError> {
        let after = after.map_or(-1, |index| i64::from(index.0));
        let mut statement = self.connection.prepare_cached(
            "SELECT code.status_index, code.person, \
             code.revoked_at IS NOT NULL OR device.revoked_at IS NOT NULL, \
             standing.standing, standing.next_change, code.kind = 'paper' FROM code \
             LEFT JOIN standing ON standing.person = code.person LEFT JOIN device ON device.id = code.device \
             WHERE code.status_index > ? AND code.expires_at > ? ORDER BY code.status_index LIMIT ?",
        )?;
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let mut rows = statement.query(rusqlite::params![after, now.0, most])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(status_entry(row)?.ok_or_else(|| StoreError::Corrupt("code".to_owned()))?);
        }
        Ok(entries)
    }
}

fn status_entry(row: &rusqlite::Row<'_>) -> Result<Option<StatusEntry>, StoreError> {
    let read = |at| row.get_ref(at);
    let (index, person) = (StatusIndex::from_plain(read(0)?), PersonId::from_plain(read(1)?));
    let (revoked, standing) = (bool::from_plain(read(2)?), Option::<Standing>::from_plain(read(3)?));
    let (next_change, paper) = (Option::<Time>::from_plain(read(4)?), bool::from_plain(read(5)?));
    Ok((|| {
        Some(StatusEntry {
            index: index?,
            person: person?,
            paper: paper?,
            revoked: revoked?,
            standing: standing?,
            next_change: next_change?,
        })
    })())
}

impl Writer<'_> {
    /// Enrols a device; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_device(&mut self, make: impl FnOnce(DeviceId) -> Device) -> Result<Device, StoreError> {
        self.add(|id| make(DeviceId(id)))
    }

    /// Ends the enrolment of a device. Whether it had not ended before.
    ///
    /// # Errors
    /// The store failed.
    pub fn revoke_device(&mut self, id: DeviceId, at: Time) -> Result<bool, StoreError> {
        Ok(self.run("UPDATE device SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL", &[&at, &id])? > 0)
    }

    /// A place in the status list that is free now and taken until `until`.
    ///
    /// Places of codes that have ended are given anew, the longest free one first: the list stays as short as the codes alive.
    ///
    /// # Errors
    /// The store failed.
    pub fn take_status_index(&mut self, now: Time, until: Time) -> Result<StatusIndex, StoreError> {
        let free = "SELECT status_index FROM status_place WHERE free_from <= ? ORDER BY free_from LIMIT 1";
        let index = match self.value(free, &[&now])? {
            Some(index) => index,
            None => StatusIndex(self.value("SELECT count(*) FROM status_place", &[])?.unwrap_or(0)),
        };
        let take = "INSERT OR REPLACE INTO status_place (status_index, free_from) VALUES (?, ?)";
        self.run(take, &[&index, &until])?;
        Ok(index)
    }

    /// Keeps a code that was issued.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when its number is another code's.
    pub fn add_code(&mut self, code: &Code) -> Result<(), StoreError> {
        self.insert(code)
    }

    /// Revokes a code. Whether it had not been before.
    ///
    /// # Errors
    /// The store failed.
    pub fn revoke_code(&mut self, cti: Cti, at: Time) -> Result<bool, StoreError> {
        Ok(self.run("UPDATE code SET revoked_at = ? WHERE cti = ? AND revoked_at IS NULL", &[&at, &cti])? > 0)
    }

    /// Forgets codes that ended before `until`. How many there were.
    ///
    /// # Errors
    /// The store failed.
    pub fn drop_ended_codes(&mut self, until: Time) -> Result<usize, StoreError> {
        self.run("DELETE FROM code WHERE expires_at < ?", &[&until])
    }
}

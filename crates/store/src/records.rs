//! Records: of every act, and of every look at a person's data, which that person can see. Append-only.
//!
//! A scan at a gate leaves no look beside its visit: the visit is the record, and says the same.

use crate::{
    Reader, SealedText, StoreError, Writer,
    ids::{AccountId, GateId, LookId, RecordId},
    row::row,
};
use kangma_core::{PersonId, Time};

row! {
    /// Somebody did something.
    pub struct ActRecord in "act_record" {
        /// Its number, in the order of recording.
        id: RecordId,
        /// When.
        at: Time,
        /// Who, as the service names them.
        actor: String,
        /// Their account, when they are staff.
        account: Option<AccountId>,
        /// The use case.
        act: String,
        /// What kind of thing it was done to.
        target_kind: Option<String>,
        /// Which one.
        target: Option<String>,
        /// Whom it touched.
        person: Option<PersonId>,
        /// Why, where a reason was asked for.
        reason: Option<SealedText>,
    }
}

row! {
    /// Somebody looked at a person's data.
    pub struct Look in "look" {
        /// Its number, in the order of recording.
        id: LookId,
        /// At whose.
        person: PersonId,
        /// When.
        at: Time,
        /// Who, as the service names them.
        actor: String,
        /// Their account, when they are staff.
        account: Option<AccountId>,
        /// Their gate, when it was one.
        gate: Option<GateId>,
        /// At what part.
        part: String,
    }
}

impl Reader<'_> {
    /// The next `most` acts before `before`, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn act_records(&self, before: Option<RecordId>, most: usize) -> Result<Vec<ActRecord>, StoreError> {
        let before = before.unwrap_or(RecordId(u64::MAX >> 1));
        self.rows("WHERE id < ? ORDER BY id DESC LIMIT ?", &[&before, &most])
    }

    /// The next `most` acts that touched a person before `before`, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn act_records_about(
        &self,
        person: PersonId,
        before: Option<RecordId>,
        most: usize,
    ) -> Result<Vec<ActRecord>, StoreError> {
        let before = before.unwrap_or(RecordId(u64::MAX >> 1));
        self.rows("WHERE person = ? AND id < ? ORDER BY id DESC LIMIT ?", &[&person, &before, &most])
    }

    /// How often an act of that name touched a person after `since`.
    ///
    /// # Errors
    /// The store failed.
    pub fn acts_counted(&self, person: PersonId, act: &str, since: Time) -> Result<u64, StoreError> {
        let sql = "SELECT count(*) FROM act_record WHERE person = ? AND act = ? AND at > ?";
        Ok(self.value(sql, &[&person, &act.to_owned(), &since])?.unwrap_or(0))
    }

    /// The next `most` looks at a person's data before `before`, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn looks_at(
        &self,
        person: PersonId,
        before: Option<LookId>,
        most: usize,
    ) -> Result<Vec<Look>, StoreError> {
        let before = before.unwrap_or(LookId(u64::MAX >> 1));
        self.rows("WHERE person = ? AND id < ? ORDER BY id DESC LIMIT ?", &[&person, &before, &most])
    }
}

impl Writer<'_> {
    /// Records an act; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_act_record(
        &mut self,
        make: impl FnOnce(RecordId) -> ActRecord,
    ) -> Result<ActRecord, StoreError> {
        self.add(|id| make(RecordId(id)))
    }

    /// Records a look; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_look(&mut self, make: impl FnOnce(LookId) -> Look) -> Result<Look, StoreError> {
        self.add(|id| make(LookId(id)))
    }
}

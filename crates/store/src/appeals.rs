//! Appeals: against any reason, with a number, an owner and a deadline.

use crate::{
    Reader, SealedText, StoreError, Writer,
    ids::{AccountId, AppealId},
    row::{row, words},
};
use kangma_core::{EvidenceId, PersonId, Time};

words! {
    /// How far an appeal has come.
    pub enum AppealState {
        /// Waiting for its owner.
        Open = "open",
        /// Decided by an officer.
        Decided = "decided",
        /// Its deadline passed: the policy's answer to that was carried out.
        Missed = "missed",
        /// Taken back by the person.
        TakenBack = "taken-back",
    }
}

row! {
    /// An appeal.
    pub struct Appeal in "appeal" {
        /// Its number.
        id: AppealId,
        /// Whose.
        person: PersonId,
        /// What is appealed: the item that triggered the reason.
        evidence: Option<EvidenceId>,
        /// The item of evidence that the appeal itself is.
        own_evidence: Option<EvidenceId>,
        /// The rule, as its policy names it.
        rule: String,
        /// Who has to decide, as the policy words it.
        owner: String,
        /// The district it goes to.
        district: Option<String>,
        /// When it was made.
        made_at: Time,
        /// Until when it has to be decided.
        deadline: Time,
        /// How far it has come.
        state: AppealState,
        /// What the person wrote.
        text: SealedText,
        /// What came out, as the service words it.
        outcome: Option<String>,
        /// What the officer answered.
        answer: Option<SealedText>,
        /// Who decided.
        decided_by: Option<AccountId>,
        /// When.
        decided_at: Option<Time>,
    }
}

impl Reader<'_> {
    /// An appeal.
    ///
    /// # Errors
    /// The store failed.
    pub fn appeal(&self, id: AppealId) -> Result<Option<Appeal>, StoreError> {
        self.by_key(&id)
    }

    /// The appeals of a person, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn appeals_of(&self, person: PersonId) -> Result<Vec<Appeal>, StoreError> {
        self.rows("WHERE person = ? ORDER BY id DESC", &[&person])
    }

    /// The next `most` appeals that wait for a decision, by deadline and number, after the place given, of one district or of
    /// all: open ones, and those that went to another owner when their deadline was missed.
    ///
    /// # Errors
    /// The store failed.
    pub fn appeals_open(
        &self,
        district: Option<&str>,
        after: Option<(Time, AppealId)>,
        most: usize,
    ) -> Result<Vec<Appeal>, StoreError> {
        let (deadline, id) = after.unwrap_or((Time::MIN, AppealId(0)));
        self.rows(
            "WHERE state IN ('open', 'missed') AND outcome IS NULL AND (deadline, id) > (?, ?) \
             AND (?3 IS NULL OR district = ?3) \
             ORDER BY deadline, id LIMIT ?4",
            &[&deadline, &id, &district, &most],
        )
    }

    /// The open appeals whose deadline has passed by `now`.
    ///
    /// # Errors
    /// The store failed.
    pub fn appeals_overdue(&self, now: Time, most: usize) -> Result<Vec<Appeal>, StoreError> {
        self.rows("WHERE state = 'open' AND deadline <= ? ORDER BY deadline, id LIMIT ?", &[&now, &most])
    }
}

impl Writer<'_> {
    /// Adds an appeal; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_appeal(&mut self, make: impl FnOnce(AppealId) -> Appeal) -> Result<Appeal, StoreError> {
        self.add(|id| make(AppealId(id)))
    }

    /// Writes an appeal anew.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_appeal(&mut self, appeal: &Appeal) -> Result<(), StoreError> {
        self.save(appeal)
    }
}

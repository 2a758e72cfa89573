//! What waits for an officer: declarations whose audit found something, and corrections that people proposed.

use crate::{
    Reader, SealedText, StoreError, Writer,
    ids::{AccountId, CorrectionId},
    row::{row, words},
};
use kangma_core::{EvidenceId, PersonId, Time};

words! {
    /// How far a review has come.
    pub enum ReviewState {
        /// Sources have not answered.
        Waiting = "waiting",
        /// Something was found: an officer has to look.
        Suspicious = "suspicious",
        /// An officer decided.
        Decided = "decided",
        /// The deadline passed: the policy's answer to that was carried out.
        Missed = "missed",
        /// It needs no decision any more: the audit came out clean, or a newer declaration took its place.
        Closed = "closed",
    }
}

words! {
    /// How far a proposed correction has come.
    pub enum CorrectionState {
        /// Waiting for an officer.
        Proposed = "proposed",
        /// Carried out.
        Accepted = "accepted",
        /// Not carried out.
        Refused = "refused",
    }
}

row! {
    /// A declaration whose audit did not come out clean at once.
    pub struct AuditReview in "audit_review" {
        /// The declaration.
        declaration: EvidenceId,
        /// Whose.
        person: PersonId,
        /// The district whose officers look.
        district: Option<String>,
        /// Since when.
        since: Time,
        /// Until when.
        deadline: Time,
        /// How far it has come.
        state: ReviewState,
        /// What was found: identifiers of the policy's audit findings.
        findings: Vec<String>,
        /// Who looks at it.
        claimed_by: Option<AccountId>,
        /// Since when.
        claimed_at: Option<Time>,
        /// Who decided.
        decided_by: Option<AccountId>,
        /// When.
        decided_at: Option<Time>,
        /// What came out, as the service words it.
        outcome: Option<String>,
    }
}

row! {
    /// A correction that somebody proposed to a person's data.
    pub struct Correction in "correction" {
        /// Its number.
        id: CorrectionId,
        /// Whose data.
        person: PersonId,
        /// Which field.
        field: String,
        /// What it should say.
        value: SealedText,
        /// Why.
        reason: Option<SealedText>,
        /// Who proposed it, as records name them.
        proposed_by: String,
        /// When.
        proposed_at: Time,
        /// How far it has come.
        state: CorrectionState,
        /// Who decided.
        decided_by: Option<AccountId>,
        /// When.
        decided_at: Option<Time>,
    }
}

impl Reader<'_> {
    /// The review of a declaration.
    ///
    /// # Errors
    /// The store failed.
    pub fn review(&self, declaration: EvidenceId) -> Result<Option<AuditReview>, StoreError> {
        self.by_key(&declaration)
    }

    /// The next `most` reviews in a state, by deadline and declaration, after the place given, of one district or of all.
    ///
    /// # Errors
    /// The store failed.
    pub fn reviews(
        &self,
        state: ReviewState,
        district: Option<&str>,
        after: Option<(Time, EvidenceId)>,
        most: usize,
    ) -> Result<Vec<AuditReview>, StoreError> {
        let (deadline, id) = after.unwrap_or((Time::MIN, EvidenceId(0)));
        self.rows(
            "WHERE state = ? AND (deadline, declaration) > (?, ?) AND (?4 IS NULL OR district = ?4) \
             ORDER BY deadline, declaration LIMIT ?5",
            &[&state, &deadline, &id, &district, &most],
        )
    }

    /// Reviews that wait or are suspicious and whose deadline has passed by `now`.
    ///
    /// # Errors
    /// The store failed.
    pub fn reviews_overdue(&self, now: Time, most: usize) -> Result<Vec<AuditReview>, StoreError> {
        self.rows(
            "WHERE state IN ('waiting', 'suspicious') AND deadline <= ? ORDER BY deadline, declaration LIMIT ?",
            &[&now, &most],
        )
    }

    /// The reviews of a person that wait or are suspicious.
    ///
    /// # Errors
    /// The store failed.
    pub fn reviews_open_of(&self, person: PersonId) -> Result<Vec<AuditReview>, StoreError> {
        self.rows("WHERE person = ? AND state IN ('waiting', 'suspicious') ORDER BY declaration", &[&person])
    }

    /// A correction.
    ///
    /// # Errors
    /// The store failed.
    pub fn correction(&self, id: CorrectionId) -> Result<Option<Correction>, StoreError> {
        self.by_key(&id)
    }

    /// The corrections to a person's data, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn corrections_of(&self, person: PersonId) -> Result<Vec<Correction>, StoreError> {
        self.rows("WHERE person = ? ORDER BY id DESC", &[&person])
    }

    /// The next `most` corrections that wait for an officer after the one given, oldest first, on people of one district or of
    /// all.
    ///
    /// # Errors
    /// The store failed.
    pub fn corrections_open(
        &self,
        district: Option<&str>,
        after: Option<CorrectionId>,
        most: usize,
    ) -> Result<Vec<Correction>, StoreError> {
        let after = after.unwrap_or(CorrectionId(0));
        self.rows(
            "WHERE state = 'proposed' AND id > ?1 AND (?2 IS NULL OR EXISTS \
             (SELECT 1 FROM person WHERE person.id = correction.person AND person.district = ?2)) \
             ORDER BY id LIMIT ?3",
            &[&after, &district, &most],
        )
    }
}

impl Writer<'_> {
    /// Adds the review of a declaration, or puts it in the place of an earlier state of it.
    ///
    /// # Errors
    /// The store failed.
    pub fn put_review(&mut self, review: &AuditReview) -> Result<(), StoreError> {
        self.replace(review)
    }

    /// Adds a correction; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_correction(
        &mut self,
        make: impl FnOnce(CorrectionId) -> Correction,
    ) -> Result<Correction, StoreError> {
        self.add(|id| make(CorrectionId(id)))
    }

    /// Writes a correction anew.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_correction(&mut self, correction: &Correction) -> Result<(), StoreError> {
        self.save(correction)
    }
}

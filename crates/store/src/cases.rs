//! Cases and the contacts that people named in interviews.

use crate::{
    Reader, SealedText, StoreError, Writer,
    ids::{AccountId, CallId, ContactId},
    row::{row, words},
};
use kangma_core::{CaseId, EvidenceId, PersonId, Time};

words! {
    /// What is known about a case.
    pub enum CaseStatus {
        /// Suspected.
        Suspected = "suspected",
        /// Confirmed.
        Confirmed = "confirmed",
        /// Recovered.
        Recovered = "recovered",
        /// Found not to be one.
        Excluded = "excluded",
        /// Died.
        Died = "died",
    }
}

words! {
    /// What became of the record of a case.
    pub enum CaseState {
        /// It stands.
        Open = "open",
        /// It is the same as another one.
        Merged = "merged",
        /// It never was one.
        Withdrawn = "withdrawn",
    }
}

row! {
    /// A case. Its course is evidence on its person; this row is what lists show and what guards against doing things twice.
    pub struct Case in "infection_case" {
        /// Its number.
        id: CaseId,
        /// Whose.
        person: PersonId,
        /// The district that works on it.
        district: Option<String>,
        /// What is known.
        status: CaseStatus,
        /// What became of the record.
        state: CaseState,
        /// When symptoms began.
        onset: Option<Time>,
        /// When the deciding sample was taken.
        sampled: Option<Time>,
        /// When it was reported.
        reported_at: Time,
        /// By whom.
        reported_by: AccountId,
        /// The case that it is the same as.
        merged_into: Option<CaseId>,
        /// The item of evidence that says its present status.
        evidence: Option<EvidenceId>,
        /// Counts its changes: an act that names an older one decides on what is no longer so.
        version: u32,
    }
}

row! {
    /// Somebody whom a case named in an interview.
    pub struct InterviewContact in "interview_contact" {
        /// Its number.
        id: ContactId,
        /// The case that named them.
        case_id: CaseId,
        /// Who was named.
        person: PersonId,
        /// When they last met.
        last_met: Time,
        /// How close it was, as the policy words it.
        degree: String,
        /// Who wrote it down.
        added_by: AccountId,
        /// When.
        added_at: Time,
        /// The exposure that it became.
        evidence: Option<EvidenceId>,
        /// When it was taken back.
        withdrawn_at: Option<Time>,
    }
}

row! {
    /// A contact was called, for whichever case.
    pub struct ContactCall in "contact_call" {
        /// Its number.
        id: CallId,
        /// Who was called.
        person: PersonId,
        /// When.
        at: Time,
        /// By whom.
        by: Option<AccountId>,
        /// What was said.
        remark: Option<SealedText>,
    }
}

/// Which cases of a list are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CasesLike {
    /// Of this status while they stand, or in this state.
    pub word: Option<String>,
    /// Reported from here on.
    pub since: Option<Time>,
}

impl Reader<'_> {
    /// A case.
    ///
    /// # Errors
    /// The store failed.
    pub fn case(&self, id: CaseId) -> Result<Option<Case>, StoreError> {
        self.by_key(&id)
    }

    /// The cases of a person, oldest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn cases_of(&self, person: PersonId) -> Result<Vec<Case>, StoreError> {
        self.rows("WHERE person = ? ORDER BY id", &[&person])
    }

    /// The next `most` cases before `before`, newest first, of one district or of all, that are as wanted.
    ///
    /// # Errors
    /// The store failed.
    pub fn cases(
        &self,
        district: Option<&str>,
        like: &CasesLike,
        before: Option<CaseId>,
        most: usize,
    ) -> Result<Vec<Case>, StoreError> {
        let before = before.unwrap_or(CaseId(u64::MAX >> 1));
        // Only what is asked for is written, so that a district is found by its index.
        let district_is = district.map_or("(?1 IS NULL)", |_| "district = ?1");
        self.rows(
            &format!(
                "WHERE {district_is} AND id < ?2 AND (?3 IS NULL OR iif(state = 'open', status, state) = ?3) \
                 AND (?4 IS NULL OR reported_at >= ?4) ORDER BY id DESC LIMIT ?5"
            ),
            &[&district, &before, &like.word.as_deref(), &like.since, &most],
        )
    }

    /// Every case that stands: those whose exposures late evidence may change.
    ///
    /// # Errors
    /// The store failed.
    pub fn cases_open(&self) -> Result<Vec<Case>, StoreError> {
        self.rows("WHERE state = 'open' ORDER BY id", &[])
    }

    /// A contact from an interview.
    ///
    /// # Errors
    /// The store failed.
    pub fn interview_contact(&self, id: ContactId) -> Result<Option<InterviewContact>, StoreError> {
        self.by_key(&id)
    }

    /// Whom a case named, in the order of writing down.
    ///
    /// # Errors
    /// The store failed.
    pub fn interview_contacts(&self, case: CaseId) -> Result<Vec<InterviewContact>, StoreError> {
        self.rows("WHERE case_id = ? ORDER BY id", &[&case])
    }

    /// The last call to a person: one is enough, whatever the number of cases.
    ///
    /// # Errors
    /// The store failed.
    pub fn last_call_to(&self, person: PersonId) -> Result<Option<ContactCall>, StoreError> {
        let calls = self.rows("WHERE person = ? ORDER BY at DESC, id DESC LIMIT 1", &[&person])?;
        Ok(calls.into_iter().next())
    }
}

impl Writer<'_> {
    /// Adds a case; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_case(&mut self, make: impl FnOnce(CaseId) -> Case) -> Result<Case, StoreError> {
        self.add(|id| make(CaseId(id)))
    }

    /// Writes a case anew.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_case(&mut self, case: &Case) -> Result<(), StoreError> {
        self.save(case)
    }

    /// Adds a contact from an interview; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_interview_contact(
        &mut self,
        make: impl FnOnce(ContactId) -> InterviewContact,
    ) -> Result<InterviewContact, StoreError> {
        self.add(|id| make(ContactId(id)))
    }

    /// Notes a call; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_contact_call(
        &mut self,
        make: impl FnOnce(CallId) -> ContactCall,
    ) -> Result<ContactCall, StoreError> {
        self.add(|id| make(CallId(id)))
    }

    /// Writes a contact anew.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_interview_contact(&mut self, contact: &InterviewContact) -> Result<(), StoreError> {
        self.save(contact)
    }
}

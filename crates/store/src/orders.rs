//! Orders and findings: one officer proposes, another confirms.

use crate::{
    Reader, SealedText, StoreError, Writer,
    ids::{AccountId, ProposalId},
    row::{row, words},
};
use kangma_core::{EvidenceId, PersonId, Time};

words! {
    /// What two officers make together.
    pub enum ProposalKind {
        /// A manual order.
        ManualOrder = "manual-order",
        /// An order to isolate.
        IsolationOrder = "isolation-order",
        /// The finding of a false statement.
        FalseStatement = "false-statement",
    }
}

words! {
    /// How far it has come.
    pub enum ProposalState {
        /// Proposed by one.
        Proposed = "proposed",
        /// Confirmed by another: it holds.
        Confirmed = "confirmed",
        /// Refused by another.
        Refused = "refused",
        /// Taken back after it held.
        Lifted = "lifted",
    }
}

row! {
    /// An order or a finding.
    pub struct Proposal in "proposal" {
        /// Its number.
        id: ProposalId,
        /// What it is.
        kind: ProposalKind,
        /// About whom.
        person: PersonId,
        /// The item it speaks about: the declaration of a false statement.
        about: Option<EvidenceId>,
        /// The legal ground.
        ground: String,
        /// The level, as the policy words it.
        level: Option<String>,
        /// Where the person has to be, under an order to isolate.
        place: Option<String>,
        /// The end that it names.
        until: Option<Time>,
        /// The check-ins that it names.
        check_ins: Option<u32>,
        /// What the officers wrote.
        text: Option<SealedText>,
        /// When the person was heard.
        heard_at: Option<Time>,
        /// Who proposed it.
        proposed_by: AccountId,
        /// When.
        proposed_at: Time,
        /// Who confirmed or refused it: never who proposed it.
        settled_by: Option<AccountId>,
        /// When.
        settled_at: Option<Time>,
        /// How far it has come.
        state: ProposalState,
        /// The item of evidence that it became.
        evidence: Option<EvidenceId>,
    }
}

impl Reader<'_> {
    /// An order or a finding.
    ///
    /// # Errors
    /// The store failed.
    pub fn proposal(&self, id: ProposalId) -> Result<Option<Proposal>, StoreError> {
        self.by_key(&id)
    }

    /// Those about a person, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn proposals_about(&self, person: PersonId) -> Result<Vec<Proposal>, StoreError> {
        self.rows("WHERE person = ? ORDER BY id DESC", &[&person])
    }

    /// The next `most` in a state after the one given, oldest first, on people of one district or of all. With `live_at`, only
    /// those that name no end or a later one.
    ///
    /// # Errors
    /// The store failed.
    pub fn proposals(
        &self,
        state: ProposalState,
        live_at: Option<Time>,
        district: Option<&str>,
        after: Option<ProposalId>,
        most: usize,
    ) -> Result<Vec<Proposal>, StoreError> {
        let (after, ends_after) = (after.unwrap_or(ProposalId(0)), live_at.unwrap_or(Time::MIN));
        self.rows(
            "WHERE state = ?1 AND id > ?2 AND (until IS NULL OR until > ?3) AND (?4 IS NULL OR EXISTS \
             (SELECT 1 FROM person WHERE person.id = proposal.person AND person.district = ?4)) \
             ORDER BY id LIMIT ?5",
            &[&state, &after, &ends_after, &district, &most],
        )
    }
}

impl Writer<'_> {
    /// Adds a proposal; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_proposal(
        &mut self,
        make: impl FnOnce(ProposalId) -> Proposal,
    ) -> Result<Proposal, StoreError> {
        self.add(|id| make(ProposalId(id)))
    }

    /// Writes a proposal anew.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the same officer settles it who proposed it.
    pub fn save_proposal(&mut self, proposal: &Proposal) -> Result<(), StoreError> {
        self.save(proposal)
    }
}

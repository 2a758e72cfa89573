//! Risk areas: marked, cleared (it was true until now) or withdrawn (it never was).

use crate::{Reader, StoreError, Writer, ids::AccountId, row::row};
use kangma_core::{AreaId, CaseId, Time};

row! {
    /// A risk area, from its marking on.
    pub struct RiskArea in "risk_area" {
        /// Its number.
        id: AreaId,
        /// The division or district it covers, as points name theirs.
        division: String,
        /// What it is called.
        name: String,
        /// How high the risk is, as the policy words it.
        level: String,
        /// Its first infectious instant.
        since: Time,
        /// When it was marked.
        marked_at: Time,
        /// By whom.
        marked_by: AccountId,
        /// The case that made it one.
        case_id: Option<CaseId>,
        /// From when on it is one no longer.
        cleared_at: Option<Time>,
        /// When it was found never to have been one.
        withdrawn_at: Option<Time>,
    }
}

impl Reader<'_> {
    /// A risk area.
    ///
    /// # Errors
    /// The store failed.
    pub fn area(&self, id: AreaId) -> Result<Option<RiskArea>, StoreError> {
        self.by_key(&id)
    }

    /// All risk areas, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn areas(&self) -> Result<Vec<RiskArea>, StoreError> {
        self.rows("ORDER BY id DESC", &[])
    }

    /// The areas that nobody withdrew and that were not cleared by `since`.
    ///
    /// # Errors
    /// The store failed.
    pub fn areas_alive(&self, since: Time) -> Result<Vec<RiskArea>, StoreError> {
        self.rows(
            "WHERE withdrawn_at IS NULL AND (cleared_at IS NULL OR cleared_at > ?) ORDER BY id",
            &[&since],
        )
    }
}

impl Writer<'_> {
    /// Adds a risk area; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_area(&mut self, make: impl FnOnce(AreaId) -> RiskArea) -> Result<RiskArea, StoreError> {
        self.add(|id| make(AreaId(id)))
    }

    /// Writes a risk area anew.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_area(&mut self, area: &RiskArea) -> Result<(), StoreError> {
        self.save(area)
    }
}

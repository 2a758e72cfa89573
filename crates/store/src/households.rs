//! Household links: two people who live together, confirmed by both, ended by either.

use crate::{Reader, SealedText, StoreError, Writer, ids::LinkId, row::row};
use kangma_core::{PersonId, Time};

row! {
    /// A link between two people.
    pub struct HouseholdLink in "household_link" {
        /// Its number.
        id: LinkId,
        /// One of the two: who, or for whom somebody, proposed it.
        one: PersonId,
        /// The other.
        other: PersonId,
        /// Days of stay, as the evidence's attribute `days` writes them; nothing when they live together always.
        days: Option<String>,
        /// Who proposed it: `one`, or a guardian of theirs.
        proposed_by: PersonId,
        /// The other's telephone as the proposer wrote it: all that they know of the other before it is confirmed.
        phone: Option<SealedText>,
        /// When.
        proposed_at: Time,
        /// Who confirmed it: `other`, or a guardian of theirs.
        confirmed_by: Option<PersonId>,
        /// When. Only from here on is it a link.
        confirmed_at: Option<Time>,
        /// Who ended or declined it.
        ended_by: Option<PersonId>,
        /// When.
        ended_at: Option<Time>,
    }
}

impl HouseholdLink {
    /// Whether whoever was asked declined. To whoever asked it looks like no answer.
    #[must_use]
    pub fn declined(&self) -> bool {
        self.confirmed_at.is_none() && self.ended_by == Some(self.other)
    }
}

impl Reader<'_> {
    /// A link.
    ///
    /// # Errors
    /// The store failed.
    pub fn household_link(&self, id: LinkId) -> Result<Option<HouseholdLink>, StoreError> {
        self.by_key(&id)
    }

    /// Every link of a person, proposed, confirmed and ended, in the order of proposing.
    ///
    /// # Errors
    /// The store failed.
    pub fn household_links_of(&self, person: PersonId) -> Result<Vec<HouseholdLink>, StoreError> {
        // Two stretches of two indexes; an OR would read them no faster and plan worse.
        let mut links: Vec<HouseholdLink> = self.rows("WHERE one = ?", &[&person])?;
        links.extend(self.rows::<HouseholdLink>("WHERE other = ?", &[&person])?);
        links.sort_by_key(|link| link.id);
        Ok(links)
    }

    /// Whom a person asked by a telephone, to live together or to look after somebody: after `since`, or ever, where they have
    /// not agreed and it was not taken back.
    ///
    /// # Errors
    /// The store failed.
    pub fn asked_by(&self, by: PersonId, since: Time) -> Result<Vec<PersonId>, StoreError> {
        let sql = "SELECT other FROM household_link WHERE proposed_by = ? AND phone IS NOT NULL \
                   AND (proposed_at > ? OR (confirmed_at IS NULL AND (ended_at IS NULL OR ended_by = other))) \
                   UNION ALL SELECT guardian FROM guardian WHERE offered_by = ? AND (since > ? OR ended_at IS NULL)";
        self.list(sql, &[&by, &since, &by, &since])
    }
}

impl Writer<'_> {
    /// Proposes a link; the number is given here.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when both are the same person.
    pub fn add_household_link(
        &mut self,
        make: impl FnOnce(LinkId) -> HouseholdLink,
    ) -> Result<HouseholdLink, StoreError> {
        self.add(|id| make(LinkId(id)))
    }

    /// Writes a link anew: confirmed, ended.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_household_link(&mut self, link: &HouseholdLink) -> Result<(), StoreError> {
        self.save(link)
    }
}

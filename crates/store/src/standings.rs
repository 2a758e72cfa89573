//! Standings: what was last decided about each person. A cache; the evidence is the truth.

use crate::{Reader, StoreError, Writer, row::row};
use kangma_core::{EvidenceId, PersonId, Standing, Time};

row! {
    /// The last decision about a person: what showed. Its reasons follow from the evidence by deciding as of then.
    pub struct CachedStanding in "standing" {
        /// About whom.
        person: PersonId,
        /// What shows.
        standing: Standing,
        /// As known and as effective when.
        decided_at: Time,
        /// When it may differ without new evidence.
        next_change: Option<Time>,
        /// The newest item of evidence that it saw.
        evidence: Option<EvidenceId>,
    }
}

impl Reader<'_> {
    /// The last decision about a person.
    ///
    /// # Errors
    /// The store failed.
    pub fn standing(&self, person: PersonId) -> Result<Option<CachedStanding>, StoreError> {
        self.by_key(&person)
    }

    /// What a person was last decided to stand at; nothing before the first decision.
    ///
    /// # Errors
    /// The store failed.
    pub fn standing_shown(&self, person: PersonId) -> Result<Option<Standing>, StoreError> {
        self.value("SELECT standing FROM standing WHERE person = ?", &[&person])
    }

    /// Up to `most` persons whose decision may have changed by `now`, those of earlier hours first. Whoever is decided anew is
    /// not among them the next time.
    ///
    /// # Errors
    /// The store failed.
    pub fn standings_due(&self, now: Time, most: usize) -> Result<Vec<PersonId>, StoreError> {
        self.list(
            "SELECT person FROM standing WHERE next_change / 3600000 <= ?1 / 3600000 AND next_change <= ?1 \
             ORDER BY next_change / 3600000, person LIMIT ?2",
            &[&now, &most],
        )
    }

    /// The next `most` persons of a standing, by person, after the one given.
    ///
    /// # Errors
    /// The store failed.
    pub fn persons_standing(
        &self,
        standing: Standing,
        after: Option<PersonId>,
        most: usize,
    ) -> Result<Vec<PersonId>, StoreError> {
        let after = after.map_or(-1, |id| id.0.cast_signed());
        self.list(
            "SELECT person FROM standing WHERE standing = ? AND person > ? ORDER BY person LIMIT ?",
            &[&standing, &after, &most],
        )
    }

    /// How many persons there are of each standing that occurs.
    ///
    /// # Errors
    /// The store failed.
    pub fn standing_counts(&self) -> Result<Vec<(Standing, u64)>, StoreError> {
        self.pairs("SELECT standing, count(*) FROM standing GROUP BY standing ORDER BY standing", &[])
    }

    /// The same for the persons of one district.
    ///
    /// # Errors
    /// The store failed.
    pub fn standing_counts_in(&self, district: &str) -> Result<Vec<(Standing, u64)>, StoreError> {
        self.pairs(
            "SELECT standing, count(*) FROM standing JOIN person ON person.id = standing.person \
             WHERE person.district = ? GROUP BY standing ORDER BY standing",
            &[&district],
        )
    }
}

impl Writer<'_> {
    /// Puts a decision in the place of the last one.
    ///
    /// # Errors
    /// The store failed.
    pub fn put_standing(&mut self, standing: &CachedStanding) -> Result<(), StoreError> {
        self.desk.moments.written(standing.person);
        self.replace(standing)
    }
}

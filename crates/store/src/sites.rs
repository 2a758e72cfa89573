//! Exposure sites: rows of published files, each once by its key, later versions in the place of earlier ones.

use crate::{Reader, StoreError, Writer, row::row};
use kangma_core::{PointId, SiteId, Time};

row! {
    /// A published place and time.
    pub struct ExposureSite in "exposure_site" {
        /// Its number.
        id: SiteId,
        /// What tells it from the publisher's other rows.
        key: String,
        /// The publisher's file.
        source: String,
        /// The line it came from.
        source_line: u64,
        /// What the place is called.
        event: String,
        /// Its address.
        location: String,
        /// Its city.
        city: String,
        /// From when.
        since: Time,
        /// Until when.
        until: Time,
        /// The publisher's word for how close the exposure was; empty when it said nothing.
        exposure_type: String,
        /// Which version of the row this is.
        version: i64,
        /// The point of ours that it is, where one was found.
        point: Option<PointId>,
        /// When it was first read.
        imported_at: Time,
        /// When this version of it was read.
        updated_at: Time,
        /// When it was taken back.
        withdrawn_at: Option<Time>,
    }
}

impl Reader<'_> {
    /// A site.
    ///
    /// # Errors
    /// The store failed.
    pub fn site(&self, id: SiteId) -> Result<Option<ExposureSite>, StoreError> {
        self.by_key(&id)
    }

    /// The site of a publisher's key.
    ///
    /// # Errors
    /// The store failed.
    pub fn site_by_key(&self, source: &str, key: &str) -> Result<Option<ExposureSite>, StoreError> {
        self.row("WHERE source = ? AND \"key\" = ?", &[&source, &key])
    }

    /// The next `most` sites before `before`, newest first, whose event, location or city contains a text, small letters or
    /// capital.
    ///
    /// # Errors
    /// The store failed.
    pub fn sites(
        &self,
        text: &str,
        before: Option<SiteId>,
        most: usize,
    ) -> Result<Vec<ExposureSite>, StoreError> {
        let (before, text) = (before.unwrap_or(SiteId(u64::MAX >> 1)), text.to_ascii_lowercase());
        self.rows(
            "WHERE id < ?1 AND instr(lower(event || char(10) || location || char(10) || city), ?2) > 0 \
             ORDER BY id DESC LIMIT ?3",
            &[&before, &text.as_str(), &most],
        )
    }

    /// How many sites there are.
    ///
    /// # Errors
    /// The store failed.
    pub fn site_count(&self) -> Result<u64, StoreError> {
        Ok(self.value("SELECT count(*) FROM exposure_site", &[])?.unwrap_or(0))
    }

    /// The live sites at a known point that end after `since`: what a late visit has to be compared with.
    ///
    /// # Errors
    /// The store failed.
    pub fn sites_alive(&self, since: Time) -> Result<Vec<ExposureSite>, StoreError> {
        self.rows(
            "WHERE point IS NOT NULL AND until > ? AND withdrawn_at IS NULL ORDER BY since, id",
            &[&since],
        )
    }
}

impl Writer<'_> {
    /// Adds a site; the number is given here.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when its key is there.
    pub fn add_site(
        &mut self,
        make: impl FnOnce(SiteId) -> ExposureSite,
    ) -> Result<ExposureSite, StoreError> {
        self.add(|id| make(SiteId(id)))
    }

    /// Writes a site anew: a later version, a point found for it, a withdrawal.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_site(&mut self, site: &ExposureSite) -> Result<(), StoreError> {
        self.save(site)
    }
}

//! Policies: every publication, whole and for good.

use crate::{
    Reader, StoreError, Writer,
    ids::{AccountId, PublicationId},
    row::row,
};
use kangma_core::Time;
use std::collections::BTreeMap;

row! {
    /// One publication of a policy: from its time on it is in force.
    pub struct Publication in "publication" {
        /// Its number, in the order of publishing.
        id: PublicationId,
        /// The policy's name.
        name: String,
        /// Its version.
        version: u32,
        /// The digest over its files.
        digest: String,
        /// Its files by name.
        files: BTreeMap<String, String>,
        /// When.
        published_at: Time,
        /// By whom; nothing when the program shipped it.
        published_by: Option<AccountId>,
    }
}

impl Reader<'_> {
    /// All publications, oldest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn publications(&self) -> Result<Vec<Publication>, StoreError> {
        self.rows("ORDER BY id", &[])
    }
}

impl Writer<'_> {
    /// Publishes a policy; the number is given here. `published_at` comes from [`Writer::stamp`].
    ///
    /// # Errors
    /// [`StoreError::Refused`] when this version has been published with other files.
    pub fn add_publication(
        &mut self,
        make: impl FnOnce(PublicationId) -> Publication,
    ) -> Result<Publication, StoreError> {
        self.add(|id| make(PublicationId(id)))
    }
}

//! Notices that wait to be delivered. They commit with what they tell of; delivery comes after.

use crate::{Reader, SealedText, StoreError, Writer, ids::NoticeId, row::row};
use kangma_core::{PersonId, Time};

row! {
    /// A notice.
    pub struct Notice in "notice" {
        /// Its number.
        id: NoticeId,
        /// To whom; nothing for a telephone that nobody has signed in with yet.
        person: Option<PersonId>,
        /// The telephone number it goes to.
        phone: Option<SealedText>,
        /// What kind of notice: the texts are found under it.
        kind: String,
        /// What it says, free of any language: names of rules, colours, dates.
        values: serde_json::Value,
        /// What only the receiver may read: a one-time code.
        secret: Option<SealedText>,
        /// When it was written.
        created_at: Time,
        /// When it was delivered.
        delivered_at: Option<Time>,
        /// How often that was tried.
        attempts: u32,
        /// When to try next.
        try_at: Time,
    }
}

impl Reader<'_> {
    /// A notice.
    ///
    /// # Errors
    /// The store failed.
    pub fn notice(&self, id: NoticeId) -> Result<Option<Notice>, StoreError> {
        self.by_key(&id)
    }

    /// The next `most` notices that are to be delivered by `now`, in the order of their next try.
    ///
    /// # Errors
    /// The store failed.
    pub fn notices_due(&self, now: Time, most: usize) -> Result<Vec<Notice>, StoreError> {
        self.rows("WHERE delivered_at IS NULL AND try_at <= ? ORDER BY try_at, id LIMIT ?", &[&now, &most])
    }

    /// The last `most` notices to a person, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn notices_to(&self, person: PersonId, most: usize) -> Result<Vec<Notice>, StoreError> {
        self.rows("WHERE person = ? ORDER BY id DESC LIMIT ?", &[&person, &most])
    }

    /// The last `most` notices to anybody, newest first: the demonstration's readable outbox.
    ///
    /// # Errors
    /// The store failed.
    pub fn notices(&self, most: usize) -> Result<Vec<Notice>, StoreError> {
        self.rows("ORDER BY id DESC LIMIT ?", &[&most])
    }
}

impl Writer<'_> {
    /// Adds a notice; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_notice(&mut self, make: impl FnOnce(NoticeId) -> Notice) -> Result<Notice, StoreError> {
        self.add(|id| make(NoticeId(id)))
    }

    /// Writes down that a notice was delivered. What only the receiver may read is forgotten.
    ///
    /// # Errors
    /// The store failed.
    pub fn notice_delivered(&mut self, id: NoticeId, at: Time) -> Result<(), StoreError> {
        self.run("UPDATE notice SET delivered_at = ?, secret = NULL WHERE id = ?", &[&at, &id]).map(drop)
    }

    /// Writes down that a try failed, and when to try next.
    ///
    /// # Errors
    /// The store failed.
    pub fn notice_failed(&mut self, id: NoticeId, try_at: Time) -> Result<(), StoreError> {
        self.run("UPDATE notice SET attempts = attempts + 1, try_at = ? WHERE id = ?", &[&try_at, &id])
            .map(drop)
    }
}

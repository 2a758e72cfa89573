//! Answers to requests that carried an idempotency key: asked again, the same is answered and nothing is done twice.

use crate::{Reader, StoreError, Writer, ids::Digest, row::row};
use kangma_core::Time;

row! {
    /// The answer that a request got.
    pub struct Answer in "answer" {
        /// The digest of who asked and of the key they gave.
        key: Digest,
        /// The digest of what was asked: the same key with another request is a mistake of the client.
        request: Digest,
        /// The HTTP status; 0 while what was asked is done and its answer is not kept.
        status: u32,
        /// The body.
        body: Vec<u8>,
        /// When.
        answered_at: Time,
    }
}

impl Reader<'_> {
    /// The answer to a key.
    ///
    /// # Errors
    /// The store failed.
    pub fn answer(&self, key: Digest) -> Result<Option<Answer>, StoreError> {
        self.by_key(&key)
    }
}

impl Writer<'_> {
    /// Keeps an answer.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the key has one.
    pub fn add_answer(&mut self, answer: &Answer) -> Result<(), StoreError> {
        self.insert(answer)
    }

    /// Keeps an answer, in the place of what was kept under its key.
    ///
    /// # Errors
    /// The store failed.
    pub fn put_answer(&mut self, answer: &Answer) -> Result<(), StoreError> {
        self.replace(answer)
    }

    /// Forgets answers given before `until`. How many there were.
    ///
    /// # Errors
    /// The store failed.
    pub fn drop_answers(&mut self, until: Time) -> Result<usize, StoreError> {
        self.run("DELETE FROM answer WHERE answered_at < ?", &[&until])
    }
}

//! Signed-in sessions, by the digest of their id: a stolen database opens none.

use crate::{
    Reader, StoreError, Writer,
    ids::{AccountId, Digest},
    row::row,
};
use kangma_core::{PersonId, Time};

row! {
    /// A session.
    pub struct Session in "session" {
        /// The digest of its id.
        id: Digest,
        /// The member of staff who signed in.
        account: Option<AccountId>,
        /// The person who signed in.
        person: Option<PersonId>,
        /// What the server keeps in it.
        content: Vec<u8>,
        /// When it ends.
        expires_at: Time,
    }
}

impl Reader<'_> {
    /// A session that has not ended by `now`.
    ///
    /// # Errors
    /// The store failed.
    pub fn session(&self, id: Digest, now: Time) -> Result<Option<Session>, StoreError> {
        self.row("WHERE id = ? AND expires_at > ?", &[&id, &now])
    }
}

impl Writer<'_> {
    /// Keeps a session, in the place of an earlier state of it.
    ///
    /// # Errors
    /// The store failed.
    pub fn put_session(&mut self, session: &Session) -> Result<(), StoreError> {
        self.replace(session)
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The store failed.
    pub fn drop_session(&mut self, id: Digest) -> Result<(), StoreError> {
        self.run("DELETE FROM session WHERE id = ?", &[&id]).map(drop)
    }

    /// Ends every session of an account. How many there were.
    ///
    /// # Errors
    /// The store failed.
    pub fn drop_sessions_of_account(&mut self, account: AccountId) -> Result<usize, StoreError> {
        self.run("DELETE FROM session WHERE account = ?", &[&account])
    }

    /// Ends every session of a person. How many there were.
    ///
    /// # Errors
    /// The store failed.
    pub fn drop_sessions_of_person(&mut self, person: PersonId) -> Result<usize, StoreError> {
        self.run("DELETE FROM session WHERE person = ?", &[&person])
    }

    /// Forgets the sessions that had ended by `now`. How many there were.
    ///
    /// # Errors
    /// The store failed.
    pub fn drop_ended_sessions(&mut self, now: Time) -> Result<usize, StoreError> {
        self.run("DELETE FROM session WHERE expires_at <= ?", &[&now])
    }
}

//! Staff accounts, and the one-time codes with which residents sign in.

use crate::{
    Reader, Sealed, SealedText, StoreError, Writer,
    ids::{AccountId, Digest},
    row::{plain_json, row},
};
use kangma_core::{PointId, Time};
use serde::{Deserialize, Serialize};

/// Where a member of staff may act.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AccountScope {
    /// Everywhere.
    Everywhere,
    /// In one district.
    District(String),
    /// At one point.
    Point(PointId),
}

plain_json!(AccountScope);

row! {
    /// An account of a member of staff.
    pub struct Account in "account" {
        /// Its number.
        id: AccountId,
        /// What they sign in with, lower case.
        login: String,
        /// Their name.
        name: SealedText,
        /// The argon2id hash of their password, in PHC form.
        password_hash: String,
        /// What they may do: the service's words.
        roles: Vec<String>,
        /// Where.
        scope: AccountScope,
        /// When the account was made.
        created_at: Time,
        /// When it was closed.
        disabled_at: Option<Time>,
        /// The authority who made it; nobody where the operator did.
        made_by: Option<AccountId>,
        /// The half of its password that a second authority has not handed over yet.
        second_half: Option<SealedText>,
    }
}

row! {
    /// The one-time code that was sent last to a telephone, by the keyed hash of its number.
    pub struct OneTimeCode in "one_time_code" {
        /// The keyed hash of the telephone number.
        phone_hash: Vec<u8>,
        /// The digest of the code; sealed, because six digits are soon tried out.
        code: Sealed<Digest>,
        /// When it was made.
        created_at: Time,
        /// When it ends.
        expires_at: Time,
        /// How often it was tried.
        attempts: u32,
    }
}

impl Sealed<Digest> {
    /// Whether `secret` is what this is the digest of.
    #[must_use]
    pub fn matches(&self, secret: &[u8]) -> bool {
        self.0.matches(secret)
    }
}

impl Reader<'_> {
    /// An account.
    ///
    /// # Errors
    /// The store failed.
    pub fn account(&self, id: AccountId) -> Result<Option<Account>, StoreError> {
        self.by_key(&id)
    }

    /// The account of a login.
    ///
    /// # Errors
    /// The store failed.
    pub fn account_by_login(&self, login: &str) -> Result<Option<Account>, StoreError> {
        self.row("WHERE login = ?", &[&login])
    }

    /// All accounts, by login.
    ///
    /// # Errors
    /// The store failed.
    pub fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        self.rows("ORDER BY login", &[])
    }

    /// The code that was sent last to a telephone in its normal spelling.
    ///
    /// # Errors
    /// The store failed.
    pub fn one_time_code(&self, phone: &str) -> Result<Option<OneTimeCode>, StoreError> {
        self.by_key(&self.keys.lookup_hash("one-time-code", phone))
    }
}

impl Writer<'_> {
    /// Adds an account; the number is given here.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the login is taken.
    pub fn add_account(&mut self, make: impl FnOnce(AccountId) -> Account) -> Result<Account, StoreError> {
        self.add(|id| make(AccountId(id)))
    }

    /// Writes an account anew.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when it is not there.
    pub fn save_account(&mut self, account: &Account) -> Result<(), StoreError> {
        self.save(account)
    }

    /// Keeps the digest of a code that goes to a telephone, in the place of an earlier one.
    ///
    /// # Errors
    /// The store failed.
    pub fn put_one_time_code(
        &mut self,
        phone: &str,
        code: Digest,
        created_at: Time,
        expires_at: Time,
    ) -> Result<(), StoreError> {
        let phone_hash = self.keys.lookup_hash("one-time-code", phone);
        self.replace(&OneTimeCode { phone_hash, code: Sealed(code), created_at, expires_at, attempts: 0 })
    }

    /// Counts one try. How many there have been, or nothing when there is no code.
    ///
    /// # Errors
    /// The store failed.
    pub fn count_attempt(&mut self, phone: &str) -> Result<Option<u32>, StoreError> {
        let Some(mut code) = self.one_time_code(phone)? else { return Ok(None) };
        code.attempts = code.attempts.saturating_add(1);
        self.save(&code)?;
        Ok(Some(code.attempts))
    }

    /// Takes a code away: it was used, or tried too often.
    ///
    /// # Errors
    /// The store failed.
    pub fn drop_one_time_code(&mut self, phone: &str) -> Result<(), StoreError> {
        let hash = self.keys.lookup_hash("one-time-code", phone);
        self.run("DELETE FROM one_time_code WHERE phone_hash = ?", &[&hash]).map(drop)
    }
}

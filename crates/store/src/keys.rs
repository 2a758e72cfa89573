//! The keys of personal data: kept outside the database, so that a stolen database tells nothing.

use crate::ids::Digest;
use aws_lc_rs::{
    aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey},
    hmac,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt, sync::Arc};

/// The keys that seal personal data field by field, and the one that makes it findable again.
///
/// Sealing keys have numbers; every sealed field names its own, so that a new key can take over while old fields stay
/// readable. The look-up key stays: changing it would mean hashing every person anew.
#[derive(Clone)]
pub struct FieldKeys {
    lookup: hmac::Key,
    sealing: Arc<BTreeMap<u8, RandomizedNonceKey>>,
    current: u8,
    text: KeyFile,
}

/// A key file that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadKeys {
    /// Not the text that [`FieldKeys::to_text`] writes.
    #[error("the key file is not one that this program wrote")]
    NotAKeyFile,
    /// The current key is not among the sealing keys.
    #[error("the key file names sealing key {0} as the current one and does not have it")]
    NoCurrent(u8),
    /// No randomness to be had.
    #[error("the system gave no random numbers")]
    NoRandomness,
}

#[derive(Clone, Serialize, Deserialize)]
struct KeyFile {
    current: u8,
    lookup: HexKey,
    sealing: BTreeMap<u8, HexKey>,
}

#[derive(Clone, Copy)]
struct HexKey([u8; 32]);

/// Where a sealed field stands. Bound to the ciphertext, so that a field moved elsewhere does not open.
pub(crate) struct Cell<'a> {
    pub(crate) keys: &'a FieldKeys,
    pub(crate) table: &'static str,
    pub(crate) column: &'static str,
    pub(crate) row: &'a [u8],
}

impl Cell<'_> {
    fn bound(&self) -> Vec<u8> {
        let mut bytes = format!("{}/{}/", self.table, self.column).into_bytes();
        bytes.extend_from_slice(self.row);
        bytes
    }

    pub(crate) fn name(&self) -> String {
        format!("{}.{}", self.table, self.column)
    }
}

impl FieldKeys {
    /// New keys from the system's random numbers.
    ///
    /// # Errors
    /// The system has none.
    pub fn generate() -> Result<Self, BadKeys> {
        let sealing = BTreeMap::from([(1, random_key()?)]);
        Self::from_file(KeyFile { current: 1, lookup: random_key()?, sealing })
    }

    /// The same keys with a new sealing key that seals from now on; the old ones still open.
    ///
    /// # Errors
    /// The system has no random numbers, or all 255 numbers of keys are used.
    pub fn rotated(&self) -> Result<Self, BadKeys> {
        let mut text = self.text.clone();
        let last = text.sealing.keys().copied().max().unwrap_or(0);
        text.current = last.checked_add(1).ok_or(BadKeys::NoCurrent(last))?;
        text.sealing.insert(text.current, random_key()?);
        Self::from_file(text)
    }

    /// Reads the text of a key file.
    ///
    /// # Errors
    /// It is not such a text.
    pub fn from_text(text: &str) -> Result<Self, BadKeys> {
        Self::from_file(serde_json::from_str(text).map_err(|_| BadKeys::NotAKeyFile)?)
    }

    /// The text of a key file: a secret.
    ///
    /// # Errors
    /// Never for keys that were made here.
    pub fn to_text(&self) -> Result<String, BadKeys> {
        serde_json::to_string_pretty(&self.text).map_err(|_| BadKeys::NotAKeyFile)
    }

    fn from_file(text: KeyFile) -> Result<Self, BadKeys> {
        let sealing: Result<BTreeMap<_, _>, _> = text
            .sealing
            .iter()
            .map(|(id, key)| RandomizedNonceKey::new(&AES_256_GCM, &key.0).map(|key| (*id, key)))
            .collect();
        let sealing = sealing.map_err(|_| BadKeys::NotAKeyFile)?;
        if !sealing.contains_key(&text.current) {
            return Err(BadKeys::NoCurrent(text.current));
        }
        let lookup = hmac::Key::new(hmac::HMAC_SHA256, &text.lookup.0);
        Ok(Self { lookup, sealing: Arc::new(sealing), current: text.current, text })
    }

    /// The keyed hash under which `value` is found again; `what` keeps a telephone from matching a document.
    pub(crate) fn lookup_hash(&self, what: &str, value: &str) -> Vec<u8> {
        let mut context = hmac::Context::with_key(&self.lookup);
        context.update(what.as_bytes());
        context.update(&[0]);
        context.update(value.as_bytes());
        context.sign().as_ref().to_vec()
    }

    /// Seals as `key number, nonce, ciphertext, tag`. Nothing when the cipher refuses, which it does not for short texts.
    pub(crate) fn seal(&self, cell: &Cell<'_>, plain: &[u8]) -> Option<Vec<u8>> {
        let key = self.sealing.get(&self.current)?;
        let mut body = plain.to_vec();
        let nonce = key.seal_in_place_append_tag(Aad::from(cell.bound()), &mut body).ok()?;
        let mut sealed = Vec::with_capacity(1 + NONCE_LEN + body.len());
        sealed.push(self.current);
        sealed.extend_from_slice(nonce.as_ref());
        sealed.append(&mut body);
        Some(sealed)
    }

    /// Opens what [`Self::seal`] sealed for the same cell.
    pub(crate) fn open(&self, cell: &Cell<'_>, sealed: &[u8]) -> Option<Vec<u8>> {
        let (id, rest) = sealed.split_first()?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut body = body.to_vec();
        let key = self.sealing.get(id)?;
        let plain = key.open_in_place(nonce, Aad::from(cell.bound()), &mut body).ok()?;
        Some(plain.to_vec())
    }
}

/// The keys themselves never reach a log.
impl fmt::Debug for FieldKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FieldKeys").field("current", &self.current).finish_non_exhaustive()
    }
}

fn random_key() -> Result<HexKey, BadKeys> {
    let mut key = [0; 32];
    aws_lc_rs::rand::fill(&mut key).map_err(|_| BadKeys::NoRandomness)?;
    Ok(HexKey(key))
}

impl Serialize for HexKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Digest(self.0))
    }
}

impl<'de> Deserialize<'de> for HexKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<Digest>().map(|key| Self(key.0)).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell<'a>(keys: &'a FieldKeys, column: &'static str, row: &'a [u8]) -> Cell<'a> {
        Cell { keys, table: "person", column, row }
    }

    #[test]
    fn a_sealed_field_opens_in_its_own_place_and_nowhere_else() {
        let keys = FieldKeys::generate().unwrap();
        let sealed = keys.seal(&cell(&keys, "name", b"1"), b"invented").unwrap();
        assert_eq!(keys.open(&cell(&keys, "name", b"1"), &sealed).unwrap(), b"invented");
        assert!(keys.open(&cell(&keys, "name", b"2"), &sealed).is_none());
        assert!(keys.open(&cell(&keys, "phone", b"1"), &sealed).is_none());
        let other = FieldKeys::generate().unwrap();
        assert!(other.open(&cell(&other, "name", b"1"), &sealed).is_none());
    }

    #[test]
    fn every_changed_or_missing_byte_keeps_a_field_shut() {
        let keys = FieldKeys::generate().unwrap();
        let place = cell(&keys, "name", b"1");
        let sealed = keys.seal(&place, b"invented").unwrap();
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(keys.open(&place, &changed).is_none(), "byte {at}");
            assert!(keys.open(&place, &sealed[..at]).is_none(), "length {at}");
        }
    }

    #[test]
    fn an_old_field_opens_after_a_rotation_and_a_new_one_names_the_new_key() {
        let old = FieldKeys::generate().unwrap();
        let sealed = old.seal(&cell(&old, "name", b"1"), b"invented").unwrap();
        let new = old.rotated().unwrap();
        assert_eq!(new.open(&cell(&new, "name", b"1"), &sealed).unwrap(), b"invented");
        assert_eq!(new.seal(&cell(&new, "name", b"1"), b"").unwrap()[0], 2);
        assert_eq!(old.lookup_hash("phone", "1"), new.lookup_hash("phone", "1"));
    }

    #[test]
    fn keys_read_back_from_their_text_and_never_show_in_debug() {
        let keys = FieldKeys::generate().unwrap();
        let text = keys.to_text().unwrap();
        let again = FieldKeys::from_text(&text).unwrap();
        assert_eq!(again.lookup_hash("a", "b"), keys.lookup_hash("a", "b"));
        assert_eq!(format!("{keys:?}"), "FieldKeys { current: 1, .. }");
        assert_eq!(FieldKeys::from_text("{}").unwrap_err(), BadKeys::NotAKeyFile);
    }
}

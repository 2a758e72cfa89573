//! Issuer keys: several valid at once, each in its window, so that one follows another without a gap.

use crate::{BadKey, Issuer, Kid, PublicJwk, PublicKey, SecretJwk, SecretKey, Signer as _};
use kangma_core::{Span, Time, Window};
use serde::{Deserialize, Serialize};

/// The longest that any code lives after its key's window has closed: a paper code's life.
const LONGEST_CODE: Span = Span::from_24_hours(180);

/// An issuer's public key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IssuerKey {
    /// Whose it is.
    pub issuer: Issuer,
    /// The key.
    pub key: PublicKey,
    /// When codes may have been issued with it.
    pub window: Window,
}

/// The keys that a reader believes. A code verifies to its own end, even after its key's window has closed.
#[derive(Debug, Clone, Default)]
pub struct KeyRing {
    keys: Vec<(Kid, IssuerKey)>,
}

impl KeyRing {
    /// A ring of these keys.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = IssuerKey>) -> Self {
        let mut ring = Self::default();
        keys.into_iter().for_each(|key| ring.add(key));
        ring
    }

    /// Adds a key, in place of one of the same name.
    pub fn add(&mut self, key: IssuerKey) {
        let kid = key.key.kid();
        self.withdraw(kid);
        self.keys.push((kid, key));
    }

    /// Takes a leaked key out: every code made with it falls. Says whether it was there.
    pub fn withdraw(&mut self, kid: Kid) -> bool {
        let before = self.keys.len();
        self.keys.retain(|(name, _)| *name != kid);
        self.keys.len() < before
    }

    /// Drops the keys of which no code can be valid any more.
    pub fn prune(&mut self, now: Time) {
        self.keys.retain(|(_, key)| now < key.window.until + LONGEST_CODE);
    }

    /// The key of that name.
    #[must_use]
    pub fn find(&self, kid: Kid) -> Option<&IssuerKey> {
        self.keys.iter().find(|(name, _)| *name == kid).map(|(_, key)| key)
    }

    /// Every key, as gates are given them.
    pub fn published(&self) -> impl Iterator<Item = PublishedKey> {
        self.keys.iter().map(|(kid, key)| PublishedKey {
            kid: kid.to_string(),
            issuer: key.issuer.as_str().to_owned(),
            from: key.window.from,
            until: key.window.until,
            key: PublicJwk::from(&key.key),
        })
    }
}

/// An issuer's public key in JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublishedKey {
    /// Its name, in hexadecimal.
    pub kid: String,
    /// Whose it is.
    pub issuer: String,
    /// The first instant at which codes may be issued with it.
    pub from: Time,
    /// The first instant at which they no longer may.
    pub until: Time,
    /// The key.
    pub key: PublicJwk,
}

/// An issuer's private key in a key file. Keep it where nobody but the server reads it.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoredKey {
    /// Whose it is.
    pub issuer: String,
    /// The first instant at which codes may be issued with it.
    pub from: Time,
    /// The first instant at which they no longer may.
    pub until: Time,
    /// The key.
    pub key: SecretJwk,
}

impl TryFrom<&PublishedKey> for IssuerKey {
    type Error = BadKey;
    fn try_from(published: &PublishedKey) -> Result<Self, BadKey> {
        let key = PublicKey::try_from(&published.key)?;
        let issuer = Issuer::new(&published.issuer).map_err(|_| BadKey::Jwk)?;
        let window = Window::new(published.from, published.until).ok_or(BadKey::Jwk)?;
        Ok(Self { issuer, key, window })
    }
}

/// An issuer's private key in its window.
#[derive(Debug)]
pub struct IssuerSecret {
    /// Whose it is.
    pub issuer: Issuer,
    /// When it may sign.
    pub window: Window,
    /// The key.
    pub key: SecretKey,
}

impl From<&IssuerSecret> for StoredKey {
    fn from(secret: &IssuerSecret) -> Self {
        Self {
            issuer: secret.issuer.as_str().to_owned(),
            from: secret.window.from,
            until: secret.window.until,
            key: SecretJwk::from(&secret.key),
        }
    }
}

impl TryFrom<&StoredKey> for IssuerSecret {
    type Error = BadKey;
    fn try_from(stored: &StoredKey) -> Result<Self, BadKey> {
        let key = SecretKey::try_from(&stored.key)?;
        let issuer = Issuer::new(&stored.issuer).map_err(|_| BadKey::Jwk)?;
        let window = Window::new(stored.from, stored.until).ok_or(BadKey::Jwk)?;
        Ok(Self { issuer, window, key })
    }
}

/// The keys that a server signs with, one after the other.
#[derive(Debug, Default)]
pub struct SigningKeys {
    keys: Vec<IssuerSecret>,
}

impl SigningKeys {
    /// These keys.
    #[must_use]
    pub const fn new(keys: Vec<IssuerSecret>) -> Self {
        Self { keys }
    }

    /// Adds a successor.
    pub fn add(&mut self, key: IssuerSecret) {
        self.keys.push(key);
    }

    /// Every key, past, present and to come.
    #[must_use]
    pub fn all(&self) -> &[IssuerSecret] {
        &self.keys
    }

    /// The key that signs at `now`: of those in force, the one that came last.
    #[must_use]
    pub fn signer(&self, now: Time) -> Option<&IssuerSecret> {
        self.keys.iter().filter(|key| key.window.contains(now)).max_by_key(|key| key.window.from)
    }

    /// Whether a successor is due: nothing is in force `lead` from now.
    #[must_use]
    pub fn needs_successor(&self, now: Time, lead: Span) -> bool {
        self.signer(now).is_none() || self.signer(now + lead).is_none()
    }

    /// The window of a successor that is published now, takes over after `lead`, and signs for `length`; sooner when
    /// nothing is in force until then, so that there is no gap.
    #[must_use]
    pub fn successor_window(&self, now: Time, lead: Span, length: Span) -> Option<Window> {
        let ends = self.keys.iter().filter(|key| key.window.contains(now)).map(|key| key.window.until);
        let from = ends.max().map_or(now, |end| end.min(now + lead));
        Window::new(from, from + length)
    }

    /// The ring with which everybody reads the codes.
    #[must_use]
    pub fn ring(&self) -> KeyRing {
        KeyRing::new(self.keys.iter().map(|secret| IssuerKey {
            issuer: secret.issuer.clone(),
            key: secret.key.public_key(),
            window: secret.window,
        }))
    }
}

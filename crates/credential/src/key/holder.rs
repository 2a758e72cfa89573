//! The holder device's public key, as short as a code carries it.

use super::{Algorithm, BadKey, PublicKey, Signature};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey};

/// A holder's public key in the form in which a code carries it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HolderKey {
    /// Ed25519: the encoded point.
    Ed25519([u8; 32]),
    /// P-256: 02 or 03 for the parity of y, then x.
    P256([u8; 33]),
}

impl HolderKey {
    /// The short form of a key.
    ///
    /// # Errors
    /// The key is not as long as its algorithm's keys are.
    pub fn of(key: &PublicKey) -> Result<Self, BadKey> {
        let raw = key.raw();
        match key.algorithm() {
            Algorithm::Ed25519 => raw.try_into().map(Self::Ed25519).map_err(|_| BadKey::Length),
            Algorithm::Es256 => {
                let (head, last) = (raw.get(1..33), raw.last());
                let (Some(x), Some(last)) = (head, last) else { return Err(BadKey::Length) };
                let mut short = [2 | (last & 1); 33];
                short[1..].copy_from_slice(x);
                Ok(Self::P256(short))
            }
        }
    }

    /// Registers the key that a browser sends, as WebCrypto exports it: 32 or 65 bytes.
    ///
    /// # Errors
    /// Another length, not a point, or a point of small order.
    pub fn from_raw(bytes: &[u8]) -> Result<Self, BadKey> {
        Self::of(&PublicKey::from_raw(bytes)?)
    }

    /// Its algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::P256(_) => Algorithm::Es256,
        }
    }

    /// Whether this key made `signature` over `message`; an error when it is no usable key.
    pub(crate) fn verifies(&self, message: &[u8], signature: &Signature) -> Result<bool, BadKey> {
        match self {
            Self::Ed25519(bytes) => Ok(PublicKey::ed25519(bytes)?.verifies(message, signature)),
            Self::P256(short) => {
                let key =
                    ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, short).map_err(|_| BadKey::NotAPoint)?;
                Ok(key.verify_sig(message, &signature.0).is_ok())
            }
        }
    }
}

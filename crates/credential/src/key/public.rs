//! Public keys, parsed once and ready to verify.

use super::{Algorithm, BadKey, Kid, Signature};
use aws_lc_rs::{
    digest,
    signature::{ECDSA_P256_SHA256_FIXED, ParsedPublicKey},
};
use ed25519_dalek::{Verifier as _, VerifyingKey};
use std::fmt;

/// A public key that is a point of its curve and not of small order.
#[derive(Clone)]
pub struct PublicKey(Kind);

#[derive(Clone)]
enum Kind {
    Ed25519(VerifyingKey),
    P256 { parsed: ParsedPublicKey, raw: [u8; 65] },
}

impl PublicKey {
    /// From the bytes that WebCrypto exports as `raw`: 32 for Ed25519, 65 for P-256.
    ///
    /// # Errors
    /// Another length, not a point, or a point of small order.
    pub fn from_raw(bytes: &[u8]) -> Result<Self, BadKey> {
        match bytes.len() {
            32 => Self::ed25519(bytes.try_into().map_err(|_| BadKey::Length)?),
            65 => Self::p256(bytes.try_into().map_err(|_| BadKey::Length)?),
            _ => Err(BadKey::Length),
        }
    }

    pub(super) fn ed25519(bytes: &[u8; 32]) -> Result<Self, BadKey> {
        // One point must not pass for two keys.
        if !is_canonical(bytes) {
            return Err(BadKey::NotAPoint);
        }
        let key = VerifyingKey::from_bytes(bytes).map_err(|_| BadKey::NotAPoint)?;
        if key.is_weak() {
            return Err(BadKey::SmallOrder);
        }
        Ok(Self(Kind::Ed25519(key)))
    }

    /// The public half of a private key, which is never of small order.
    pub(super) const fn of_secret(key: VerifyingKey) -> Self {
        Self(Kind::Ed25519(key))
    }

    pub(super) fn p256(raw: &[u8; 65]) -> Result<Self, BadKey> {
        if raw[0] != 4 {
            return Err(BadKey::Length);
        }
        let parsed = ParsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, raw).map_err(|_| BadKey::NotAPoint)?;
        Ok(Self(Kind::P256 { parsed, raw: *raw }))
    }

    /// Its algorithm.
    #[must_use]
    pub const fn algorithm(&self) -> Algorithm {
        match &self.0 {
            Kind::Ed25519(_) => Algorithm::Ed25519,
            Kind::P256 { .. } => Algorithm::Es256,
        }
    }

    /// Its bytes: 32 for Ed25519, 65 for P-256.
    #[must_use]
    pub fn raw(&self) -> &[u8] {
        match &self.0 {
            Kind::Ed25519(key) => key.as_bytes(),
            Kind::P256 { raw, .. } => raw,
        }
    }

    /// Its name.
    #[must_use]
    pub fn kid(&self) -> Kid {
        let digest = digest::digest(&digest::SHA256, self.raw());
        let mut kid = [0; 8];
        kid.copy_from_slice(&digest.as_ref()[..8]);
        Kid(kid)
    }

    /// Whether this key made `signature` over `message`.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        match &self.0 {
            Kind::Ed25519(key) => {
                key.verify(message, &ed25519_dalek::Signature::from_bytes(&signature.0)).is_ok()
            }
            Kind::P256 { parsed, .. } => parsed.verify_sig(message, &signature.0).is_ok(),
        }
    }
}

/// Whether the coordinate lies below the field's prime, 2^255 - 19. (The other second encoding, a sign on x = 0,
/// belongs to points of small order.)
fn is_canonical(bytes: &[u8; 32]) -> bool {
    bytes[0] < 0xed || bytes[31] & 0x7f != 0x7f || bytes[1..31].iter().any(|byte| *byte != 0xff)
}

impl PartialEq for PublicKey {
    fn eq(&self, other: &Self) -> bool {
        self.raw() == other.raw()
    }
}

impl Eq for PublicKey {}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} {})", self.algorithm().as_str(), self.kid())
    }
}

//! Keys: algorithms, public and private keys, their names and their signatures.

mod holder;
mod jwk;
mod public;
mod secret;

pub use holder::HolderKey;
pub use jwk::{PublicJwk, SecretJwk};
pub use public::PublicKey;
pub use secret::{SecretKey, SignError, Signer};

use serde::{Deserialize, Serialize};
use std::fmt;

/// A signature algorithm. Its name in JSON is that of WebCrypto.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Algorithm {
    /// EdDSA with Ed25519.
    Ed25519,
    /// ECDSA with P-256 and SHA-256.
    #[serde(rename = "ES256")]
    Es256,
}

impl Algorithm {
    /// Its number in COSE.
    #[must_use]
    pub const fn number(self) -> i64 {
        match self {
            Algorithm::Ed25519 => -8,
            Algorithm::Es256 => -7,
        }
    }

    /// Its name in WebCrypto and in JSON: `Ed25519` or `ES256`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Algorithm::Ed25519 => "Ed25519",
            Algorithm::Es256 => "ES256",
        }
    }
}

/// A key's name: the first eight bytes of SHA-256 over the public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Kid(pub [u8; 8]);

impl fmt::Display for Kid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// A signature: 64 bytes, for ES256 `r ‖ s`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Signature(pub [u8; 64]);

impl TryFrom<&[u8]> for Signature {
    type Error = std::array::TryFromSliceError;
    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        bytes.try_into().map(Self)
    }
}

/// A key that cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadKey {
    /// Neither 32 nor 65 bytes.
    #[error("a public key is 32 bytes (Ed25519) or 65 bytes beginning with 04 (P-256)")]
    Length,
    /// Not a point of the curve.
    #[error("the public key is not a point of its curve")]
    NotAPoint,
    /// An Ed25519 key of small order, under which a signature proves nothing.
    #[error("the public key is of small order: a signature made with it would prove nothing")]
    SmallOrder,
    /// A JWK of another kind, or with parts that are not base64url of the right length.
    #[error("the key is not a JWK of Ed25519 or P-256")]
    Jwk,
    /// A private key that is out of range or does not belong to its public key.
    #[error("the private key is out of range, or belongs to another public key")]
    Secret,
}

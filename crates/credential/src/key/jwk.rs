//! Keys as JSON (RFC 7517): what a browser exports, what a key file holds, what a gate is given.

use super::{Algorithm, BadKey, PublicKey, SecretKey, Signer as _};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// A public key as JWK. Members that it does not name are ignored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicJwk {
    /// `OKP` or `EC`.
    pub kty: String,
    /// `Ed25519` or `P-256`.
    pub crv: String,
    /// The first coordinate, or the whole Ed25519 key, in base64url.
    pub x: String,
    /// The second coordinate of P-256, in base64url.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub y: Option<String>,
}

/// A private key as JWK: for a key file, and nowhere else.
#[derive(Serialize, Deserialize)]
pub struct SecretJwk {
    /// The public half.
    #[serde(flatten)]
    pub public: PublicJwk,
    /// The private half, in base64url.
    d: Zeroizing<String>,
}

impl From<&PublicKey> for PublicJwk {
    fn from(key: &PublicKey) -> Self {
        let raw = key.raw();
        let (kty, crv, x, y) = match key.algorithm() {
            Algorithm::Ed25519 => ("OKP", "Ed25519", raw, None),
            Algorithm::Es256 => ("EC", "P-256", &raw[1..33], Some(&raw[33..])),
        };
        Self {
            kty: kty.to_owned(),
            crv: crv.to_owned(),
            x: URL_SAFE_NO_PAD.encode(x),
            y: y.map(|y| URL_SAFE_NO_PAD.encode(y)),
        }
    }
}

impl TryFrom<&PublicJwk> for PublicKey {
    type Error = BadKey;
    fn try_from(jwk: &PublicJwk) -> Result<Self, BadKey> {
        let x = coordinate(&jwk.x)?;
        match (jwk.kty.as_str(), jwk.crv.as_str(), &jwk.y) {
            ("OKP", "Ed25519", None) => PublicKey::ed25519(&x),
            ("EC", "P-256", Some(y)) => {
                let mut raw = [4; 65];
                raw[1..33].copy_from_slice(&x);
                raw[33..].copy_from_slice(&coordinate(y)?);
                PublicKey::p256(&raw)
            }
            _ => Err(BadKey::Jwk),
        }
    }
}

impl From<&SecretKey> for SecretJwk {
    fn from(key: &SecretKey) -> Self {
        let d = Zeroizing::new(URL_SAFE_NO_PAD.encode(key.seed()));
        Self { public: PublicJwk::from(&key.public_key()), d }
    }
}

impl TryFrom<&SecretJwk> for SecretKey {
    type Error = BadKey;
    fn try_from(jwk: &SecretJwk) -> Result<Self, BadKey> {
        let public = PublicKey::try_from(&jwk.public)?;
        let seed = coordinate(&jwk.d)?;
        let key = match public.algorithm() {
            Algorithm::Ed25519 => SecretKey::ed25519(seed),
            Algorithm::Es256 => SecretKey::p256(seed)?,
        };
        if key.public_key() == public { Ok(key) } else { Err(BadKey::Secret) }
    }
}

impl fmt::Debug for SecretJwk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretJwk").field("public", &self.public).finish_non_exhaustive()
    }
}

fn coordinate(text: &str) -> Result<[u8; 32], BadKey> {
    let mut bytes = [0; 32];
    match URL_SAFE_NO_PAD.decode_slice(text, &mut bytes) {
        Ok(32) => Ok(bytes),
        _ => Err(BadKey::Jwk),
    }
}

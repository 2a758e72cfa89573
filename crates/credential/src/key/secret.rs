//! Private keys, and whatever else can sign.

use super::{Algorithm, BadKey, Kid, PublicKey, Signature};
use aws_lc_rs::{
    agreement,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use ed25519_dalek::{Signer as _, SigningKey};
use std::fmt;
use zeroize::Zeroizing;

/// Something that signs: a key in memory, or one in a device that never gives it away.
pub trait Signer {
    /// The public half.
    fn public_key(&self) -> PublicKey;

    /// Signs a message.
    ///
    /// # Errors
    /// It could not sign.
    fn sign(&self, message: &[u8]) -> Result<Signature, SignError>;

    /// The name of the key.
    fn kid(&self) -> Kid {
        self.public_key().kid()
    }

    /// The algorithm of the key.
    fn algorithm(&self) -> Algorithm {
        self.public_key().algorithm()
    }
}

/// A signer that did not sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the key could not sign: check that its store or device is reachable")]
pub struct SignError;

/// A private key in memory. It is wiped when it is dropped, and never printed.
pub struct SecretKey {
    seed: Zeroizing<[u8; 32]>,
    public: PublicKey,
    pair: Pair,
}

enum Pair {
    Ed25519(Box<SigningKey>),
    P256(EcdsaKeyPair),
}

impl SecretKey {
    /// The Ed25519 key of 32 random bytes.
    #[must_use]
    pub fn ed25519(seed: [u8; 32]) -> Self {
        let seed = Zeroizing::new(seed);
        let pair = SigningKey::from_bytes(&seed);
        let public = PublicKey::of_secret(pair.verifying_key());
        Self { seed, public, pair: Pair::Ed25519(Box::new(pair)) }
    }

    /// The P-256 key of 32 random bytes.
    ///
    /// # Errors
    /// The bytes are zero or beyond the order of the curve (one chance in 2^32): draw again.
    pub fn p256(seed: [u8; 32]) -> Result<Self, BadKey> {
        let seed = Zeroizing::new(seed);
        let point = agreement::PrivateKey::from_private_key(&agreement::ECDH_P256, &*seed)
            .map_err(|_| BadKey::Secret)?
            .compute_public_key()
            .map_err(|_| BadKey::Secret)?;
        let public = PublicKey::from_raw(point.as_ref())?;
        let pair = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &*seed,
            point.as_ref(),
        )
        .map_err(|_| BadKey::Secret)?;
        Ok(Self { seed, public, pair: Pair::P256(pair) })
    }

    /// The 32 bytes that it was made from, for a key file.
    pub(super) fn seed(&self) -> &[u8; 32] {
        &self.seed
    }
}

impl Signer for SecretKey {
    fn public_key(&self) -> PublicKey {
        self.public.clone()
    }

    fn sign(&self, message: &[u8]) -> Result<Signature, SignError> {
        match &self.pair {
            Pair::Ed25519(pair) => Ok(Signature(pair.sign(message).to_bytes())),
            Pair::P256(pair) => {
                let signature = pair.sign(&SystemRandom::new(), message).map_err(|_| SignError)?;
                Signature::try_from(signature.as_ref()).map_err(|_| SignError)
            }
        }
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({} {})", self.public.algorithm().as_str(), self.public.kid())
    }
}

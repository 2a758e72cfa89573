//! Passwords and one-time codes: hashed where they are kept, drawn from outside, compared without telling how near.

use crate::{Refused, ports::Chance};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::fmt::Write as _;

/// Letters and digits that nobody mistakes for each other.
const LEGIBLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The fewest characters of a password that a person chooses.
pub(crate) const SHORTEST_PASSWORD: usize = 12;

/// Hashes a password with argon2id. Takes tens of milliseconds: never on a thread that serves others.
pub(crate) fn hash_password(password: &str, chance: &dyn Chance) -> Result<String, Refused> {
    let mut salt = [0; 16];
    chance.fill(&mut salt);
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| Refused::WrongSecret)?;
    Ok(hash.to_string())
}

/// Whether a password is the one that was hashed.
pub(crate) fn password_fits(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.as_bytes(), &hash).is_ok())
}

/// A random password that can be read aloud: four groups of four, 80 bits.
pub(crate) fn random_password(chance: &dyn Chance) -> String {
    let mut bytes = [0; 16];
    chance.fill(&mut bytes);
    let mut text = String::with_capacity(19);
    for (place, byte) in bytes.iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(LEGIBLE[usize::from(byte % 32)]));
    }
    text
}

/// Six random digits.
pub(crate) fn random_digits(chance: &dyn Chance) -> String {
    let mut text = String::with_capacity(6);
    // Modulo of 63 random bits: a bias below one in 10^12.
    let number = chance.number() % 1_000_000;
    let _written: std::fmt::Result = write!(text, "{number:06}");
    text
}

/// A random secret for a cookie or a device: 256 bits.
pub(crate) fn random_token(chance: &dyn Chance) -> String {
    let mut bytes = [0; 32];
    chance.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Fixed(u8);
    impl Chance for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[test]
    fn a_password_fits_its_own_hash_alone() {
        let hash = hash_password("correct horse", &Fixed(1)).unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(password_fits("correct horse", &hash));
        assert!(!password_fits("correct horsf", &hash));
        assert!(!password_fits("correct horse", "not a hash"));
    }

    #[test]
    fn random_texts_have_their_shape() {
        assert_eq!(random_password(&Fixed(0)), "aaaa-aaaa-aaaa-aaaa");
        assert_eq!(random_digits(&Fixed(0)), "000000");
        assert_eq!(random_token(&Fixed(0)).len(), 43);
    }
}

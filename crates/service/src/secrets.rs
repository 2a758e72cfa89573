//! Passwords and one-time codes: hashed where they are kept, drawn from outside, compared without telling how near.

use crate::{Refused, ports::Chance};
use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use std::{fmt::Write as _, sync::Arc};
use tokio::sync::Semaphore;

/// Letters and digits that nobody mistakes for each other.
const LEGIBLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The fewest characters of a password that a person chooses.
pub(crate) const SHORTEST_PASSWORD: usize = 12;

/// How many passwords are hashed at once: each takes 19 MiB and a processor for tens of milliseconds.
const AT_ONCE: usize = 4;

/// The one way to a hash: a few at once, the others wait for their turn.
#[derive(Debug, Clone)]
pub(crate) struct Hashing(Arc<Semaphore>);

impl Default for Hashing {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Hashing {
    /// Hashes a password.
    pub(crate) async fn hash(&self, password: String, chance: Arc<dyn Chance>) -> Result<String, Refused> {
        self.run(move || hash_password(&password, &*chance)).await.ok_or(Refused::WrongSecret)?
    }

    /// Whether a password is the one that was hashed.
    pub(crate) async fn fits(&self, password: String, hash: String) -> bool {
        self.run(move || password_fits(&password, &hash)).await == Some(true)
    }

    async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
        let turn = Arc::clone(&self.0).acquire_owned().await.ok()?;
        let done = tokio::task::spawn_blocking(move || {
            let done = work();
            // Here and not with whoever asked: they may have gone while the hash is still computed.
            drop(turn);
            done
        });
        done.await.ok()
    }
}

/// Hashes a password with argon2id. Takes tens of milliseconds: never on a thread that serves others.
fn hash_password(password: &str, chance: &dyn Chance) -> Result<String, Refused> {
    let mut salt = [0; 16];
    chance.fill(&mut salt);
    let hash: PasswordHash = Argon2::default()
        .hash_password_with_salt(password.as_bytes(), &salt)
        .map_err(|_| Refused::WrongSecret)?;
    Ok(hash.to_string())
}

/// Whether a password is the one that was hashed.
fn password_fits(password: &str, hash: &str) -> bool {
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
    use std::{
        sync::atomic::{AtomicUsize, Ordering::SeqCst},
        time::Duration,
    };

    struct Fixed(u8);
    impl Chance for Fixed {
        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(self.0);
        }
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn only_a_few_hashes_are_computed_at_once_even_when_nobody_waits_for_them() {
        static NOW: AtomicUsize = AtomicUsize::new(0);
        static MOST: AtomicUsize = AtomicUsize::new(0);
        static DONE: AtomicUsize = AtomicUsize::new(0);
        let hashing = Hashing::default();
        for _ in 0..40 {
            let hashing = hashing.clone();
            let asked = tokio::spawn(async move {
                hashing
                    .run(|| {
                        MOST.fetch_max(NOW.fetch_add(1, SeqCst) + 1, SeqCst);
                        std::thread::sleep(Duration::from_millis(5));
                        NOW.fetch_sub(1, SeqCst);
                        DONE.fetch_add(1, SeqCst);
                    })
                    .await
            });
            tokio::time::sleep(Duration::from_millis(1)).await;
            asked.abort();
        }
        assert_eq!(hashing.run(|| 7).await, Some(7));
        assert!(MOST.load(SeqCst) <= AT_ONCE, "{} at once", MOST.load(SeqCst));
        assert!(DONE.load(SeqCst) > 1);
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

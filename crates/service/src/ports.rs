//! What the use cases need from outside: time, chance, a messenger.

use kangma_core::Time;
use std::fmt;

/// Tells the time. The composition root has the only one that reads the machine's clock.
pub trait Clock: Send + Sync {
    /// The present instant.
    fn now(&self) -> Time;
}

/// Draws unpredictable bytes.
pub trait Chance: Send + Sync {
    /// Fills `bytes` with unpredictable ones.
    fn fill(&self, bytes: &mut [u8]);

    /// A random 63-bit number, for identifiers.
    fn number(&self) -> u64 {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        u64::from_le_bytes(bytes) >> 1
    }
}

/// Carries short messages to people: one-time codes and notices.
pub trait Notifier: Send + Sync {
    /// Whether messages can be delivered at all. When not, sign-in says that it is not configured.
    fn delivers(&self) -> bool;

    /// Hands one message over. Called outside any transaction, again after a failure.
    ///
    /// # Errors
    /// The message was not taken; it stays in the outbox.
    fn deliver(&self, message: &Message) -> Result<(), Undelivered>;
}

/// A short message to one address.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// A telephone number or another address that the messenger understands.
    pub to: String,
    /// The text, in the language of the person.
    pub text: String,
}

/// A messenger's refusal, without the message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the message was not delivered: {0}")]
pub struct Undelivered(pub String);

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Message { .. }")
    }
}

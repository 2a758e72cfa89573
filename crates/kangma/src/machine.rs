//! The machine's clock and randomness: read here and nowhere else.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use kangma_core::Time;
use kangma_service::ports::{Chance, Clock};

/// The machine's own clock.
#[derive(Debug, Clone, Copy, Default)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the wall clock")]
    fn now(&self) -> Time {
        Time(jiff::Timestamp::now().as_millisecond())
    }
}

/// The machine's own source of secrets.
#[derive(Debug, Default)]
pub struct MachineChance(SystemRandom);

impl Chance for MachineChance {
    /// Without randomness no key and no id may be made: the process ends rather than go on with guessable ones.
    fn fill(&self, bytes: &mut [u8]) {
        if self.0.fill(bytes).is_err() {
            eprintln!(
                "kangma: this machine gives no random bytes; nothing can be made safely, so the server stops"
            );
            std::process::abort();
        }
    }
}

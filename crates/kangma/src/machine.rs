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

/// How many bytes of memory are free for this process: what the kernel calls available, or less where a control group
/// allows less. Nothing where the machine does not say.
#[must_use]
pub fn free_memory() -> Option<u64> {
    let number = |path: &str| std::fs::read_to_string(path).ok()?.trim().parse::<u64>().ok();
    let group = number("/sys/fs/cgroup/memory.max")
        .map(|most| most.saturating_sub(number("/sys/fs/cgroup/memory.current").unwrap_or(0)));
    let kernel = std::fs::read_to_string("/proc/meminfo").ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.split_whitespace().next()?.parse::<u64>().ok().map(|kibibytes| kibibytes * 1_024)
    });
    [group, kernel].into_iter().flatten().min()
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

//! For the fault tests alone: a server that kills itself at a numbered write point, as a power cut would.

use kangma_store::{Fault, WritePoint};
use std::{process::Command, sync::Arc};

/// The variable that names the write point.
pub const VARIABLE: &str = "KANGMA_TEST_KILL_AT_WRITE_POINT";

/// The fault that the environment asks for.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
pub fn from_environment() -> Option<Fault> {
    let number: u64 = std::env::var(VARIABLE).ok()?.parse().ok()?;
    Some(Arc::new(move |point: WritePoint| {
        if point.number == number {
            kill_this_process();
        }
    }))
}

/// SIGKILL, which nothing can catch and after which nothing is flushed.
fn kill_this_process() {
    let own = std::process::id().to_string();
    let _killed = Command::new("kill").args(["-KILL", &own]).status();
    std::process::abort();
}

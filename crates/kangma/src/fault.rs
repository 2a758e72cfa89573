//! For the fault tests alone: a server that kills itself at a numbered write point, as a power cut would.
//!
//! The numbering begins once the file of [`JOURNAL`] is there, so that a test can start the server, look around, and then
//! arm it. Each write point passed from then on is a line of that file: whoever reads it after the kill knows how many
//! commits were durable.

use kangma_store::{Fault, WritePoint};
use std::{
    fs::OpenOptions,
    io::Write as _,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// The variable that names the write point to be killed at; without it none.
pub const KILL_AT: &str = "KANGMA_TEST_KILL_AT_WRITE_POINT";
/// The variable that names the file whose being there begins the numbering, and that each point is written to.
pub const JOURNAL: &str = "KANGMA_TEST_WRITE_POINTS";

/// The fault that the environment asks for.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "the composition root reads the environment")]
pub fn from_environment() -> Option<Fault> {
    let journal = PathBuf::from(std::env::var_os(JOURNAL)?);
    let kill_at = std::env::var(KILL_AT).ok().and_then(|number| number.parse().ok());
    let passed = AtomicU64::new(0);
    Some(Arc::new(move |point: WritePoint| {
        if !note(&journal, point) {
            return;
        }
        let number = passed.fetch_add(1, Ordering::Relaxed) + 1;
        if kill_at == Some(number) {
            kill_this_process();
        }
    }))
}

/// Adds a line to the journal. Whether there is one.
fn note(journal: &Path, point: WritePoint) -> bool {
    let Ok(mut file) = OpenOptions::new().append(true).open(journal) else { return false };
    writeln!(file, "{:?}", point.moment).is_ok()
}

/// SIGKILL, which nothing can catch and after which nothing is flushed. The shell knows `kill` by itself, where no
/// program of that name is installed.
fn kill_this_process() {
    let _killed = Command::new("sh").args(["-c", "kill -KILL $PPID"]).status();
    std::process::abort();
}

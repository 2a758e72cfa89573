//! What holds of every verdict, on generated policies, evidence and histories, and that `decide` equals a slow,
//! literal second implementation. `PROPTEST_CASES` asks for more cases than the few that a build waits for.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod changes;
mod dice;
mod laws;
mod literal;
mod outline;
mod policies;
mod reach;
mod regressions;
mod stories;
mod worlds;

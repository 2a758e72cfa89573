//! The use cases on real parts: a store on disk, real keys, the shipped policies. Only time and chance are the test's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::cast_sign_loss,
    clippy::cast_possible_truncation,
    reason = "a test ends where it cannot go on, and counts small things"
)]

mod areas;
mod cases;
mod chains;
mod declaring;
mod doors;
mod dry_runs;
mod gatherings;
mod house;
mod households;
mod imports;
mod main_job;
mod misuse;
mod offline_gates;
mod orders_and_appeals;
mod paper;
mod presences;
mod reminders;
mod retraces;
mod rights;
mod scenarios;
mod sites;
mod strangers;
mod traces;

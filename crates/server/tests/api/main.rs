//! The API, asked over HTTP on real parts: a store in a folder, keys that sign, a clock that is put forward.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod bad_input;
mod described;
mod gate_offline;
mod house;
mod lists;
mod main_job;
mod once;
mod random;
mod refusals;
mod strangers;

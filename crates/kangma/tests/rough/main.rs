//! What a stranger does to the binary: two servers on one store, wrong keys, broken files, busy ports.
//!
//! Goal: each gives one clear error that says what to do, an exit status that a script can act on, and loses nothing.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where it cannot go on")]

mod asked;
mod files;
mod kept;
mod messenger;
mod policy;
mod refused;
mod server;
mod store;

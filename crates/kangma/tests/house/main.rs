//! The house keeps its own rules: which room may use which, and the habits that a review would otherwise repeat.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where it cannot go on")]

mod arrows;
mod codes;
mod habits;
mod invariants;
mod tree;

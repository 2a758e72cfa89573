//! Whole stories on the shipped policies, step by step: verdict, reasons, why-not, in both languages.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod family;
mod others;
mod red_to_green;
mod world;

//! The pages, asked for as a browser without script asks: by address and by form.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod city;
mod declaring;
mod desk;
mod family;
mod frame;
mod gate;
mod late;
mod looks;
mod red;
mod signing_in;
mod texts;
mod visitor;

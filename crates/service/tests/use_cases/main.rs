//! The use cases on real parts: a store on disk, real keys, the shipped policies. Only time and chance are the test's.

#![allow(clippy::cast_sign_loss, clippy::cast_possible_truncation, reason = "tests count small things")]

mod areas;
mod house;
mod households;
mod main_job;
mod orders_and_appeals;
mod paper;
mod rights;
mod sites;
mod traces;

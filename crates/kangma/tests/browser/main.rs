//! The pages as people use them: a real Chromium that acts only by visible label and by keyboard.
//!
//! `town` is the binary with a demonstration city; `visitor` is a person at a browser, `staff` one with an account, and
//! `journey` the way of somebody new; `film` is what a camera sees; `symbol` reads QR symbols from pictures with a reader
//! that is not ours; `axe` looks for what shuts people out. `proof` holds this harness itself to its word.
//! Every step's screenshot is kept in `out/screenshots/TEST/`.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where it cannot go on")]

mod axe;
mod camera;
mod desk;
mod family;
mod film;
mod first_look;
mod first_visit;
mod fortnight;
mod journey;
mod main_job;
mod main_job_desk;
mod offline_gate;
mod pages;
mod proof;
mod staff;
mod symbol;
mod town;
mod visitor;

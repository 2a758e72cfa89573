//! The command line and composition root of kangma.
//!
//! The only crate that reads the environment, the wall clock and the machine's randomness. A new command is one
//! variant of [`cli::Command`], one file of arguments under `cli/`, and one call into the room that does the work.

pub mod bench;
pub mod cli;
pub mod data;
pub mod demo;
pub mod demo_clock;
pub mod fault;
pub mod frontier;
pub mod huge_pages;
pub mod keys;
pub mod listen;
pub mod machine;
pub mod notify;
pub mod policies;
pub mod serve;
pub mod settle;
pub mod tables;

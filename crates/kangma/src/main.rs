//! The command line and composition root of kangma.
fn main() {}

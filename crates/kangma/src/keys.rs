//! Keys and certificates that the command line makes.

pub mod local_authority;

//! The use cases, one file each; who may do what; transactions.

pub mod exposure_file;
pub mod ports;

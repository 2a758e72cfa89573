//! The use cases, one file each; who may do what; transactions.

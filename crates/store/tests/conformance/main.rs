//! The storage contract, tested through its public words alone, so that the same tests hold for any engine behind it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]
#![allow(clippy::cloned_ref_to_slice_refs, reason = "lists of one read like lists of more")]

mod acts;
mod cases_and_places;
mod codes;
mod evidence;
mod officers;
mod persons;
mod queues;
mod support;
mod visits;

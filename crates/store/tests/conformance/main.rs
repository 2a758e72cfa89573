//! The storage contract, tested through its public words alone, so that the same tests hold for any engine behind it.

mod acts;
mod cases_and_places;
mod codes;
mod evidence;
mod officers;
mod persons;
mod queues;
mod support;
mod visits;

//! The HTTP surface: api (JSON) and web (pages). No rule lives here.

pub mod web;

//! What the templates show. Plain values: nothing here knows a store, a service or a request.
//!
//! [`page::Page`] is the frame around everything, [`sheet::Sheet`] is a page made of [`sheet::Part`]s
//! (most pages are), and the few pages with a face of their own have a struct and a template each.
//! The fields are the words of the templates; the template that shows one says what it is.

#![allow(missing_docs)]

pub mod form;
pub mod gate;
pub mod look;
pub mod page;
pub mod part;
pub mod plot;
pub mod resident;
pub mod sheet;

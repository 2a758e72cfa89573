//! The pages: what is shown ([`view`]), in which words ([`texts`]) and with which files ([`assets`]).
//!
//! A page is a template in `templates/`, a struct in [`view`] that carries exactly what the template
//! names, and a handler that asks the service and fills the struct. To add one: write the template,
//! write the struct beside its neighbours, put its words in `locales/zh` and `locales/en`, and show
//! it in `examples/gallery.rs` with invented content.

pub mod assets;
pub mod sheets;
pub mod symbol;
pub mod texts;
pub mod view;
pub mod when;

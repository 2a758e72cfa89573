//! The HTTP surface: api (JSON) and web (pages). No rule lives here.
//!
//! [`app()`] is everything that answers a request. A request of a page passes [`web::visitor`], which finds out who
//! asks and in which language; a request of the API is answered by [`api`] from the same use cases. What the service
//! refuses becomes a page or a problem document from one table, [`kangma_service::Refused`].

pub mod api;
pub mod app;
mod begun;
pub mod chart;
pub mod headers;
pub mod limits;
pub mod problem;
pub mod session;
mod unread;
pub mod web;

pub use app::{App, app};

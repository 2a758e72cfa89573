//! The pages: what is shown ([`view`]), in which words ([`texts`]), with which files ([`assets`]), and who asks for it
//! ([`visitor`]).
//!
//! A page is a template in `templates/`, a struct in [`view`] that carries exactly what the template
//! names, and a handler that asks the service and fills the struct. To add one: write the template,
//! write the struct beside its neighbours, put its words in `locales/zh` and `locales/en`, and show
//! it in `examples/gallery.rs` with invented content.

pub mod assets;
pub mod authority;
pub mod gate;
pub mod plain;
pub mod posted;
pub mod resident;
pub mod sheets;
pub mod symbol;
pub mod texts;
pub mod trouble;
pub mod view;
pub mod visitor;
pub mod when;

pub use posted::Posted;
pub use trouble::{Shown, Trouble};
pub use visitor::Visitor;

use crate::app::App;
use axum::{
    Router,
    http::{HeaderName, HeaderValue},
    response::{Html, IntoResponse, Redirect, Response},
};

/// Every page.
pub fn router() -> Router<App> {
    Router::new()
        .merge(plain::router())
        .merge(resident::router())
        .merge(gate::router())
        .merge(authority::router())
        .fallback(async || Trouble::from(kangma_service::Refused::NotFound))
}

/// A page as an answer.
///
/// # Errors
/// The template failed, which only a lack of memory does.
pub fn show(template: &impl askama::Template) -> Shown {
    Ok(Html(template.render()?).into_response())
}

/// A page that the browser keeps on the device and shows when the network is gone, until the session ends.
///
/// # Errors
/// The template failed.
pub fn show_and_keep(template: &impl askama::Template) -> Shown {
    let mut response = show(template)?;
    let keep = HeaderName::from_static("kangma-keep");
    response.headers_mut().insert(keep, HeaderValue::from_static("yes"));
    Ok(response)
}

/// After a form was accepted: look at that page. A reload then repeats nothing.
///
/// # Errors
/// Never; it is what handlers give.
pub fn see(address: &str) -> Shown {
    Ok(Redirect::to(address).into_response())
}

/// A page with a form that needs correction, with the status that says so.
///
/// # Errors
/// The template failed.
pub fn show_again(template: &impl askama::Template) -> Shown {
    let page = Html(template.render()?);
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// A picture as an answer.
#[must_use]
pub fn picture(svg: String) -> Response {
    ([(axum::http::header::CONTENT_TYPE, "image/svg+xml")], svg).into_response()
}

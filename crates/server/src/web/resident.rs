//! The resident's pages.

use crate::app::App;
use axum::Router;

/// The resident's pages.
pub fn router() -> Router<App> {
    Router::new()
}

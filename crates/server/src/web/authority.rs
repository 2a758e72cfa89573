//! The authority's pages.

use crate::app::App;
use axum::Router;

/// The authority's pages.
pub fn router() -> Router<App> {
    Router::new()
}

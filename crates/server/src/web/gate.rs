//! The gate's pages.

use crate::app::App;
use axum::Router;

/// The gate's pages.
pub fn router() -> Router<App> {
    Router::new()
}

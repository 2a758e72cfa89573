//! Pages that belong to nobody in particular.

use crate::app::App;
use axum::Router;

/// These pages.
pub fn router() -> Router<App> {
    Router::new()
}

//! The API: JSON over the same use cases as the pages, under `/api/v1`. One file per endpoint; the path is the address.

use crate::{app::App, problem::Problem};
use axum::Router;

/// Every endpoint.
pub fn router() -> Router<App> {
    Router::new()
        .fallback(async || Problem::of_http("no-such-address", "there is no such address in this API"))
}

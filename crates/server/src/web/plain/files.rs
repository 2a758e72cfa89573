//! Style, scripts and pictures.

use crate::{app::App, web::Trouble, web::assets};
use axum::{
    Router,
    extract::{Path, Query},
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
    routing::get,
};
use kangma_service::Refused;
use serde::Deserialize;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/assets/{name}", get(asset))
        .route("/sw.js", get(async || file("sw.js", false)))
        .route("/favicon.ico", get(async || file("icon.svg", false)))
}

#[derive(Deserialize)]
struct Version {
    v: Option<String>,
}

async fn asset(Path(name): Path<String>, Query(version): Query<Version>) -> Result<Response, Trouble> {
    file(&name, version.v.is_some())
}

/// An address that carries the digest of its content never changes it.
fn file(name: &str, for_ever: bool) -> Result<Response, Trouble> {
    let asset = assets::find(name).ok_or(Refused::NotFound)?;
    let keep = if for_ever { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type)),
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
    ];
    Ok((headers, asset.content).into_response())
}

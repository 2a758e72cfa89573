//! The issuer's public keys: whoever checks codes needs them, and they are no secret.

use super::body::Answer;
use crate::app::App;
use axum::{Json, extract::State};
use kangma_credential::PublishedKey;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(keys))
}

/// Every key that ever signed a code, with the window in which it may.
#[utoipa::path(get, path = "/issuer-keys", tag = "code-verification", security(()), responses((status = 200, body = Vec<Object>)))]
async fn keys(State(app): State<App>) -> Answer<Vec<PublishedKey>> {
    Ok(Json(app.service.issuer_keys()))
}

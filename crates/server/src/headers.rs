//! The headers that every answer carries: what a browser may do with it, and who may keep it.

use crate::app::App;
use axum::{
    extract::{Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};

/// Nothing from elsewhere, nothing inline, framed by nobody.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
     manifest-src 'self'; worker-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// The gate's page compiles its reader of QR codes.
const POLICY_OF_GATE: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
     img-src 'self' blob:; media-src 'self' blob: mediastream:; connect-src 'self'; manifest-src 'self'; worker-src 'self'; \
     form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Puts the headers on an answer, except where the handler chose its own.
pub async fn harden(State(app): State<App>, request: Request, next: Next) -> Response {
    let gate = request.uri().path().starts_with("/gate");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    let policy = if gate { POLICY_OF_GATE } else { POLICY };
    unless_there(headers, header::CONTENT_SECURITY_POLICY, policy);
    unless_there(headers, header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    unless_there(headers, header::REFERRER_POLICY, "no-referrer");
    unless_there(headers, header::CACHE_CONTROL, "no-store");
    let camera = if gate {
        "camera=(self), geolocation=(), microphone=()"
    } else {
        "camera=(), geolocation=(), microphone=()"
    };
    unless_there(headers, HeaderName::from_static("permissions-policy"), camera);
    unless_there(headers, HeaderName::from_static("cross-origin-opener-policy"), "same-origin");
    unless_there(headers, HeaderName::from_static("cross-origin-resource-policy"), "same-origin");
    if app.running.secure {
        unless_there(headers, header::STRICT_TRANSPORT_SECURITY, "max-age=31536000");
    }
    response
}

fn unless_there(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}

//! What a browser without script remembers between two checks: the last visit, and which way people pass.

use crate::{app::App, session};
use axum::{
    http::{HeaderMap, header},
    response::Response,
};
use kangma_core::{Direction, Span};
use kangma_store::VisitId;

const VISIT_COOKIE: &str = "kangma-visit";
const DIRECTION_COOKIE: &str = "kangma-direction";
/// A shift.
const LASTS: Span = Span::from_hours(12);

/// The last visit that this browser recorded.
pub(super) fn visit(headers: &HeaderMap) -> Option<VisitId> {
    session::cookie(headers, VISIT_COOKIE)?.parse().ok()
}

/// Which way the last one passed.
pub(super) fn direction(headers: &HeaderMap) -> String {
    session::cookie(headers, DIRECTION_COOKIE).unwrap_or_default().to_owned()
}

/// Remembers a check.
pub(super) fn keep(app: &App, response: &mut Response, visit: VisitId, direction: Direction) {
    let secure = app.running.secure;
    let cookies = [
        session::set_cookie(VISIT_COOKIE, &visit.to_string(), LASTS, secure),
        session::set_cookie(DIRECTION_COOKIE, direction.as_str(), LASTS, secure),
    ];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}

/// Forgets the last visit: it was taken back, or the last code was none.
pub(super) fn forget(app: &App, response: &mut Response) {
    let cookie = session::set_cookie(VISIT_COOKIE, "", Span::ZERO, app.running.secure);
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
}

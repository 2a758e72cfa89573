//! Who asks: a session's cookie with the header `x-csrf`, or a token in `Authorization: Bearer`.

use crate::{
    app::App,
    problem::Problem,
    session,
    web::{
        texts::{Lang, Texts},
        visitor,
    },
};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, Method, request::Parts},
};
use kangma_service::{Actor, Refused};
use std::convert::Infallible;

/// Who asks, and in which words they are answered where an answer has words.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    pub(crate) t: Texts,
}

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let actor = match session::bearer(&parts.headers) {
            Some(token) => of_token(app, token).await?,
            None => of_cookie(app, &parts.method, &parts.headers).await?,
        };
        let t = Texts::of(visitor::language(&parts.uri, &parts.headers));
        Ok(Self { actor, t })
    }
}

/// The network address of who asks, for limits alone.
#[derive(Debug)]
pub(crate) struct Address(pub(crate) String);

impl FromRequestParts<App> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        Ok(Self(session::address(app, parts)))
    }
}

/// The language of who asks, signed in or not.
#[derive(Debug)]
pub(crate) struct Spoken(pub(crate) Lang);

impl FromRequestParts<App> for Spoken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, Infallible> {
        Ok(Self(visitor::language(&parts.uri, &parts.headers)))
    }
}

/// A token is sent on purpose, never by a browser of itself, so it needs no second one.
async fn of_token(app: &App, token: &str) -> Result<Actor, Refused> {
    if let Some(session) = app.service.session(token).await? {
        return Ok(session.actor);
    }
    app.service.gate_of(token).await?.ok_or(Refused::NotSignedIn)
}

async fn of_cookie(app: &App, method: &Method, headers: &HeaderMap) -> Result<Actor, Problem> {
    let token = session::cookie(headers, session::session_cookie(app.running.secure));
    let session = match token {
        Some(token) => app.service.session(token).await?,
        None => None,
    };
    let session = session.ok_or(Refused::NotSignedIn)?;
    if !method.is_safe() {
        let given = headers.get("x-csrf").and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !session::same_token(given, &session.csrf) {
            let detail = "the header x-csrf does not carry this session's token; load the page again";
            return Err(Problem::of_http("forged-request", detail));
        }
    }
    Ok(session.actor)
}

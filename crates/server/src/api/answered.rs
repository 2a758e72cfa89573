//! A write that carries `Idempotency-Key` is done once: asked again, the same is answered. The key belongs to who asks
//! and to what was asked; with another request it is refused.
//!
//! Requests under one key wait for each other. The act marks the key in its own commit and the answer is remembered right
//! after: when the server is killed between the two, or the answer was a secret, the same request is told that it was done
//! before.

use super::{case_lists, sites, visit_lists};
use crate::{
    app::{App, LARGEST_BODY},
    problem::Problem,
    session,
};
use axum::{
    body::{Body, Bytes, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use kangma_service::{
    Refused,
    answers::{Given, RequestKey},
};
use kangma_store::{Answer, Digest};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError, Weak},
};

const KEY: &str = "idempotency-key";
const LONGEST_KEY: usize = 200;
/// The largest answer that is remembered; lists are read, not written.
const LARGEST_ANSWER: usize = 1 << 20;

/// Lets a request through, or answers it as it was answered before. A key of somebody who is not signed in counts for
/// nothing: it would be everybody's.
pub(crate) async fn once(State(app): State<App>, request: Request, next: Next) -> Response {
    if request.method().is_safe() || !request.headers().contains_key(KEY) {
        return next.run(request).await;
    }
    let answered = match signed_in(&app, request.headers()).await {
        Ok(Some(who)) => keyed(&app, &who, request, next).await,
        Ok(None) => return next.run(request).await,
        Err(refused) => Err(refused.into()),
    };
    answered.unwrap_or_else(IntoResponse::into_response)
}

/// The token by which somebody is signed in, found as the handlers find it.
async fn signed_in(app: &App, headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let bearer = session::bearer(headers);
    let token = bearer.or_else(|| session::cookie(headers, session::session_cookie(app.running.secure)));
    let Some(token) = token else { return Ok(None) };
    let known = app.service.session(token).await?.is_some()
        || (bearer.is_some() && app.service.gate_of(token).await?.is_some());
    Ok(known.then(|| token.to_owned()))
}

async fn keyed(app: &App, who: &str, request: Request, next: Next) -> Result<Response, Problem> {
    let key = key_of(who, request.headers())?;
    let (parts, body) = request.into_parts();
    let large = [sites::LARGEST_IMPORT, case_lists::LARGEST_LIST, visit_lists::LARGEST_LIST];
    let most = large.into_iter().find(|(path, _)| parts.uri.path().ends_with(path));
    let most = most.map_or(LARGEST_BODY, |(_, most)| most);
    let body = to_bytes(body, most).await.map_err(|_| {
        let detail = format!("a request with a key of its own has at most {most} bytes");
        Problem::of_http("body-too-large", detail)
    })?;
    let mut asked = format!("{} {}\n", parts.method, parts.uri).into_bytes();
    asked.extend_from_slice(&body);
    let asked = Digest::of(&asked);

    let request = Request::from_parts(parts, Body::from(body));
    answer(app, RequestKey { key, request: asked }, request, next).await
}

async fn answer(app: &App, key: RequestKey, request: Request, next: Next) -> Result<Response, Problem> {
    let turn = turn(key.key);
    let _mine = turn.lock().await;
    if let Some(given) = app.service.answer_given(key.key).await? {
        return again(given, key.request);
    }
    let response = key.carry_out(next.run(request)).await;
    remember(app, key, response).await
}

/// The digest of the key with who gave it: nobody reads another's answer.
fn key_of(who: &str, headers: &HeaderMap) -> Result<Digest, Problem> {
    let key = headers.get(KEY).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if key.is_empty() || key.len() > LONGEST_KEY {
        let detail = format!("Idempotency-Key is a text of 1 to {LONGEST_KEY} visible ASCII characters");
        return Err(Problem::of_http("bad-idempotency-key", detail));
    }
    Ok(Digest::of(format!("{who}\n{key}").as_bytes()))
}

fn again(given: Given, asked: Digest) -> Result<Response, Problem> {
    let (Given::Answer(Answer { request, .. }) | Given::Done(RequestKey { request, .. })) = &given;
    if *request != asked {
        let detail = "that key was used for another request; choose a new one";
        return Err(Problem::of_http("idempotency-key-reused", detail));
    }
    let Given::Answer(given) = given else {
        let detail = "this was done before, and its answer was not kept: look at what it made";
        return Err(Problem::of_http("done-before", detail));
    };
    let status = u16::try_from(given.status).ok().and_then(|status| StatusCode::from_u16(status).ok());
    let mut response = (status.unwrap_or(StatusCode::OK), given.body).into_response();
    let media_type = media_type(response.status());
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}

fn media_type(status: StatusCode) -> &'static str {
    if status.is_success() { "application/json" } else { "application/problem+json" }
}

/// Keeps what will be the same next time. Who is not signed in, or tries too often, may try again under the same key.
async fn remember(app: &App, key: RequestKey, response: Response) -> Result<Response, Problem> {
    let status = response.status();
    let passing = status.is_server_error()
        || matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::TOO_MANY_REQUESTS);
    // A session's token or a password is never kept in the clear.
    let secret = response.extensions().get::<Secret>().is_some();
    if passing || secret {
        return Ok(response);
    }
    let (parts, body) = response.into_parts();
    let body: Bytes = to_bytes(body, LARGEST_ANSWER).await.map_err(|_| Refused::NotFound)?;
    let answered_at = app.service.now();
    let RequestKey { key, request } = key;
    let answer = Answer { key, request, status: status.as_u16().into(), body: body.to_vec(), answered_at };
    app.service.keep_answer(answer).await?;
    Ok(Response::from_parts(parts, Body::from(body)))
}

/// Marks an answer that carries a secret: it is not remembered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Secret;

/// The requests under way, by key.
static TURNS: LazyLock<Mutex<HashMap<Digest, Weak<tokio::sync::Mutex<()>>>>> = LazyLock::new(Mutex::default);

fn turn(key: Digest) -> Arc<tokio::sync::Mutex<()>> {
    let mut turns = TURNS.lock().unwrap_or_else(PoisonError::into_inner);
    turns.retain(|_, turn| turn.strong_count() > 0);
    if let Some(turn) = turns.get(&key).and_then(Weak::upgrade) {
        return turn;
    }
    let turn = Arc::default();
    turns.insert(key, Arc::downgrade(&turn));
    turn
}

//! Pages that belong to nobody in particular: the first one, signing in and out, the language, help, a
//! demonstration's messages.

mod files;
mod outbox;
mod sign_in;

use super::{
    Posted, Shown, Visitor, resident, see, sheets, show,
    trouble::own_address,
    view::{
        page::{Link, Surface},
        part::{Cell, Fact},
        sheet::Part,
    },
};
use crate::{app::App, session};
use axum::{
    Router,
    extract::{Path, Query, State},
    http::{HeaderName, HeaderValue, header},
    response::{IntoResponse, Redirect},
    routing::{get, post},
};
use kangma_core::Span;
use kangma_service::Actor;
use serde::Deserialize;

/// These pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/", get(first))
        .route("/language/{tag}", get(language))
        .route("/help", get(help))
        .route("/sign-out", post(sign_out))
        .merge(sign_in::router())
        .merge(outbox::router())
        .merge(files::router())
}

/// A resident's code; for everybody else the way to the three front doors.
async fn first(State(app): State<App>, visitor: Visitor) -> Shown {
    if let Some(Actor::Resident(person)) = visitor.actor {
        return resident::home::page(&app, &visitor, person).await;
    }
    let page = visitor.page(Surface::Plain, visitor.t.s("landing-title"));
    show(&sheets::account::landing(page))
}

#[derive(Deserialize)]
struct Back {
    #[serde(default)]
    back: String,
}

/// Another language, on the same page; messages to the resident follow.
async fn language(
    State(app): State<App>,
    visitor: Visitor,
    Path(tag): Path<String>,
    Query(to): Query<Back>,
) -> Shown {
    let back = if own_address(&to.back) { to.back.as_str() } else { "/" };
    let mut response = Redirect::to(back).into_response();
    let chosen = super::texts::Lang::tagged(&tag);
    if let (Some(lang), Some(actor)) = (chosen, &visitor.actor) {
        app.service.speak(actor, lang.tag()).await?;
    }
    let a_year = Span::from_24_hours(365);
    if let Some(cookie) = chosen.and_then(|lang| {
        session::set_cookie(super::visitor::LANGUAGE_COOKIE, lang.tag(), a_year, app.running.secure)
    }) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// Whom to call. The emergency number is the policy's; the community desk's is the operator's to give.
async fn help(State(app): State<App>, visitor: Visitor) -> Shown {
    let t = visitor.t;
    let call = |name: &str, number: &str| {
        let digits: String = number.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        Fact::new(t.s(name), Cell::Link(Link::to(format!("tel:{digits}"), number)))
    };
    let rules = app.service.rules();
    let emergency = rules.policy(visitor.now).emergency_number.as_deref();
    let numbers =
        [("help-number-emergency", emergency), ("help-number-community", app.desk_phone.as_deref())];
    let numbers = numbers.into_iter().filter_map(|(name, number)| Some(call(name, number?))).collect();
    let page = visitor.page(Surface::Resident, t.s("help-title"));
    let mut sheet = sheets::own::help(page, numbers, "/");
    if let Some(Actor::Resident(person)) = visitor.actor {
        sheet = sheet.with(Part::Links(vec![
            Link::to(format!("/persons/{person}/statement"), t.s("statement-title")),
            Link::to(format!("/persons/{person}/lost-phone"), t.s("lost-phone-title")),
            Link::to(format!("/persons/{person}/appeals"), t.s("appeals-own")),
        ]));
    }
    show(&sheet)
}

/// Ends the session, and with it what the browser kept of it.
async fn sign_out(
    State(app): State<App>,
    visitor: Visitor,
    headers: axum::http::HeaderMap,
    _: Posted,
) -> Shown {
    if let Some(token) = session::token(&app, &headers) {
        app.service.sign_out(&token).await?;
    }
    let to = if matches!(visitor.actor, Some(Actor::Officer(_))) { "/staff/sign-in" } else { "/" };
    let mut response = see(to)?;
    let secure = app.running.secure;
    let ended = session::set_cookie(session::session_cookie(secure), "", Span::ZERO, secure);
    response.headers_mut().extend(ended.map(|cookie| (header::SET_COOKIE, cookie)));
    let clear = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(clear, HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

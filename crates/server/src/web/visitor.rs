//! Who asks for a page, in which language, and with which token their forms are protected.

use super::{
    sheets,
    texts::{Lang, Texts},
    trouble::{self, Trouble},
    view::page::{Page, Surface},
    when::Clockface,
};
use crate::{app::App, session};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, Uri, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kangma_core::{PersonId, Span, Time, Zone};
use kangma_service::{Actor, Refused, access::Officer};
use std::convert::Infallible;

/// The cookie with the language that was chosen.
pub const LANGUAGE_COOKIE: &str = "kangma-language";
/// The cookie with the token against forged requests of those who are not signed in.
pub const CSRF_COOKIE: &str = "kangma-form";
const A_YEAR: Span = Span::from_24_hours(365);

/// Who asks for a page. An extractor: every handler of a page takes one.
#[derive(Debug, Clone)]
pub struct Visitor {
    /// The words.
    pub t: Texts,
    /// Who is signed in.
    pub actor: Option<Actor>,
    /// The token that every form carries.
    pub csrf: String,
    /// The address that was asked for, without its language.
    pub path: String,
    /// The network address, for limits alone.
    pub address: String,
    /// The present time.
    pub now: Time,
    /// The zone in which times are shown.
    pub zone: Zone,
    demo: bool,
}

impl Visitor {
    /// The frame of a page, with the navigation of its surface.
    #[must_use]
    pub fn page(&self, surface: Surface, title: impl Into<String>) -> Page {
        let mut page = Page::new(self.t, surface, title, self.path.clone());
        page.demo = self.demo;
        page.csrf.clone_from(&self.csrf);
        page.who = match &self.actor {
            Some(Actor::Officer(officer)) => Some(officer.login.to_string()),
            Some(_) => Some(self.t.s("account-own")),
            None => None,
        };
        if matches!(self.actor, Some(Actor::Officer(_))) {
            page.scripts.push("leave.js");
        }
        let here = self.path.split('?').next().unwrap_or_default();
        match (surface, &self.actor) {
            (Surface::Resident, Some(Actor::Resident(_))) => {
                page.with_nav(sheets::resident_nav(self.t), here)
            }
            (Surface::Authority, Some(Actor::Officer(_))) => {
                page.with_nav(sheets::authority_nav(self.t), here)
            }
            _ => page,
        }
    }

    /// Writes times for this visitor.
    #[must_use]
    pub fn clockface(&self) -> Clockface {
        Clockface::new(self.t, self.zone.tz().clone(), self.now)
    }

    /// Who acts.
    ///
    /// # Errors
    /// Nobody is signed in.
    pub fn actor(&self) -> Result<&Actor, Refused> {
        self.actor.as_ref().ok_or(Refused::NotSignedIn)
    }

    /// The resident who is signed in. Staff who ask for a resident's page are asked to sign in as one.
    ///
    /// # Errors
    /// It is not a resident.
    pub fn resident(&self) -> Result<PersonId, Refused> {
        match self.actor {
            Some(Actor::Resident(person)) => Ok(person),
            _ => Err(Refused::NotSignedIn),
        }
    }

    /// The member of staff who is signed in. A resident who asks for a page of staff is asked to sign in as staff.
    ///
    /// # Errors
    /// It is not staff.
    pub fn officer(&self) -> Result<&Officer, Refused> {
        match &self.actor {
            Some(Actor::Officer(officer)) => Ok(officer),
            _ => Err(Refused::NotSignedIn),
        }
    }

    /// Whether this token shows that a form came from one of our pages.
    ///
    /// # Errors
    /// It does not.
    pub fn check(&self, csrf: &str) -> Result<(), Trouble> {
        if session::same_token(csrf, &self.csrf) { Ok(()) } else { Err(Trouble::Forged) }
    }

    /// Where this visitor begins.
    #[must_use]
    pub fn first_page(&self) -> &'static str {
        match &self.actor {
            Some(Actor::Officer(_)) if self.path.starts_with("/gate") => "/gate",
            Some(Actor::Officer(_)) => "/authority",
            _ => "/",
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Visitor {
    type Rejection = Trouble;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Trouble> {
        parts.extensions.get::<Visitor>().cloned().ok_or(Trouble::Template)
    }
}

/// Finds out who asks, lets the page be made, and puts a page in the place of a trouble.
///
/// # Errors
/// Never: a store that fails gives a page that says so.
pub async fn receive(State(app): State<App>, request: Request, next: Next) -> Result<Response, Infallible> {
    let (mut parts, body) = request.into_parts();
    let found = session::session(&app, &parts.headers).await;
    let (session, failed) = match found {
        Ok(session) => (session, None),
        Err(refused) => (None, Some(refused)),
    };
    let kept =
        session::cookie(&parts.headers, CSRF_COOKIE).filter(|token| token.len() >= 40).map(ToOwned::to_owned);
    let fresh = session.is_none() && kept.is_none();
    let (actor, csrf) = match (session, kept) {
        (Some(session), _) => (Some(session.actor), session.csrf),
        (None, Some(kept)) => (None, kept),
        (None, None) => (None, draw(&app)),
    };
    let lang = language(&parts.uri, &parts.headers);
    let visitor = Visitor {
        t: Texts::of(lang),
        actor,
        csrf,
        path: without_language(&parts.uri),
        address: session::address(&app, &parts),
        now: app.service.now(),
        zone: app.zone(),
        demo: app.running.demo,
    };
    parts.extensions.insert(visitor.clone());
    let mut response = match failed {
        Some(refused) => Trouble::from(refused).into_response(),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    let trouble = response.extensions_mut().remove::<Trouble>().or_else(|| trouble::bare(&response));
    if let Some(trouble) = trouble {
        response = trouble::page(&trouble, &visitor);
    }
    if fresh && let Some(value) = session::set_cookie(CSRF_COOKIE, &visitor.csrf, A_YEAR, app.running.secure)
    {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}

fn draw(app: &App) -> String {
    let mut bytes = [0; 32];
    app.chance.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `?lang`, then the cookie, then what the browser accepts.
pub(crate) fn language(uri: &Uri, headers: &HeaderMap) -> Lang {
    let asked = uri.query().and_then(|query| {
        query.split('&').find_map(|pair| pair.strip_prefix("lang=").and_then(Lang::tagged))
    });
    let chosen = || session::cookie(headers, LANGUAGE_COOKIE).and_then(Lang::tagged);
    let accepted =
        || headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).map(Lang::accepted);
    asked.or_else(chosen).or_else(accepted).unwrap_or_default()
}

/// The path and query, less the language: the switch comes back here in another one.
fn without_language(uri: &Uri) -> String {
    let pairs = uri.query().into_iter().flat_map(|query| query.split('&'));
    let kept: Vec<&str> = pairs.filter(|pair| !pair.is_empty() && !pair.starts_with("lang=")).collect();
    if kept.is_empty() { uri.path().to_owned() } else { format!("{}?{}", uri.path(), kept.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() {
        let mut headers = HeaderMap::new();
        assert_eq!(language(&Uri::from_static("/"), &headers), Lang::Zh);
        headers.insert(header::ACCEPT_LANGUAGE, "en-GB,zh;q=0.5".parse().unwrap());
        assert_eq!(language(&Uri::from_static("/"), &headers), Lang::En);
        headers.insert(header::COOKIE, "kangma-language=zh".parse().unwrap());
        assert_eq!(language(&Uri::from_static("/"), &headers), Lang::Zh);
        assert_eq!(language(&Uri::from_static("/?lang=en"), &headers), Lang::En);
    }

    #[test]
    fn the_language_is_taken_out_of_the_address_and_nothing_else() {
        assert_eq!(without_language(&Uri::from_static("/a?x=1&lang=en&y=2")), "/a?x=1&y=2");
        assert_eq!(without_language(&Uri::from_static("/a?lang=en")), "/a");
    }
}

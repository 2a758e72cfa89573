//! When a page cannot be shown: one page that says what went wrong and what to do, in the visitor's language.

use super::{
    Visitor,
    sheets::account,
    view::{
        form::Answers,
        page::{Link, Surface},
    },
};
use crate::problem;
use askama::Template;
use axum::{
    http::{StatusCode, Uri, header},
    response::{Html, IntoResponse, Redirect, Response},
};
use kangma_service::{
    Refused,
    refused::{Class, Wait},
};
use std::sync::Arc;

/// What a handler of a page gives: `?` turns every refusal into the page that explains it.
pub type Shown = Result<Response, Trouble>;

/// Why a page cannot be shown.
#[derive(Debug, Clone)]
pub enum Trouble {
    /// A use case refused.
    Refused(Arc<Refused>),
    /// The form did not come from one of our pages.
    Forged,
    /// The form is larger than any of ours.
    TooLarge,
    /// The address or the form cannot be read.
    Unreadable,
    /// The template failed.
    Template,
}

impl From<Refused> for Trouble {
    fn from(refused: Refused) -> Self {
        Trouble::Refused(Arc::new(refused))
    }
}

impl From<askama::Error> for Trouble {
    fn from(_: askama::Error) -> Self {
        Trouble::Template
    }
}

impl Trouble {
    fn status(&self) -> StatusCode {
        match self {
            Trouble::Refused(refused) => problem::status(refused.class()),
            Trouble::Forged => StatusCode::FORBIDDEN,
            Trouble::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Trouble::Unreadable => StatusCode::BAD_REQUEST,
            Trouble::Template => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The code that chooses the words.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Trouble::Refused(refused) => refused.code(),
            Trouble::Forged => "forged-request",
            Trouble::TooLarge => "body-too-large",
            Trouble::Unreadable => "unreadable",
            Trouble::Template => "template",
        }
    }
}

/// The trouble that an answer is which no handler of ours gave: a router's or an extractor's, in English and without a page.
pub(crate) fn bare(response: &Response) -> Option<Trouble> {
    let page = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| kind != PLAIN_TEXT);
    match response.status() {
        _ if page => None,
        StatusCode::BAD_REQUEST => Some(Trouble::Unreadable),
        StatusCode::PAYLOAD_TOO_LARGE => Some(Trouble::TooLarge),
        _ => None,
    }
}

const PLAIN_TEXT: &str = "text/plain; charset=utf-8";

impl IntoResponse for Trouble {
    /// Only the status: [`super::visitor::receive`] knows the language and puts the page in its place.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// The page for a trouble.
pub(crate) fn page(trouble: &Trouble, visitor: &Visitor) -> Response {
    if let Trouble::Refused(refused) = trouble {
        if matches!(**refused, Refused::NotSignedIn) {
            return sign_in(visitor).into_response();
        }
        if refused.class() == Class::Unavailable {
            tracing::error!(code = refused.code(), error = %problem::cause(refused), "refused");
        }
    }
    let (what, remedy) = words(trouble, visitor);
    let t = visitor.t;
    let title = match trouble.status() {
        StatusCode::NOT_FOUND => t.s("page-not-found"),
        StatusCode::FORBIDDEN => t.s("problem-forbidden"),
        _ => t.s("problem-generic"),
    };
    let sheet = account::problem(
        visitor.page(Surface::Plain, title),
        what,
        remedy,
        vec![Link::to(visitor.first_page(), t.s("problem-home"))],
    );
    match sheet.render() {
        Ok(html) => (trouble.status(), Html(html)).into_response(),
        Err(_) => trouble.status().into_response(),
    }
}

/// Where one signs in who has to: staff by password, everybody else by a one-time code.
fn sign_in(visitor: &Visitor) -> Redirect {
    let path = visitor.path.as_str();
    if path.starts_with("/authority") || path.starts_with("/gate") {
        let next = askama::filters::urlencode_strict(path).map(|text| text.to_string()).unwrap_or_default();
        Redirect::to(&format!("/staff/sign-in?next={next}"))
    } else {
        Redirect::to("/sign-in")
    }
}

/// What happened and what to do. The words are `refused-CODE` and `refused-CODE-remedy` where a code has its own.
fn words(trouble: &Trouble, visitor: &Visitor) -> (String, String) {
    let t = visitor.t;
    let code = trouble.code();
    let minutes = match trouble {
        Trouble::Refused(refused) => refused.wait().map_or(0, Wait::minutes),
        _ => 0,
    };
    let text = |id: String| t.has(&id).then(|| t.n(&id, minutes));
    let what = text(format!("refused-{code}")).unwrap_or_else(|| t.s("problem-generic"));
    let remedy = text(format!("refused-{code}-remedy")).unwrap_or_else(|| t.s("problem-retry"));
    (what, remedy)
}

/// What is wrong with a form, beside its fields: or the refusal again, when it is about something else.
///
/// # Errors
/// The refusal, when nothing that was handed in can put it right.
pub fn beside_fields(refused: Refused, answers: Answers, visitor: &Visitor) -> Result<Answers, Trouble> {
    let t = visitor.t;
    match refused {
        Refused::Invalid(errors) => Ok(errors.iter().fold(answers, |answers, error| {
            let id = format!("field-{}", error.code);
            answers.but(&error.field, if t.has(&id) { t.s(&id) } else { t.s("field-wrong") })
        })),
        refused
            if matches!(refused.class(), Class::Invalid | Class::Conflict | Class::Limited)
                || matches!(refused, Refused::WrongSecret | Refused::SameOfficer) =>
        {
            let (what, _) = words(&Trouble::from(refused), visitor);
            Ok(answers.but("", what))
        }
        refused => Err(refused.into()),
    }
}

/// Whether an address may be gone to after signing in: one of our own pages.
#[must_use]
pub fn own_address(address: &str) -> bool {
    let local = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    local && address.parse::<Uri>().is_ok()
}

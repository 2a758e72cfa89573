//! A form that was handed in.

use super::{Trouble, Visitor, view::form::Answers};
use axum::{
    Form,
    extract::{FromRequest, Request},
    http::StatusCode,
};
use kangma_core::{Day, Window, Zone};
use kangma_service::Refused;

/// The fields of a form that came from one of our own pages: its token was checked before a handler sees it.
#[derive(Clone, Default)]
pub struct Posted {
    fields: Vec<(String, String)>,
}

impl Posted {
    /// The answer to a question, without the space around it; empty when there is none.
    #[must_use]
    pub fn one(&self, name: &str) -> &str {
        self.fields.iter().find(|(of, _)| of == name).map_or("", |(_, value)| value.trim())
    }

    /// The answer, if it was given.
    #[must_use]
    pub fn given(&self, name: &str) -> Option<&str> {
        Some(self.one(name)).filter(|value| !value.is_empty())
    }

    /// Every answer to a question that takes several.
    pub fn all<'p>(&'p self, name: &'p str) -> impl Iterator<Item = &'p str> {
        self.fields.iter().filter(move |(of, _)| of == name).map(|(_, value)| value.as_str())
    }

    /// Whether a field, or a button with a name, was handed in.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.fields.iter().any(|(of, _)| of == name)
    }

    /// The answer read as `T`; nothing when it is empty.
    ///
    /// # Errors
    /// It cannot be read so: the field is named with this code.
    pub fn read<T: std::str::FromStr>(&self, name: &str, code: &'static str) -> Result<Option<T>, Refused> {
        let given = self.given(name).map(str::parse);
        given.transpose().map_err(|_| Refused::field(name, code))
    }

    /// The answer read as `T`, which has to be given.
    ///
    /// # Errors
    /// It is empty, or cannot be read so.
    pub fn need<T: std::str::FromStr>(&self, name: &str, code: &'static str) -> Result<T, Refused> {
        self.read(name, code)?.ok_or_else(|| Refused::field(name, "missing"))
    }

    /// Whole days: from the beginning of `from` to the end of `until`.
    ///
    /// # Errors
    /// One of them is missing or no date, or the end comes first.
    pub fn whole_days(&self, zone: &Zone) -> Result<Window, Refused> {
        let from: Day = self.need("from", "impossible-date")?;
        let until: Day = self.need("until", "impossible-date")?;
        Window::new(zone.midnight(from), zone.midnight(until.plus(1)))
            .ok_or_else(|| Refused::field("until", "ends-before-it-begins"))
    }

    /// What was answered, to be shown again beside what is wrong.
    #[must_use]
    pub fn answers(&self) -> Answers {
        let given = self.fields.iter().filter(|(name, _)| name != "csrf").cloned().collect();
        Answers { given, wrong: Vec::new() }
    }

    /// Every field.
    #[must_use]
    pub fn fields(&self) -> &[(String, String)] {
        &self.fields
    }
}

impl std::fmt::Debug for Posted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Posted { .. }")
    }
}

impl<S: Send + Sync> FromRequest<S> for Posted {
    type Rejection = Trouble;

    async fn from_request(request: Request, state: &S) -> Result<Self, Trouble> {
        let visitor = request.extensions().get::<Visitor>().cloned().ok_or(Trouble::Template)?;
        let form = Form::<Vec<(String, String)>>::from_request(request, state).await;
        let Form(fields) = form.map_err(|bad| match bad.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Trouble::TooLarge,
            _ => Trouble::Forged,
        })?;
        let posted = Self { fields };
        visitor.check(posted.one("csrf"))?;
        Ok(posted)
    }
}

//! Problem documents (RFC 9457): what the API answers when it refuses. Everything comes from the one table of
//! [`Refused`], and a few codes of HTTP itself.

use axum::{
    Json,
    extract::rejection::{JsonRejection, PathRejection, QueryRejection},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use kangma_service::{
    Refused,
    refused::{Class, FieldError},
};
use serde::Serialize;

/// A problem document.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    /// A URI reference that names the kind of problem.
    #[serde(rename = "type")]
    pub kind: String,
    /// What it is, in a few words.
    pub title: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// What happened and what to do.
    pub detail: String,
    /// The stable code that programs compare.
    pub code: &'static str,
    /// The fields that are wrong, when fields are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// In how many seconds it may be tried again: the header `retry-after`.
    #[serde(skip)]
    pub retry_after: Option<u32>,
}

/// Codes that HTTP brings in addition to those of [`Refused::CODES`], with their status.
pub const HTTP_CODES: &[(&str, u16)] = &[
    ("malformed-body", 400),
    ("wrong-type", 422),
    ("unsupported-media-type", 415),
    ("body-too-large", 413),
    ("malformed-address", 400),
    ("no-such-address", 404),
    ("method-not-allowed", 405),
    ("forged-request", 403),
    ("bad-idempotency-key", 400),
    ("idempotency-key-reused", 422),
    ("done-before", 409),
];

/// The HTTP status of a kind of refusal.
#[must_use]
pub const fn status(class: Class) -> StatusCode {
    match class {
        Class::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Class::Unauthenticated => StatusCode::UNAUTHORIZED,
        Class::Forbidden => StatusCode::FORBIDDEN,
        Class::NotFound => StatusCode::NOT_FOUND,
        Class::Conflict => StatusCode::CONFLICT,
        Class::Limited => StatusCode::TOO_MANY_REQUESTS,
        Class::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
    }
}

impl Problem {
    /// A problem of HTTP itself: one of [`HTTP_CODES`].
    #[must_use]
    pub fn of_http(code: &'static str, detail: impl Into<String>) -> Self {
        let status = HTTP_CODES.iter().find(|(of, _)| *of == code).map_or(400, |(_, status)| *status);
        let title = title(StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST));
        Self {
            kind: kind(code),
            title,
            status,
            detail: detail.into(),
            code,
            errors: Vec::new(),
            retry_after: None,
        }
    }
}

fn kind(code: &str) -> String {
    format!("/api/v1/problems/{code}")
}

fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Problem")
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let status = status(refused.class());
        let (code, detail) = (refused.code(), refused.to_string());
        if status == StatusCode::SERVICE_UNAVAILABLE {
            tracing::error!(code, error = %cause(&refused), "refused");
        }
        let retry_after = refused.wait().map(|wait| u32::try_from(wait.seconds()).unwrap_or(u32::MAX));
        let errors = if let Refused::Invalid(errors) = refused { errors } else { Vec::new() };
        Self {
            kind: kind(code),
            title: title(status),
            status: status.as_u16(),
            detail,
            code,
            errors,
            retry_after,
        }
    }
}

/// What stands behind a refusal, for the log: never what a person handed in.
#[must_use]
pub fn cause(refused: &Refused) -> String {
    match refused {
        Refused::Store(error) => error.to_string(),
        other => other.code().to_owned(),
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        let text = rejection.body_text();
        match rejection {
            JsonRejection::JsonDataError(_) => Self::of_http("wrong-type", text),
            JsonRejection::MissingJsonContentType(_) => Self::of_http("unsupported-media-type", text),
            JsonRejection::BytesRejection(ref bytes) if bytes.status() == StatusCode::PAYLOAD_TOO_LARGE => {
                Self::of_http("body-too-large", text)
            }
            _ => Self::of_http("malformed-body", text),
        }
    }
}

impl From<PathRejection> for Problem {
    fn from(rejection: PathRejection) -> Self {
        Self::of_http("malformed-address", rejection.body_text())
    }
}

impl From<QueryRejection> for Problem {
    fn from(rejection: QueryRejection) -> Self {
        Self::of_http("malformed-address", rejection.body_text())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let retry_after = self.retry_after;
        let mut response = (status, Json(self)).into_response();
        let media_type = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(header::CONTENT_TYPE, media_type);
        response.headers_mut().extend(retry_after.map(|wait| (header::RETRY_AFTER, HeaderValue::from(wait))));
        response
    }
}

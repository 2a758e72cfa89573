//! What the types of problem documents lead to.

use super::{
    body::{Answer, Named},
    wire::answer,
};
use crate::problem::{self, HTTP_CODES};
use axum::Json;
use kangma_service::Refused;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<crate::app::App> {
    OpenApiRouter::new().routes(routes!(problem_kind))
}

answer! {
    /// A kind of problem.
    ProblemKind {
        /// The stable code.
        code: [&'static str] as [String],
        /// The HTTP status that it comes with.
        status: [u16],
    }
}

/// Every code with its status: the use cases' and those of HTTP.
pub(crate) fn codes() -> impl Iterator<Item = (&'static str, u16)> {
    let refused = Refused::CODES.iter().map(|(code, class)| (*code, problem::status(*class).as_u16()));
    refused.chain(HTTP_CODES.iter().copied())
}

/// A kind of problem.
#[utoipa::path(get, path = "/problems/{code}", tag = "running", security(()), params(("code" = String, Path)), responses((status = 200, body = ProblemKind)))]
async fn problem_kind(Named(code): Named<String>) -> Answer<ProblemKind> {
    let (code, status) = codes().find(|(of, _)| *of == code).ok_or(Refused::NotFound)?;
    Ok(Json(ProblemKind { code, status }))
}

//! Cases of people who are known by a document and not yet by an identifier.

use super::{
    body::{Answer, Body, Made, MadeAnswer},
    caller::Caller,
    cases::{CaseDone, Change, changes},
    schema::Instant,
    wire::form,
};
use crate::app::App;
use axum::extract::State;
use kangma_core::Time;
use kangma_service::report_named::NamedCaseForm;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(report)).routes(routes!(preview))
}

form! {
    /// A case of the person with a document, who becomes known by it if need be.
    NamedCase into NamedCaseForm {
        /// Kind of document: `id-card`, `passport`, `other`.
        document_type: [String],
        /// Its number.
        document_number: [String],
        /// Full name.
        name: [String],
        /// Telephone; may be empty.
        #[serde(default)]
        phone: [String],
        /// District of somebody who is not known yet; empty for the officer's own.
        #[serde(default)]
        district: [String],
        /// `suspected` or `confirmed`.
        status: [String],
        /// When symptoms began, if they did.
        onset: [Option<Time>] as [Option<Instant>],
        /// When the sample was taken.
        sampled: [Option<Time>] as [Option<Instant>],
    }
}

/// Reports a case by name and document, and traces its contacts.
#[utoipa::path(post, path = "/named-cases", tag = "cases", request_body = NamedCase, responses((status = 201, body = CaseDone)))]
async fn report(State(app): State<App>, caller: Caller, Body(form): Body<NamedCase>) -> MadeAnswer<CaseDone> {
    Ok(Made(app.service.report_named_case(&caller.actor, form.into()).await?.into()))
}

/// Whose standing that would change. Nothing is kept.
#[utoipa::path(post, path = "/named-cases/preview", tag = "cases", request_body = NamedCase, responses((status = 200, body = Vec<Change>)))]
async fn preview(State(app): State<App>, caller: Caller, Body(form): Body<NamedCase>) -> Answer<Vec<Change>> {
    Ok(changes(app.service.preview_named_case(&caller.actor, form.into()).await?))
}

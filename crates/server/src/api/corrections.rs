//! Error correction: a person says what is wrong in their data, staff decide it.

use super::{
    body::{Answer, Asked, Body, Made, MadeAnswer, Named},
    caller::Caller,
    persons::{PAGE, PersonMade},
    schema::{Id, Instant},
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State};
use kangma_core::{PersonId, Time};
use kangma_store::{Correction, CorrectionId, CorrectionState};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(propose, of_person))
        .routes(routes!(open))
        .routes(routes!(one))
        .routes(routes!(decide))
}

form! {
    /// Another value for a field.
    CorrectionForm {
        /// `name`, `document-type`, `document-number`, `phone`, `address`, `district` or `birth-date`.
        field: [String],
        /// What it should say.
        value: [String],
        /// Why.
        #[serde(default)]
        reason: [String],
    }
}

form! {
    /// A decision.
    CorrectionDecision {
        /// Whether the new value is taken.
        accept: [bool],
    }
}

answer! {
    /// A correction that was proposed.
    CorrectionMade {
        /// Its number.
        correction: [CorrectionId] as [Id],
    }
}

answer! {
    /// A correction.
    CorrectionRow {
        /// Its number.
        correction: [CorrectionId] as [Id],
        /// Whose data.
        person: [PersonId] as [Id],
        /// Which field.
        field: [String],
        /// What it should say.
        value: [String],
        /// Why.
        reason: [String],
        /// When it was proposed.
        proposed_at: [Time] as [Instant],
        /// How far it has come.
        state: [CorrectionState] as [String],
        /// When it was decided.
        decided_at: [Option<Time>] as [Option<Instant>],
    }
}

answer! {
    /// A correction that waits: what it says stands behind it, and looking at that is recorded.
    CorrectionWaiting {
        /// Its number.
        correction: [CorrectionId] as [Id],
        /// Whose data.
        person: [PersonId] as [Id],
        /// Which field.
        field: [String],
        /// When it was proposed.
        proposed_at: [Time] as [Instant],
    }
}

impl From<Correction> for CorrectionWaiting {
    fn from(kept: Correction) -> Self {
        let Correction { id: correction, person, field, proposed_at, .. } = kept;
        Self { correction, person, field, proposed_at }
    }
}

impl From<Correction> for CorrectionRow {
    fn from(kept: Correction) -> Self {
        Self {
            correction: kept.id,
            person: kept.person,
            field: kept.field,
            value: kept.value.0,
            reason: kept.reason.map(|reason| reason.0).unwrap_or_default(),
            proposed_at: kept.proposed_at,
            state: kept.state,
            decided_at: kept.decided_at,
        }
    }
}

/// Proposes another value for a field.
#[utoipa::path(post, path = "/persons/{person}/corrections", tag = "error-correction", params(("person" = Id, Path)), request_body = CorrectionForm, responses((status = 201, body = CorrectionMade)))]
async fn propose(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<CorrectionForm>,
) -> MadeAnswer<CorrectionMade> {
    let CorrectionForm { field, value, reason } = form;
    let correction = app.service.propose_correction(&caller.actor, person, field, value, reason).await?;
    Ok(Made(CorrectionMade { correction }))
}

/// A person's corrections.
#[utoipa::path(get, path = "/persons/{person}/corrections", tag = "error-correction", params(("person" = Id, Path)), responses((status = 200, body = Vec<CorrectionRow>)))]
async fn of_person(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
) -> Answer<Vec<CorrectionRow>> {
    let corrections = app.service.corrections_of(&caller.actor, person).await?;
    Ok(Json(corrections.into_iter().map(CorrectionRow::from).collect()))
}

/// Where a page of the list begins.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct After {
    /// The last correction of the page before.
    #[param(value_type = Option<Id>)]
    after: Option<CorrectionId>,
}

/// The corrections that wait for an officer, oldest first, without what they say.
#[utoipa::path(get, path = "/corrections", tag = "error-correction", params(After), responses((status = 200, body = Vec<CorrectionWaiting>)))]
async fn open(
    State(app): State<App>,
    caller: Caller,
    Asked(page): Asked<After>,
) -> Answer<Vec<CorrectionWaiting>> {
    let corrections = app.service.corrections_open(&caller.actor, page.after, PAGE).await?;
    Ok(Json(corrections.into_iter().map(CorrectionWaiting::from).collect()))
}

/// One correction, with what was written. The look is recorded.
#[utoipa::path(get, path = "/corrections/{correction}", tag = "error-correction", params(("correction" = Id, Path)), responses((status = 200, body = CorrectionRow)))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    Named(correction): Named<CorrectionId>,
) -> Answer<CorrectionRow> {
    Ok(Json(app.service.correction_seen(&caller.actor, correction).await?.correction.into()))
}

/// Decides a correction.
#[utoipa::path(post, path = "/corrections/{correction}/decision", tag = "error-correction", params(("correction" = Id, Path)), request_body = CorrectionDecision, responses((status = 200, body = PersonMade)))]
async fn decide(
    State(app): State<App>,
    caller: Caller,
    Named(correction): Named<CorrectionId>,
    Body(form): Body<CorrectionDecision>,
) -> Answer<PersonMade> {
    let person = app.service.decide_correction(&caller.actor, correction, form.accept).await?;
    Ok(Json(PersonMade { person }))
}

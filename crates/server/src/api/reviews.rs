//! Declarations whose audit did not come out clean.

use super::{
    body::{Answer, Asked, Body, Named},
    caller::Caller,
    persons::{PAGE, PersonMade},
    schema::{Id, Instant, ReviewWord},
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State};
use kangma_core::{EvidenceId, PersonId, Time};
use kangma_service::audit_declaration::ReviewOutcome;
use kangma_store::{AuditReview, ReviewState};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(decide))
}

form! {
    /// A decision.
    ReviewDecision {
        /// `accept`: the declaration stands. `reject`: the person has to declare again.
        outcome: [ReviewOutcome] as [ReviewOutcomeWord],
        /// Why.
        reason: [String],
    }
}

/// What an officer makes of a suspicious declaration.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "kebab-case")]
#[allow(dead_code, reason = "describes the service's own words")]
pub(crate) enum ReviewOutcomeWord {
    /// The declaration stands.
    Accept,
    /// It does not.
    Reject,
}

answer! {
    /// A declaration under review.
    ReviewRow {
        /// The declaration.
        declaration: [EvidenceId] as [Id],
        /// Whose.
        person: [PersonId] as [Id],
        /// Since when.
        since: [Time] as [Instant],
        /// Until when it has to be decided.
        deadline: [Time] as [Instant],
        /// How far it has come.
        state: [ReviewState] as [ReviewWord],
        /// What was found, in the policy's words.
        findings: [Vec<String>],
    }
}

impl From<AuditReview> for ReviewRow {
    fn from(kept: AuditReview) -> Self {
        Self {
            declaration: kept.declaration,
            person: kept.person,
            since: kept.since,
            deadline: kept.deadline,
            state: kept.state,
            findings: kept.findings,
        }
    }
}

/// Which reviews, and where the page begins.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct ReviewQuery {
    /// How far they have come.
    #[param(value_type = ReviewWord)]
    state: ReviewState,
    /// The deadline of the last row of the page before.
    #[param(value_type = Option<Instant>)]
    after_deadline: Option<Time>,
    /// Its declaration.
    #[param(value_type = Option<Id>)]
    after: Option<EvidenceId>,
}

/// Reviews in a state, by deadline.
#[utoipa::path(get, path = "/reviews", tag = "decisions", params(ReviewQuery), responses((status = 200, body = Vec<ReviewRow>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(page): Asked<ReviewQuery>,
) -> Answer<Vec<ReviewRow>> {
    let after = page.after_deadline.zip(page.after);
    let reviews = app.service.reviews(&caller.actor, page.state, after, PAGE).await?;
    Ok(Json(reviews.into_iter().map(ReviewRow::from).collect()))
}

/// Decides a declaration under review.
#[utoipa::path(post, path = "/reviews/{declaration}/decision", tag = "decisions", params(("declaration" = Id, Path)), request_body = ReviewDecision, responses((status = 200, body = PersonMade)))]
async fn decide(
    State(app): State<App>,
    caller: Caller,
    Named(declaration): Named<EvidenceId>,
    Body(form): Body<ReviewDecision>,
) -> Answer<PersonMade> {
    let person = app.service.decide_review(&caller.actor, declaration, form.outcome, form.reason).await?;
    Ok(Json(PersonMade { person }))
}

//! Appeals: of any reason, with a number, an owner and a deadline.

use super::{
    body::{Answer, Asked, Body, Done, Made, MadeAnswer, Named},
    caller::Caller,
    persons::PAGE,
    schema::{AppealWord, Id, Instant},
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State, http::StatusCode};
use kangma_core::{EvidenceId, PersonId, Time};
use kangma_service::{Refused, appeal::AppealOutcome, forms::AppealForm};
use kangma_store::{Appeal, AppealId, AppealState};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(make, of_person))
        .routes(routes!(open))
        .routes(routes!(one))
        .routes(routes!(decide))
}

form! {
    /// What is wrong with a reason.
    NewAppeal {
        /// The rule of the reason.
        rule: [String],
        /// Its trigger; any live reason of that rule when absent.
        trigger: [Option<EvidenceId>] as [Option<Id>],
        /// What is wrong, in the person's words.
        words: [String],
    }
}

form! {
    /// A decision.
    AppealDecision {
        /// `withdraw`: it never was true. `release`: it was, and ends now. `reject`: it stands.
        outcome: [AppealOutcome] as [AppealOutcomeWord],
        /// The answer that the person reads.
        answer: [String],
    }
}

/// What an officer makes of an appeal.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "kebab-case")]
#[allow(dead_code, reason = "describes the service's own words")]
pub(crate) enum AppealOutcomeWord {
    /// The reason never was true.
    Withdraw,
    /// It was true and ends now.
    Release,
    /// It stands.
    Reject,
}

answer! {
    /// An appeal.
    AppealRow {
        /// Its number.
        appeal: [AppealId] as [Id],
        /// Whose colour.
        person: [PersonId] as [Id],
        /// The rule.
        rule: [String],
        /// Who has to decide.
        owner: [String],
        /// When it was made.
        made_at: [Time] as [Instant],
        /// Until when it has to be decided.
        deadline: [Time] as [Instant],
        /// How far it has come.
        state: [AppealState] as [AppealWord],
        /// What the person wrote.
        words: [String],
        /// What came out.
        outcome: [Option<String>],
        /// The answer.
        answer: [Option<String>],
    }
}

answer! {
    /// An appeal that waits: what the person wrote stands behind it, and looking at that is recorded.
    AppealWaiting {
        /// Its number.
        appeal: [AppealId] as [Id],
        /// Whose colour.
        person: [PersonId] as [Id],
        /// The rule.
        rule: [String],
        /// Who has to decide.
        owner: [String],
        /// When it was made.
        made_at: [Time] as [Instant],
        /// Until when it has to be decided.
        deadline: [Time] as [Instant],
    }
}

impl From<Appeal> for AppealWaiting {
    fn from(kept: Appeal) -> Self {
        let Appeal { id: appeal, person, rule, owner, made_at, deadline, .. } = kept;
        Self { appeal, person, rule, owner, made_at, deadline }
    }
}

impl From<Appeal> for AppealRow {
    fn from(kept: Appeal) -> Self {
        Self {
            appeal: kept.id,
            person: kept.person,
            rule: kept.rule,
            owner: kept.owner,
            made_at: kept.made_at,
            deadline: kept.deadline,
            state: kept.state,
            words: kept.text.0,
            outcome: kept.outcome,
            answer: kept.answer.map(|answer| answer.0),
        }
    }
}

/// Where a page of a list by deadline begins: the last row of the page before.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct AfterAppeal {
    /// Its deadline.
    #[param(value_type = Option<Instant>)]
    after_deadline: Option<Time>,
    /// Its number.
    #[param(value_type = Option<Id>)]
    after: Option<AppealId>,
}

/// Appeals a reason that is live now.
#[utoipa::path(post, path = "/persons/{person}/appeals", tag = "error-correction", params(("person" = Id, Path)), request_body = NewAppeal, responses((status = 201, body = AppealRow)))]
async fn make(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<NewAppeal>,
) -> MadeAnswer<AppealRow> {
    let form = AppealForm { person, rule: form.rule.into(), trigger: form.trigger, words: form.words };
    Ok(Made(app.service.appeal(&caller.actor, form).await?.into()))
}

/// A person's appeals.
#[utoipa::path(get, path = "/persons/{person}/appeals", tag = "error-correction", params(("person" = Id, Path)), responses((status = 200, body = Vec<AppealRow>)))]
async fn of_person(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
) -> Answer<Vec<AppealRow>> {
    let appeals = app.service.appeals_of(&caller.actor, person).await?;
    Ok(Json(appeals.into_iter().map(AppealRow::from).collect()))
}

/// The open appeals, by deadline, without what people wrote.
#[utoipa::path(get, path = "/appeals", tag = "error-correction", params(AfterAppeal), responses((status = 200, body = Vec<AppealWaiting>)))]
async fn open(
    State(app): State<App>,
    caller: Caller,
    Asked(page): Asked<AfterAppeal>,
) -> Answer<Vec<AppealWaiting>> {
    let after = page.after_deadline.zip(page.after);
    if after.is_none() && page.after.is_some() {
        return Err(Refused::field("after-deadline", "required").into());
    }
    let appeals = app.service.appeals_open(&caller.actor, after, PAGE).await?;
    Ok(Json(appeals.into_iter().map(AppealWaiting::from).collect()))
}

/// One appeal, with what was written. The look is recorded.
#[utoipa::path(get, path = "/appeals/{appeal}", tag = "error-correction", params(("appeal" = Id, Path)), responses((status = 200, body = AppealRow)))]
async fn one(State(app): State<App>, caller: Caller, Named(appeal): Named<AppealId>) -> Answer<AppealRow> {
    Ok(Json(app.service.appeal_seen(&caller.actor, appeal).await?.appeal.into()))
}

/// Decides an appeal, with words that the person reads.
#[utoipa::path(post, path = "/appeals/{appeal}/decision", tag = "error-correction", params(("appeal" = Id, Path)), request_body = AppealDecision, responses((status = 204)))]
async fn decide(
    State(app): State<App>,
    caller: Caller,
    Named(appeal): Named<AppealId>,
    Body(form): Body<AppealDecision>,
) -> Done {
    app.service.decide_appeal(&caller.actor, appeal, form.outcome, form.answer).await?;
    Ok(StatusCode::NO_CONTENT)
}

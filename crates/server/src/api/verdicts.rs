//! Health-information query: what shows, why, why not, and beside whom.

use super::{
    body::{Answer, Asked, Named},
    caller::Caller,
    declarations::Shows,
    schema::{Id, Instant, StandingWord},
    wire::answer,
};
use crate::app::App;
use axum::{Json, extract::State};
use kangma_core::{
    PersonId, Standing, Time, compare::ResidentComparison, explain::ResidentExplanation,
    why_not::ResidentWhyNot,
};
use kangma_service::{explain::AsOf, own_scans::OwnScan};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(verdict))
        .routes(routes!(explain))
        .routes(routes!(why_not))
        .routes(routes!(compare))
        .routes(routes!(scans))
}

/// The two times of a question.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Times {
    /// What was recorded until then counts; now when absent.
    #[param(value_type = Option<Instant>)]
    known_at: Option<Time>,
    /// The verdict of then; now when absent.
    #[param(value_type = Option<Instant>)]
    effective_at: Option<Time>,
}

impl From<Times> for AsOf {
    fn from(times: Times) -> Self {
        Self { known_at: times.known_at, effective_at: times.effective_at }
    }
}

/// A standing, and the two times of the question why it did not come about.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct WhyNotQuery {
    /// What was expected.
    #[param(value_type = StandingWord)]
    pub(crate) standing: Standing,
    /// What was recorded until then counts; now when absent.
    #[param(value_type = Option<Instant>)]
    known_at: Option<Time>,
    /// The verdict of then; now when absent.
    #[param(value_type = Option<Instant>)]
    effective_at: Option<Time>,
}

impl WhyNotQuery {
    pub(crate) const fn as_of(&self) -> AsOf {
        AsOf { known_at: self.known_at, effective_at: self.effective_at }
    }
}

/// The other person.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Beside {
    /// Somebody with whom a household link is confirmed.
    #[param(value_type = Id)]
    beside: PersonId,
}

answer! {
    /// A check of one's own code.
    Scan from OwnScan {
        /// When.
        at: [Time] as [Instant],
        /// Where: one's own way is no secret from oneself.
        point: [String],
    }
}

/// Where a person's code was checked in the last days, newest first: for them and who looks after them alone.
#[utoipa::path(get, path = "/persons/{person}/scans", tag = "health-information-query", params(("person" = Id, Path)), responses((status = 200, body = Vec<Scan>)))]
async fn scans(State(app): State<App>, caller: Caller, Named(person): Named<PersonId>) -> Answer<Vec<Scan>> {
    let scans = app.service.own_scans(&caller.actor, person).await?;
    Ok(Json(scans.into_iter().map(Scan::from).collect()))
}

/// What shows.
#[utoipa::path(get, path = "/persons/{person}/verdict", tag = "health-information-query", params(("person" = Id, Path)), responses((status = 200, body = Shows)))]
async fn verdict(State(app): State<App>, caller: Caller, Named(person): Named<PersonId>) -> Answer<Shows> {
    let verdict = app.service.verdict(&caller.actor, person).await?;
    let declaration = verdict.declaration.as_ref().map(|declared| declared.evidence);
    Ok(Json(Shows::of(person, declaration, &verdict)))
}

/// Why: rules, days and sources, progress and what ends it. Never a place, an hour or another person.
#[utoipa::path(get, path = "/persons/{person}/explanation", tag = "health-information-query", params(("person" = Id, Path), Times), responses((status = 200, body = Object)))]
async fn explain(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Asked(times): Asked<Times>,
) -> Answer<ResidentExplanation> {
    Ok(Json(app.service.explain(&caller.actor, person, times.into()).await?))
}

/// Why a standing did not come about.
#[utoipa::path(get, path = "/persons/{person}/why-not", tag = "health-information-query", params(("person" = Id, Path), WhyNotQuery), responses((status = 200, body = Object)))]
async fn why_not(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Asked(asked): Asked<WhyNotQuery>,
) -> Answer<ResidentWhyNot> {
    Ok(Json(app.service.why_not(&caller.actor, person, asked.standing, asked.as_of()).await?))
}

/// A person beside somebody they live with, who agreed by confirming the link.
#[utoipa::path(get, path = "/persons/{person}/comparison", tag = "health-information-query", params(("person" = Id, Path), Beside), responses((status = 200, body = Object)))]
async fn compare(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Asked(other): Asked<Beside>,
) -> Answer<ResidentComparison> {
    Ok(Json(app.service.compare(&caller.actor, person, other.beside).await?))
}

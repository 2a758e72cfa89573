//! Collection points: registered, approved, equipped; each with a visitor ledger.

use super::{
    answered::Secret,
    body::{Answer, Asked, Body, Done, Made, MadeAnswer, Named},
    caller::Caller,
    persons::PAGE,
    schema::{CalendarDay, DirectionWord, Id, Instant, StandingWord},
    wire::{answer, form},
};
use crate::{app::App, problem::Problem};
use axum::{Extension, Json, extract::State, http::StatusCode};
use kangma_core::{Day, Direction, PointId, Standing, Time};
use kangma_service::{forms::PointForm, points};
use kangma_store::{AccountId, GateId, Passage, Point, PointState, VisitId, VisitOutcome};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, register))
        .routes(routes!(approve))
        .routes(routes!(close))
        .routes(routes!(enrol_gate))
        .routes(routes!(revoke_gate))
        .routes(routes!(add_checker))
        .routes(routes!(remove_checker))
        .routes(routes!(districts))
        .routes(routes!(ledger))
}

form! {
    /// A point to be approved.
    NewPoint into PointForm {
        /// What it is called.
        name: [String],
        /// What kind it is, by the policy's word.
        kind: [String],
        /// Its district.
        district: [String],
        /// Which directions are recorded.
        directions: [Vec<Direction>] as [Vec<DirectionWord>],
    }
}

form! {
    /// A gate device.
    NewGate {
        /// What it is called.
        name: [String],
    }
}

form! {
    /// Who checks.
    Checker {
        /// The account.
        account: [AccountId] as [Id],
    }
}

answer! {
    /// A point that was registered.
    PointMade {
        /// The point.
        point: [PointId] as [Id],
    }
}

answer! {
    /// A gate that was enrolled.
    GateMade {
        /// The gate.
        gate: [GateId] as [Id],
        /// Its token, shown once: goes into `Authorization: Bearer`.
        token: [String],
    }
}

answer! {
    /// A point.
    PointRow {
        /// The point.
        point: [PointId] as [Id],
        /// What it is called.
        name: [String],
        /// What kind it is.
        kind: [String],
        /// Its district.
        district: [String],
        /// Which ways it records: `both`, `in`, `out`.
        passage: [Passage] as [String],
        /// How far it has come: `registered`, `approved`, `closed`.
        state: [PointState] as [String],
    }
}

impl From<Point> for PointRow {
    fn from(kept: Point) -> Self {
        Self {
            point: kept.id,
            name: kept.name,
            kind: kept.kind.to_string(),
            district: kept.district,
            passage: kept.passage,
            state: kept.state,
        }
    }
}

type ServiceLedgerRow = points::LedgerRow;
answer! {
    /// One line of a visitor ledger.
    LedgerRow from ServiceLedgerRow {
        /// The visit.
        visit: [VisitId] as [Id],
        /// When.
        at: [Time] as [Instant],
        /// Which way.
        direction: [Direction] as [DirectionWord],
        /// Who, masked.
        masked_name: [String],
        /// What the gate did.
        outcome: [VisitOutcome] as [String],
        /// What showed.
        standing: [Option<Standing>] as [Option<StandingWord>],
        /// Whether it was an emergency.
        emergency: [bool],
        /// Whether a gate without network decided.
        offline: [bool],
        /// Whether the checker took it back.
        wrong_scan: [bool],
    }
}

/// Where a page of the list begins.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct After {
    /// The last point of the page before.
    #[param(value_type = Option<Id>)]
    after: Option<PointId>,
}

/// Which page of a ledger.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct LedgerQuery {
    /// The day.
    #[param(value_type = CalendarDay)]
    day: Day,
    /// The last visit of the page before.
    #[param(value_type = Option<Id>)]
    before: Option<VisitId>,
}

/// The points of the officer's district, by number.
#[utoipa::path(get, path = "/points", tag = "places", params(After), responses((status = 200, body = Vec<PointRow>)))]
async fn list(State(app): State<App>, caller: Caller, Asked(page): Asked<After>) -> Answer<Vec<PointRow>> {
    let points = app.service.points(&caller.actor, page.after, PAGE).await?;
    Ok(Json(points.into_iter().map(PointRow::from).collect()))
}

/// Registers a point. It checks nobody before it is approved.
#[utoipa::path(post, path = "/points", tag = "places", request_body = NewPoint, responses((status = 201, body = PointMade)))]
async fn register(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<NewPoint>,
) -> MadeAnswer<PointMade> {
    Ok(Made(PointMade { point: app.service.register_point(&caller.actor, form.into()).await? }))
}

/// Approves a point.
#[utoipa::path(post, path = "/points/{point}/approval", tag = "places", params(("point" = Id, Path)), responses((status = 204)))]
async fn approve(State(app): State<App>, caller: Caller, Named(point): Named<PointId>) -> Done {
    app.service.approve_point(&caller.actor, point).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Closes a point.
#[utoipa::path(post, path = "/points/{point}/closing", tag = "places", params(("point" = Id, Path)), responses((status = 204)))]
async fn close(State(app): State<App>, caller: Caller, Named(point): Named<PointId>) -> Done {
    app.service.close_point(&caller.actor, point).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Enrols a gate device.
#[utoipa::path(post, path = "/points/{point}/gates", tag = "places", params(("point" = Id, Path)), request_body = NewGate, responses((status = 201, body = GateMade)))]
async fn enrol_gate(
    State(app): State<App>,
    caller: Caller,
    Named(point): Named<PointId>,
    Body(form): Body<NewGate>,
) -> Result<(Extension<Secret>, Made<GateMade>), Problem> {
    let (gate, token) = app.service.enrol_gate(&caller.actor, point, form.name).await?;
    Ok((Extension(Secret), Made(GateMade { gate, token })))
}

/// Revokes a gate device.
#[utoipa::path(delete, path = "/gates/{gate}", tag = "places", params(("gate" = Id, Path)), responses((status = 204)))]
async fn revoke_gate(State(app): State<App>, caller: Caller, Named(gate): Named<GateId>) -> Done {
    app.service.revoke_gate(&caller.actor, gate).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets an account check at a point.
#[utoipa::path(post, path = "/points/{point}/checkers", tag = "places", params(("point" = Id, Path)), request_body = Checker, responses((status = 204)))]
async fn add_checker(
    State(app): State<App>,
    caller: Caller,
    Named(point): Named<PointId>,
    Body(form): Body<Checker>,
) -> Done {
    app.service.add_checker(&caller.actor, point, form.account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes that right back.
#[utoipa::path(delete, path = "/points/{point}/checkers/{account}", tag = "places", params(("point" = Id, Path), ("account" = Id, Path)), responses((status = 204)))]
async fn remove_checker(
    State(app): State<App>,
    caller: Caller,
    Named((point, account)): Named<(PointId, AccountId)>,
) -> Done {
    app.service.remove_checker(&caller.actor, point, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The districts in which there are collection points.
#[utoipa::path(get, path = "/districts", tag = "places", security(()), responses((status = 200, body = Vec<String>)))]
async fn districts(State(app): State<App>) -> Answer<Vec<String>> {
    Ok(Json(app.service.districts().await?))
}

/// A day of a point's visitor ledger, newest first.
#[utoipa::path(get, path = "/points/{point}/ledger", tag = "places", params(("point" = Id, Path), LedgerQuery), responses((status = 200, body = Vec<LedgerRow>)))]
async fn ledger(
    State(app): State<App>,
    caller: Caller,
    Named(point): Named<PointId>,
    Asked(page): Asked<LedgerQuery>,
) -> Answer<Vec<LedgerRow>> {
    let rows = app.service.ledger(&caller.actor, point, page.day, page.before, PAGE).await?;
    Ok(Json(rows.into_iter().map(LedgerRow::from).collect()))
}

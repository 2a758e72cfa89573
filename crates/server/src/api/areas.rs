//! Risk areas: marked, cleared, withdrawn, each with its preview.

use super::{
    body::{Answer, Body, Done, Made, MadeAnswer, Named},
    caller::Caller,
    cases::{Change, changes},
    schema::{CalendarDay, Id, Instant},
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State, http::StatusCode};
use kangma_core::{AreaId, Day, Time};
use kangma_service::forms::{AreaAct, AreaForm};
use kangma_store::RiskArea;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, mark))
        .routes(routes!(preview_mark))
        .routes(routes!(end))
        .routes(routes!(preview_end))
}

form! {
    /// A risk area.
    NewArea into AreaForm {
        /// The district or division it covers.
        division: [String],
        /// The policy's level, such as `high`.
        level: [String],
        /// Its first infectious day.
        from: [Day] as [CalendarDay],
    }
}

form! {
    /// How an area ends.
    AreaEnd {
        /// `true`: it never was one. `false`: it was one until now.
        withdrawn: [bool],
        /// Why, for the record.
        reason: [String],
    }
}

impl AreaEnd {
    fn of(self, area: AreaId) -> AreaAct {
        AreaAct { area, withdrawn: self.withdrawn, reason: self.reason }
    }
}

answer! {
    /// An area that was marked.
    AreaMade {
        /// The area.
        area: [AreaId] as [Id],
    }
}

answer! {
    /// A risk area.
    AreaRow {
        /// The area.
        area: [AreaId] as [Id],
        /// The division it covers.
        division: [String],
        /// What it is called.
        name: [String],
        /// How high the risk is.
        level: [String],
        /// Its first infectious instant.
        since: [Time] as [Instant],
        /// From when on it is one no longer.
        cleared_at: [Option<Time>] as [Option<Instant>],
        /// When it was found never to have been one.
        withdrawn_at: [Option<Time>] as [Option<Instant>],
    }
}

impl From<RiskArea> for AreaRow {
    fn from(kept: RiskArea) -> Self {
        Self {
            area: kept.id,
            division: kept.division,
            name: kept.name,
            level: kept.level,
            since: kept.since,
            cleared_at: kept.cleared_at,
            withdrawn_at: kept.withdrawn_at,
        }
    }
}

/// All risk areas, newest first. Where they are is no secret: people have to know.
#[utoipa::path(get, path = "/areas", tag = "places", security(()), responses((status = 200, body = Vec<AreaRow>)))]
async fn list(State(app): State<App>) -> Answer<Vec<AreaRow>> {
    Ok(Json(app.service.areas().await?.into_iter().map(AreaRow::from).collect()))
}

/// Marks an area and finds who stayed there.
#[utoipa::path(post, path = "/areas", tag = "places", request_body = NewArea, responses((status = 201, body = AreaMade)))]
async fn mark(State(app): State<App>, caller: Caller, Body(form): Body<NewArea>) -> MadeAnswer<AreaMade> {
    Ok(Made(AreaMade { area: app.service.mark_area(&caller.actor, form.into()).await? }))
}

/// Whose standing marking would change. Nothing is kept.
#[utoipa::path(post, path = "/areas/preview", tag = "places", request_body = NewArea, responses((status = 200, body = Vec<Change>)))]
async fn preview_mark(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<NewArea>,
) -> Answer<Vec<Change>> {
    Ok(changes(app.service.preview_area(&caller.actor, form.into()).await?))
}

/// Clears an area, or withdraws it as if it never had been one.
#[utoipa::path(post, path = "/areas/{area}/end", tag = "places", params(("area" = Id, Path)), request_body = AreaEnd, responses((status = 204)))]
async fn end(
    State(app): State<App>,
    caller: Caller,
    Named(area): Named<AreaId>,
    Body(form): Body<AreaEnd>,
) -> Done {
    app.service.end_area(&caller.actor, form.of(area)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whose standing that would change. Nothing is kept.
#[utoipa::path(post, path = "/areas/{area}/end/preview", tag = "places", params(("area" = Id, Path)), request_body = AreaEnd, responses((status = 200, body = Vec<Change>)))]
async fn preview_end(
    State(app): State<App>,
    caller: Caller,
    Named(area): Named<AreaId>,
    Body(form): Body<AreaEnd>,
) -> Answer<Vec<Change>> {
    Ok(changes(app.service.preview_end_area(&caller.actor, form.of(area)).await?))
}

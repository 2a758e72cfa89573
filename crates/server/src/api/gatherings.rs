//! Likely places of infection: where more of the cases were together than chance would bring together.

use super::{
    body::{Answer, Asked},
    caller::Caller,
    persons::PAGE,
    schema::{Id, Instant},
    wire::answer,
};
use crate::app::App;
use axum::{Json, extract::State};
use kangma_core::{PointId, Time};
use kangma_service::gatherings::{self, Sought};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list))
}

/// Of which cases, and when each of them may have been infected.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct Question {
    /// From so many days before the onset on.
    earliest: u8,
    /// Until so many days before it, that day included.
    latest: u8,
    /// At least so many cases together.
    at_least: u32,
    /// Cases that were reported from here on; all when it is not said.
    #[param(value_type = Option<Instant>)]
    since: Option<Time>,
}

answer! {
    /// A place and an hour in which several of the cases were there.
    GatheringRow {
        /// The place.
        point: [PointId] as [Id],
        /// What it is called.
        name: [String],
        /// What kind it is.
        kind: [String],
        /// When the hour begins.
        from: [Time] as [Instant],
        /// When it ends.
        until: [Time] as [Instant],
        /// How many of the cases were there.
        cases: [u32],
        /// How many people were there, the cases among them.
        people: [u32],
        /// How many cases would be among so many people by chance, to three decimals.
        expected: [String],
        /// How improbable so many or more are by chance: the negative decimal logarithm, to three decimals.
        surprise: [String],
    }
}

impl From<gatherings::GatheringRow> for GatheringRow {
    fn from(row: gatherings::GatheringRow) -> Self {
        let gathering = row.gathering;
        Self {
            point: row.point,
            name: row.name,
            kind: row.kind.to_string(),
            from: gathering.window.from,
            until: gathering.window.until,
            cases: gathering.cases,
            people: gathering.people,
            expected: format!("{:.3}", gathering.expected),
            surprise: format!("{:.3}", gathering.surprise),
        }
    }
}

/// Where the cases of the officer's district were together, the most surprising first.
#[utoipa::path(get, path = "/cases/gatherings", tag = "cases", params(Question), responses((status = 200, body = Vec<GatheringRow>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(asked): Asked<Question>,
) -> Answer<Vec<GatheringRow>> {
    let Question { earliest, latest, at_least, since } = asked;
    let sought = Sought { since, earliest, latest, at_least };
    let found = app.service.gatherings(&caller.actor, sought, PAGE).await?;
    Ok(Json(found.into_iter().map(GatheringRow::from).collect()))
}

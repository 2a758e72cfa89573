//! Visits in a list, as an operator's system hands them in: a metro's, a stadium's.

use super::{
    body::{Answer, Body},
    caller::Caller,
    lists::{CalledBy, UnusableRow, unusable},
    schema::{AssuranceWord, Instant},
    wire::{answer, form},
};
use crate::app::App;
use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest as _, Request, State},
};
use kangma_core::{Assurance, Time};
use kangma_service::{
    Refused,
    import_visits::{PointKey, Taken},
    list_visits::{ListedBy, ListedStay},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// How many rows one list may have.
const MOST_ROWS: usize = 10_000;
/// Where a list is handed in, and the most bytes that it may have.
pub(crate) const LARGEST_LIST: (&str, usize) = ("/visits/list", 2 << 20);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(take)).layer(DefaultBodyLimit::max(LARGEST_LIST.1))
}

/// What a list calls points.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum PointCalledBy {
    /// By their identifier.
    Id,
    /// By their name; one that several points have means none of them.
    Name,
}

form! {
    /// Visits in a list, 10,000 at most.
    VisitList {
        /// What it calls people.
        person_is: [CalledBy],
        /// What it calls points.
        point_is: [PointCalledBy],
        /// How far its source is trusted: policies say from which assurance on a visit counts.
        #[serde(default = "as_on_paper")]
        assurance: [Assurance] as [AssuranceWord],
        /// The visits.
        visits: [Vec<ListedVisit>],
    }
}

form! {
    /// A visit of a list, to the second.
    ListedVisit into ListedStay {
        /// Whose, as the list calls them.
        person: [String],
        /// Where, as the list calls it.
        point: [String],
        /// When they came.
        from: [Time] as [Instant],
        /// When they left: no later than two days after, nor than now.
        until: [Time] as [Instant],
    }
}

const fn as_on_paper() -> Assurance {
    Assurance::Paper
}

answer! {
    /// What became of a list.
    VisitsTaken {
        /// Visits that are new.
        added: [u64],
        /// Visits that were there already.
        unchanged: [u64],
        /// Rows that could not be used.
        bad: [Vec<UnusableRow>],
    }
}

impl From<Taken> for VisitsTaken {
    fn from(Taken { added, unchanged, bad }: Taken) -> Self {
        Self { added, unchanged, bad: unusable(bad) }
    }
}

/// Takes the visits of a list. Cases that they touch are traced again before the answer. A second time changes nothing.
#[utoipa::path(post, path = "/visits/list", tag = "places", request_body = VisitList, responses((status = 200, body = VisitsTaken)))]
async fn take(State(app): State<App>, caller: Caller, request: Request) -> Answer<VisitsTaken> {
    app.service.may_list_visits(&caller.actor)?;
    let Body(list) = Body::<VisitList>::from_request(request, &app).await?;
    if list.visits.len() > MOST_ROWS {
        return Err(Refused::field("visits", "too-long").into());
    }
    let point = match list.point_is {
        PointCalledBy::Id => PointKey::Id,
        PointCalledBy::Name => PointKey::Name,
    };
    let by = ListedBy { person: list.person_is.into(), point, assurance: list.assurance };
    let rows = list.visits.into_iter().map(ListedStay::from).collect();
    Ok(Json(app.service.list_visits(&caller.actor, by, rows).await?.into()))
}

//! The API: JSON over the same use cases as the pages, under `/api/v1`. A file for each resource; the path is its address.
//!
//! Every handler is described where it stands ([`utoipa::path`]), takes a `Caller` and a form of `wire`, and
//! gives an answer of `wire` or a [`Problem`]. To add one: a handler in the file of its resource, its line in that
//! file's `routes`, a request of it in `tests/api`. The document at `/api/v1/openapi.json` follows by itself.

mod answered;
mod appeals;
mod areas;
mod body;
mod caller;
mod case_lists;
mod cases;
mod checkins;
mod codes;
mod corrections;
mod declarations;
mod document;
mod evidence;
mod gate;
mod gate_offline;
mod gatherings;
mod households;
mod issuer;
mod lists;
mod named_cases;
mod orders;
mod persons;
mod points;
mod policies;
mod problems;
mod reviews;
mod schema;
mod sessions;
mod sites;
mod sources;
mod staff;
mod verdicts;
mod visit_lists;
mod wire;

use crate::{app::App, problem::Problem};
use axum::{Json, Router, middleware, routing::get};
use utoipa_axum::router::OpenApiRouter;

pub use document::document;

/// Every endpoint, each with its description.
fn endpoints() -> OpenApiRouter<App> {
    OpenApiRouter::with_openapi(document::head())
        .merge(sessions::routes())
        .merge(persons::routes())
        .merge(declarations::routes())
        .merge(verdicts::routes())
        .merge(codes::routes())
        .merge(checkins::routes())
        .merge(corrections::routes())
        .merge(households::routes())
        .merge(appeals::routes())
        .merge(gate::routes())
        .merge(gate_offline::routes())
        .merge(points::routes())
        .merge(cases::routes())
        .merge(gatherings::routes())
        .merge(case_lists::routes())
        .merge(named_cases::routes())
        .merge(visit_lists::routes())
        .merge(areas::routes())
        .merge(sites::routes())
        .merge(orders::routes())
        .merge(reviews::routes())
        .merge(evidence::routes())
        .merge(sources::routes())
        .merge(policies::routes())
        .merge(staff::routes())
        .merge(issuer::routes())
        .merge(problems::routes())
}

/// Every endpoint, under the address that it is nested at.
pub fn router(app: App) -> Router<App> {
    let (router, _) = endpoints().split_for_parts();
    router
        .route("/openapi.json", get(async || Json(document())))
        .fallback(async || Problem::of_http("no-such-address", "there is no such address in this API"))
        .method_not_allowed_fallback(async || {
            Problem::of_http("method-not-allowed", "this address does not answer to that method")
        })
        .layer(middleware::from_fn_with_state(app, answered::once))
}

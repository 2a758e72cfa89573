//! Sources say how far they are complete.

use super::{
    body::{Answer, Body, Done, Named},
    caller::Caller,
    schema::Instant,
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State, http::StatusCode};
use kangma_core::Time;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list)).routes(routes!(hear))
}

form! {
    /// A heartbeat.
    HeartbeatForm {
        /// Everything until then has been sent.
        complete_up_to: [Time] as [Instant],
    }
}

answer! {
    /// A source that the policy in force needs.
    SourceRow {
        /// Its name.
        source: [String],
        /// Until when it is complete; nothing when it was never heard.
        complete_up_to: [Option<Time>] as [Option<Instant>],
        /// Whether that is longer ago than the policy allows: nobody is green then.
        stale: [bool],
    }
}

/// The sources that the policy in force needs, and how fresh they are.
#[utoipa::path(get, path = "/sources", tag = "running", security(()), responses((status = 200, body = Vec<SourceRow>)))]
async fn list(State(app): State<App>) -> Answer<Vec<SourceRow>> {
    let (rules, now) = (app.service.rules(), app.service.now());
    let row = |rule: &kangma_core::policy::SourceRule| SourceRow {
        source: rule.name.to_string(),
        complete_up_to: rules.sources.complete_up_to(&rule.name, now),
        stale: !rules.is_fresh(rule, now),
    };
    Ok(Json(rules.policy(now).sources.iter().map(row).collect()))
}

/// A source says that it is complete up to a time.
#[utoipa::path(post, path = "/sources/{source}/heartbeats", tag = "running", params(("source" = String, Path)), request_body = HeartbeatForm, responses((status = 204)))]
async fn hear(
    State(app): State<App>,
    caller: Caller,
    Named(source): Named<String>,
    Body(form): Body<HeartbeatForm>,
) -> Done {
    app.service.hear_source(&caller.actor, source, form.complete_up_to).await?;
    Ok(StatusCode::NO_CONTENT)
}

//! What officers see of a person: every item, the verdict with what it rests on, and the figures of a district.

use super::{
    body::{Answer, Asked, Body, Done, Named},
    caller::Caller,
    schema::{Id, StandingWord},
    verdicts::Times,
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State, http::StatusCode};
use kangma_core::{Evidence, EvidenceId, PersonId, Standing, Verdict};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(file)).routes(routes!(counts)).routes(routes!(release))
}

answer! {
    /// A person's evidence and verdict.
    File {
        /// Every item, in the order of recording, withdrawn ones among them.
        evidence: [Vec<Evidence>] as [Vec<Object>],
        /// The verdict as the rules gave it.
        verdict: [Verdict] as [Object],
        /// The policy that was in force.
        policy: [String],
        /// Its version.
        policy_version: [u32],
    }
}

answer! {
    /// How many show one standing.
    Count {
        /// The standing.
        standing: [Standing] as [StandingWord],
        /// How many; nothing while they are fewer than the policy's privacy floor.
        people: [Option<u64>],
    }
}

/// A person's evidence and verdict, as known and as effective at any two times.
#[utoipa::path(get, path = "/persons/{person}/file", tag = "health-information-query", params(("person" = Id, Path), Times), responses((status = 200, body = File)))]
async fn file(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Asked(times): Asked<Times>,
) -> Answer<File> {
    let file = app.service.file(&caller.actor, person, times.into()).await?;
    let reference = &file.policy.reference;
    Ok(Json(File {
        evidence: file.evidence,
        verdict: file.explanation.verdict,
        policy: reference.name.to_string(),
        policy_version: reference.version,
    }))
}

form! {
    /// A reason that ends before its time.
    Release {
        /// Its rule.
        rule: [String],
        /// Its trigger, as the file names it.
        trigger: [Option<EvidenceId>] as [Option<Id>],
        /// Why, for the record.
        reason: [String],
    }
}

/// An officer releases a live reason: it was true, and ends now.
#[utoipa::path(post, path = "/persons/{person}/releases", tag = "decisions", params(("person" = Id, Path)), request_body = Release, responses((status = 204)))]
async fn release(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<Release>,
) -> Done {
    let Release { rule, trigger, reason } = form;
    app.service.release_reason(&caller.actor, person, rule, trigger, reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How many people show what, in the officer's district.
#[utoipa::path(get, path = "/standing-counts", tag = "running", responses((status = 200, body = Vec<Count>)))]
async fn counts(State(app): State<App>, caller: Caller) -> Answer<Vec<Count>> {
    let counts = app.service.standing_counts(&caller.actor).await?;
    Ok(Json(counts.into_iter().map(|(standing, people)| Count { standing, people }).collect()))
}

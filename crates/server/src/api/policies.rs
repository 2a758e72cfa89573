//! The policy in force, publishing another, and whether this server is well.

use super::{
    body::{Answer, Body, Made, MadeAnswer},
    caller::Caller,
    schema::Instant,
    wire::{answer, form},
};
use crate::app::App;
use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest as _, Request, State},
};
use kangma_core::{
    Time,
    policy::{AttributeType, Question},
    verdict::PolicyRef,
};
use std::collections::BTreeMap;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The most bytes that the files of a policy may have together.
const LARGEST_POLICY: usize = 2 << 20;

pub(crate) fn routes() -> OpenApiRouter<App> {
    let publish = OpenApiRouter::new().routes(routes!(publish)).layer(DefaultBodyLimit::max(LARGEST_POLICY));
    OpenApiRouter::new().routes(routes!(in_force)).routes(routes!(health)).merge(publish)
}

form! {
    /// A policy as files.
    PolicyForm {
        /// The text of each file by its path, such as `policy.toml` and `texts/en.toml`.
        files: [BTreeMap<String, String>],
    }
}

answer! {
    /// Which policy.
    PolicyName from PolicyRef {
        /// Its name.
        name: [std::sync::Arc<str>] as [String],
        /// Its version.
        version: [u32],
        /// The digest of its files.
        digest: [std::sync::Arc<str>] as [String],
    }
}

answer! {
    /// A question.
    Asks {
        /// Its name in `answers`.
        question: [String],
        /// `flag`, `number`, `time`, `day` or `word`.
        answer: [&'static str] as [String],
        /// The words to choose from, when it is one of some.
        words: [Vec<String>],
        /// The purposes that ask it; all when empty.
        purposes: [Vec<String>],
    }
}

answer! {
    /// The policy in force.
    PolicyInForce {
        /// Which.
        policy: [PolicyName],
        /// Where its calendar days are.
        zone: [String],
        /// The languages that it speaks.
        languages: [Vec<String>],
        /// What a declaration asks, in order.
        declaration: [Vec<Asks>],
        /// What a check-in asks, in order.
        check_in: [Vec<Asks>],
        /// The kinds of point that it knows.
        point_kinds: [Vec<String>],
    }
}

answer! {
    /// Whether this server is well.
    Health {
        /// `ok`, or `stale-sources` while somebody is kept from green by a silent source.
        status: [&'static str] as [String],
        /// The server's time.
        now: [Time] as [Instant],
        /// The version of this program.
        version: [&'static str] as [String],
        /// The policy in force.
        policy: [PolicyName],
    }
}

fn asks(question: &Question) -> Asks {
    let (answer, words) = match &question.answer {
        AttributeType::Flag => ("flag", Vec::new()),
        AttributeType::Number => ("number", Vec::new()),
        AttributeType::Time => ("time", Vec::new()),
        AttributeType::Day => ("day", Vec::new()),
        AttributeType::AnyWord => ("word", Vec::new()),
        AttributeType::Word(words) => ("word", words.iter().map(ToString::to_string).collect()),
    };
    let purposes = question.purposes.iter().map(ToString::to_string).collect();
    Asks { question: question.id.to_string(), answer, words, purposes }
}

/// The policy in force, with what it asks.
#[utoipa::path(get, path = "/policy", tag = "running", security(()), responses((status = 200, body = PolicyInForce)))]
async fn in_force(State(app): State<App>) -> Answer<PolicyInForce> {
    let rules = app.service.rules();
    let policy = rules.policy(app.service.now());
    Ok(Json(PolicyInForce {
        policy: PolicyRef::clone(&policy.reference).into(),
        zone: policy.zone.name().to_owned(),
        languages: policy.languages.iter().map(ToString::to_string).collect(),
        declaration: policy.declaration.questions.iter().map(asks).collect(),
        check_in: policy.check_in.questions.iter().map(asks).collect(),
        point_kinds: policy.gate.kinds.iter().map(ToString::to_string).collect(),
    }))
}

/// Publishes a policy. A policy with an error is refused with file, line and remedy.
#[utoipa::path(post, path = "/policies", tag = "running", request_body = PolicyForm, responses((status = 201, body = PolicyName)))]
async fn publish(State(app): State<App>, caller: Caller, request: Request) -> MadeAnswer<PolicyName> {
    app.service.may_publish(&caller.actor)?;
    let Body(form) = Body::<PolicyForm>::from_request(request, &app).await?;
    let files = form.files.into_iter().collect();
    Ok(Made(app.service.publish_policy(&caller.actor, files).await?.into()))
}

/// Whether this server is well: it reads its store to tell.
#[utoipa::path(get, path = "/health", tag = "running", security(()), responses((status = 200, body = Health)))]
async fn health(State(app): State<App>) -> Answer<Health> {
    app.service.areas().await?;
    let (rules, now) = (app.service.rules(), app.service.now());
    let policy = rules.policy(now);
    let fresh = policy.sources.iter().all(|rule| rules.is_fresh(rule, now));
    let status = if fresh { "ok" } else { "stale-sources" };
    let version = env!("CARGO_PKG_VERSION");
    Ok(Json(Health { status, now, version, policy: PolicyRef::clone(&policy.reference).into() }))
}

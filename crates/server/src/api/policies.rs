//! The policy in force, publishing another, and whether this server is well.

use super::{
    body::{Answer, Body, Done, Made, MadeAnswer},
    caller::Caller,
    schema::{Id, Instant, StandingWord},
    wire::{answer, form},
};
use crate::app::App;
use axum::{
    Json,
    extract::{DefaultBodyLimit, FromRequest as _, Request, State},
    http::StatusCode,
};
use kangma_core::{
    PointId, Standing, Time,
    policy::{AttributeType, Question},
    verdict::PolicyRef,
};
use kangma_service::dry_run_policy::{DryRun, Group, Moved, PointCount, Progress, RuleCount};
use std::collections::BTreeMap;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The most bytes that the files of a policy may have together.
const LARGEST_POLICY: usize = 2 << 20;

pub(crate) fn routes() -> OpenApiRouter<App> {
    let sent = OpenApiRouter::new()
        .routes(routes!(publish))
        .routes(routes!(dry_run, begin_dry_run))
        .layer(DefaultBodyLimit::max(LARGEST_POLICY));
    OpenApiRouter::new().routes(routes!(in_force)).routes(routes!(health)).merge(sent)
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
    /// People of one group who are yellow or red.
    ColouredGroup from Group {
        /// Which.
        name: [String],
        /// Yellow today, and under the tried policy.
        yellow: [[u64; 2]] as [Vec<u64>],
        /// Red.
        red: [[u64; 2]] as [Vec<u64>],
    }
}

answer! {
    /// How many people move.
    MovedPeople from Moved {
        /// What shows today.
        before: [Standing] as [StandingWord],
        /// What would show.
        after: [Standing] as [StandingWord],
        /// How many.
        people: [u64],
    }
}

answer! {
    /// People with a live reason by a rule.
    ByRule from RuleCount {
        /// The rule.
        rule: [String],
        /// Today.
        before: [u64],
        /// Under the tried policy.
        after: [u64],
    }
}

answer! {
    /// People who met a case at a point and are yellow or red.
    ByPoint from PointCount {
        /// The point.
        point: [PointId] as [Id],
        /// Its name.
        name: [String],
        /// Its kind.
        kind: [String],
        /// Today.
        before: [u64],
        /// Under the tried policy.
        after: [u64],
    }
}

answer! {
    /// What a policy would do, beside the one in force.
    DryRunFound {
        /// The policy in force.
        today: [PolicyName],
        /// The one that was tried.
        tried: [PolicyName],
        /// As of when.
        at: [Time] as [Instant],
        /// How many people there are.
        people: [u64],
        /// Sources that the tried policy needs and nobody has heard of: taken as heard.
        unheard: [Vec<String>],
        /// Who moves from which standing to which.
        moved: [Vec<MovedPeople>],
        /// By rule.
        rules: [Vec<ByRule>],
        /// By district.
        districts: [Vec<ColouredGroup>],
        /// By age in whole years.
        ages: [Vec<ColouredGroup>],
        /// By the kind of point at which they met a case.
        kinds: [Vec<ColouredGroup>],
        /// The points at which most of the yellow and red met a case.
        points: [Vec<ByPoint>],
        /// Days of isolation still to come, red or by a duty, of everybody together: today, and under the tried policy.
        isolation_days: [[u64; 2]] as [Vec<u64>],
    }
}

answer! {
    /// The dry run that was asked for last.
    DryRunState {
        /// `none`, `running`, `done`, `failed`, or `cut-off` when the server stopped before it had ended.
        state: [&'static str] as [String],
        /// How many people are decided, of how many.
        progress: [Option<[u64; 2]>] as [Option<Vec<u64>>],
        /// Why it failed.
        code: [Option<&'static str>] as [Option<String>],
        /// What came of it.
        found: [Option<DryRunFound>],
    }
}

impl From<&DryRun> for DryRunFound {
    fn from(found: &DryRun) -> Self {
        let found = found.clone();
        Self {
            today: found.today.into(),
            tried: found.tried.into(),
            at: found.at,
            people: found.people,
            unheard: found.unheard,
            moved: found.moved.into_iter().map(Into::into).collect(),
            rules: found.rules.into_iter().map(Into::into).collect(),
            districts: found.districts.into_iter().map(Into::into).collect(),
            ages: found.ages.into_iter().map(Into::into).collect(),
            kinds: found.kinds.into_iter().map(Into::into).collect(),
            points: found.points.into_iter().map(Into::into).collect(),
            isolation_days: found.isolation_days,
        }
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

/// Begins a dry run of a policy: what it would do with today's evidence and visits. Nothing is written.
#[utoipa::path(post, path = "/policies/dry-run", tag = "running", request_body = PolicyForm, responses((status = 204)))]
async fn begin_dry_run(State(app): State<App>, caller: Caller, Body(form): Body<PolicyForm>) -> Done {
    app.service.dry_run_policy(&caller.actor, form.files.into_iter().collect()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The dry run that was asked for last, by whomever.
#[utoipa::path(get, path = "/policies/dry-run", tag = "running", responses((status = 200, body = DryRunState)))]
async fn dry_run(State(app): State<App>, caller: Caller) -> Answer<DryRunState> {
    let blank = DryRunState { state: "none", progress: None, code: None, found: None };
    Ok(Json(match app.service.dry_run(&caller.actor)? {
        None => blank,
        Some(Progress::Running { done, total }) => {
            DryRunState { state: "running", progress: Some([done, total]), ..blank }
        }
        Some(Progress::CutOff { .. }) => DryRunState { state: "cut-off", ..blank },
        Some(Progress::Failed(code)) => DryRunState { state: "failed", code: Some(code), ..blank },
        Some(Progress::Done(found)) => DryRunState { state: "done", found: Some((&*found).into()), ..blank },
    }))
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

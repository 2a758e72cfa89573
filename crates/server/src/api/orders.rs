//! Orders and findings: one officer proposes, another confirms.

use super::{
    body::{Answer, Asked, Body, Done, Made, MadeAnswer, Named},
    caller::Caller,
    persons::PAGE,
    schema::{Id, Instant, IsolationWord, ProposalWord},
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State, http::StatusCode};
use kangma_core::{EvidenceId, PersonId, Time, Window};
use kangma_service::forms::{FindingForm, IsolationPlace, OrderForm, Ordered};
use kangma_store::{Proposal, ProposalId, ProposalKind, ProposalState};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(one))
        .routes(routes!(propose_order))
        .routes(routes!(propose_isolation))
        .routes(routes!(propose_finding))
        .routes(routes!(confirm))
        .routes(routes!(refuse))
        .routes(routes!(lift))
}

form! {
    /// A manual order.
    NewOrder {
        /// On whom.
        person: [PersonId] as [Id],
        /// The policy's level.
        level: [String],
        /// The legal ground, by the policy's word.
        ground: [String],
        /// Why.
        explanation: [String],
        /// From when.
        from: [Time] as [Instant],
        /// Until when.
        until: [Time] as [Instant],
        /// How many check-ins it asks for, where it names a number.
        check_ins: [Option<u32>],
    }
}

form! {
    /// An order to isolate.
    NewIsolationOrder {
        /// On whom.
        person: [PersonId] as [Id],
        /// Where: `central` also sets them apart from their household as long as it holds.
        place: [IsolationPlace] as [IsolationWord],
        /// The legal ground, by the policy's word.
        ground: [String],
        /// Why.
        explanation: [String],
        /// From when.
        from: [Time] as [Instant],
        /// Until when.
        until: [Time] as [Instant],
        /// How many check-ins it asks for, where it names a number.
        check_ins: [Option<u32>],
    }
}

form! {
    /// The finding that a declaration was false.
    NewFinding into FindingForm {
        /// Whose.
        person: [PersonId] as [Id],
        /// Which declaration.
        declaration: [EvidenceId] as [Id],
        /// When the person was heard.
        heard_at: [Time] as [Instant],
        /// What was false and what shows it.
        explanation: [String],
    }
}

form! {
    /// How an order ends before its time.
    Lifting {
        /// `true`: it never should have been. `false`: it ends now.
        withdrawn: [bool],
    }
}

answer! {
    /// A proposal.
    ProposalMade {
        /// Its number.
        proposal: [ProposalId] as [Id],
    }
}

answer! {
    /// A confirmed proposal.
    Confirmed {
        /// The item of evidence that it became.
        evidence: [EvidenceId] as [Id],
    }
}

answer! {
    /// An order or a finding.
    ProposalRow {
        /// Its number.
        proposal: [ProposalId] as [Id],
        /// What it is.
        kind: [ProposalKind] as [String],
        /// About whom.
        person: [PersonId] as [Id],
        /// The declaration that a finding is about.
        about: [Option<EvidenceId>] as [Option<Id>],
        /// The legal ground.
        ground: [String],
        /// The level.
        level: [Option<String>],
        /// Where somebody isolates.
        place: [Option<String>],
        /// Until when.
        until: [Option<Time>] as [Option<Instant>],
        /// What the officers wrote; not in a list.
        explanation: [Option<String>],
        /// When the person was heard.
        heard_at: [Option<Time>] as [Option<Instant>],
        /// When it was proposed.
        proposed_at: [Time] as [Instant],
        /// How far it has come.
        state: [ProposalState] as [ProposalWord],
    }
}

impl From<Proposal> for ProposalRow {
    fn from(kept: Proposal) -> Self {
        Self {
            proposal: kept.id,
            kind: kept.kind,
            person: kept.person,
            about: kept.about,
            ground: kept.ground,
            level: kept.level,
            place: kept.place,
            until: kept.until,
            explanation: kept.text.map(|text| text.0),
            heard_at: kept.heard_at,
            proposed_at: kept.proposed_at,
            state: kept.state,
        }
    }
}

/// Which proposals.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
struct InState {
    /// How far they have come.
    #[param(value_type = ProposalWord)]
    state: ProposalState,
    /// Only those whose end has not passed.
    #[serde(default)]
    live: bool,
    /// The last proposal of the page before.
    #[param(value_type = Option<Id>)]
    after: Option<ProposalId>,
}

/// Proposals in a state, oldest first, without what the officers wrote.
#[utoipa::path(get, path = "/proposals", tag = "decisions", params(InState), responses((status = 200, body = Vec<ProposalRow>)))]
async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(asked): Asked<InState>,
) -> Answer<Vec<ProposalRow>> {
    let InState { state, live, after } = asked;
    let proposals = app.service.proposals(&caller.actor, state, live, after, PAGE).await?;
    let row = |kept: Proposal| ProposalRow { explanation: None, ..kept.into() };
    Ok(Json(proposals.into_iter().map(row).collect()))
}

/// One proposal, with what was written. The look is recorded.
#[utoipa::path(get, path = "/proposals/{proposal}", tag = "decisions", params(("proposal" = Id, Path)), responses((status = 200, body = ProposalRow)))]
async fn one(
    State(app): State<App>,
    caller: Caller,
    Named(proposal): Named<ProposalId>,
) -> Answer<ProposalRow> {
    Ok(Json(app.service.proposal_seen(&caller.actor, proposal).await?.proposal.into()))
}

/// Proposes a manual order.
#[utoipa::path(post, path = "/orders", tag = "decisions", request_body = NewOrder, responses((status = 201, body = ProposalMade)))]
async fn propose_order(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<NewOrder>,
) -> MadeAnswer<ProposalMade> {
    let NewOrder { person, level, ground, explanation, from, until, check_ins } = form;
    let window = Window { from, until };
    let order = Ordered::Level(level);
    let form = OrderForm { person, order, ground, explanation, window, check_ins };
    Ok(Made(ProposalMade { proposal: app.service.propose_order(&caller.actor, form).await? }))
}

/// Proposes an order to isolate.
#[utoipa::path(post, path = "/isolation-orders", tag = "decisions", request_body = NewIsolationOrder, responses((status = 201, body = ProposalMade)))]
async fn propose_isolation(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<NewIsolationOrder>,
) -> MadeAnswer<ProposalMade> {
    let NewIsolationOrder { person, place, ground, explanation, from, until, check_ins } = form;
    let (window, order) = (Window { from, until }, Ordered::Isolation(place));
    let form = OrderForm { person, order, ground, explanation, window, check_ins };
    Ok(Made(ProposalMade { proposal: app.service.propose_order(&caller.actor, form).await? }))
}

/// Proposes the finding that a declaration was false.
#[utoipa::path(post, path = "/findings", tag = "decisions", request_body = NewFinding, responses((status = 201, body = ProposalMade)))]
async fn propose_finding(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<NewFinding>,
) -> MadeAnswer<ProposalMade> {
    Ok(Made(ProposalMade { proposal: app.service.propose_finding(&caller.actor, form.into()).await? }))
}

/// A second officer confirms a proposal: only now it is evidence.
#[utoipa::path(post, path = "/proposals/{proposal}/confirmation", tag = "decisions", params(("proposal" = Id, Path)), responses((status = 200, body = Confirmed)))]
async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Named(proposal): Named<ProposalId>,
) -> Answer<Confirmed> {
    Ok(Json(Confirmed { evidence: app.service.confirm_proposal(&caller.actor, proposal).await? }))
}

/// A second officer refuses a proposal, or the first takes it back.
#[utoipa::path(post, path = "/proposals/{proposal}/refusal", tag = "decisions", params(("proposal" = Id, Path)), responses((status = 204)))]
async fn refuse(State(app): State<App>, caller: Caller, Named(proposal): Named<ProposalId>) -> Done {
    app.service.refuse_proposal(&caller.actor, proposal).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a confirmed order before its time, or withdraws it.
#[utoipa::path(post, path = "/proposals/{proposal}/lifting", tag = "decisions", params(("proposal" = Id, Path)), request_body = Lifting, responses((status = 204)))]
async fn lift(
    State(app): State<App>,
    caller: Caller,
    Named(proposal): Named<ProposalId>,
    Body(form): Body<Lifting>,
) -> Done {
    app.service.lift_order(&caller.actor, proposal, form.withdrawn).await?;
    Ok(StatusCode::NO_CONTENT)
}

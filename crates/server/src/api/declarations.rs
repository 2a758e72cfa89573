//! Health declaration and trip declaration.

use super::{
    body::{Answer, Body, Made, MadeAnswer, Named},
    caller::Caller,
    schema::{AnswerValue, CalendarDay, Id, Instant, StandingWord},
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State};
use kangma_core::{Day, EvidenceId, PersonId, Standing, Time, Value, Verdict};
use kangma_service::{
    declare::Declared,
    forms::{self, DeclarationForm, Purpose},
};
use std::collections::BTreeMap;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(declare)).routes(routes!(renew)).routes(routes!(declare_trip))
}

form! {
    /// A declaration.
    Declaration {
        /// `resident`, `returning-to-work` or `planning-to-enter`.
        purpose: [Purpose] as [PurposeWord],
        /// The answers, by the policy's question: see `/policy`.
        answers: [BTreeMap<String, Value>] as [BTreeMap<String, AnswerValue>],
        /// The employer, for people returning to work.
        #[serde(default)]
        employer: [String],
        /// The first day of work, or of the planned entry.
        starting: [Option<Day>] as [Option<CalendarDay>],
        /// Where the person was and will be.
        #[serde(default)]
        itinerary: [Vec<Leg>],
    }
}

/// Why somebody declares.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "kebab-case")]
#[allow(dead_code, reason = "describes the service's own words")]
pub(crate) enum PurposeWord {
    /// Lives here.
    Resident,
    /// Comes back to work here.
    ReturningToWork,
    /// Plans to enter the city.
    PlanningToEnter,
}

/// One stay or journey.
type ServiceLeg = forms::Leg;
form! {
    /// One stay or journey.
    Leg into ServiceLeg {
        /// Where from, or where the person stayed: a division's code or a risk area's key.
        from: [String],
        /// Where to.
        to: [String],
        /// When the stay began or the journey left.
        departure: [Time] as [Instant],
        /// When it ended or arrives.
        arrival: [Time] as [Instant],
    }
}

form! {
    /// A trip.
    Trip {
        /// Its legs, in any order.
        itinerary: [Vec<Leg>],
    }
}

answer! {
    /// What shows after an act.
    Shows {
        /// For whom.
        person: [PersonId] as [Id],
        /// What.
        standing: [Standing] as [StandingWord],
        /// The declaration that was made, when one was.
        declaration: [Option<EvidenceId>] as [Option<Id>],
        /// When the declaration expires.
        declared_until: [Option<Time>] as [Option<Instant>],
        /// Until when the declaration is audited, while it is.
        audit_until: [Option<Time>] as [Option<Instant>],
        /// When this may next differ by time alone.
        next_change: [Option<Time>] as [Option<Instant>],
    }
}

impl Shows {
    pub(crate) fn of(person: PersonId, declaration: Option<EvidenceId>, verdict: &Verdict) -> Self {
        let declared = verdict.declaration.as_ref();
        let review = declared.and_then(|declared| declared.review.as_ref());
        Self {
            person,
            standing: verdict.standing,
            declaration,
            declared_until: declared.map(|declared| declared.until),
            audit_until: review.map(|review| review.deadline),
            next_change: verdict.next_change,
        }
    }
}

impl From<Declared> for Shows {
    fn from(declared: Declared) -> Self {
        Self::of(declared.person, Some(declared.declaration.id), &declared.verdict)
    }
}

impl From<Declaration> for DeclarationForm {
    fn from(form: Declaration) -> Self {
        Self {
            purpose: form.purpose,
            answers: form.answers,
            employer: form.employer,
            starting: form.starting,
            itinerary: form.itinerary.into_iter().map(Into::into).collect(),
        }
    }
}

/// Declares: oneself, somebody one looks after, or, for staff, somebody without a phone.
#[utoipa::path(post, path = "/persons/{person}/declarations", tag = "health-declaration", params(("person" = Id, Path)), request_body = Declaration, responses((status = 201, body = Shows)))]
async fn declare(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<Declaration>,
) -> MadeAnswer<Shows> {
    Ok(Made(app.service.declare(&caller.actor, person, form.into()).await?.into()))
}

/// Declares again what was declared last.
#[utoipa::path(post, path = "/persons/{person}/declarations/renewal", tag = "health-declaration", params(("person" = Id, Path)), responses((status = 201, body = Shows)))]
async fn renew(State(app): State<App>, caller: Caller, Named(person): Named<PersonId>) -> MadeAnswer<Shows> {
    Ok(Made(app.service.renew(&caller.actor, person).await?.into()))
}

/// Declares a trip.
#[utoipa::path(post, path = "/persons/{person}/trips", tag = "trip-declaration", params(("person" = Id, Path)), request_body = Trip, responses((status = 200, body = Shows)))]
async fn declare_trip(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<Trip>,
) -> Answer<Shows> {
    let legs = form.itinerary.into_iter().map(Into::into).collect();
    let verdict = app.service.declare_trip(&caller.actor, person, legs).await?;
    Ok(Json(Shows::of(person, None, &verdict)))
}

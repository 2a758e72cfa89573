//! Daily check-in, and time spent apart from one's household.

use super::{
    body::{Body, Done, Made, MadeAnswer, Named},
    caller::Caller,
    declarations::Shows,
    schema::{AnswerValue, CalendarDay, Decimal, Id, Instant},
    wire::form,
};
use crate::app::App;
use axum::{extract::State, http::StatusCode};
use kangma_core::{Day, Number, PersonId, Time, Value, Window};
use kangma_service::forms::CheckInForm;
use std::collections::BTreeMap;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(check_in)).routes(routes!(separate))
}

form! {
    /// A daily check-in.
    CheckIn into CheckInForm {
        /// The day it speaks for; today when absent.
        day: [Option<Day>] as [Option<CalendarDay>],
        /// Body temperature in degrees Celsius.
        temperature: [Option<Number>] as [Option<Decimal>],
        /// Symptoms, by the policy's question.
        #[serde(default)]
        answers: [BTreeMap<String, Value>] as [BTreeMap<String, AnswerValue>],
    }
}

form! {
    /// A time spent apart from one's household.
    Separation {
        /// From when.
        from: [Time] as [Instant],
        /// Until when.
        until: [Time] as [Instant],
    }
}

/// Checks in: oneself, somebody one looks after, or staff on the telephone.
#[utoipa::path(post, path = "/persons/{person}/check-ins", tag = "health-declaration", params(("person" = Id, Path)), request_body = CheckIn, responses((status = 201, body = Shows)))]
async fn check_in(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<CheckIn>,
) -> MadeAnswer<Shows> {
    let verdict = app.service.check_in_daily(&caller.actor, person, form.into()).await?;
    Ok(Made(Shows::of(person, None, &verdict)))
}

/// Says that somebody was away from their household.
#[utoipa::path(post, path = "/persons/{person}/separations", tag = "persons", params(("person" = Id, Path)), request_body = Separation, responses((status = 204)))]
async fn separate(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<Separation>,
) -> Done {
    let window = Window { from: form.from, until: form.until };
    app.service.record_separation(&caller.actor, person, window).await?;
    Ok(StatusCode::NO_CONTENT)
}

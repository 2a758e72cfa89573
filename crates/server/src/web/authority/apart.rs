//! Time apart from the household, as staff record it: of any days, and where a contact is known already.

use super::desk;
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::family,
        show,
        view::{form::Answers, sheet::Sheet},
    },
};
use axum::extract::{Path, State};
use kangma_core::PersonId;

pub(super) async fn ask(visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    desk::staff(&visitor)?;
    show(&sheet(&visitor, person, &Answers::default()))
}

fn sheet(visitor: &Visitor, person: PersonId, answers: &Answers) -> Sheet {
    let page = desk::page(visitor, visitor.t.s("apart-title"));
    family::apart_by_staff(page, &person.to_string(), answers)
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match posted.whole_days(&visitor.zone) {
        Ok(window) => app.service.record_separation(actor, person, window).await,
        Err(refused) => Err(refused),
    };
    match tried {
        Ok(()) => see(&format!("/authority/people/{person}")),
        Err(refused) => desk::again(refused, &posted, &visitor, |answers| sheet(&visitor, person, answers)),
    }
}

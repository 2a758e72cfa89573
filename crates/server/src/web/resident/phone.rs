//! A lost phone: its key and its codes end, and so does every session but the one that says so.

use super::Own;
use crate::{
    app::App,
    session,
    web::{
        Posted, Shown, Visitor, see, show,
        view::{form::Form, sheet::Sheet},
    },
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use kangma_core::PersonId;

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let t = visitor.t;
    let page = own.page(&visitor, t.s("lost-phone-title"));
    let action = format!("{}/lost-phone", own.base);
    let form = Form::post(t, &page.csrf, action, t.s("lost-phone-send")).weighty();
    show(&Sheet::titled(page).back("/help", t.s("back")).lead(t.s("lost-phone-lead")).with(form))
}

pub(super) async fn lost(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    headers: HeaderMap,
    _: Posted,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let token = session::token(&app, &headers).unwrap_or_default();
    app.service.report_phone_lost(&own.actor, person, &token).await?;
    see(&own.base)
}

//! Who looked at one's data: every officer, and every check at a gate.

use super::{Own, own};
use crate::{
    app::App,
    web::{
        Shown, Visitor, show,
        view::part::{Cell, Table},
    },
};
use axum::extract::{Path, Query, State};
use kangma_core::{PersonId, Time};
use kangma_store::{ActRecord, Look, LookId};
use serde::Deserialize;

const A_PAGE: usize = 50;
/// How many of the last acts are searched for the reasons of looks.
const MOST_ACTS: usize = 500;

#[derive(Deserialize)]
pub(super) struct Before {
    before: Option<LookId>,
}

pub(super) async fn looks(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    Query(from): Query<Before>,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let looks = app.service.looks(&own.actor, person, from.before, A_PAGE).await?;
    let scans =
        if from.before.is_none() { app.service.own_scans(&own.actor, person).await? } else { Vec::new() };
    let acts = app.service.acts_about(&own.actor, person, None, MOST_ACTS).await?;
    let (t, clock) = (visitor.t, visitor.clockface());
    let seen = |look: &Look| (look.at, who(&visitor, look), what(&visitor, look, &acts));
    let mut rows: Vec<(Time, String, String)> = looks.iter().map(seen).collect();
    rows.extend(
        scans
            .into_iter()
            .map(|scan| (scan.at, t.a("look-by-gate", "point", scan.point), t.s("look-part-scan"))),
    );
    rows.sort_by_key(|(at, _, _)| std::cmp::Reverse(*at));
    let row = |(at, who, what): (Time, String, String)| -> Vec<Cell> {
        vec![clock.moment(at).into(), who.into(), what.into()]
    };
    let next = looks.last().filter(|_| looks.len() == A_PAGE);
    let table = Table {
        t,
        caption: t.s("looks-title"),
        heads: vec![t.s("looks-when"), t.s("looks-who"), t.s("looks-what")],
        rows: rows.into_iter().map(row).collect(),
        none: t.s("looks-none"),
        next: next.map(|look| format!("{}/looks?before={}", own.base, look.id)),
    };
    show(&own::looks(own.page(&visitor, t.s("looks-title")), table, &own.base))
}

/// The role; a login is a person's name, and names are not shown.
fn who(visitor: &Visitor, look: &Look) -> String {
    let t = visitor.t;
    match look.actor.split(':').next().unwrap_or_default() {
        "officer" => t.s("look-by-officer"),
        "gate" => t.s("look-by-gate-device"),
        "resident" => t.s("look-by-family"),
        _ => t.s("look-by-system"),
    }
}

/// What was looked at, and the reason that was given for looking somebody up.
fn what(visitor: &Visitor, look: &Look, acts: &[ActRecord]) -> String {
    let t = visitor.t;
    let id = format!("look-part-{}", look.part);
    let part = if t.has(&id) { t.s(&id) } else { look.part.replace('-', " ") };
    let found = |act: &&ActRecord| act.act == "find-person" && act.at == look.at && act.actor == look.actor;
    let reason = acts.iter().find(found).and_then(|act| act.reason.as_ref());
    reason.map_or_else(|| part.clone(), |reason| t.a2("look-because", ("part", &part), ("why", &reason.0)))
}

//! Likely places of infection: where more of the cases were together than chance would bring together.

use super::desk::{self, PAGE};
use crate::{
    app::App,
    web::{
        Shown, Visitor,
        sheets::gatherings,
        show,
        view::{page::Link, part::Cell},
    },
};
use axum::extract::{Query, State};
use kangma_core::Day;
use kangma_service::gatherings::{Sought, Stretch, stretches};
use serde::Deserialize;

/// How many hours are looked through for the stretches that are shown.
const HOURS: usize = 2_000;

/// What stands in the address; what is missing or cannot be read is as it is at first.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    earliest: String,
    #[serde(default)]
    latest: String,
    #[serde(default)]
    at_least: String,
}

pub(super) async fn list(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Shown {
    let actor = desk::staff(&visitor)?;
    let earliest = asked.earliest.trim().parse().unwrap_or(14);
    let latest = asked.latest.trim().parse().unwrap_or(1).min(earliest);
    let since = asked.from.parse::<Day>().ok().map(|day| visitor.zone.midnight(day));
    let sought = Sought { since, earliest, latest, at_least: asked.at_least.trim().parse().unwrap_or(2) };
    let mut found = stretches(app.service.gatherings(actor, sought, HOURS).await?);
    found.truncate(PAGE);
    let heads = [
        "point",
        "point-kind",
        "gathering-hours",
        "gathering-cases",
        "gathering-people",
        "gathering-expected",
    ];
    let mut table = desk::table(&visitor, "gatherings", &heads, "gatherings-none");
    table.rows = found.iter().map(|stretch| cells(&visitor, stretch)).collect();
    let page = desk::page(&visitor, visitor.t.s("gatherings"));
    show(&gatherings::list(page, &sought, &asked.from, table))
}

fn cells(visitor: &Visitor, stretch: &Stretch) -> Vec<Cell> {
    let (row, gathering) = (&stretch.peak, &stretch.peak.gathering);
    vec![
        Link::to(format!("/authority/points/{}", row.point), row.name.clone()).into(),
        desk::word(visitor, "point-kind", &row.kind).into(),
        visitor.clockface().stretch(stretch.window.from, stretch.window.until).into(),
        Cell::Number(gathering.cases.to_string()),
        Cell::Number(gathering.people.to_string()),
        Cell::Number(format!("{:.1}", gathering.expected)),
    ]
}

//! The scanner's page.

use super::{last, offline, words};
use crate::{
    app::App,
    web::{
        Shown, Trouble, Visitor, show_and_keep,
        view::{form::Choice, gate::Scan, page::Surface},
    },
};
use axum::{
    extract::{Path, Query, State},
    http::HeaderMap,
};
use kangma_core::PointId;
use kangma_service::{Actor, Refused};
use kangma_store::{Passage, Point, PointState};
use serde::Deserialize;

/// What the last check was made with: the next one begins with it.
#[derive(Debug, Clone, Default, Deserialize)]
pub(super) struct Kept {
    #[serde(default)]
    pub direction: String,
    #[serde(default)]
    pub said: String,
}

pub(super) async fn scan(
    State(app): State<App>,
    visitor: Visitor,
    Path(point): Path<PointId>,
    Query(kept): Query<Kept>,
    headers: HeaderMap,
) -> Shown {
    let point = own_point(&app, &visitor, point).await?;
    let said = match kept.said.as_str() {
        "missing" => Some(visitor.t.s("gate-code-missing")),
        "wrong" => Some(visitor.t.s("gate-wrong-done")),
        "none" => Some(visitor.t.s("gate-no-last")),
        _ => None,
    };
    let direction = if kept.direction.is_empty() { last::direction(&headers) } else { kept.direction };
    // Its script goes on without network, also when the page is loaded anew.
    show_and_keep(&page(&app, &visitor, &point, &direction, said))
}

/// The point, among those at which the visitor checks.
pub(super) async fn own_point(app: &App, visitor: &Visitor, point: PointId) -> Result<Point, Trouble> {
    visitor.officer()?;
    let own = app.service.own_points(visitor.actor()?).await?;
    let own = own.into_iter().find(|one| one.id == point).ok_or(Refused::NotFound)?;
    if own.state == PointState::Approved { Ok(own) } else { Err(Refused::PointNotOpen.into()) }
}

fn page(app: &App, visitor: &Visitor, point: &Point, direction: &str, said: Option<String>) -> Scan {
    let t = visitor.t;
    let rules = app.service.rules();
    let policy = rules.policy(visitor.now);
    let mut page = visitor.page(Surface::Gate, point.name.clone());
    page.scripts.push("gate.js");
    Scan {
        page,
        point: point.name.clone(),
        point_id: point.id.to_string(),
        kind: words::kind(t, policy.texts(t.lang.tag()), &point.kind),
        directions: directions(visitor, point, direction),
        purposes: words::PURPOSES.iter().map(|(word, id)| Choice::new(*word, t.s(id))).collect(),
        asks_temperature: policy.gate.temperature.is_some(),
        checker: visitor.actor.as_ref().map(Actor::label).unwrap_or_default(),
        zone: visitor.zone.name().to_owned(),
        words: serde_json::to_string(&offline::words(t)).unwrap_or_default(),
        error: said,
    }
}

fn directions(visitor: &Visitor, point: &Point, chosen: &str) -> Vec<Choice> {
    let of = |word: &'static str| {
        let mut choice = Choice::new(word, visitor.t.s(&format!("direction-{word}")));
        choice.chosen = word == chosen;
        choice
    };
    let mut directions = match point.passage {
        Passage::Both => vec![of("in"), of("out")],
        Passage::In => vec![of("in")],
        Passage::Out => vec![of("out")],
    };
    if !directions.iter().any(|choice| choice.chosen)
        && let Some(first) = directions.first_mut()
    {
        first.chosen = true;
    }
    directions
}

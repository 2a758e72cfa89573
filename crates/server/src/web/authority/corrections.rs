//! Corrections of personal data that wait for a decision.

use super::desk::{self, PAGE};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::audits,
        show,
        view::{
            form::Answers,
            page::Link,
            part::{Cell, Fact},
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, Query, State};
use kangma_service::{Refused, for_decision::CorrectionSeen};
use kangma_store::{Correction, CorrectionId};
use serde::Deserialize;

const LIST: &str = "/authority/corrections";

/// Where a list by number goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct From {
    #[serde(default)]
    after: String,
}

pub(super) async fn list(State(app): State<App>, visitor: Visitor, Query(from): Query<From>) -> Shown {
    let actor = desk::staff(&visitor)?;
    let open = app.service.corrections_open(actor, from.after.parse().ok(), PAGE).await?;
    let names = open.iter().map(|one| one.person).collect();
    let names = app.service.masked_names(actor, names).await?;
    let heads = ["name", "correction-field", "correction-by", "since"];
    let mut table = desk::table(&visitor, "corrections", &heads, "corrections-none");
    table.rows = open
        .iter()
        .map(|one| row(&visitor, one, names.get(&one.person).map_or("–", String::as_str)))
        .collect();
    let last = open.last().filter(|_| open.len() == PAGE);
    table.next = last.map(|last| format!("{LIST}?after={}", last.id));
    show(&audits::corrections(desk::page(&visitor, visitor.t.s("corrections")), table))
}

fn row(visitor: &Visitor, one: &Correction, name: &str) -> Vec<Cell> {
    vec![
        Link::to(format!("{LIST}/{}", one.id), name).into(),
        visitor.t.s(&one.field).into(),
        one.proposed_by.split(':').next().unwrap_or_default().into(),
        visitor.clockface().moment(one.proposed_at).into(),
    ]
}

pub(super) async fn correction(
    State(app): State<App>,
    visitor: Visitor,
    Path(correction): Path<CorrectionId>,
) -> Shown {
    let seen = app.service.correction_seen(desk::staff(&visitor)?, correction).await?;
    show(&sheet(&visitor, &seen, &Answers::default()))
}

fn sheet(visitor: &Visitor, seen: &CorrectionSeen, answers: &Answers) -> Sheet {
    let (t, one) = (visitor.t, &seen.correction);
    let person = Link::to(format!("/authority/people/{}", one.person), seen.person.name.clone());
    let facts = vec![
        Fact::new(t.s("name"), person),
        Fact::new(t.s("correction-field"), t.s(&one.field)),
        Fact::new(t.s("correction-now"), seen.now.clone()),
        Fact::new(t.s("correction-wanted"), one.value.0.clone()),
        Fact::new(t.s("reason"), one.reason.as_ref().map(|reason| reason.0.clone()).unwrap_or_default()),
        Fact::new(t.s("since"), visitor.clockface().moment(one.proposed_at)),
    ];
    audits::correction(desk::page(visitor, t.s("correction-title")), &one.id.to_string(), facts, answers)
}

pub(super) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Path(correction): Path<CorrectionId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match posted.one("answer") {
        "accept" => app.service.decide_correction(actor, correction, true).await,
        "refuse" => app.service.decide_correction(actor, correction, false).await,
        _ => Err(Refused::field("answer", "required")),
    };
    match tried {
        Ok(_) => see(LIST),
        Err(refused) => {
            let seen = app.service.correction_seen(actor, correction).await?;
            desk::again(refused, &posted, &visitor, |answers| sheet(&visitor, &seen, answers))
        }
    }
}

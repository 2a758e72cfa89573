//! Oneself beside somebody one lives with, who agreed by confirming the link: which rules hold one and not the other.

use super::{Own, shown_name, why_not::finding, words::Words};
use crate::{
    app::App,
    web::{
        Shown, Visitor, show,
        view::{
            look::Look,
            page::Link,
            part::{Cell, Fact, Facts, Notice},
            sheet::{Part, Sheet},
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::PersonId;
use kangma_service::Refused;

pub(super) async fn compare(
    State(app): State<App>,
    visitor: Visitor,
    Path((person, other)): Path<(PersonId, PersonId)>,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let compared = app.service.compare(&own.actor, person, other).await?;
    let other_name = name_of(&app, &visitor, &own, other).await?;
    let (t, words) = (visitor.t, Words::new(&app, &visitor));
    let [mine, theirs] = compared.standings.map(|standing| Cell::Standing(Look::of(t, standing)));
    let facts = Facts {
        facts: vec![Fact::new(shown_name(&visitor, &own.profile), mine), Fact::new(other_name, theirs)],
    };
    let page = own.page(&visitor, t.s("compare-title"));
    let mut sheet = Sheet::titled(page).back("/family", t.s("back")).lead(t.s("compare-lead")).with(facts);
    if !compared.not_mine.is_empty() {
        sheet = sheet.with(Part::Heading(t.s("compare-not-mine")));
        for rule in &compared.not_mine {
            let found = finding(&visitor, &words, rule);
            sheet = sheet.with(Notice { heading: found.heading, text: vec![found.text], links: Vec::new() });
        }
    }
    if !compared.only_mine.is_empty() {
        sheet = sheet.with(Part::Heading(t.s("compare-only-mine")));
        for rule in &compared.only_mine {
            sheet = sheet.with(Part::Text(words.rule_name(rule)));
        }
    }
    if compared.not_mine.is_empty() && compared.only_mine.is_empty() {
        sheet = sheet.with(Part::Text(t.s("compare-same")));
    }
    show(&sheet.with(Part::Links(vec![Link::to(format!("{}/why", own.base), t.s("why"))])))
}

/// The other's name as the confirmed link shows it, or as one's own family knows it.
async fn name_of(app: &App, visitor: &Visitor, own: &Own, other: PersonId) -> Result<String, Refused> {
    if let Some(known) = own.family.iter().find(|one| one.person == other) {
        return Ok(shown_name(visitor, known));
    }
    let links = app.service.links(&own.actor, own.id()).await?;
    let link = links.into_iter().find(|link| link.other == Some(other));
    link.map(|link| link.other_name).ok_or(Refused::NotFound)
}

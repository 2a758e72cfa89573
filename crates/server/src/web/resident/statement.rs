//! A statement for an employer or a school: who, which standing, from when until when. It names no reason.

use super::{Own, words::standing_of};
use crate::{
    app::App,
    web::{
        Shown, Visitor, show,
        view::{
            look::Look,
            part::{Cell, Fact, Facts},
            sheet::{Part, Sheet},
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::{PersonId, Verdict};

pub(super) async fn statement(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let verdict = app.service.verdict(&own.actor, person).await?;
    let (t, clock) = (visitor.t, visitor.clockface().on_paper());
    let mut facts = vec![
        Fact::new(t.s("name"), own.profile.name.as_str()),
        Fact::new(t.s("document-number"), own.profile.masked_document.as_str()),
        Fact::new(t.s("your-code-now"), Cell::Standing(Look::of(t, verdict.standing))),
    ];
    let (since, until) = dates(&verdict);
    facts.extend(since.map(|time| Fact::new(t.s("since"), clock.date_of(time))));
    facts.extend(until.map(|time| Fact::new(t.s("statement-until"), clock.date_of(time))));
    facts.push(Fact::new(t.s("statement-made"), clock.moment(visitor.now)));
    let page = own.page(&visitor, t.s("statement-title"));
    let sheet = Sheet::titled(page)
        .back(format!("{}/why", own.base), t.s("back"))
        .lead(t.s("statement-lead"))
        .with(Facts { facts })
        .with(Part::Text(t.s("statement-verify")));
    show(&sheet)
}

/// Since when the colour shows and when its last reason is expected to end; neither for what is no colour.
fn dates(verdict: &Verdict) -> (Option<kangma_core::Time>, Option<kangma_core::Time>) {
    let own = || {
        let shows =
            |reason: &&kangma_core::verdict::Reason| standing_of(&reason.effect) == Some(verdict.standing);
        verdict.reasons.iter().filter(shows)
    };
    if own().next().is_none() {
        let declared = verdict.declaration.as_ref();
        return (declared.map(|one| one.since), declared.map(|one| one.until));
    }
    let ends: Option<Vec<_>> = own().map(|reason| reason.expected_end).collect();
    (own().map(|reason| reason.told_at).min(), ends.and_then(|ends| ends.into_iter().max()))
}

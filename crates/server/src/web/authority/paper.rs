//! Paper codes of a person without a phone: printed, reported lost, printed again.

use super::desk;
use crate::{
    app::App,
    web::{
        Posted, Shown, Trouble, Visitor, see,
        sheets::staffed,
        show, show_again,
        trouble::beside_fields,
        view::{
            form::Answers,
            sheet::{Paper, Sheet},
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::PersonId;
use kangma_credential::symbol as encode;
use kangma_service::{Refused, issue_code::TextCode};

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    desk::staff(&visitor)?;
    show(&sheet(&app, &visitor, person, &Answers::default()).await?)
}

async fn sheet(app: &App, visitor: &Visitor, person: PersonId, answers: &Answers) -> Result<Sheet, Trouble> {
    let (t, clock) = (visitor.t, visitor.clockface());
    let papers = app.service.papers_of(desk::staff(visitor)?, person).await?;
    let mut table = desk::table(
        visitor,
        "paper-title",
        &["paper-number", "paper-printed", "paper-until", "state"],
        "paper-none",
    );
    table.rows = papers
        .into_iter()
        .map(|paper| {
            let state = paper.revoked_at.map_or_else(
                || t.s("paper-valid"),
                |at| t.a("paper-revoked-at", "time", clock.moment(at).text),
            );
            vec![
                paper.number.into(),
                clock.date_of(paper.issued_at).into(),
                clock.date_of(paper.expires_at).into(),
                state.into(),
            ]
        })
        .collect();
    Ok(staffed::papers(desk::page(visitor, t.s("paper-title")), &person.to_string(), table, answers))
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match posted.one("why") {
        "first" => app.service.print_paper_code(actor, person).await.map(Some),
        "reprint" => app.service.reprint_paper_code(actor, person).await.map(Some),
        "lost" => app.service.report_paper_lost(actor, person).await.map(|()| None),
        _ => Err(Refused::field("why", "required")),
    };
    match tried {
        Ok(Some(code)) => show(&printed(&app, &visitor, person, &code).await?),
        Ok(None) => see(&format!("/authority/people/{person}/paper")),
        Err(refused) => {
            let refused = if matches!(refused, Refused::NotFound) {
                Refused::field("why", "no-paper")
            } else {
                refused
            };
            let answers = beside_fields(refused, posted.answers(), &visitor)?;
            show_again(&sheet(&app, &visitor, person, &answers).await?)
        }
    }
}

/// The paper, once: only its number is kept.
async fn printed(app: &App, visitor: &Visitor, person: PersonId, code: &TextCode) -> Result<Sheet, Trouble> {
    let t = visitor.t;
    let profile = app.service.profile(desk::staff(visitor)?, person).await?;
    let qr = encode(&code.text).map_err(|_| Refused::NoSigningKey)?;
    let paper = Paper {
        name: profile.masked_name,
        document: profile.masked_document,
        valid_until: visitor.clockface().on_paper().date_of(code.expires_at),
        qr: qr.svg(&t.s("paper-title")),
        lost: t.a("paper-if-lost", "number", &code.number),
    };
    Ok(staffed::paper(desk::page(visitor, t.s("paper-title")), &person.to_string(), paper))
}

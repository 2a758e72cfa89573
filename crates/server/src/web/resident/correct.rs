//! Corrections: what is wrong in one's data, and what officers made of it.

use super::Own;
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::declare,
        show, show_again,
        trouble::beside_fields,
        view::{
            form::{Answers, Choice},
            page::Link,
            part::Table,
            sheet::{Part, Sheet},
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::PersonId;
use kangma_service::{Refused, correct::CORRECTABLE};
use kangma_store::{Correction, CorrectionState};

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    show(&sheet(&app, &visitor, &own, &Answers::default()).await?)
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    posted: Posted,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let text = |name: &str| posted.one(name).to_owned();
    let (field, value, reason) = (text("field"), text("value"), text("reason"));
    match app.service.propose_correction(&own.actor, person, field, value, reason).await {
        Ok(_) => see(&format!("{}/correct", own.base)),
        Err(refused) => {
            let answers = beside_fields(refused, posted.answers(), &visitor)?;
            show_again(&sheet(&app, &visitor, &own, &answers).await?)
        }
    }
}

/// Answers of a declaration are corrected by declaring again; who one is, by a correction that an officer decides.
async fn sheet(app: &App, visitor: &Visitor, own: &Own, answers: &Answers) -> Result<Sheet, Refused> {
    let t = visitor.t;
    let fields = CORRECTABLE.iter().map(|field| Choice::new(*field, t.s(field))).collect();
    let page = own.page(visitor, t.s("correct-title"));
    let action = format!("{}/correct", own.base);
    let corrections = app.service.corrections_of(&own.actor, own.id()).await?;
    let again = vec![Link::to(format!("{}/declare", own.base), t.s("correct-declare-again"))];
    let sheet = declare::correct(page, fields, &action, &own.base, answers).with(Part::Links(again));
    Ok(if corrections.is_empty() { sheet } else { sheet.with(table(visitor, &corrections)) })
}

fn table(visitor: &Visitor, corrections: &[Correction]) -> Table {
    let (t, clock) = (visitor.t, visitor.clockface());
    let state = |state| match state {
        CorrectionState::Proposed => t.s("correction-proposed"),
        CorrectionState::Accepted => t.s("correction-accepted"),
        CorrectionState::Refused => t.s("correction-refused"),
    };
    let row = |one: &Correction| {
        vec![clock.moment(one.proposed_at).into(), t.s(&one.field).into(), state(one.state).into()]
    };
    Table {
        t,
        caption: t.s("corrections-own"),
        heads: vec![t.s("day"), t.s("correct-field"), t.s("state")],
        rows: corrections.iter().map(row).collect(),
        none: String::new(),
        next: None,
    }
}

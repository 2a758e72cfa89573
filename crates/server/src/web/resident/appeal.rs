//! Appeals: of any reason, in one's own words; what became of them.

use super::{Own, own, words::Words};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::appeals,
        show, show_again,
        trouble::beside_fields,
        view::{
            form::Answers,
            page::Link,
            part::{Cell, Fact, Table},
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::{PersonId, policy::MissedAppeal};
use kangma_service::{Refused, explain::AsOf, forms::AppealForm};
use kangma_store::{Appeal, AppealId, AppealState};

pub(super) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    Path((person, rule)): Path<(PersonId, String)>,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    show(&sheet(&app, &visitor, &own, &rule, &Answers::default()).await?)
}

async fn sheet(
    app: &App,
    visitor: &Visitor,
    own: &Own,
    rule: &str,
    answers: &Answers,
) -> Result<Sheet, Refused> {
    let explanation = app.service.explain(&own.actor, own.id(), AsOf::default()).await?;
    let reason = explanation.reasons.iter().find(|reason| *reason.rule == *rule).ok_or(Refused::NotFound)?;
    let words = Words::new(app, visitor);
    let deadline = reason.appeal_within.end_after(visitor.now, &words.policy.zone);
    let page = own.page(visitor, visitor.t.s("appeal-title"));
    Ok(own::appeal(
        page,
        words.rule_name(rule),
        words.owner(&reason.appeal_owner),
        visitor.clockface().end(deadline).text,
        &format!("{}/appeal/{rule}", own.base),
        &format!("{}/why", own.base),
        answers,
    ))
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path((person, rule)): Path<(PersonId, String)>,
    posted: Posted,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let words = posted.one("text").to_owned();
    let form = AppealForm { person, rule: rule.as_str().into(), trigger: None, words };
    match app.service.appeal(&own.actor, form).await {
        Ok(appeal) => see(&format!("{}/appeals/{}", own.base, appeal.id)),
        Err(Refused::Duplicate) => see(&format!("{}/appeals", own.base)),
        Err(refused) => {
            let mut answers = beside_fields(refused, posted.answers(), &visitor)?;
            answers.wrong.iter_mut().filter(|(field, _)| field == "words").for_each(|(field, _)| {
                "text".clone_into(field);
            });
            show_again(&sheet(&app, &visitor, &own, &rule, &answers).await?)
        }
    }
}

pub(super) async fn list(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let appeals = app.service.appeals_of(&own.actor, person).await?;
    let (t, clock, words) = (visitor.t, visitor.clockface(), Words::new(&app, &visitor));
    let row = |appeal: &Appeal| {
        vec![
            Cell::Link(Link::to(
                format!("{}/appeals/{}", own.base, appeal.id),
                words.rule_name(&appeal.rule),
            )),
            clock.moment(appeal.made_at).into(),
            state_in_words(&visitor, appeal).into(),
        ]
    };
    let table = Table {
        t,
        caption: t.s("appeals-own"),
        heads: vec![t.s("appeal-of"), t.s("appeal-made"), t.s("state")],
        rows: appeals.iter().map(row).collect(),
        none: t.s("own-appeals-none"),
        next: None,
    };
    let page = own.page(&visitor, t.s("appeals-own"));
    show(&Sheet::titled(page).back(format!("{}/why", own.base), t.s("back")).with(table))
}

fn state_in_words(visitor: &Visitor, appeal: &Appeal) -> String {
    let t = visitor.t;
    match (appeal.state, appeal.outcome.as_deref()) {
        (AppealState::Open, _) => t.s("appeal-open"),
        (AppealState::Missed, None) => t.s("appeal-overdue"),
        (_, Some(outcome)) => t.s(&format!("appeal-outcome-{outcome}")),
        _ => t.s("appeal-decided"),
    }
}

pub(super) async fn state(
    State(app): State<App>,
    visitor: Visitor,
    Path((person, id)): Path<(PersonId, AppealId)>,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let appeals = app.service.appeals_of(&own.actor, person).await?;
    let appeal = appeals.iter().find(|appeal| appeal.id == id).ok_or(Refused::NotFound)?;
    let (t, clock, words) = (visitor.t, visitor.clockface(), Words::new(&app, &visitor));
    let mut facts = vec![
        Fact::new(t.s("appeal-number"), appeals::number(appeal.id)),
        Fact::new(t.s("appeal-of"), words.rule_name(&appeal.rule)),
        Fact::new(t.s("appeal-owner"), words.owner(&appeal.owner)),
        Fact::new(t.s("appeal-deadline"), clock.end(appeal.deadline)),
        Fact::new(t.s("state"), state_in_words(&visitor, appeal)),
        Fact::new(t.s("appeal-text"), appeal.text.0.as_str()),
    ];
    if let Some(answer) = &appeal.answer {
        facts.push(Fact::new(t.s("own-appeal-answer"), answer.0.as_str()));
    }
    let missed = match words.policy.rule(&appeal.rule).map(|rule| &rule.appeal.missed) {
        _ if appeal.state != AppealState::Open => String::new(),
        Some(MissedAppeal::Release) => t.s("appeal-missed-release"),
        Some(MissedAppeal::Escalate(to)) => t.a("appeal-missed-escalate", "to", words.owner(to)),
        None => String::new(),
    };
    let title = if appeal.state == AppealState::Open { "appeal-sent-title" } else { "appeal-title" };
    let page = own.page(&visitor, t.s(title));
    show(&own::appeal_state(page, facts, missed, &own.base))
}

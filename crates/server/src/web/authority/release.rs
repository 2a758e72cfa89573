//! An officer's release of one live reason, and where a person lives or is isolated.

use super::desk;
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::people,
        show,
        view::{
            form::{Answers, Choice, Field, Form, Input},
            page::Link,
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::{EvidenceId, PersonId, PointId, Verdict};
use kangma_service::Refused;
use kangma_store::PlaceKind;

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    let verdict = app.service.verdict(desk::staff(&visitor)?, person).await?;
    show(&sheet(&app, &visitor, person, &verdict, &Answers::default()))
}

fn sheet(app: &App, visitor: &Visitor, person: PersonId, verdict: &Verdict, answers: &Answers) -> Sheet {
    let reasons = verdict.reasons.iter().map(|reason| {
        let trigger = reason.trigger.map(|trigger| trigger.to_string()).unwrap_or_default();
        let since = visitor.clockface().date_of(reason.triggered_at).text;
        let name = desk::rule(app, visitor, &reason.rule);
        Choice::new(format!("{}/{trigger}", reason.rule), format!("{name} ({since})"))
    });
    let page = desk::page(visitor, visitor.t.s("release-title"));
    people::release(page, &person.to_string(), reasons.collect(), answers)
}

pub(super) async fn release(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let about = posted.one("about").split_once('/');
    let tried = match about {
        Some((rule, trigger)) => {
            let trigger: Option<EvidenceId> = trigger.parse().ok();
            let reason = posted.one("reason").to_owned();
            app.service.release_reason(actor, person, rule.to_owned(), trigger, reason).await
        }
        None => Err(Refused::field("about", "required")),
    };
    match tried {
        Ok(()) => see(&format!("/authority/people/{person}")),
        Err(refused) => {
            let verdict = app.service.verdict(actor, person).await?;
            desk::again(refused, &posted, &visitor, |answers| {
                sheet(&app, &visitor, person, &verdict, answers)
            })
        }
    }
}

pub(super) async fn ask_place(visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    desk::staff(&visitor)?;
    show(&place_sheet(&visitor, person, &Answers::default()))
}

fn place_sheet(visitor: &Visitor, person: PersonId, answers: &Answers) -> Sheet {
    let (t, back) = (visitor.t, format!("/authority/people/{person}"));
    let kinds = vec![
        Choice::new("home", t.s("place-home")).hint(t.s("place-home-hint")),
        Choice::new("isolation", t.s("place-isolation")).hint(t.s("place-isolation-hint")),
    ];
    let form = Form::post(t, &visitor.csrf, format!("{back}/place"), t.s("place-set"))
        .with(Field::new(t, "kind", t.s("place-kind"), Input::One(kinds)))
        .with(Field::text(t, "point", t.s("point")).hint(t.s("point-id-hint")))
        .fill(answers)
        .cancel(Link::to(back.clone(), t.s("cancel")));
    Sheet::titled(desk::page(visitor, t.s("place"))).back(back, t.s("person")).with(form)
}

pub(super) async fn place(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let kind = match posted.one("kind") {
        "home" => Ok(PlaceKind::Home),
        "isolation" => Ok(PlaceKind::Isolation),
        _ => Err(Refused::field("kind", "required")),
    };
    let tried = match (kind, posted.need::<PointId>("point", "unknown-point")) {
        (Ok(kind), Ok(point)) => app.service.set_place(actor, person, point, kind, None).await,
        (Err(refused), _) | (_, Err(refused)) => Err(refused),
    };
    match tried {
        Ok(()) => see(&format!("/authority/people/{person}")),
        Err(Refused::NotFound) => {
            let refused = Refused::field("point", "unknown-point");
            desk::again(refused, &posted, &visitor, |answers| place_sheet(&visitor, person, answers))
        }
        Err(refused) => {
            desk::again(refused, &posted, &visitor, |answers| place_sheet(&visitor, person, answers))
        }
    }
}

//! Risk areas: marked, cleared, withdrawn, each with a preview.

use super::{desk, preview::Waiting};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::areas,
        show,
        view::{
            form::{Answers, Choice},
            page::Link,
            part::{Cell, Fact},
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::{AreaId, Day};
use kangma_service::{
    Refused,
    forms::{AreaAct, AreaForm},
};
use kangma_store::RiskArea;

const LIST: &str = "/authority/areas";

pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Shown {
    desk::staff(&visitor)?;
    let heads = ["division", "area-level", "area-since", "marked-at", "state", "acts"];
    let mut table = desk::table(&visitor, "areas", &heads, "area-none");
    table.rows = app.service.areas().await?.iter().map(|area| row(&visitor, area)).collect();
    show(&areas::list(desk::page(&visitor, visitor.t.s("areas")), table))
}

fn row(visitor: &Visitor, area: &RiskArea) -> Vec<Cell> {
    let (t, clock) = (visitor.t, visitor.clockface());
    let state = match (area.withdrawn_at, area.cleared_at) {
        (Some(at), _) => t.a("area-withdrawn-at", "time", clock.moment(at).text),
        (None, Some(at)) => t.a("area-cleared-at", "time", clock.moment(at).text),
        (None, None) => t.s("area-live"),
    };
    let act = match area.withdrawn_at {
        None => Cell::Link(Link::to(format!("{LIST}/{}/end", area.id), t.s("area-end-title"))),
        Some(_) => Cell::Text(String::new()),
    };
    vec![
        area.name.clone().into(),
        desk::word(visitor, "level", &area.level).into(),
        clock.date_of(area.since).into(),
        clock.moment(area.marked_at).into(),
        state.into(),
        act,
    ]
}

pub(super) async fn ask_mark(State(app): State<App>, visitor: Visitor) -> Shown {
    desk::staff(&visitor)?;
    show(&mark_sheet(&app, &visitor, &Answers::default()))
}

fn mark_sheet(app: &App, visitor: &Visitor, answers: &Answers) -> Sheet {
    let rules = app.service.rules();
    let levels = rules.policy(visitor.now).exposures.areas.iter();
    let levels = levels.map(|rule| Choice::new(&*rule.level, desk::word(visitor, "level", &rule.level)));
    areas::mark(desk::page(visitor, visitor.t.s("area-mark-title")), levels.collect(), answers)
}

pub(super) async fn mark(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match mark_form(&posted) {
        Ok(form) => app.service.preview_area(actor, form.clone()).await.map(|changes| (form, changes)),
        Err(refused) => Err(refused),
    };
    let (form, changes) = match tried {
        Ok(tried) => tried,
        Err(refused) => {
            return desk::again(refused, &posted, &visitor, |answers| mark_sheet(&app, &visitor, answers));
        }
    };
    let t = visitor.t;
    let waiting = Waiting {
        app: &app,
        visitor: &visitor,
        posted: &posted,
        title: t.s("area-mark-title"),
        facts: vec![
            Fact::new(t.s("division"), form.division.clone()),
            Fact::new(t.s("area-level"), desk::word(&visitor, "level", &form.level)),
            Fact::new(t.s("area-since"), visitor.clockface().day(form.from)),
        ],
        action: format!("{LIST}/mark"),
        back: LIST.to_owned(),
        newcomer: String::new(),
    };
    if !waiting.is_agreed(&changes) {
        return waiting.show(&changes).await;
    }
    app.service.mark_area(actor, form).await?;
    see(LIST)
}

fn mark_form(posted: &Posted) -> Result<AreaForm, Refused> {
    let from: Day = posted.need("since", "impossible-date")?;
    Ok(AreaForm { division: posted.one("division").to_owned(), level: posted.one("level").to_owned(), from })
}

pub(super) async fn ask_end(visitor: Visitor, Path(area): Path<AreaId>) -> Shown {
    desk::staff(&visitor)?;
    show(&end_sheet(&visitor, area, &Answers::default()))
}

fn end_sheet(visitor: &Visitor, area: AreaId, answers: &Answers) -> Sheet {
    areas::end(desk::page(visitor, visitor.t.s("area-end-title")), &area.to_string(), answers)
}

pub(super) async fn end(
    State(app): State<App>,
    visitor: Visitor,
    Path(area): Path<AreaId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match end_form(&posted, area) {
        Ok(form) => app.service.preview_end_area(actor, form.clone()).await.map(|changes| (form, changes)),
        Err(refused) => Err(refused),
    };
    let (form, changes) = match tried {
        Ok(tried) => tried,
        Err(refused) => {
            return desk::again(refused, &posted, &visitor, |answers| end_sheet(&visitor, area, answers));
        }
    };
    let t = visitor.t;
    let named = app.service.areas().await?.into_iter().find(|one| one.id == area);
    let waiting = Waiting {
        app: &app,
        visitor: &visitor,
        posted: &posted,
        title: t.s(if form.withdrawn { "area-withdraw" } else { "area-clear" }),
        facts: vec![
            Fact::new(t.s("division"), named.map(|area| area.name).unwrap_or_default()),
            Fact::new(t.s("reason"), posted.one("reason")),
        ],
        action: format!("{LIST}/{area}/end"),
        back: LIST.to_owned(),
        newcomer: String::new(),
    };
    if !waiting.is_agreed(&changes) {
        return waiting.show(&changes).await;
    }
    app.service.end_area(actor, form).await?;
    see(LIST)
}

fn end_form(posted: &Posted, area: AreaId) -> Result<AreaAct, Refused> {
    let withdrawn = match posted.one("act") {
        "clear" => false,
        "withdraw" => true,
        _ => return Err(Refused::field("act", "required")),
    };
    Ok(AreaAct { area, withdrawn, reason: posted.one("reason").to_owned() })
}

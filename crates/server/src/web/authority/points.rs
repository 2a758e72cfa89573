//! Collection points: the list, registering one, one point with its gates and checkers, its visitors.

use super::desk::{self, PAGE};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor,
        gate::words,
        see,
        sheets::points,
        show,
        view::{
            form::{Answers, Choice, Form},
            look::Look,
            page::Link,
            part::{Cell, Fact, Facts, Notice},
            sheet::{Part, Sheet},
        },
    },
};
use axum::extract::{Path, Query, State};
use kangma_core::{Day, Direction, PointId};
use kangma_service::{Refused, forms::PointForm, point_file::PointFile, points::LedgerRow};
use kangma_store::{AccountId, Gate, GateId, Point, PointState};
use serde::Deserialize;

const LIST: &str = "/authority/points";

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    after: String,
}

pub(super) async fn list(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Shown {
    let actor = desk::staff(&visitor)?;
    if let Ok(point) = asked.q.trim().parse::<PointId>() {
        return see(&format!("{LIST}/{point}"));
    }
    let after = asked.after.parse().ok();
    let found = app.service.points_like(actor, asked.q.clone(), after, PAGE).await?;
    let next = found.last().filter(|_| found.len() == PAGE).map(|point| point.id);
    let heads = ["point-name", "point-kind", "district", "state", "point-number"];
    let mut table = desk::table(&visitor, "points", &heads, "point-none");
    table.rows = found.iter().map(|point| row(&app, &visitor, point)).collect();
    table.next = next.map(|next| {
        let q = askama::filters::urlencode_strict(&asked.q).map(|text| text.to_string()).unwrap_or_default();
        format!("{LIST}?q={q}&after={next}")
    });
    show(&points::list(desk::page(&visitor, visitor.t.s("points")), &asked.q, table))
}

fn row(app: &App, visitor: &Visitor, point: &Point) -> Vec<Cell> {
    vec![
        Link::to(format!("{LIST}/{}", point.id), point.name.clone()).into(),
        kind(app, visitor, &point.kind).into(),
        point.district.clone().into(),
        state(visitor, point.state).into(),
        point.id.to_string().into(),
    ]
}

fn kind(app: &App, visitor: &Visitor, kind: &str) -> String {
    let rules = app.service.rules();
    words::kind(visitor.t, rules.policy(visitor.now).texts(visitor.t.lang.tag()), kind)
}

fn state(visitor: &Visitor, state: PointState) -> String {
    desk::word(visitor, "point-state", state.as_str())
}

pub(super) async fn ask(State(app): State<App>, visitor: Visitor) -> Shown {
    desk::staff(&visitor)?;
    show(&register_sheet(&app, &visitor, &Answers::default()))
}

fn register_sheet(app: &App, visitor: &Visitor, answers: &Answers) -> Sheet {
    let rules = app.service.rules();
    let kinds = rules.policy(visitor.now).gate.kinds.iter();
    let kinds = kinds.map(|one| Choice::new(&**one, kind(app, visitor, one))).collect();
    points::register(desk::page(visitor, visitor.t.s("point-register-title")), kinds, answers)
}

pub(super) async fn register(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    let form = PointForm {
        name: posted.one("name").to_owned(),
        kind: posted.one("kind").to_owned(),
        district: posted.one("district").to_owned(),
        directions: posted.all("directions").filter_map(|word| word.parse::<Direction>().ok()).collect(),
    };
    let tried = if form.district.is_empty() {
        Err(Refused::field("district", "required"))
    } else {
        app.service.register_point(actor, form).await
    };
    match tried {
        Ok(point) => see(&format!("{LIST}/{point}")),
        Err(refused) => {
            desk::again(refused, &posted, &visitor, |answers| register_sheet(&app, &visitor, answers))
        }
    }
}

pub(super) async fn point(State(app): State<App>, visitor: Visitor, Path(point): Path<PointId>) -> Shown {
    let file = app.service.point_file(desk::staff(&visitor)?, point).await?;
    show(&sheet(&app, &visitor, &file, &Answers::default()))
}

fn sheet(app: &App, visitor: &Visitor, file: &PointFile, answers: &Answers) -> Sheet {
    let (t, clock, point) = (visitor.t, visitor.clockface(), &file.point);
    let mut facts = vec![
        Fact::new(t.s("point-kind"), kind(app, visitor, &point.kind)),
        Fact::new(t.s("district"), point.district.clone()),
        Fact::new(t.s("state"), state(visitor, point.state)),
        Fact::new(t.s("point-number"), point.id.to_string()),
        Fact::new(t.s("registered-at"), clock.moment(point.registered_at)),
    ];
    if !file.manager.is_empty() {
        facts.push(Fact::new(t.s("point-manager"), file.manager.clone()));
    }
    facts.extend(point.approved_at.map(|at| Fact::new(t.s("approved-at"), clock.moment(at))));
    let mut gates = desk::table(visitor, "gates", &["gate-kind", "gate-name", "since", "acts"], "gates-none");
    let devices = file.gates.iter().map(|gate| device(visitor, gate));
    gates.rows = devices.chain(file.checkers.iter().map(|one| checker(visitor, point.id, one))).collect();
    let waits = point.state == PointState::Registered;
    let page = desk::page(visitor, point.name.clone());
    let sheet = points::point(page, &point.id.to_string(), facts, gates, waits, answers);
    if point.state == PointState::Closed {
        return sheet;
    }
    let close = Link::to(format!("{LIST}/{}/close", point.id), t.s("point-close"));
    sheet.with(Part::Links(vec![close]))
}

fn device(visitor: &Visitor, gate: &Gate) -> Vec<Cell> {
    let (t, clock) = (visitor.t, visitor.clockface());
    let act = match gate.revoked_at {
        Some(at) => t.a("gate-revoked-at", "time", clock.moment(at).text).into(),
        None => Cell::Act {
            action: format!("{LIST}/{}/gates/{}/revoke", gate.point, gate.id),
            csrf: visitor.csrf.clone(),
            label: t.s("gate-revoke"),
        },
    };
    vec![t.s("gate-device").into(), gate.name.clone().into(), clock.moment(gate.enrolled_at).into(), act]
}

fn checker(visitor: &Visitor, point: PointId, (account, login): &(AccountId, String)) -> Vec<Cell> {
    let act = Cell::Act {
        action: format!("{LIST}/{point}/checkers/{account}/remove"),
        csrf: visitor.csrf.clone(),
        label: visitor.t.s("gate-remove"),
    };
    vec![visitor.t.s("gate-checker").into(), login.clone().into(), Cell::Text(String::new()), act]
}

pub(super) async fn approve(
    State(app): State<App>,
    visitor: Visitor,
    Path(point): Path<PointId>,
    _: Posted,
) -> Shown {
    app.service.approve_point(desk::staff(&visitor)?, point).await?;
    see(&format!("{LIST}/{point}"))
}

/// Nothing opens a point again: it is asked first.
pub(super) async fn ask_close(State(app): State<App>, visitor: Visitor, Path(point): Path<PointId>) -> Shown {
    let point = app.service.point_file(desk::staff(&visitor)?, point).await?.point;
    let (t, back) = (visitor.t, format!("{LIST}/{}", point.id));
    let facts = vec![
        Fact::new(t.s("name"), point.name.clone()),
        Fact::new(t.s("point-kind"), kind(&app, &visitor, &point.kind)),
    ];
    let form = Form::post(t, &visitor.csrf, format!("{back}/close"), t.s("point-close"))
        .weighty()
        .cancel(Link::to(back.clone(), t.s("cancel")));
    let page = desk::page(&visitor, t.s("point-close"));
    show(
        &Sheet::titled(page)
            .back(back, point.name)
            .lead(t.s("point-close-lead"))
            .with(Facts { facts })
            .with(form),
    )
}

pub(super) async fn close(
    State(app): State<App>,
    visitor: Visitor,
    Path(point): Path<PointId>,
    _: Posted,
) -> Shown {
    app.service.close_point(desk::staff(&visitor)?, point).await?;
    see(&format!("{LIST}/{point}"))
}

/// A checker by login, or a device, whose token is shown once.
pub(super) async fn add_gate(
    State(app): State<App>,
    visitor: Visitor,
    Path(point): Path<PointId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let name = posted.one("name").to_owned();
    let tried = match posted.one("kind") {
        _ if name.is_empty() => Err(Refused::field("name", "required")),
        "checker" => app.service.add_checker_named(actor, point, name).await.map(|()| None),
        "device" => app.service.enrol_gate(actor, point, name).await.map(|(_, token)| Some(token)),
        _ => Err(Refused::field("kind", "required")),
    };
    match tried {
        Ok(None) => see(&format!("{LIST}/{point}")),
        Ok(Some(token)) => {
            let t = visitor.t;
            let notice = Notice {
                heading: t.s("gate-token"),
                text: vec![token, t.s("gate-token-once")],
                links: Vec::new(),
            };
            let page = desk::page(&visitor, t.s("gate-token"));
            show(&Sheet::titled(page).back(format!("{LIST}/{point}"), t.s("point")).with(notice))
        }
        Err(refused) => {
            let file = app.service.point_file(actor, point).await?;
            desk::again(refused, &posted, &visitor, |answers| sheet(&app, &visitor, &file, answers))
        }
    }
}

pub(super) async fn revoke_gate(
    State(app): State<App>,
    visitor: Visitor,
    Path((point, gate)): Path<(PointId, GateId)>,
    _: Posted,
) -> Shown {
    app.service.revoke_gate(desk::staff(&visitor)?, gate).await?;
    see(&format!("{LIST}/{point}"))
}

pub(super) async fn remove_checker(
    State(app): State<App>,
    visitor: Visitor,
    Path((point, account)): Path<(PointId, AccountId)>,
    _: Posted,
) -> Shown {
    app.service.remove_checker(desk::staff(&visitor)?, point, account).await?;
    see(&format!("{LIST}/{point}"))
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct Visitors {
    #[serde(default)]
    day: String,
    #[serde(default)]
    before: String,
}

pub(super) async fn ledger(
    State(app): State<App>,
    visitor: Visitor,
    Path(point): Path<PointId>,
    Query(asked): Query<Visitors>,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let day: Day = asked.day.parse().unwrap_or_else(|_| visitor.zone.day(visitor.now));
    let rows = app.service.ledger(actor, point, day, asked.before.parse().ok(), PAGE).await?;
    let heads = ["visited-at", "direction", "name", "visit-outcome", "standing", "note"];
    let mut table = desk::table(&visitor, "ledger", &heads, "ledger-none");
    table.rows = rows.iter().map(|row| visit(&visitor, row)).collect();
    let last = rows.last().filter(|_| rows.len() == PAGE);
    table.next = last.map(|last| format!("{LIST}/{point}/ledger?day={day}&before={}", last.visit));
    let page = desk::page(&visitor, visitor.t.s("ledger-title"));
    show(&points::ledger(page, &point.to_string(), &day.to_string(), table))
}

fn visit(visitor: &Visitor, row: &LedgerRow) -> Vec<Cell> {
    let t = visitor.t;
    let notes = [
        (row.emergency, "purpose-emergency"),
        (row.offline, "visit-offline"),
        (row.wrong_scan, "visit-wrong"),
    ];
    let notes: Vec<String> = notes.iter().filter(|(is, _)| *is).map(|(_, id)| t.s(id)).collect();
    vec![
        visitor.clockface().clock(row.at).into(),
        t.s(&format!("direction-{}", row.direction)).into(),
        row.masked_name.clone().into(),
        words::word(t, words::logged(row.outcome)).into(),
        row.standing.map_or(Cell::Text("–".into()), |standing| Look::of(t, standing).into()),
        notes.join(", ").into(),
    ]
}

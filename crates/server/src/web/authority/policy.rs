//! The policy in force, and a change of it tried on the whole city before anybody is subject to it.

mod epidemic;
mod sweep;

use super::desk;
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see, show,
        texts::grouped,
        view::{
            form::{Answers, Choice, Field, Form, Input},
            look::Look,
            page::Link,
            part::{Cell, Fact, Facts, Figure, Line, Table},
            sheet::{Part, Sheet},
        },
    },
};
use axum::{
    extract::State,
    http::{HeaderValue, header},
};
use kangma_service::{
    Refused,
    dry_run_policy::{Asked, DryRun, Group, Progress},
};

const POLICY: &str = "/authority/policy";
const DRY_RUN: &str = "/authority/policy/dry-run";
const ON_EPIDEMIC: &str = "/authority/policy/dry-run/epidemic";
const FILE: &str = "policy.toml";
/// On what it is tried: on the city as it is, or on generated epidemics.
const ON: &str = "on";
/// How many seconds pass before a run under way is looked at again.
const AGAIN: HeaderValue = HeaderValue::from_static("2");

pub(super) async fn ask(State(app): State<App>, visitor: Visitor) -> Shown {
    let files = app.service.policy_files(desk::staff(&visitor)?).await?;
    let text = files.text(FILE).unwrap_or_default().to_owned();
    let answers = Answers { given: vec![(FILE.to_owned(), text)], wrong: Vec::new() };
    show(&sheet(&app, &visitor, &answers))
}

/// Which number is taken through values, and through which.
const NUMBER: &str = "number";
const VALUES: &str = "values";

fn sheet(app: &App, visitor: &Visitor, answers: &Answers) -> Sheet {
    let t = visitor.t;
    let rules = app.service.rules();
    let reference = &rules.policy(app.service.now()).reference;
    let facts = vec![
        Fact::new(t.s("policy"), reference.name.to_string()),
        Fact::new(t.s("policy-version"), reference.version.to_string()),
    ];
    let on = ["city", "epidemic"].map(|on| {
        Choice::new(on, t.s(&format!("policy-on-{on}"))).hint(t.s(&format!("policy-on-{on}-hint")))
    });
    let mut form = Form::post(t, &visitor.csrf, POLICY, t.s("policy-try"))
        .with(Field::new(t, ON, t.s("policy-on"), Input::One(on.into())).value("city"))
        .with(Field::area(t, FILE, t.s("policy-text")).hint(t.s("policy-text-hint")));
    let numbers = sweep::numbers(app, visitor, answers.of(FILE));
    if !numbers.is_empty() {
        let values = Field::text(t, VALUES, t.s("sweep-values")).hint(t.s("sweep-values-hint")).optional();
        form = form
            .with(Field::new(t, NUMBER, t.s("sweep"), Input::List(numbers)).hint(t.s("sweep-hint")))
            .with(values);
    }
    let form = form.fill(answers);
    Sheet::titled(desk::page(visitor, t.s("policy")))
        .lead(t.s("policy-lead"))
        .with(Facts { facts })
        .with(Part::Links(vec![
            Link::to(DRY_RUN, t.s("dry-run-last")),
            Link::to(ON_EPIDEMIC, t.s("epidemic-last")),
        ]))
        .with(form)
}

/// The texts and the cases are those of the policy in force.
pub(super) async fn begin(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    let mut files = app.service.policy_files(actor).await?;
    files.add(FILE, posted.one(FILE));
    let on_epidemic = posted.one(ON) == "epidemic";
    let begun = if on_epidemic {
        let [path, values] = [NUMBER, VALUES].map(|name| posted.one(name));
        let asked = (!path.is_empty()).then_some(Asked { path, values });
        app.service.try_on_epidemics(actor, files, asked).await
    } else {
        app.service.dry_run_policy(actor, files).await
    };
    match begun {
        // Another's run is shown too.
        Ok(()) | Err(Refused::Duplicate) => see(if on_epidemic { ON_EPIDEMIC } else { DRY_RUN }),
        Err(Refused::BadFile(reason)) => again(&app, &visitor, &posted, FILE, reason),
        Err(Refused::BadSweep(reason)) => again(&app, &visitor, &posted, VALUES, reason),
        Err(refused) => Err(refused.into()),
    }
}

/// The form again, with why an answer cannot be.
fn again(app: &App, visitor: &Visitor, posted: &Posted, wrong: &str, reason: String) -> Shown {
    desk::again(Refused::Invalid(Vec::new()), posted, visitor, |answers| {
        sheet(app, visitor, &answers.clone().but(wrong, reason))
    })
}

pub(super) async fn dry_run(State(app): State<App>, visitor: Visitor) -> Shown {
    let t = visitor.t;
    let page = Sheet::titled(desk::page(&visitor, t.s("dry-run"))).back(POLICY, t.s("policy"));
    match app.service.dry_run(desk::staff(&visitor)?)? {
        Some(Progress::Done(found)) => show(&told(&app, &visitor, page, &found)),
        unfinished => waits(&visitor, page, unfinished, "dry-run-running"),
    }
}

pub(super) async fn on_epidemic(State(app): State<App>, visitor: Visitor) -> Shown {
    let t = visitor.t;
    let page = Sheet::titled(desk::page(&visitor, t.s("epidemic"))).back(POLICY, t.s("policy"));
    match app.service.dry_run_on_epidemics(desk::staff(&visitor)?)? {
        Some(Progress::Done(found)) => show(&epidemic::told(&app, &visitor, page, &found)),
        unfinished => waits(&visitor, page, unfinished, "epidemic-running"),
    }
}

/// A run that has not begun, goes on, or came to nothing. One that goes on is looked at again by itself.
fn waits<T>(visitor: &Visitor, page: Sheet, progress: Option<Progress<T>>, running: &str) -> Shown {
    let t = visitor.t;
    match progress {
        Some(Progress::Failed(code)) => show(&page.with(Part::Text(t.a("dry-run-failed", "code", code)))),
        Some(Progress::CutOff { begun }) => {
            let begun = visitor.clockface().moment(begun).text;
            show(&page.with(Part::Text(t.a("dry-run-cut-off", "begun", &begun))))
        }
        Some(Progress::Running { done, total }) => {
            let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
            let (done, needed) = (count(done), count(total));
            let text = t.n_of("job-of", done, needed);
            let line = Line { label: t.s(running), done, needed, text };
            let mut response = show(&page.lead(t.s("dry-run-leave")).with(line))?;
            response.headers_mut().insert(header::REFRESH, AGAIN);
            Ok(response)
        }
        _ => show(&page.with(Part::Text(t.s("dry-run-none")))),
    }
}

fn told(app: &App, visitor: &Visitor, page: Sheet, found: &DryRun) -> Sheet {
    let t = visitor.t;
    let figure = |id: &str, value: String| Figure { value, name: t.s(id), href: None, look: None };
    let moved = found.moved.iter().map(|moved| moved.people).sum::<u64>();
    let [before, after] = found.isolation_days.map(grouped);
    let figures = vec![
        figure("dry-run-people", grouped(found.people)),
        figure("dry-run-moved", grouped(moved)),
        figure("dry-run-isolation-days", format!("{before} → {after}")),
    ];
    let clock = visitor.clockface();
    let mut facts = vec![
        Fact::new(t.s("dry-run-at"), clock.moment(found.at)),
        Fact::new(t.s("policy"), format!("{} {}", found.tried.name, found.tried.version)),
    ];
    if !found.unheard.is_empty() {
        facts.push(Fact::new(t.s("dry-run-unheard"), found.unheard.join(", ")));
    }
    let mut moves =
        desk::table(visitor, "dry-run-moves", &["before", "after", "how-many"], "dry-run-no-moves");
    moves.rows = found
        .moved
        .iter()
        .map(|moved| {
            vec![Look::of(t, moved.before).into(), Look::of(t, moved.after).into(), number(moved.people)]
        })
        .collect();
    let mut rules = desk::table(visitor, "dry-run-rules", &["rule", "before", "after"], "dry-run-nobody");
    rules.rows = found
        .rules
        .iter()
        .map(|row| vec![desk::rule(app, visitor, &row.rule).into(), number(row.before), number(row.after)])
        .collect();
    let mut points =
        desk::table(visitor, "dry-run-points", &["point", "point-kind", "before", "after"], "dry-run-nobody");
    points.rows = found
        .points
        .iter()
        .map(|row| {
            let link = Link::to(format!("/authority/points/{}", row.point), row.name.clone());
            vec![
                link.into(),
                desk::word(visitor, "point-kind", &row.kind).into(),
                number(row.before),
                number(row.after),
            ]
        })
        .collect();
    let kinds = |row: &Group| desk::word(visitor, "point-kind", &row.name);
    let plain = |row: &Group| row.name.clone();
    let tables = [
        moves,
        rules,
        groups(visitor, "dry-run-districts", "district", &found.districts, plain),
        groups(visitor, "dry-run-ages", "dry-run-age", &found.ages, plain),
        groups(visitor, "dry-run-kinds", "point-kind", &found.kinds, kinds),
        points,
    ];
    let page = page.lead(t.s("dry-run-lead")).with(figures).with(Facts { facts });
    tables.into_iter().fold(page, |page, table| page.with(Part::Heading(table.caption.clone())).with(table))
}

fn groups(
    visitor: &Visitor,
    caption: &str,
    head: &str,
    groups: &[Group],
    name: impl Fn(&Group) -> String,
) -> Table {
    let heads = [head, "dry-run-yellow", "dry-run-red"];
    let mut table = desk::table(visitor, caption, &heads, "dry-run-nobody");
    let row = |group: &Group| {
        let both =
            |[before, after]: [u64; 2]| Cell::Number(format!("{} → {}", grouped(before), grouped(after)));
        vec![name(group).into(), both(group.yellow), both(group.red)]
    };
    table.rows = groups.iter().map(row).collect();
    table
}

fn number(count: u64) -> Cell {
    Cell::Number(grouped(count))
}

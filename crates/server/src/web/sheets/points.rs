//! Collection points: register, approve, checkers and devices, the visitor ledger.

use crate::web::view::{
    form::{Answers, Choice, Field, Form, Input},
    page::{Link, Page},
    part::{Fact, Facts, Table},
    sheet::{Part, Sheet},
};

#[must_use]
pub fn list(page: Page, query: &str, table: Table) -> Sheet {
    let t = page.t;
    let filter =
        Form::filter(t, "/authority/points", vec![Field::text(t, "q", t.s("point-search")).value(query)]);
    let actions = vec![Link::to("/authority/points/register", t.s("point-register"))];
    Sheet::titled(page).with(Part::Actions(actions)).with(filter).with(table)
}

#[must_use]
pub fn register(page: Page, kinds: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let directions = vec![Choice::new("in", t.s("direction-in")), Choice::new("out", t.s("direction-out"))];
    let form = Form::post(t, &page.csrf, "/authority/points/register", t.s("point-register"))
        .with(Field::text(t, "name", t.s("point-name")))
        .with(Field::new(t, "kind", t.s("point-kind"), Input::List(kinds)))
        .with(Field::text(t, "district", t.s("district")))
        .with(Field::new(t, "directions", t.s("direction"), Input::Many(directions)))
        .fill(answers)
        .cancel(Link::to("/authority/points", t.s("cancel")));
    Sheet::titled(page).back("/authority/points", t.s("points")).with(form)
}

/// A point with its gates. `approve` is shown to whoever may approve it while it waits.
#[must_use]
pub fn point(
    page: Page,
    id: &str,
    facts: Vec<Fact>,
    gates: Table,
    approve: bool,
    answers: &Answers,
) -> Sheet {
    let t = page.t;
    let at = |act: &str| format!("/authority/points/{id}/{act}");
    let csrf = page.csrf.clone();
    let mut sheet = Sheet::titled(page).back("/authority/points", t.s("points")).with(Facts { facts });
    if approve {
        sheet = sheet.with(Form::post(t, &csrf, at("approve"), t.s("point-approve")).weighty());
    }
    let kinds = vec![Choice::new("checker", t.s("gate-checker")), Choice::new("device", t.s("gate-device"))];
    let add = Form::post(t, &csrf, at("gates"), t.s("gate-add"))
        .with(Field::new(t, "kind", t.s("gate-kind"), Input::One(kinds)))
        .with(Field::text(t, "name", t.s("gate-name")))
        .fill(answers);
    sheet
        .with(Part::Actions(vec![Link::to(at("ledger"), t.s("ledger"))]))
        .with(Part::Heading(t.s("gates")))
        .with(gates)
        .with(add)
}

/// Visitors of a day, names masked.
#[must_use]
pub fn ledger(page: Page, id: &str, day: &str, table: Table) -> Sheet {
    let t = page.t;
    let back = format!("/authority/points/{id}");
    let filter =
        Form::filter(t, format!("{back}/ledger"), vec![Field::date(t, "day", t.s("day")).value(day)]);
    let lead = t.s("ledger-lead");
    Sheet::titled(page).back(back, t.s("point")).lead(lead).with(filter).with(table)
}

/// Which gate: for a checker of several points, who searches among many.
#[must_use]
pub fn choose(page: Page, search: Option<&str>, points: Vec<Link>) -> Sheet {
    let t = page.t;
    let mut sheet = Sheet::titled(page).lead(t.s("gate-choose-lead"));
    if let Some(name) = search {
        let name = Field::text(t, "name", t.s("point-search")).value(name);
        sheet = sheet.with(Form { submit: t.s("find"), ..Form::filter(t, "/gate", vec![name]) });
        if points.is_empty() {
            sheet = sheet.with(Part::Text(t.s("point-none")));
        }
    }
    sheet.with(Part::Links(points))
}

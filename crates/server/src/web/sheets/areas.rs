//! Risk areas: mark, clear, withdraw.

use crate::web::view::{
    form::{Answers, Choice, Field, Form, Input},
    page::{Link, Page},
    part::Table,
    sheet::{Part, Sheet},
};

#[must_use]
pub fn list(page: Page, table: Table) -> Sheet {
    let t = page.t;
    let lead = t.s("areas-lead");
    let actions = vec![Link::to("/authority/areas/mark", t.s("area-mark"))];
    Sheet::titled(page).lead(lead).with(Part::Actions(actions)).with(table)
}

#[must_use]
pub fn mark(page: Page, levels: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = Form::post(t, &page.csrf, "/authority/areas/mark", t.s("case-preview"))
        .with(Field::text(t, "division", t.s("division")).hint(t.s("division-hint")))
        .with(Field::new(t, "level", t.s("area-level"), Input::One(levels)))
        .with(Field::date(t, "since", t.s("area-since")).hint(t.s("area-since-hint")))
        .fill(answers)
        .cancel(Link::to("/authority/areas", t.s("cancel")));
    Sheet::titled(page).back("/authority/areas", t.s("areas")).with(form)
}

/// Clearing (it was true until now) and withdrawing (it never was) are two acts.
#[must_use]
pub fn end(page: Page, area: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let choices = vec![
        Choice::new("clear", t.s("area-clear")).hint(t.s("area-clear-hint")),
        Choice::new("withdraw", t.s("area-withdraw")).hint(t.s("area-withdraw-hint")),
    ];
    let form = Form::post(t, &page.csrf, format!("/authority/areas/{area}/end"), t.s("case-preview"))
        .with(Field::new(t, "act", t.s("area-end-ask"), Input::One(choices)))
        .with(Field::area(t, "reason", t.s("reason")))
        .fill(answers)
        .cancel(Link::to("/authority/areas", t.s("cancel")));
    Sheet::titled(page).back("/authority/areas", t.s("areas")).with(form)
}

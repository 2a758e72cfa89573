//! The queue of suspicious declarations, and corrections that wait for a decision.

use crate::web::view::{
    form::{Answers, Choice, Field, Form, Input},
    page::Page,
    part::{Fact, Facts, Table},
    sheet::Sheet,
};

#[must_use]
pub fn queue(page: Page, table: Table) -> Sheet {
    let lead = page.t.s("audits-lead");
    Sheet::titled(page).lead(lead).with(table)
}

#[must_use]
pub fn audit(page: Page, id: &str, found: Vec<Fact>, declared: Vec<Fact>, answers: &Answers) -> Sheet {
    let t = page.t;
    let choices = vec![
        Choice::new("clean", t.s("audit-clean")),
        Choice::new("declare-again", t.s("audit-declare-again")),
        Choice::new("finding", t.s("audit-finding")).hint(t.s("audit-finding-hint")),
    ];
    let form = Form::post(t, &page.csrf, format!("/authority/audits/{id}"), t.s("decide"))
        .with(Field::new(t, "answer", t.s("audit-answer"), Input::One(choices)))
        .with(Field::area(t, "reason", t.s("reason")))
        .fill(answers);
    use crate::web::view::sheet::Part;
    Sheet::titled(page)
        .back("/authority/audits", t.s("audits"))
        .with(Part::Heading(t.s("audit-found")))
        .with(Facts { facts: found })
        .with(Part::Heading(t.s("audit-declared")))
        .with(Facts { facts: declared })
        .with(form)
}

#[must_use]
pub fn corrections(page: Page, table: Table) -> Sheet {
    let lead = page.t.s("corrections-lead");
    Sheet::titled(page).lead(lead).with(table)
}

#[must_use]
pub fn correction(page: Page, id: &str, facts: Vec<Fact>, answers: &Answers) -> Sheet {
    let t = page.t;
    let choices = vec![Choice::new("accept", t.s("accept")), Choice::new("refuse", t.s("refuse"))];
    let form = Form::post(t, &page.csrf, format!("/authority/corrections/{id}"), t.s("decide"))
        .with(Field::new(t, "answer", t.s("decision"), Input::One(choices)))
        .fill(answers);
    Sheet::titled(page).back("/authority/corrections", t.s("corrections")).with(Facts { facts }).with(form)
}

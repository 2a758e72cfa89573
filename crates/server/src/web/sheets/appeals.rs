//! Appeals as their owner sees them.

use crate::web::view::{
    form::{Answers, Choice, Field, Form, Input},
    page::Page,
    part::{Fact, Facts, Table},
    sheet::Sheet,
};

/// How an appeal is called, to its officer and to whoever made it.
#[must_use]
pub fn number(appeal: kangma_store::AppealId) -> String {
    format!("A-{:x}", appeal.0)
}

#[must_use]
pub fn list(page: Page, states: Vec<Choice>, table: Table) -> Sheet {
    let t = page.t;
    let filter = Form::filter(
        t,
        "/authority/appeals",
        vec![Field::new(t, "state", t.s("state"), Input::List(states))],
    );
    let lead = t.s("appeals-lead");
    Sheet::titled(page).lead(lead).with(filter).with(table)
}

#[must_use]
pub fn appeal(page: Page, number: &str, facts: Vec<Fact>, answers: &Answers) -> Sheet {
    let t = page.t;
    let choices = vec![
        Choice::new("uphold", t.s("appeal-uphold")).hint(t.s("appeal-uphold-hint")),
        Choice::new("release", t.s("appeal-release")).hint(t.s("appeal-release-hint")),
        Choice::new("withdraw", t.s("appeal-withdraw")).hint(t.s("appeal-withdraw-hint")),
    ];
    let form = Form::post(t, &page.csrf, format!("/authority/appeals/{number}"), t.s("decide"))
        .with(Field::new(t, "outcome", t.s("decision"), Input::One(choices)))
        .with(Field::area(t, "answer", t.s("appeal-answer")).hint(t.s("appeal-answer-hint")))
        .fill(answers);
    Sheet::titled(page).back("/authority/appeals", t.s("appeals")).with(Facts { facts }).with(form)
}

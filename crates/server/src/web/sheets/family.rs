//! Dependants and households.

use crate::web::view::{
    form::{Answers, Choice, Field, Form, Input},
    page::{Link, Page},
    part::Table,
    sheet::{Part, Sheet},
};

/// Whose codes one holds, with the ways to add another and to tie a household.
#[must_use]
pub fn list(page: Page, members: Table, household: Table) -> Sheet {
    let t = page.t;
    let add =
        vec![Link::to("/family/add", t.s("family-add")), Link::to("/family/household", t.s("household-add"))];
    let lead = t.s("family-lead");
    Sheet::titled(page)
        .lead(lead)
        .with(members)
        .with(Part::Heading(t.s("household")))
        .with(household)
        .with(Part::Actions(add))
}

#[must_use]
pub fn add(page: Page, documents: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = Form::post(t, &page.csrf, "/family/add", t.s("family-add-send"))
        .with(Field::text(t, "name", t.s("name")))
        .with(Field::new(t, "document-type", t.s("document-type"), Input::List(documents)))
        .with(Field::text(t, "document-number", t.s("document-number")))
        .with(Field::date(t, "birth-date", t.s("birth-date")))
        .fill(answers);
    let lead = t.s("family-add-lead");
    Sheet::titled(page).back("/family", t.s("back")).lead(lead).with(form)
}

/// Proposing a household link. The other adult, or a guardian for a child, confirms.
#[must_use]
pub fn propose(page: Page, people: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let days = days.map(|day| Choice::new(day, t.s(&format!("day-{day}")))).to_vec();
    let form = Form::post(t, &page.csrf, "/family/household", t.s("household-propose"))
        .with(Field::new(t, "person", t.s("household-who"), Input::List(people)))
        .with(Field::phone(t, "phone", t.s("household-phone")).hint(t.s("household-phone-hint")))
        .with(
            Field::new(t, "days", t.s("household-days"), Input::Many(days)).hint(t.s("household-days-hint")),
        )
        .fill(answers);
    let lead = t.s("household-lead");
    Sheet::titled(page).back("/family", t.s("back")).lead(lead).with(form)
}

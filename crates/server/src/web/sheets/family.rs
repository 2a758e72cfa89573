//! Dependants and households.

use crate::web::{
    texts::Texts,
    view::{
        form::{Answers, Choice, Field, Form, Input},
        page::{Link, Page},
        part::Table,
        sheet::{Part, Sheet},
    },
};

/// Whose codes one holds, with the ways to add another and to tie a household.
#[must_use]
pub fn list(page: Page, members: Table, offers: Option<Table>, household: Table) -> Sheet {
    let t = page.t;
    let add = vec![
        Link::to("/family/add", t.s("family-add")),
        Link::to("/family/household", t.s("household-add")),
        Link::to("/family/apart", t.s("apart-add")),
    ];
    let lead = t.s("family-lead");
    let mut sheet = Sheet::titled(page).lead(lead).with(members);
    if let Some(offers) = offers {
        sheet = sheet.with(Part::Heading(offers.caption.clone())).with(offers);
    }
    sheet.with(Part::Heading(t.s("household"))).with(household).with(Part::Actions(add))
}

#[must_use]
pub fn add(page: Page, documents: Vec<Choice>, district: Field, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = Form::post(t, &page.csrf, "/family/add", t.s("family-add-send"))
        .with(Field::text(t, "name", t.s("name")))
        .with(Field::new(t, "document-type", t.s("document-type"), Input::List(documents)))
        .with(Field::text(t, "document-number", t.s("document-number")))
        .with(Field::date(t, "birth-date", t.s("birth-date")))
        .with(district)
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
    let own: Vec<Choice> =
        std::iter::once(Choice::new("", t.s("household-member-none"))).chain(people.clone()).collect();
    let mut form = Form::post(t, &page.csrf, "/family/household", t.s("household-propose"))
        .with(Field::new(t, "person", t.s("household-who"), Input::List(people)))
        .with(Field::phone(t, "phone", t.s("household-phone")).hint(t.s("household-phone-hint")).optional());
    if own.len() > 2 {
        let member = Field::new(t, "member", t.s("household-member"), Input::List(own));
        form = form.with(member.hint(t.s("household-member-hint")).optional());
    }
    let form = form
        .with(
            Field::new(t, "days", t.s("household-days"), Input::Many(days))
                .hint(t.s("household-days-hint"))
                .optional(),
        )
        .fill(answers);
    let lead = t.s("household-lead");
    Sheet::titled(page).back("/family", t.s("back")).lead(lead).with(form)
}

/// Time that somebody spent away from their household.
#[must_use]
pub fn apart(page: Page, people: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let mut form = Form::post(t, &page.csrf, "/family/apart", t.s("send")).with(Field::new(
        t,
        "person",
        t.s("apart-who"),
        Input::List(people),
    ));
    form.fields.extend(days_apart(t));
    let lead = t.s("apart-lead");
    Sheet::titled(page).back("/family", t.s("back")).lead(lead).with(form.fill(answers))
}

/// The same, as staff say it of one person.
#[must_use]
pub fn apart_by_staff(page: Page, person: &str, answers: &Answers) -> Sheet {
    let (t, back) = (page.t, format!("/authority/people/{person}"));
    let mut form = Form::post(t, &page.csrf, format!("{back}/apart"), t.s("send"))
        .cancel(Link::to(back.clone(), t.s("cancel")));
    form.fields.extend(days_apart(t));
    let lead = t.s("apart-lead");
    Sheet::titled(page).back(back, t.s("person")).lead(lead).with(form.fill(answers))
}

fn days_apart(t: Texts) -> [Field; 2] {
    [Field::date(t, "from", t.s("apart-from")), Field::date(t, "until", t.s("apart-until"))]
}

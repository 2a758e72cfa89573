//! One person as an officer sees them: evidence, verdicts over time, why and why not.

use crate::web::view::{
    form::{Answers, Choice, Field, Form, Input},
    page::{Link, Page},
    part::{Fact, Facts, Figure, Table, Timeline},
    sheet::{Part, Sheet},
};

/// The state of the city, above the privacy floor.
#[must_use]
pub fn dashboard(
    page: Page,
    figures: Vec<Figure>,
    waiting: Table,
    jobs: Vec<crate::web::view::part::Line>,
) -> Sheet {
    let t = page.t;
    let mut sheet =
        Sheet::titled(page).with(figures).with(Part::Heading(t.s("waiting-for-you"))).with(waiting);
    for job in jobs {
        sheet = sheet.with(job);
    }
    sheet
}

/// Finding a person says why one looks; the person sees it.
#[must_use]
pub fn find(page: Page, documents: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = Form::post(t, &page.csrf, "/authority/people", t.s("find"))
        .with(Field::new(t, "document-type", t.s("document-type"), Input::List(documents)))
        .with(Field::text(t, "document-number", t.s("document-number")).optional())
        .with(Field::phone(t, "phone", t.s("phone")).optional())
        .with(Field::text(t, "reason", t.s("look-reason")).hint(t.s("look-reason-hint")))
        .fill(answers);
    let lead = t.s("people-lead");
    Sheet::titled(page).lead(lead).with(form)
}

/// What a person's page shows.
#[derive(Debug, Clone)]
pub struct Person {
    pub id: String,
    pub facts: Vec<Fact>,
    pub reasons: Table,
    pub verdicts: Timeline,
    pub evidence: Timeline,
    pub known_at: String,
    pub effective_at: String,
}

#[must_use]
pub fn person(page: Page, person: Person) -> Sheet {
    let t = page.t;
    let at = |act: &str| format!("/authority/people/{}/{act}", person.id);
    let times = Form::filter(
        t,
        format!("/authority/people/{}", person.id),
        vec![
            Field::moment(t, "known-at", t.s("known-at")).value(&person.known_at),
            Field::moment(t, "effective-at", t.s("effective-at")).value(&person.effective_at),
        ],
    );
    let actions = vec![
        Link::to(at("why-not"), t.s("why-not")),
        Link::to(at("paper"), t.s("paper-title")),
        Link::to(at("check-in"), t.s("check-in-by-phone")),
        Link::to(at("place"), t.s("place")),
        Link::to(at("apart"), t.s("apart-add")),
        Link::to(at("release"), t.s("release")),
    ];
    Sheet::titled(page)
        .back("/authority/people", t.s("people-title"))
        .with(Facts { facts: person.facts })
        .with(Part::Actions(actions))
        .with(times)
        .with(Part::Heading(t.s("reasons")))
        .with(person.reasons)
        .with(person.verdicts)
        .with(person.evidence)
}

/// Why not, as an officer sees it: which threshold failed and by how much.
#[must_use]
pub fn why_not(page: Page, person: &str, colours: Vec<Choice>, table: Table, sources: Vec<Fact>) -> Sheet {
    let t = page.t;
    let back = format!("/authority/people/{person}");
    let mut form = Form::filter(
        t,
        format!("{back}/why-not"),
        vec![Field::new(t, "colour", t.s("why-not-ask"), Input::List(colours))],
    );
    form.submit = t.s("why-not-show");
    Sheet::titled(page)
        .back(back, t.s("person"))
        .with(form)
        .with(table)
        .with(Part::Heading(t.s("sources-heading")))
        .with(Facts { facts: sources })
}

/// An officer's release of one reason.
#[must_use]
pub fn release(page: Page, person: &str, reasons: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let back = format!("/authority/people/{person}");
    let form = Form::post(t, &page.csrf, format!("{back}/release"), t.s("release"))
        .with(Field::new(t, "about", t.s("release-which"), Input::One(reasons)))
        .with(Field::area(t, "reason", t.s("reason")))
        .fill(answers)
        .weighty()
        .cancel(Link::to(back.clone(), t.s("cancel")));
    Sheet::titled(page).back(back, t.s("person")).with(form)
}

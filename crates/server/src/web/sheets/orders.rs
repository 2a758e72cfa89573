//! Manual orders and false-statement findings: each by two officers.

use crate::web::view::{
    form::{Answers, Choice, Field, Form, Input},
    page::{Link, Page},
    part::{Fact, Facts, Notice, Table},
    sheet::{Part, Sheet},
};

#[must_use]
pub fn list(page: Page, waiting: Table, live: Table) -> Sheet {
    let t = page.t;
    let lead = t.s("orders-lead");
    let actions = vec![
        Link::to("/authority/orders/new", t.s("order-new")),
        Link::to("/authority/orders/finding", t.s("finding-new")),
    ];
    Sheet::titled(page)
        .lead(lead)
        .with(Part::Actions(actions))
        .with(Part::Heading(t.s("orders-waiting")))
        .with(waiting)
        .with(Part::Heading(t.s("orders-live")))
        .with(live)
}

#[must_use]
pub fn order(page: Page, kinds: Vec<Choice>, documents: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = person(t, Form::post(t, &page.csrf, "/authority/orders/new", t.s("propose")), documents)
        .with(Field::new(t, "level", t.s("order-level"), Input::One(kinds)))
        .with(Field::text(t, "ground", t.s("order-ground")).hint(t.s("order-ground-hint")))
        .with(Field::area(t, "explanation", t.s("order-explanation")).hint(t.s("order-explanation-hint")))
        .with(Field::moment(t, "until", t.s("order-until")).hint(t.s("order-until-hint")))
        .with(Field::number(t, "check-ins", t.s("order-check-ins")).optional())
        .fill(answers)
        .cancel(Link::to("/authority/orders", t.s("cancel")));
    two_officers(page, form)
}

#[must_use]
pub fn finding(page: Page, documents: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = person(t, Form::post(t, &page.csrf, "/authority/orders/finding", t.s("propose")), documents)
        .with(Field::text(t, "declaration", t.s("finding-declaration")))
        .with(Field::area(t, "statement", t.s("finding-statement")))
        .with(Field::area(t, "published", t.s("finding-published")).hint(t.s("finding-published-hint")))
        .with(Field::moment(t, "heard-at", t.s("finding-heard-at")))
        .fill(answers)
        .cancel(Link::to("/authority/orders", t.s("cancel")));
    two_officers(page, form)
}

fn person(t: crate::web::texts::Texts, form: Form, documents: Vec<Choice>) -> Form {
    form.with(Field::new(t, "document-type", t.s("document-type"), Input::List(documents))).with(Field::text(
        t,
        "document-number",
        t.s("document-number"),
    ))
}

fn two_officers(page: Page, form: Form) -> Sheet {
    let t = page.t;
    let notice =
        Notice { heading: t.s("two-officers"), text: vec![t.s("two-officers-text")], links: Vec::new() };
    Sheet::titled(page).back("/authority/orders", t.s("orders")).with(notice).with(form)
}

/// A proposal as the second officer sees it. The one who proposed it sees no button.
#[must_use]
pub fn proposal(page: Page, id: &str, facts: Vec<Fact>, second: bool, answers: &Answers) -> Sheet {
    let t = page.t;
    let csrf = page.csrf.clone();
    let sheet = Sheet::titled(page).back("/authority/orders", t.s("orders")).with(Facts { facts });
    if !second {
        let text = vec![t.s("two-officers-own")];
        return sheet.with(Notice { heading: t.s("two-officers"), text, links: Vec::new() });
    }
    let choices = vec![Choice::new("confirm", t.s("order-confirm")), Choice::new("refuse", t.s("refuse"))];
    let form = Form::post(t, &csrf, format!("/authority/orders/{id}"), t.s("decide"))
        .with(Field::new(t, "answer", t.s("decision"), Input::One(choices)))
        .fill(answers)
        .weighty();
    sheet.with(form)
}

/// An order in force: it can be ended before its time, or taken back as if it never had been.
#[must_use]
pub fn live(page: Page, id: &str, facts: Vec<Fact>, answers: &Answers) -> Sheet {
    let t = page.t;
    let choices = vec![
        Choice::new("end", t.s("order-end")).hint(t.s("order-end-hint")),
        Choice::new("withdraw", t.s("order-withdraw")).hint(t.s("order-withdraw-hint")),
    ];
    let form = Form::post(t, &page.csrf, format!("/authority/orders/{id}"), t.s("decide"))
        .with(Field::new(t, "answer", t.s("decision"), Input::One(choices)))
        .fill(answers)
        .weighty();
    Sheet::titled(page).back("/authority/orders", t.s("orders")).with(Facts { facts }).with(form)
}

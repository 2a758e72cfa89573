//! Cases: list, report, the case's own page, its contacts, and taking it back.

use crate::web::view::{
    form::{Answers, Choice, Field, Form, Input},
    page::{Link, Page},
    part::{Fact, Facts, Preview, Table, Timeline},
    plot::WindowPlot,
    sheet::{Part, Sheet},
};

#[must_use]
pub fn list(page: Page, states: Vec<Choice>, query: &str, table: Table) -> Sheet {
    let t = page.t;
    let filter = Form::filter(
        t,
        "/authority/cases",
        vec![
            Field::new(t, "state", t.s("case-state"), Input::List(states)),
            Field::date(t, "from", t.s("from-day")),
            Field::text(t, "number", t.s("case-number")).value(query),
        ],
    );
    let actions = vec![
        Link::to("/authority/cases/report", t.s("case-report")),
        Link::to("/authority/cases/gatherings", t.s("gatherings")),
    ];
    Sheet::titled(page).with(Part::Actions(actions)).with(filter).with(table)
}

#[must_use]
pub fn statuses(t: crate::web::texts::Texts) -> Vec<Choice> {
    vec![
        Choice::new("confirmed", t.s("case-confirmed")),
        Choice::new("recovered", t.s("case-recovered")),
        Choice::new("died", t.s("case-died")),
    ]
}

/// Who, since when, how sure. Nothing is written before the preview is confirmed.
#[must_use]
pub fn report(page: Page, documents: Vec<Choice>, districts: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let own = Choice::new("", t.s("district-own"));
    let districts = std::iter::once(own).chain(districts).collect();
    let reported = vec![
        Choice::new("suspected", t.s("case-suspected")),
        Choice::new("confirmed", t.s("case-confirmed")),
    ];
    let form = Form::post(t, &page.csrf, "/authority/cases/report", t.s("case-preview"))
        .with(Field::new(t, "document-type", t.s("document-type"), Input::List(documents)))
        .with(Field::text(t, "document-number", t.s("document-number")))
        .with(Field::text(t, "name", t.s("name")))
        .with(Field::phone(t, "phone", t.s("phone")).optional())
        .with(
            Field::new(t, "district", t.s("district"), Input::List(districts))
                .hint(t.s("case-district-hint")),
        )
        .with(Field::new(t, "status", t.s("case-status"), Input::One(reported)))
        .with(Field::date(t, "onset", t.s("case-onset")).hint(t.s("case-onset-hint")).optional())
        .with(Field::moment(t, "sampled", t.s("case-sampled")).optional())
        .fill(answers)
        .cancel(Link::to("/authority/cases", t.s("cancel")));
    let lead = t.s("case-report-lead");
    Sheet::titled(page).back("/authority/cases", t.s("cases")).lead(lead).with(form)
}

/// Who gains and who loses a colour, before anything is written.
#[must_use]
pub fn preview(page: Page, what: Vec<Fact>, preview: Preview, back: &str) -> Sheet {
    let t = page.t;
    let lead = t.s("preview-lead");
    Sheet::titled(page).back(back, t.s("back")).lead(lead).with(Facts { facts: what }).with(preview)
}

/// What a case's page shows.
#[derive(Debug, Clone)]
pub struct Case {
    pub id: String,
    pub facts: Vec<Fact>,
    pub window: Option<WindowPlot>,
    pub contacts: Table,
    pub timeline: Timeline,
    /// Work that the case has set going and that is not finished: done, of.
    pub job: Option<(u32, u32)>,
    /// Nothing is done to a case that was merged or withdrawn.
    pub open: bool,
}

#[must_use]
pub fn case(page: Page, case: Case) -> Sheet {
    let t = page.t;
    let at = |act: &str| format!("/authority/cases/{}/{act}", case.id);
    let actions = vec![
        Link::to(at("contacts/add"), t.s("contact-add")),
        Link::to(at("onset"), t.s("case-change-onset")),
        Link::to(at("status"), t.s("case-change-status")),
        Link::to(at("merge"), t.s("case-merge")),
        Link::to(at("withdraw"), t.s("case-withdraw")),
    ];
    let mut sheet =
        Sheet::titled(page).back("/authority/cases", t.s("cases")).with(Facts { facts: case.facts });
    if let Some((done, needed)) = case.job {
        let text = t.n_of("job-of", done, needed);
        sheet = sheet.with(crate::web::view::part::Line { label: t.s("job-tracing"), done, needed, text });
    }
    if case.open {
        sheet = sheet.with(Part::Actions(actions));
    }
    if let Some(window) = case.window {
        sheet = sheet.with(window);
    }
    sheet.with(Part::Heading(t.s("contacts"))).with(case.contacts).with(case.timeline)
}

/// A contact named in an interview: no account is needed.
#[must_use]
pub fn add_contact(page: Page, case: &str, degrees: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = page.t;
    let back = format!("/authority/cases/{case}");
    let form = Form::post(t, &page.csrf, format!("{back}/contacts/add"), t.s("case-preview"))
        .with(Field::text(t, "name", t.s("name")))
        .with(Field::phone(t, "phone", t.s("phone")))
        .with(Field::new(t, "degree", t.s("contact-degree"), Input::One(degrees)))
        .with(Field::date(t, "day", t.s("contact-day")))
        .fill(answers)
        .cancel(Link::to(back.clone(), t.s("cancel")));
    let lead = t.s("contact-add-lead");
    Sheet::titled(page).back(back, t.s("case")).lead(lead).with(form)
}

#[must_use]
pub fn onset(page: Page, case: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = Form::post(t, &page.csrf, format!("/authority/cases/{case}/onset"), t.s("case-preview"))
        .with(Field::date(t, "onset", t.s("case-onset")).hint(t.s("case-onset-hint")).optional())
        .with(Field::moment(t, "sampled", t.s("case-sampled")).optional())
        .with(Field::area(t, "reason", t.s("reason")));
    one_form(page, case, form.fill(answers))
}

#[must_use]
pub fn status(page: Page, case: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let mut choices = statuses(t);
    choices.push(Choice::new("excluded", t.s("case-excluded")).hint(t.s("case-excluded-hint")));
    let form = Form::post(t, &page.csrf, format!("/authority/cases/{case}/status"), t.s("case-preview"))
        .with(Field::new(t, "status", t.s("case-status"), Input::One(choices)))
        .with(Field::moment(t, "at", t.s("happened-at")).hint(t.s("case-at-hint")).optional())
        .with(Field::area(t, "reason", t.s("reason")));
    one_form(page, case, form.fill(answers))
}

#[must_use]
pub fn merge(page: Page, case: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = Form::post(t, &page.csrf, format!("/authority/cases/{case}/merge"), t.s("case-preview"))
        .with(Field::text(t, "into", t.s("case-merge-into")).hint(t.s("case-merge-hint")))
        .with(Field::area(t, "reason", t.s("reason")));
    one_form(page, case, form.fill(answers))
}

/// It never was true: says beforehand what it takes back.
#[must_use]
pub fn withdraw(page: Page, case: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = Form::post(t, &page.csrf, format!("/authority/cases/{case}/withdraw"), t.s("case-preview"))
        .with(Field::area(t, "reason", t.s("reason")).hint(t.s("case-withdraw-hint")));
    one_form(page, case, form.fill(answers))
}

fn one_form(page: Page, case: &str, form: Form) -> Sheet {
    let t = page.t;
    let back = format!("/authority/cases/{case}");
    let form = form.cancel(Link::to(back.clone(), t.s("cancel")));
    Sheet::titled(page).back(back, t.s("case")).with(form)
}

//! What residents do and ask about themselves: check in, appeal, why not, who looked.

use crate::web::texts::Texts;
use crate::web::view::{
    form::{Answers, Choice, Field, Form, Input},
    page::{Link, Page},
    part::{Fact, Facts, Notice, Table},
    sheet::{Part, Sheet},
};

/// The daily check-in: the policy says whether symptoms are asked beside the temperature.
#[must_use]
pub fn check_in(
    page: Page,
    action: &str,
    back: &str,
    days: Vec<Choice>,
    symptoms: Vec<Choice>,
    answers: &Answers,
) -> Sheet {
    let t = page.t;
    let mut form = Form::post(t, &page.csrf, action, t.s("check-in-send"));
    if days.len() > 1 {
        form = form.with(Field::new(t, "day", t.s("check-in-day"), Input::One(days)));
    }
    let form = form
        .with(Field::number(t, "temperature", t.s("temperature")).hint(t.s("temperature-hint")).optional())
        .with(
            Field::new(t, "symptoms", t.s("check-in-symptoms"), Input::Many(symptoms))
                .hint(t.s("check-in-symptoms-hint")),
        )
        .fill(answers);
    let lead = t.s("check-in-lead");
    Sheet::titled(page).back(back, t.s("back")).lead(lead).with(form)
}

/// Appeal of one reason.
#[must_use]
pub fn appeal(
    page: Page,
    reason: String,
    owner: String,
    deadline: String,
    action: &str,
    back: &str,
    answers: &Answers,
) -> Sheet {
    let t = page.t;
    let facts = Facts {
        facts: vec![
            Fact::new(t.s("appeal-of"), reason),
            Fact::new(t.s("appeal-owner"), owner),
            Fact::new(t.s("appeal-deadline"), deadline),
        ],
    };
    let form = Form::post(t, &page.csrf, action, t.s("appeal-send"))
        .with(Field::area(t, "text", t.s("appeal-text")).hint(t.s("appeal-text-hint")))
        .fill(answers);
    Sheet::titled(page).back(back, t.s("back")).with(facts).with(form)
}

/// An appeal as it stands: number, owner, deadline, what a missed deadline does.
#[must_use]
pub fn appeal_state(page: Page, facts: Vec<Fact>, missed: String, back: &str) -> Sheet {
    let t = page.t;
    Sheet::titled(page).back(back, t.s("back")).with(Facts { facts }).with(Part::Text(missed))
}

/// One finding of "why not", in the words that a resident may read.
#[derive(Debug, Clone)]
pub struct Finding {
    pub heading: String,
    pub text: String,
    /// Nothing was found: it stands in the list, not in the foreground.
    pub nothing: bool,
}

/// Why a colour that somebody expects did not come about.
#[must_use]
pub fn why_not(
    page: Page,
    asked: Vec<Choice>,
    action: &str,
    findings: Vec<Finding>,
    sources: Vec<Fact>,
    back: &str,
) -> Sheet {
    let t = page.t;
    let colours = Field::new(t, "colour", t.s("why-not-ask"), Input::List(asked));
    let mut form = Form::filter(t, action, vec![colours]);
    form.submit = t.s("why-not-show");
    let lead = t.s("why-not-lead");
    let mut sheet = Sheet::titled(page).back(back, t.s("back")).lead(lead).with(form);
    let (silent, told): (Vec<Finding>, Vec<Finding>) = findings.into_iter().partition(|one| one.nothing);
    for finding in told {
        sheet = sheet.with(Notice { heading: finding.heading, text: vec![finding.text], links: Vec::new() });
    }
    sheet = sheet.with(Facts { facts: alike(t, silent) });
    sheet.with(Part::Heading(t.s("sources-heading"))).with(Facts { facts: sources })
}

/// Rules of which the same is to be said, in one row.
fn alike(t: Texts, findings: Vec<Finding>) -> Vec<Fact> {
    let mut rows: Vec<(Vec<String>, String)> = Vec::new();
    for one in findings {
        match rows.iter_mut().find(|(_, text)| *text == one.text) {
            Some((headings, _)) => headings.push(one.heading),
            None => rows.push((vec![one.heading], one.text)),
        }
    }
    rows.into_iter().map(|(headings, text)| Fact::new(headings.join(&t.s("list-comma")), text)).collect()
}

/// Who looked at the person, when, in what role, at what.
#[must_use]
pub fn looks(page: Page, table: Table, back: &str) -> Sheet {
    let t = page.t;
    let lead = t.s("looks-lead");
    let links = vec![Link::to("/help", t.s("looks-wrong"))];
    Sheet::titled(page).back(back, t.s("back")).lead(lead).with(table).with(Part::Links(links))
}

/// Whom to call and how to get food, medicine and care.
#[must_use]
pub fn help(page: Page, numbers: Vec<Fact>, back: &str) -> Sheet {
    let t = page.t;
    let text = vec![t.s("help-food"), t.s("help-medicine"), t.s("help-care"), t.s("help-statement")];
    let notice = Notice { heading: t.s("help-heading"), text, links: Vec::new() };
    Sheet::titled(page).back(back, t.s("back")).with(Facts { facts: numbers }).with(notice)
}

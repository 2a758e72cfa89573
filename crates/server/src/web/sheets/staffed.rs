//! For a person without a phone: declaration at the counter, paper code, check-in by telephone.

use crate::web::{
    texts::Texts,
    view::{
        form::{Answers, Choice, Field, Form, Input},
        page::{Link, Page},
        part::{Notice, Table},
        sheet::{Paper, Part, Sheet},
    },
};
use kangma_core::policy::{Question, Texts as PolicyTexts};

/// Who stands at the counter; the questions of the policy follow, all on one page.
#[must_use]
pub fn declare(page: Page, documents: Vec<Choice>, questions: Vec<Field>, answers: &Answers) -> Sheet {
    let t = page.t;
    let mut form = Form::post(t, &page.csrf, "/authority/declare", t.s("staffed-declare-send"))
        .with(Field::text(t, "name", t.s("name")))
        .with(Field::new(t, "document-type", t.s("document-type"), Input::List(documents)))
        .with(Field::text(t, "document-number", t.s("document-number")))
        .with(Field::date(t, "birth-date", t.s("birth-date")))
        .with(Field::phone(t, "phone", t.s("staffed-phone")).optional())
        .with(Field::text(t, "district", t.s("district")))
        .with(Field::text(t, "address", t.s("address")).optional());
    form.fields.extend(questions);
    let lead = t.s("staffed-declare-lead");
    Sheet::titled(page).lead(lead).with(form.fill(answers))
}

/// Paper codes of a person: print, report lost, print again.
#[must_use]
pub fn papers(page: Page, person: &str, table: Table, answers: &Answers) -> Sheet {
    let t = page.t;
    let back = format!("/authority/people/{person}");
    let choices = vec![
        Choice::new("first", t.s("paper-first")),
        Choice::new("lost", t.s("paper-lost")).hint(t.s("paper-lost-hint")),
        Choice::new("reprint", t.s("paper-reprint")).hint(t.s("paper-reprint-hint")),
    ];
    let form = Form::post(t, &page.csrf, format!("{back}/paper"), t.s("paper-print"))
        .with(Field::new(t, "why", t.s("paper-why"), Input::One(choices)))
        .fill(answers);
    Sheet::titled(page).back(back, t.s("person")).with(table).with(form)
}

/// The paper itself, ready for the printer.
#[must_use]
pub fn paper(page: Page, person: &str, paper: Paper) -> Sheet {
    let t = page.t;
    let text = vec![t.s("paper-how-print")];
    let notice = Notice { heading: t.s("paper-ready"), text, links: Vec::new() };
    Sheet::titled(page)
        .back(format!("/authority/people/{person}/paper"), t.s("paper-title"))
        .with(notice)
        .with(paper)
}

/// The symptoms that a check-in asks about: in a word where the pages have one, else as the policy asks.
#[must_use]
pub fn symptoms<'q>(
    t: Texts,
    policy: &PolicyTexts,
    asked: impl Iterator<Item = &'q Question>,
) -> Vec<Choice> {
    let symptom = |question: &Question| {
        let id = format!("symptom-{}", question.id);
        let word = if t.has(&id) { t.s(&id) } else { policy.question(&question.id).to_owned() };
        Choice::new(&*question.id, word)
    };
    asked.map(symptom).collect()
}

/// A check-in that a person makes by telephone.
#[must_use]
pub fn check_in(
    page: Page,
    person: &str,
    days: Vec<Choice>,
    symptoms: Vec<Choice>,
    answers: &Answers,
) -> Sheet {
    let t = page.t;
    let back = format!("/authority/people/{person}");
    let form = Form::post(t, &page.csrf, format!("{back}/check-in"), t.s("check-in-record"))
        .with(Field::new(t, "day", t.s("day"), Input::List(days)))
        .with(Field::number(t, "temperature", t.s("temperature")))
        .with(Field::new(t, "symptoms", t.s("check-in-symptoms"), Input::Many(symptoms)))
        .fill(answers)
        .cancel(Link::to(back.clone(), t.s("cancel")));
    Sheet::titled(page).back(back, t.s("person")).with(Part::Text(t.s("check-in-script"))).with(form)
}

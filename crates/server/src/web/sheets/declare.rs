//! The declaration, one question a page; the same questions serve the counter.

use crate::web::view::{
    form::{Answers, Choice, Field, Form},
    look::Look,
    page::{Link, Page},
    part::{Cell, Fact, Facts, Line, Notice},
    sheet::{Part, Sheet},
};

/// How a policy's question is answered.
#[derive(Debug, Clone)]
pub enum Kind {
    YesNo,
    One(Vec<Choice>),
    Many(Vec<Choice>),
    Number,
    Date,
    Text,
    Phone,
}

/// A question as the policy words it.
#[derive(Debug, Clone)]
pub struct Question {
    pub id: String,
    pub text: String,
    pub hint: Option<String>,
    pub kind: Kind,
    pub optional: bool,
}

impl Question {
    fn field(&self, page: &Page) -> Field {
        let (t, id, text) = (page.t, self.id.clone(), self.text.clone());
        let field = match &self.kind {
            Kind::YesNo => Field::yes_no(t, id, text),
            Kind::One(choices) => {
                Field::new(t, id, text, crate::web::view::form::Input::One(choices.clone()))
            }
            Kind::Many(choices) => {
                Field::new(t, id, text, crate::web::view::form::Input::Many(choices.clone()))
            }
            Kind::Number => Field::number(t, id, text),
            Kind::Date => Field::date(t, id, text),
            Kind::Text => Field::text(t, id, text),
            Kind::Phone => Field::phone(t, id, text),
        };
        let field = if self.optional { field.optional() } else { field };
        match &self.hint {
            Some(hint) => field.hint(hint.clone()),
            None => field,
        }
    }
}

/// Where one question stands among the others.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    pub number: u32,
    pub of: u32,
}

/// One question, one page. `back` is the question before it; what was answered is kept.
#[must_use]
pub fn question(
    page: Page,
    question: &Question,
    step: Step,
    action: &str,
    back: &str,
    answers: &Answers,
) -> Sheet {
    let t = page.t;
    let field = question.field(&page).headline();
    let form = Form::post(t, &page.csrf, action, t.s("continue")).with(field).fill(answers);
    let text = t.n_of("step-of", step.number, step.of);
    let line = Line { label: t.s("declaration"), done: step.number, needed: step.of, text };
    let mut sheet = Sheet::titled(page).back(back, t.s("back")).with(line).with(form);
    sheet.heading = None;
    sheet
}

/// An answer in the summary.
#[derive(Debug, Clone)]
pub struct Given {
    pub question: String,
    pub answer: String,
    pub change: String,
}

/// All answers to check before they are declared.
#[must_use]
pub fn summary(page: Page, given: Vec<Given>, action: &str, back: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let fact =
        |given: Given| Fact::new(given.question, given.answer).change(Link::to(given.change, t.s("change")));
    let facts = Facts { facts: given.into_iter().map(fact).collect() };
    let truth = vec![Choice::new("yes", t.s("declare-truth"))];
    let truth =
        Field::new(t, "truth", t.s("declare-truth-legend"), crate::web::view::form::Input::Many(truth));
    let form = Form::post(t, &page.csrf, action, t.s("declare-send")).with(truth).fill(answers);
    let lead = t.s("declare-summary-lead");
    Sheet::titled(page).back(back, t.s("back")).lead(lead).with(facts).with(form)
}

/// The answer, within a second.
#[must_use]
pub fn done(page: Page, look: Look, sentence: String, home: &str, why: &str) -> Sheet {
    let t = page.t;
    let facts = Facts {
        facts: vec![
            Fact::new(t.s("your-code-now"), Cell::Standing(look)),
            Fact::new(t.s("what-now"), sentence),
        ],
    };
    let links = vec![Link::to(home, t.s("show-code")), Link::to(why, t.s("why"))];
    Sheet::titled(page).with(facts).with(Part::Actions(links))
}

/// What a declaration is for: living here, back to work, on the way here.
#[must_use]
pub fn purpose(page: Page, action: &str, back: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let choices = vec![
        Choice::new("resident", t.s("declare-resident")),
        Choice::new("returning", t.s("declare-returning")).hint(t.s("declare-returning-hint")),
        Choice::new("entering", t.s("declare-entering")).hint(t.s("declare-entering-hint")),
    ];
    let field = Field::new(t, "purpose", t.s("declare-purpose"), crate::web::view::form::Input::One(choices));
    let form = Form::post(t, &page.csrf, action, t.s("continue")).with(field.headline()).fill(answers);
    let mut sheet = Sheet::titled(page).back(back, t.s("back")).with(form);
    sheet.heading = None;
    sheet
}

/// Correcting what was declared: staff decide.
#[must_use]
pub fn correct(page: Page, fields: Vec<Choice>, action: &str, back: &str, answers: &Answers) -> Sheet {
    let t = page.t;
    let form = Form::post(t, &page.csrf, action, t.s("send"))
        .with(Field::new(t, "field", t.s("correct-field"), crate::web::view::form::Input::List(fields)))
        .with(Field::text(t, "value", t.s("correct-value")))
        .with(Field::area(t, "reason", t.s("correct-reason")))
        .fill(answers);
    let notice =
        Notice { heading: t.s("correct-how"), text: vec![t.s("correct-how-text")], links: Vec::new() };
    Sheet::titled(page).back(back, t.s("back")).with(notice).with(form)
}

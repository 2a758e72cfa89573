//! The declaration: one question a page, saved as one goes, a summary to check, the answer at once.

mod questions;

use super::{Own, draft::Draft, words::Words};
use crate::{
    app::App,
    web::{
        Posted, Shown, Trouble, Visitor, see,
        sheets::declare,
        show, show_again,
        trouble::beside_fields,
        view::{form::Answers, look::Look, sheet::Sheet},
    },
};
use axum::{
    extract::{Path, Query, State},
    http::{HeaderMap, header},
    response::Response,
};
use kangma_core::PersonId;
use kangma_service::{Refused, forms::Purpose};
use questions::Questions;
use serde::Deserialize;

/// Where one came from: a change goes back to the summary.
#[derive(Deserialize)]
pub(super) struct From {
    change: Option<String>,
}

pub(super) async fn ask_purpose(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    headers: HeaderMap,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    if !own.profile.identified {
        return see(&format!("{}/identify", own.base));
    }
    let draft = Draft::of(&headers, person);
    let answers = draft
        .answer("purpose")
        .map_or_else(Answers::default, |word| Answers::default().with("purpose", word));
    show(&purpose_page(&visitor, &own, &answers))
}

fn purpose_page(visitor: &Visitor, own: &Own, answers: &Answers) -> Sheet {
    let page = own.page(visitor, visitor.t.s("declare-title"));
    declare::purpose(page, &format!("{}/declare", own.base), &own.base, answers)
}

pub(super) async fn tell_purpose(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    headers: HeaderMap,
    posted: Posted,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let word = posted.one("purpose");
    if questions::purpose(word).is_none() {
        let answers = Answers::default().but("purpose", visitor.t.s("answer-missing"));
        return show_again(&purpose_page(&visitor, &own, &answers));
    }
    let mut draft = Draft::of(&headers, person);
    draft.set("purpose", word);
    let questions = Questions::of(&app, &visitor, &draft);
    go(&app, &own, &draft, questions.first())
}

/// Saves the draft and goes to a question, or to the summary after the last.
fn go(app: &App, own: &Own, draft: &Draft, question: Option<&str>) -> Shown {
    let mut response = see(&format!("{}/declare/{}", own.base, question.unwrap_or("summary")))?;
    let cookie = draft.cookie(app, own.id()).ok_or_else(|| Refused::field("", "too-long"))?;
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

pub(super) async fn ask(
    State(app): State<App>,
    visitor: Visitor,
    Path((person, question)): Path<(PersonId, String)>,
    Query(from): Query<From>,
    headers: HeaderMap,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let draft = Draft::of(&headers, person);
    let questions = Questions::of(&app, &visitor, &draft);
    let answers = questions.answers(&question, &draft);
    show(&question_page(&visitor, &own, &questions, &question, from.change.is_some(), &answers)?)
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path((person, question)): Path<(PersonId, String)>,
    Query(from): Query<From>,
    headers: HeaderMap,
    posted: Posted,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let mut draft = Draft::of(&headers, person);
    let questions = Questions::of(&app, &visitor, &draft);
    let answer = posted.one(&question);
    if let Some(wrong) = questions.wrong(&question, answer)? {
        let answers = posted.answers().but(&question, visitor.t.s(wrong));
        let change = from.change.is_some();
        return show_again(&question_page(&visitor, &own, &questions, &question, change, &answers)?);
    }
    draft.set(&question, answer);
    let next = if from.change.is_some() { questions.unanswered(&draft) } else { questions.after(&question) };
    go(&app, &own, &draft, next)
}

fn question_page(
    visitor: &Visitor,
    own: &Own,
    questions: &Questions,
    id: &str,
    change: bool,
    answers: &Answers,
) -> Result<Sheet, Trouble> {
    let (question, step) = questions.find(id)?;
    let base = format!("{}/declare", own.base);
    let action = format!("{base}/{id}{}", if change { "?change=1" } else { "" });
    let back = match (change, questions.before(id)) {
        (true, _) => format!("{base}/summary"),
        (false, Some(before)) => format!("{base}/{before}"),
        (false, None) => base,
    };
    let page = own.page(visitor, visitor.t.s("declare-title"));
    Ok(declare::question(page, question, step, &action, &back, answers))
}

pub(super) async fn summary(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    headers: HeaderMap,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let draft = Draft::of(&headers, person);
    let questions = Questions::of(&app, &visitor, &draft);
    if draft.answer("purpose").is_none() {
        return see(&format!("{}/declare", own.base));
    }
    if let Some(open) = questions.unanswered(&draft) {
        return see(&format!("{}/declare/{open}", own.base));
    }
    show(&summary_page(&visitor, &own, &questions, &draft, &Answers::default()))
}

fn summary_page(
    visitor: &Visitor,
    own: &Own,
    questions: &Questions,
    draft: &Draft,
    answers: &Answers,
) -> Sheet {
    let base = format!("{}/declare", own.base);
    let given = questions.given(visitor, draft, &base);
    let back = questions.last().map_or_else(|| base.clone(), |last| format!("{base}/{last}"));
    let page = own.page(visitor, visitor.t.s("declare-summary-title"));
    declare::summary(page, given, &format!("{base}/summary"), &back, answers)
}

pub(super) async fn send(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    headers: HeaderMap,
    posted: Posted,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let draft = Draft::of(&headers, person);
    let questions = Questions::of(&app, &visitor, &draft);
    if posted.one("truth") != "yes" {
        let answers = Answers::default().but("truth", visitor.t.s("declare-truth-missing"));
        return show_again(&summary_page(&visitor, &own, &questions, &draft, &answers));
    }
    let purpose = draft.answer("purpose").and_then(questions::purpose);
    let Some(purpose) = purpose else { return see(&format!("{}/declare", own.base)) };
    let declared = match questions.form(purpose, &draft, &visitor.zone) {
        Ok(form) => app.service.declare(&own.actor, person, form).await,
        Err(refused) => Err(refused),
    };
    match declared {
        Ok(_) => forgotten(&app, person, &own.base),
        Err(refused) => refused_page(&visitor, &own, &questions, &draft, refused),
    }
}

/// The wrong answer's own question with what is wrong beside it; what belongs to no question, above the summary.
fn refused_page(
    visitor: &Visitor,
    own: &Own,
    questions: &Questions,
    draft: &Draft,
    refused: Refused,
) -> Shown {
    let wrong = match &refused {
        Refused::Invalid(errors) => errors.iter().find_map(|error| questions.of_field(&error.field)),
        _ => None,
    };
    match wrong.map(ToOwned::to_owned) {
        Some(id) => {
            let mut answers = beside_fields(refused, questions.answers(&id, draft), visitor)?;
            if let Some(first) = answers.wrong.first_mut() {
                first.0.clone_from(&id);
            }
            show_again(&question_page(visitor, own, questions, &id, true, &answers)?)
        }
        None => {
            let mut answers = beside_fields(refused, Answers::default(), visitor)?;
            answers.wrong.iter_mut().for_each(|(field, _)| field.clear());
            show_again(&summary_page(visitor, own, questions, draft, &answers))
        }
    }
}

fn forgotten(app: &App, person: PersonId, base: &str) -> Shown {
    let mut response = see(&format!("{base}/declare/done"))?;
    let cookie = Draft::forget(app, person);
    response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
    Ok(response)
}

pub(super) async fn done(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let verdict = app.service.verdict(&own.actor, person).await?;
    let words = Words::new(&app, &visitor);
    let gravest = verdict.reasons.first().map(|reason| words.remedy(&reason.rule));
    let t = visitor.t;
    let sentence =
        gravest.filter(|text| !text.is_empty()).unwrap_or_else(|| t.s(&format!("now-{}", verdict.standing)));
    let page = own.page(&visitor, t.s("declare-done-title"));
    let why = format!("{}/why", own.base);
    show(&declare::done(page, Look::of(t, verdict.standing), sentence, &own.base, &why))
}

/// One tap. When something has changed, the questions are asked again.
pub(super) async fn renew(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    _: Posted,
) -> Result<Response, Trouble> {
    let own = Own::find(&app, &visitor, person).await?;
    match app.service.renew(&own.actor, person).await {
        Ok(_) => see(&format!("{}/declare/done", own.base)),
        Err(Refused::CannotRenew | Refused::NotDeclared) => see(&format!("{}/declare", own.base)),
        Err(refused) => Err(refused.into()),
    }
}

/// The purposes' words in the form.
const PURPOSES: [(&str, Purpose); 3] = [
    ("resident", Purpose::Resident),
    ("returning", Purpose::ReturningToWork),
    ("entering", Purpose::PlanningToEnter),
];

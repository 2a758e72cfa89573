//! A daily check-in that a person makes by telephone: staff ask and write down.

use super::desk;
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::staffed,
        show,
        view::{
            form::{Answers, Choice},
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::{
    Day, Number, PersonId, Value,
    policy::{AttributeType, Policy, Question},
};
use kangma_service::{Refused, forms::CheckInForm};
use std::sync::Arc;

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    desk::staff(&visitor)?;
    show(&sheet(&app, &visitor, person, &Answers::default()))
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let done = match form(&app, &visitor, &posted) {
        Ok(form) => app.service.check_in_daily(actor, person, form).await.map(drop),
        Err(refused) => Err(refused),
    };
    match done {
        Ok(()) => see(&format!("/authority/people/{person}")),
        Err(refused) => {
            desk::again(refused, &posted, &visitor, |answers| sheet(&app, &visitor, person, answers))
        }
    }
}

fn policy(app: &App, visitor: &Visitor) -> Arc<Policy> {
    Arc::clone(app.service.rules().policy(visitor.now))
}

fn flags(policy: &Policy) -> impl Iterator<Item = &Question> {
    policy.check_in.questions.iter().filter(|question| question.answer == AttributeType::Flag)
}

fn form(app: &App, visitor: &Visitor, posted: &Posted) -> Result<CheckInForm, Refused> {
    let policy = policy(app, visitor);
    let ticked: Vec<&str> = posted.all("symptoms").collect();
    let answers =
        flags(&policy).map(|asked| (asked.id.to_string(), Value::Flag(ticked.contains(&&*asked.id))));
    let temperature = posted.given("temperature").map(|text| text.replace(',', ".").parse::<Number>());
    Ok(CheckInForm {
        day: posted.read::<Day>("day", "impossible-date")?,
        temperature: temperature.transpose().map_err(|_| Refused::field("temperature", "not-a-number"))?,
        answers: answers.collect(),
    })
}

fn sheet(app: &App, visitor: &Visitor, person: PersonId, answers: &Answers) -> Sheet {
    let (t, policy) = (visitor.t, policy(app, visitor));
    let symptoms = staffed::symptoms(t, policy.texts(t.lang.tag()), flags(&policy));
    let today = visitor.zone.day(visitor.now);
    let days =
        [today, today.plus(-1)].map(|day| Choice::new(day.to_string(), visitor.clockface().day(day).text));
    let page = desk::page(visitor, t.s("check-in-phone-title"));
    staffed::check_in(page, &person.to_string(), days.to_vec(), symptoms, answers)
}

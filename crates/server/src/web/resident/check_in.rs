//! The daily check-in: for today, and for yesterday as long as the policy still takes it.

use super::{Own, own, words::Words};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::staffed,
        show, show_again,
        trouble::beside_fields,
        view::{
            form::{Answers, Choice},
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::{
    Day, Number, PersonId, Value,
    policy::{AttributeType, Question},
};
use kangma_service::{Refused, forms::CheckInForm};

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    show(&sheet(&app, &visitor, &own, &Answers::default()))
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    posted: Posted,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let done = match form(&app, &visitor, &posted) {
        Ok(form) => app.service.check_in_daily(&own.actor, person, form).await.map(drop),
        Err(refused) => Err(refused),
    };
    match done {
        Ok(()) => see(&own.base),
        Err(refused) => {
            let answers = beside_fields(refused, posted.answers(), &visitor)?;
            show_again(&sheet(&app, &visitor, &own, &answers))
        }
    }
}

fn form(app: &App, visitor: &Visitor, posted: &Posted) -> Result<CheckInForm, Refused> {
    let words = Words::new(app, visitor);
    let ticked: Vec<&str> = posted.all("symptoms").collect();
    let flags = words.policy.check_in.questions.iter().filter(|question| is_flag(question));
    let answers =
        flags.map(|question| (question.id.to_string(), Value::Flag(ticked.contains(&&*question.id))));
    let temperature = posted.given("temperature").map(|text| text.replace(',', ".").parse::<Number>());
    Ok(CheckInForm {
        day: posted.read::<Day>("day", "impossible-date")?,
        temperature: temperature.transpose().map_err(|_| Refused::field("temperature", "not-a-number"))?,
        answers: answers.collect(),
    })
}

fn is_flag(question: &Question) -> bool {
    question.answer == AttributeType::Flag
}

fn sheet(app: &App, visitor: &Visitor, own: &Own, answers: &Answers) -> Sheet {
    let words = Words::new(app, visitor);
    let flags = words.policy.check_in.questions.iter().filter(|question| is_flag(question));
    let symptoms = staffed::symptoms(visitor.t, words.texts(), flags);
    let page = own.page(visitor, visitor.t.s("check-in-title"));
    let action = format!("{}/check-in", own.base);
    own::check_in(page, &action, &own.base, days(visitor, &words), symptoms, answers)
}

/// Today, and yesterday while it is still open.
fn days(visitor: &Visitor, words: &Words) -> Vec<Choice> {
    let (t, clock, zone) = (visitor.t, visitor.clockface(), &words.policy.zone);
    let today = zone.day(visitor.now);
    let choice = |day: Day, word: &str| Choice::new(day.to_string(), t.a(word, "day", clock.day(day).text));
    let mut first = choice(today, "day-today");
    first.chosen = true;
    let open = visitor.now < zone.midnight(today) + words.policy.check_in.missed.grace();
    let late = open.then(|| choice(today.plus(-1), "day-yesterday"));
    std::iter::once(first).chain(late).collect()
}

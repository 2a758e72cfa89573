//! A declaration at the counter, for a person without a phone: who they are and the policy's questions, on one page.

use super::desk;
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::staffed,
        show,
        view::{
            form::{Answers, Choice, Field, Input},
            sheet::Sheet,
        },
    },
};
use axum::extract::State;
use kangma_core::{
    Day, PersonId, Value,
    policy::{AttributeType, Policy, Question},
};
use kangma_service::{
    Actor, Refused,
    forms::{DeclarationForm, IdentityForm, Purpose},
    refused::FieldError,
};
use std::{collections::BTreeMap, sync::Arc};

pub(super) async fn ask(State(app): State<App>, visitor: Visitor) -> Shown {
    desk::staff(&visitor)?;
    show(&sheet(&app, &visitor, &Answers::default()))
}

fn policy(app: &App, visitor: &Visitor) -> Arc<Policy> {
    Arc::clone(app.service.rules().policy(visitor.now))
}

/// At the counter people declare as residents: who plans to enter or returns to work has a telephone or an employer.
fn questions(policy: &Policy) -> impl Iterator<Item = &Question> {
    let resident = Purpose::Resident.as_str();
    let asks = move |question: &&Question| {
        question.purposes.is_empty() || question.purposes.iter().any(|purpose| **purpose == *resident)
    };
    policy.declaration.questions.iter().filter(asks)
}

fn sheet(app: &App, visitor: &Visitor, answers: &Answers) -> Sheet {
    let policy = policy(app, visitor);
    let fields = questions(&policy).map(|question| field(visitor, &policy, question)).collect();
    let page = desk::page(visitor, visitor.t.s("staffed-declare-title"));
    staffed::declare(page, desk::documents(visitor), fields, answers)
}

fn field(visitor: &Visitor, policy: &Policy, question: &Question) -> Field {
    let (t, texts) = (visitor.t, policy.texts(visitor.t.lang.tag()));
    let (id, text) = (&*question.id, texts.question(&question.id));
    let text = if text.is_empty() { id } else { text };
    let word = |word: &Arc<str>| {
        let own = texts.sentence(&format!("word.{word}")).map(ToOwned::to_owned);
        Choice::new(&**word, own.unwrap_or_else(|| word.replace('-', " ")))
    };
    match &question.answer {
        AttributeType::Flag => Field::yes_no(t, id, text),
        AttributeType::Number => Field::number(t, id, text).optional(),
        AttributeType::Day | AttributeType::Time => Field::date(t, id, text),
        AttributeType::AnyWord => Field::text(t, id, text),
        AttributeType::Word(words) => Field::new(t, id, text, Input::One(words.iter().map(word).collect())),
    }
}

pub(super) async fn tell(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    match declare(&app, &visitor, actor, &posted).await {
        Ok(person) => see(&format!("/authority/people/{person}")),
        Err(refused) => desk::again(refused, &posted, &visitor, |answers| sheet(&app, &visitor, answers)),
    }
}

/// Somebody who is known already declares again; the answers are looked at before anybody is registered.
async fn declare(app: &App, visitor: &Visitor, actor: &Actor, posted: &Posted) -> Result<PersonId, Refused> {
    let form = declaration(&policy(app, visitor), visitor, posted)?;
    let number = posted.one("document-number").to_owned();
    let known = if number.is_empty() { Vec::new() } else { app.service.find_persons(actor, number).await? };
    let person = match known.first() {
        Some(known) => known.person,
        None => app.service.register_assisted(actor, identity(posted)?).await?,
    };
    app.service.declare(actor, person, form).await.map(|declared| declared.person)
}

fn identity(posted: &Posted) -> Result<IdentityForm, Refused> {
    Ok(IdentityForm {
        name: posted.one("name").to_owned(),
        document_type: posted.one("document-type").to_owned(),
        document_number: posted.one("document-number").to_owned(),
        phone: posted.one("phone").to_owned(),
        birth_date: posted.read::<Day>("birth-date", "impossible-date")?,
        address: posted.one("address").to_owned(),
        district: posted.one("district").to_owned(),
    })
}

/// The answers; every question that was left open is named at once, and so is what says who somebody is.
fn declaration(policy: &Policy, visitor: &Visitor, posted: &Posted) -> Result<DeclarationForm, Refused> {
    let needed = ["name", "document-number", "birth-date", "district"].into_iter();
    let asked = questions(policy).filter(|question| question.answer != AttributeType::Number);
    let missing =
        needed.chain(asked.map(|question| &*question.id)).filter(|name| posted.given(name).is_none());
    let missing: Vec<FieldError> =
        missing.map(|field| FieldError { field: field.to_owned(), code: "required" }).collect();
    if !missing.is_empty() {
        return Err(Refused::Invalid(missing));
    }
    let given = questions(policy).filter_map(|question| Some((question, posted.given(&question.id)?)));
    let answers: Result<BTreeMap<String, Value>, Refused> = given
        .map(|(question, text)| Ok((question.id.to_string(), value(visitor, question, text)?)))
        .collect();
    Ok(DeclarationForm { purpose: Purpose::Resident, answers: answers?, ..DeclarationForm::default() })
}

fn value(visitor: &Visitor, question: &Question, given: &str) -> Result<Value, Refused> {
    let wrong = |code| Refused::field(&*question.id, code);
    let day = || given.parse::<Day>().map_err(|_| wrong("impossible-date"));
    Ok(match &question.answer {
        AttributeType::Flag => Value::Flag(given == "yes"),
        AttributeType::Number => {
            Value::Number(given.replace(',', ".").parse().map_err(|_| wrong("not-a-number"))?)
        }
        AttributeType::Day => Value::Day(day()?),
        AttributeType::Time => Value::Time(visitor.zone.midnight(day()?)),
        AttributeType::AnyWord | AttributeType::Word(_) => Value::Text(Arc::from(given)),
    })
}

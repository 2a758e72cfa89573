//! Answers against the policy's questions: the declaration and the daily check-in ask alike.

use crate::{refused::FieldError, written};
use kangma_core::{
    Attributes, Evidence, Number, Value,
    policy::{AttributeType, Policy, Question},
};
use std::collections::BTreeMap;

/// Body temperatures that a person can have, in degrees Celsius: outside is a slip of the finger.
pub(crate) const POSSIBLE_TEMPERATURE: std::ops::RangeInclusive<Number> =
    Number::whole(30)..=Number::whole(45);

/// The answers as attributes, and what is wrong with them.
///
/// Every question of the purpose has to be answered, but a number may be left out: not everybody has a thermometer.
pub(crate) fn answers(
    questions: &[Question],
    purpose: Option<&str>,
    given: &BTreeMap<String, Value>,
) -> (Attributes, Vec<FieldError>) {
    let (mut attributes, mut errors) = (Attributes::new(), Vec::new());
    let asked = || questions.iter().filter(|question| asks(question, purpose));
    for question in asked() {
        match given.get(&*question.id) {
            Some(value) => match fault(&question.answer, &question.id, value) {
                None => attributes.set(&*question.id, value.clone()),
                Some(code) => errors.push(FieldError { field: question.id.to_string(), code }),
            },
            None if question.answer == AttributeType::Number => {}
            None => errors.push(FieldError { field: question.id.to_string(), code: "required" }),
        }
    }
    for name in given.keys().filter(|name| !asked().any(|question| *question.id == **name)) {
        errors.push(FieldError { field: name.clone(), code: "not-asked" });
    }
    (attributes, errors)
}

fn asks(question: &Question, purpose: Option<&str>) -> bool {
    question.purposes.is_empty()
        || purpose.is_some_and(|purpose| question.purposes.iter().any(|p| **p == *purpose))
}

fn fault(wanted: &AttributeType, id: &str, value: &Value) -> Option<&'static str> {
    match (wanted, value) {
        (AttributeType::Number, Value::Number(number))
            if id.contains("temperature") && !POSSIBLE_TEMPERATURE.contains(number) =>
        {
            Some("impossible-temperature")
        }
        (AttributeType::AnyWord, Value::Text(text)) if text.chars().count() > written::ANSWER => {
            Some("too-long")
        }
        (AttributeType::Flag, Value::Flag(_))
        | (AttributeType::Number, Value::Number(_))
        | (AttributeType::Time, Value::Time(_))
        | (AttributeType::Day, Value::Day(_))
        | (AttributeType::AnyWord, Value::Text(_)) => None,
        (AttributeType::Word(words), Value::Text(word)) if words.contains(word) => None,
        _ => Some("wrong-type"),
    }
}

/// Whether a declaration may be made again as it was: it answers all that is asked now, and no rule reads anything in it.
pub(crate) fn renewable(policy: &Policy, last: &Evidence) -> bool {
    let purpose = last.attributes.text("purpose");
    let questions = &policy.declaration.questions;
    let answered = questions.iter().filter(|question| asks(question, purpose)).all(|question| {
        question.answer == AttributeType::Number || last.attributes.value(&question.id).is_some()
    });
    let flagged =
        questions.iter().any(|question| last.attributes.value(&question.id) == Some(&Value::Flag(true)));
    let triggers = policy.rules.iter().flat_map(|rule| rule.when.conditions());
    let read =
        triggers.filter(|condition| !condition.tests.is_empty()).any(|condition| condition.matches(last));
    answered && !flagged && !read && purpose != Some("planning-to-enter")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(id: &str, answer: AttributeType, purposes: &[&str]) -> Question {
        let purposes = purposes.iter().map(|purpose| (*purpose).into()).collect();
        Question { id: id.into(), answer, purposes, rules: Vec::new() }
    }

    fn given(answers: &[(&str, Value)]) -> BTreeMap<String, Value> {
        answers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
    }

    #[test]
    fn every_wrong_answer_is_named_and_a_thermometer_is_not_demanded() {
        let questions = [
            question("fever", AttributeType::Flag, &[]),
            question("temperature", AttributeType::Number, &[]),
            question("arrival", AttributeType::Day, &["planning-to-enter"]),
        ];
        let (attributes, errors) = answers(&questions, Some("resident"), &given(&[("fever", false.into())]));
        assert!(errors.is_empty());
        assert_eq!(attributes.value("fever"), Some(&Value::Flag(false)));
        let wrong =
            given(&[("fever", "no".into()), ("temperature", Number::whole(98).into()), ("sex", true.into())]);
        let (_, errors) = answers(&questions, Some("planning-to-enter"), &wrong);
        let codes: Vec<_> = errors.iter().map(|error| (error.field.as_str(), error.code)).collect();
        assert_eq!(
            codes,
            [
                ("fever", "wrong-type"),
                ("temperature", "impossible-temperature"),
                ("arrival", "required"),
                ("sex", "not-asked")
            ]
        );
    }
}

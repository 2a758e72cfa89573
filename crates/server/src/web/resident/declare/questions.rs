//! The questions of a declaration: the policy's, and those that a purpose adds.

use super::PURPOSES;
use crate::{
    app::App,
    web::{
        Trouble, Visitor,
        resident::{draft::Draft, words::Words},
        sheets::declare::{Given, Kind, Question, Step},
        texts::Texts,
        view::form::{Answers, Choice},
    },
};
use kangma_core::{
    Day, Number, Value, Zone,
    policy::{AttributeType, Question as Asked},
};
use kangma_service::{
    Refused,
    forms::{DeclarationForm, Leg, Purpose},
};
use std::{collections::BTreeMap, sync::Arc};

/// The purpose that the form's word means.
pub(super) fn purpose(word: &str) -> Option<Purpose> {
    PURPOSES.iter().find(|(name, _)| *name == word).map(|(_, purpose)| *purpose)
}

/// The questions in their order. A policy's question comes with what its answer is.
pub(super) struct Questions(Vec<(Question, Option<AttributeType>)>);

impl Questions {
    /// What is asked for the purpose of the draft.
    pub fn of(app: &App, visitor: &Visitor, draft: &Draft) -> Self {
        let words = Words::new(app, visitor);
        let purpose = draft.answer("purpose").and_then(purpose).unwrap_or_default();
        let asks = |question: &&Asked| {
            question.purposes.is_empty() || question.purposes.iter().any(|one| **one == *purpose.as_str())
        };
        let asked = words.policy.declaration.questions.iter().filter(asks);
        let policys =
            asked.map(|question| (worded(visitor.t, &words, question), Some(question.answer.clone())));
        let added = extra(visitor.t, purpose).into_iter().map(|question| (question, None));
        Self(policys.chain(added).collect())
    }

    fn place(&self, id: &str) -> Option<usize> {
        self.0.iter().position(|(question, _)| question.id == id)
    }

    /// A question and where it stands.
    pub fn find(&self, id: &str) -> Result<(&Question, Step), Trouble> {
        let place = self.place(id).ok_or(Refused::NotFound)?;
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Ok((&self.0[place].0, Step { number: count(place + 1), of: count(self.0.len()) }))
    }

    pub fn first(&self) -> Option<&str> {
        self.0.first().map(|(question, _)| question.id.as_str())
    }

    pub fn last(&self) -> Option<&str> {
        self.0.last().map(|(question, _)| question.id.as_str())
    }

    pub fn before(&self, id: &str) -> Option<&str> {
        self.0.get(self.place(id)?.checked_sub(1)?).map(|(question, _)| question.id.as_str())
    }

    pub fn after(&self, id: &str) -> Option<&str> {
        self.0.get(self.place(id)? + 1).map(|(question, _)| question.id.as_str())
    }

    /// The first question that has to be answered and is not.
    pub fn unanswered(&self, draft: &Draft) -> Option<&str> {
        let open = |(question, _): &&(Question, Option<AttributeType>)| {
            !question.optional && draft.answer(&question.id).is_none_or(str::is_empty)
        };
        self.0.iter().find(open).map(|(question, _)| question.id.as_str())
    }

    /// The question that a field of the form belongs to.
    pub fn of_field(&self, field: &str) -> Option<&str> {
        let leg = field.strip_prefix("itinerary.0.");
        let id = match leg {
            Some("arrival") => "itinerary-arrival",
            Some("departure") => "itinerary-departure",
            Some(_) => "itinerary-from",
            None if field == "itinerary" => "itinerary-from",
            None => field,
        };
        self.place(id).map(|place| self.0[place].0.id.as_str())
    }

    /// What was answered to one question.
    pub fn answers(&self, id: &str, draft: &Draft) -> Answers {
        draft.answer(id).map_or_else(Answers::default, |answer| Answers::default().with(id, answer))
    }

    /// The text that says what is wrong with an answer, if anything is.
    pub fn wrong(&self, id: &str, answer: &str) -> Result<Option<&'static str>, Trouble> {
        let (question, _) = self.find(id)?;
        if answer.is_empty() {
            return Ok((!question.optional).then_some("answer-missing"));
        }
        let number = || answer.replace(',', ".").parse::<Number>();
        Ok(match &question.kind {
            Kind::YesNo if answer != "yes" && answer != "no" => Some("answer-missing"),
            Kind::One(choices) if choices.iter().all(|choice| choice.value != answer) => {
                Some("answer-missing")
            }
            Kind::Number if number().is_err() => Some("field-not-a-number"),
            Kind::Date if answer.parse::<Day>().is_err() => Some("field-impossible-date"),
            Kind::Text if answer.chars().count() > 120 => Some("field-too-long"),
            _ => None,
        })
    }

    /// Every answer in words.
    pub fn given(&self, visitor: &Visitor, draft: &Draft, base: &str) -> Vec<Given> {
        let t = visitor.t;
        let purpose = draft.answer("purpose").unwrap_or_default();
        let first = Given {
            question: t.s("declare-purpose"),
            answer: t.s(&format!("declare-{purpose}")),
            change: base.to_owned(),
        };
        let rest = self.0.iter().map(|(question, _)| Given {
            question: question.text.clone(),
            answer: in_words(visitor, question, draft.answer(&question.id).unwrap_or_default()),
            change: format!("{base}/{}?change=1", question.id),
        });
        std::iter::once(first).chain(rest).collect()
    }

    /// The declaration that the draft is.
    pub fn form(&self, purpose: Purpose, draft: &Draft, zone: &Zone) -> Result<DeclarationForm, Refused> {
        let mut answers = BTreeMap::new();
        for (question, wanted) in &self.0 {
            let given = draft.answer(&question.id).filter(|answer| !answer.is_empty());
            if let (Some(wanted), Some(given)) = (wanted, given) {
                answers.insert(question.id.clone(), value(&question.id, wanted, given, zone)?);
            }
        }
        let text = |id: &str| draft.answer(id).unwrap_or_default().to_owned();
        let day = |id: &str| draft.answer(id).and_then(|answer| answer.parse::<Day>().ok());
        let leg = |left: Day, arrives: Day| Leg {
            from: text("itinerary-from"),
            to: text("itinerary-to"),
            departure: zone.midnight(left),
            arrival: zone.midnight(arrives.plus(1)),
        };
        let itinerary = day("itinerary-departure").zip(day("itinerary-arrival")).map(|(a, b)| leg(a, b));
        Ok(DeclarationForm {
            purpose,
            answers,
            employer: text("employer"),
            starting: day("starting").or_else(|| day("itinerary-arrival")),
            itinerary: itinerary.filter(|_| purpose == Purpose::PlanningToEnter).into_iter().collect(),
        })
    }
}

fn value(id: &str, wanted: &AttributeType, given: &str, zone: &Zone) -> Result<Value, Refused> {
    let bad = |code| Refused::field(id, code);
    let day = || given.parse::<Day>().map_err(|_| bad("impossible-date"));
    Ok(match wanted {
        AttributeType::Flag => Value::Flag(given == "yes"),
        AttributeType::Number => {
            Value::Number(given.replace(',', ".").parse().map_err(|_| bad("not-a-number"))?)
        }
        AttributeType::Day => Value::Day(day()?),
        AttributeType::Time => Value::Time(zone.midnight(day()?)),
        AttributeType::AnyWord | AttributeType::Word(_) => Value::Text(Arc::from(given)),
    })
}

fn worded(t: Texts, words: &Words, asked: &Asked) -> Question {
    let kind = match &asked.answer {
        AttributeType::Flag => Kind::YesNo,
        AttributeType::Number => Kind::Number,
        AttributeType::Day | AttributeType::Time => Kind::Date,
        AttributeType::AnyWord => Kind::Text,
        AttributeType::Word(choices) => Kind::One(choices.iter().map(|word| choice(words, word)).collect()),
    };
    let hint = words.texts().sentence(&format!("question.{}.hint", asked.id)).map(ToOwned::to_owned);
    let optional = asked.answer == AttributeType::Number;
    let hint = hint.or_else(|| optional.then(|| t.s("number-optional-hint")));
    let text = words.texts().question(&asked.id);
    let text = if text.is_empty() { asked.id.to_string() } else { text.to_owned() };
    Question { id: asked.id.to_string(), text, hint, kind, optional }
}

fn choice(words: &Words, word: &str) -> Choice {
    let label = words.texts().sentence(&format!("word.{word}"));
    Choice::new(word, label.map_or_else(|| word.replace('-', " "), ToOwned::to_owned))
}

/// What a purpose asks beside the policy's questions.
fn extra(t: Texts, purpose: Purpose) -> Vec<Question> {
    let question = |id: &str, kind: Kind, hint: Option<&str>| Question {
        id: id.to_owned(),
        text: t.s(&format!("declare-{id}")),
        hint: hint.map(|hint| t.s(hint)),
        kind,
        optional: false,
    };
    match purpose {
        Purpose::Resident => Vec::new(),
        Purpose::ReturningToWork => {
            vec![question("employer", Kind::Text, None), question("starting", Kind::Date, None)]
        }
        Purpose::PlanningToEnter => vec![
            question("itinerary-from", Kind::Text, Some("declare-itinerary-from-hint")),
            question("itinerary-departure", Kind::Date, None),
            question("itinerary-to", Kind::Text, Some("division-hint")),
            question("itinerary-arrival", Kind::Date, None),
        ],
    }
}

fn in_words(visitor: &Visitor, question: &Question, answer: &str) -> String {
    let t = visitor.t;
    match &question.kind {
        _ if answer.is_empty() => t.s("not-answered"),
        Kind::YesNo => t.s(if answer == "yes" { "yes" } else { "no" }),
        Kind::One(choices) => {
            choices.iter().find(|one| one.value == answer).map_or_else(String::new, |one| one.label.clone())
        }
        Kind::Date => {
            answer.parse().map_or_else(|_| answer.to_owned(), |day| visitor.clockface().day(day).text)
        }
        _ => answer.to_owned(),
    }
}

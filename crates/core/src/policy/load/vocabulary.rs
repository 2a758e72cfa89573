//! Which attributes each kind of evidence has, and which none may have.

use crate::{
    Kind,
    policy::{
        AttributeType::{self, AnyWord, Day, Flag, Number, Time, Word},
        read::Node,
    },
};
use std::{collections::BTreeMap, sync::Arc};

/// No colour may depend on these, so no policy may name them.
const FORBIDDEN: &[&str] = &[
    "nationality",
    "citizenship",
    "ethnicity",
    "religion",
    "race",
    "sex",
    "gender",
    "division",
    "registered-division",
    "household-registration",
    "document",
    "document-type",
    "document-number",
    "document-prefix",
    "medical-history",
];

/// The attributes by kind and name.
#[derive(Debug, Clone)]
pub(crate) struct Vocabulary(pub(crate) BTreeMap<(Kind, Arc<str>), AttributeType>);

fn one_of(words: &[&str]) -> AttributeType {
    Word(words.iter().map(|&word| word.into()).collect())
}

impl Vocabulary {
    /// What every policy knows; a policy adds its own.
    pub(crate) fn of_the_house() -> Self {
        let known: Vec<(Kind, &str, AttributeType)> = vec![
            (Kind::Declaration, "purpose", one_of(&["resident", "returning-to-work", "planning-to-enter"])),
            (Kind::Declaration, "birth-date", Day),
            (Kind::Itinerary, "from", AnyWord),
            (Kind::Itinerary, "to", AnyWord),
            (Kind::Itinerary, "arrival", Time),
            (Kind::Itinerary, "departure", Time),
            (Kind::AuditAnswer, "answer", AnyWord),
            (Kind::CheckIn, "day", Day),
            (Kind::CheckIn, "temperature", Number),
            (Kind::CheckIn, "by", one_of(&["self", "staff"])),
            (Kind::GateTemperature, "temperature", Number),
            (
                Kind::CaseStatus,
                "status",
                one_of(&["suspected", "confirmed", "recovered", "excluded", "died"]),
            ),
            (Kind::CaseStatus, "onset", Time),
            (Kind::CaseStatus, "sampled", Time),
            (Kind::Exposure, "degree", AnyWord),
            (Kind::Exposure, "first-exposure", Time),
            (Kind::Exposure, "minutes", Number),
            (Kind::Exposure, "minutes-summed", Number),
            (Kind::Exposure, "point-kind", AnyWord),
            (Kind::Exposure, "crowd", Number),
            (Kind::Exposure, "assurance", AnyWord),
            (Kind::Exposure, "chain", Number),
            (Kind::Exposure, "score", Number),
            (Kind::ExposureSiteVisit, "exposure-type", AnyWord),
            (Kind::ExposureSiteVisit, "minutes", Number),
            (Kind::HouseholdLink, "days", AnyWord),
            (Kind::Separation, "until", Time),
            (Kind::RiskAreaStay, "level", AnyWord),
            (Kind::RiskAreaStay, "minutes", Number),
            (Kind::RiskAreaStay, "area", AnyWord),
            (Kind::TestResult, "result", one_of(&["positive", "negative", "pending"])),
            (Kind::TestResult, "pooled", Flag),
            (Kind::TestResult, "method", AnyWord),
            (Kind::TestObligation, "due", Time),
            (Kind::TestObligation, "category", AnyWord),
            (Kind::Immunity, "disease", AnyWord),
            (Kind::Immunity, "basis", AnyWord),
            (Kind::Immunity, "doses", Number),
            (Kind::IsolationOrder, "place", AnyWord),
            (Kind::IsolationOrder, "until", Time),
            (Kind::IsolationOrder, "check-ins", Number),
            (Kind::ManualOrder, "ground", AnyWord),
            (Kind::ManualOrder, "level", AnyWord),
            (Kind::ManualOrder, "until", Time),
            (Kind::ManualOrder, "check-ins", Number),
            (Kind::Decision, "outcome", AnyWord),
            (Kind::Appeal, "number", AnyWord),
            (Kind::Appeal, "owner", AnyWord),
            (Kind::Appeal, "deadline", Time),
            (Kind::Appeal, "rule", AnyWord),
            (Kind::Release, "rule", AnyWord),
        ];
        Self(known.into_iter().map(|(kind, name, holds)| ((kind, name.into()), holds)).collect())
    }

    pub(crate) fn holds(&self, kind: Kind, name: &str) -> Option<&AttributeType> {
        self.0.get(&(kind, Arc::from(name)))
    }

    fn names(&self, kind: Kind) -> String {
        let names: Vec<&str> = self.0.keys().filter(|(of, _)| *of == kind).map(|(_, name)| &**name).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }

    /// What a named attribute holds; refuses one that is forbidden or that the kind does not have.
    pub(crate) fn expect(&self, kind: Kind, name: &str, at: &Node<'_>) -> Option<&AttributeType> {
        if forbidden(name) {
            return refuse_forbidden(name, at);
        }
        let found = self.holds(kind, name);
        if found.is_none() {
            let remedy = format!("use one of: {}; or declare it with `[[attribute]]`", self.names(kind));
            at.refuse::<()>(format!("evidence `{kind}` has no attribute `{name}`"), remedy);
        }
        found
    }

    /// Adds an attribute of the policy's own.
    pub(crate) fn add(
        &mut self,
        kind: Kind,
        name: Arc<str>,
        holds: AttributeType,
        at: &Node<'_>,
    ) -> Option<()> {
        if forbidden(&name) {
            return refuse_forbidden(&name, at);
        }
        if self.holds(kind, &name).is_some_and(|known| *known != holds) {
            return at.refuse(
                format!("evidence `{kind}` already has an attribute `{name}` that holds something else"),
                "choose another name",
            );
        }
        self.0.insert((kind, name), holds);
        Some(())
    }
}

fn forbidden(name: &str) -> bool {
    FORBIDDEN.contains(&name)
}

fn refuse_forbidden<T>(name: &str, at: &Node<'_>) -> Option<T> {
    at.refuse(
        format!("no rule may depend on `{name}`"),
        "nationality, sex, registered division, document and medical history never colour anybody: remove it",
    )
}

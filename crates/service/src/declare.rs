//! Declare: a person, a guardian for a dependant, or staff for somebody without a phone answers the policy's
//! questions. What was declared is evidence; the background audit follows in the same act.

use crate::{
    Actor, Refused, Service,
    access::Right,
    act::{Act, Target},
    audit_declaration,
    forms::{DeclarationForm, Leg, Purpose},
    questionnaire,
    quotas::Quota,
    refused::FieldError,
    risk_area, written,
};
use kangma_core::{Evidence, Kind, PersonId, Span, Time, Verdict};
use kangma_store::{NewEvidence, Person, SealedText};
use serde::Serialize;

/// How many legs an itinerary may have.
pub(crate) const MOST_LEGS: usize = 50;
/// How far ahead an itinerary may plan.
const LONGEST_PLAN: Span = Span::from_24_hours(90);

/// A declaration that was made.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Declared {
    /// For whom.
    pub person: PersonId,
    /// The item.
    pub declaration: Evidence,
    /// What follows from it.
    pub verdict: Verdict,
}

impl Service {
    /// Declares for `person`.
    ///
    /// # Errors
    /// [`Refused::Invalid`] names every field that is wrong; [`Refused::NotAllowed`]; [`Refused::TooManyTries`]; the store
    /// failed.
    pub async fn declare(
        &self,
        actor: &Actor,
        person: PersonId,
        form: DeclarationForm,
    ) -> Result<Declared, Refused> {
        self.count(actor, Quota::Declaration, 1)?;
        self.count(actor, Quota::Leg, form.itinerary.len().min(MOST_LEGS))?;
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let item = declaration(act, person, &form)?;
            for leg in &form.itinerary {
                let item = itinerary(act, person, leg);
                act.record(item)?;
            }
            risk_area::trace_declared(act, &form.itinerary)?;
            remember_employer(act, person, &form)?;
            finish(act, person, item, "declare")
        })
        .await
    }

    /// Declares again what was declared last, with one tap.
    ///
    /// # Errors
    /// [`Refused::NotDeclared`]; [`Refused::CannotRenew`] when an answer of the last one was not the policy's
    /// harmless one, a source knows something else since, or the policy asks something else now.
    pub async fn renew(&self, actor: &Actor, person: PersonId) -> Result<Declared, Refused> {
        self.count(actor, Quota::Declaration, 1)?;
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let last = last_declaration(act, person)?.ok_or(Refused::NotDeclared)?;
            let policy = act.rules.policy(act.now);
            let contradicted = audit_declaration::finds_fault(act, person, &last.attributes)?;
            if contradicted || !questionnaire::renewable(policy, &last) {
                return Err(Refused::CannotRenew);
            }
            let mut item = act.observed(person, Kind::Declaration);
            item.attributes = last.attributes;
            finish(act, person, item, "renew-declaration")
        })
        .await
    }
}

fn finish(
    act: &mut Act<'_, '_>,
    person: PersonId,
    item: NewEvidence,
    name: &str,
) -> Result<Declared, Refused> {
    let declaration = act.record(item)?;
    audit_declaration::begin(act, &declaration)?;
    act.log(name, Target::person(person))?;
    let verdict = act.verdict(person)?;
    Ok(Declared { person, declaration, verdict })
}

/// The newest declaration that was not withdrawn.
pub(crate) fn last_declaration(act: &Act<'_, '_>, person: PersonId) -> Result<Option<Evidence>, Refused> {
    let evidence = act.writer.evidence_of(person)?;
    Ok(crate::standing_items(&evidence).filter(|item| item.kind == Kind::Declaration).last().cloned())
}

fn declaration(act: &Act<'_, '_>, person: PersonId, form: &DeclarationForm) -> Result<NewEvidence, Refused> {
    let known = act.writer.person(person)?.ok_or(Refused::NotFound)?;
    let policy = act.rules.policy(act.now);
    let purpose = form.purpose.as_str();
    let (answers, mut errors) =
        questionnaire::answers(&policy.declaration.questions, Some(purpose), &form.answers);
    errors.extend(form_errors(form, &known, act.now));
    if !errors.is_empty() {
        return Err(Refused::Invalid(errors));
    }
    let mut item = act.observed(person, Kind::Declaration);
    item.attributes = answers;
    item = item.with("purpose", purpose);
    if let Some(birth_date) = known.birth_date {
        item = item.with("birth-date", birth_date.0);
    }
    Ok(item)
}

fn form_errors(form: &DeclarationForm, known: &Person, now: Time) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, code| errors.push(FieldError { field: field.to_owned(), code });
    if known.name.is_none() || known.document_number.is_none() {
        wrong("identity", "identity-missing");
    }
    if form.purpose == Purpose::ReturningToWork {
        if form.employer.trim().is_empty() {
            wrong("employer", "required");
        }
        if form.employer.chars().count() > written::ANSWER {
            wrong("employer", "too-long");
        }
        if form.starting.is_none() {
            wrong("starting", "required");
        }
    }
    if form.purpose == Purpose::PlanningToEnter && form.itinerary.is_empty() {
        wrong("itinerary", "required");
    }
    if form.itinerary.len() > MOST_LEGS {
        wrong("itinerary", "too-long");
    }
    errors.extend(leg_errors(&form.itinerary, now));
    errors
}

/// What is wrong with the legs of an itinerary.
pub(crate) fn leg_errors(legs: &[Leg], now: Time) -> Vec<FieldError> {
    let mut errors = Vec::new();
    for (place, leg) in legs.iter().enumerate() {
        let mut wrong = |field: &str, code| {
            errors.push(FieldError { field: format!("itinerary.{place}.{field}"), code });
        };
        for (field, place) in [("from", &leg.from), ("to", &leg.to)] {
            if place.chars().count() > written::LINE {
                wrong(field, "too-long");
            }
        }
        if leg.arrival <= leg.departure {
            wrong("arrival", "ends-before-it-begins");
        }
        if leg.arrival > now + LONGEST_PLAN {
            wrong("arrival", "too-far-ahead");
        }
        if leg.from.trim().is_empty() {
            wrong("from", "required");
        }
    }
    errors
}

/// A leg as evidence.
pub(crate) fn itinerary(act: &Act<'_, '_>, person: PersonId, leg: &Leg) -> NewEvidence {
    act.observed(person, Kind::Itinerary)
        .with("from", leg.from.as_str())
        .with("to", leg.to.as_str())
        .with("departure", leg.departure)
        .with("arrival", leg.arrival)
}

/// The employer is personal data: it stands sealed with the person, never in the evidence.
fn remember_employer(act: &mut Act<'_, '_>, person: PersonId, form: &DeclarationForm) -> Result<(), Refused> {
    if form.employer.trim().is_empty() {
        return Ok(());
    }
    let mut known = act.writer.person(person)?.ok_or(Refused::NotFound)?;
    known.employer = Some(SealedText::from(form.employer.trim()));
    act.writer.save_person(&known)?;
    Ok(())
}

//! Error correction: a person says what is wrong in their data, staff decide it, and the old value is gone for good.

use crate::{
    Actor, Refused, Service,
    access::Right,
    act::{Act, Target},
    forms::IdentityForm,
    identity, persons,
    quotas::Quota,
    written,
};
use kangma_core::{Day, PersonId};
use kangma_store::{Correction, CorrectionId, CorrectionState, Person, PersonKind, Sealed, SealedText};

/// The fields that can be corrected.
pub const CORRECTABLE: &[&str] =
    &["name", "document-type", "document-number", "phone", "address", "district", "birth-date"];

impl Service {
    /// Proposes another value for a field.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for an unknown field or an impossible value; [`Refused::Duplicate`] while another correction of
    /// that field waits; [`Refused::NotAllowed`]; [`Refused::TooManyTries`].
    pub async fn propose_correction(
        &self,
        actor: &Actor,
        person: PersonId,
        field: String,
        value: String,
        reason: String,
    ) -> Result<CorrectionId, Refused> {
        written::within("value", &value, written::ADDRESS)?;
        written::within("reason", &reason, written::WORDS)?;
        self.count(actor, Quota::Correction, 1)?;
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let mut tried = act.writer.person(person)?.ok_or(Refused::NotFound)?;
            put(&mut tried, &field, &value)?;
            possible(&form_of(&tried), &field, act.rules.policy(act.now).zone.day(act.now))?;
            let waits = |old: &Correction| old.field == field && old.state == CorrectionState::Proposed;
            if act.writer.corrections_of(person)?.iter().any(waits) {
                return Err(Refused::Duplicate);
            }
            let (proposed_by, proposed_at) = (act.actor.label(), act.now);
            let correction = act.writer.add_correction(|id| Correction {
                id,
                person,
                field,
                value: SealedText::from(value.trim()),
                reason: Some(SealedText::from(reason.trim())),
                proposed_by,
                proposed_at,
                state: CorrectionState::Proposed,
                decided_by: None,
                decided_at: None,
            })?;
            act.log("propose-correction", Target::person(person))?;
            Ok(correction.id)
        })
        .await
    }

    /// Staff accept or refuse a correction.
    ///
    /// # Errors
    /// [`Refused::WrongState`] when it was decided; [`Refused::SameOfficer`] for one's own; [`Refused::Duplicate`] when the
    /// document or the telephone is another person's.
    pub async fn decide_correction(
        &self,
        actor: &Actor,
        correction: CorrectionId,
        accept: bool,
    ) -> Result<PersonId, Refused> {
        self.act(actor, move |act| {
            act.actor.officer()?;
            act.actor.holds(Right::Decide)?;
            let mut kept = act.writer.correction(correction)?.ok_or(Refused::NotFound)?;
            act.may_act_for(kept.person, Right::Decide)?;
            if kept.state != CorrectionState::Proposed {
                return Err(Refused::WrongState);
            }
            // By a telephone one signs in: no officer gives a person's account away alone.
            if kept.proposed_by == act.actor.label() {
                return Err(Refused::SameOfficer);
            }
            kept.state = if accept { CorrectionState::Accepted } else { CorrectionState::Refused };
            kept.decided_by = act.actor.account();
            kept.decided_at = Some(act.now);
            act.writer.save_correction(&kept)?;
            if accept {
                let mut person = act.writer.person(kept.person)?.ok_or(Refused::NotFound)?;
                put(&mut person, &kept.field, &kept.value.0)?;
                let form = form_of(&person);
                possible(&form, &kept.field, act.rules.policy(act.now).zone.day(act.now))?;
                nobody_elses(act, &person, &form, &kept.field)?;
                if kept.field.starts_with("document") {
                    persons::make_room(act, &person, &form.document_type, &form.document_number)?;
                }
                act.writer.save_person(&person)?;
                if kept.field == "phone" {
                    // Whoever has the old telephone is signed in no longer.
                    act.writer.drop_sessions_of_person(kept.person)?;
                }
                act.touch(kept.person);
            }
            let values = serde_json::json!({ "field": kept.field, "accepted": accept });
            act.notify(kept.person, "correction-decided", values)?;
            act.log("decide-correction", Target::person(kept.person))?;
            Ok(kept.person)
        })
        .await
    }

    /// The corrections that wait, on people of the officer's district, oldest first, after the one given.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn corrections_open(
        &self,
        actor: &Actor,
        after: Option<CorrectionId>,
        most: usize,
    ) -> Result<Vec<Correction>, Refused> {
        let district = crate::access::district_of(actor, Right::Decide)?;
        self.look(move |reader| Ok(reader.corrections_open(district.as_deref(), after, most)?)).await
    }

    /// A person's corrections.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn corrections_of(&self, actor: &Actor, person: PersonId) -> Result<Vec<Correction>, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            act.look(person, "corrections")?;
            Ok(act.writer.corrections_of(person)?)
        })
        .await
    }
}

fn form_of(person: &Person) -> IdentityForm {
    let text = |field: &Option<SealedText>| field.as_ref().map(|sealed| sealed.0.clone()).unwrap_or_default();
    IdentityForm {
        name: text(&person.name),
        document_type: text(&person.document_type),
        document_number: text(&person.document_number),
        phone: text(&person.phone),
        birth_date: person.birth_date.as_ref().map(|born| born.0),
        address: text(&person.address),
        district: person.district.clone().unwrap_or_default(),
    }
}

/// Whether a person could have said this of themselves.
fn possible(form: &IdentityForm, field: &str, today: Day) -> Result<(), Refused> {
    let fault = persons::faults(form, today).into_iter().find(|fault| fault.field == field);
    fault.map_or(Ok(()), |fault| Err(Refused::field("value", fault.code)))
}

/// Found out when it is decided: whoever proposes learns nothing of who is known here.
fn nobody_elses(act: &Act<'_, '_>, person: &Person, form: &IdentityForm, field: &str) -> Result<(), Refused> {
    let holders = act.writer.persons_by_phone(&form.phone)?;
    let signs_in = |one: &&Person| one.id != person.id && one.kind == PersonKind::AccountHolder;
    let taken = match field {
        "phone" => person.kind == PersonKind::AccountHolder && holders.iter().any(|one| signs_in(&one)),
        _ => false,
    };
    if taken { Err(Refused::Duplicate) } else { Ok(()) }
}

fn put(person: &mut Person, field: &str, value: &str) -> Result<(), Refused> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Refused::field("value", "required"));
    }
    match field {
        "name" => person.name = Some(SealedText::from(written::tidy(value))),
        "document-type" => person.document_type = Some(SealedText::from(value)),
        "document-number" => {
            person.document_number = Some(SealedText::from(identity::normal_document(value)))
        }
        "phone" => {
            let phone =
                identity::normal_phone(value).ok_or_else(|| Refused::field("value", "not-a-phone"))?;
            person.phone = Some(SealedText::from(phone));
        }
        "address" => person.address = Some(SealedText::from(value)),
        "district" => person.district = Some(value.to_owned()),
        "birth-date" => {
            let day: Day = value.parse().map_err(|_| Refused::field("value", "impossible-date"))?;
            person.birth_date = Some(Sealed(day));
        }
        _ => return Err(Refused::field("field", "unknown-field")),
    }
    Ok(())
}

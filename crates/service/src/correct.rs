//! Error correction: a person says what is wrong in their data, staff decide it, and the old value is gone for good.

use crate::{Actor, Refused, Service, access::Right, act::Target, identity};
use kangma_core::{Day, PersonId};
use kangma_store::{Correction, CorrectionId, CorrectionState, Person, Sealed, SealedText};

/// The fields that can be corrected.
pub const CORRECTABLE: &[&str] =
    &["name", "document-type", "document-number", "phone", "address", "district", "birth-date"];

impl Service {
    /// Proposes another value for a field.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for an unknown field or an impossible value; [`Refused::NotAllowed`].
    pub async fn propose_correction(
        &self,
        actor: &Actor,
        person: PersonId,
        field: String,
        value: String,
        reason: String,
    ) -> Result<CorrectionId, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let mut tried = act.writer.person(person)?.ok_or(Refused::NotFound)?;
            put(&mut tried, &field, &value)?;
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
    /// [`Refused::WrongState`] when it was decided; [`Refused::Duplicate`] when the document is another person's.
    pub async fn decide_correction(
        &self,
        actor: &Actor,
        correction: CorrectionId,
        accept: bool,
    ) -> Result<PersonId, Refused> {
        self.act(actor, move |act| {
            let mut kept = act.writer.correction(correction)?.ok_or(Refused::NotFound)?;
            act.actor.officer()?;
            act.may_act_for(kept.person, Right::Decide)?;
            if kept.state != CorrectionState::Proposed {
                return Err(Refused::WrongState);
            }
            kept.state = if accept { CorrectionState::Accepted } else { CorrectionState::Refused };
            kept.decided_by = act.actor.account();
            kept.decided_at = Some(act.now);
            act.writer.save_correction(&kept)?;
            if accept {
                let mut person = act.writer.person(kept.person)?.ok_or(Refused::NotFound)?;
                put(&mut person, &kept.field, &kept.value.0)?;
                act.writer.save_person(&person)?;
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
        let actor = actor.clone();
        self.look(move |reader| {
            crate::act::may_act_for(reader, &actor, person, Right::HelpPerson)?;
            Ok(reader.corrections_of(person)?)
        })
        .await
    }
}

fn put(person: &mut Person, field: &str, value: &str) -> Result<(), Refused> {
    let value = value.trim();
    if value.is_empty() {
        return Err(Refused::field("value", "required"));
    }
    match field {
        "name" => person.name = Some(SealedText::from(value)),
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

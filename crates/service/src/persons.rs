//! Persons: one's own identity, the dependants one looks after, and people without a phone whom staff help.

use crate::{
    Actor, Refused, Service,
    access::{self, Place, Right},
    act::{Act, Target},
    forms::IdentityForm,
    identity,
    refused::FieldError,
    sign_in::blank_person,
    written,
};
use kangma_core::{Day, Kind, PersonId, Span, Time};
use kangma_store::{CodeKind, Person, PersonKind, Reader, Sealed, SealedText};
use serde::Serialize;

/// How many dependants one guardian may have. Real systems allowed four to eight.
pub(crate) const MOST_DEPENDANTS: usize = 8;

/// How many documents that are somebody else's a resident may hand in within a day.
const MOST_TAKEN: u64 = 3;
/// What others than a guardian said of a person. Whoever has it does not lose it by coming back as another one.
const SAID_BY_OTHERS: [Kind; 8] = [
    Kind::CaseStatus,
    Kind::Exposure,
    Kind::ExposureSiteVisit,
    Kind::TestResult,
    Kind::GateTemperature,
    Kind::ManualOrder,
    Kind::IsolationOrder,
    Kind::FalseStatement,
];

/// A person as they see themselves and as officers in reach see them.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Profile {
    /// The person.
    pub person: PersonId,
    /// How they came to be known.
    pub kind: PersonKind,
    /// Their name, empty while unknown.
    pub name: String,
    /// The name for other people's eyes.
    pub masked_name: String,
    /// The document's number for other people's eyes.
    pub masked_document: String,
    /// Their telephone.
    pub phone: String,
    /// Their address.
    pub address: String,
    /// Their district.
    pub district: String,
    /// When they were born.
    pub birth_date: Option<Day>,
    /// Whether name and document are known: without them nobody can declare.
    pub identified: bool,
}

impl Service {
    /// A person's profile. Somebody else's look leaves a record.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; [`Refused::NotFound`].
    pub async fn profile(&self, actor: &Actor, person: PersonId) -> Result<Profile, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            act.look(person, "profile")?;
            Ok(profile(&act.writer.person(person)?.ok_or(Refused::NotFound)?))
        })
        .await
    }

    /// Says who one is, the first time. Later changes go through a correction that staff decide.
    ///
    /// # Errors
    /// [`Refused::Invalid`], as when the document is another person's; [`Refused::WrongState`] when the identity is there
    /// already; [`Refused::Duplicate`] when the document is one's own dependant's.
    pub async fn identify(&self, actor: &Actor, person: PersonId, form: IdentityForm) -> Result<(), Refused> {
        self.told_little(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let mut known = act.writer.person(person)?.ok_or(Refused::NotFound)?;
            if known.name.is_some() && known.document_number.is_some() {
                return Err(Refused::WrongState);
            }
            fill(&mut known, &form, act)?;
            act.writer.save_person(&known)?;
            act.touch(person);
            act.log("identify", Target::person(person))
        })
        .await
    }

    /// Adds somebody whom the actor looks after: a child, somebody who is old.
    ///
    /// # Errors
    /// [`Refused::TooManyDependants`] with more than eight; [`Refused::Invalid`].
    pub async fn add_dependant(&self, actor: &Actor, form: IdentityForm) -> Result<PersonId, Refused> {
        let Actor::Resident(guardian) = *actor else { return Err(Refused::NotAllowed) };
        let dependant = PersonId(self.draw());
        self.told_little(actor, move |act| {
            if act.writer.dependants_of(guardian)?.len() >= MOST_DEPENDANTS {
                return Err(Refused::TooManyDependants);
            }
            let mut person = blank_person(dependant, PersonKind::Dependant, act.now);
            fill(&mut person, &form, act)?;
            act.writer.add_person(&person)?;
            act.writer.add_guardian(dependant, guardian, act.now)?;
            act.touch(dependant);
            act.log("add-dependant", Target::person(dependant))?;
            Ok(dependant)
        })
        .await
    }

    /// Carries out what a resident asks with a document, and counts whenever it turned out to be somebody else's: after a few
    /// of them in a day every number gets the same answer. Nothing may be written before the document is looked for.
    async fn told_little<T: Send + 'static>(
        &self,
        actor: &Actor,
        work: impl FnOnce(&mut Act<'_, '_>) -> Result<T, Refused> + Send + 'static,
    ) -> Result<T, Refused> {
        let Actor::Resident(own) = *actor else { return self.act(actor, work).await };
        let done = self.act(actor, move |act| {
            let day_ago = act.now - Span::from_24_hours(1);
            if act.writer.acts_counted(own, "document-refused", day_ago)? >= MOST_TAKEN {
                return Err(not_here());
            }
            match work(act) {
                Err(refused) if is_not_here(&refused) => {
                    act.log("document-refused", Target::person(own))?;
                    // What was asked is not done: under the same key it may be asked again.
                    act.on_record = false;
                    Ok(Err(refused))
                }
                done => done.map(Ok),
            }
        });
        done.await?
    }

    /// Ends looking after a dependant, or declines to.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when the actor neither is a guardian of theirs nor asked to be.
    pub async fn end_dependant(&self, actor: &Actor, dependant: PersonId) -> Result<(), Refused> {
        let Actor::Resident(guardian) = *actor else { return Err(Refused::NotAllowed) };
        self.act(actor, move |act| {
            if act.writer.decline_guardian(dependant, guardian, act.now)? {
                return act.log("decline-dependant", Target::thing("dependant", dependant));
            }
            if !act.writer.guardians_of(dependant)?.contains(&guardian) {
                return Err(Refused::NotFound);
            }
            act.writer.end_guardian(dependant, guardian, act.now)?;
            end_codes_held(act, dependant)?;
            act.log("end-dependant", Target::person(dependant))
        })
        .await
    }

    /// Oneself and those one looks after.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for staff; the store failed.
    pub async fn family(&self, actor: &Actor) -> Result<Vec<Profile>, Refused> {
        let Actor::Resident(own) = *actor else { return Err(Refused::NotAllowed) };
        self.look(move |reader| {
            let mut family = Vec::new();
            for person in std::iter::once(own).chain(reader.dependants_of(own)?) {
                family.extend(reader.person(person)?.as_ref().map(profile));
            }
            Ok(family)
        })
        .await
    }

    /// Staff register somebody without a phone.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; [`Refused::Invalid`]; [`Refused::Duplicate`] when the document is known.
    pub async fn register_assisted(&self, actor: &Actor, form: IdentityForm) -> Result<PersonId, Refused> {
        let fresh = PersonId(self.draw());
        self.act(actor, move |act| {
            act.actor.officer()?.may(Right::HelpPerson, Place::District(&form.district))?;
            let mut person = blank_person(fresh, PersonKind::Assisted, act.now);
            fill(&mut person, &form, act)?;
            act.writer.add_person(&person)?;
            act.touch(fresh);
            act.log("register-assisted", Target::person(fresh))?;
            Ok(fresh)
        })
        .await
    }

    /// Staff find a person by document or telephone. The look is recorded for everybody found.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]. People out of the officer's reach are not found.
    pub async fn find_persons(&self, actor: &Actor, text: String) -> Result<Vec<Profile>, Refused> {
        access::district_of(actor, Right::HelpPerson)?;
        self.act(actor, move |act| {
            let mut found = Vec::new();
            for person in search(act.writer, &text)? {
                if act.may_act_for(person.id, Right::HelpPerson).is_ok() {
                    act.look(person.id, "profile")?;
                    found.push(profile(&person));
                }
            }
            Ok(found)
        })
        .await
    }
}

pub(crate) fn search(reader: &Reader<'_>, text: &str) -> Result<Vec<Person>, Refused> {
    if let Ok(id) = text.trim().parse::<PersonId>() {
        return Ok(reader.person(id)?.into_iter().collect());
    }
    let number = identity::normal_document(text);
    for kind in ["id-card", "passport", "other"] {
        if let Some(person) = reader.person_by_document(kind, &number)? {
            return Ok(vec![person]);
        }
    }
    identity::normal_phone(text).map_or(Ok(Vec::new()), |phone| Ok(reader.persons_by_phone(&phone)?))
}

/// A person as a profile.
pub(crate) fn profile(person: &Person) -> Profile {
    let text = |field: &Option<SealedText>| field.as_ref().map(|sealed| sealed.0.clone()).unwrap_or_default();
    let name = text(&person.name);
    Profile {
        person: person.id,
        kind: person.kind,
        masked_name: if name.is_empty() { String::new() } else { identity::masked_name(&name) },
        masked_document: identity::masked_document(&text(&person.document_number)),
        phone: text(&person.phone),
        address: text(&person.address),
        district: person.district.clone().unwrap_or_default(),
        birth_date: person.birth_date.as_ref().map(|sealed| sealed.0),
        identified: person.name.is_some() && person.document_number.is_some(),
        name,
    }
}

/// Checks an identity and writes it into the person.
fn fill(person: &mut Person, form: &IdentityForm, act: &mut Act<'_, '_>) -> Result<(), Refused> {
    let errors = faults(form, act.rules.policy(act.now).zone.day(act.now));
    if !errors.is_empty() {
        return Err(Refused::Invalid(errors));
    }
    let number = identity::normal_document(&form.document_number);
    make_room(act, person, &form.document_type, &number)?;
    person.name = Some(SealedText::from(written::tidy(&form.name)));
    person.document_type = Some(SealedText::from(form.document_type.as_str()));
    person.document_number = Some(SealedText::from(number));
    if let Some(phone) = identity::normal_phone(&form.phone) {
        // Whoever holds a telephone signs in by it: nobody takes another's, or moves to one that sent no code.
        let signed_in_by = person.phone.as_ref().filter(|_| person.kind == PersonKind::AccountHolder);
        if signed_in_by.is_some_and(|own| own.0 != phone) {
            return Err(Refused::field("phone", "phone-not-proven"));
        }
        person.phone = Some(SealedText::from(phone));
    }
    person.birth_date = form.birth_date.map(Sealed);
    if !form.address.trim().is_empty() {
        person.address = Some(SealedText::from(form.address.trim()));
    }
    person.district = Some(form.district.trim().to_owned());
    Ok(())
}

/// Ends what whoever acts holds of a person's codes: those of the devices that they enrolled, and those of the server's making,
/// which everybody else has made anew in two minutes at most.
fn end_codes_held(act: &mut Act<'_, '_>, person: PersonId) -> Result<(), Refused> {
    for device in act.writer.devices_enrolled_by(person, &act.actor.label())? {
        act.writer.revoke_device(device, act.now)?;
    }
    let codes = act.writer.codes_of(person, act.now)?;
    for code in codes.into_iter().filter(|code| code.kind == CodeKind::Server) {
        act.writer.revoke_code(code.cti, act.now)?;
    }
    Ok(())
}

/// A document is one person's. Whoever claims it for themselves goes before a dependant of whom nobody but those who added
/// them has said anything: that one's number is open again and their codes end. Everybody else's stays, and who may not act for
/// them is not told that it is theirs.
pub(crate) fn make_room(
    act: &mut Act<'_, '_>,
    claimant: &Person,
    document_type: &str,
    number: &str,
) -> Result<(), Refused> {
    let Some(mut there) = act.writer.person_by_document(document_type, number)? else { return Ok(()) };
    if there.id == claimant.id {
        return Ok(());
    }
    let claims_own = claimant.kind == PersonKind::AccountHolder;
    let seen = act.writer.evidence_of(there.id)?.iter().any(|item| SAID_BY_OTHERS.contains(&item.kind));
    if seen || !claims_own || there.kind != PersonKind::Dependant {
        let known = act.may_act_for(there.id, Right::HelpPerson).is_ok();
        return Err(if known { Refused::Duplicate } else { not_here() });
    }
    (there.document_type, there.document_number) = (None, None);
    act.writer.save_person(&there)?;
    for code in act.writer.codes_of(there.id, act.now)? {
        act.writer.revoke_code(code.cti, act.now)?;
    }
    act.notify(there.id, "document-claimed", serde_json::json!({}))?;
    act.log("lose-document", Target::person(there.id))
}

/// That a document is somebody else's, said so that it may as well be for another reason.
fn not_here() -> Refused {
    Refused::field("document-number", "document-not-here")
}

fn is_not_here(refused: &Refused) -> bool {
    matches!(refused, Refused::Invalid(errors) if errors.iter().any(|error| error.code == "document-not-here"))
}

pub(crate) fn faults(form: &IdentityForm, today: Day) -> Vec<FieldError> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, code| errors.push(FieldError { field: field.to_owned(), code });
    if let Some(fault) = written::name_fault(&written::tidy(&form.name)) {
        wrong("name", fault);
    }
    if !["id-card", "passport", "other"].contains(&form.document_type.as_str()) {
        wrong("document-type", "required");
    }
    if !identity::is_document(&identity::normal_document(&form.document_number)) {
        wrong("document-number", "not-a-document");
    }
    if form.address.chars().count() > written::ADDRESS {
        wrong("address", "too-long");
    }
    if !form.phone.trim().is_empty() && identity::normal_phone(&form.phone).is_none() {
        wrong("phone", "not-a-phone");
    }
    if let Some(fault) = written::district_fault(&form.district) {
        wrong("district", fault);
    }
    match form.birth_date {
        None => wrong("birth-date", "required"),
        Some(day) if day > today || today.since(day) > 130 * 366 => wrong("birth-date", "impossible-date"),
        Some(_) => {}
    }
    errors
}

/// A person's age in whole years; nothing where it is not known.
pub(crate) fn age(person: &Person, today: Day) -> Option<u32> {
    let (born, today) = (person.birth_date.as_ref()?.0.date(), today.date());
    let years = i32::from(today.year()) - i32::from(born.year());
    let had_birthday = (today.month(), today.day()) >= (born.month(), born.day());
    u32::try_from(years - i32::from(!had_birthday)).ok()
}

/// Whether a person is an adult; whose age is not known counts as one.
pub(crate) fn is_adult(person: &Person, today: Day) -> bool {
    age(person, today).is_none_or(|years| years >= 18)
}

/// A telephone contact becomes a person whom nobody signs in as.
pub(crate) fn interviewed(
    id: PersonId,
    name: &str,
    phone: String,
    district: Option<String>,
    at: Time,
) -> Person {
    let mut person = blank_person(id, PersonKind::Interviewed, at);
    person.name = Some(SealedText::from(written::tidy(name)));
    person.phone = Some(SealedText::from(phone));
    person.district = district;
    person
}

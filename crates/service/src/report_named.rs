//! Reporting a case by name and document: whoever is not known yet becomes known with the report, or not at all.

use crate::{
    Actor, Change, Refused, Service,
    access::Scope,
    act::Act,
    forms::CaseForm,
    identity, persons,
    refused::FieldError,
    report_case::{self, CaseDone},
    written,
};
use kangma_core::{PersonId, Time};
use kangma_store::SealedText;

/// A case by name and document, as a laboratory or a hospital reports it.
#[derive(Clone)]
pub struct NamedCaseForm {
    /// Kind of document: `id-card`, `passport`, `other`.
    pub document_type: String,
    /// Its number.
    pub document_number: String,
    /// Full name.
    pub name: String,
    /// Telephone; may be empty.
    pub phone: String,
    /// District of somebody who is not known yet; empty for the officer's own.
    pub district: String,
    /// `suspected` or `confirmed`.
    pub status: String,
    /// When symptoms began, if they did.
    pub onset: Option<Time>,
    /// When the sample was taken.
    pub sampled: Option<Time>,
}

impl Service {
    /// Reports a case of the person with this document, who becomes known by it if need be.
    ///
    /// # Errors
    /// As [`Service::report_case`].
    pub async fn report_named_case(&self, actor: &Actor, form: NamedCaseForm) -> Result<CaseDone, Refused> {
        let fresh = PersonId(self.draw());
        self.act(actor, move |act| report(act, fresh, &form)).await
    }

    /// Whose standing that would change.
    ///
    /// # Errors
    /// As [`Service::report_case`].
    pub async fn preview_named_case(
        &self,
        actor: &Actor,
        form: NamedCaseForm,
    ) -> Result<Vec<Change>, Refused> {
        let fresh = PersonId(self.draw());
        self.preview(actor, move |act| report(act, fresh, &form).map(drop)).await
    }
}

fn report(act: &mut Act<'_, '_>, fresh: PersonId, form: &NamedCaseForm) -> Result<CaseDone, Refused> {
    let person = person(act, fresh, form)?;
    let case = CaseForm { person, status: form.status.clone(), onset: form.onset, sampled: form.sampled };
    report_case::report(act, &case)
}

fn person(act: &mut Act<'_, '_>, fresh: PersonId, form: &NamedCaseForm) -> Result<PersonId, Refused> {
    let number = identity::normal_document(&form.document_number);
    let faults = faults(form, &number);
    if !faults.is_empty() {
        return Err(Refused::Invalid(faults));
    }
    if let Some(known) = act.writer.person_by_document(&form.document_type, &number)? {
        return Ok(known.id);
    }
    let phone = identity::normal_phone(&form.phone);
    let district = district(act, form)?;
    let mut person = persons::interviewed(fresh, &form.name, String::new(), district, act.now);
    person.phone = phone.map(SealedText::from);
    person.document_type = Some(SealedText::from(form.document_type.as_str()));
    person.document_number = Some(SealedText::from(number));
    act.writer.add_person(&person)?;
    Ok(fresh)
}

fn district(act: &Act<'_, '_>, form: &NamedCaseForm) -> Result<Option<String>, Refused> {
    let named = form.district.trim();
    if !named.is_empty() {
        return Ok(Some(named.to_owned()));
    }
    Ok(match &act.actor.officer()?.scope {
        Scope::District(own) => Some(own.to_string()),
        Scope::Everywhere | Scope::Point(_) => None,
    })
}

fn faults(form: &NamedCaseForm, number: &str) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut wrong = |field: &str, code| faults.push(FieldError { field: field.to_owned(), code });
    if let Some(fault) = written::name_fault(&written::tidy(&form.name)) {
        wrong("name", fault);
    }
    if let Some(fault) = written::district_fault(&form.district).filter(|fault| *fault != "required") {
        wrong("district", fault);
    }
    if !["id-card", "passport", "other"].contains(&form.document_type.as_str()) {
        wrong("document-type", "required");
    }
    if !identity::is_document(number) {
        wrong("document-number", "not-a-document");
    }
    if !form.phone.trim().is_empty() && identity::normal_phone(&form.phone).is_none() {
        wrong("phone", "not-a-phone");
    }
    faults
}

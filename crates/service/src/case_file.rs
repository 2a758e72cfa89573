//! A case as its tracer works on it: who it is and how to call them, what was said of it and by whom, where they were
//! while they could infect, and the contacts with their telephones.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::Act,
    cases::{CaseView, view},
    identity, standing_items, trace,
};
use kangma_core::{CaseId, Day, Direction, Evidence, EvidenceId, Kind, Origin, PersonId, Time, Window};
use kangma_store::{ActRecord, Case, Job, SealedText};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// How many visits of the infectious window are shown; the newest.
const MOST_VISITS: usize = 40;
/// How many records of acts are shown; the newest.
const MOST_ACTS: usize = 50;

/// Where a case was while it could infect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseVisit {
    /// When.
    pub at: Time,
    /// Which way.
    pub direction: Direction,
    /// What the point is called.
    pub point: String,
    /// What kind it is.
    pub kind: String,
}

/// A case with everything that its page shows.
#[derive(Clone)]
pub struct CaseFile {
    /// The case, its window and a page of its contacts.
    pub view: CaseView,
    /// How many contacts there are in all.
    pub contacts: usize,
    /// The name, whole: this officer calls them.
    pub name: String,
    /// The telephone.
    pub phone: String,
    /// The document's number, masked.
    pub masked_document: String,
    /// What was said of the case, in the order of recording.
    pub said: Vec<Evidence>,
    /// Which of that still stands.
    pub standing: BTreeSet<EvidenceId>,
    /// What was done about its person, newest first.
    pub acts: Vec<ActRecord>,
    /// The visits in the infectious window, in order.
    pub visits: Vec<CaseVisit>,
    /// The telephones of the contacts shown.
    pub phones: BTreeMap<PersonId, String>,
    /// The job that still traces it.
    pub job: Option<Job>,
}

impl Service {
    /// One case whole, with `most` contacts from the place given. The look is recorded for the case's person.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn case_file(
        &self,
        actor: &Actor,
        case: CaseId,
        from: usize,
        most: usize,
    ) -> Result<CaseFile, Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::WorkOnCases)?;
            let kept = act.writer.case(case)?.ok_or(Refused::NotFound)?;
            let district = kept.district.as_deref();
            act.actor.officer()?.may(Right::WorkOnCases, district.map_or(Place::City, Place::District))?;
            act.look(kept.person, "case")?;
            let file = file(act, &kept, from, most)?;
            file.view.contacts.iter().try_for_each(|contact| act.look(contact.person, "contact"))?;
            Ok(file)
        })
        .await
    }
}

fn file(act: &Act<'_, '_>, kept: &Case, from: usize, most: usize) -> Result<CaseFile, Refused> {
    let mut view = view(act, kept)?;
    let contacts = view.contacts.len();
    view.contacts = view.contacts.into_iter().skip(from).take(most).collect();
    let text = |sealed: Option<SealedText>| sealed.map(|sealed| sealed.0).unwrap_or_default();
    let person = act.writer.person(kept.person)?.ok_or(Refused::NotFound)?;
    let mut phones = BTreeMap::new();
    for contact in &view.contacts {
        if let Some(phone) = act.writer.person(contact.person)?.and_then(|person| person.phone) {
            phones.insert(contact.person, phone.0);
        }
    }
    let evidence = act.writer.evidence_of(kept.person)?;
    let own = |item: &&Evidence| item.kind == Kind::CaseStatus && item.origin == Some(Origin::Case(kept.id));
    let visits = view.infectious.map(|window| visits(act, kept.person, window)).transpose()?;
    Ok(CaseFile {
        contacts,
        masked_document: identity::masked_document(&text(person.document_number)),
        name: text(person.name),
        phone: text(person.phone),
        standing: standing_items(&evidence).filter(own).map(|item| item.id).collect(),
        said: evidence.iter().filter(own).cloned().collect(),
        acts: act.writer.act_records_about(kept.person, None, MOST_ACTS)?,
        visits: visits.unwrap_or_default(),
        phones,
        job: act.writer.jobs_open()?.into_iter().find(|job| trace::job::traces(job, kept.id)),
        view,
    })
}

fn visits(act: &Act<'_, '_>, person: PersonId, window: Window) -> Result<Vec<CaseVisit>, Refused> {
    let zone = &act.rules.policy(act.now).zone;
    let until = window.until.min(act.now);
    let days: Range<Day> = zone.day(window.from)..zone.day(until).plus(1);
    let logged = act.writer.visits_of(person, days)?;
    let inside = logged.iter().filter(|one| !one.wrong_scan && window.contains(one.scan.visit.at));
    let inside: Vec<_> = inside.collect();
    let mut found = Vec::new();
    for one in &inside[inside.len().saturating_sub(MOST_VISITS)..] {
        let point = act.writer.point(one.scan.visit.point)?;
        found.push(CaseVisit {
            at: one.scan.visit.at,
            direction: one.scan.visit.direction,
            kind: point.as_ref().map_or_else(String::new, |point| point.kind.to_string()),
            point: point.map(|point| point.name).unwrap_or_default(),
        });
    }
    found.sort_by_key(|visit| visit.at);
    Ok(found)
}

//! Tracing contacts: what a case should have caused is computed anew and compared with what stands.
//!
//! A report, a changed onset, a merged or withdrawn case, a new household link, a separation and a late visit all come
//! here. Few contacts are carried out in the same act; many in a job of whole batches that can be killed anywhere.

mod anew;
pub(crate) mod job;
mod plan;

pub(crate) use anew::Anew;
pub use plan::Stage;

use crate::{
    Refused,
    act::Act,
    derived::{self, Cause, Known, out_of_line},
    households,
};
use kangma_contact::{Ask, Chain, Look, PresenceIndex};
use kangma_core::{
    CaseId, Encounter, Evidence, Kind, Origin, PersonId, Time, Window,
    derive::{Carrier, CaseCourse, Link, Separation, carriers, derive},
    policy::Policy,
};
use kangma_store::{Case, CaseState, CaseStatus, HouseholdLink, JobId, LinkId, NewEvidence, Reader};
use std::collections::{BTreeMap, BTreeSet};

/// How many people one act may change. More make a job.
const ACT: usize = 1_000;

/// Traces one case: in this act when few people change, else by a job that this act makes. What a job traces already is left
/// to it.
pub(crate) fn case(act: &mut Act<'_, '_>, case: CaseId) -> Result<Option<JobId>, Refused> {
    if !act.preview {
        act.anew.mark(case);
        if let Some(job) = act.writer.jobs_open()?.iter().find(|open| job::traces(open, case)) {
            return Ok(Some(job.id));
        }
    }
    let kept = act.writer.case(case)?.ok_or(Refused::NotFound)?;
    let changes = out_of_line(&act.known(), &kept)?;
    if changes.len() > ACT && !act.preview {
        return job::begin(act, &[case]).map(Some);
    }
    changes
        .into_iter()
        .try_for_each(|(person, mut difference)| act.apply(person, &mut difference, &mut Vec::new()))?;
    Ok(None)
}

/// Traces the open cases of people and of those they live with, and those whose contacts they are: a policy may follow a
/// contact home.
pub(crate) fn household(
    act: &mut Act<'_, '_>,
    people: impl IntoIterator<Item = PersonId>,
) -> Result<(), Refused> {
    let mut members: BTreeSet<PersonId> = BTreeSet::new();
    for person in people {
        members.insert(person);
        for link in act.writer.household_links_of(person)? {
            members.extend([link.one, link.other]);
        }
    }
    let mut cases: BTreeSet<CaseId> = BTreeSet::new();
    for member in members {
        let own = act.writer.cases_of(member)?.into_iter();
        cases.extend(own.filter(|kept| kept.state == CaseState::Open).map(|kept| kept.id));
        let evidence = act.writer.evidence_of(member)?;
        let exposures = crate::standing_items(&evidence).filter(|item| item.kind == Kind::Exposure);
        cases.extend(exposures.filter_map(|item| match item.origin {
            Some(Origin::Case(case)) => Some(case),
            _ => None,
        }));
    }
    cases.into_iter().try_for_each(|id| case(act, id).map(drop))
}

impl Cause for Case {
    fn origin(&self) -> Origin {
        Origin::Case(self.id)
    }

    fn kind(&self) -> Kind {
        Kind::Exposure
    }

    fn stands(&self) -> bool {
        self.state == CaseState::Open && self.status != CaseStatus::Excluded
    }

    fn window(&self, policy: &Policy, known: &Known<'_>) -> Result<Option<Window>, Refused> {
        Ok(policy.infectious_window(&course(known.reader, self, known.now)?))
    }

    fn makes(&self, policy: &Policy, known: &Known<'_>) -> Result<Vec<NewEvidence>, Refused> {
        let course = course(known.reader, self, known.now)?;
        let (met, carriers) = encounters(policy, known, &course)?;
        let near = carriers.iter().filter(|_| policy.exposures.follows_home()).map(|carrier| carrier.person);
        let (links, separations) = homes(known.reader, near.chain([self.person]).collect())?;
        let mut items: Vec<NewEvidence> = derive(policy, &course, &links, &separations, &met)
            .into_iter()
            .map(|exposure| derived::item(exposure, "contact-tracing"))
            .collect();
        for contact in known.reader.interview_contacts(self.id)? {
            if contact.withdrawn_at.is_none() {
                let item = NewEvidence::new(contact.person, Kind::Exposure, contact.last_met, "interview");
                items.push(item.from_origin(self.origin()).with("degree", contact.degree.as_str()));
            }
        }
        items.sort_by_key(|item| (item.person, item.happened_at));
        items.dedup_by(|a, b| {
            a.person == b.person && a.happened_at == b.happened_at && a.attributes == b.attributes
        });
        Ok(items)
    }
}

/// The case as `derive` sees it at `now`.
pub(crate) fn course(reader: &Reader<'_>, case: &Case, now: Time) -> Result<CaseCourse, Refused> {
    let evidence = reader.evidence_of(case.person)?;
    let recovered = crate::standing_items(&evidence)
        .filter(|item| item.kind == Kind::CaseStatus && item.origin == Some(Origin::Case(case.id)))
        .filter(|item| item.attributes.text("status") == Some("recovered"))
        .map(|item| item.happened_at)
        .last();
    Ok(CaseCourse {
        id: case.id,
        person: case.person,
        status: infecting_status(case, &evidence).into(),
        onset: case.onset,
        sampled: case.sampled,
        reported_at: case.reported_at,
        recovered,
        as_of: now,
        follows_household_case: follows(reader, case)?,
    })
}

/// Whether somebody of the same household was a case before.
fn follows(reader: &Reader<'_>, case: &Case) -> Result<bool, Refused> {
    for link in
        reader.household_links_of(case.person)?.iter().filter(|link| households::holds(link).is_some())
    {
        let other = if link.one == case.person { link.other } else { link.one };
        // Of one list the first is before the second.
        let before = |kept: &Case| {
            kept.state == CaseState::Open && (kept.reported_at, kept.id) < (case.reported_at, case.id)
        };
        if reader.cases_of(other)?.iter().any(before) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The status for which the policy names an infectious window: a recovered case was confirmed or suspected before.
fn infecting_status(case: &Case, evidence: &[Evidence]) -> &'static str {
    let was_confirmed = crate::standing_items(evidence).any(|item| {
        item.kind == Kind::CaseStatus
            && item.origin == Some(Origin::Case(case.id))
            && item.attributes.text("status") == Some("confirmed")
    });
    if was_confirmed || case.status == CaseStatus::Confirmed { "confirmed" } else { "suspected" }
}

/// The links of some people to those they live with, and the separations of whoever is linked.
fn homes(reader: &Reader<'_>, people: BTreeSet<PersonId>) -> Result<(Vec<Link>, Vec<Separation>), Refused> {
    let mut links: BTreeMap<LinkId, Link> = BTreeMap::new();
    for person in people {
        for link in reader.household_links_of(person)? {
            let Some(window) = households::holds(&link) else { continue };
            links.insert(link.id, linked(&link, window));
        }
    }
    let members: BTreeSet<PersonId> = links.values().flat_map(|link| link.persons).collect();
    let mut separations = Vec::new();
    for member in members {
        let evidence = reader.evidence_of(member)?;
        for item in crate::standing_items(&evidence).filter(|item| item.kind == Kind::Separation) {
            let ending = evidence.iter().find(|end| end.kind == Kind::Ending && end.about == Some(item.id));
            let until = item.attributes.time("until").unwrap_or(Time::MAX);
            let until = ending.map_or(until, |ending| ending.happened_at.min(until));
            if let Some(window) = Window::new(item.happened_at, until) {
                separations.push(Separation { person: member, window });
            }
        }
    }
    Ok((links.into_values().collect(), separations))
}

fn linked(link: &HouseholdLink, window: Window) -> Link {
    Link {
        persons: [link.one, link.other],
        from: window.from,
        until: link.ended_at,
        weekdays: households::weekdays(link.days.as_deref()),
    }
}

/// Whom a case met while it infected and, where a policy traces two steps, whom those met who may have caught it; and who these
/// are.
pub(crate) fn encounters(
    policy: &Policy,
    known: &Known<'_>,
    course: &CaseCourse,
) -> Result<(Vec<Encounter>, Vec<Carrier>), Refused> {
    let mut met = direct(policy, known.presence, course);
    if !policy.exposures.has_second_step() {
        return Ok((met, Vec::new()));
    }
    let (links, separations) = homes(known.reader, [course.person].into())?;
    let carriers = carriers(policy, course, &links, &separations, &met);
    meet_onward(policy, known.presence, course.person, &carriers, &mut met);
    Ok((met, carriers))
}

/// Whom a case met while it infected.
fn direct(policy: &Policy, presence: &PresenceIndex, course: &CaseCourse) -> Vec<Encounter> {
    let exposures = &policy.exposures;
    let asked = policy.infectious_window(course).zip(exposures.least_assurance());
    let Some((window, least)) = asked else { return Vec::new() };
    let linger = exposures.linger;
    presence.encounters(&Ask { subject: course.person, window, look: Look::Onward, linger, least })
}

/// Adds whom those met who may have caught it from a case, where that may count.
fn meet_onward(
    policy: &Policy,
    presence: &PresenceIndex,
    case: PersonId,
    carriers: &[Carrier],
    met: &mut Vec<Encounter>,
) {
    let exposures = &policy.exposures;
    let Some(least) = exposures.least_assurance().filter(|_| exposures.meets_onward()) else { return };
    let chain = Chain { case, linger: exposures.linger, least };
    presence.onward(&chain, carriers, |encounter| {
        if exposures.may_count(2, &encounter) {
            met.push(encounter);
        }
    });
}

//! Looking at cases: lists that answer at any size, and one case with its contacts.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::Act,
    derived, identity, trace,
};
use kangma_core::{CaseId, Kind, Origin, PersonId, Standing, Time, Window};
use kangma_store::{Case, CasesLike, ContactId, Job, Reader};
use serde::Serialize;
use std::collections::BTreeMap;

/// A case in a list.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CaseRow {
    /// The case.
    pub case: CaseId,
    /// Whose.
    pub person: PersonId,
    /// The name, masked.
    pub masked_name: String,
    /// Its status.
    pub status: &'static str,
    /// Whether it is open, merged or withdrawn.
    pub state: &'static str,
    /// The district.
    pub district: String,
    /// Onset.
    pub onset: Option<Time>,
    /// Sample.
    pub sampled: Option<Time>,
    /// When it was reported.
    pub reported_at: Time,
    /// The version that an act on it has to name.
    pub version: u32,
}

/// A contact of a case.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ContactRow {
    /// Who.
    pub person: PersonId,
    /// Their name, masked.
    pub masked_name: String,
    /// The degree.
    pub degree: String,
    /// 1 for those who met the case, 2 for those who met one of them.
    pub chain: i64,
    /// The longest unbroken meeting and the sum, in whole minutes.
    pub minutes: (i64, i64),
    /// The kind of point, where there was one.
    pub point_kind: String,
    /// The last meeting.
    pub last: Time,
    /// What shows for them now.
    pub standing: Standing,
    /// The interview that named them.
    pub interview: Option<ContactId>,
    /// When somebody called them, for this case or for another, after they first met this one.
    pub called_at: Option<Time>,
}

/// A case with everything that hangs on it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CaseView {
    /// The case.
    pub row: CaseRow,
    /// When it infects others, under the policy in force.
    pub infectious: Option<Window>,
    /// Its contacts, the closest and longest first.
    pub contacts: Vec<ContactRow>,
}

impl Service {
    /// The cases of an officer's district that are as wanted, newest first, before the one given.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn cases(
        &self,
        actor: &Actor,
        like: CasesLike,
        before: Option<CaseId>,
        most: usize,
    ) -> Result<Vec<CaseRow>, Refused> {
        let district = crate::access::district_of(actor, Right::WorkOnCases)?;
        self.look(move |reader| {
            let cases = reader.cases(district.as_deref(), &like, before, most)?;
            cases.iter().map(|case| row(reader, case)).collect()
        })
        .await
    }

    /// One case with its contacts. The look is recorded for the case's person.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn case(&self, actor: &Actor, case: CaseId) -> Result<CaseView, Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::WorkOnCases)?;
            let kept = act.writer.case(case)?.ok_or(Refused::NotFound)?;
            let district = kept.district.as_deref();
            act.actor.officer()?.may(Right::WorkOnCases, district.map_or(Place::City, Place::District))?;
            act.look(kept.person, "case")?;
            let view = view(act, &kept)?;
            view.contacts.iter().try_for_each(|contact| act.look(contact.person, "contact"))?;
            Ok(view)
        })
        .await
    }

    /// The jobs that carry large traces out, newest first.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn jobs(&self, actor: &Actor, most: usize) -> Result<Vec<Job>, Refused> {
        crate::access::district_of(actor, Right::WorkOnCases)?;
        self.look(move |reader| Ok(reader.jobs(most)?)).await
    }
}

/// A case with its window and contacts.
pub(crate) fn view(act: &Act<'_, '_>, kept: &Case) -> Result<CaseView, Refused> {
    let course = trace::course(act.writer, kept, act.now)?;
    Ok(CaseView {
        row: row(act.writer, kept)?,
        infectious: act.rules.policy(act.now).infectious_window(&course),
        contacts: contacts(act.writer, kept.id)?,
    })
}

fn row(reader: &Reader<'_>, case: &Case) -> Result<CaseRow, Refused> {
    let name = reader.name_of(case.person)?.map(|name| name.0).unwrap_or_default();
    Ok(CaseRow {
        case: case.id,
        person: case.person,
        masked_name: identity::masked_name(&name),
        status: case.status.as_str(),
        state: case.state.as_str(),
        district: case.district.clone().unwrap_or_default(),
        onset: case.onset,
        sampled: case.sampled,
        reported_at: case.reported_at,
        version: case.version,
    })
}

fn called_since(reader: &Reader<'_>, person: PersonId, first: Time) -> Result<Option<Time>, Refused> {
    Ok(reader.last_call_to(person)?.map(|call| call.at).filter(|at| *at >= first))
}

fn contacts(reader: &Reader<'_>, case: CaseId) -> Result<Vec<ContactRow>, Refused> {
    let interviews: BTreeMap<PersonId, _> = reader
        .interview_contacts(case)?
        .into_iter()
        .filter(|contact| contact.withdrawn_at.is_none())
        .map(|contact| (contact.person, contact))
        .collect();
    let items = derived::still_standing(reader, reader.evidence_from(Origin::Case(case))?)?;
    let mut rows = Vec::new();
    for item in items.iter().filter(|item| item.kind == Kind::Exposure) {
        let name = reader.name_of(item.person)?.map(|name| name.0).unwrap_or_default();
        let number = |name| item.attributes.number(name).map_or(0, kangma_core::Number::floor);
        let text = |name| item.attributes.text(name).unwrap_or_default().to_owned();
        let interview = interviews.get(&item.person);
        let first = item.attributes.time("first-exposure").unwrap_or(item.happened_at);
        rows.push(ContactRow {
            person: item.person,
            masked_name: identity::masked_name(&name),
            degree: text("degree"),
            chain: number("chain").max(1),
            minutes: (number("minutes"), number("minutes-summed")),
            point_kind: text("point-kind"),
            last: item.happened_at,
            standing: reader.standing_shown(item.person)?.unwrap_or(Standing::Undeclared),
            interview: interview.map(|contact| contact.id),
            called_at: called_since(reader, item.person, first)?,
        });
    }
    rows.sort_by_key(|row| {
        (row.chain, std::cmp::Reverse(row.minutes), std::cmp::Reverse(row.last), row.person)
    });
    Ok(rows)
}

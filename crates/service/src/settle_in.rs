//! A whole city settles in at once: points, people in households, their declarations and their visits of the last days.
//! For demonstrations and tests. Every step can be done again after it was killed: what is there is left alone.

use crate::{Actor, Refused, Service, act::Act, audit_declaration, identity, sign_in::blank_person};
use kangma_core::{Day, Kind, PersonId, PointId, Visit, policy::AttributeType};
use kangma_store::{
    HouseholdLink, NewVisit, Passage, PersonKind, PlaceKind, Point, PointState, Sealed, SealedText,
    VisitOutcome,
};
use std::{collections::HashMap, sync::Arc};

/// How many households one act settles, and how many visits one act logs.
const HOUSEHOLDS: usize = 100;
const VISITS: usize = 5_000;
const VISITS_DONE: &str = "settled-visits";

/// A point that is approved from the start.
#[derive(Debug, Clone)]
pub struct NewPoint {
    /// Its identifier in the plan.
    pub id: PointId,
    /// Its kind.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Its district.
    pub district: String,
}

/// Somebody who moves in.
#[derive(Clone)]
pub struct Newcomer {
    /// A random identifier.
    pub person: PersonId,
    /// Name.
    pub name: String,
    /// Document number.
    pub document_number: String,
    /// Telephone; nobody without one signs in.
    pub phone: Option<String>,
    /// Date of birth.
    pub born: Day,
    /// Whether a guardian acts for them.
    pub dependant: bool,
}

/// People who live together; adults first.
#[derive(Clone)]
pub struct NewHousehold {
    /// The gate of their community, in the plan.
    pub gate: Option<PointId>,
    /// District.
    pub district: String,
    /// Address.
    pub address: String,
    /// Who.
    pub members: Vec<Newcomer>,
}

impl Service {
    /// Registers and approves the points of a plan. What the plan calls a point is what the store calls it, afterwards.
    ///
    /// # Errors
    /// The store failed.
    pub async fn settle_points(&self, points: Vec<NewPoint>) -> Result<HashMap<PointId, PointId>, Refused> {
        let (named, kinds) = self
            .act(&Actor::System, move |act| {
                let mut named = HashMap::with_capacity(points.len());
                let mut kinds: Vec<(PointId, Arc<str>)> = Vec::with_capacity(points.len());
                for point in points {
                    let there = act.writer.points_named(&point.name)?;
                    let id = match there.first() {
                        Some(there) => there.id,
                        None => settle_point(act, &point)?,
                    };
                    kinds.push((id, Arc::from(point.kind.as_str())));
                    named.insert(point.id, id);
                }
                Ok((named, kinds))
            })
            .await?;
        kinds.iter().for_each(|(point, kind)| self.presences.classify(*point, kind));
        Ok(named)
    }

    /// How many people are known.
    ///
    /// # Errors
    /// The store failed.
    pub async fn people_count(&self) -> Result<u64, Refused> {
        self.look(|reader| Ok(reader.person_count()?)).await
    }

    /// Settles households in: everybody known, linked, declared and audited. `progress` is told how many people are in.
    ///
    /// # Errors
    /// The store failed; who is in stays in.
    pub async fn settle_households(
        &self,
        households: Vec<NewHousehold>,
        points: &HashMap<PointId, PointId>,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<(), Refused> {
        let mut done = 0;
        for batch in households.chunks(HOUSEHOLDS) {
            let batch: Vec<(NewHousehold, Option<PointId>)> = batch
                .iter()
                .map(|household| {
                    (household.clone(), household.gate.and_then(|gate| points.get(&gate).copied()))
                })
                .collect();
            done += self
                .act(&Actor::System, move |act| {
                    let mut people = 0;
                    for (household, gate) in batch {
                        people += count(household.members.len());
                        settle_household(act, household, gate)?;
                    }
                    Ok(people)
                })
                .await?;
            progress(done);
        }
        Ok(())
    }

    /// Logs visits that were made before. `progress` is told how many are in. The presence index is built from the log when all
    /// of them are: that takes a fraction of the time of taking them scan by scan.
    ///
    /// # Errors
    /// The store failed; what is in stays in, and the index of the next start knows it.
    pub async fn settle_visits(
        &self,
        visits: Vec<Visit>,
        mut progress: impl FnMut(u64) + Send,
    ) -> Result<(), Refused> {
        let done = self.look(|reader| Ok(reader.setting(VISITS_DONE)?)).await?;
        let mut done: usize = done.and_then(|done| done.parse().ok()).unwrap_or(0);
        if done >= visits.len() {
            return Ok(());
        }
        while done < visits.len() {
            let batch = visits[done..visits.len().min(done + VISITS)].to_vec();
            done += batch.len();
            let after = done;
            self.act(&Actor::System, move |act| {
                let zone = act.rules.policy(act.now).zone.clone();
                for visit in batch {
                    act.writer.add_visit(&past_visit(visit, zone.day(visit.at)))?;
                }
                Ok(act.writer.put_setting(VISITS_DONE, &after.to_string())?)
            })
            .await?;
            progress(count(done));
        }
        self.rebuild_presence().await
    }
}

fn settle_point(act: &mut Act<'_, '_>, point: &NewPoint) -> Result<PointId, Refused> {
    let now = act.now;
    let added = act.writer.add_point(|id| Point {
        id,
        kind: Arc::from(point.kind.as_str()),
        name: point.name.clone(),
        address: None,
        district: point.district.clone(),
        division: point.district.clone(),
        passage: Passage::Both,
        state: PointState::Approved,
        manager: None,
        registered_at: now,
        approved_by: None,
        approved_at: Some(now),
        closed_at: None,
    })?;
    Ok(added.id)
}

fn settle_household(
    act: &mut Act<'_, '_>,
    household: NewHousehold,
    gate: Option<PointId>,
) -> Result<(), Refused> {
    let first = household.members.first().map(|member| member.person);
    if first.map(|first| act.writer.person(first)).transpose()?.flatten().is_some() {
        return Ok(());
    }
    let adults: Vec<PersonId> =
        household.members.iter().filter(|member| !member.dependant).map(|member| member.person).collect();
    for member in &household.members {
        settle_person(act, member, &household)?;
        if let Some(gate) = gate {
            act.writer.put_place(member.person, gate, PlaceKind::Home, act.now, None)?;
        }
        if member.dependant {
            for adult in adults.iter().take(2) {
                act.writer.add_guardian(member.person, *adult, act.now)?;
            }
        }
        declare(act, member)?;
    }
    for (place, one) in household.members.iter().enumerate() {
        for other in &household.members[place + 1..] {
            link(act, one.person, other.person)?;
        }
    }
    Ok(())
}

fn settle_person(act: &mut Act<'_, '_>, member: &Newcomer, household: &NewHousehold) -> Result<(), Refused> {
    let kind = match (member.dependant, &member.phone) {
        (true, _) => PersonKind::Dependant,
        (false, Some(_)) => PersonKind::AccountHolder,
        (false, None) => PersonKind::Assisted,
    };
    let mut person = blank_person(member.person, kind, act.now);
    person.name = Some(SealedText::from(member.name.as_str()));
    person.document_type = Some(SealedText::from("id-card"));
    person.document_number = Some(SealedText::from(identity::normal_document(&member.document_number)));
    person.phone = member.phone.as_deref().and_then(identity::normal_phone).map(SealedText::from);
    person.birth_date = Some(Sealed(member.born));
    person.address = Some(SealedText::from(household.address.as_str()));
    person.district = Some(household.district.clone());
    act.writer.add_person(&person)?;
    Ok(())
}

/// A declaration in which every question was answered with no.
fn declare(act: &mut Act<'_, '_>, member: &Newcomer) -> Result<(), Refused> {
    let mut item = act.observed(member.person, Kind::Declaration).with("purpose", "resident");
    let policy = Arc::clone(act.rules.policy(act.now));
    let flags = policy.declaration.questions.iter().filter(|question| question.answer == AttributeType::Flag);
    for question in flags {
        item = item.with(&question.id, false);
    }
    let declaration = act.record(item.with("birth-date", member.born))?;
    audit_declaration::begin(act, &declaration)
}

fn link(act: &mut Act<'_, '_>, one: PersonId, other: PersonId) -> Result<(), Refused> {
    let now = act.now;
    let link = act.writer.add_household_link(|id| HouseholdLink {
        id,
        one,
        other,
        days: None,
        proposed_by: one,
        phone: None,
        proposed_at: now,
        confirmed_by: Some(other),
        confirmed_at: Some(now),
        ended_by: None,
        ended_at: None,
    })?;
    for person in [one, other] {
        let item = act.observed(person, Kind::HouseholdLink);
        act.record(item.with("link", link.id.to_string().as_str()))?;
    }
    Ok(())
}

/// A passage that no gate of ours saw.
pub(crate) fn past_visit(visit: Visit, day: Day) -> NewVisit {
    NewVisit {
        day,
        visit,
        gate: None,
        checker: None,
        outcome: VisitOutcome::Pass,
        standing: None,
        purpose: None,
        emergency: false,
        offline: false,
    }
}

fn count(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

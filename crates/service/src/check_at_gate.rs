//! Check at a gate: code to person, person to verdict, verdict to what the gate does. The visit is durable before the
//! gate hears of it.

use crate::{
    Actor, Refused, Service,
    access::{Place as Reach, Right},
    act::{Act, Target},
    forms::{Decided, ScanForm},
    presence,
    questionnaire::POSSIBLE_TEMPERATURE,
};
use kangma_core::{
    Assurance, Direction, Kind, Number, PersonId, PointId, Span, Standing, Time, Visit,
    gate::AtGate,
    policy::{Outcome, Place, Purpose},
};
use kangma_credential::{Replay, Seen, verify};
use kangma_store::{
    CodeKind, Cti, Digest, NewEvidence, NewVisit, PlaceKind, Point, PointState, Reader, VisitId, VisitOutcome,
};
use serde::Serialize;
use std::{collections::HashMap, sync::PoisonError};

/// How long a first abnormal reading waits for a second one by somebody else.
const SECOND_READING: Span = Span::from_minutes(30);
/// How long whoever scanned takes a scan back by themselves.
const AT_ONCE: Span = Span::from_minutes(30);

/// What the gate shows.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct GateAnswer {
    /// The recorded visit: "wrong scan" names it.
    pub visit: VisitId,
    /// What the gate does.
    pub outcome: Outcome,
    /// What shows.
    pub standing: Standing,
    /// The sentence for the checker: a key of the policy's texts.
    pub sentence: String,
    /// The sentence in each language of the policy.
    pub sentences: std::collections::BTreeMap<String, String>,
    /// Who, masked.
    pub masked_name: String,
    /// The last digits of the document, to compare with the card.
    pub last_digits: String,
    /// How far the code was proven.
    pub assurance: Assurance,
    /// Which way it was recorded.
    pub direction: Direction,
    /// When.
    pub at: Time,
    /// The same presentation was seen at another gate: somebody relays a code.
    pub seen_elsewhere: bool,
    /// An abnormal temperature that waits for a second reading by somebody else.
    pub second_reading_wanted: bool,
}

/// First abnormal readings that wait for a second one. Kept in memory: after a restart a reading is simply taken again.
#[derive(Debug, Default)]
pub(crate) struct Readings(HashMap<PersonId, (String, Time)>);

impl Readings {
    /// The first one was of somebody else.
    fn forget(&mut self, person: PersonId) {
        self.0.remove(&person);
    }

    /// Whether this is the second abnormal reading, by somebody other than the first.
    fn confirms(&mut self, person: PersonId, by: &str, now: Time) -> bool {
        self.0.retain(|_, (_, at)| now < *at + SECOND_READING);
        match self.0.get(&person) {
            // A scan that is handed in late may lie long before the first.
            Some((first, at)) if first != by && *at < now + SECOND_READING => {
                self.0.remove(&person);
                true
            }
            Some(_) => false,
            None => {
                self.0.insert(person, (by.to_owned(), now));
                false
            }
        }
    }
}

/// A code that was verified, and whose it is.
struct Holder {
    person: PersonId,
    name: String,
    last: String,
    assurance: Assurance,
}

pub(crate) struct Scan {
    pub(crate) point: PointId,
    pub(crate) seen: Seen,
    pub(crate) form: ScanForm,
    pub(crate) at: Time,
    /// The gate's own key for it: under one key, a scan is recorded once.
    pub(crate) key: Option<String>,
    /// What the gate decided itself, without network.
    pub(crate) decided: Option<Decided>,
}

impl Service {
    /// Checks a code at a point and records the visit.
    ///
    /// # Errors
    /// [`Refused::BadCode`] says what is wrong with the code; [`Refused::Revoked`]; [`Refused::PointNotOpen`];
    /// [`Refused::NotAllowed`].
    pub async fn check_at_gate(
        &self,
        actor: &Actor,
        point: PointId,
        form: ScanForm,
    ) -> Result<GateAnswer, Refused> {
        self.check_once(actor, point, form, None).await
    }

    /// The same under a key of the gate's own: when the answer is lost, asking or handing in again records nothing twice.
    ///
    /// # Errors
    /// As [`Service::check_at_gate`]; [`Refused::Duplicate`] when it was recorded under that key.
    pub async fn check_once(
        &self,
        actor: &Actor,
        point: PointId,
        mut form: ScanForm,
        key: Option<String>,
    ) -> Result<GateAnswer, Refused> {
        if form.temperature.is_some_and(|taken| !POSSIBLE_TEMPERATURE.contains(&taken)) {
            // Nobody who is carried in waits for a thermometer.
            if !form.emergency {
                return Err(Refused::field("temperature", "impossible-temperature"));
            }
            form.temperature = None;
        }
        let now = self.now();
        let seen = verify(&form.text, &self.ring, now).map_err(Refused::BadCode)?;
        let presented = seen.presented_at.map(|at| (seen.code.cti, at));
        let scan = Scan { point, seen, form, at: now, key, decided: None };
        let answer = self.record(actor, scan).await?.ok_or(Refused::Duplicate)?;
        // Only what a gate recorded was seen there: whoever may not check sets off no alarm.
        let seen_elsewhere = presented.is_some_and(|(cti, at)| {
            let mut replays = self.replays.lock().unwrap_or_else(PoisonError::into_inner);
            matches!(replays.observe(cti, at, point, now), Replay::Elsewhere { .. })
        });
        Ok(GateAnswer { seen_elsewhere, ..answer })
    }

    pub(crate) async fn record(&self, actor: &Actor, scan: Scan) -> Result<Option<GateAnswer>, Refused> {
        let by = actor.label();
        let readings = std::sync::Arc::clone(&self.readings);
        let recorded = self
            .act(actor, move |act| {
                let point = open_point(act.writer, &act.actor, scan.point)?;
                if was_recorded(act, &scan)? {
                    return Ok(None);
                }
                let holder = holder(act, &scan.seen)?;
                let confirmed = fever(act, &point, &holder, &scan).is_some_and(|_| {
                    let mut readings = readings.lock().unwrap_or_else(PoisonError::into_inner);
                    readings.confirms(holder.person, &by, scan.at)
                });
                pass(act, &point, &holder, &scan, confirmed)
            })
            .await?;
        Ok(recorded.map(|(answer, visit)| {
            if presence::was_inside(outcome_word(answer.outcome)) {
                self.presences.saw(&[visit]);
            }
            answer
        }))
    }

    /// Takes a scan back: the checker read the wrong code. The visit stays in the log, marked, and counts for nothing.
    ///
    /// Whoever scanned does so at once. Later a visit is what contacts are found by, and whoever decides for the district
    /// takes it back.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::WrongState`] when it was taken back; [`Refused::NotAllowed`].
    pub async fn mark_wrong_scan(&self, actor: &Actor, visit: VisitId) -> Result<(), Refused> {
        self.take_back(actor, visit, |act, scan| {
            let point = open_point(act.writer, &act.actor, scan.visit.point)?;
            if is_own(act, scan) && act.now < scan.visit.at + AT_ONCE {
                return Ok(());
            }
            act.actor.officer()?.may(Right::Decide, Reach::District(&point.district))
        })
        .await
    }

    /// What the gate of a visit says, as late as it is heard again, that it never did.
    pub(crate) async fn never_was(&self, actor: &Actor, visit: VisitId) -> Result<(), Refused> {
        self.take_back(actor, visit, |act, scan| {
            open_point(act.writer, &act.actor, scan.visit.point)?;
            if is_own(act, scan) { Ok(()) } else { Err(Refused::NotAllowed) }
        })
        .await
    }

    async fn take_back(
        &self,
        actor: &Actor,
        visit: VisitId,
        may: fn(&Act<'_, '_>, &NewVisit) -> Result<(), Refused>,
    ) -> Result<(), Refused> {
        let logged = self
            .act(actor, move |act| {
                if matches!(act.actor, Actor::Resident(_)) {
                    return Err(Refused::NotAllowed);
                }
                let logged = act.writer.visit(visit)?.ok_or(Refused::NotFound)?;
                may(act, &logged.scan)?;
                if logged.wrong_scan {
                    return Err(Refused::WrongState);
                }
                let (now, account) = (act.now, act.actor.account());
                act.writer.mark_wrong_scan(visit, now, account)?;
                take_temperature_back(act, &logged.scan.visit)?;
                let person = Some(logged.scan.visit.person);
                act.log("wrong-scan", Target { person, ..Target::thing("visit", visit) })?;
                Ok(logged)
            })
            .await?;
        self.readings.lock().unwrap_or_else(PoisonError::into_inner).forget(logged.scan.visit.person);
        self.presences.was_wrong(&logged.scan.visit);
        Ok(())
    }
}

/// Whether it is who acts that scanned.
fn is_own(act: &Act<'_, '_>, scan: &NewVisit) -> bool {
    match act.actor {
        Actor::Gate { gate, .. } => scan.gate == Some(gate),
        _ => scan.checker.is_some() && scan.checker == act.actor.account(),
    }
}

/// A temperature that was recorded with a scan of the wrong code was somebody else's.
fn take_temperature_back(act: &mut Act<'_, '_>, visit: &Visit) -> Result<(), Refused> {
    let evidence = act.writer.evidence_of(visit.person)?;
    let taken = crate::standing_items(&evidence)
        .filter(|item| item.kind == Kind::GateTemperature && item.happened_at == visit.at)
        .map(|item| item.id)
        .last();
    if let Some(item) = taken {
        let withdrawal = act.observed(visit.person, Kind::Withdrawal).about(item);
        act.record(withdrawal)?;
    }
    Ok(())
}

/// The point, if this actor checks there.
pub(crate) fn open_point(reader: &Reader<'_>, actor: &Actor, point: PointId) -> Result<Point, Refused> {
    let kept = reader.point(point)?.ok_or(Refused::NotFound)?;
    match actor {
        Actor::Gate { point: own, .. } if *own == point => {}
        Actor::System => {}
        actor => {
            let officer = actor.officer()?;
            let listed = reader.checkers_of(point)?.contains(&officer.account);
            if !listed {
                officer.may(Right::Check, Reach::Point(point, &kept.district))?;
            }
        }
    }
    if kept.state == PointState::Approved { Ok(kept) } else { Err(Refused::PointNotOpen) }
}

/// Whether it was recorded under its key: then it is no second reading of a temperature either.
fn was_recorded(act: &Act<'_, '_>, scan: &Scan) -> Result<bool, Refused> {
    let key = scan.key.as_ref().map(|key| Digest::of(key.as_bytes()));
    Ok(key.map(|key| act.writer.handed_in(key)).transpose()?.flatten().is_some())
}

fn holder(act: &Act<'_, '_>, seen: &Seen) -> Result<Holder, Refused> {
    let code = act.writer.code(Cti(seen.code.cti.0))?.ok_or(Refused::Revoked)?;
    if code.revoked_at.is_some() {
        return Err(Refused::Revoked);
    }
    if let Some(device) = code.device
        && act.writer.device(device)?.is_none_or(|device| device.revoked_at.is_some())
    {
        return Err(Refused::Revoked);
    }
    let assurance = match code.kind {
        CodeKind::Device => Assurance::DeviceBound,
        CodeKind::Server => Assurance::ServerMade,
        CodeKind::Paper => Assurance::Paper,
    };
    let face = &seen.code.face;
    Ok(Holder { person: code.person, name: face.name.to_string(), last: face.last.to_string(), assurance })
}

/// The typed temperature, when the policy calls it abnormal.
fn fever(act: &Act<'_, '_>, _: &Point, _: &Holder, scan: &Scan) -> Option<Number> {
    let limit = act.rules.policy(act.now).gate.temperature.as_ref()?.above;
    scan.form.temperature.filter(|temperature| *temperature > limit)
}

fn pass(
    act: &mut Act<'_, '_>,
    point: &Point,
    holder: &Holder,
    scan: &Scan,
    second_reading: bool,
) -> Result<Option<(GateAnswer, Visit)>, Refused> {
    let policy = std::sync::Arc::clone(act.rules.policy(act.now));
    let abnormal = fever(act, point, holder, scan);
    if let (Some(temperature), true) = (abnormal, second_reading) {
        // At the instant of its scan, by which it is found when that was a wrong one.
        let item = act.observed(holder.person, Kind::GateTemperature).with("temperature", temperature);
        act.record(NewEvidence { happened_at: scan.at, ..item })?;
    }
    let verdict = act.verdict(holder.person)?;
    let purpose = if scan.form.emergency {
        Purpose::Emergency
    } else {
        scan.form.purpose.parse().unwrap_or(Purpose::None)
    };
    let ruling = policy.gate(
        &verdict,
        &AtGate {
            kind: &point.kind,
            direction: scan.form.direction,
            purpose,
            place: place(act, holder.person, point.id, scan.at)?,
            temperature: scan.form.temperature,
        },
    );
    let visit = Visit {
        person: holder.person,
        point: point.id,
        at: scan.at,
        direction: scan.form.direction,
        assurance: holder.assurance,
    };
    let gate = match act.actor {
        Actor::Gate { gate, .. } => Some(gate),
        _ => None,
    };
    let ruled = Decided { outcome: ruling.outcome, standing: verdict.standing };
    let Decided { outcome, standing } = scan.decided.unwrap_or(ruled);
    let logged = NewVisit {
        day: policy.zone.day(scan.at),
        visit,
        gate,
        checker: act.actor.account(),
        outcome: outcome_word(outcome),
        standing: Some(standing),
        purpose: (purpose != Purpose::None).then(|| purpose.as_str().to_owned()),
        emergency: scan.form.emergency,
        offline: scan.decided.is_some(),
    };
    let recorded = match &scan.key {
        None => Some(act.writer.add_visit(&logged)?),
        Some(key) => act.writer.hand_in_visit(Digest::of(key.as_bytes()), &logged)?,
    };
    let Some(recorded) = recorded else { return Ok(None) };
    let sentences = policy
        .languages
        .iter()
        .map(|language| (language.to_string(), policy.texts(language).gate(&ruling.sentence).to_owned()))
        .collect();
    let answer = GateAnswer {
        visit: recorded,
        outcome,
        standing,
        sentence: ruling.sentence.to_string(),
        sentences,
        masked_name: holder.name.clone(),
        last_digits: holder.last.clone(),
        assurance: holder.assurance,
        direction: scan.form.direction,
        at: scan.at,
        seen_elsewhere: false,
        second_reading_wanted: abnormal.is_some() && !second_reading,
    };
    Ok(Some((answer, visit)))
}

/// What the point is to the person.
fn place(act: &Act<'_, '_>, person: PersonId, point: PointId, at: Time) -> Result<Place, Refused> {
    let places = act.writer.places_of(person, at)?;
    let is = |wanted| places.iter().any(|(place, kind)| *place == point && *kind == wanted);
    Ok(if is(PlaceKind::Isolation) {
        Place::Isolation
    } else if is(PlaceKind::Home) {
        Place::Home
    } else {
        Place::Elsewhere
    })
}

pub(crate) const fn outcome_word(outcome: Outcome) -> VisitOutcome {
    match outcome {
        Outcome::Pass => VisitOutcome::Pass,
        Outcome::PassAndRegister => VisitOutcome::PassAndRegister,
        Outcome::CannotTell => VisitOutcome::CannotTell,
        Outcome::Stop => VisitOutcome::Stop,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_is_confirmed_by_somebody_else_within_half_an_hour_and_by_nobody_else() {
        let (person, now) = (PersonId(1), Time(0));
        let mut readings = Readings::default();
        assert!(!readings.confirms(person, "gate:1", now));
        assert!(!readings.confirms(person, "gate:1", now + Span::from_minutes(1)));
        assert!(readings.confirms(person, "gate:2", now + Span::from_minutes(2)));
        assert!(!readings.confirms(person, "gate:2", now + Span::from_minutes(3)));
        assert!(!readings.confirms(person, "gate:1", now + Span::from_minutes(33)));
        assert!(!readings.confirms(person, "gate:2", now - Span::from_minutes(33)), "handed in late");
    }
}

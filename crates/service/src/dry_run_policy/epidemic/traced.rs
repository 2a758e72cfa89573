//! One case: whom it met as far as gates saw it, and whom that exposes.

use super::{Lived, Seen};
use kangma_contact::columns::{Asked, Look, Met, Period, PersonNo};
use kangma_core::{
    Assurance, CaseId, Encounter, PersonId, PointId, Policy, Span, Time, Window, Zone,
    derive::{CaseCourse, Derived, Link, carriers, derive},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A case that is traced evening by evening.
pub(super) struct Traced {
    pub course: CaseCourse,
    person: PersonNo,
    /// Whom it met, and whom those met, with who was between. In the index's own form: a city's cases have millions.
    met: Vec<(Option<PersonNo>, Met)>,
    /// Of when each person's encounters are known: the case's own, and those of its contacts.
    known: BTreeMap<PersonNo, Window>,
    /// Whether at this look somebody's encounters were asked for anew.
    anew: bool,
    /// Whom it exposed when it was last looked at, and until when.
    exposed: BTreeMap<PersonId, Time>,
}

/// What tracing looks at.
pub(super) struct Tracing<'t> {
    pub policy: &'t Policy,
    pub seen: &'t Seen,
    pub lived: &'t dyn Lived,
    /// The kinds of point, for one thread alone: counting who holds a shared one would make threads wait.
    pub kinds: &'t [Arc<str>],
}

/// What changed about a case's exposures.
pub(super) struct Change {
    pub exposures: Vec<Derived>,
    pub gone: Vec<PersonId>,
}

pub(super) fn id_of(person: PersonNo) -> PersonId {
    PersonId(u64::from(person.0) + 1)
}

pub(super) fn number_of(person: PersonId) -> PersonNo {
    PersonNo(u32::try_from(person.0.saturating_sub(1)).unwrap_or(u32::MAX))
}

impl Traced {
    pub fn new(course: CaseCourse, person: PersonNo) -> Self {
        let (met, known, exposed) = (Vec::new(), BTreeMap::new(), BTreeMap::new());
        Self { course, person, met, known, anew: false, exposed }
    }

    pub fn id(&self) -> CaseId {
        self.course.id
    }

    /// Looks again at the end of another day. Nothing when the case's days are over and everything of them is known.
    pub fn look(&mut self, tracing: &Tracing<'_>, now: Time) -> Option<Change> {
        let before = tracing.policy.infectious_window(&self.course);
        self.course.as_of = now;
        let window = tracing.policy.infectious_window(&self.course)?;
        if self.known.contains_key(&self.person) && before == Some(window) {
            self.met = Vec::new();
            return None;
        }
        let met_before = self.met.len();
        self.anew = false;
        let exposures = &tracing.policy.exposures;
        let least = exposures.least_assurance();
        if let Some(least) = least {
            self.meet(tracing, self.person, None, window, least);
        }
        let home = links_of(tracing.seen, [self.person]);
        if exposures.each_by_themselves() {
            return Some(self.of_whom_it_met(tracing, &home, met_before));
        }
        let links = self.meet_onward(tracing, home, least);
        let exposures =
            derive(tracing.policy, &self.course, &links, &[], &self.encounters(tracing, &self.met));
        Some(self.changed(exposures, self.anew || self.met.len() > met_before))
    }

    /// What differs where nobody's exposure depends on somebody else: that of those whom the case met since the last look
    /// and of those who live with it.
    fn of_whom_it_met(&mut self, tracing: &Tracing<'_>, home: &[Link], met_before: usize) -> Change {
        let met_since = self.met[met_before..].iter().map(|(_, met)| met.contact);
        let mut looked_at: Vec<PersonNo> =
            met_since.chain(tracing.seen.households.others(self.person)).collect();
        looked_at.sort_unstable();
        looked_at.dedup();
        self.met.sort_by_key(|(_, met)| met.contact);
        let of_one = |person: &PersonNo| {
            let from = self.met.partition_point(|(_, met)| met.contact < *person);
            let until = from + self.met[from..].partition_point(|(_, met)| met.contact == *person);
            &self.met[from..until]
        };
        let encounters = self.encounters(tracing, looked_at.iter().flat_map(of_one));
        let exposures = derive(tracing.policy, &self.course, home, &[], &encounters);
        let mut gone = Vec::new();
        let mut derived = exposures.iter().peekable();
        for person in looked_at.into_iter().map(id_of) {
            if let Some(exposure) = derived.next_if(|exposure| exposure.person == person) {
                self.exposed.insert(person, exposure.happened_at);
            } else if self.exposed.remove(&person).is_some() {
                gone.push(person);
            }
        }
        Change { exposures, gone }
    }

    /// Adds whom those met who were exposed to the case, where the policy goes that far, and gives who lives with whom as
    /// far as that matters.
    fn meet_onward(&mut self, tracing: &Tracing<'_>, home: Vec<Link>, least: Option<Assurance>) -> Vec<Link> {
        let exposures = &tracing.policy.exposures;
        if !exposures.has_second_step() {
            return home;
        }
        let carriers =
            carriers(tracing.policy, &self.course, &home, &[], &self.encounters(tracing, &self.met));
        if let Some(least) = least.filter(|_| exposures.meets_onward()) {
            for carrier in &carriers {
                self.meet(tracing, number_of(carrier.person), Some(self.person), carrier.window, least);
            }
        }
        if !exposures.follows_home() {
            return home;
        }
        let near = carriers.iter().map(|carrier| number_of(carrier.person)).chain([self.person]);
        links_of(tracing.seen, near)
    }

    fn encounters<'m>(
        &self,
        tracing: &Tracing<'_>,
        met: impl IntoIterator<Item = &'m (Option<PersonNo>, Met)>,
    ) -> Vec<Encounter> {
        met.into_iter().map(|(via, met)| encounter(tracing, met, via.map(id_of))).collect()
    }

    /// What differs from the last look. Where nobody new was met since, an exposure that goes on no longer is the same.
    fn changed(&mut self, mut exposures: Vec<Derived>, met_more: bool) -> Change {
        let exposed: BTreeMap<PersonId, Time> =
            exposures.iter().map(|exposure| (exposure.person, exposure.happened_at)).collect();
        let gone = self.exposed.keys().filter(|person| !exposed.contains_key(person)).copied().collect();
        let known = |exposure: &Derived| self.exposed.get(&exposure.person) == Some(&exposure.happened_at);
        exposures.retain(|exposure| met_more || !known(exposure));
        self.exposed = exposed;
        Change { exposures, gone }
    }

    /// Adds what gates saw of the days of a window that are not known yet. `case` where it is a contact who meets others.
    fn meet(
        &mut self,
        tracing: &Tracing<'_>,
        person: PersonNo,
        case: Option<PersonNo>,
        window: Window,
        least: Assurance,
    ) {
        let from = match self.known.insert(person, window) {
            Some(known) if known.from == window.from => known.until,
            None => window.from,
            // Since the last look they were found exposed at another instant.
            Some(_) => {
                self.anew = true;
                self.met.retain(|(via, _)| *via != case.map(|_| person));
                window.from
            }
        };
        let during = Period { from: seconds(from), until: seconds(window.until) };
        let linger_seconds = u32::try_from(tracing.policy.exposures.linger.seconds()).unwrap_or(0);
        let asked = Asked { person, during, look: Look::Onward, linger_seconds, least };
        let Tracing { seen, lived, .. } = tracing;
        let until = during.until.saturating_add(linger_seconds);
        if !seen.days_of(Period { until, ..during }).any(|day| lived.went(person, day)) {
            return;
        }
        let via = case.map(|_| person);
        let all = &mut self.met;
        seen.visits.encounters(&asked, &seen.midnights, |met| {
            let Some(day) = met.day.checked_sub(1) else { return };
            if Some(met.contact) != case && lived.went(person, day) && lived.went(met.contact, day) {
                all.push((via, met));
            }
        });
    }
}

fn encounter(tracing: &Tracing<'_>, met: &Met, via: Option<PersonId>) -> Encounter {
    let zone: &Zone = &tracing.policy.zone;
    let [from, until] = [met.during.from, met.during.until].map(|at| Time::from_seconds(at.into()));
    let kind = tracing.kinds.get(met.point.0 as usize);
    Encounter {
        contact: id_of(met.contact),
        via,
        point: PointId(u64::from(met.point.0) + 1),
        point_kind: kind.map_or_else(|| Arc::from("unclassified"), Arc::clone),
        day: zone.day(from),
        window: Window { from, until },
        unbroken: Span::from_seconds(met.unbroken_seconds.into()),
        summed: Span::from_seconds(met.seconds.into()),
        crowd: met.crowd,
        assurance: met.assurance,
    }
}

fn links_of(seen: &Seen, people: impl IntoIterator<Item = PersonNo>) -> Vec<Link> {
    let pairs = people.into_iter().flat_map(|person| {
        seen.households.others(person).map(move |other| [id_of(person.min(other)), id_of(person.max(other))])
    });
    let pairs: BTreeSet<[PersonId; 2]> = pairs.collect();
    let link = |persons| Link { persons, from: Time::MIN, until: None, weekdays: [true; 7] };
    pairs.into_iter().map(link).collect()
}

fn seconds(time: Time) -> u32 {
    u32::try_from(time.seconds().max(0)).unwrap_or(u32::MAX)
}

//! Every evening: what became known, whom that exposes, what the policy decides, and who keeps apart from tomorrow on.

use super::{
    Lived, Seen, TestResult,
    person::{BEFORE_MIDNIGHT, Record, Recorder},
    traced::{Change, Traced, Tracing, id_of, number_of},
};
use kangma_contact::columns::PersonNo;
use kangma_core::{
    Attributes, CaseId, Evidence, Heartbeat, Kind, Origin, Sources, Standing, Time, Verdict, decide,
    derive::CaseCourse,
    policy::{Due, History, Policy},
    verdict::Progress,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// Duties that keep somebody at home, by the names that the shipped policies give them.
const KEEPS_APART: [&str; 2] = ["isolate", "stay-at-home"];

/// What a policy did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Acted {
    /// Everybody who was told to keep apart before they were known to be ill themselves.
    pub told: Vec<Told>,
    /// Whose positive result became known, and on which day.
    pub reported: BTreeMap<PersonNo, u32>,
}

/// Somebody who was told to keep apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// Who.
    pub person: PersonNo,
    /// In the evening of which day for the first time.
    pub day: u32,
    /// How many days of it fell into the time that was lived through, up to a positive result of their own.
    pub days: u32,
}

/// A policy at work, from evening to evening.
struct Evenings<'e> {
    policy: &'e Policy,
    history: History,
    sources: Sources,
    seen: &'e Seen,
    kinds: Vec<Arc<str>>,
    recorder: Recorder,
    /// By person; nothing where nothing is on record.
    records: Vec<Option<Box<Record>>>,
    cases: Vec<Traced>,
    reported: BTreeMap<PersonNo, u32>,
    told: BTreeMap<PersonNo, Told>,
}

/// Lives through an epidemic under a policy. `progress` is told how many days are over.
///
/// Everybody who is told to check in does so, and says whether they feel ill.
pub fn evenings(
    policy: &Arc<Policy>,
    seen: &Seen,
    lived: &mut dyn Lived,
    progress: &mut dyn FnMut(u32),
) -> Acted {
    let mut evenings = Evenings::new(policy, seen);
    for day in 0..seen.days() {
        let results = lived.live(&evenings.apart(day));
        evenings.check_in(day, lived);
        results.iter().for_each(|result| evenings.learn(day, result));
        if day >= seen.first_evening {
            evenings.trace(day, lived);
            evenings.decide(day);
        }
        progress(day + 1);
    }
    Acted { told: evenings.told.into_values().collect(), reported: evenings.reported }
}

impl<'e> Evenings<'e> {
    fn new(policy: &'e Arc<Policy>, seen: &'e Seen) -> Self {
        Self {
            policy,
            history: History::new(Arc::clone(policy), Time::MIN),
            sources: Sources::new(),
            seen,
            kinds: own_kinds(&seen.kinds),
            recorder: Recorder::new(),
            records: (0..seen.people).map(|_| None).collect(),
            cases: Vec::new(),
            reported: BTreeMap::new(),
            told: BTreeMap::new(),
        }
    }

    /// Who keeps apart today, counted.
    fn apart(&mut self, day: u32) -> Vec<PersonNo> {
        let apart = (0..).map(PersonNo).zip(&self.records).filter(|(_, record)| is_apart(record));
        let apart: Vec<PersonNo> = apart.map(|(person, _)| person).collect();
        for person in apart.iter().filter(|person| !self.reported.contains_key(person)) {
            let told = Told { person: *person, day: day.saturating_sub(1), days: 0 };
            self.told.entry(*person).or_insert(told).days += 1;
        }
        apart
    }

    fn check_in(&mut self, day: u32, lived: &dyn Lived) {
        let at = Time(self.seen.midnight(day + 1).0 - BEFORE_MIDNIGHT.0);
        self.recorder.begin(at, self.policy.zone.day(at));
        let all = (0..).map(PersonNo).zip(&mut self.records);
        for (person, record) in all.filter_map(|(person, record)| Some((person, record.as_deref_mut()?))) {
            if record.checks_in {
                record.check_in(self.recorder.check_in(lived.feels_ill(person, day)));
            }
        }
    }

    /// Records a result; of a first positive one a case.
    fn learn(&mut self, day: u32, result: &TestResult) {
        let person = id_of(result.person);
        let says = if result.positive { "positive" } else { "negative" };
        let says = Attributes::new().with("result", says).with("pooled", false);
        let test = self.recorder.item(person, Kind::TestResult, "laboratory", &says);
        let Some(record) = record_of(&mut self.records, result.person) else { return };
        record.add(Evidence { happened_at: result.sampled, ..test });
        if !result.positive || self.reported.contains_key(&result.person) {
            return;
        }
        let id = CaseId(u64::from(result.person.0) + 1);
        let mut says = Attributes::new().with("status", "confirmed").with("sampled", result.sampled);
        if let Some(onset) = result.onset {
            says.set("onset", onset);
        }
        let status = self.recorder.item(person, Kind::CaseStatus, "case-register", &says);
        let (happened_at, origin) = (result.reported, Some(Origin::Case(id)));
        record.add(Evidence { happened_at, origin, ..status });
        let course = CaseCourse {
            id,
            person,
            status: Arc::from("confirmed"),
            onset: result.onset,
            sampled: Some(result.sampled),
            reported_at: result.reported,
            recovered: None,
            as_of: result.reported,
            follows_household_case: self
                .seen
                .households
                .others(result.person)
                .any(|other| self.reported.contains_key(&other)),
        };
        self.cases.push(Traced::new(course, result.person));
        self.reported.insert(result.person, day);
    }

    fn trace(&mut self, day: u32, lived: &dyn Lived) {
        let now = self.seen.midnight(day + 1);
        let tracing = Tracing { policy: self.policy, seen: self.seen, lived, kinds: &self.kinds };
        for case in &mut self.cases {
            let Some(Change { exposures, gone }) = case.look(&tracing, now) else { continue };
            for exposure in exposures {
                if let Some(record) = record_of(&mut self.records, number_of(exposure.person)) {
                    record.expose(case.id(), &exposure, &mut self.recorder);
                }
            }
            for person in gone {
                if let Some(record) = record_of(&mut self.records, number_of(person)) {
                    record.clear(case.id());
                }
            }
        }
    }

    /// Decides everybody about whom there is anything new, and those whose verdict may change by itself.
    fn decide(&mut self, day: u32) {
        let now = self.seen.midnight(day + 1);
        for rule in &self.policy.sources {
            let source = Arc::clone(&rule.name);
            self.sources.hear(&Heartbeat { source, complete_up_to: now, recorded_at: self.recorder.at });
        }
        for record in self.records.iter_mut().flatten().filter(|record| record.is_due(now)) {
            let evidence = record.evidence(&self.recorder);
            let verdict = decide(&self.history, evidence, &self.sources, now, now);
            record.is_new = false;
            record.next_change = verdict.next_change;
            record.apart = keeps_apart(&verdict);
            record.checks_in = verdict.reasons.iter().any(|reason| counts_check_ins(&reason.progress))
                || verdict.duties.iter().any(|duty| is_check_in(self.policy, &duty.duty));
        }
    }
}

/// The record of somebody, begun where there is none; nothing where nobody has the number.
fn record_of(records: &mut [Option<Box<Record>>], person: PersonNo) -> Option<&mut Record> {
    records.get_mut(person.0 as usize).map(|record| &mut **record.get_or_insert_default())
}

fn is_apart(record: &Option<Box<Record>>) -> bool {
    record.as_ref().is_some_and(|record| record.apart)
}

fn keeps_apart(verdict: &Verdict) -> bool {
    let duty = |name: &str| verdict.duties.iter().any(|duty| *duty.duty == *name);
    verdict.standing == Standing::Red || KEEPS_APART.into_iter().any(duty)
}

fn is_check_in(policy: &Policy, duty: &str) -> bool {
    policy.duties.iter().any(|rule| *rule.id == *duty && rule.due == Due::CheckIn)
}

fn counts_check_ins(progress: &Progress) -> bool {
    match progress {
        Progress::All(parts) | Progress::Any(parts) => parts.iter().any(counts_check_ins),
        progress => matches!(progress, Progress::CheckIns { .. }),
    }
}

/// The same kinds, held by nobody else.
fn own_kinds(kinds: &[Arc<str>]) -> Vec<Arc<str>> {
    let names: BTreeSet<&str> = kinds.iter().map(|kind| &**kind).collect();
    let own: BTreeMap<&str, Arc<str>> = names.into_iter().map(|name| (name, Arc::from(name))).collect();
    kinds.iter().map(|kind| own.get(&**kind).map_or_else(|| Arc::clone(kind), Arc::clone)).collect()
}

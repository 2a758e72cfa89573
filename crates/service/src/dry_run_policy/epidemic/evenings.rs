//! Every evening: what became known, whom that exposes, what the policy decides, and who keeps apart from tomorrow on.

use super::{
    Lived, Seen, TestResult,
    person::{Decided, Record, Recorder, Records},
    traced::{Change, Traced, Tracing, id_of, number_of},
};
use crate::dry_run_policy::isolation::keeps_apart;
use kangma_contact::columns::PersonNo;
use kangma_core::{
    Attributes, CaseId, Evidence, Heartbeat, Kind, Origin, Sources, Standing, Time,
    decide::{Outline, outline},
    derive::CaseCourse,
    policy::{Due, DutyRule, History, Policy},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    panic::resume_unwind,
    sync::Arc,
};

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

/// What one of two threads works with. All words are its own: threads that count who holds the same ones wait for each
/// other.
struct Hand {
    history: History,
    policy: Arc<Policy>,
    /// The kind of each point.
    kinds: Vec<Arc<str>>,
}

/// Cases are looked at so many at a time, so that what is found does not pile up.
const CASES_AT_ONCE: usize = 512;

/// A policy at work, from evening to evening.
struct Evenings<'e> {
    policy: &'e Policy,
    hands: [Hand; 2],
    sources: Sources,
    seen: &'e Seen,
    recorder: Recorder,
    records: Records,
    cases: Vec<Traced>,
    reported: BTreeMap<PersonNo, u32>,
    /// Who keeps apart tomorrow, in order of their numbers.
    apart: Vec<PersonNo>,
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
        let results = lived.live(&evenings.apart);
        evenings.recorder.begin(policy, seen.midnight(day + 1));
        results.iter().for_each(|result| evenings.learn(day, result));
        if day >= seen.first_evening {
            evenings.trace(day, lived);
            evenings.decide(day, lived);
        }
        progress(day + 1);
    }
    Acted { told: evenings.records.told(), reported: evenings.reported }
}

impl<'e> Evenings<'e> {
    fn new(policy: &'e Arc<Policy>, seen: &'e Seen) -> Self {
        Self {
            policy,
            hands: [Arc::clone(policy), Arc::new(policy.apart())].map(|policy| Hand::new(policy, seen)),
            sources: Sources::new(),
            seen,
            recorder: Recorder::new(policy),
            records: Records::new(seen.people),
            cases: Vec::new(),
            reported: BTreeMap::new(),
            apart: Vec::new(),
        }
    }

    /// Records a result; of a first positive one a case.
    fn learn(&mut self, day: u32, result: &TestResult) {
        let person = id_of(result.person);
        let says = if result.positive { "positive" } else { "negative" };
        let says = Attributes::new().with("result", says).with("pooled", false);
        let test = self.recorder.item(person, Kind::TestResult, "laboratory", &says);
        let Some(record) = self.records.of(result.person) else { return };
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
        record.is_case = true;
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
        let Self { seen, hands, recorder, records, cases, .. } = self;
        let look = |Hand { policy, kinds, .. }: &Hand, cases: &mut [Traced]| -> Vec<(CaseId, Change)> {
            let tracing = Tracing { policy, seen, lived, kinds };
            cases.iter_mut().filter_map(|case| Some((case.id(), case.look(&tracing, now)?))).collect()
        };
        for some in cases.chunks_mut(CASES_AT_ONCE) {
            for (case, Change { exposures, gone }) in by_both(hands, some, look).into_iter().flatten() {
                for exposure in exposures {
                    if let Some(record) = records.of(number_of(exposure.person)) {
                        record.expose(case, &exposure, recorder);
                    }
                }
                for person in gone {
                    if let Some(record) = records.of(number_of(person)) {
                        record.clear(case);
                    }
                }
            }
        }
    }

    /// Takes the check-ins of the day, and decides everybody about whom there is anything new and those whose verdict may
    /// change by itself.
    fn decide(&mut self, day: u32, lived: &dyn Lived) {
        let now = self.seen.midnight(day + 1);
        for rule in &self.policy.sources {
            let source = Arc::clone(&rule.name);
            self.sources.hear(&Heartbeat { source, complete_up_to: now, recorded_at: self.recorder.at });
        }
        let Self { hands, sources, recorder, records, .. } = self;
        let is_last = day + 1 >= self.seen.days();
        let decide_each = |Hand { history, .. }: &Hand, records: &mut [(PersonNo, Record)]| {
            let mut apart = Vec::new();
            for (person, record) in records {
                if record.decided.checks_in {
                    recorder
                        .check_in(lived.feels_ill(*person, day))
                        .into_iter()
                        .for_each(|it| record.check_in(it));
                }
                if record.is_due(now) {
                    let verdict = outline(history, record.evidence(recorder), sources, now, now);
                    record.settle(Decided::of(&verdict));
                }
                if record.decided.apart && !is_last {
                    apart.push(*person);
                    record.tell(day);
                }
            }
            apart
        };
        self.apart = by_both(hands, records.all(), decide_each).concat();
        self.apart.sort_unstable();
    }
}

impl Hand {
    fn new(policy: Arc<Policy>, seen: &Seen) -> Self {
        Self { history: History::new(Arc::clone(&policy), Time::MIN), policy, kinds: own_kinds(&seen.kinds) }
    }
}

/// Has each hand do half of something at the same time.
fn by_both<T: Send, D: Send>(
    [mine, theirs]: &[Hand; 2],
    things: &mut [T],
    work: impl Fn(&Hand, &mut [T]) -> D + Sync,
) -> [D; 2] {
    let (one, other) = things.split_at_mut(things.len() / 2);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| work(theirs, other));
        let one = work(mine, one);
        [one, other.join().unwrap_or_else(|panic| resume_unwind(panic))]
    })
}

impl Decided {
    fn of(verdict: &Outline<'_>) -> Self {
        let is_check_in = |duty: &&DutyRule| duty.due == Due::CheckIn;
        Self {
            next_change: verdict.next_change,
            apart: verdict.standing == Standing::Red
                || verdict.duties.iter().any(|duty| keeps_apart(&duty.id)),
            checks_in: verdict.counts_check_ins || verdict.duties.iter().any(is_check_in),
        }
    }
}

/// The same kinds, held by nobody else.
fn own_kinds(kinds: &[Arc<str>]) -> Vec<Arc<str>> {
    let names: BTreeSet<&str> = kinds.iter().map(|kind| &**kind).collect();
    let own: BTreeMap<&str, Arc<str>> = names.into_iter().map(|name| (name, Arc::from(name))).collect();
    kinds.iter().map(|kind| own.get(&**kind).map_or_else(|| Arc::clone(kind), Arc::clone)).collect()
}

//! What is on record about one person during a dry run.

use super::Told;
use kangma_contact::columns::PersonNo;
use kangma_core::{
    Attributes, CaseId, Evidence, EvidenceId, Kind, Origin, PersonId, Policy, Span, Time, Value,
    derive::Derived,
};
use smallvec::SmallVec;
use std::{collections::BTreeSet, sync::Arc};

/// The items of one person, and what was decided last.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Results, their own case, exposures, in the order of recording.
    own: SmallVec<[Evidence; 1]>,
    check_ins: SmallVec<[CheckIn; 6]>,
    /// Whether there is anything that was not decided on yet.
    is_new: bool,
    /// Whether a result of theirs made a case.
    pub is_case: bool,
    pub decided: Decided,
    /// Since which evening they are told to keep apart, and for how many days they were before they were a case.
    told: Option<(u32, u32)>,
}

/// Everybody about whom anything is on record, one after the other: every evening goes through all of them.
#[derive(Debug)]
pub(super) struct Records {
    /// By person.
    places: Vec<u32>,
    all: Vec<(PersonNo, Record)>,
}

/// The place of somebody about whom nothing is on record.
const NOWHERE: u32 = u32::MAX;

/// What a verdict comes to in a dry run.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Decided {
    /// When it may change by itself, as all sources are heard every evening.
    pub next_change: Option<Time>,
    /// Whether it asks to keep apart.
    pub apart: bool,
    /// Whether it counts check-ins.
    pub checks_in: bool,
}

/// A check-in: where in [`Recorder`] stands what it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckIn(u32);

/// Makes items, each with a number of its own. What stands in millions of items is held once, and of each item only what
/// the policy reads.
#[derive(Debug)]
pub(super) struct Recorder {
    last: u64,
    pub at: Time,
    names: BTreeSet<Arc<str>>,
    words: BTreeSet<Arc<str>>,
    /// Two items for each evening: what those who are well and those who are ill say in a check-in. They speak of nobody:
    /// whose they are is asked by no decision.
    said: Vec<Evidence>,
    /// Whether this evening's two make any difference to somebody.
    are_heeded: [bool; 2],
}

const NOBODY: PersonId = PersonId(0);

impl Recorder {
    pub fn new(policy: &Policy) -> Self {
        let (names, words, said) = (policy.names_read(), BTreeSet::new(), Vec::new());
        Self { last: 0, at: Time::MIN, names, words, said, are_heeded: [true; 2] }
    }

    /// Begins the evening of which people are decided at `now`. Its check-ins come before all else that it records.
    pub fn begin(&mut self, policy: &Policy, now: Time) {
        self.at = Time(now.0 - BEFORE_MIDNIGHT.0);
        let day = policy.zone.day(self.at);
        let is_over = day < policy.zone.day(now);
        self.are_heeded = [false, true].map(|ill| {
            let says = Attributes::new().with("day", day).with("fever", ill);
            let item = self.item(NOBODY, Kind::CheckIn, "self", &says);
            let is_heeded = !is_over || policy.heeds(&item);
            self.said.push(item);
            is_heeded
        });
    }

    /// What somebody who is well, or ill, says in this evening's check-in; nothing where that changes no answer.
    pub fn check_in(&self, ill: bool) -> Option<CheckIn> {
        let place = self.said.len() - if ill { 1 } else { 2 };
        self.are_heeded[usize::from(ill)].then(|| CheckIn(u32::try_from(place).unwrap_or(u32::MAX)))
    }

    /// An item that happened when it is recorded.
    pub fn item(&mut self, person: PersonId, kind: Kind, source: &str, attributes: &Attributes) -> Evidence {
        self.last += 1;
        Evidence {
            id: EvidenceId(self.last),
            person,
            kind,
            happened_at: self.at,
            recorded_at: self.at,
            source: self.word(source),
            origin: None,
            about: None,
            attributes: self.what_is_read(attributes),
        }
    }

    fn what_is_read(&mut self, attributes: &Attributes) -> Attributes {
        let mut read = Attributes::new();
        for (name, value) in attributes.iter() {
            let Some(name) = self.names.get(name).map(Arc::clone) else { continue };
            match value {
                Value::Text(text) => read.set(name, Value::Text(self.word(text))),
                value => read.set(name, value.clone()),
            }
        }
        read
    }

    fn word(&mut self, word: &str) -> Arc<str> {
        if let Some(known) = self.words.get(word) {
            return Arc::clone(known);
        }
        let new: Arc<str> = Arc::from(word);
        self.words.insert(Arc::clone(&new));
        new
    }
}

impl Records {
    pub fn new(people: u32) -> Self {
        Self { places: vec![NOWHERE; people as usize], all: Vec::new() }
    }

    /// The record of somebody, begun where there is none; nothing where nobody has the number.
    pub fn of(&mut self, person: PersonNo) -> Option<&mut Record> {
        let place = self.places.get_mut(person.0 as usize)?;
        if *place == NOWHERE {
            *place = u32::try_from(self.all.len()).unwrap_or(NOWHERE);
            self.all.push((person, Record::default()));
        }
        self.all.get_mut(*place as usize).map(|(_, record)| record)
    }

    /// Everybody, in no order.
    pub fn all(&mut self) -> &mut [(PersonNo, Record)] {
        &mut self.all
    }

    /// Everybody who was told to keep apart before they were a case, by their numbers.
    pub fn told(&self) -> Vec<Told> {
        let told = |(person, record): &(PersonNo, Record)| {
            record.told.map(|(day, days)| Told { person: *person, day, days })
        };
        let mut all: Vec<Told> = self.all.iter().filter_map(told).collect();
        all.sort_unstable_by_key(|told| told.person);
        all
    }
}

impl Record {
    pub fn add(&mut self, item: Evidence) {
        // Most people have one item: room for more would be most of what records take.
        self.own.reserve_exact(1);
        self.own.push(item);
        self.is_new = true;
    }

    pub fn check_in(&mut self, check_in: CheckIn) {
        self.check_ins.push(check_in);
        self.is_new = true;
    }

    /// Everything on record.
    pub fn evidence<'r>(&'r self, recorder: &'r Recorder) -> impl Iterator<Item = &'r Evidence> {
        let said = self.check_ins.iter().filter_map(|check_in| recorder.said.get(check_in.0 as usize));
        self.own.iter().chain(said)
    }

    /// Records an exposure, unless the same is on record: one item for each case, which grows as the exposure does.
    pub fn expose(&mut self, case: CaseId, exposure: &Derived, recorder: &mut Recorder) {
        let Some(known) = self.own.iter_mut().find(|item| is_of(item, case)) else {
            let Derived { person, kind, happened_at, origin, attributes } = exposure;
            let item = recorder.item(*person, *kind, "contact-tracing", attributes);
            return self.add(Evidence { happened_at: *happened_at, origin: Some(*origin), ..item });
        };
        let attributes = recorder.what_is_read(&exposure.attributes);
        if known.happened_at != exposure.happened_at || known.attributes != attributes {
            known.happened_at = exposure.happened_at;
            known.attributes = attributes;
            self.is_new = true;
        }
    }

    /// Takes back what a case made.
    pub fn clear(&mut self, case: CaseId) {
        self.own.retain(|item| !is_of(item, case));
        self.is_new = true;
    }

    /// Whether a verdict has to be made at `now`.
    pub fn is_due(&self, now: Time) -> bool {
        self.is_new || self.decided.next_change.is_some_and(|at| at <= now)
    }

    /// Counts another day apart, told in the evening of a day.
    pub fn tell(&mut self, day: u32) {
        if !self.is_case {
            self.told.get_or_insert((day, 0)).1 += 1;
        }
    }

    /// Takes what was decided on everything on record.
    pub fn settle(&mut self, decided: Decided) {
        self.is_new = false;
        self.decided = decided;
    }
}

fn is_of(item: &Evidence, case: CaseId) -> bool {
    item.kind == Kind::Exposure && item.origin == Some(Origin::Case(case))
}

/// How long before midnight an evening writes down what it found.
const BEFORE_MIDNIGHT: Span = Span::from_minutes(1);

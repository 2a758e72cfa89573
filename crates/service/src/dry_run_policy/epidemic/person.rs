//! What is on record about one person during a dry run.

use kangma_core::{
    Attributes, CaseId, Day, Evidence, EvidenceId, Kind, Origin, PersonId, Span, Time, derive::Derived,
};
use std::{collections::BTreeSet, sync::Arc};

/// The items of one person, and what was decided last.
#[derive(Debug, Default)]
pub(super) struct Record {
    /// Results, their own case, exposures.
    own: Vec<Evidence>,
    check_ins: Vec<CheckIn>,
    /// Whether there is anything that was not decided on yet.
    pub is_new: bool,
    /// When the last verdict may change by itself.
    pub next_change: Option<Time>,
    /// Whether the last verdict asks to keep apart.
    pub apart: bool,
    /// Whether it counts check-ins.
    pub checks_in: bool,
}

/// A check-in: where in [`Recorder`] stands what it says.
#[derive(Debug, Clone, Copy)]
pub(super) struct CheckIn(u32);

/// Makes items, each with a number of its own. What stands in millions of items is held once.
#[derive(Debug)]
pub(super) struct Recorder {
    last: u64,
    pub at: Time,
    words: BTreeSet<Arc<str>>,
    /// Two items for each evening: what those who are well and those who are ill say in a check-in. They speak of nobody:
    /// whose they are is asked by no decision.
    said: Vec<Evidence>,
}

const NOBODY: PersonId = PersonId(0);

impl Recorder {
    pub fn new() -> Self {
        Self { last: 0, at: Time::MIN, words: BTreeSet::new(), said: Vec::new() }
    }

    /// Begins an evening, whose check-ins come before all else that it records.
    pub fn begin(&mut self, at: Time, day: Day) {
        self.at = at;
        for ill in [false, true] {
            let says = Attributes::new().with("day", day).with("fever", ill);
            let item = self.item(NOBODY, Kind::CheckIn, "self", &says);
            self.said.push(item);
        }
    }

    /// What somebody who is well, or ill, says in this evening's check-in.
    pub fn check_in(&self, ill: bool) -> CheckIn {
        let place = self.said.len() - if ill { 1 } else { 2 };
        CheckIn(u32::try_from(place).unwrap_or(u32::MAX))
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
            attributes: attributes.holding(|word| self.word(word)),
        }
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

impl Record {
    pub fn add(&mut self, item: Evidence) {
        // Most people have one item or two: room for more would be most of what a record takes.
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
        if known.happened_at != exposure.happened_at || known.attributes != exposure.attributes {
            known.happened_at = exposure.happened_at;
            known.attributes = exposure.attributes.holding(|word| recorder.word(word));
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
        self.is_new || self.next_change.is_some_and(|at| at <= now)
    }
}

fn is_of(item: &Evidence, case: CaseId) -> bool {
    item.kind == Kind::Exposure && item.origin == Some(Origin::Case(case))
}

/// How long before midnight an evening writes down what it found.
pub(super) const BEFORE_MIDNIGHT: Span = Span::from_minutes(1);

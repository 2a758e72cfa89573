//! What is on record about one person during a dry run.

use kangma_core::{
    Attributes, CaseId, Day, Evidence, EvidenceId, Kind, Origin, PersonId, Span, Time, derive::Derived,
};
use std::sync::Arc;

/// The items of one person, and what was decided last.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub evidence: Vec<Evidence>,
    /// Whether there is anything that was not decided on yet.
    pub is_new: bool,
    /// When the last verdict may change by itself.
    pub next_change: Option<Time>,
    /// Whether the last verdict asks to keep apart.
    pub apart: bool,
    /// Whether it counts check-ins.
    pub checks_in: bool,
}

/// Makes items, each with a number of its own. Words that stand in millions of items are held once.
#[derive(Debug)]
pub(super) struct Recorder {
    last: u64,
    pub at: Time,
    tracing: Arc<str>,
    person: Arc<str>,
    day: Arc<str>,
    fever: Arc<str>,
}

impl Recorder {
    pub fn new() -> Self {
        let [tracing, person, day, fever] = ["contact-tracing", "self", "day", "fever"].map(Arc::from);
        Self { last: 0, at: Time::MIN, tracing, person, day, fever }
    }

    /// What somebody who is well, or ill, says in a check-in.
    pub fn check_in(&mut self, person: PersonId, day: Day, ill: bool) -> Evidence {
        let said = Attributes::new().with(Arc::clone(&self.day), day).with(Arc::clone(&self.fever), ill);
        let source = Arc::clone(&self.person);
        self.item(person, Kind::CheckIn, source, said)
    }

    /// An item that happened when it is recorded.
    pub fn item(
        &mut self,
        person: PersonId,
        kind: Kind,
        source: impl Into<Arc<str>>,
        attributes: Attributes,
    ) -> Evidence {
        self.last += 1;
        Evidence {
            id: EvidenceId(self.last),
            person,
            kind,
            happened_at: self.at,
            recorded_at: self.at,
            source: source.into(),
            origin: None,
            about: None,
            attributes,
        }
    }
}

impl Record {
    pub fn add(&mut self, item: Evidence) {
        self.evidence.push(item);
        self.is_new = true;
    }

    /// Records an exposure, unless the same is on record: one item for each case, which grows as the exposure does.
    pub fn expose(&mut self, case: CaseId, exposure: Derived, recorder: &mut Recorder) {
        let Some(known) = self.evidence.iter_mut().find(|item| is_of(item, case)) else {
            let item = recorder.item(
                exposure.person,
                exposure.kind,
                Arc::clone(&recorder.tracing),
                exposure.attributes,
            );
            return self.add(Evidence {
                happened_at: exposure.happened_at,
                origin: Some(exposure.origin),
                ..item
            });
        };
        if known.happened_at != exposure.happened_at || known.attributes != exposure.attributes {
            known.happened_at = exposure.happened_at;
            known.attributes = exposure.attributes;
            self.is_new = true;
        }
    }

    /// Takes back what a case made.
    pub fn clear(&mut self, case: CaseId) {
        self.evidence.retain(|item| !is_of(item, case));
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

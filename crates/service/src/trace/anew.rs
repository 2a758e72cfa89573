//! When cases last changed: whoever compared one before that has to compare it anew.

use kangma_core::CaseId;
use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

/// One change, by its running number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) struct Mark(u64);

/// The last change of each case since the service opened.
#[derive(Debug, Default)]
pub(crate) struct Anew(Mutex<Marks>);

#[derive(Debug, Default)]
struct Marks {
    last: Mark,
    of: BTreeMap<CaseId, Mark>,
}

impl Anew {
    /// Says that an act changes something about a case.
    pub(super) fn mark(&self, case: CaseId) {
        let mut marks = self.marks();
        marks.last.0 += 1;
        let last = marks.last;
        marks.of.insert(case, last);
    }

    /// The last change so far. An act that asks knows by its own commit that everything up to it is in the store.
    pub(super) fn last(&self) -> Mark {
        self.marks().last
    }

    /// Whether a case changed after `mark`.
    pub(super) fn changed_after(&self, case: CaseId, mark: Mark) -> bool {
        self.marks().of.get(&case).is_some_and(|last| *last > mark)
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

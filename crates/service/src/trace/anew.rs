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
    /// The last change of everything: of the policy, and with it of the presences.
    all: Mark,
    of: BTreeMap<CaseId, Mark>,
    /// Since when a case has to be looked at once more after the job that traces it.
    again: BTreeMap<CaseId, Mark>,
}

impl Anew {
    /// Says that an act changes something about a case.
    pub(super) fn mark(&self, case: CaseId) {
        let mut marks = self.marks();
        let mark = marks.next();
        marks.of.insert(case, mark);
    }

    /// Says that a policy came into force which says of every case what it causes.
    pub(crate) fn mark_all(&self) {
        let mut marks = self.marks();
        marks.all = marks.next();
    }

    /// Says that visits came in late which may concern cases that a job traces. Its comparison stands: gates hand in more often
    /// than a long job could begin anew.
    pub(super) fn look_again(&self, cases: &[CaseId]) {
        let mut marks = self.marks();
        let mark = marks.next();
        marks.again.extend(cases.iter().map(|case| (*case, mark)));
    }

    /// The cases that have to be looked at again and were compared before that, by when each was; nobody else is told of any.
    pub(super) fn take_again(&self, compared: &BTreeMap<CaseId, Mark>) -> Vec<CaseId> {
        let mut marks = self.marks();
        let theirs = marks.again.extract_if(.., |case, _| compared.contains_key(case));
        theirs.filter(|(case, since)| compared[case] < *since).map(|(case, _)| case).collect()
    }

    /// The last change so far. An act that asks knows by its own commit that everything up to it is in the store.
    pub(super) fn last(&self) -> Mark {
        self.marks().last
    }

    /// Whether a case changed after `mark`.
    pub(super) fn changed_after(&self, case: CaseId, mark: Mark) -> bool {
        let marks = self.marks();
        marks.all > mark || marks.of.get(&case).is_some_and(|last| *last > mark)
    }

    fn marks(&self) -> MutexGuard<'_, Marks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Marks {
    fn next(&mut self) -> Mark {
        self.last.0 += 1;
        self.last
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_that_comes_into_force_makes_every_comparison_before_it_an_old_one() {
        let (anew, [one, other]) = (Anew::default(), [1, 2].map(CaseId));
        anew.mark(one);
        let compared = anew.last();
        assert!(!anew.changed_after(one, compared) && !anew.changed_after(other, compared));
        anew.mark(other);
        assert!(!anew.changed_after(one, compared) && anew.changed_after(other, compared));
        anew.mark_all();
        assert!(anew.changed_after(one, compared));
        assert!(!anew.changed_after(one, anew.last()));
    }
}

//! Whose rows were written lately: what was read of anybody else beside the writer still holds.

use kangma_core::PersonId;
use std::collections::HashMap;

/// Of at least so many people it is remembered, and of at most twice as many.
const LEAST: usize = 65_536;

/// The time of an act among the acts of this process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Moment(u64);

/// When people were last written about.
#[derive(Debug, Default)]
pub(crate) struct Moments {
    now: Moment,
    /// Before here nothing is remembered.
    forgotten: Moment,
    /// Where `last` begins.
    turned: Moment,
    before: HashMap<PersonId, Moment>,
    last: HashMap<PersonId, Moment>,
}

impl Moments {
    pub(crate) fn begin_act(&mut self) {
        self.now.0 += 1;
    }

    pub(crate) fn now(&self) -> Moment {
        self.now
    }

    /// Their standing, their own data or who looks after them. Evidence is never recorded without a standing.
    pub(crate) fn written(&mut self, person: PersonId) {
        if self.last.len() >= LEAST {
            self.before = std::mem::take(&mut self.last);
            (self.forgotten, self.turned) = (self.turned, self.now);
        }
        self.last.insert(person, self.now);
    }

    pub(crate) fn written_after(&self, moment: Moment, person: PersonId) -> bool {
        let last = self.last.get(&person).or_else(|| self.before.get(&person));
        moment < self.forgotten || last.is_some_and(|last| *last > moment)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_remembered_until_there_is_too_much_and_then_everybody_counts_as_written() {
        let mut moments = Moments::default();
        let [one, other] = [PersonId(1), PersonId(2)];
        moments.begin_act();
        moments.written(one);
        let between = moments.now();
        assert!(!moments.written_after(between, one), "whoever reads after this act sees it");
        moments.begin_act();
        moments.written(one);
        assert!(moments.written_after(between, one) && !moments.written_after(between, other));
        let many = |moments: &mut Moments, from: u64| {
            moments.begin_act();
            (from..).take(LEAST).for_each(|id| moments.written(PersonId(id)));
        };
        many(&mut moments, 100_000);
        let later = moments.now();
        assert!(moments.written_after(between, one) && !moments.written_after(between, other));
        many(&mut moments, 200_000);
        assert!(moments.written_after(between, other), "nothing is known of so long ago");
        assert!(!moments.written_after(later, other) && moments.written_after(later, PersonId(200_000)));
        assert!(!moments.written_after(moments.now(), other));
    }
}

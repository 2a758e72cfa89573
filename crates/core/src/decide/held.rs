//! When something holds: stretches of time, because what was met can be undone again.

use crate::{Time, Window};
use smallvec::{SmallVec, smallvec};

/// The stretches in which something holds, in order, none touching the next.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held(SmallVec<[Window; 1]>);

impl Held {
    /// From an instant on, or never.
    pub(crate) fn from(at: Option<Time>) -> Self {
        at.map_or_else(Self::default, |at| Self(smallvec![Window { from: at, until: Time::MAX }]))
    }

    /// Adds a later stretch; one of no length adds nothing.
    pub(crate) fn add(&mut self, from: Time, until: Time) {
        let Some(window) = Window::new(from, until) else { return };
        match self.0.last_mut() {
            Some(last) if last.until >= from => last.until = last.until.max(until),
            _ => self.0.push(window),
        }
    }

    /// The first instant from `since` on at which it holds.
    pub(crate) fn first_from(&self, since: Time) -> Option<Time> {
        self.0.iter().find(|window| window.until > since).map(|window| window.from.max(since))
    }

    pub(crate) fn both(&self, other: &Held) -> Held {
        let mut both = Held::default();
        for window in &self.0 {
            for shared in other.0.iter().filter_map(|other| window.overlap(other)) {
                both.add(shared.from, shared.until);
            }
        }
        both
    }

    pub(crate) fn either(&self, other: &Held) -> Held {
        let mut all: SmallVec<[Window; 2]> = self.0.iter().chain(&other.0).copied().collect();
        all.sort_unstable_by_key(|window| window.from);
        let mut either = Held::default();
        all.iter().for_each(|window| either.add(window.from, window.until));
        either
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(windows: &[(i64, i64)]) -> Held {
        let mut held = Held::default();
        windows.iter().for_each(|(from, until)| held.add(Time(*from), Time(*until)));
        held
    }

    fn stretches(held: &Held) -> Vec<(i64, i64)> {
        held.0.iter().map(|window| (window.from.0, window.until.0)).collect()
    }

    #[test]
    fn both_is_where_two_overlap_and_either_is_where_one_of_them_holds() {
        let (one, other) = (held(&[(0, 5), (8, 20)]), held(&[(3, 9), (20, 25)]));
        assert_eq!(stretches(&one.both(&other)), [(3, 5), (8, 9)]);
        assert_eq!(stretches(&one.either(&other)), [(0, 25)]);
        assert_eq!(stretches(&held(&[(0, 2)]).either(&held(&[(3, 4)]))), [(0, 2), (3, 4)]);
    }

    #[test]
    fn the_first_instant_is_not_before_the_one_asked_from_and_not_at_the_end_of_a_stretch() {
        let held = held(&[(3, 9), (20, 25)]);
        let first = |since| held.first_from(Time(since)).map(|at| at.0);
        assert_eq!(
            [first(0), first(3), first(5), first(9), first(25)],
            [Some(3), Some(3), Some(5), Some(20), None]
        );
        assert_eq!(Held::from(None).first_from(Time::MIN), None);
    }
}

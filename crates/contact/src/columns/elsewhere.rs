//! People who were at two points at once: it happens, a shop lies inside a mall, and too often it is a mistake.

use super::{Columns, Period, block::Cell};
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};

impl Columns {
    /// How many presences share time with another one of the same person elsewhere; those that only touch do not.
    #[must_use]
    pub fn elsewhere_too(&self) -> usize {
        let (next, found) = (AtomicU32::new(0), AtomicUsize::new(0));
        let count = || {
            let mut stays = Vec::new();
            loop {
                let first = next.fetch_add(STEP, Ordering::Relaxed);
                if first >= self.persons() {
                    return;
                }
                for person in first..self.persons().min(first.saturating_add(STEP)) {
                    found.fetch_add(self.elsewhere_too_of(person, &mut stays), Ordering::Relaxed);
                }
            }
        };
        std::thread::scope(|scope| {
            scope.spawn(count);
            count();
        });
        found.into_inner()
    }

    fn elsewhere_too_of(&self, person: u32, stays: &mut Vec<Stay>) -> usize {
        let always = Period { from: 0, until: u32::MAX };
        // Of nearly everybody each stay begins when the one before it ends, or later.
        let (mut ends, mut apart) = (0, true);
        self.by_person.overlapping(person, always, 0, self.kept_from, &mut |cell: Cell| {
            apart &= cell.from >= ends;
            ends = ends.max(cell.until);
        });
        if apart {
            return 0;
        }
        stays.clear();
        self.by_person.overlapping(person, always, 0, self.kept_from, &mut |cell: Cell| {
            stays.push(Stay { from: cell.from, until: cell.until, point: cell.other });
        });
        of_one(stays)
    }
}

/// Whoever of the two threads is done with so many persons takes the next.
const STEP: u32 = 1_024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Stay {
    from: u32,
    until: u32,
    point: u32,
}

/// The same of one person's stays. Each is held against the one before it that ends last, and the one after it that begins
/// first, of those elsewhere.
fn of_one(stays: &mut Vec<Stay>) -> usize {
    // Packed, they lie in this order.
    if !stays.is_sorted() {
        stays.sort_unstable();
    }
    stays.dedup();
    let mut before = LastEnds::default();
    let mut next_elsewhere = 0;
    let mut is_elsewhere_too = |at: usize| {
        let stay = stays[at];
        next_elsewhere = next_elsewhere.max(at);
        while stays.get(next_elsewhere).is_some_and(|next| next.point == stay.point) {
            next_elsewhere += 1;
        }
        let begins = stays.get(next_elsewhere).is_some_and(|next| next.from < stay.until);
        let ends = before.elsewhere(stay.point) > stay.from;
        before.pass(stay);
        begins || ends
    };
    (0..stays.len()).filter(|at| is_elsewhere_too(*at)).count()
}

/// When the stays so far end last, at one point and at all others.
#[derive(Debug, Default)]
struct LastEnds {
    point: u32,
    there: u32,
    elsewhere: u32,
}

impl LastEnds {
    fn elsewhere(&self, point: u32) -> u32 {
        if point == self.point { self.elsewhere } else { self.there }
    }

    fn pass(&mut self, stay: Stay) {
        if stay.point == self.point {
            self.there = self.there.max(stay.until);
        } else if stay.until > self.there {
            self.elsewhere = self.there;
            (self.point, self.there) = (stay.point, stay.until);
        } else {
            self.elsewhere = self.elsewhere.max(stay.until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A linear congruence is chance enough here.
    fn stays(seed: u32) -> Vec<Stay> {
        let mut state = seed;
        let mut below = |end: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % end
        };
        let count = below(9);
        let stay = |below: &mut dyn FnMut(u32) -> u32| {
            let from = below(20);
            Stay { from, until: from + 1 + below(7), point: below(3) }
        };
        (0..count).map(|_| stay(&mut below)).collect()
    }

    #[test]
    fn stays_that_share_time_elsewhere_are_as_many_as_holding_each_against_each_finds() {
        let mut counts = [0; 10];
        for seed in 0..20_000 {
            let mut stays = stays(seed);
            let mut all = stays.clone();
            all.sort_unstable();
            all.dedup();
            let meets = |one: &Stay| {
                all.iter().any(|it| it.point != one.point && it.from < one.until && it.until > one.from)
            };
            let expected = all.iter().filter(|one| meets(one)).count();
            assert_eq!(of_one(&mut stays), expected, "{all:?}");
            counts[expected] += 1;
        }
        assert!(counts[0] > 100 && counts[2] > 100 && counts[5] > 100, "{counts:?}");
    }
}

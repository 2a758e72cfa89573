//! The look-out for one presentation at two places: a relayed or copied code.

use crate::{Cti, SKEW};
use kangma_core::{PointId, Span, Time};
use std::collections::{HashMap, VecDeque};

/// A presentation can be fresh from this long before its time until this long after.
const FRESH: Span = Span(2 * SKEW.0);

type Presentation = (Cti, Time);

/// Whether a presentation was seen before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Replay {
    /// No.
    First,
    /// At the same point: somebody scanned twice.
    SamePoint {
        /// When it was first seen.
        at: Time,
    },
    /// At another point: one of the two is a copy.
    Elsewhere {
        /// Where it was first seen.
        point: PointId,
        /// When.
        at: Time,
    },
}

/// Remembers presentations for as long as they can be fresh, and no more of them than it was allowed.
#[derive(Debug)]
pub struct ReplayGuard {
    most: usize,
    seen: HashMap<Presentation, (PointId, Time)>,
    order: VecDeque<(Time, Presentation)>,
}

impl ReplayGuard {
    /// Remembers at most `most` presentations (about 100 bytes each); the oldest make room.
    #[must_use]
    pub fn new(most: usize) -> Self {
        Self { most: most.max(1), seen: HashMap::new(), order: VecDeque::new() }
    }

    /// Notes a verified presentation, and says whether it was seen before.
    pub fn observe(&mut self, cti: Cti, presented_at: Time, point: PointId, now: Time) -> Replay {
        self.forget(now);
        match self.seen.get(&(cti, presented_at)) {
            Some((first, at)) if *first == point => return Replay::SamePoint { at: *at },
            Some((first, at)) => return Replay::Elsewhere { point: *first, at: *at },
            None => {}
        }
        while self.order.len() >= self.most {
            self.drop_oldest();
        }
        self.seen.insert((cti, presented_at), (point, now));
        self.order.push_back((now, (cti, presented_at)));
        Replay::First
    }

    /// How many it remembers.
    #[must_use]
    pub fn len(&self) -> usize {
        self.seen.len()
    }

    /// Whether it remembers none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.seen.is_empty()
    }

    fn forget(&mut self, now: Time) {
        while self.order.front().is_some_and(|(noted, _)| now - *noted > FRESH) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some((_, presentation)) = self.order.pop_front() {
            self.seen.remove(&presentation);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Time = Time::from_seconds(1_800_000_000);

    #[test]
    fn one_presentation_at_two_points_is_noticed_and_at_one_point_is_told_apart() {
        let mut guard = ReplayGuard::new(10);
        let see = |guard: &mut ReplayGuard, point| guard.observe(Cti([1; 16]), NOW, PointId(point), NOW);
        assert_eq!(see(&mut guard, 1), Replay::First);
        assert_eq!(see(&mut guard, 1), Replay::SamePoint { at: NOW });
        assert_eq!(see(&mut guard, 2), Replay::Elsewhere { point: PointId(1), at: NOW });
    }

    #[test]
    fn the_next_presentation_of_the_same_code_is_another() {
        let mut guard = ReplayGuard::new(10);
        assert_eq!(guard.observe(Cti([1; 16]), NOW, PointId(1), NOW), Replay::First);
        let next = NOW + Span::from_seconds(20);
        assert_eq!(guard.observe(Cti([1; 16]), next, PointId(2), next), Replay::First);
    }

    #[test]
    fn memory_is_bounded_by_number_and_by_time() {
        let mut guard = ReplayGuard::new(3);
        for n in 0..10 {
            guard.observe(Cti([n; 16]), NOW, PointId(1), NOW);
        }
        assert_eq!(guard.len(), 3);
        guard.observe(Cti([99; 16]), NOW, PointId(1), NOW + FRESH);
        assert_eq!(guard.len(), 3);
        guard.observe(Cti([98; 16]), NOW, PointId(1), NOW + FRESH + Span(1));
        assert_eq!(guard.len(), 2);
    }
}

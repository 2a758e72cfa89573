//! Everybody who was at a point in a window: what a published exposure site or a risk area asks.

use super::{PresenceIndex, period, span, window};
use crate::columns::{Period, PointNo, Present, Site};
use kangma_core::{Assurance, PersonId, PointId, Span, Window};

/// A place and a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The place.
    pub point: PointId,
    /// The time.
    pub window: Window,
    /// Visits below this do not count.
    pub least: Assurance,
}

/// One person's part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Attendance {
    /// Who.
    pub person: PersonId,
    /// From the first instant there to the end of the last, inside the occasion.
    pub window: Window,
    /// The longest stretch without a break.
    pub unbroken: Span,
    /// All of it.
    pub summed: Span,
    /// The most people there at one time meanwhile.
    pub crowd: u32,
    /// By what it is proven, at its weakest.
    pub assurance: Assurance,
}

impl PresenceIndex {
    /// Everybody present, by person.
    #[must_use]
    pub fn attendance(&self, occasion: &Occasion) -> Vec<Attendance> {
        let held = self.read();
        let Some(point) = held.points.known(occasion.point) else { return Vec::new() };
        let site = Site { point: PointNo(point), during: period(occasion.window) };
        let there = held.columns.present(&site, occasion.least);
        let one = |present: &Present| Some(Attendance::of(held.people.id(present.person.0)?, present));
        let mut there: Vec<Attendance> = there.iter().filter_map(one).collect();
        there.sort_by_key(|one| one.person);
        there
    }
}

impl Attendance {
    fn of(person: PersonId, present: &Present) -> Self {
        Self {
            person,
            window: window(Period { from: present.first, until: present.last }),
            unbroken: span(present.unbroken_seconds),
            summed: Span::from_seconds(i64::try_from(present.seconds).unwrap_or(i64::MAX)),
            crowd: present.crowd,
            assurance: present.assurance,
        }
    }
}

//! Everybody who was at a point in a window: what a published exposure site or a risk area asks.

use super::{PresenceIndex, occupancy::Occupancy};
use crate::cover::Cover;
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
        let people = self.sight(occasion.least).people(occasion.point, occasion.window);
        let occupancy = Occupancy::of(people.values());
        people.iter().filter_map(|(person, cover)| Attendance::of(*person, cover, &occupancy)).collect()
    }
}

impl Attendance {
    fn of(person: PersonId, cover: &Cover, occupancy: &Occupancy) -> Option<Self> {
        let runs = cover.unbroken();
        let lengths = || runs.iter().map(|run| run.window.length());
        Some(Self {
            person,
            window: Window { from: runs.first()?.window.from, until: runs.last()?.window.until },
            unbroken: lengths().max()?,
            summed: lengths().fold(Span::ZERO, |sum, length| sum + length),
            crowd: runs.iter().map(|run| occupancy.most(&run.window)).max()?,
            assurance: runs.iter().map(|run| run.assurance).min()?,
        })
    }
}

//! Where more of a set of cases were together than chance would bring together.

use super::{PresenceIndex, period, window};
use crate::columns::{Case, PersonNo, Together};
use kangma_core::{PersonId, PointId, Window};

/// A point and an hour in which several of the cases were there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gathering {
    /// Where.
    pub point: PointId,
    /// The hour.
    pub window: Window,
    /// How many of the cases were there, each in its own window.
    pub cases: u32,
    /// How many people were there, the cases among them.
    pub people: u32,
    /// How many cases would be among so many people by chance.
    pub expected: f64,
    /// How improbable so many or more are by chance, as the negative decimal logarithm: 6 is one in a million.
    pub surprise: f64,
}

impl PresenceIndex {
    /// Where and when at least so many of the cases were, each in the window in which it may have been infected; the most
    /// surprising first. See [`crate::columns::Columns::gatherings`].
    #[must_use]
    pub fn gatherings(&self, cases: &[(PersonId, Window)], asked: &Together) -> Vec<Gathering> {
        let held = self.read();
        let known = cases.iter().filter_map(|(person, during)| {
            Some(Case { person: PersonNo(held.people.known(*person)?), during: period(*during) })
        });
        let cases: Vec<Case> = known.collect();
        let found = held.columns.gatherings(&cases, asked).into_iter();
        found
            .filter_map(|one| {
                Some(Gathering {
                    point: held.points.id(one.point.0)?,
                    window: window(one.during),
                    cases: one.cases,
                    people: one.people,
                    expected: one.expected,
                    surprise: one.surprise,
                })
            })
            .collect()
    }
}

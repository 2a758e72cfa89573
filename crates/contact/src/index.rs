//! The presence index: takes scans, answers who was where and with whom.

pub mod attendance;
pub mod encounters;
mod occupancy;
pub mod onward;
mod scans;

use crate::{
    cover::{Cover, Piece},
    presence::{Presence, stretches},
    stays::{Stay, Stays},
};
use kangma_core::{Assurance, Day, PersonId, PointId, Visit, Window, Zone};
use scans::Scans;
use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard},
};

/// Scans by person and by point, in memory. Share it behind an `Arc`: it may be asked while it is fed, and
/// each question sees every batch whole or not at all.
#[derive(Debug)]
pub struct PresenceIndex {
    zone: Zone,
    stays: Stays,
    held: RwLock<Held>,
}

/// What one question reads.
#[derive(Debug, Default)]
struct Held {
    scans: Scans,
    kinds: BTreeMap<PointId, Arc<str>>,
}

/// What became of a batch of visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Inserted {
    /// Taken.
    pub added: usize,
    /// Held already: same person, point, time and direction. The better assurance stays.
    pub repeated: usize,
    /// Of days that were dropped: not taken.
    pub dropped: usize,
}

/// The kind of a point that nobody registered.
const UNCLASSIFIED: &str = "unclassified";

impl PresenceIndex {
    /// An empty index whose days are those of `zone`.
    #[must_use]
    pub fn new(zone: Zone, stays: Stays) -> Self {
        Self { zone, stays, held: RwLock::default() }
    }

    /// Says what kind of point one is. It may be said late, or again: later answers follow it.
    pub fn register(&self, point: PointId, kind: &str) {
        self.write().kinds.insert(point, Arc::from(kind));
    }

    /// Takes visits in any order. The same visit twice is one.
    pub fn insert(&self, visits: &[Visit]) -> Inserted {
        let mut held = self.write();
        let mut inserted = Inserted::default();
        for visit in visits {
            let count = if held.scans.has_dropped(self.zone.day(visit.at)) {
                &mut inserted.dropped
            } else if held.scans.insert(visit) {
                &mut inserted.added
            } else {
                &mut inserted.repeated
            };
            *count += 1;
        }
        inserted
    }

    /// Takes a wrong scan back, whatever assurance it has. Says whether it was held.
    pub fn remove(&self, visit: &Visit) -> bool {
        self.write().scans.remove(visit)
    }

    /// Drops every visit of the days before `day`, and takes none of them again. Says how many were dropped.
    pub fn drop_days_before(&self, day: Day) -> usize {
        let midnight = self.zone.midnight(day);
        self.write().scans.drop_before(day, midnight)
    }

    /// How many visits are held.
    #[must_use]
    pub fn visits(&self) -> usize {
        self.read().scans.len()
    }

    /// Where a person was, as far as visits of at least this assurance say, and inside the window. By time,
    /// then by point. Overlapping or touching visits at one point are one presence.
    #[must_use]
    pub fn presences(&self, person: PersonId, window: Window, least: Assurance) -> Vec<Presence> {
        let sight = self.sight(least);
        let covers = sight.covers(person, window);
        let mut presences: Vec<Presence> = covers
            .into_iter()
            .flat_map(|(point, cover)| cover.unbroken().into_iter().map(move |piece| (point, piece)))
            .map(|(point, Piece { window, assurance })| Presence { person, point, window, assurance })
            .collect();
        presences.sort_by_key(|presence| (presence.window.from, presence.point));
        presences
    }

    fn sight(&self, least: Assurance) -> Sight<'_> {
        Sight { zone: &self.zone, stays: &self.stays, held: self.read(), least }
    }

    /// A panic while writing leaves at worst a batch half taken, and inserting it again mends that.
    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What one question sees: the index as it is now, visits below an assurance left out.
///
/// They are left out before presences are made, so that a weak scan neither adds to a stay nor ends one.
struct Sight<'a> {
    zone: &'a Zone,
    stays: &'a Stays,
    held: RwLockReadGuard<'a, Held>,
    least: Assurance,
}

impl Sight<'_> {
    fn kind(&self, point: PointId) -> Arc<str> {
        self.held.kinds.get(&point).map_or_else(|| Arc::from(UNCLASSIFIED), Arc::clone)
    }

    fn stay(&self, point: PointId) -> Stay {
        self.held.kinds.get(&point).map_or(self.stays.otherwise, |kind| self.stays.of(kind))
    }

    /// Where a person was inside the window, by point.
    fn covers(&self, person: PersonId, window: Window) -> BTreeMap<PointId, Cover> {
        let mut pieces: BTreeMap<PointId, Vec<Piece>> = BTreeMap::new();
        let scans = self.held.scans.of_person(person, self.wide(window), self.least);
        for stretch in stretches(&scans, |point| self.stay(point)) {
            let piece = Piece { window: stretch.window, assurance: stretch.assurance };
            if let Some(piece) = piece.within(&window) {
                pieces.entry(stretch.point).or_default().push(piece);
            }
        }
        pieces.into_iter().map(|(point, pieces)| (point, Cover::of(&pieces))).collect()
    }

    /// Who was at a point inside the window, and when.
    fn people(&self, point: PointId, window: Window) -> BTreeMap<PersonId, Cover> {
        let people = self.held.scans.people_at(point, self.wide(window));
        let cover = |person| Some((person, self.covers(person, window).remove(&point)?));
        people.into_iter().filter_map(cover).collect()
    }

    /// The window whose scans decide the presences of `window`: no stay is longer than the reach, and
    /// whether an exit belongs to an entry is decided within it too.
    fn wide(&self, window: Window) -> Window {
        let reach = self.stays.reach();
        Window { from: window.from - reach, until: window.until + reach }
    }
}

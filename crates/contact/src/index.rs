//! The presence index: takes scans, answers who was where and with whom.

pub mod attendance;
pub mod encounters;
pub mod gatherings;
mod held;
mod numbers;
pub mod onward;
mod scans;
mod snapshot;

use crate::{
    columns::Period,
    presence::{Presence, Scan},
    stays::Stays,
};
use held::Held;
use kangma_core::{Assurance, Day, PersonId, PointId, Span, Time, Visit, Window, Zone};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

/// Scans by person, and the presences that they prove by person and by point, packed in memory. Share it behind an `Arc`:
/// it may be asked while it is fed, and each question sees every batch whole or not at all.
///
/// Times are kept to the second: what lies between two seconds is cut off.
#[derive(Debug)]
pub struct PresenceIndex {
    zone: Zone,
    held: RwLock<Held>,
    /// Days fall in steps. No snapshot is taken, and no other day falls, between two of them.
    falling: Mutex<()>,
}

/// What became of a batch of visits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Inserted {
    /// Taken.
    pub added: usize,
    /// Held already: same person, point, second and direction. The better assurance stays.
    pub repeated: usize,
    /// Of days that were dropped: not taken.
    pub dropped: usize,
}

/// An index that is being filled: scans first, presences once when all are there.
#[derive(Debug)]
pub struct Filling(PresenceIndex);

impl Filling {
    /// Says what kind of point one is.
    pub fn register(&self, point: PointId, kind: &str) {
        self.0.register(point, kind);
    }

    /// Takes visits in any order. The same visit twice is one.
    pub fn take(&self, visits: &[Visit]) {
        self.0.write().hold(visits);
    }

    /// The index of all that was taken.
    #[must_use]
    pub fn done(self) -> PresenceIndex {
        self.0.write().derive_all();
        self.0
    }
}

impl PresenceIndex {
    /// An empty index whose days are those of `zone`.
    #[must_use]
    pub fn new(zone: Zone, stays: Stays) -> Self {
        Self::of(zone, Held::new(stays))
    }

    fn of(zone: Zone, held: Held) -> Self {
        Self { zone, held: RwLock::new(held), falling: Mutex::default() }
    }

    /// An index that is filled before it is asked: much faster than inserting everything.
    #[must_use]
    pub fn filling(zone: Zone, stays: Stays) -> Filling {
        Filling(Self::new(zone, stays))
    }

    /// Says what kind of point one is. It may be said late, or again: later answers follow it.
    pub fn register(&self, point: PointId, kind: &str) {
        self.write().register(point, kind);
    }

    /// Takes visits in any order. The same visit twice is one.
    pub fn insert(&self, visits: &[Visit]) -> Inserted {
        self.write().insert(visits)
    }

    /// Whether it is held: same person, point, second and direction, proven at least as far.
    #[must_use]
    pub fn holds(&self, visit: &Visit) -> bool {
        self.read().holds(visit)
    }

    /// Takes a wrong scan back, whatever assurance it has. Says whether it was held.
    pub fn remove(&self, visit: &Visit) -> bool {
        self.write().remove(visit)
    }

    /// Drops every visit of the days before `day`, and takes none of them again. Says how many were dropped.
    pub fn drop_days_before(&self, day: Day) -> usize {
        let _alone = self.falling();
        let midnight = seconds(self.zone.midnight(day));
        let mut steps = self.write().begin_to_drop(midnight);
        let mut dropped = 0;
        // One step of persons at a time: gates do not wait for the whole city.
        while let Some(step) = steps.next() {
            dropped += self.write().drop_of(step, midnight, steps.end);
        }
        self.write().end_to_drop(midnight);
        dropped
    }

    /// How many visits are held.
    #[must_use]
    pub fn visits(&self) -> usize {
        self.read().visits
    }

    /// How much memory the scans and the presences take, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.read().memory_bytes()
    }

    /// Where a person was, as far as visits of at least this assurance say, and inside the window. By time,
    /// then by point. Overlapping or touching visits at one point are one presence.
    #[must_use]
    pub fn presences(&self, person: PersonId, window: Window, least: Assurance) -> Vec<Presence> {
        let held = self.read();
        let Some(number) = held.people.known(person) else { return Vec::new() };
        let covers = held.columns.covers(number, period(window), least);
        let pieces = covers
            .into_iter()
            .flat_map(|(point, cover)| cover.unbroken().into_iter().map(move |piece| (point, piece)));
        let presence = |(point, piece): (u32, crate::columns::Piece)| {
            let (point, window) = (held.points.id(point)?, self::window(piece.during));
            Some(Presence { person, point, window, assurance: piece.assurance })
        };
        let mut presences: Vec<Presence> = pieces.filter_map(presence).collect();
        presences.sort_by_key(|presence| (presence.window.from, presence.point));
        presences
    }

    /// A panic while writing leaves at worst a batch half taken, and inserting it again mends that.
    fn write(&self) -> RwLockWriteGuard<'_, Held> {
        self.held.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn falling(&self) -> MutexGuard<'_, ()> {
        self.falling.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn read(&self) -> RwLockReadGuard<'_, Held> {
        self.held.read().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Scan {
    fn of(visit: &Visit, point: u32) -> Self {
        let Visit { direction, assurance, .. } = *visit;
        Self { at: seconds(visit.at), point, direction, assurance }
    }
}

/// Whole seconds since 1970; times before and after what 32 bits hold are the first and the last of them.
fn seconds(time: Time) -> u32 {
    u32::try_from(time.seconds()).unwrap_or(if time < Time(0) { 0 } else { u32::MAX })
}

fn period(window: Window) -> Period {
    Period { from: seconds(window.from), until: seconds(window.until) }
}

fn window(period: Period) -> Window {
    Window { from: time(period.from), until: time(period.until) }
}

fn time(seconds: u32) -> Time {
    Time::from_seconds(seconds.into())
}

fn span(seconds: u32) -> Span {
    Span::from_seconds(seconds.into())
}

/// The kind of a point that nobody registered.
fn unclassified() -> Arc<str> {
    Arc::from("unclassified")
}

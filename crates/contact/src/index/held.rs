//! What the index holds, and how it is kept true to the scans.

use super::{
    Inserted,
    numbers::Numbers,
    scans::{STEP, Scans},
    seconds, unclassified,
};
use crate::{
    columns::{Columns, Marked, Pace, Period},
    presence::{Reading, Scan, Stretch},
    stays::{Stay, Stays},
};
use kangma_core::{PersonId, PointId, Visit};
use std::{ops::Range, sync::Arc};

/// What one question reads.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub people: Numbers<PersonId>,
    pub points: Numbers<PointId>,
    /// What the scans prove, as presences.
    pub columns: Columns,
    pub stays: Stays,
    /// By point: its kind, if anybody said it, and how long people stay there.
    pub kinds: Vec<(Option<Arc<str>>, Stay)>,
    pub scans: Scans,
    pub visits: usize,
    pub known_from: u32,
}

/// Who was scanned, and how.
type Scanned = (u32, Scan);

impl Held {
    pub fn new(stays: Stays) -> Self {
        Self {
            people: Numbers::default(),
            points: Numbers::default(),
            columns: Columns::default(),
            stays,
            kinds: Vec::new(),
            scans: Scans::default(),
            visits: 0,
            known_from: 0,
        }
    }

    pub fn memory_bytes(&self) -> usize {
        self.columns.memory_bytes() + self.scans.memory_bytes()
    }

    pub fn kind(&self, point: u32) -> Arc<str> {
        let kind = self.kinds.get(point as usize).and_then(|(kind, _)| kind.clone());
        kind.unwrap_or_else(unclassified)
    }

    fn stay(&self, point: u32) -> Stay {
        self.kinds.get(point as usize).map_or(self.stays.otherwise, |(_, stay)| *stay)
    }

    pub fn point(&mut self, point: PointId) -> u32 {
        let number = self.points.number(point);
        if self.kinds.len() <= number as usize {
            self.kinds.resize(number as usize + 1, (None, self.stays.otherwise));
        }
        number
    }

    pub fn register(&mut self, point: PointId, kind: &str) {
        let number = self.point(point);
        let stay = self.stays.of(kind);
        let was = std::mem::replace(&mut self.kinds[number as usize], (Some(Arc::from(kind)), stay)).1;
        if was == stay {
            return;
        }
        let always = Period { from: 0, until: u32::MAX };
        for person in self.columns.persons_at(number) {
            let scans = self.scans.of_person(person, always);
            let before =
                self.stretches(
                    person,
                    &scans,
                    always,
                    |point| {
                        if point == number { was } else { self.stay(point) }
                    },
                );
            let after = self.stretches(person, &scans, always, |point| self.stay(point));
            self.change(person, before, after);
        }
    }

    /// Takes visits, and makes what they prove.
    pub fn insert(&mut self, visits: &[Visit]) -> Inserted {
        let mut inserted = Inserted::default();
        let mut scanned: Vec<Scanned> = Vec::with_capacity(visits.len());
        for visit in visits {
            if seconds(visit.at) < self.known_from {
                inserted.dropped += 1;
                continue;
            }
            let (person, point) = (self.people.number(visit.person), self.point(visit.point));
            scanned.push((person, Scan::of(visit, point)));
        }
        let taken = scanned.len();
        // The best assurance of a scan comes first, and is the one that stays.
        scanned.sort_unstable_by(|(one, scan), (other, next)| {
            let key = |scan: &Scan| (scan.at, scan.point, scan.direction);
            (one, key(scan)).cmp(&(other, key(next))).then(next.assurance.cmp(&scan.assurance))
        });
        scanned.dedup_by(|(one, worse), (other, kept)| one == other && is_same(worse, kept));
        for of_one in scanned.chunk_by(|(one, _), (other, _)| one == other) {
            inserted.added += self.insert_of_one(of_one);
        }
        inserted.repeated = taken - inserted.added;
        self.visits += inserted.added;
        inserted
    }

    /// Takes one person's scans, in order of time. Says how many are new.
    fn insert_of_one(&mut self, scanned: &[Scanned]) -> usize {
        let [(person, first), ..] = scanned else { return 0 };
        let person = *person;
        let last = scanned.last().map_or(first.at, |(_, last)| last.at);
        let near = self.around(Period { from: first.at, until: last.saturating_add(1) });
        let before = self.scans.of_person(person, self.around(near));
        let mut after = before.clone();
        let (mut new, mut better) = (0, Vec::new());
        for (_, scan) in scanned {
            match after.iter_mut().find(|held| is_same(held, scan)) {
                Some(held) if held.assurance >= scan.assurance => continue,
                Some(held) => *held = *scan,
                None => {
                    new += 1;
                    after.push(*scan);
                }
            }
            better.push((person, *scan));
        }
        if better.is_empty() {
            return 0;
        }
        after.sort_unstable();
        self.scans.insert(better.into_iter());
        self.follow(person, near, [&before, &after]);
        new
    }

    pub fn holds(&self, visit: &Visit) -> bool {
        let (person, point) = (self.people.known(visit.person), self.points.known(visit.point));
        let (Some(person), Some(point)) = (person, point) else { return false };
        let asked = Scan::of(visit, point);
        let then = Period { from: asked.at, until: asked.at.saturating_add(1) };
        let held = self.scans.of_person(person, then);
        held.iter().any(|scan| is_same(scan, &asked) && scan.assurance >= asked.assurance)
    }

    pub fn remove(&mut self, visit: &Visit) -> bool {
        let (person, point) = (self.people.known(visit.person), self.points.known(visit.point));
        let (Some(person), Some(point)) = (person, point) else { return false };
        let wrong = Scan::of(visit, point);
        let near = self.around(Period { from: wrong.at, until: wrong.at.saturating_add(1) });
        let before = self.scans.of_person(person, self.around(near));
        let after: Vec<Scan> = before.iter().filter(|scan| !is_same(scan, &wrong)).copied().collect();
        if before.len() == after.len() {
            return false;
        }
        // A scan that came again with a better proof lies there twice.
        for scan in before.iter().filter(|scan| is_same(scan, &wrong)) {
            while self.scans.remove(person, *scan) {}
        }
        self.visits -= 1;
        self.follow(person, near, [&before, &after]);
        true
    }

    /// Takes visits without making what they prove yet.
    pub fn hold(&mut self, visits: &[Visit]) {
        let scanned: Vec<Scanned> = visits
            .iter()
            .map(|visit| (self.people.number(visit.person), Scan::of(visit, self.point(visit.point))))
            .collect();
        self.scans.insert(scanned.into_iter());
    }

    /// Makes what everybody's scans prove, once.
    pub fn derive_all(&mut self) {
        self.scans.settle();
        let always = Period { from: 0, until: u32::MAX };
        let mut rows: Vec<Marked> = Vec::new();
        for person in 0..self.people.count() {
            let scans = self.scans.of_person(person, always);
            self.visits += scans.len();
            let stretches = self.stretches(person, &scans, always, |point| self.stay(point));
            rows.extend(stretches.into_iter().map(|stretch| stretch.of(person)));
            if rows.len() >= ROWS_AT_ONCE {
                self.columns.put(rows.as_slice(), Pace::Filling);
                rows.clear();
            }
        }
        self.columns.put(rows.as_slice(), Pace::Filling);
        self.columns.settle();
    }

    /// Lets presences that began before fall at once, and gives the steps in which scans follow.
    pub fn begin_to_drop(&mut self, midnight: u32) -> Range<u32> {
        if midnight <= self.known_from {
            return 0..0;
        }
        self.known_from = midnight;
        self.columns.drop_before(midnight);
        0..self.people.count().div_ceil(STEP)
    }

    /// Drops the scans of one step of people. An exit whose entry falls proves no more than the first day kept.
    pub fn drop_of(&mut self, step: u32, midnight: u32, steps: u32) -> usize {
        let people = step * STEP..((step + 1) * STEP).min(self.people.count());
        let near = self.around(Period { from: midnight, until: midnight.saturating_add(1) });
        let near = Period { from: midnight, ..near };
        let mut dropped = 0;
        let around = self.around(near);
        let before: Vec<(u32, Vec<Scan>, Vec<Stretch>)> = people
            .map(|person| {
                dropped += self.scans.of_person(person, Period { from: 0, until: midnight }).len();
                let scans = self.scans.of_person(person, around);
                let proven = self.stretches(person, &scans, near, |point| self.stay(point));
                (person, scans, proven)
            })
            .collect();
        self.scans.drop_before(midnight, step, steps * STEP);
        for (person, mut scans, before) in before {
            scans.retain(|scan| scan.at >= midnight);
            let after = self.stretches(person, &scans, near, |point| self.stay(point));
            self.change(person, before, after);
        }
        self.visits -= dropped;
        dropped
    }

    pub fn end_to_drop(&mut self, midnight: u32) {
        if midnight == self.known_from {
            self.scans.dropped_before(midnight);
        }
    }

    /// Puts what is proven now, inside a period, in the place of what was.
    fn follow(&mut self, person: u32, near: Period, [before, after]: [&[Scan]; 2]) {
        let [before, after] =
            [before, after].map(|scans| self.stretches(person, scans, near, |point| self.stay(point)));
        self.change(person, before, after);
    }

    fn stretches(
        &self,
        person: u32,
        scans: &[Scan],
        period: Period,
        stay_at: impl Fn(u32) -> Stay,
    ) -> Vec<Stretch> {
        Reading { scans, stay_at, known_from: self.scans.known_from(person) }.stretches(period)
    }

    fn change(&mut self, person: u32, before: Vec<Stretch>, after: Vec<Stretch>) {
        let gone = before.iter().filter(|stretch| !after.contains(stretch));
        let gone: Vec<Marked> = gone.map(|stretch| stretch.of(person)).collect();
        let come = after.iter().filter(|stretch| !before.contains(stretch));
        let come: Vec<Marked> = come.map(|stretch| stretch.of(person)).collect();
        self.columns.take_back(&gone);
        self.columns.put(come.as_slice(), Pace::Asked);
    }

    /// The period whose scans decide what those of `period` prove: no stay is longer than the reach, and whether an exit
    /// belongs to an entry is decided within it too.
    fn around(&self, period: Period) -> Period {
        let reach = self.stays.reach_seconds();
        let (from, until) = (period.from.saturating_sub(reach), period.until.saturating_add(reach));
        Period { from, until }
    }
}

/// So many presences are filed at once while an index is filled.
const ROWS_AT_ONCE: usize = 1 << 20;

/// Whether two scans are one, whatever they prove.
fn is_same(one: &Scan, other: &Scan) -> bool {
    (one.at, one.point, one.direction) == (other.at, other.point, other.direction)
}

impl Stretch {
    fn of(self, person: u32) -> Marked {
        Marked { person, point: self.point, during: self.during, mark: self.mark }
    }
}

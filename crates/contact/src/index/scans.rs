//! The scans held, by person and by point.

use crate::presence::Scan;
use kangma_core::{Assurance, Day, Direction, PersonId, PointId, Time, Visit, Window};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One person's scans in order of time, each once, with its assurance.
type Life = BTreeMap<(Time, PointId, Direction), Assurance>;

#[derive(Debug, Default)]
pub(super) struct Scans {
    by_person: HashMap<PersonId, Life>,
    by_point: HashMap<PointId, BTreeSet<(Time, PersonId)>>,
    dropped_before: Option<Day>,
    len: usize,
}

impl Scans {
    pub fn len(&self) -> usize {
        self.len
    }

    pub fn has_dropped(&self, day: Day) -> bool {
        self.dropped_before.is_some_and(|first| day < first)
    }

    /// Whether the visit is new.
    pub fn insert(&mut self, visit: &Visit) -> bool {
        let life = self.by_person.entry(visit.person).or_default();
        let mut new = false;
        let held = life.entry((visit.at, visit.point, visit.direction)).or_insert_with(|| {
            new = true;
            visit.assurance
        });
        *held = visit.assurance.max(*held);
        self.by_point.entry(visit.point).or_default().insert((visit.at, visit.person));
        self.len += usize::from(new);
        new
    }

    /// Whether the visit was held.
    pub fn remove(&mut self, visit: &Visit) -> bool {
        let Some(life) = self.by_person.get_mut(&visit.person) else { return false };
        if life.remove(&(visit.at, visit.point, visit.direction)).is_none() {
            return false;
        }
        self.len -= 1;
        let others =
            [Direction::In, Direction::Out].map(|way| life.contains_key(&(visit.at, visit.point, way)));
        if others == [false, false]
            && let Some(people) = self.by_point.get_mut(&visit.point)
        {
            people.remove(&(visit.at, visit.person));
        }
        true
    }

    /// Drops everything before `midnight`, the beginning of `day`. Says how many scans that were.
    pub fn drop_before(&mut self, day: Day, midnight: Time) -> usize {
        if self.has_dropped(day) {
            return 0;
        }
        self.dropped_before = Some(day);
        let before = self.len;
        self.by_person.retain(|_, life| {
            let kept = life.split_off(&(midnight, PointId(0), Direction::In));
            self.len -= life.len();
            *life = kept;
            !life.is_empty()
        });
        self.by_point.retain(|_, people| {
            *people = people.split_off(&(midnight, PersonId(0)));
            !people.is_empty()
        });
        before - self.len
    }

    /// One person's scans of a window, by time, those below `least` left out.
    pub fn of_person(&self, person: PersonId, window: Window, least: Assurance) -> Vec<Scan> {
        let Some(life) = self.by_person.get(&person) else { return Vec::new() };
        let bounds = (window.from, PointId(0), Direction::In)..(window.until, PointId(0), Direction::In);
        let scan = |(&(at, point, direction), &assurance): (&(Time, PointId, Direction), &Assurance)| {
            (assurance >= least).then_some(Scan { at, point, direction, assurance })
        };
        life.range(bounds).filter_map(scan).collect()
    }

    /// Everybody scanned at a point in a window.
    pub fn people_at(&self, point: PointId, window: Window) -> BTreeSet<PersonId> {
        let Some(people) = self.by_point.get(&point) else { return BTreeSet::new() };
        let bounds = (window.from, PersonId(0))..(window.until, PersonId(0));
        people.range(bounds).map(|&(_, person)| person).collect()
    }
}

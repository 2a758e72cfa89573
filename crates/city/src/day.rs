//! One person's day: where they go, one place after the other, and what is scanned of it.

use crate::{
    chance::{Chance, LogNormal, Normal, PerMille},
    habits::Habits,
    map::Map,
    people::{Household, Occupation, Resident},
};
use kangma_core::{Assurance, Day, Direction, PersonId, PointId, Span, Time, Visit, Window};

/// Where somebody really was. What gates saw of it are [`Visit`]s.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stop {
    /// Where.
    pub point: PointId,
    /// When.
    pub window: Window,
    /// How the place was used.
    pub passing: Passing,
}

/// How somebody uses a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passing {
    /// In, a stay, and out again.
    Stay,
    /// Out through the gate of one's own community.
    Leaving,
    /// In through it.
    Coming,
}

/// Passing a gate takes a minute.
const GATE: Span = Span::from_minutes(1);
/// Nobody leaves work for lunch before having been there so long, or when less than that is left.
const LUNCH_MARGIN: Span = Span::from_minutes(45);

/// What a day depends on.
pub(crate) struct Life<'a> {
    pub habits: &'a Habits,
    pub map: &'a Map,
    pub resident: &'a Resident,
    pub household: &'a Household,
}

impl Life<'_> {
    /// Where the person goes on a day, in order of time, nowhere twice at once, and home before its end.
    pub fn stops(&self, chance: &mut Chance, day: Day, hours: Window) -> Vec<Stop> {
        let mut walk =
            Walk { habits: self.habits, chance, clock: hours.from, end: hours.until, stops: Vec::new() };
        match self.resident.occupation {
            Occupation::Worker(place)
                if !is_weekend(day) || walk.chance.happens(self.habits.works_weekends) =>
            {
                self.working_day(&mut walk, place);
            }
            Occupation::Pupil(place) if !is_weekend(day) => self.school_day(&mut walk, place),
            Occupation::Infant => {}
            _ => self.free_day(&mut walk),
        }
        walk.stops
    }

    fn working_day(&self, walk: &mut Walk<'_>, place: PointId) {
        let midnight = walk.clock;
        let ends = midnight + walk.chance.time_of_day(self.habits.leaves_work);
        walk.wait_until_about(midnight, self.habits.leaves_home);
        self.leave_home(walk);
        self.ride(walk);
        self.work(walk, place, midnight, ends);
        self.ride(walk);
        if walk.chance.happens(self.habits.errand_after_work) {
            self.errand(walk);
        }
        self.come_home(walk);
    }

    fn work(&self, walk: &mut Walk<'_>, place: PointId, midnight: Time, ends: Time) {
        let lunch = midnight + walk.chance.time_of_day(self.habits.lunch);
        let fits = walk.clock + LUNCH_MARGIN < lunch && lunch + LUNCH_MARGIN < ends;
        if fits && walk.chance.happens(self.habits.lunches_out) {
            walk.stay(place, lunch - walk.clock, Passing::Stay);
            if let Some(restaurant) = self.map.near(walk.chance, "restaurant", self.household.district) {
                self.visit(walk, restaurant);
            }
        }
        walk.stay(place, ends - walk.clock, Passing::Stay);
    }

    fn school_day(&self, walk: &mut Walk<'_>, place: PointId) {
        let midnight = walk.clock;
        let ends = midnight + walk.chance.time_of_day(self.habits.leaves_school);
        walk.wait_until_about(midnight, self.habits.leaves_home);
        self.leave_home(walk);
        walk.stay(place, ends - walk.clock, Passing::Stay);
        self.come_home(walk);
    }

    fn free_day(&self, walk: &mut Walk<'_>) {
        let midnight = walk.clock;
        for (nth, outing) in self.habits.free_day_outings.into_iter().enumerate() {
            if !walk.chance.happens(outing) {
                continue;
            }
            let later = Span::from_hours(if nth == 0 { 0 } else { 6 });
            walk.wait_until_about(midnight + later, self.habits.goes_out);
            self.leave_home(walk);
            self.errand(walk);
            self.come_home(walk);
        }
    }

    fn leave_home(&self, walk: &mut Walk<'_>) {
        if let Some(gate) = self.household.gate {
            walk.stay(gate, GATE, Passing::Leaving);
        }
    }

    fn come_home(&self, walk: &mut Walk<'_>) {
        if let Some(gate) = self.household.gate {
            walk.stay(gate, GATE, Passing::Coming);
        }
    }

    fn ride(&self, walk: &mut Walk<'_>) {
        let vehicle = walk.chance.weighted(&self.habits.vehicles).copied().flatten();
        if let Some(vehicle) = vehicle.and_then(|kind| self.map.anywhere(walk.chance, kind)) {
            self.visit(walk, vehicle);
        }
    }

    fn errand(&self, walk: &mut Walk<'_>) {
        let kind = walk.chance.weighted(&self.habits.errands).copied();
        if let Some(place) = kind.and_then(|kind| self.map.near(walk.chance, kind, self.household.district)) {
            self.visit(walk, place);
        }
    }

    fn visit(&self, walk: &mut Walk<'_>, place: PointId) {
        let dwell = self.map.kind(place).map_or(self.habits.walk, |kind| kind.dwell);
        walk.visit(place, dwell);
    }
}

/// A day as far as it has come.
struct Walk<'a> {
    habits: &'a Habits,
    chance: &'a mut Chance,
    clock: Time,
    end: Time,
    stops: Vec<Stop>,
}

impl Walk<'_> {
    fn wait_until_about(&mut self, midnight: Time, time: Normal) {
        self.clock = self.clock.max(midnight + self.chance.time_of_day(time));
    }

    fn visit(&mut self, point: PointId, dwell: LogNormal) {
        let length = self.chance.dwell(dwell);
        self.stay(point, length, Passing::Stay);
    }

    /// Stays, and walks on. What would reach into the next day is cut, what would begin there is left out.
    fn stay(&mut self, point: PointId, length: Span, passing: Passing) {
        let until = (self.clock + length).min(self.end);
        let Some(window) = Window::new(self.clock, until) else { return };
        self.stops.push(Stop { point, window, passing });
        self.clock = until + self.chance.dwell(self.habits.walk);
    }
}

/// 1970-01-01 was a Thursday.
fn is_weekend(day: Day) -> bool {
    matches!((day.0 + 3).rem_euclid(7), 5 | 6)
}

/// What the gates see of a stop: entries always, exits as often as the kind of point has them scanned.
pub(crate) fn scans(life: &Life<'_>, chance: &mut Chance, stop: Stop) -> Vec<Visit> {
    let exit_scanned = life.map.kind(stop.point).map_or(PerMille(0), |kind| kind.exit_scanned);
    let exit = chance.happens(exit_scanned);
    let Window { from, until } = stop.window;
    let passes: &[(Time, Direction)] = match (stop.passing, exit) {
        (Passing::Stay, true) => &[(from, Direction::In), (until, Direction::Out)],
        (Passing::Stay, false) | (Passing::Coming, _) => &[(from, Direction::In)],
        (Passing::Leaving, true) => &[(from, Direction::Out)],
        (Passing::Leaving, false) => &[],
    };
    let person: PersonId = life.resident.id;
    let visit = |&(at, direction): &(Time, Direction)| {
        let assurance = proof(life, chance);
        Visit { person, point: stop.point, at, direction, assurance }
    };
    passes.iter().map(visit).collect()
}

fn proof(life: &Life<'_>, chance: &mut Chance) -> Assurance {
    let odd = life.habits.odd_scans.iter().find(|(_, often)| chance.happens(*often));
    odd.map_or(life.resident.carries, |(assurance, _)| *assurance)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::point::point_kind;

    #[test]
    fn saturdays_and_sundays_are_weekends() {
        let weekend: Vec<bool> =
            (0..8).map(|n| is_weekend("2020-03-01".parse::<Day>().unwrap().plus(n))).collect();
        assert_eq!(weekend, [true, false, false, false, false, false, true, true]);
    }

    #[test]
    fn every_kind_that_people_go_to_exists() {
        let habits = Habits::ASSUMED;
        let vehicles = habits.vehicles.iter().filter_map(|(kind, _)| *kind);
        let places = habits.errands.iter().chain(&habits.workplaces).map(|(kind, _)| *kind);
        for kind in vehicles.chain(places).chain(["school", "restaurant", "community-gate"]) {
            assert!(point_kind(kind).is_some(), "{kind}");
        }
    }
}

//! One person's day: where they go, one place after the other, and home before its end.

use crate::{
    chance::Chance,
    kind::Kind,
    parameters::{HowMany, LogNormal, Parameters, TimeOfDay},
    people::{Occupation, Person},
    points::Points,
};
use kangma_core::Day;

/// Somebody at a point, `[from, until)` in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Being {
    /// Who.
    pub person: u32,
    /// Where.
    pub point: u32,
    /// From when.
    pub from: u32,
    /// Until when.
    pub until: u32,
}

/// A day as far as it has come.
pub(crate) struct Walk<'a, F> {
    pub parameters: &'a Parameters,
    pub points: &'a Points,
    pub person: Person,
    pub chance: Chance,
    pub at_home_since: &'a mut u32,
    /// From the day's midnight on.
    pub clock: u32,
    /// The next midnight.
    pub end: u32,
    pub take: F,
}

impl<F: FnMut(Being)> Walk<'_, F> {
    /// Lives through the day. Nothing of it depends on the day before.
    pub fn through(mut self, day: Day) {
        match self.person.occupation {
            Occupation::Worker(place)
                if !is_weekend(day) || self.chance.happens(self.parameters.work.works_weekends) =>
            {
                self.working_day(place);
            }
            Occupation::Pupil(place) if !is_weekend(day) => self.school_day(place),
            Occupation::Infant => {}
            _ => self.day_off(),
        }
    }

    fn working_day(&mut self, place: u32) {
        let work = &self.parameters.work;
        self.leave_home(work.leaves_home);
        self.ride();
        if self.chance.happens(work.lunches_out) {
            self.stay(place, work.half_day);
            let at = self.points.one(&mut self.chance, work.lunch_at, self.points.district_of(place));
            self.stay(at, work.lunch);
            self.stay(place, work.half_day);
        } else {
            self.stay(place, work.whole_day);
        }
        self.ride();
        self.errands(&self.parameters.errands.after_work);
        self.come_home();
    }

    fn school_day(&mut self, place: u32) {
        let school = &self.parameters.school;
        self.leave_home(school.leaves_home);
        self.ride();
        self.stay(place, school.day);
        self.ride();
        self.errands(&self.parameters.errands.after_work);
        self.come_home();
    }

    fn day_off(&mut self) {
        let errands = &self.parameters.errands;
        if self.chance.happens(errands.goes_out) {
            self.leave_home(errands.leaves_home);
            self.errands(&errands.day_off);
            self.come_home();
        }
    }

    fn leave_home(&mut self, about: TimeOfDay) {
        self.clock = (self.clock + self.chance.time_of_day(about)).min(self.end);
        self.be(self.person.home, *self.at_home_since, self.clock);
        self.walk();
    }

    fn come_home(&mut self) {
        *self.at_home_since = self.clock;
    }

    fn ride(&mut self) {
        if let Some((kind, line)) = self.person.line {
            let more = self.chance.between(1, self.parameters.travel.vehicles_of_a_line.number()) - 1;
            self.visit(self.points.after(line, more), kind);
        }
    }

    fn errands(&mut self, how_many: &HowMany) {
        for _ in 0..self.chance.weighted(how_many.each()).unwrap_or(0) {
            if let Some(kind) = self.chance.weighted(self.parameters.errands.places.each()) {
                let place = self.points.one(&mut self.chance, kind, self.person.district);
                self.visit(place, kind);
            }
        }
    }

    fn visit(&mut self, point: u32, kind: Kind) {
        if let Some(dwell) = self.points.dwell(kind) {
            self.stay(point, dwell);
        }
    }

    /// Stays, and walks on. What would reach into the next day is cut, what would begin there is left out.
    fn stay(&mut self, point: u32, length: LogNormal) {
        let until = (self.clock + self.chance.dwell(length)).min(self.end);
        self.be(point, self.clock, until);
        self.clock = until;
        self.walk();
    }

    fn walk(&mut self) {
        self.clock = (self.clock + self.chance.dwell(self.parameters.travel.walk)).min(self.end);
    }

    fn be(&mut self, point: u32, from: u32, until: u32) {
        if from < until {
            (self.take)(Being { person: self.person.number, point, from, until });
        }
    }
}

/// 1970-01-01 was a Thursday.
fn is_weekend(day: Day) -> bool {
    matches!((day.0 + 3).rem_euclid(7), 5 | 6)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn saturdays_and_sundays_are_weekends() {
        let weekend: Vec<bool> =
            (0..8).map(|n| is_weekend("2020-03-01".parse::<Day>().unwrap().plus(n))).collect();
        assert_eq!(weekend, [true, false, false, false, false, false, true, true]);
    }
}

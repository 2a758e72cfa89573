//! The stays of a city, made person by person: up to millions of people in no memory.

use crate::{
    chance::{Chance, Purpose, Seed},
    day::{Being, Walk},
    parameters::Parameters,
    people::{Households, Making, Person},
    points::Points,
};
use kangma_core::Day;
use std::sync::Arc;

/// A city as numbers: people, points, and who is where when.
#[derive(Debug, Clone)]
pub struct Metropolis {
    /// What it follows from.
    pub parameters: Arc<Parameters>,
    /// And the rest.
    pub seed: Seed,
    points: Points,
    hours: Vec<Hours>,
}

/// A day, `[midnight, end)` in seconds since 1970.
#[derive(Debug, Clone, Copy)]
struct Hours {
    day: Day,
    midnight: u32,
    end: u32,
}

const DAY_SECONDS: u32 = 86_400;

impl Metropolis {
    /// A city in the days that its parameters say, in UTC.
    #[must_use]
    pub fn of(parameters: &Arc<Parameters>, seed: Seed) -> Self {
        let size = &parameters.size;
        let midnight = |day: Day| u32::try_from(day.0).unwrap_or(0).saturating_mul(DAY_SECONDS);
        Self::on_days(parameters, seed, size.first_day.0, size.days.number(), midnight)
    }

    /// A city on other days, which begin at other instants. The same person does the same on the same day.
    #[must_use]
    pub fn on_days(
        parameters: &Arc<Parameters>,
        seed: Seed,
        first: Day,
        days: u32,
        midnight: impl Fn(Day) -> u32,
    ) -> Self {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        let hours = (0..days).map(|n| first.plus(n)).map(|day| Hours {
            day,
            midnight: midnight(day),
            end: midnight(day.plus(1)),
        });
        let points = Points::of(parameters);
        Self { parameters: Arc::clone(parameters), seed, points, hours: hours.collect() }
    }

    /// The same city on the days that follow.
    #[must_use]
    pub fn afterwards(&self, days: u32) -> Self {
        let (end, next) = (self.end(), self.hours.last().map_or(Day(0), |last| last.day.plus(1)));
        let midnight = |day: Day| end + u32::try_from(day.since(next)).unwrap_or(0) * DAY_SECONDS;
        Self::on_days(&self.parameters, self.seed, next, days, midnight)
    }

    /// How many people there are. They are numbered from 0, household by household.
    #[must_use]
    pub fn people(&self) -> u32 {
        self.parameters.size.people.number()
    }

    /// The beginning of the first day, in seconds since 1970.
    #[must_use]
    pub fn start(&self) -> u32 {
        self.hours.first().map_or(0, |hours| hours.midnight)
    }

    /// The end of the last day.
    #[must_use]
    pub fn end(&self) -> u32 {
        self.hours.last().map_or(0, |hours| hours.end)
    }

    /// The midnights that divide its days, and the end of the last.
    #[must_use]
    pub fn midnights(&self) -> Vec<u32> {
        self.hours.iter().map(|hours| hours.midnight).chain([self.end()]).collect()
    }

    /// Its points.
    #[must_use]
    pub fn points(&self) -> &Points {
        &self.points
    }

    /// Who lives with whom.
    #[must_use]
    pub fn households(&self) -> Households {
        Households::of(self.making())
    }

    /// Gives every stay, person by person and each person's in order of time, without gaps at home.
    pub fn each_being(&self, mut take: impl FnMut(Being)) {
        let making = self.making();
        making.each_home(|household, people, home| {
            for (number, age) in people.zip(&home.ages) {
                self.live(making.person(number, household, home, *age), &mut take);
            }
        });
    }

    /// The stays of one person.
    pub(crate) fn live(&self, person: Person, mut take: impl FnMut(Being)) {
        let mut at_home_since = self.start();
        for Hours { day, midnight, end } in self.hours.iter().copied() {
            // The stream is the person's and the day's, so that a day is the same whatever comes before it.
            let stream = u64::from(person.number) << 32 | u64::from(day.0.unsigned_abs());
            let walk = Walk {
                parameters: &self.parameters,
                points: &self.points,
                person,
                chance: Chance::of(self.seed, Purpose::Day, stream),
                at_home_since: &mut at_home_since,
                clock: midnight,
                end,
                take: &mut take,
            };
            walk.through(day);
        }
        if at_home_since < self.end() {
            take(Being { person: person.number, point: person.home, from: at_home_since, until: self.end() });
        }
    }

    pub(crate) fn making(&self) -> Making<'_> {
        Making { seed: self.seed, parameters: &self.parameters, points: &self.points }
    }
}

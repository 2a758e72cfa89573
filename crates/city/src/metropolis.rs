//! A large city as presences alone, made person by person: for measuring, up to millions of people.
//!
//! People live in households, work or learn or do neither, ride vehicles at the rush hours and go to shops of which a few
//! draw most. There are no names, no scans and no illness in it. The numbers are assumptions of ours where
//! [`Habits`] gives no source.

use crate::{
    chance::{Chance, LogNormal, Normal, PerMille, Purpose, Seed},
    habits::Habits,
};
use kangma_core::Span;

/// How large it is, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Metropolis {
    /// What everything follows from.
    pub seed: Seed,
    /// How many people. They are numbered from 0, household by household.
    pub people: u32,
    /// How many days of presences.
    pub days: u32,
    /// The first midnight, in seconds since 1970.
    pub start: u32,
}

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

/// What somebody does on a working day.
#[derive(Debug, Clone, Copy)]
enum Occupation {
    Works,
    Learns,
    Stays,
}

/// People for each point of a kind.
const PEOPLE_FOR_A_WORKPLACE: u32 = 25;
const PEOPLE_FOR_A_CLASS: u32 = 150;
const PEOPLE_FOR_A_VEHICLE: u32 = 300;
const PEOPLE_FOR_A_SHOP: u32 = 60;
/// People shop in their own district, so that a larger city has no larger crowds.
const PEOPLE_OF_A_DISTRICT: u32 = 50_000;
/// Of a thousand people.
const WORK: u32 = 520;
const LEARN: u32 = 180;
const WORKER_RIDES: PerMille = PerMille(750);
const LEARNER_RIDES: PerMille = PerMille(400);
const LUNCHES_OUT: PerMille = PerMille(500);
const MOST_SHOPS_AFTER_WORK: u32 = 2;
const GOES_OUT: PerMille = PerMille(900);
const SHOPS_OF_AN_OUTING: u32 = 2;
const RIDES: LogNormal = LogNormal { median_minutes: 22, sigma: 0.45 };
const SHOPPING: LogNormal = LogNormal { median_minutes: 25, sigma: 0.8 };
const WORKING: LogNormal = LogNormal { median_minutes: 510, sigma: 0.12 };
const HALF_A_DAYS_WORK: LogNormal = LogNormal { median_minutes: 245, sigma: 0.1 };
const LUNCH: LogNormal = LogNormal { median_minutes: 30, sigma: 0.3 };
const LEARNING: LogNormal = LogNormal { median_minutes: 480, sigma: 0.08 };
const DAY_SECONDS: u32 = 86_400;

/// The points, by kind: homes have the numbers after all others, because their count is known last.
#[derive(Debug, Clone)]
pub struct Points {
    workplaces: u32,
    classes: u32,
    vehicles: u32,
    /// Of one district.
    shops: u32,
    districts: u32,
}

impl Points {
    fn of(people: u32) -> Self {
        let count = |each: u32| (people / each).max(1);
        Self {
            workplaces: count(PEOPLE_FOR_A_WORKPLACE),
            classes: count(PEOPLE_FOR_A_CLASS),
            vehicles: count(PEOPLE_FOR_A_VEHICLE),
            shops: (people.min(PEOPLE_OF_A_DISTRICT) / PEOPLE_FOR_A_SHOP).max(1),
            districts: people.div_ceil(PEOPLE_OF_A_DISTRICT),
        }
    }

    /// The kind of a point, as policies write it; `home` of a home.
    #[must_use]
    pub fn kind_of(&self, point: u32) -> &'static str {
        match point {
            _ if point >= self.first_home() => "home",
            _ if point >= self.first_shop() => {
                const SHOPS: [&str; 4] = ["supermarket", "restaurant", "market", "pharmacy"];
                SHOPS[(point - self.first_shop()) as usize % SHOPS.len()]
            }
            _ if point >= self.first_vehicle() => ["subway", "bus"][point as usize % 2],
            _ if point >= self.first_class() => "school",
            _ if point.is_multiple_of(4) => "factory",
            _ => "office",
        }
    }

    /// How many there are besides homes: these have the numbers before all homes.
    #[must_use]
    pub fn besides_homes(&self) -> u32 {
        self.first_home()
    }

    fn first_class(&self) -> u32 {
        self.workplaces
    }

    fn first_vehicle(&self) -> u32 {
        self.first_class() + self.classes
    }

    fn first_shop(&self) -> u32 {
        self.first_vehicle() + self.vehicles
    }

    fn first_home(&self) -> u32 {
        self.first_shop() + self.shops * self.districts
    }
}

/// One person, and where the day has come to.
struct Walk<'a, F> {
    points: &'a Points,
    chance: &'a mut Chance,
    take: &'a mut F,
    person: u32,
    home: u32,
    /// A vehicle of the own line, a few of which are taken in turn.
    line: u32,
    occupation: Occupation,
    daily_place: u32,
    at_home_since: u32,
    clock: u32,
}

impl Metropolis {
    /// Two weeks from 2020-03-01 in UTC.
    #[must_use]
    pub const fn of(people: u32, seed: Seed) -> Self {
        Self { seed, people, days: 14, start: 1_583_020_800 }
    }

    /// The end of the last day.
    #[must_use]
    pub const fn end(&self) -> u32 {
        self.start + self.days * DAY_SECONDS
    }

    /// Its points.
    #[must_use]
    pub fn points(&self) -> Points {
        Points::of(self.people)
    }

    /// Who lives with whom.
    #[must_use]
    pub fn households(&self) -> Households {
        let mut begins = vec![0];
        let mut person = 0;
        for household in 0.. {
            if person >= self.people {
                break;
            }
            let mut chance = Chance::of(self.seed, Purpose::Metropolis, household);
            person += household_size(&mut chance).min(self.people - person);
            begins.push(person);
        }
        Households { begins, first_home: self.points().first_home() }
    }

    /// Gives every presence, person by person and in order of time.
    pub fn each_being(&self, mut take: impl FnMut(Being)) {
        let points = Points::of(self.people);
        let (mut person, mut household) = (0, 0u32);
        while person < self.people {
            let mut chance = Chance::of(self.seed, Purpose::Metropolis, u64::from(household));
            let size = household_size(&mut chance);
            let home = points.first_home() + household;
            for _ in 0..size.min(self.people - person) {
                self.live(&points, &mut chance, person, home, &mut take);
                person += 1;
            }
            household += 1;
        }
    }

    fn live(
        &self,
        points: &Points,
        chance: &mut Chance,
        person: u32,
        home: u32,
        take: &mut impl FnMut(Being),
    ) {
        let occupation = match chance.between(0, 999) {
            drawn if drawn < WORK => Occupation::Works,
            drawn if drawn < WORK + LEARN => Occupation::Learns,
            _ => Occupation::Stays,
        };
        let daily_place = match occupation {
            Occupation::Learns => points.first_class() + chance.between(0, points.classes - 1),
            _ => chance.popular(points.workplaces),
        };
        let line = chance.between(0, points.vehicles - 1);
        let (at_home_since, clock) = (self.start, self.start);
        let mut walk =
            Walk { points, chance, take, person, home, line, occupation, daily_place, at_home_since, clock };
        for day in 0..self.days {
            walk.day(self.start + day * DAY_SECONDS, day % 7 == 0 || day % 7 == 6);
        }
        let (from, until) = (walk.at_home_since, self.end());
        walk.be(home, from, until);
    }
}

impl<F: FnMut(Being)> Walk<'_, F> {
    fn day(&mut self, midnight: u32, is_weekend: bool) {
        match self.occupation {
            Occupation::Works | Occupation::Learns if !is_weekend => self.away_by_day(midnight),
            _ if self.chance.happens(GOES_OUT) => {
                self.leave(midnight, Normal { mean_minutes: 11 * 60, deviation_minutes: 120 });
                self.shop(SHOPS_OF_AN_OUTING);
                self.come_home();
            }
            _ => {}
        }
    }

    fn away_by_day(&mut self, midnight: u32) {
        let rides = match self.occupation {
            Occupation::Works => WORKER_RIDES,
            _ => LEARNER_RIDES,
        };
        let rides = self.chance.happens(rides);
        self.leave(midnight, Habits::ASSUMED.leaves_home);
        if rides {
            self.ride();
        }
        self.work_or_learn();
        if rides {
            self.ride();
        }
        let shops = self.chance.between(0, MOST_SHOPS_AFTER_WORK);
        self.shop(shops);
        self.come_home();
    }

    fn work_or_learn(&mut self) {
        match self.occupation {
            Occupation::Works if self.chance.happens(LUNCHES_OUT) => {
                self.stay(self.daily_place, HALF_A_DAYS_WORK);
                let place = self.some_shop();
                self.stay(place, LUNCH);
                self.stay(self.daily_place, HALF_A_DAYS_WORK);
            }
            Occupation::Works => self.stay(self.daily_place, WORKING),
            _ => self.stay(self.daily_place, LEARNING),
        }
    }

    fn leave(&mut self, midnight: u32, about: Normal) {
        // Somebody who came home after midnight sleeps first.
        self.clock = (midnight + seconds(self.chance.time_of_day(about))).max(self.clock + 3_600);
        self.be(self.home, self.at_home_since, self.clock);
        self.walk();
    }

    fn come_home(&mut self) {
        self.at_home_since = self.clock;
    }

    fn ride(&mut self) {
        let vehicle = (self.line + self.chance.between(0, 3)) % self.points.vehicles;
        self.stay(self.points.first_vehicle() + vehicle, RIDES);
    }

    fn shop(&mut self, shops: u32) {
        for _ in 0..shops {
            let shop = self.some_shop();
            self.stay(shop, SHOPPING);
        }
    }

    fn some_shop(&mut self) -> u32 {
        let district = self.person / PEOPLE_OF_A_DISTRICT;
        self.points.first_shop() + district * self.points.shops + self.chance.popular(self.points.shops)
    }

    fn stay(&mut self, point: u32, length: LogNormal) {
        let until = self.clock + seconds(self.chance.dwell(length)).max(60);
        self.be(point, self.clock, until);
        self.clock = until;
        self.walk();
    }

    fn walk(&mut self) {
        self.clock += 60 * self.chance.between(1, 8);
    }

    fn be(&mut self, point: u32, from: u32, until: u32) {
        (self.take)(Being { person: self.person, point, from, until });
    }
}

/// Who lives with whom. Households are numbered from 0, and so are people, household by household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Households {
    /// The first person of each, and at the end how many people there are.
    begins: Vec<u32>,
    first_home: u32,
}

impl Households {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.begins.len() - 1
    }

    /// Whether nobody lives here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The point at which somebody lives.
    #[must_use]
    pub fn home_of(&self, person: u32) -> u32 {
        let household = self.begins.partition_point(|begin| *begin <= person).saturating_sub(1);
        self.first_home + u32::try_from(household).unwrap_or(u32::MAX)
    }

    /// Each household: the point that is its home, and its people.
    pub fn each(&self) -> impl Iterator<Item = (u32, std::ops::Range<u32>)> + '_ {
        (self.first_home..).zip(self.begins.windows(2).map(|pair| pair[0]..pair[1]))
    }
}

fn household_size(chance: &mut Chance) -> u32 {
    chance.weighted(&Habits::ASSUMED.household_sizes).copied().unwrap_or(1)
}

fn seconds(span: Span) -> u32 {
    u32::try_from(span.seconds()).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beings(seed: u64) -> Vec<Being> {
        let mut all = Vec::new();
        Metropolis::of(3_000, Seed(seed)).each_being(|being| all.push(being));
        all
    }

    #[test]
    fn the_same_seed_is_the_same_city_and_another_is_not() {
        assert_eq!(beings(1), beings(1));
        assert_ne!(beings(1), beings(2));
    }

    #[test]
    fn nobody_is_in_two_places_and_a_fortnight_has_about_four_stays_a_day() {
        let all = beings(1);
        let each = all.len() / 3_000;
        assert!((45..75).contains(&each), "{each}");
        assert!(all.iter().all(|being| being.from < being.until));
        for pair in all.windows(2).filter(|pair| pair[0].person == pair[1].person) {
            assert!(pair[0].until <= pair[1].from, "{pair:?}");
        }
    }

    #[test]
    fn everybody_sleeps_in_the_home_of_their_household_and_no_point_is_without_a_kind() {
        let city = Metropolis::of(3_000, Seed(1));
        let (points, households) = (city.points(), city.households());
        assert_eq!(households.each().map(|(_, people)| people.len()).sum::<usize>(), 3_000);
        let homes: Vec<(u32, std::ops::Range<u32>)> = households.each().collect();
        for being in beings(1).iter().filter(|being| points.kind_of(being.point) == "home") {
            assert_eq!(households.home_of(being.person), being.point);
            let (home, people) = &homes[(being.point - points.besides_homes()) as usize];
            assert!(*home == being.point && people.contains(&being.person), "{being:?}");
        }
    }

    #[test]
    fn a_few_shops_draw_most() {
        let points = Points::of(3_000);
        let (first, after) = (points.first_shop(), points.first_home());
        let mut visits = vec![0; points.shops as usize];
        for being in beings(1).iter().filter(|being| (first..after).contains(&being.point)) {
            visits[(being.point - first) as usize] += 1;
        }
        let (busiest, all) = (visits.iter().max().unwrap(), visits.iter().sum::<i32>());
        assert!(busiest * 10 > all, "{busiest} of {all}");
    }
}

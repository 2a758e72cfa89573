//! The city as a whole.

use crate::{
    case::{SeedCase, cases},
    chance::{Chance, Purpose, Seed},
    day::{Life, Stop, scans},
    habits::Habits,
    map::Map,
    people::{Household, Resident, people},
    point::{District, Point, districts, index, points},
    size::Size,
};
use kangma_core::{Day, Time, Visit, Window, Zone};

/// A city, and what its people do until some instant.
#[derive(Debug, Clone)]
pub struct City {
    /// What all of it follows from.
    pub seed: Seed,
    /// How large it is.
    pub size: Size,
    /// When its visits lie: whole days and the begun day of the end.
    pub window: Window,
    /// Its districts.
    pub districts: Vec<District>,
    /// Its collection points.
    pub points: Vec<Point>,
    /// Its households.
    pub households: Vec<Household>,
    /// Its people, household by household.
    pub residents: Vec<Resident>,
    /// Its first cases.
    pub cases: Vec<SeedCase>,
    zone: Zone,
    habits: Habits,
    map: Map,
}

impl City {
    /// Makes a city whose people live by [`Habits::ASSUMED`]. Visits are all before `until`.
    #[must_use]
    pub fn generate(seed: Seed, size: &Size, zone: &Zone, until: Time) -> Self {
        Self::with_habits(seed, size, zone, until, Habits::ASSUMED)
    }

    /// The same with other habits.
    #[must_use]
    pub fn with_habits(seed: Seed, size: &Size, zone: &Zone, until: Time, habits: Habits) -> Self {
        let today = zone.day(until);
        let first = today.plus(-i32::try_from(size.days).unwrap_or(i32::MAX));
        let window = Window { from: zone.midnight(first), until };
        let districts = districts(size);
        let points = points(seed, size, &districts);
        let map = Map::of(&districts, &points);
        let (households, residents) = people(seed, size, &habits, &map, today);
        let cases = cases(seed, size, &residents, until);
        let (zone, size) = (zone.clone(), *size);
        Self { seed, size, window, districts, points, households, residents, cases, zone, habits, map }
    }

    /// All visits, person by person, each person's in order of time. Made while they are read.
    pub fn visits(&self) -> impl Iterator<Item = Visit> + '_ {
        self.residents.iter().enumerate().flat_map(|(number, _)| self.visits_of(number))
    }

    /// The visits of one resident, in order of time.
    #[must_use]
    pub fn visits_of(&self, resident: usize) -> Vec<Visit> {
        let days = self.days().flat_map(|day| self.lived(resident, day));
        let seen = days.flat_map(|(_, visits)| visits);
        seen.filter(|visit| self.window.contains(visit.at)).collect()
    }

    /// Where one resident really was, in order of time: what no gate knows.
    #[must_use]
    pub fn stops_of(&self, resident: usize) -> Vec<Stop> {
        self.days().flat_map(|day| self.lived(resident, day)).map(|(stop, _)| stop).collect()
    }

    fn days(&self) -> impl Iterator<Item = Day> + use<> {
        (self.zone.day(self.window.from).0..=self.zone.day(self.window.until).0).map(Day)
    }

    /// One day of one resident: each stop with what was scanned of it.
    fn lived(&self, resident: usize, day: Day) -> Vec<(Stop, Vec<Visit>)> {
        let Some(one) = self.residents.get(resident) else { return Vec::new() };
        let Some(household) = self.households.get(one.household) else { return Vec::new() };
        let life = Life { habits: &self.habits, map: &self.map, resident: one, household };
        // The stream is the person's and the day's, so that a day is the same whenever the window ends.
        let stream = index(resident) << 32 | u64::from(day.0.unsigned_abs());
        let mut chance = Chance::of(self.seed, Purpose::Day, stream);
        let hours = Window { from: self.zone.midnight(day), until: self.zone.midnight(day.plus(1)) };
        let stops = life.stops(&mut chance, day, hours);
        stops.into_iter().map(|stop| (stop, scans(&life, &mut chance, stop))).collect()
    }
}

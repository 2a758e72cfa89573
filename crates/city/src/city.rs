//! A small city as a whole: the stays of its people, with names, scans and first cases on top.

use crate::{
    case::{SeedCase, cases},
    chance::{Chance, Purpose, Seed},
    day::Being,
    metropolis::Metropolis,
    parameters::Parameters,
    people::Person,
    register::{District, Household, Point, Register, Resident, index},
};
use kangma_core::{Assurance, Direction, Time, Visit, Window, Zone};
use std::sync::Arc;

/// A city, and what its people do until some instant. All that is in it is in memory, but its visits.
#[derive(Debug, Clone)]
pub struct City {
    /// When its visits lie: whole days and the begun day of the end.
    pub window: Window,
    /// Its districts.
    pub districts: Vec<District>,
    /// Its collection points, by number.
    pub points: Vec<Point>,
    /// Its households, by number.
    pub households: Vec<Household>,
    /// Its people, by number, household by household.
    pub residents: Vec<Resident>,
    /// Its first cases.
    pub cases: Vec<SeedCase>,
    metropolis: Metropolis,
    persons: Vec<Person>,
}

impl City {
    /// Makes a city. Its visits are of the days that the parameters say, before the day of `until` in the zone, and of that
    /// day before `until`.
    #[must_use]
    pub fn generate(parameters: &Arc<Parameters>, seed: Seed, zone: &Zone, until: Time) -> Self {
        let today = zone.day(until);
        let days = parameters.size.days.number();
        let first = today.plus(-i32::try_from(days).unwrap_or(i32::MAX));
        let midnight = |day| u32::try_from(zone.midnight(day).seconds()).unwrap_or(0);
        let metropolis = Metropolis::on_days(parameters, seed, first, days + 1, midnight);
        let window = Window { from: zone.midnight(first), until };
        let register = Register::of(metropolis.making(), today);
        let Register { districts, points, households, residents, persons, .. } = register;
        let cases = cases(seed, &parameters.cases, &residents, until);
        Self { window, districts, points, households, residents, cases, metropolis, persons }
    }

    /// Where one resident really is, in order of time and without gaps at home: what no gate knows. To the end of the day
    /// of the end.
    #[must_use]
    pub fn stays_of(&self, resident: usize) -> Vec<Being> {
        let mut stays = Vec::new();
        if let Some(person) = self.persons.get(resident) {
            self.metropolis.live(*person, |being| stays.push(being));
        }
        stays
    }

    /// All visits, person by person, each person's in order of time. Made while they are read.
    pub fn visits(&self) -> impl Iterator<Item = Visit> + '_ {
        (0..self.residents.len()).flat_map(|number| self.visits_of(number))
    }

    /// What gates saw of one resident, in order of time.
    #[must_use]
    pub fn visits_of(&self, resident: usize) -> Vec<Visit> {
        let scans = self.stays_of(resident).into_iter().flat_map(|being| self.scans(resident, being));
        scans.filter(|visit| self.window.contains(visit.at)).collect()
    }

    /// What gates saw of a stay: entries always, exits as often as the kind of point has them scanned. Home lies behind the
    /// gate of its community, and nobody comes or leaves when the city begins or ends.
    fn scans(&self, resident: usize, being: Being) -> impl Iterator<Item = Visit> + use<> {
        let Being { person, point, from, until } = being;
        let (one, points) = (&self.residents[resident], self.metropolis.points());
        let is_home = point >= points.besides_homes();
        let number = if is_home { self.households[one.household].gate } else { index(point) };
        let stream = |purpose, second: u32| {
            Chance::of(self.metropolis.seed, purpose, u64::from(person) << 32 | u64::from(second))
        };
        let visit = |chance: &mut Chance, direction, second: u32| Visit {
            person: one.id,
            point: self.points[number].id,
            at: Time::from_seconds(i64::from(second)),
            direction,
            assurance: self.proof(chance, one.carries),
        };
        let entry = (!is_home || from > self.metropolis.start())
            .then(|| visit(&mut stream(Purpose::Entry, from), Direction::In, from));
        let exit = (!is_home || until < self.metropolis.end()).then(|| stream(Purpose::Exit, until));
        let exit = exit.and_then(|mut chance| {
            let scanned = chance.happens(points.exit_scanned(self.points[number].kind));
            scanned.then(|| visit(&mut chance, Direction::Out, until))
        });
        entry.into_iter().chain(exit)
    }

    fn proof(&self, chance: &mut Chance, carried: Assurance) -> Assurance {
        let scans = &self.metropolis.parameters.scans;
        match () {
            () if chance.happens(scans.typed) => Assurance::Typed,
            () if chance.happens(scans.poster) => Assurance::Poster,
            () => carried,
        }
    }
}

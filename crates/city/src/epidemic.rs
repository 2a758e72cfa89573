//! An epidemic in a generated city: who infects whom, who falls ill, who is tested, what gates see of it.
//!
//! It goes from person to person along the true stays of [`Metropolis`], day by day, and whoever keeps apart makes no
//! visits. Every chance is drawn from the seed, what it is for, the persons and the day, and from nothing else: two
//! policies on the same seed meet the same epidemic until what they say makes a difference.
//!
//! **At home** infection is a matter of living together: a share of housemates is infected over the whole illness.
//! **Elsewhere** it is a matter of minutes near each other: in a crowd of `n`, any two are near each other
//! `near / (n - 1)` of the time. How much a minute gives follows from the reproduction number.
//! Infectiousness follows the days since onset; a few people infect most; people without symptoms infect less.
//!
//! What it leaves out: masks, air, households that meet, immunity from before, a second infection, and that people change
//! what they do when they hear of an epidemic.

mod draw;
mod gates;
mod life;
mod parameters;
mod strength;

pub use parameters::{Impossible, Parameters};

use crate::{Metropolis, chance::Seed};
use kangma_contact::columns::{Columns, Period, PersonNo, PointNo, Row};
use kangma_core::{Assurance, Day, Zone};
use kangma_service::dry_run_policy::epidemic::{self, Households, Seen};
use life::Course;
use std::{collections::BTreeMap, sync::Arc};
use strength::Strength;

/// Stays are handed to the index in so many at a time.
const BATCH: usize = 1 << 18;

/// A city with an epidemic in it, ready to be lived through.
#[derive(Debug)]
pub struct Epidemic {
    seed: Seed,
    parameters: Parameters,
    /// Everybody's true stays outside of homes.
    stays: Columns,
    seen: Seen,
    /// How much a minute near somebody at each point counts, in thousandths.
    weights: Vec<u32>,
    strength: Strength,
}

impl Epidemic {
    /// Builds the city and what gates see of it. `progress` is told how many people are done.
    ///
    /// # Errors
    /// A parameter is impossible.
    pub fn in_city(
        city: &Metropolis,
        parameters: Parameters,
        mut progress: impl FnMut(u32),
    ) -> Result<Self, Impossible> {
        parameters.check()?;
        let points = city.points();
        let homes = points.besides_homes();
        let kinds: BTreeMap<&str, Arc<str>> =
            (0..homes).map(|point| points.kind_of(point)).map(|kind| (kind, Arc::from(kind))).collect();
        let kinds: Vec<Arc<str>> =
            (0..homes).map(|point| Arc::clone(&kinds[points.kind_of(point)])).collect();
        let (mut stays, mut visits) = (Filling::default(), Filling::default());
        let mut gates = gates::Gates::new(city.seed, &parameters, &kinds);
        city.each_being(|being| {
            if being.point < homes {
                let during = Period { from: being.from, until: being.until };
                let (person, point) = (PersonNo(being.person), PointNo(being.point));
                stays.push(Row { person, point, during, assurance: Assurance::DeviceBound });
                gates.pass(being, &mut |row| visits.push(row));
            } else if being.until == city.end() {
                progress(being.person + 1);
            }
        });
        gates.end(&mut |row| visits.push(row));
        let households = city.households();
        let mut household = vec![0; city.people as usize];
        for (number, (_, people)) in households.each().enumerate() {
            people.for_each(|person| household[person as usize] = number);
        }
        let seen = Seen {
            people: city.people,
            visits: Arc::new(visits.filled()),
            kinds,
            households: Households::of(household),
            midnights: (0..=city.days).map(|day| city.start + day * 86_400).collect(),
            first_evening: parameters.first_evening,
        };
        let stays = stays.filled();
        let weights = seen.kinds.iter().map(|kind| parameters.weight_of(kind)).collect();
        let mut epidemic =
            Self { seed: city.seed, strength: Strength::default(), parameters, stays, seen, weights };
        epidemic.strength = Strength::of(&epidemic)?;
        Ok(epidemic)
    }

    /// The hazard of a minute near somebody as infectious as people are on average, over the whole illness.
    #[must_use]
    pub fn hazard_of_a_minute(&self) -> f64 {
        self.strength.minute
    }
}

/// Makes epidemics in cities of one size.
#[derive(Debug, Clone)]
pub struct Epidemics {
    /// How many people each city has.
    pub people: u32,
    /// How many days are lived through.
    pub days: u32,
    /// The illness.
    pub parameters: Parameters,
}

/// The first day of every city, a Sunday: 2020-03-01.
const FIRST_DAY: Day = Day(18_322);

impl epidemic::Epidemics for Epidemics {
    fn days(&self) -> u32 {
        self.days
    }

    fn people(&self) -> u32 {
        self.people
    }

    fn make(
        &self,
        seed: u64,
        zone: &Zone,
        progress: &mut dyn FnMut(u32),
    ) -> Result<Box<dyn epidemic::Epidemic>, String> {
        let start = u32::try_from(zone.midnight(FIRST_DAY).seconds()).unwrap_or(0);
        let city = Metropolis { start, days: self.days, ..Metropolis::of(self.people, Seed(seed)) };
        let made = Epidemic::in_city(&city, self.parameters.clone(), progress);
        made.map(|made| Box::new(made) as Box<dyn epidemic::Epidemic>).map_err(|refused| refused.to_string())
    }
}

impl epidemic::Epidemic for Epidemic {
    fn seen(&self) -> &Seen {
        &self.seen
    }

    fn begin(&self) -> Box<dyn epidemic::Life + '_> {
        Box::new(Course::begin(self))
    }
}

/// An index that is being filled.
#[derive(Default)]
struct Filling {
    columns: Columns,
    rows: Vec<Row>,
}

impl Filling {
    fn push(&mut self, row: Row) {
        self.rows.push(row);
        if self.rows.len() == BATCH {
            self.columns.insert(&self.rows);
            self.rows.clear();
        }
    }

    fn filled(mut self) -> Columns {
        self.columns.insert(&self.rows);
        self.columns.settle();
        self.columns
    }
}

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

mod crowd;
mod draw;
mod gates;
mod illness;
mod life;
mod meetings;
mod stored;
mod strength;

pub use illness::{Illness, Impossible};
pub use stored::{BadRecord, LeftOut, Stored};

use crate::{Kind, Metropolis, Parameters, chance::Seed};
use kangma_contact::{
    Stays,
    columns::{Columns, Period, PersonNo, PointNo, Row},
};
use kangma_core::{Assurance, Zone};
use kangma_service::dry_run_policy::epidemic::{self, Households, Seen};
use life::Course;
use meetings::Meetings;
use std::{collections::BTreeMap, sync::Arc};
use strength::Strength;

/// Stays are handed to the index in so many at a time.
const BATCH: usize = 1 << 18;

/// A city with an epidemic in it, ready to be lived through.
#[derive(Debug)]
pub struct Epidemic {
    seed: Seed,
    illness: Illness,
    /// Everybody's true stays outside of homes.
    stays: Columns,
    /// What is seen, by how long scans without an exit are taken to last. Never empty.
    seen: Vec<(Stays, Seen)>,
    /// How much a minute near somebody at each point counts, in thousandths.
    weights: Vec<u32>,
    strength: Strength,
    meetings: Meetings,
}

impl Epidemic {
    /// Builds the city and what gates see of it, where scans are taken to last as is assumed. `progress` is told how many
    /// people are done.
    ///
    /// # Errors
    /// The numbers of the illness do not fit the city's contacts.
    pub fn in_city(city: &Metropolis, progress: impl FnMut(u32)) -> Result<Self, Impossible> {
        Self::seen_with(city, &[Stays::assumed()], progress)
    }

    /// The same where scans are taken to last in each of some ways, one at least: all are made of the same scans.
    ///
    /// # Errors
    /// The numbers of the illness do not fit the city's contacts.
    pub fn seen_with(
        city: &Metropolis,
        stays_seen: &[Stays],
        mut progress: impl FnMut(u32),
    ) -> Result<Self, Impossible> {
        let (homes, households) = (city.points().besides_homes(), city.households());
        let kinds: Vec<Kind> = city.points().each().map(|(_, kind, _)| kind).collect();
        let mut stays = Filling::default();
        let at_gates = |stays: &Stays| (gates::Gates::new(city, &kinds, stays.clone()), Filling::default());
        let mut at_gates: Vec<_> = stays_seen.iter().map(at_gates).collect();
        city.each_being(|being| {
            if being.point < homes {
                let during = Period { from: being.from, until: being.until };
                let (person, point) = (PersonNo(being.person), PointNo(being.point));
                stays.push(Row { person, point, during, assurance: Assurance::DeviceBound });
                at_gates
                    .iter_mut()
                    .for_each(|(gates, visits)| gates.pass(being, &mut |row| visits.push(row)));
            } else if being.until == city.end() {
                progress(being.person + 1);
            }
        });
        let illness = city.parameters.epidemic.clone();
        let weights = kinds.iter().map(|kind| illness.weight_of(*kind)).collect();
        let unseen = Seen {
            people: city.people(),
            visits: Arc::default(),
            kinds: words(&kinds),
            households: households_of(&households),
            midnights: city.midnights(),
            first_evening: illness.first_evening,
        };
        let seen = at_gates.into_iter().map(|(gates, visits)| {
            let (stays, visits) = gates.end(visits);
            (stays, Seen { visits: Arc::new(visits), ..unseen.clone() })
        });
        let (seen, stays) = (seen.collect(), stays.filled());
        let strength = Strength::default();
        let meetings = Meetings::default();
        let mut epidemic = Self { seed: city.seed, strength, illness, stays, seen, weights, meetings };
        epidemic.strength = Strength::of(&epidemic)?;
        Ok(epidemic)
    }

    /// The hazard of a minute near somebody as infectious as people are on average, over the whole illness.
    #[must_use]
    pub fn hazard_of_a_minute(&self) -> f64 {
        self.strength.minute
    }
}

/// Makes epidemics in cities of one kind.
#[derive(Debug, Clone)]
pub struct Epidemics {
    /// How large the cities are, how many days each is lived through, and the illness.
    pub parameters: Arc<Parameters>,
}

impl epidemic::Epidemics for Epidemics {
    fn days(&self) -> u32 {
        self.parameters.size.days.number()
    }

    fn people(&self) -> u32 {
        self.parameters.size.people.number()
    }

    fn make(
        &self,
        seed: u64,
        zone: &Zone,
        stays: &[Stays],
        progress: &mut dyn FnMut(u32),
    ) -> Result<Box<dyn epidemic::Epidemic>, String> {
        let first = self.parameters.size.first_day.0;
        let midnight = |day| u32::try_from(zone.midnight(day).seconds()).unwrap_or(0);
        let city = Metropolis::on_days(&self.parameters, Seed(seed), first, self.days(), midnight);
        let made = Epidemic::seen_with(&city, stays, progress);
        made.map(|made| Box::new(made) as Box<dyn epidemic::Epidemic>).map_err(|refused| refused.to_string())
    }
}

impl epidemic::Epidemic for Epidemic {
    fn seen(&self) -> &Seen {
        &self.seen[0].1
    }

    fn seen_with(&self, stays: &Stays) -> &Seen {
        let (_, seen) = self.seen.iter().find(|(of, _)| of == stays).unwrap_or(&self.seen[0]);
        seen
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

/// The kinds as policies write them, one text for each kind.
fn words(kinds: &[Kind]) -> Vec<Arc<str>> {
    let texts: BTreeMap<Kind, Arc<str>> =
        Kind::ALL.into_iter().map(|kind| (kind, Arc::from(kind.word()))).collect();
    kinds.iter().map(|kind| Arc::clone(&texts[kind])).collect()
}

fn households_of(households: &crate::Households) -> Households {
    let numbered = households.each().enumerate();
    Households::of(numbered.flat_map(|(number, (_, people))| people.map(move |_| number)).collect())
}

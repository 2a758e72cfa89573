//! How strong infection has to be at home and elsewhere, so that what the illness say comes out.

use super::{Epidemic, Impossible, illness::FIRST_INFECTIOUS_DAY};
use kangma_contact::columns::{Asked, Look, Met, Period, PersonNo};
use kangma_core::Assurance;
use kangma_service::dry_run_policy::epidemic::Epidemic as _;
use std::collections::BTreeMap;

/// How many people are looked at to learn how many minutes people spend near each other.
const SAMPLE: u32 = 100;

/// Hazards over a whole illness of mean infectiousness.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Strength {
    /// Of living together.
    pub home: f64,
    /// Of a minute near each other elsewhere.
    pub minute: f64,
}

impl Strength {
    pub fn of(epidemic: &Epidemic) -> Result<Self, Impossible> {
        let illness = &epidemic.illness;
        let classes = illness.classes();
        let attack = |classes: &[(f64, f64)], hazard: f64| {
            let shares: f64 = classes.iter().map(|(share, _)| share).sum();
            classes.iter().map(|(share, much)| share * (1.0 - (-hazard * much).exp())).sum::<f64>() / shares
        };
        // The attack rate is of people with symptoms: the first two.
        let household = f64::from(illness.household_attack) / 1_000.0;
        let home = reached(household, |hazard| attack(&classes[..2], hazard)).unwrap_or(f64::MAX);
        let others = |person| epidemic.seen().households.others(PersonNo(person)).count();
        let people = sample(epidemic.seen().people);
        let housemates: usize = people.iter().map(|person| others(*person)).sum();
        let many = f64::from(u32::try_from(people.len()).unwrap_or(u32::MAX));
        let at_home =
            f64::from(u32::try_from(housemates).unwrap_or(u32::MAX)) / many * attack(&classes, home);
        let near: Vec<f64> = people.iter().flat_map(|person| epidemic.minutes_near(*person)).collect();
        let elsewhere =
            |minute: f64| near.iter().map(|minutes| attack(&classes, minute * minutes)).sum::<f64>() / many;
        let impossible = || Impossible {
            name: "reproduction",
            value: illness.reproduction.to_string(),
            remedy: "homes alone give more, or all contacts together less: change it, household-attack or near",
        };
        let wanted = illness.reproduction - at_home;
        let minute = reached(wanted, elsewhere).filter(|_| wanted >= 0.0).ok_or_else(impossible)?;
        Ok(Self { home, minute })
    }
}

/// Where something that grows from 0 reaches a value; nothing when it never does.
fn reached(value: f64, grows: impl Fn(f64) -> f64) -> Option<f64> {
    let (mut low, mut high) = (0.0, 1e-6);
    while grows(high) < value {
        high *= 2.0;
        if high > 1e6 {
            return None;
        }
    }
    for _ in 0..60 {
        let middle = (low + high) / 2.0;
        if grows(middle) < value { low = middle } else { high = middle }
    }
    Some(high)
}

fn sample(people: u32) -> Vec<u32> {
    let each = usize::try_from(people.div_ceil(SAMPLE)).unwrap_or(1).max(1);
    (0..people).step_by(each).collect()
}

impl Epidemic {
    /// The minutes that somebody is near each other person over an illness that begins with the city, each day's weighted by
    /// how infectious people are on it.
    fn minutes_near(&self, person: u32) -> Vec<f64> {
        let mut near: BTreeMap<PersonNo, f64> = BTreeMap::new();
        let days = self.illness.infectiousness.len();
        for (day, since_onset) in (0..self.seen().days()).cycle().zip(FIRST_INFECTIOUS_DAY..).take(days) {
            let infectious = self.illness.infectiousness_on(since_onset);
            self.meet(PersonNo(person), day, |met| {
                *near.entry(met.contact).or_default() += infectious * self.minutes(met);
            });
        }
        near.into_values().collect()
    }

    /// Gives whom somebody truly met on a day outside of homes.
    pub(super) fn meet(&self, person: PersonNo, day: u32, mut give: impl FnMut(&Met)) {
        let midnights = &self.seen().midnights;
        let during = Period { from: midnights[day as usize], until: midnights[day as usize + 1] };
        let (look, least) = (Look::Onward, Assurance::Poster);
        let asked = Asked { person, during, look, linger_seconds: 0, least };
        self.stays.encounters(&asked, midnights, |met| give(&met));
    }

    /// How long two were near each other in an encounter, in minutes, as it counts at that kind of point.
    pub(super) fn minutes(&self, met: &Met) -> f64 {
        let others = f64::from(met.crowd.max(2) - 1);
        let near = (f64::from(self.illness.near) / others).min(1.0);
        let weight = f64::from(self.weights[met.point.0 as usize]) / 1_000.0;
        f64::from(met.seconds) / 60.0 * near * weight
    }
}

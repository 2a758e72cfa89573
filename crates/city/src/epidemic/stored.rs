//! An epidemic from files: infections that happened, and results that came, played again under other policies.
//!
//! An infection is averted when one of the two kept apart on its day and they do not live together, or when whoever
//! infected was spared; with somebody, the results of their tests go too. So it tells too little of what a policy does:
//! whoever is spared once is spared for good, though somebody else might have infected them later; nobody is tested because
//! they were told; and what people did of their own accord is in it already.

use kangma_contact::columns::PersonNo;
use kangma_service::dry_run_policy::epidemic::{
    Epidemic, Infection, Life, Lived, Seen, TestResult, without_tracing,
};
use std::collections::{BTreeMap, BTreeSet};

/// Infections and results, with what is seen of the city that they happened in.
#[derive(Debug, Clone)]
pub struct Stored {
    seen: Seen,
    /// By day, and there those who infect before those whom they infect on the same day.
    infections: Vec<Infection>,
    /// By the day on which they became known.
    results: BTreeMap<u32, Vec<TestResult>>,
}

impl Stored {
    /// From what is on record. Results from before the first day are known on it; those after the last are left out.
    ///
    /// # Errors
    /// Somebody is not one of the city, is infected twice, or by somebody who was not infected before.
    pub fn new(
        seen: Seen,
        mut infections: Vec<Infection>,
        results: Vec<TestResult>,
    ) -> Result<Self, BadRecord> {
        infections.sort_by_key(|infection| (infection.day, infection.person));
        let mut infected: BTreeMap<PersonNo, i32> = BTreeMap::new();
        for Infection { person, day, by } in &infections {
            let known = |person: PersonNo| person.0 < seen.people;
            if let Some(stranger) = [Some(*person), *by].into_iter().flatten().find(|one| !known(*one)) {
                return Err(BadRecord::Stranger(stranger.0));
            }
            if infected.insert(*person, *day).is_some() {
                return Err(BadRecord::Twice(person.0));
            }
            if by.is_some_and(|by| infected.get(&by).is_none_or(|before| before >= day)) {
                return Err(BadRecord::ByNobody(person.0));
            }
        }
        let mut by_day: BTreeMap<u32, Vec<TestResult>> = BTreeMap::new();
        for result in results {
            if result.person.0 >= seen.people {
                return Err(BadRecord::Stranger(result.person.0));
            }
            let day = (0..seen.days()).find(|day| result.reported < seen.midnight(day + 1));
            day.into_iter().for_each(|day| by_day.entry(day).or_default().push(result));
        }
        Ok(Self { seen, infections, results: by_day })
    }

    /// What a generated epidemic would have left on record without tracing.
    #[must_use]
    pub fn of(epidemic: &dyn Epidemic) -> (Vec<Infection>, Vec<TestResult>) {
        let mut life = epidemic.begin();
        let results = (0..epidemic.seen().days()).flat_map(|_| life.live(&[])).collect();
        (without_tracing(epidemic), results)
    }
}

/// A record that cannot have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRecord {
    /// Somebody who is not one of the city.
    #[error("person {0} does not live in this city")]
    Stranger(u32),
    /// Somebody who is infected twice.
    #[error("person {0} is infected twice: leave the first infection")]
    Twice(u32),
    /// Somebody who is infected by somebody who was not infected before.
    #[error("person {0} is infected by somebody who was not infected on a day before")]
    ByNobody(u32),
}

impl Epidemic for Stored {
    fn seen(&self) -> &Seen {
        &self.seen
    }

    fn begin(&self) -> Box<dyn Life + '_> {
        Box::new(Replay { stored: self, happened: BTreeMap::new(), apart: Vec::new() })
    }
}

/// A record that is being played again.
struct Replay<'s> {
    stored: &'s Stored,
    /// Who was infected after all.
    happened: BTreeMap<PersonNo, Infection>,
    /// Who was told to keep apart, day by day: all of them comply.
    apart: Vec<BTreeSet<PersonNo>>,
}

impl Replay<'_> {
    /// Whether an infection of the record happens today.
    fn happens(&self, infection: &Infection, apart: &BTreeSet<PersonNo>) -> bool {
        let Some(by) = infection.by else { return true };
        let at_home = || self.stored.seen.households.others(by).any(|other| other == infection.person);
        let met = !apart.contains(&by) && !apart.contains(&infection.person);
        self.happened.contains_key(&by) && (met || at_home())
    }
}

impl Lived for Replay<'_> {
    fn live(&mut self, apart: &[PersonNo]) -> Vec<TestResult> {
        let today = u32::try_from(self.apart.len()).unwrap_or(u32::MAX);
        let day = i32::try_from(today).unwrap_or(i32::MAX);
        let apart: BTreeSet<PersonNo> = apart.iter().copied().collect();
        let is_due = |infection: &&Infection| infection.day == day || (today == 0 && infection.day < 0);
        for infection in self.stored.infections.iter().filter(is_due) {
            if self.happens(infection, &apart) {
                self.happened.insert(infection.person, *infection);
            }
        }
        self.apart.push(apart);
        let spared = |person: PersonNo| {
            let mut infections = self.stored.infections.iter();
            infections.any(|infection| infection.person == person) && !self.happened.contains_key(&person)
        };
        let results = self.stored.results.get(&today).into_iter().flatten();
        results.copied().filter(|result| !result.positive || !spared(result.person)).collect()
    }

    fn went(&self, person: PersonNo, day: u32) -> bool {
        self.apart.get(day as usize).is_some_and(|apart| !apart.contains(&person))
    }

    fn feels_ill(&self, _person: PersonNo, _day: u32) -> bool {
        // A record of infections does not say who felt what.
        false
    }
}

impl Life for Replay<'_> {
    fn infections(&self) -> Vec<Infection> {
        self.happened.values().copied().collect()
    }
}

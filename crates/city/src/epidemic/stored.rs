//! An epidemic from files: infections that happened, and results that came, played again under other policies.
//!
//! An infection is averted when one of the two kept apart on its day and they do not live together, or when whoever
//! infected was spared; with somebody, the results of their tests go too. So it tells too little of what a policy does:
//! whoever is spared once is spared for good, though somebody else might have infected them later; nobody is tested because
//! they were told; and what people did of their own accord is in it already.

use super::{Filling, crowd::Crowd};
use kangma_contact::columns::{Columns, Period, PersonNo, Row};
use kangma_service::dry_run_policy::epidemic::{Epidemic, Infection, Life, Lived, Seen, TestResult};
use std::sync::Arc;

/// Infections and results, with what is seen of the city that they happened in.
#[derive(Debug, Clone)]
pub struct Stored {
    seen: Seen,
    /// By day.
    infections: Vec<Infection>,
    /// By the day on which they became known.
    results: Vec<Vec<TestResult>>,
}

/// What of a record cannot have happened, each by its place in what was given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LeftOut {
    /// Infections.
    pub infections: Vec<(usize, BadRecord)>,
    /// Results.
    pub results: Vec<(usize, BadRecord)>,
}

/// Why something cannot have happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadRecord {
    /// Somebody who is not one of the city.
    #[error("this person is nobody of the city: nothing else of the record says so")]
    Stranger,
    /// Somebody who is infected a second time.
    #[error("this person is infected twice: the first time counts")]
    Twice,
    /// Somebody who is infected by somebody who was not infected before.
    #[error("it names as source somebody who was not infected on a day before")]
    ByNobody,
    /// An infection after the last day.
    #[error("it lies after the last day of the visits")]
    AfterTheEnd,
}

impl Stored {
    /// From what is on record, without what cannot have happened: an infection whose source was left out is left out too.
    /// Results from before the first day are known on it; what became known after the last stays unknown.
    #[must_use]
    pub fn new(seen: Seen, infections: &[Infection], results: &[TestResult]) -> (Self, LeftOut) {
        let mut left_out = LeftOut::default();
        let mut stored = Self {
            infections: Vec::with_capacity(infections.len()),
            results: vec![Vec::new(); seen.days() as usize],
            seen,
        };
        let mut in_order: Vec<usize> = (0..infections.len()).collect();
        // Of one day in the order of their people, so that the order of what was given makes no difference.
        in_order.sort_by_key(|place| (infections[*place].day, infections[*place].person, *place));
        let mut days: Vec<Option<i32>> = vec![None; stored.seen.people as usize];
        for place in in_order {
            let infection = infections[place];
            match stored.infect(infection, &mut days) {
                Ok(()) => stored.infections.push(infection),
                Err(because) => left_out.infections.push((place, because)),
            }
        }
        for (place, result) in results.iter().enumerate() {
            if result.person.0 >= stored.seen.people {
                left_out.results.push((place, BadRecord::Stranger));
            } else if let Some(of_day) = stored.results.get_mut(stored.seen.day_of(result.reported)) {
                of_day.push(*result);
            }
        }
        (stored, left_out)
    }

    /// Notes on which day somebody was infected, if that can be.
    fn infect(&self, infection: Infection, days: &mut [Option<i32>]) -> Result<(), BadRecord> {
        let Infection { person, day, by } = infection;
        let before = |by: PersonNo| days.get(by.0 as usize).copied().flatten().is_some_and(|at| at < day);
        let by_nobody = by.is_some_and(|by| !before(by));
        let infected = days.get_mut(person.0 as usize).ok_or(BadRecord::Stranger)?;
        if infected.is_some() {
            return Err(BadRecord::Twice);
        }
        if i64::from(day) >= i64::from(self.seen.days()) {
            return Err(BadRecord::AfterTheEnd);
        }
        if by_nobody {
            return Err(BadRecord::ByNobody);
        }
        *infected = Some(day);
        Ok(())
    }

    /// What an epidemic would have left on record without tracing: no visits of those who stayed at home.
    #[must_use]
    pub fn of(epidemic: &dyn Epidemic) -> Self {
        let (seen, mut life) = (epidemic.seen(), epidemic.begin());
        let results = (0..seen.days()).map(|_| life.live(&[])).collect();
        let mut infections = life.infections();
        infections.sort_by_key(|infection| (infection.day, infection.person));
        let visits = Arc::new(took_place(seen, &*life));
        Self { seen: Seen { visits, ..seen.clone() }, infections, results }
    }

    /// Every infection, by day.
    #[must_use]
    pub fn infections(&self) -> &[Infection] {
        &self.infections
    }

    /// Every result, by the day on which it became known.
    pub fn results(&self) -> impl Iterator<Item = &TestResult> {
        self.results.iter().flatten()
    }
}

/// The visits of those who went out, cut at midnight.
fn took_place(seen: &Seen, life: &dyn Life) -> Columns {
    let mut visits = Filling::default();
    seen.visits.each_row(|row| {
        for day in seen.days_of(row.during).filter(|day| life.went(row.person, *day)) {
            let [from, until] = [day, day + 1].map(|day| seen.midnights[day as usize]);
            visits.push(Row { during: row.during.overlap(Period { from, until }), ..row });
        }
    });
    visits.filled()
}

impl Epidemic for Stored {
    fn seen(&self) -> &Seen {
        &self.seen
    }

    fn begin(&self) -> Box<dyn Life + '_> {
        let nobody = Crowd::nobody(self.seen.people);
        Box::new(Replay { stored: self, due: 0, infected: nobody.clone(), spared: nobody, apart: Vec::new() })
    }
}

/// A record that is being played again.
struct Replay<'s> {
    stored: &'s Stored,
    /// How many of the infections are over, those that did not happen among them.
    due: usize,
    /// Who was infected after all.
    infected: Crowd,
    /// Whose infection did not happen.
    spared: Crowd,
    /// Who was told to keep apart, day by day: all of them comply.
    apart: Vec<Crowd>,
}

impl Replay<'_> {
    /// Whether an infection of the record happens today.
    fn happens(&self, infection: &Infection, apart: &Crowd) -> bool {
        let Some(by) = infection.by else { return true };
        let at_home = || self.stored.seen.households.others(by).any(|other| other == infection.person);
        let met = !apart.contains(by) && !apart.contains(infection.person);
        self.infected.contains(by) && (met || at_home())
    }
}

impl Lived for Replay<'_> {
    fn live(&mut self, apart: &[PersonNo]) -> Vec<TestResult> {
        let stored = self.stored;
        let today = self.apart.len();
        let apart = Crowd::of(apart.iter().copied(), stored.seen.people);
        while let Some(infection) = stored.infections.get(self.due) {
            // Those from before the first day are due on it.
            if i32::try_from(today).is_ok_and(|today| infection.day > today) {
                break;
            }
            self.due += 1;
            match self.happens(infection, &apart) {
                true => self.infected.add(infection.person),
                false => self.spared.add(infection.person),
            }
        }
        self.apart.push(apart);
        let results = stored.results.get(today).into_iter().flatten();
        results.copied().filter(|result| !result.positive || !self.spared.contains(result.person)).collect()
    }

    fn went(&self, person: PersonNo, day: u32) -> bool {
        self.apart.get(day as usize).is_some_and(|apart| !apart.contains(person))
    }

    fn feels_ill(&self, _person: PersonNo, _day: u32) -> bool {
        // A record of infections does not say who felt what.
        false
    }
}

impl Life for Replay<'_> {
    fn infections(&self) -> Vec<Infection> {
        let over = &self.stored.infections[..self.due];
        over.iter().copied().filter(|infection| self.infected.contains(infection.person)).collect()
    }
}

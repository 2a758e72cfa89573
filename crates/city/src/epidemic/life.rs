//! One course of an epidemic, day by day.

use super::{
    Epidemic,
    crowd::Crowd,
    draw::{For, below, days, draw, happens},
    illness::FIRST_INFECTIOUS_DAY,
};
use kangma_contact::columns::PersonNo;
use kangma_core::{Span, Time};
use kangma_service::dry_run_policy::epidemic::{Epidemic as _, Infection, Life, Lived, TestResult};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Somebody who was infected.
#[derive(Debug, Clone, Copy)]
struct Infected {
    day: i32,
    by: Option<PersonNo>,
    /// The day on which symptoms begin, or would begin.
    onset: i32,
    has_symptoms: bool,
    /// How infectious, beside the mean of those with symptoms.
    much: f64,
}

/// A course that has come to some day.
pub(super) struct Course<'e> {
    epidemic: &'e Epidemic,
    infected: BTreeMap<PersonNo, Infected>,
    /// The same people: whoever somebody infectious meets is looked up in it.
    ever_infected: Crowd,
    /// Since which day somebody's positive result is known.
    positive: HashMap<PersonNo, u32>,
    /// Who is told to keep apart and since which day, in order of their numbers.
    told: Vec<(PersonNo, u32)>,
    /// Results by the day on which they become known.
    results: BTreeMap<u32, Vec<TestResult>>,
    /// Who stayed at home, day by day.
    at_home: Vec<Crowd>,
}

impl<'e> Course<'e> {
    pub fn begin(epidemic: &'e Epidemic) -> Self {
        let mut course = Self {
            epidemic,
            infected: BTreeMap::new(),
            ever_infected: Crowd::nobody(epidemic.seen().people),
            positive: HashMap::new(),
            told: Vec::new(),
            results: BTreeMap::new(),
            at_home: Vec::new(),
        };
        let people = epidemic.seen().people;
        let first = u64::from(people) * u64::from(epidemic.illness.first_infections_of_100k) / 100_000;
        let first = usize::try_from(first.max(1)).unwrap_or(usize::MAX);
        let mut number = 0;
        while course.infected.len() < first {
            let person = PersonNo(below(epidemic.seed, For::First, [number, 0, 0], people));
            let before = below(epidemic.seed, For::FirstDay, [person.0, 0, 0], 7);
            course.infect(person, -i32::try_from(before).unwrap_or(0), None);
            number += 1;
        }
        course
    }

    /// Infects somebody who was not infected before.
    fn infect(&mut self, person: PersonNo, day: i32, by: Option<PersonNo>) {
        if self.ever_infected.contains(person) {
            return;
        }
        let (seed, illness) = (self.epidemic.seed, &self.epidemic.illness);
        let about = [person.0, 0, 0];
        let incubation =
            days(seed, For::Incubation, person.0, illness.incubation_median_days, illness.incubation_sigma);
        let has_symptoms = !happens(seed, For::Symptoms, about, illness.without_symptoms);
        let among_few = happens(seed, For::Infectiousness, about, illness.few);
        let class = usize::from(!among_few) + if has_symptoms { 0 } else { 2 };
        let much = illness.classes()[class].1;
        let infected = Infected { day, by, onset: day + incubation.max(1), has_symptoms, much };
        self.infected.insert(person, infected);
        self.ever_infected.add(person);
        if has_symptoms && happens(seed, For::SeeksTest, about, illness.seeks_test) {
            let until = days(seed, For::Sample, person.0, illness.test_median_days, illness.test_sigma);
            self.sample(person, infected.onset + until);
        }
    }

    /// Takes a sample; its result becomes known later. A sample before the first day is taken on the first.
    fn sample(&mut self, person: PersonNo, day: i32) {
        let (seed, illness) = (self.epidemic.seed, &self.epidemic.illness);
        let Ok(sampled) = u32::try_from(day.max(0)) else { return };
        let infected = self.infected.get(&person).filter(|infected| infected.day <= day);
        let finds = infected.map_or(illness.false_positives, |it| illness.sensitivity_on(day - it.onset));
        let positive = happens(seed, For::Result, [person.0, sampled, 0], finds);
        let until = days(seed, For::Laboratory, person.0, illness.result_median_days, illness.result_sigma);
        let reported = sampled + u32::try_from(until).unwrap_or(0);
        let onset = infected.filter(|it| it.has_symptoms && it.onset <= day);
        let result = TestResult {
            person,
            positive,
            onset: onset.map(|it| self.noon(it.onset)),
            sampled: self.noon(day.max(0)),
            reported: self.noon(i32::try_from(reported).unwrap_or(i32::MAX)) + Span::from_hours(6),
        };
        self.results.entry(reported).or_default().push(result);
    }

    /// Noon of a day, which may lie before the first.
    fn noon(&self, day: i32) -> Time {
        self.epidemic.seen().midnight(0) + Span::from_hours(24 * i64::from(day) + 12)
    }

    fn today(&self) -> u32 {
        u32::try_from(self.at_home.len()).unwrap_or(u32::MAX)
    }

    /// Begins to count since when people are told; whoever is told no longer is forgotten.
    fn tell(&mut self, today: u32, apart: &[PersonNo]) {
        let before = std::mem::take(&mut self.told);
        let mut before = before.iter().peekable();
        for person in apart {
            while before.next_if(|(other, _)| other < person).is_some() {}
            let since = before.next_if(|(other, _)| other == person).map_or(today, |(_, since)| *since);
            self.told.push((*person, since));
        }
    }

    /// Who stays at home today: those who were told and comply, those who are ill, those whose result is positive.
    fn stay_home(&self, today: u32) -> Crowd {
        let (seed, illness) = (self.epidemic.seed, &self.epidemic.illness);
        let day = i32::try_from(today).unwrap_or(i32::MAX);
        let complies = |person: &PersonNo| happens(seed, For::Complies, [person.0, 0, 0], illness.complies);
        let told = self.told.iter().map(|(person, _)| *person).filter(complies);
        let ill = self.infected.iter().filter(|(person, it)| {
            let is_ill = it.has_symptoms && (it.onset + 1..=it.onset + 10).contains(&day);
            is_ill && happens(seed, For::StaysHome, [person.0, 0, 0], illness.stays_home_when_ill)
        });
        let until = |since: u32| since + illness.apart_when_positive_days;
        let positive = self.positive.iter().filter(|(_, since)| **since < today && today <= until(**since));
        let known = ill.map(|(person, _)| *person).chain(positive.map(|(person, _)| *person));
        Crowd::of(told.chain(known), self.epidemic.seen().people)
    }

    /// Who is infected today, and by whom.
    fn spread(&self, today: u32) -> Vec<(PersonNo, PersonNo)> {
        let day = i32::try_from(today).unwrap_or(i32::MAX);
        let mut taken: BTreeSet<PersonNo> = BTreeSet::new();
        let mut infections = Vec::new();
        for (person, it) in &self.infected {
            let until = it.onset + self.epidemic.illness.last_infectious_day();
            if it.day >= day || !(it.onset + FIRST_INFECTIOUS_DAY..=until).contains(&day) {
                continue;
            }
            for (contact, hazard) in self.hazards(*person, it, today) {
                let chance = draw(self.epidemic.seed, For::Infection, [person.0, contact.0, today]);
                if chance < 1.0 - (-hazard).exp() && taken.insert(contact) {
                    infections.push((contact, *person));
                }
            }
        }
        infections
    }

    /// The hazard of the day for everybody whom an infectious person meets and who can be infected, by their numbers.
    fn hazards(&self, person: PersonNo, it: &Infected, today: u32) -> Vec<(PersonNo, f64)> {
        let Epidemic { illness, strength, .. } = self.epidemic;
        let since_onset = i32::try_from(today).unwrap_or(i32::MAX) - it.onset;
        let much = it.much * illness.infectiousness_on(since_onset);
        let can_be = |contact: &PersonNo| !self.ever_infected.contains(*contact);
        let at_home = &self.at_home[today as usize];
        let stays = at_home.contains(person);
        let home = if stays { f64::from(illness.at_home_apart) / 1_000.0 } else { 1.0 };
        let housemates = self.epidemic.seen().households.others(person).filter(can_be);
        let mut hazards: Vec<(PersonNo, f64)> =
            housemates.map(|housemate| (housemate, much * strength.home * home)).collect();
        if !stays {
            for met in &*self.epidemic.meetings(person, today) {
                if can_be(&met.contact) && !at_home.contains(met.contact) {
                    hazards.push((met.contact, much * strength.minute * met.minutes));
                }
            }
        }
        // In the order in which they were met, so that the same sum comes out on every machine.
        hazards.sort_by_key(|(contact, _)| *contact);
        let of_each = hazards.chunk_by(|one, next| one.0 == next.0);
        of_each.map(|all| (all[0].0, all.iter().map(|(_, hazard)| hazard).sum())).collect()
    }

    /// Whether something else begins in somebody on a day.
    fn falls_ill_otherwise(&self, person: PersonNo, day: u32) -> bool {
        let Epidemic { seed, illness, .. } = self.epidemic;
        below(*seed, For::OtherIllness, [person.0, day, 0], 100_000) < illness.other_illness_of_100k
    }

    /// Samples of people who are tested today for other reasons than being ill.
    fn test_others(&mut self, today: u32) {
        let (seed, illness) = (self.epidemic.seed, &self.epidemic.illness);
        let people = self.epidemic.seen().people;
        // A whole number of tests, and one more as often as the rest says.
        let of_100k = u64::from(people) * u64::from(illness.other_tests_of_100k);
        let one_more = u64::from(below(seed, For::Other, [today, 0, 0], 100_000)) < of_100k % 100_000;
        let many = u32::try_from(of_100k / 100_000).unwrap_or(u32::MAX) + u32::from(one_more);
        let one_of_them = |number| PersonNo(below(seed, For::Other, [today, number, 1], people));
        let chosen: Vec<PersonNo> = (0..many).map(one_of_them).collect();
        let mut told: Vec<PersonNo> = Vec::new();
        for (person, since) in &self.told {
            let is_due = illness.tests_when_told.contains(&(today - since));
            let about = [person.0, *since, 0];
            if is_due && happens(seed, For::TestedWhenTold, about, illness.tested_when_told) {
                told.push(*person);
            }
        }
        told.sort_unstable();
        let day = i32::try_from(today).unwrap_or(i32::MAX);
        for person in chosen.into_iter().chain(told) {
            if !self.positive.contains_key(&person) {
                self.sample(person, day);
            }
        }
    }
}

impl Lived for Course<'_> {
    fn live(&mut self, apart: &[PersonNo]) -> Vec<TestResult> {
        let today = self.today();
        self.tell(today, apart);
        self.at_home.push(self.stay_home(today));
        let day = i32::try_from(today).unwrap_or(i32::MAX);
        for (person, by) in self.spread(today) {
            self.infect(person, day, Some(by));
        }
        self.test_others(today);
        let mut results = self.results.remove(&today).unwrap_or_default();
        results.sort_by_key(|result| (result.person, result.sampled));
        for result in results.iter().filter(|result| result.positive) {
            self.positive.entry(result.person).or_insert(today);
        }
        results
    }

    fn went(&self, person: PersonNo, day: u32) -> bool {
        self.at_home.get(day as usize).is_some_and(|at_home| !at_home.contains(person))
    }

    fn feels_ill(&self, person: PersonNo, day: u32) -> bool {
        let today = i32::try_from(day).unwrap_or(i32::MAX);
        let infected = self.infected.get(&person);
        infected.is_some_and(|it| it.has_symptoms && (it.onset..=it.onset + 10).contains(&today))
            || (day.saturating_sub(2)..=day).any(|began| self.falls_ill_otherwise(person, began))
    }
}

impl Life for Course<'_> {
    fn infections(&self) -> Vec<Infection> {
        let infection =
            |(person, it): (&PersonNo, &Infected)| Infection { person: *person, day: it.day, by: it.by };
        self.infected.iter().map(infection).collect()
    }
}

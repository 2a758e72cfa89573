//! Households and what the people in them do all life, each made from its own number.

use crate::{
    chance::{Chance, Purpose, Seed},
    kind::Kind,
    parameters::{Parameters, Together},
    points::Points,
};
use serde::{Deserialize, Serialize};
use std::ops::Range;

/// What somebody does all day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occupation {
    /// Too young for anything.
    Infant,
    /// Goes to a kindergarten or a school: the number of the point.
    Pupil(u32),
    /// Goes to work: the number of the point.
    Worker(u32),
    /// Stays at home or goes where he likes.
    Free,
}

/// A household by itself.
#[derive(Debug, Clone)]
pub(crate) struct Home {
    pub district: u32,
    /// The number of the gate of its community.
    pub gate: u32,
    /// Of its people, adults first.
    pub ages: Vec<u32>,
}

/// Somebody by themselves.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Person {
    pub number: u32,
    /// The number of the point.
    pub home: u32,
    pub district: u32,
    pub occupation: Occupation,
    /// The first vehicle of the line that they take to work or school, if they ride.
    pub line: Option<(Kind, u32)>,
}

/// Who lives with whom. Households are numbered from 0, and so are people, household by household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Households {
    /// The first person of each, and at the end how many people there are.
    begins: Vec<u32>,
    first_home: u32,
}

/// What people are made from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Making<'a> {
    pub seed: Seed,
    pub parameters: &'a Parameters,
    pub points: &'a Points,
}

impl Making<'_> {
    pub fn home(&self, household: u32) -> Home {
        let mut chance = Chance::of(self.seed, Purpose::Household, u64::from(household));
        let ages = ages(&mut chance, &self.parameters.household);
        let district = chance.between(0, self.parameters.size.districts.number() - 1);
        let gate = self.points.one(&mut chance, Kind::CommunityGate, district);
        Home { district, gate, ages }
    }

    /// Gives every household: its number, its people's numbers, and itself.
    pub fn each_home(&self, mut take: impl FnMut(u32, Range<u32>, &Home)) {
        let people = self.parameters.size.people.number();
        let (mut household, mut first) = (0, 0);
        while first < people {
            let home = self.home(household);
            let members = u32::try_from(home.ages.len()).unwrap_or(u32::MAX);
            let end = first.saturating_add(members).min(people);
            take(household, first..end, &home);
            (household, first) = (household + 1, end);
        }
    }

    pub fn person(&self, number: u32, household: u32, home: &Home, age: u32) -> Person {
        let mut chance = Chance::of(self.seed, Purpose::Person, u64::from(number));
        let Parameters { work, school, travel, .. } = self.parameters;
        let occupation = self.occupation(&mut chance, home.district, age);
        let rides = match occupation {
            Occupation::Worker(_) => chance.happens(work.rides),
            Occupation::Pupil(_) => chance.happens(school.rides),
            Occupation::Infant | Occupation::Free => false,
        };
        let kind = chance.weighted(travel.vehicles.each()).filter(|_| rides);
        let line = kind.map(|kind| (kind, self.points.one(&mut chance, kind, home.district)));
        let home_point = self.points.besides_homes() + household;
        Person { number, home: home_point, district: home.district, occupation, line }
    }

    fn occupation(&self, chance: &mut Chance, district: u32, age: u32) -> Occupation {
        let Parameters { work, school, .. } = self.parameters;
        if school.years.contains(age) {
            return Occupation::Pupil(self.points.one(chance, Kind::School, district));
        }
        if age < school.years.low {
            return Occupation::Infant;
        }
        let works = work.years.contains(age) && chance.happens(work.employed);
        let kind = chance.weighted(work.places.each()).filter(|_| works);
        kind.map_or(Occupation::Free, |kind| Occupation::Worker(self.points.one(chance, kind, district)))
    }
}

/// The ages of one household, adults first.
fn ages(chance: &mut Chance, habits: &Together) -> Vec<u32> {
    let size = chance.weighted(habits.sizes.each()).unwrap_or(1);
    let (children, grandparents) = match size {
        1 if chance.happens(habits.one_is_old) => return vec![chance.within(habits.old_years)],
        1 => return vec![chance.within(habits.adult_years)],
        2 if chance.happens(habits.two_are_old) => {
            return vec![chance.within(habits.old_years), chance.within(habits.old_years)];
        }
        2 => return vec![chance.within(habits.adult_years), chance.within(habits.adult_years)],
        3 => (1, 0),
        4 if chance.happens(habits.four_have_two_children) => (2, 0),
        4 => (1, 1),
        more => (more - 4, 2),
    };
    let eldest = chance.within(habits.child_years);
    let parent = eldest + chance.within(habits.parent_older_years);
    let mut ages = vec![parent, (parent + chance.between(0, 6)).saturating_sub(3)];
    ages.extend((0..grandparents).map(|_| parent + chance.within(habits.parent_older_years)));
    ages.extend((0..children).map(|nth| if nth == 0 { eldest } else { chance.between(0, eldest) }));
    ages
}

impl Households {
    pub(crate) fn of(making: Making<'_>) -> Self {
        let mut begins = vec![0];
        making.each_home(|_, people, _| begins.push(people.end));
        Self { begins, first_home: making.points.besides_homes() }
    }

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
    pub fn each(&self) -> impl Iterator<Item = (u32, Range<u32>)> + '_ {
        (self.first_home..).zip(self.begins.windows(2).map(|pair| pair[0]..pair[1]))
    }
}

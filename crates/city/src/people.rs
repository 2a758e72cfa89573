//! Households and the people in them.

use crate::{
    chance::{Chance, Purpose, Seed},
    habits::Habits,
    map::Map,
    name,
    point::index,
    size::Size,
};
use kangma_core::{Assurance, Day, PersonId, PointId};
use serde::{Deserialize, Serialize};

/// Somebody who lives in the city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resident {
    /// A random number that says nothing.
    pub id: PersonId,
    /// An invented name.
    pub name: String,
    /// An invented document number, whose check digit is wrong.
    pub document_number: String,
    /// An invented number that cannot be assigned; nobody under 12 has one.
    pub phone: Option<String>,
    /// When born.
    pub born: Day,
    /// The household: an index into [`crate::City::households`].
    pub household: usize,
    /// What the person does all day.
    pub occupation: Occupation,
    /// What the person shows at a gate: how far it proves anything.
    pub carries: Assurance,
}

/// What somebody does all day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Occupation {
    /// Too young for anything.
    Infant,
    /// Goes to a kindergarten or a school.
    Pupil(PointId),
    /// Goes to work.
    Worker(PointId),
    /// Stays at home or goes where he likes.
    Free,
}

/// People who live together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    /// The gate of the community.
    pub gate: Option<PointId>,
    /// The district: an index into [`crate::City::districts`].
    pub district: usize,
    /// An invented address.
    pub address: String,
    /// Indices into [`crate::City::residents`]; adults first.
    pub members: std::ops::Range<usize>,
}

pub(crate) fn people(
    seed: Seed,
    size: &Size,
    habits: &Habits,
    map: &Map,
    today: Day,
) -> (Vec<Household>, Vec<Resident>) {
    let wanted = usize::try_from(size.people).unwrap_or(usize::MAX);
    let (mut households, mut residents): (Vec<Household>, Vec<Resident>) = (Vec::new(), Vec::new());
    while residents.len() < wanted {
        let number = households.len();
        let mut chance = Chance::of(seed, Purpose::Household, index(number));
        let left = u32::try_from(wanted - residents.len()).unwrap_or(u32::MAX);
        let household = household(&mut chance, map, number, residents.len());
        let surname = name::surname(&mut chance);
        for age in ages(&mut chance, habits).into_iter().take(usize::try_from(left).unwrap_or(wanted)) {
            let one =
                Newcomer { age, number: residents.len(), household: number, district: household.district };
            residents.push(one.settle(seed, habits, map, today, surname));
        }
        households.push(Household { members: household.members.start..residents.len(), ..household });
    }
    (households, residents)
}

fn household(chance: &mut Chance, map: &Map, number: usize, first: usize) -> Household {
    let gate = chance.pick(map.gates());
    let district = gate.map_or(0, |place| place.district);
    let home = gate.map_or("无门小区", |place| &place.name);
    let (building, flat) = (chance.between(1, 20), chance.between(1, 18) * 100 + chance.between(1, 4));
    let address = format!("{home}{building}幢{flat}室第{}户", number + 1);
    Household { gate: gate.map(|place| place.id), district, address, members: first..first }
}

/// The ages of one household, adults first. Our assumption: who lives with whom.
fn ages(chance: &mut Chance, habits: &Habits) -> Vec<u32> {
    let size = chance.weighted(&habits.household_sizes).copied().unwrap_or(1);
    let (children, grandparents) = match size {
        1 => {
            return vec![if chance.between(1, 10) <= 3 {
                chance.between(62, 92)
            } else {
                chance.between(20, 61)
            }];
        }
        2 if chance.between(1, 2) == 1 => return vec![chance.between(60, 85), chance.between(60, 85)],
        2 => (0, 0),
        3 => (1, 0),
        4 if chance.between(1, 2) == 1 => (2, 0),
        4 => (1, 1),
        5 => (1, 2),
        _ => (2, 2),
    };
    let eldest = if children == 0 { 0 } else { chance.between(0, 17) };
    let parent = eldest + chance.between(22, 36);
    let mut ages = vec![parent, (parent + chance.between(0, 6)).saturating_sub(3).max(20)];
    ages.extend((0..grandparents).map(|_| parent + chance.between(22, 34)));
    ages.extend((0..children).map(|nth| if nth == 0 { eldest } else { chance.between(0, eldest) }));
    ages
}

/// Somebody of whom only the age and the household are settled.
struct Newcomer {
    age: u32,
    number: usize,
    household: usize,
    district: usize,
}

impl Newcomer {
    fn settle(self, seed: Seed, habits: &Habits, map: &Map, today: Day, surname: &str) -> Resident {
        let mut chance = Chance::of(seed, Purpose::Resident, index(self.number));
        let Self { age, number, household, district } = self;
        let born = birthday(&mut chance, today, age);
        let division = map.division(district);
        Resident {
            id: PersonId(chance.number()),
            name: name::name(&mut chance, surname),
            document_number: name::document_number(division, born, index(number)),
            phone: (age >= 12).then(|| name::phone(index(number) + 1)),
            born,
            household,
            occupation: occupation(&mut chance, habits, map, age, district),
            carries: code(&mut chance, habits, age),
        }
    }
}

/// A day on which somebody of this age was born.
fn birthday(chance: &mut Chance, today: Day, age: u32) -> Day {
    let days = age * 1_461 / 4 + 1 + chance.between(0, 360);
    today.plus(-i32::try_from(days).unwrap_or(0))
}

fn occupation(chance: &mut Chance, habits: &Habits, map: &Map, age: u32, district: usize) -> Occupation {
    let place = match age {
        0..=2 => return Occupation::Infant,
        3..=17 => return map.near(chance, "school", district).map_or(Occupation::Free, Occupation::Pupil),
        18..=61 if chance.happens(habits.employed) => {
            let kind = chance.weighted(&habits.workplaces).copied().unwrap_or("office");
            map.anywhere(chance, kind)
        }
        _ => None,
    };
    place.map_or(Occupation::Free, Occupation::Worker)
}

fn code(chance: &mut Chance, habits: &Habits, age: u32) -> Assurance {
    let codes = if (12..70).contains(&age) { &habits.codes } else { &habits.codes_of_young_and_old };
    chance.weighted(codes).copied().unwrap_or(Assurance::Paper)
}

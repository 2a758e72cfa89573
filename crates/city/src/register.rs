//! What a small city has besides numbers: districts, points, households and people with invented names.

use crate::{
    chance::{Chance, Purpose},
    kind::Kind,
    name::{self, STEMS},
    parameters::Scans,
    people::{Making, Occupation, Person},
};
use kangma_core::{Assurance, Day, PersonId, PointId};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A part of the city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct District {
    /// Its name: numerals, so that no real one is meant.
    pub name: String,
    /// Its division code, of a province that GB/T 2260 does not have (99).
    pub division: String,
}

/// A collection point as it is first registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Its identifier.
    pub id: PointId,
    /// Its kind.
    pub kind: Kind,
    /// Its name.
    pub name: String,
    /// The district: an index into [`crate::City::districts`].
    pub district: usize,
}

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

/// People who live together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Household {
    /// The gate of the community: an index into [`crate::City::points`].
    pub gate: usize,
    /// The district: an index into [`crate::City::districts`].
    pub district: usize,
    /// An invented address.
    pub address: String,
    /// Indices into [`crate::City::residents`]; adults first.
    pub members: std::ops::Range<usize>,
}

/// Everybody and everything, numbered as in the city of numbers.
#[derive(Debug, Default)]
pub(crate) struct Register {
    pub districts: Vec<District>,
    pub points: Vec<Point>,
    pub households: Vec<Household>,
    pub residents: Vec<Resident>,
    pub persons: Vec<Person>,
    /// How many document numbers begin alike.
    documents: HashMap<(usize, Day), u32>,
}

/// Who is younger has no telephone.
const FIRST_TELEPHONE_YEARS: u32 = 12;

impl Register {
    pub fn of(making: Making<'_>, today: Day) -> Self {
        let mut register = Self::default();
        register.districts = (0..making.parameters.size.districts.number()).map(district).collect();
        register.points = points(making, &register.districts);
        making.each_home(|household, people, home| {
            let mut chance = Chance::of(making.seed, Purpose::Address, u64::from(household));
            let surname = name::surname(&mut chance);
            let first = register.residents.len();
            for (number, age) in people.zip(&home.ages) {
                let person = making.person(number, household, home, *age);
                let one = register.resident(making, person, *age, today, surname);
                register.residents.push(one);
                register.persons.push(person);
            }
            let gate = index(home.gate);
            let (building, flat) =
                (chance.between(1, 20), chance.between(1, 18) * 100 + chance.between(1, 4));
            let community = register.points.get(gate).map_or("", |point| &point.name);
            let address = format!("{community}{building}幢{flat}室第{}户", household + 1);
            let members = first..register.residents.len();
            register.households.push(Household { gate, district: index(home.district), address, members });
        });
        register
    }

    fn resident(
        &mut self,
        making: Making<'_>,
        person: Person,
        age: u32,
        today: Day,
        surname: &str,
    ) -> Resident {
        let mut chance = Chance::of(making.seed, Purpose::Name, u64::from(person.number));
        let district = index(person.district);
        let born = birthday(&mut chance, today, age);
        let alike = self.documents.entry((district, born)).or_default();
        *alike += 1;
        let division = self.districts.get(district).map_or("", |district| &district.division);
        Resident {
            id: PersonId(chance.number()),
            name: name::name(&mut chance, surname),
            document_number: name::document_number(division, born, *alike),
            phone: (age >= FIRST_TELEPHONE_YEARS).then(|| name::phone(person.number + 1)),
            born,
            household: self.households.len(),
            occupation: person.occupation,
            carries: carried(&mut chance, &making.parameters.scans, age),
        }
    }
}

/// 甲区, and after the tenth 甲甲区.
fn district(n: u32) -> District {
    let mut name = String::new();
    let mut left = index(n) + 1;
    while left > 0 {
        name.insert_str(0, STEMS[(left - 1) % STEMS.len()]);
        left = (left - 1) / STEMS.len();
    }
    District { name: format!("{name}区"), division: format!("99{:02}{:02}", n / 99 + 1, n % 99 + 1) }
}

fn points(making: Making<'_>, districts: &[District]) -> Vec<Point> {
    let mut numbered: HashMap<(Kind, u32), u32> = HashMap::new();
    let point = |(number, kind, district): (u32, Kind, u32)| {
        let mut chance = Chance::of(making.seed, Purpose::Point, u64::from(number));
        let nth = numbered.entry((kind, district)).or_default();
        *nth += 1;
        let district = index(district);
        let of = districts.get(district).map_or("", |district| &district.name);
        Point { id: PointId(chance.number()), kind, name: format!("{of}{}{nth}号", kind.noun()), district }
    };
    making.points.each().map(point).collect()
}

/// A day on which somebody of this age was born.
fn birthday(chance: &mut Chance, today: Day, age: u32) -> Day {
    let days = age * 1_461 / 4 + 1 + chance.between(0, 360);
    today.plus(-i32::try_from(days).unwrap_or(0))
}

fn carried(chance: &mut Chance, scans: &Scans, age: u32) -> Assurance {
    let grown_up = scans.grown_up_years.contains(age);
    let codes = if grown_up { &scans.codes } else { &scans.codes_of_young_and_old };
    chance.weighted(codes.each()).unwrap_or(Assurance::Paper)
}

pub(crate) fn index(n: u32) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_district_has_a_name_and_a_division_of_its_own() {
        let said = |n| {
            let District { name, division } = district(n);
            (name, division)
        };
        assert_eq!(said(0), ("甲区".to_owned(), "990101".to_owned()));
        assert_eq!(said(9), ("癸区".to_owned(), "990110".to_owned()));
        assert_eq!(said(10), ("甲甲区".to_owned(), "990111".to_owned()));
        assert_eq!(said(99), ("壬癸区".to_owned(), "990201".to_owned()));
        let all: std::collections::BTreeSet<_> = (0..2_000).map(said).collect();
        assert_eq!(all.len(), 2_000);
    }
}

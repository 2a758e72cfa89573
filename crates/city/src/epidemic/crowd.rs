//! Some of a city's people.

use kangma_contact::columns::PersonNo;

/// A set of people, a bit for each of the city: it is asked about everybody whom a case met.
#[derive(Debug, Clone)]
pub(super) struct Crowd(Vec<u64>);

impl Crowd {
    /// Nobody, in a city of so many.
    pub fn nobody(of: u32) -> Self {
        Self(vec![0; of.div_ceil(64) as usize])
    }

    pub fn of(people: impl Iterator<Item = PersonNo>, of: u32) -> Self {
        let mut crowd = Self::nobody(of);
        people.for_each(|person| crowd.add(person));
        crowd
    }

    pub fn add(&mut self, person: PersonNo) {
        self.0[person.0 as usize / 64] |= 1 << (person.0 % 64);
    }

    pub fn contains(&self, person: PersonNo) -> bool {
        self.0.get(person.0 as usize / 64).is_some_and(|word| word >> (person.0 % 64) & 1 == 1)
    }
}

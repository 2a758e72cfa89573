//! The contact graph of the whole city.

use super::{
    Columns, Period, PersonNo,
    contacts::{Contact, Enough, Search, Subject, TOGETHER},
};

impl Columns {
    /// Gives every two persons who shared points for long enough inside a window, once each, the one with the smaller
    /// number as the case. Nothing is gathered beyond one person's.
    pub fn pairs(&self, during: Period, enough: &Enough, mut give: impl FnMut(Contact)) {
        let mut search = Search::new(self, enough);
        let mut together = Vec::with_capacity(TOGETHER);
        for person in 0..self.persons() {
            together.push(Subject { person: PersonNo(person), windows: vec![during] });
            if together.len() == TOGETHER || person + 1 == self.persons() {
                search.contacts_of(&together, |person, other| other > person.0, &mut give);
                together.clear();
            }
        }
    }
}

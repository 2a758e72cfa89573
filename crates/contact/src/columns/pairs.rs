//! The contact graph of the whole city.

use super::{
    Columns, Period, PersonNo,
    contacts::{Contact, Enough, Search},
};

impl Columns {
    /// Gives every two persons who shared points for long enough inside a window, once each, the one with the smaller
    /// number as the case. Nothing is gathered beyond one person's.
    pub fn pairs(&self, during: Period, enough: &Enough, mut give: impl FnMut(Contact)) {
        let mut search = Search::new(self, enough);
        for person in 0..self.persons() {
            search.contacts_of(PersonNo(person), &[during], |other| other > person, &mut give);
        }
    }
}

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
        self.each_together(during, |together| {
            search.contacts_of(together, |person, other| other > person.0, &mut give);
        });
    }

    /// How many bytes of memory [`Columns::pairs`] reads, in whole lines of the processor's cache: rows and heads, without
    /// the directory to them. For measurements.
    #[must_use]
    pub fn pairs_bytes(&self, during: Period, enough: &Enough) -> u64 {
        let (mut search, mut bytes) = (Search::new(self, enough), 0);
        self.each_together(during, |together| bytes += search.bytes_of(together));
        bytes
    }

    /// Everybody with the same window, as many as are searched together at a time.
    fn each_together(&self, during: Period, mut take: impl FnMut(&[Subject])) {
        let mut together = Vec::with_capacity(TOGETHER);
        for person in 0..self.persons() {
            together.push(Subject { person: PersonNo(person), windows: vec![during] });
            if together.len() == TOGETHER || person + 1 == self.persons() {
                take(&together);
                together.clear();
            }
        }
    }
}

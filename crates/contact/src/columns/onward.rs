//! The second order: whom contacts met after they had met the case.

use super::{
    Columns, Period, PersonNo,
    contacts::{Case, Contact, Enough, Search, Subject, by_person},
    stretches::united,
};

/// When a contact may pass it on, counted from the beginning of the first encounter with the case that counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Infecting {
    /// Not before so many seconds have passed.
    pub after_seconds: u32,
    /// For so many seconds; without end when it is `u32::MAX`.
    pub for_seconds: u32,
}

/// Somebody who met a contact of a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Link {
    /// The contact between.
    pub via: PersonNo,
    /// The case, and whom the one between met. Encounters, times and points are those of the two of them.
    pub met: Contact,
}

impl Infecting {
    /// From the first shared instant on, as long as the case's own window lasts.
    pub const AT_ONCE: Infecting = Infecting { after_seconds: 0, for_seconds: u32::MAX };

    fn window(self, first: u32) -> Period {
        let from = first.saturating_add(self.after_seconds);
        Period { from, until: from.saturating_add(self.for_seconds) }
    }
}

impl Columns {
    /// Gives whom the contacts of each case met afterwards, contact by contact. Nothing is gathered beyond one contact's.
    ///
    /// Every overlap is clipped to the case's window too. The case is no contact of its contacts; a contact who met
    /// another contact is given.
    pub fn onward(&self, cases: &[Case], enough: &Enough, infecting: Infecting, mut give: impl FnMut(Link)) {
        let mut search = Search::new(self, enough);
        let mut carriers: Vec<Contact> = Vec::new();
        for case in by_person(cases) {
            carriers.clear();
            let taken = &mut |contact| carriers.push(contact);
            search.contacts_of(std::slice::from_ref(&case), |_, _| true, taken);
            carriers.sort_unstable_by_key(|contact| contact.contact);
            let subject = |carrier: &Contact| {
                let window = infecting.window(carrier.first);
                let windows = united(case.windows.iter().map(|own| own.overlap(window)).collect());
                Subject { person: carrier.contact, windows }
            };
            let subjects: Vec<Subject> = carriers.iter().map(subject).collect();
            search.contacts_of(&subjects, |_, third| third != case.person.0, &mut |met| {
                give(Link { via: met.case, met: Contact { case: case.person, ..met } });
            });
        }
    }
}

//! Whom people truly met, kept from one course of an epidemic to the next: much the same people are infectious in each.

use super::Epidemic;
use kangma_contact::columns::PersonNo;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// So many are kept, which take half a gigabyte; what is beyond them is looked for anew in each course.
const MOST: usize = 1 << 25;

/// An encounter with somebody outside of homes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Meeting {
    pub contact: PersonNo,
    /// How long the two were near each other, as it counts at that kind of point.
    pub minutes: f64,
}

/// The meetings that were looked for so far.
#[derive(Debug, Default)]
pub(super) struct Meetings(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    /// By person and day.
    each: HashMap<(PersonNo, u32), Arc<[Meeting]>>,
    many: usize,
}

impl Epidemic {
    /// Whom somebody met on a day when nobody kept apart, by their numbers.
    pub(super) fn meetings(&self, person: PersonNo, day: u32) -> Arc<[Meeting]> {
        let known = || self.meetings.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(meetings) = known().each.get(&(person, day)) {
            return Arc::clone(meetings);
        }
        let mut found: Vec<Meeting> = Vec::new();
        self.meet(person, day, |met| {
            found.push(Meeting { contact: met.contact, minutes: self.minutes(met) });
        });
        found.sort_by_key(|meeting| meeting.contact);
        let found: Arc<[Meeting]> = found.into();
        let mut known = known();
        if known.many + found.len() <= MOST && known.each.insert((person, day), Arc::clone(&found)).is_none()
        {
            known.many += found.len();
        }
        found
    }
}

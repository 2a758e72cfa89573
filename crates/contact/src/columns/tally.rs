//! Adds encounters up, contact by contact.

use super::Period;

/// What one contact has come to so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Tally {
    pub contact: u32,
    pub encounters: u32,
    pub points: u32,
    last_point: u32,
    pub seconds: u64,
    pub during: Period,
}

impl Tally {
    /// Nothing yet: whatever is added to it is all there is.
    const NOTHING: Tally = Tally {
        contact: u32::MAX,
        encounters: 0,
        points: 0,
        last_point: u32::MAX,
        seconds: 0,
        during: Period { from: u32::MAX, until: 0 },
    };
}

/// Tallies by contact: a small table of open addresses, because it is filled anew for every case. Whether a contact is a
/// new one is past guessing, so that both take the same path: a new one adds to a tally of nothing.
#[derive(Debug)]
pub(super) struct Tallies {
    /// A contact's place in `tallies`; 0 where nobody is.
    slots: Vec<u32>,
    /// From 1 on, and nothing after the last. Room for as many as half of the slots.
    tallies: Vec<Tally>,
    people: usize,
}

const FIRST_SLOTS: usize = 4_096;

impl Default for Tallies {
    fn default() -> Self {
        Self::with_slots(FIRST_SLOTS)
    }
}

impl Tallies {
    fn with_slots(slots: usize) -> Self {
        Self { slots: vec![0; slots], tallies: vec![Tally::NOTHING; slots / 2 + 2], people: 0 }
    }

    pub fn clear(&mut self) {
        if self.slots.len() > FIRST_SLOTS {
            // After a case with very many contacts the next one shall not pay for its table.
            *self = Self::default();
        }
        self.slots.fill(0);
        self.people = 0;
        self.tallies[1] = Tally::NOTHING;
    }

    pub fn all(&self) -> &[Tally] {
        &self.tallies[1..=self.people]
    }

    /// Adds an encounter. All encounters at one point come before those at the next.
    #[inline]
    pub fn add(&mut self, contact: u32, point: u32, during: Period) {
        let slot = self.slot(contact);
        let seconds = u64::from(during.seconds());
        let place = self.slots[slot] as usize;
        if place == 0 {
            self.people += 1;
            self.slots[slot] = u32::try_from(self.people).unwrap_or(u32::MAX);
            self.tallies[self.people] =
                Tally { contact, encounters: 1, points: 1, last_point: point, seconds, during };
            if self.people * 2 >= self.slots.len() {
                self.grow();
            }
            return;
        }
        let tally = &mut self.tallies[place];
        tally.encounters += 1;
        tally.points += u32::from(tally.last_point != point);
        tally.last_point = point;
        tally.seconds += seconds;
        tally.during.from = tally.during.from.min(during.from);
        tally.during.until = tally.during.until.max(during.until);
    }

    /// The contact's slot, or the free one where it belongs.
    #[inline]
    fn slot(&self, contact: u32) -> usize {
        let last = self.slots.len() - 1;
        // Fibonacci hashing: numbers that follow each other, as in a household, spread.
        let mut slot = (contact.wrapping_mul(0x9e37_79b1) >> 7) as usize & last;
        loop {
            let place = self.slots[slot] as usize;
            if (place == 0) | (self.tallies[place].contact == contact) {
                return slot;
            }
            slot = (slot + 1) & last;
        }
    }

    fn grow(&mut self) {
        let mut larger = Self::with_slots(self.slots.len() * 4);
        larger.tallies[..=self.people].copy_from_slice(&self.tallies[..=self.people]);
        larger.people = self.people;
        for place in 1..=self.people {
            let slot = larger.slot(larger.tallies[place].contact);
            larger.slots[slot] = u32::try_from(place).unwrap_or(u32::MAX);
        }
        *self = larger;
    }
}

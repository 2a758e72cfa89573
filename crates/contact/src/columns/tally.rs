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

/// Tallies by contact: a small table of open addresses, because it is filled anew for every case.
#[derive(Debug)]
pub(super) struct Tallies {
    /// Contact and one more than its place in `tallies`; 0 where nobody is.
    slots: Vec<(u32, u32)>,
    tallies: Vec<Tally>,
}

const FIRST_SLOTS: usize = 4_096;

impl Default for Tallies {
    fn default() -> Self {
        Self { slots: vec![(0, 0); FIRST_SLOTS], tallies: Vec::new() }
    }
}

impl Tallies {
    pub fn clear(&mut self) {
        // After a case with very many contacts the next one shall not pay for its table.
        self.slots.truncate(FIRST_SLOTS);
        self.slots.fill((0, 0));
        self.tallies.clear();
    }

    pub fn all(&self) -> &[Tally] {
        &self.tallies
    }

    /// Adds an encounter. All encounters at one point come before those at the next.
    #[inline]
    pub fn add(&mut self, contact: u32, point: u32, during: Period) {
        let seconds = u64::from(during.seconds());
        let slot = self.slot(contact);
        if let Some(tally) = self.tallies.get_mut((self.slots[slot].1 as usize).wrapping_sub(1)) {
            tally.encounters += 1;
            tally.points += u32::from(tally.last_point != point);
            tally.last_point = point;
            tally.seconds += seconds;
            tally.during.from = tally.during.from.min(during.from);
            tally.during.until = tally.during.until.max(during.until);
            return;
        }
        self.tallies.push(Tally { contact, encounters: 1, points: 1, last_point: point, seconds, during });
        self.slots[slot] = (contact, u32::try_from(self.tallies.len()).unwrap_or(u32::MAX));
        if self.tallies.len() * 2 > self.slots.len() {
            self.grow();
        }
    }

    /// The contact's slot, or the free one where it belongs.
    #[inline]
    fn slot(&self, contact: u32) -> usize {
        let last = self.slots.len() - 1;
        // Fibonacci hashing: numbers that follow each other, as in a household, spread.
        let mut slot = (contact.wrapping_mul(0x9e37_79b1) >> 7) as usize & last;
        while self.slots[slot].1 != 0 && self.slots[slot].0 != contact {
            slot = (slot + 1) & last;
        }
        slot
    }

    fn grow(&mut self) {
        let more = self.slots.len() * 4;
        self.slots.clear();
        self.slots.resize(more, (0, 0));
        for (place, tally) in (1u32..).zip(&self.tallies) {
            let slot = self.slot(tally.contact);
            self.slots[slot] = (tally.contact, place);
        }
    }
}

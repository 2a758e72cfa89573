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
    /// A contact's place in `tallies`; 0 where nobody is.
    slots: Vec<u32>,
    /// The first is nobody's, so that a free slot leads somewhere too.
    tallies: Vec<Tally>,
}

const FIRST_SLOTS: usize = 4_096;
const NOBODY: Tally = Tally {
    contact: u32::MAX,
    encounters: 0,
    points: 0,
    last_point: u32::MAX,
    seconds: 0,
    during: Period { from: 0, until: 0 },
};

impl Default for Tallies {
    fn default() -> Self {
        Self { slots: vec![0; FIRST_SLOTS], tallies: vec![NOBODY] }
    }
}

impl Tallies {
    pub fn clear(&mut self) {
        // After a case with very many contacts the next one shall not pay for its table.
        self.slots.truncate(FIRST_SLOTS);
        self.slots.fill(0);
        self.tallies.truncate(1);
    }

    pub fn all(&self) -> &[Tally] {
        &self.tallies[1..]
    }

    /// Adds an encounter. All encounters at one point come before those at the next.
    #[inline]
    pub fn add(&mut self, contact: u32, point: u32, during: Period) {
        let slot = self.slot(contact);
        let seconds = u64::from(during.seconds());
        let place = self.slots[slot] as usize;
        if place == 0 {
            self.slots[slot] = u32::try_from(self.tallies.len()).unwrap_or(u32::MAX);
            self.tallies.push(Tally {
                contact,
                encounters: 1,
                points: 1,
                last_point: point,
                seconds,
                during,
            });
            if self.tallies.len() * 2 > self.slots.len() {
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
        let more = self.slots.len() * 4;
        self.slots.clear();
        self.slots.resize(more, 0);
        for place in 1..self.tallies.len() {
            let slot = self.slot(self.tallies[place].contact);
            self.slots[slot] = u32::try_from(place).unwrap_or(u32::MAX);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_that_grew_and_was_cleared_counts_as_a_fresh_one() {
        let (mut tallies, during) = (Tallies::default(), Period { from: 10, until: 40 });
        for people in [3 * FIRST_SLOTS, 5] {
            tallies.clear();
            let people = u32::try_from(people).unwrap();
            for point in 0..2 {
                (0..people).for_each(|contact| tallies.add(contact * 7, point, during));
            }
            assert_eq!(tallies.all().len(), people as usize);
            for (tally, contact) in tallies.all().iter().zip(0..) {
                let counted = (tally.contact, tally.encounters, tally.points, tally.seconds);
                assert_eq!(counted, (contact * 7, 2, 2, 60));
            }
        }
    }
}

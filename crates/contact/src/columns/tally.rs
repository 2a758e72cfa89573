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

/// Tallies by contact: a small table of open addresses, because it is used anew for every case.
#[derive(Debug)]
pub(super) struct Tallies {
    slots: Vec<Slot>,
    /// Tallies are numbered on from case to case, so that nothing has to be wiped: what has a number before this is of an
    /// earlier case, and its slot is free.
    begin: u32,
    /// Half as many as slots at least. The first `count` are of this case.
    tallies: Vec<Tally>,
    count: usize,
}

/// Where a contact's tally is.
#[derive(Debug, Clone, Copy)]
struct Slot {
    contact: u32,
    number: u32,
}

const FIRST_SLOTS: usize = 4_096;
const FIRST_NUMBER: u32 = 1;
/// Numbers begin anew after this: a case has half of them at least.
const LAST_BEGIN: u32 = u32::MAX / 2;
const FREE: Slot = Slot { contact: u32::MAX, number: 0 };
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
        let (slots, tallies) = (vec![FREE; FIRST_SLOTS], vec![NOBODY; FIRST_SLOTS / 2]);
        Self { slots, begin: FIRST_NUMBER, tallies, count: 0 }
    }
}

impl Tallies {
    pub fn clear(&mut self) {
        // After a case with very many contacts the next one shall not pay for its table.
        self.slots.truncate(FIRST_SLOTS);
        self.begin = self.begin.saturating_add(number(self.count));
        self.count = 0;
        if self.begin > LAST_BEGIN {
            self.slots.fill(FREE);
            self.begin = FIRST_NUMBER;
        }
    }

    pub fn all(&self) -> &[Tally] {
        &self.tallies[..self.count]
    }

    /// Adds encounters at one point, at most so many. All at one point come before those at the next.
    #[inline]
    pub fn add(&mut self, point: u32, at_most: usize, encounters: impl Iterator<Item = (u32, Period)>) {
        if (self.count + at_most) * 2 > self.slots.len() {
            self.grow(at_most);
        }
        // Borrowed once for all of them, not looked up again for every encounter.
        let Self { slots, begin, tallies, count } = self;
        let (slots, tallies, begin) = (slots.as_mut_slice(), tallies.as_mut_slice(), *begin);
        for (contact, during) in encounters {
            let seconds = u64::from(during.seconds());
            let slot = find(slots, begin, contact);
            if let Some(place) = slots[slot].number.checked_sub(begin) {
                let tally = &mut tallies[place as usize];
                tally.encounters += 1;
                tally.points += u32::from(tally.last_point != point);
                tally.last_point = point;
                tally.seconds += seconds;
                tally.during.from = tally.during.from.min(during.from);
                tally.during.until = tally.during.until.max(during.until);
            } else {
                slots[slot] = Slot { contact, number: begin + number(*count) };
                tallies[*count] =
                    Tally { contact, encounters: 1, points: 1, last_point: point, seconds, during };
                *count += 1;
            }
        }
    }

    #[cold]
    #[inline(never)]
    fn grow(&mut self, more: usize) {
        let slots = ((self.count + more) * 4).next_power_of_two();
        self.slots.clear();
        self.slots.resize(slots, FREE);
        self.tallies.resize(self.tallies.len().max(slots / 2), NOBODY);
        for (tally, number) in self.tallies[..self.count].iter().zip(self.begin..) {
            let slot = find(&self.slots, self.begin, tally.contact);
            self.slots[slot] = Slot { contact: tally.contact, number };
        }
    }
}

/// The contact's slot, or the free one where it belongs.
#[inline]
fn find(slots: &[Slot], begin: u32, contact: u32) -> usize {
    let last = slots.len() - 1;
    // Fibonacci hashing: numbers that follow each other, as in a household, spread.
    let mut slot = (contact.wrapping_mul(0x9e37_79b1) >> 7) as usize & last;
    while slots[slot].number >= begin && slots[slot].contact != contact {
        slot = (slot + 1) & last;
    }
    slot
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
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
                tallies.add(point, people as usize, (0..people).map(|contact| (contact * 7, during)));
            }
            assert_eq!(tallies.all().len(), people as usize);
            for (tally, contact) in tallies.all().iter().zip(0..) {
                let counted = (tally.contact, tally.encounters, tally.points, tally.seconds);
                assert_eq!(counted, (contact * 7, 2, 2, 60));
            }
        }
    }
}

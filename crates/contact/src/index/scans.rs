//! The scans held, by person, packed as presences are.

use crate::{
    columns::{FiledUnder, Filing, Marked, Pace, Period, mark},
    presence::Scan,
};
use kangma_core::Direction;
use std::io::{self, Read, Write};

/// Persons in one step of what is done for everybody.
pub(super) const STEP: u32 = 1_024;

/// A scan is filed as a presence of one second when it is an entry, of two when it is an exit.
#[derive(Debug, Clone)]
pub(super) struct Scans {
    filing: Filing,
    /// Of each step of persons, how many seconds since 1970 nothing is known from before.
    known_from: Vec<u32>,
    /// The same of the others.
    from_now_on: u32,
}

impl Default for Scans {
    fn default() -> Self {
        Self { filing: Filing::new(FiledUnder::Person), known_from: Vec::new(), from_now_on: 0 }
    }
}

fn filed(person: u32, scan: Scan) -> Marked {
    let seconds = match scan.direction {
        Direction::In => 1,
        Direction::Out => 2,
    };
    let during = Period { from: scan.at, until: scan.at.saturating_add(seconds) };
    Marked { person, point: scan.point, during, mark: mark(scan.assurance) }
}

impl Scans {
    /// Files scans that are not held; what is held twice counts for the better of the two.
    pub fn insert(&mut self, scans: impl Iterator<Item = (u32, Scan)>) {
        let rows: Vec<Marked> = scans.map(|(person, scan)| filed(person, scan)).collect();
        self.filing.insert(rows.as_slice(), self.from_now_on, Pace::Asked);
    }

    /// Says whether it was held.
    pub fn remove(&mut self, person: u32, scan: Scan) -> bool {
        self.filing.remove(filed(person, scan))
    }

    /// One person's scans that lie inside a period, by time, point and direction.
    pub fn of_person(&self, person: u32, period: Period) -> Vec<Scan> {
        let mut found = Vec::new();
        let known_from = self.known_from(person);
        self.filing.overlapping(person, period, 0, known_from, &mut |cell| {
            if cell.from >= period.from {
                let entry = cell.until - cell.from == 1;
                let direction = if entry { Direction::In } else { Direction::Out };
                found.push(Scan { at: cell.from, point: cell.other, direction, assurance: cell.assurance() });
            }
        });
        found.sort_unstable();
        found.dedup_by(|better, kept| {
            let same = (better.at, better.point, better.direction) == (kept.at, kept.point, kept.direction);
            if same {
                kept.assurance = better.assurance;
            }
            same
        });
        found
    }

    pub fn known_from(&self, person: u32) -> u32 {
        self.known_from.get((person / STEP) as usize).copied().unwrap_or(self.from_now_on)
    }

    /// Lets what lies before fall, for one step of persons of so many.
    pub fn drop_before(&mut self, instant: u32, step: u32, persons: u32) {
        let steps = persons.div_ceil(STEP) as usize;
        self.known_from.resize(steps, self.from_now_on);
        if let Some(known_from) = self.known_from.get_mut(step as usize) {
            *known_from = instant;
        }
    }

    /// Ends what [`Scans::drop_before`] began. Memory comes back as scans arrive.
    pub fn dropped_before(&mut self, instant: u32) {
        self.known_from.clear();
        self.from_now_on = instant;
    }

    pub fn write_to(&mut self, out: &mut impl Write) -> io::Result<()> {
        self.settle();
        out.write_all(&self.from_now_on.to_le_bytes())?;
        self.filing.save(out)
    }

    pub fn read_from(input: &mut impl Read) -> io::Result<Self> {
        let mut from_now_on = [0; 4];
        input.read_exact(&mut from_now_on)?;
        let mut scans = Self { from_now_on: u32::from_le_bytes(from_now_on), ..Self::default() };
        scans.filing.load(input)?;
        Ok(scans)
    }

    pub fn settle(&mut self) {
        self.filing.settle(self.from_now_on);
    }

    pub fn memory_bytes(&self) -> usize {
        self.filing.memory_bytes()
    }
}

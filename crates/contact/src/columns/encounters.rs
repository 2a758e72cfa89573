//! Who shared a point with one person, by point and calendar day, with the crowd around them.

use super::{Columns, Period, PersonNo, PointNo, block::{Cell, mark}};
use kangma_core::Assurance;
use std::collections::BTreeMap;

/// A question about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The person: usually a case.
    pub person: PersonNo,
    /// When the person's own presence matters.
    pub during: Period,
    /// Which way.
    pub look: Look,
    /// How long what one person breathes out stays in the air of a place that he left, in seconds.
    pub linger_seconds: u32,
    /// Visits below this do not count.
    pub least: Assurance,
}

/// Which way infection may have gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// From the person who is asked about.
    Onward,
    /// To that person.
    Back,
}

/// What one other person shared with the one who is asked about, at one point on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// The other.
    pub contact: PersonNo,
    /// Where.
    pub point: PointNo,
    /// Which day: how many of the given midnights are not after it.
    pub day: u32,
    /// From the first shared instant of the day to the end of the last.
    pub during: Period,
    /// The longest stretch without a break, in seconds.
    pub unbroken_seconds: u32,
    /// All shared time of the day, in seconds.
    pub seconds: u32,
    /// The most people at the point at one time while the two shared it, themselves among them.
    pub crowd: u32,
    /// The least that any shared instant is proven by, of the two.
    pub assurance: Assurance,
}

impl Columns {
    /// Gives everybody who shared a point with one person.
    pub fn encounters(&self, asked: &Asked, midnights: &[u32], mut give: impl FnMut(Met)) {
        let mut stays: Vec<Cell> = Vec::new();
        let least = mark(asked.least);
        self.by_person.overlapping(asked.person.0, asked.during, 0, self.kept_from, &mut |cell: Cell| {
            if cell.mark >= least { stays.push(cell) }
        });
        let mut found: BTreeMap<(u32, u32, u32), Met> = BTreeMap::new();
        for stay in &stays {
            let own = Period { from: stay.from, until: stay.until }.overlap(asked.during);
            let mut others: Vec<Cell> = Vec::new();
            self.by_point.overlapping(stay.other, own, 0, self.kept_from, &mut |cell: Cell| others.push(cell));
            let mut starts: Vec<u32> = others.iter().map(|o| o.from).collect();
            let mut ends: Vec<u32> = others.iter().map(|o| o.until).collect();
            starts.sort_unstable();
            ends.sort_unstable();
            for other in &others {
                if other.other == asked.person.0 || other.mark < least { continue; }
                let shared = Period { from: other.from, until: other.until }.overlap(own);
                let crowd = starts.partition_point(|s| *s <= shared.from) - ends.partition_point(|e| *e <= shared.from);
                let day = u32::try_from(midnights.partition_point(|m| *m <= shared.from)).unwrap_or(0);
                let met = found.entry((stay.other, other.other, day)).or_insert(Met {
                    contact: PersonNo(other.other), point: PointNo(stay.other), day, during: shared,
                    unbroken_seconds: 0, seconds: 0, crowd: 0, assurance: other.assurance().min(stay.assurance()),
                });
                met.during.until = shared.until;
                met.seconds += shared.seconds();
                met.unbroken_seconds = met.unbroken_seconds.max(shared.seconds());
                met.crowd = met.crowd.max(u32::try_from(crowd).unwrap_or(0));
            }
        }
        found.into_values().for_each(&mut give);
    }
}

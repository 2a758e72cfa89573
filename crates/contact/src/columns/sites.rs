//! Everybody at a point in a window: what a published exposure site asks.

use super::{
    Columns, Period, PersonNo, PointNo,
    block::{Cell, mark},
};
use kangma_core::Assurance;

/// A place and a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// Where.
    pub point: PointNo,
    /// When.
    pub during: Period,
}

/// One person at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Present {
    /// Who.
    pub person: PersonNo,
    /// How many stretches inside the site's time, each without a break.
    pub stretches: u32,
    /// How long they were together.
    pub seconds: u64,
    /// When the first began.
    pub first: u32,
    /// When the last ended.
    pub last: u32,
}

impl Columns {
    /// Everybody present, by person. Visits below `least` do not count.
    #[must_use]
    pub fn present(&self, site: &Site, least: Assurance) -> Vec<Present> {
        let least_mark = mark(least);
        let mut there: Vec<(u32, Period)> = Vec::new();
        self.by_point.overlapping(site.point.0, site.during, 0, self.kept_from, &mut |cell: Cell| {
            if cell.mark >= least_mark {
                there.push((cell.other, Period { from: cell.from, until: cell.until }.overlap(site.during)));
            }
        });
        there.sort_unstable();
        there.dedup_by(|(person, later), (other, kept)| {
            let one = person == other && later.from <= kept.until;
            if one {
                kept.until = kept.until.max(later.until);
            }
            one
        });
        there.chunk_by(|(one, _), (next, _)| one == next).filter_map(Present::of).collect()
    }
}

impl Present {
    fn of(stretches: &[(u32, Period)]) -> Option<Self> {
        let [(person, first), ..] = stretches else { return None };
        Some(Self {
            person: PersonNo(*person),
            stretches: u32::try_from(stretches.len()).unwrap_or(u32::MAX),
            seconds: stretches.iter().map(|(_, during)| u64::from(during.seconds())).sum(),
            first: first.from,
            last: stretches.last()?.1.until,
        })
    }
}

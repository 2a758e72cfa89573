//! From one person's scans to presences.

use crate::{
    columns::{Period, counting_bit},
    stays::Stay,
};
use kangma_core::{Assurance, Direction, PersonId, PointId, Window};
use serde::{Deserialize, Serialize};

/// One person at one point, without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Presence {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub point: PointId,
    /// From when until when.
    pub window: Window,
    /// How far it is proven: by its weakest part.
    pub assurance: Assurance,
}

/// One scan of a person who is known from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scan {
    pub at: u32,
    pub point: u32,
    pub direction: Direction,
    pub assurance: Assurance,
}

/// What single scans prove, before overlapping ones are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Stretch {
    pub point: u32,
    pub during: Period,
    /// For which least assurances it is so: a mark.
    pub mark: u8,
}

/// How one person's scans are read.
pub(crate) struct Reading<'a, F> {
    /// In order of time.
    pub scans: &'a [Scan],
    pub stay_at: F,
    /// Nothing is known from before.
    pub known_from: u32,
}

impl<F: Fn(u32) -> Stay> Reading<'_, F> {
    /// What the scans inside a period prove, each stretch once. All scans around them are needed for it.
    ///
    /// Scans below what a question asks for are left out of it *before* stretches are made. So stretches are made once for
    /// each assurance that occurs, and each says for which it holds.
    pub fn stretches(&self, period: Period) -> Vec<Stretch> {
        let mut found: Vec<Stretch> = Vec::new();
        let mut unmarked = Assurance::ALL;
        while let Some(level) = self.lowest_of(unmarked) {
            let marked = unmarked.partition_point(|least| *least <= level);
            let mark = unmarked[..marked].iter().map(|least| counting_bit(*least)).sum();
            unmarked = &unmarked[marked..];
            let seen: Vec<Scan> = self.scans.iter().filter(|scan| scan.assurance >= level).copied().collect();
            let seen = Seen { scans: &seen, known_from: self.known_from };
            let inside = seen.scans.iter().filter(|scan| (period.from..period.until).contains(&scan.at));
            let proven = |scan: &Scan| Some((scan.point, seen.proven(*scan, (self.stay_at)(scan.point))?));
            found.extend(inside.filter_map(proven).map(|(point, during)| Stretch { point, during, mark }));
        }
        found.sort_unstable();
        found.dedup_by(|other, kept| {
            let same = (other.point, other.during) == (kept.point, kept.during);
            if same {
                kept.mark |= other.mark;
            }
            same
        });
        found
    }

    /// The lowest of these assurances or above that a scan has.
    fn lowest_of(&self, levels: &[Assurance]) -> Option<Assurance> {
        let lowest = levels.first()?;
        self.scans.iter().map(|scan| scan.assurance).filter(|assurance| assurance >= lowest).min()
    }
}

/// The scans that one question sees.
struct Seen<'a> {
    scans: &'a [Scan],
    known_from: u32,
}

impl Seen<'_> {
    /// What one of them proves: an entry lasts until its exit, else until the next scan elsewhere, else for the dwell of
    /// the kind of point. An exit without an entry proves the dwell before it, cut at the scan before.
    fn proven(&self, scan: Scan, stay: Stay) -> Option<Period> {
        let during = match scan.direction {
            Direction::In => Period { from: scan.at, until: self.end_of_entry(scan, stay) },
            Direction::Out => Period { from: self.start_of_exit(scan, stay)?, until: scan.at },
        };
        (!during.is_empty()).then_some(during)
    }

    fn end_of_entry(&self, entry: Scan, stay: Stay) -> u32 {
        let later = &self.scans[self.scans.partition_point(|scan| scan.at <= entry.at)..];
        self.exit_of(later, entry, stay)
            .or_else(|| left_for_elsewhere(later, entry, stay))
            .unwrap_or(entry.at.saturating_add(stay.dwell_seconds()))
    }

    /// The exit that belongs to an entry: the first later scan at the same point, if it is one and not too late.
    ///
    /// Scans elsewhere between the two do not matter: a shop lies inside a mall.
    fn exit_of(&self, later: &[Scan], entry: Scan, stay: Stay) -> Option<u32> {
        let soon = later.iter().take_while(|scan| scan.at - entry.at <= stay.exit_within_seconds());
        let back = soon.filter(|scan| scan.point == entry.point).map(|scan| scan.at).next()?;
        self.passes(back, entry.point, Direction::Out).then_some(back)
    }

    /// When a person whose entry was not scanned is taken to have come; nothing when the entry was scanned.
    fn start_of_exit(&self, exit: Scan, stay: Stay) -> Option<u32> {
        let earlier = &self.scans[..self.scans.partition_point(|scan| scan.at < exit.at)];
        let soon = earlier.iter().rev().take_while(|scan| exit.at - scan.at <= stay.exit_within_seconds());
        let before = soon.filter(|scan| scan.point == exit.point).map(|scan| scan.at).next();
        if before.is_some_and(|at| self.passes(at, exit.point, Direction::In)) {
            return None;
        }
        let since = exit.at.saturating_sub(stay.dwell_seconds()).max(self.known_from);
        Some(earlier.last().map_or(since, |scan| since.max(scan.at)))
    }

    /// Whether somebody scanned at a point at one instant passed it in this direction.
    fn passes(&self, at: u32, point: u32, direction: Direction) -> bool {
        let first = self.scans.partition_point(|scan| scan.at < at);
        let then = self.scans[first..].iter().take_while(|scan| scan.at == at);
        then.filter(|scan| scan.point == point).any(|scan| scan.direction == direction)
    }
}

/// The next scan, if it is elsewhere and not too late.
fn left_for_elsewhere(later: &[Scan], entry: Scan, stay: Stay) -> Option<u32> {
    let next = later.first()?.at;
    let elsewhere = later.iter().take_while(|scan| scan.at == next).any(|scan| scan.point != entry.point);
    (elsewhere && next - entry.at <= stay.longest_seconds()).then_some(next)
}

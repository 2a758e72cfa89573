//! How many people were at a point at each instant.

use super::{Cover, Period};

/// Steps of a staircase: from each instant on, how many people.
#[derive(Debug)]
pub(super) struct Occupancy(Vec<(u32, u32)>);

impl Occupancy {
    pub fn of<'a>(people: impl Iterator<Item = &'a Cover>) -> Self {
        let mut changes: Vec<(u32, i32)> = Vec::new();
        for run in people.flat_map(Cover::unbroken) {
            changes.extend([(run.during.from, 1), (run.during.until, -1)]);
        }
        changes.sort_unstable();
        let mut present: i32 = 0;
        let mut steps: Vec<(u32, u32)> = Vec::new();
        for at_once in changes.chunk_by(|one, next| one.0 == next.0) {
            present += at_once.iter().map(|(_, change)| change).sum::<i32>();
            steps.extend(at_once.first().map(|(at, _)| (*at, present.unsigned_abs())));
        }
        Self(steps)
    }

    /// The most at one time inside the period.
    pub fn most(&self, during: Period) -> u32 {
        let after_from = self.0.partition_point(|(at, _)| *at <= during.from);
        let from = after_from.saturating_sub(1);
        let inside = self.0[from..].iter().take_while(|(at, _)| *at < during.until);
        // The first step may lie before the period: it is what holds at its beginning, or nobody yet.
        inside.map(|(_, present)| *present).max().unwrap_or(0)
    }
}

//! How many people were at a point at each instant.

use crate::cover::Cover;
use kangma_core::{Time, Window};
use std::collections::BTreeMap;

/// Steps of a staircase: from each instant on, how many people.
#[derive(Debug)]
pub(super) struct Occupancy(Vec<(Time, u32)>);

impl Occupancy {
    pub fn of<'a>(people: impl Iterator<Item = &'a Cover>) -> Self {
        let mut changes: BTreeMap<Time, (u32, u32)> = BTreeMap::new();
        for run in people.flat_map(Cover::unbroken) {
            changes.entry(run.window.from).or_default().0 += 1;
            changes.entry(run.window.until).or_default().1 += 1;
        }
        let mut present = 0;
        let step = |(at, (come, gone)): (Time, (u32, u32))| {
            present = present + come - gone;
            (at, present)
        };
        Self(changes.into_iter().map(step).collect())
    }

    /// The most at one time inside the window.
    pub fn most(&self, window: &Window) -> u32 {
        let after_from = self.0.partition_point(|(at, _)| *at <= window.from);
        let from = after_from.saturating_sub(1);
        let inside = self.0[from..].iter().take_while(|(at, _)| *at < window.until);
        // The first step may lie before the window: it is what holds at its beginning, or nobody yet.
        inside.map(|(_, present)| *present).max().unwrap_or(0)
    }
}

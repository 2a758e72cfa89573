//! One of the two copies of all presences, in shards.

use super::{
    Period, Row,
    block::{Cell, mark},
    packed::Packed,
    shard::{KEYS, Shard},
};
use std::sync::Arc;

/// What a copy is filed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FiledUnder {
    Person,
    Point,
}

/// All presences under their persons, or under their points.
#[derive(Debug, Clone)]
pub(super) struct Filing {
    under: FiledUnder,
    shards: Vec<Arc<Shard>>,
}

impl Filing {
    pub fn new(under: FiledUnder) -> Self {
        Self { under, shards: Vec::new() }
    }

    pub fn insert(&mut self, rows: &[Row], kept_from: u32) {
        for row in rows.iter().filter(|row| !row.during.is_empty() && row.during.from >= kept_from) {
            let (key, other) = match self.under {
                FiledUnder::Person => (row.person.0, row.point.0),
                FiledUnder::Point => (row.point.0, row.person.0),
            };
            let Period { from, until } = row.during;
            let (shard, key) = place(key);
            if shard >= self.shards.len() {
                self.shards.resize_with(shard + 1, Arc::default);
            }
            let shard = Arc::make_mut(&mut self.shards[shard]);
            shard.insert(key, Cell { from, until, other, mark: mark(row.assurance) });
            if shard.is_due() {
                shard.pack(self.under, kept_from);
            }
        }
    }

    pub fn settle(&mut self, kept_from: u32) {
        for shard in self.shards.iter_mut().filter(|shard| !shard.is_settled(kept_from)) {
            Arc::make_mut(shard).pack(self.under, kept_from);
        }
    }

    pub fn shards(&self) -> &[Arc<Shard>] {
        &self.shards
    }

    /// Adds the next shard of a snapshot.
    pub fn push_packed(&mut self, packed: Packed) {
        self.shards.push(Arc::new(Shard::of(packed)));
    }

    pub fn rows(&self) -> usize {
        self.shards.iter().map(|shard| shard.rows()).sum()
    }

    pub fn memory_bytes(&self) -> usize {
        self.shards.iter().map(|shard| shard.memory_bytes() + size_of::<Shard>()).sum()
    }

    /// One past the largest key that there is room for.
    pub fn room(&self) -> u32 {
        u32::try_from(self.shards.len() * KEYS).unwrap_or(u32::MAX)
    }

    /// Gives rows as [`super::packed::Packed::overlapping`] does.
    #[inline]
    pub fn overlapping(
        &self,
        key: u32,
        during: Period,
        least_seconds: u32,
        kept_from: u32,
        give: &mut impl FnMut(Cell),
    ) {
        let (shard, key) = place(key);
        if let Some(shard) = self.shards.get(shard).filter(|_| !during.is_empty()) {
            shard.overlapping(key, during, least_seconds, kept_from, give);
        }
    }
}

/// Which shard, and where in it.
fn place(key: u32) -> (usize, usize) {
    (key as usize / KEYS, key as usize % KEYS)
}

//! One of the two copies of all presences, in shards.

use super::{
    Period, Row,
    block::{Cell, mark},
    packed::{Packed, Place},
    shard::{KEYS, Shard},
};
use std::sync::{Arc, Mutex, PoisonError};

/// A presence with its mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marked {
    pub person: u32,
    pub point: u32,
    pub during: Period,
    pub mark: u8,
}

impl From<&Row> for Marked {
    fn from(row: &Row) -> Self {
        let (person, point, mark) = (row.person.0, row.point.0, mark(row.assurance));
        Self { person, point, during: row.during, mark }
    }
}

impl From<&Marked> for Marked {
    fn from(row: &Marked) -> Self {
        *row
    }
}

/// What a copy is filed under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FiledUnder {
    Person,
    Point,
}

/// How often what arrived is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pace {
    /// Shard by shard, so often that questions meanwhile find little unpacked.
    Asked,
    /// All of them when as much arrived as is packed: nobody asks until all is there.
    Filling,
}

/// All presences under their persons, or under their points.
#[derive(Debug, Clone)]
pub(crate) struct Filing {
    under: FiledUnder,
    shards: Vec<Arc<Shard>>,
}

impl Filing {
    pub fn new(under: FiledUnder) -> Self {
        Self { under, shards: Vec::new() }
    }

    /// Adds presences that begin at `kept_from` or later and do not end before.
    pub fn insert<'r, R>(&mut self, rows: &'r [R], kept_from: u32, pace: Pace)
    where
        Marked: From<&'r R>,
    {
        let rows = rows.iter().map(Marked::from);
        for row in rows.filter(|row| !row.during.is_empty() && row.during.from >= kept_from) {
            let (shard, key, cell) = self.filed(row);
            if shard >= self.shards.len() {
                self.shards.resize_with(shard + 1, Arc::default);
            }
            let shard = Arc::make_mut(&mut self.shards[shard]);
            shard.insert(key, cell);
            if pace == Pace::Asked && shard.is_due() {
                shard.pack(self.under, kept_from);
            }
        }
    }

    /// Takes a presence back. Says whether it was there.
    pub fn remove(&mut self, row: Marked) -> bool {
        let (shard, key, cell) = self.filed(row);
        self.shards.get_mut(shard).is_some_and(|shard| Arc::make_mut(shard).remove(key, cell))
    }

    fn filed(&self, row: Marked) -> (usize, usize, Cell) {
        let (key, other) = match self.under {
            FiledUnder::Person => (row.person, row.point),
            FiledUnder::Point => (row.point, row.person),
        };
        let (shard, key) = place(key);
        let Period { from, until } = row.during;
        (shard, key, Cell { from, until, other, mark: row.mark })
    }

    pub fn settle(&mut self, kept_from: u32) {
        settle(self.unsettled(kept_from), kept_from);
    }

    /// Those shards that packing would change.
    pub(super) fn unsettled(
        &mut self,
        kept_from: u32,
    ) -> impl Iterator<Item = (&mut Arc<Shard>, FiledUnder)> {
        let under = self.under;
        self.shards
            .iter_mut()
            .filter(move |shard| !shard.is_settled(kept_from))
            .map(move |shard| (shard, under))
    }

    /// How many rows are not packed.
    pub fn fresh_rows(&self) -> usize {
        self.shards.iter().map(|shard| shard.fresh_rows()).sum()
    }

    pub(super) fn shards(&self) -> &[Arc<Shard>] {
        &self.shards
    }

    /// Adds the next shard of a snapshot.
    pub(super) fn push_packed(&mut self, packed: Packed) {
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

    /// Where a key's rows are to be found; nothing where not all of them are packed.
    #[inline]
    pub(super) fn place(&self, key: u32) -> Option<Place<'_>> {
        let (shard, key) = place(key);
        Some(self.shards.get(shard)?.wholly_packed(key)?.place(key))
    }

    /// Gives rows as [`super::packed::Packed::overlapping`] does.
    #[inline]
    pub(crate) fn overlapping(
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

/// Packs shards, on two threads: whoever is done with one takes the next.
pub(super) fn settle<'s>(
    unsettled: impl Iterator<Item = (&'s mut Arc<Shard>, FiledUnder)> + Send,
    kept_from: u32,
) {
    let left = Mutex::new(unsettled);
    let next = || left.lock().unwrap_or_else(PoisonError::into_inner).next();
    let work = || {
        while let Some((shard, under)) = next() {
            Arc::make_mut(shard).pack(under, kept_from);
        }
    };
    std::thread::scope(|scope| {
        scope.spawn(work);
        work();
    });
}

/// Which shard, and where in it.
fn place(key: u32) -> (usize, usize) {
    (key as usize / KEYS, key as usize % KEYS)
}

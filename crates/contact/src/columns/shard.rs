//! A range of persons or points: what is packed, and what arrived since.

use super::{Period, block::Cell, filing::FiledUnder, fresh::Fresh, packed::Packed};
use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
    sync::Arc,
};

/// How many persons or points one shard holds. Packing one anew takes milliseconds, and nothing else has to wait.
pub(super) const KEYS: usize = 1_024;
/// A shard is packed anew when this many rows arrived, and so many for each packed one.
const FRESH_ROWS: usize = 4_096;
const PACKED_ROWS_FOR_A_FRESH_ONE: usize = 4;

#[derive(Debug, Clone, Default)]
pub(super) struct Shard {
    packed: Arc<Packed>,
    fresh: Fresh,
    /// By key: packed rows that were taken back since.
    gone: HashMap<usize, Vec<Cell>>,
    gone_rows: usize,
}

impl Shard {
    pub fn insert(&mut self, key: usize, cell: Cell) {
        self.fresh.push(key, KEYS, cell);
    }

    /// A shard of what was packed before.
    pub fn of(packed: Packed) -> Self {
        Self { packed: Arc::new(packed), ..Self::default() }
    }

    /// Takes a row back. Says whether it was there.
    pub fn remove(&mut self, key: usize, row: Cell) -> bool {
        if self.fresh.remove(key, |fresh| is_same(fresh, &row)) {
            return true;
        }
        let mut is_packed = false;
        let begins = Period { from: row.from, until: row.from.saturating_add(1) };
        let gone = self.gone.get(&key).is_some_and(|gone| gone.iter().any(|gone| is_same(gone, &row)));
        self.packed.overlapping(key, begins, 0, 0, &mut |cell| is_packed |= is_same(&cell, &row));
        let found = is_packed && !gone;
        if found {
            self.gone.entry(key).or_default().push(row);
            self.gone_rows += 1;
        }
        found
    }

    pub fn packed(&self) -> &Packed {
        &self.packed
    }

    /// Whether questions would find much unpacked.
    pub fn is_due(&self) -> bool {
        let spared = FRESH_ROWS + self.packed.rows / PACKED_ROWS_FOR_A_FRESH_ONE;
        self.fresh_rows() + self.gone_rows > spared
    }

    pub fn rows(&self) -> usize {
        self.packed.rows + self.fresh_rows() - self.gone_rows
    }

    /// How many rows are not packed.
    pub fn fresh_rows(&self) -> usize {
        self.fresh.len()
    }

    pub fn memory_bytes(&self) -> usize {
        self.packed.memory_bytes() + self.fresh.memory_bytes()
    }

    /// What is packed, where that is all there is of a key.
    #[inline]
    pub fn wholly_packed(&self, key: usize) -> Option<&Packed> {
        let is_gone = !self.gone.is_empty() && self.gone.contains_key(&key);
        (!self.fresh.has(key) && !is_gone).then_some(&*self.packed)
    }

    /// Gives one key's rows that overlap a period, as [`Packed::overlapping`] does. Where something arrived since, nobody
    /// knows yet which rows touch: all are given as loose.
    #[inline]
    pub fn overlapping(
        &self,
        key: usize,
        during: Period,
        least_seconds: u32,
        kept_from: u32,
        give: &mut impl FnMut(Cell),
    ) {
        if self.wholly_packed(key).is_some() {
            return self.packed.overlapping(key, during, least_seconds, kept_from, give);
        }
        let mut loose = |cell: Cell| give(Cell { mark: cell.mark | 1, ..cell });
        self.left(key, during, kept_from, &mut loose);
        let overlaps =
            |cell: &Cell| cell.from < during.until && cell.until > during.from && cell.from >= kept_from;
        self.fresh.of(key).filter(overlaps).for_each(loose);
    }

    /// Gives one key's packed rows that were not taken back.
    #[inline]
    fn left(&self, key: usize, during: Period, kept_from: u32, give: &mut impl FnMut(Cell)) {
        let gone = self.gone.get(&key).map(Vec::as_slice).unwrap_or_default();
        self.packed.overlapping(key, during, 0, kept_from, &mut |cell| {
            if !gone.iter().any(|gone| is_same(gone, &cell)) {
                give(cell);
            }
        });
    }

    /// Packs everything, without what began before `kept_from`.
    pub fn pack(&mut self, filed: FiledUnder, kept_from: u32) {
        let (mut packed, mut marking) = (Packed::default(), Marking::default());
        let (fresh, begins) = self.fresh.by_key();
        let mut cells: Vec<Cell> = Vec::new();
        for key in 0..KEYS {
            cells.clear();
            let always = Period { from: 0, until: u32::MAX };
            self.left(key, always, kept_from, &mut |cell| cells.push(cell));
            let begins = begins.get(key..key + 2).map_or(0..0, |pair| pair[0]..pair[1]);
            cells.extend(fresh[begins].iter().filter(|cell| cell.from >= kept_from));
            sort(&mut cells);
            if filed == FiledUnder::Point {
                marking.mark(&mut cells);
            }
            packed.push(&cells, filed == FiledUnder::Point);
        }
        packed.end();
        *self = Self::of(packed);
    }

    /// Whether packing would change anything.
    pub fn is_settled(&self, kept_from: u32) -> bool {
        self.fresh_rows() == 0 && self.gone.is_empty() && self.packed.begins() >= kept_from
    }
}

/// Whether two cells of one key are one presence.
fn is_same(one: &Cell, other: &Cell) -> bool {
    (one.from, one.until, one.other) == (other.from, other.until, other.other)
}

/// Sorts by beginning; the same presence twice is one, and counts wherever either does.
fn sort(cells: &mut Vec<Cell>) {
    cells.iter_mut().for_each(|cell| cell.mark &= !1);
    // What is packed comes in sorted runs, which the stable sort makes use of.
    cells.sort_by(|one, other| one.from.cmp(&other.from).then_with(|| one.order().cmp(&other.order())));
    cells.dedup_by(|later, kept| {
        let same = (later.from, later.until, later.other) == (kept.from, kept.until, kept.other);
        if same {
            kept.mark |= later.mark;
        }
        same
    });
}

/// Finds rows of one person at one point that touch or overlap each other.
#[derive(Debug, Default)]
struct Marking {
    /// By person: the row that ends last.
    last: HashMap<u32, usize, BuildHasherDefault<Spread>>,
}

/// Spreads numbers that nobody chose: the standard hash, which withstands whoever does, takes longer than all the rest.
#[derive(Debug, Default)]
struct Spread(u64);

impl Hasher for Spread {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u32(u32::from(*byte)));
    }

    fn write_u32(&mut self, number: u32) {
        self.0 = (self.0 ^ u64::from(number)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
}

impl Marking {
    fn mark(&mut self, cells: &mut [Cell]) {
        self.last.clear();
        for at in 0..cells.len() {
            let cell = cells[at];
            let last = self.last.entry(cell.other).or_insert(at);
            if *last == at {
                continue;
            }
            if cells[*last].until >= cell.from {
                cells[*last].mark |= 1;
                cells[at].mark |= 1;
            }
            if cells[*last].until < cell.until {
                *last = at;
            }
        }
    }
}

//! What arrived in a shard since it was packed: one row after the other, each with the one of the same key before it.

use super::block::Cell;

/// Rows by key, the last to arrive first.
#[derive(Debug, Clone, Default)]
pub(super) struct Fresh {
    /// By key: its last row; empty when nothing arrived.
    last: Vec<u32>,
    rows: Vec<Row>,
    gone: usize,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    from: u32,
    until: u32,
    other: u32,
    mark: u8,
    /// [`GONE`] of a row that was taken back.
    key: u16,
    /// The one of the same key that arrived before.
    before: u32,
}

/// No row.
const NONE: u32 = u32::MAX;
/// No key: a shard has fewer.
const GONE: u16 = u16::MAX;

impl Row {
    fn cell(&self) -> Cell {
        Cell { from: self.from, until: self.until, other: self.other, mark: self.mark }
    }
}

impl Fresh {
    /// Adds a row under one of so many keys.
    pub fn push(&mut self, key: usize, keys: usize, cell: Cell) {
        if self.last.is_empty() {
            self.last.resize(keys, NONE);
        }
        let at = u32::try_from(self.rows.len()).unwrap_or(NONE);
        if let Some(last) = self.last.get_mut(key) {
            let (before, key) = (std::mem::replace(last, at), u16::try_from(key).unwrap_or(GONE));
            let Cell { from, until, other, mark } = cell;
            self.rows.push(Row { from, until, other, mark, key, before });
        }
    }

    /// Takes a row back. Says whether it was there.
    pub fn remove(&mut self, key: usize, is_it: impl Fn(&Cell) -> bool) -> bool {
        let (mut after, mut at) = (None, self.last.get(key).copied().unwrap_or(NONE));
        while let Some(row) = self.rows.get_mut(at as usize) {
            let before = row.before;
            if is_it(&row.cell()) {
                row.key = GONE;
                match after.and_then(|after: u32| self.rows.get_mut(after as usize)) {
                    Some(after) => after.before = before,
                    None => self.last[key] = before,
                }
                self.gone += 1;
                return true;
            }
            (after, at) = (Some(at), before);
        }
        false
    }

    /// All rows, key by key, and where each key's begin: one more than keys. The rows are gone through as they lie.
    pub fn by_key(&self) -> (Vec<Cell>, Vec<usize>) {
        let left = || self.rows.iter().filter(|row| row.key != GONE);
        let mut begins = vec![0; self.last.len() + 1];
        left().for_each(|row| begins[usize::from(row.key) + 1] += 1);
        for key in 1..begins.len() {
            begins[key] += begins[key - 1];
        }
        let mut cells = vec![Cell { from: 0, until: 0, other: 0, mark: 0 }; self.len()];
        let mut next = begins.clone();
        for row in left() {
            let at = &mut next[usize::from(row.key)];
            cells[*at] = row.cell();
            *at += 1;
        }
        (cells, begins)
    }

    /// One key's rows, the last to arrive first.
    pub fn of(&self, key: usize) -> impl Iterator<Item = Cell> {
        let mut at = self.last.get(key).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let row = self.rows.get(at as usize)?;
            at = row.before;
            Some(row.cell())
        })
    }

    /// Whether a key has any.
    #[inline]
    pub fn has(&self, key: usize) -> bool {
        self.last.get(key).is_some_and(|last| *last != NONE)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len() - self.gone
    }

    pub fn memory_bytes(&self) -> usize {
        self.last.capacity() * size_of::<u32>() + self.rows.capacity() * size_of::<Row>()
    }
}

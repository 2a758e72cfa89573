//! What arrived in a shard since it was packed: one row after the other, each with the one of the same key before it.

use super::block::Cell;

/// Rows by key, the last to arrive first.
#[derive(Debug, Clone, Default)]
pub(super) struct Fresh {
    /// By key: its last row; empty when nothing arrived.
    last: Vec<u32>,
    rows: Vec<(Cell, u32)>,
    gone: usize,
}

/// No row.
const NONE: u32 = u32::MAX;

impl Fresh {
    /// Adds a row under one of so many keys.
    pub fn push(&mut self, key: usize, keys: usize, cell: Cell) {
        if self.last.is_empty() {
            self.last.resize(keys, NONE);
        }
        let next = u32::try_from(self.rows.len()).unwrap_or(NONE);
        if let Some(last) = self.last.get_mut(key) {
            self.rows.push((cell, std::mem::replace(last, next)));
        }
    }

    /// Takes a row back. Says whether it was there.
    pub fn remove(&mut self, key: usize, is_it: impl Fn(&Cell) -> bool) -> bool {
        let (mut after, mut at) = (None, self.last.get(key).copied().unwrap_or(NONE));
        while let Some((cell, before)) = self.rows.get(at as usize).copied() {
            if is_it(&cell) {
                match after.and_then(|after: u32| self.rows.get_mut(after as usize)) {
                    Some((_, next)) => *next = before,
                    None => self.last[key] = before,
                }
                self.gone += 1;
                return true;
            }
            (after, at) = (Some(at), before);
        }
        false
    }

    /// One key's rows, the last to arrive first.
    pub fn of(&self, key: usize) -> impl Iterator<Item = &Cell> {
        let mut at = self.last.get(key).copied().unwrap_or(NONE);
        std::iter::from_fn(move || {
            let (cell, before) = self.rows.get(at as usize)?;
            at = *before;
            Some(cell)
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
        self.last.capacity() * size_of::<u32>() + self.rows.capacity() * size_of::<(Cell, u32)>()
    }
}

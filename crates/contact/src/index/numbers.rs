//! Dense numbers for identifiers that are spread over 64 bits.

use std::{collections::HashMap, hash::Hash};

/// Each identifier has the number of the place at which it was met first.
#[derive(Debug, Clone)]
pub(super) struct Numbers<Id> {
    ids: Vec<Id>,
    numbers: HashMap<Id, u32>,
}

impl<Id> Default for Numbers<Id> {
    fn default() -> Self {
        Self { ids: Vec::new(), numbers: HashMap::new() }
    }
}

impl<Id: Copy + Eq + Hash> Numbers<Id> {
    /// The number of an identifier, a new one where it is met for the first time.
    pub fn number(&mut self, id: Id) -> u32 {
        let next = u32::try_from(self.ids.len()).unwrap_or(u32::MAX);
        *self.numbers.entry(id).or_insert_with(|| {
            self.ids.push(id);
            next
        })
    }

    /// Each in the order of the numbers.
    pub fn ids(&self) -> &[Id] {
        &self.ids
    }

    pub fn known(&self, id: Id) -> Option<u32> {
        self.numbers.get(&id).copied()
    }

    pub fn id(&self, number: u32) -> Option<Id> {
        self.ids.get(number as usize).copied()
    }

    pub fn count(&self) -> u32 {
        u32::try_from(self.ids.len()).unwrap_or(u32::MAX)
    }
}

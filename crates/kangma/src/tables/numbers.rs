//! Dense numbers for whatever people and points are called in a file.

use super::Value;
use std::{collections::HashMap, fmt, sync::Arc};

/// What something is called in a file. A text that is a whole number is that number: the same in CSV and in Parquet.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name {
    /// A whole number.
    Integer(i64),
    /// Anything else.
    Text(Arc<str>),
}

/// Names, each with its number: from 0 in the order of their first appearance.
#[derive(Debug, Default)]
pub struct Numbers {
    names: Vec<Name>,
    /// By small integer: one more than its number, 0 where there is none.
    small: Vec<u32>,
    large: HashMap<i64, u32>,
    texts: HashMap<Arc<str>, u32>,
    /// How many bytes the texts have together.
    text_bytes: usize,
}

/// Integers below this are looked up in a table.
const SMALL: usize = 1 << 26;
/// What a text takes besides its bytes: how often it is held, and what whoever gives memory keeps of it.
const BESIDE_A_TEXT: usize = 32;

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(number) => number.fmt(f),
            Self::Text(text) => text.fmt(f),
        }
    }
}

impl Numbers {
    /// The number of a name, a new one when it has none yet. Nothing for a missing value.
    pub fn of(&mut self, value: Value<'_>) -> Option<u32> {
        match value {
            Value::Missing => None,
            Value::Integer(number) | Value::Moment { seconds: number, .. } => Some(self.of_integer(number)),
            Value::Text(text) => Some(match integer(text) {
                Some(number) => self.of_integer(number),
                None => self.of_text(text),
            }),
        }
    }

    /// The name of a number that was given.
    #[must_use]
    pub fn name(&self, number: u32) -> Option<&Name> {
        self.names.get(number as usize)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// Whether every name is a whole number.
    #[must_use]
    pub fn are_integers(&self) -> bool {
        self.texts.is_empty()
    }

    /// How much memory they take, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        let tables = self.names.capacity() * size_of::<Name>()
            + self.small.capacity() * size_of::<u32>()
            + table_bytes(&self.large)
            + table_bytes(&self.texts);
        tables + self.text_bytes + self.texts.len() * BESIDE_A_TEXT
    }

    fn of_integer(&mut self, number: i64) -> u32 {
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let known = match usize::try_from(number).ok().filter(|small| *small < SMALL) {
            Some(small) => {
                if small >= self.small.len() {
                    self.small.resize((small + 1).next_power_of_two(), 0);
                }
                let slot = &mut self.small[small];
                if *slot == 0 {
                    *slot = next + 1;
                }
                *slot - 1
            }
            None => *self.large.entry(number).or_insert(next),
        };
        if known == next {
            self.names.push(Name::Integer(number));
        }
        known
    }

    fn of_text(&mut self, text: &str) -> u32 {
        if let Some(known) = self.texts.get(text) {
            return *known;
        }
        let next = u32::try_from(self.names.len()).unwrap_or(u32::MAX);
        let name: Arc<str> = Arc::from(text);
        self.names.push(Name::Text(Arc::clone(&name)));
        self.texts.insert(name, next);
        self.text_bytes += text.len();
        next
    }
}

/// The memory of a table: an eighth of its places stays empty, and each place has a byte of its own.
fn table_bytes<K, V>(table: &HashMap<K, V>) -> usize {
    table.capacity() / 7 * 8 * (size_of::<(K, V)>() + 1)
}

/// The whole number that a text is, if it is written in the one usual way: `007` is a name.
fn integer(text: &str) -> Option<i64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let usual = digits == "0" && digits.len() == text.len() || !digits.starts_with('0');
    if !usual || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_the_same_name_however_it_is_stored_and_a_code_with_zeros_is_another() {
        let mut numbers = Numbers::default();
        let texts = ["7", "007", "-7", "-0", "0", "x", "+7"];
        let known: Vec<_> = texts.iter().map(|text| numbers.of(Value::Text(text))).collect();
        assert_eq!(known, (0..7).map(Some).collect::<Vec<_>>());
        assert_eq!(numbers.of(Value::Integer(7)), Some(0));
        assert_eq!(numbers.of(Value::Integer(i64::MAX)), Some(7));
        assert_eq!(numbers.of(Value::Missing), None);
        assert_eq!(numbers.name(3), Some(&Name::Text("-0".into())));
        assert!(!numbers.are_integers());
    }
}

//! What one item of evidence has to be like.

use crate::{Attributes, Evidence, Kind, Number, Value};
use smallvec::SmallVec;
use std::{fmt, sync::Arc};

/// A kind of evidence with what its attributes have to say.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Condition {
    /// The kind.
    pub kind: Kind,
    /// Who has to have said it; anybody when empty.
    pub sources: Vec<Arc<str>>,
    /// What each named attribute has to be.
    pub tests: Vec<(Arc<str>, Test)>,
}

/// What one attribute has to be.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Test {
    /// Exactly this. An absent flag counts as `false`; any other absent attribute fails.
    Is(Value),
    /// One of these words.
    OneOf(Vec<Value>),
    /// A number between two limits.
    Between {
        /// The lower limit, if there is one.
        low: Option<Limit>,
        /// The upper limit, if there is one.
        high: Option<Limit>,
    },
}

/// A limit, and whether the number itself still passes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Limit {
    /// The number.
    pub at: Number,
    /// Whether it passes itself.
    pub inclusive: bool,
}

impl Test {
    /// Whether `value` passes.
    #[must_use]
    pub fn passes(&self, value: Option<&Value>) -> bool {
        match (self, value) {
            (Test::Is(Value::Flag(false)), None) => true,
            (Test::Is(wanted), Some(value)) => wanted == value,
            (Test::OneOf(words), Some(value)) => words.contains(value),
            (Test::Between { low, high }, Some(Value::Number(number))) => {
                low.is_none_or(|limit| limit.above(*number)) && high.is_none_or(|limit| limit.below(*number))
            }
            _ => false,
        }
    }

    /// The number that is needed, when the test is about a quantity.
    #[must_use]
    pub fn needed(&self) -> Option<Number> {
        match self {
            Test::Between { low, high } => low.or(*high).map(|limit| limit.at),
            _ => None,
        }
    }
}

impl Limit {
    fn above(self, number: Number) -> bool {
        number > self.at || (self.inclusive && number == self.at)
    }

    fn below(self, number: Number) -> bool {
        number < self.at || (self.inclusive && number == self.at)
    }
}

impl Condition {
    /// Whether an item is like this.
    #[must_use]
    #[inline]
    pub fn matches(&self, item: &Evidence) -> bool {
        item.kind == self.kind && self.source_fits(item) && self.attributes_fit(&item.attributes)
    }

    fn source_fits(&self, item: &Evidence) -> bool {
        self.sources.is_empty() || self.sources.contains(&item.source)
    }

    fn attributes_fit(&self, attributes: &Attributes) -> bool {
        self.tests.iter().all(|(name, test)| test.passes(attributes.value(name)))
    }

    /// The tests that an item of the right kind fails.
    #[must_use]
    pub fn failing<'a>(&'a self, item: &Evidence) -> SmallVec<[&'a (Arc<str>, Test); 2]> {
        self.tests.iter().filter(|(name, test)| !test.passes(item.attributes.value(name))).collect()
    }

    /// Whether some item could pass this test and also have `value` for the attribute `name`.
    #[must_use]
    pub fn admits(&self, name: &str, value: &Value) -> bool {
        self.tests.iter().filter(|(key, _)| &**key == name).all(|(_, test)| test.passes(Some(value)))
    }
}

impl fmt::Display for Test {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Test::Is(value) => write!(f, "{value}"),
            Test::OneOf(values) => {
                let words: Vec<String> = values.iter().map(ToString::to_string).collect();
                write!(f, "{}", words.join("|"))
            }
            Test::Between { low, high } => {
                let sign = |limit: &Limit| if limit.inclusive { "=" } else { "" };
                if let Some(limit) = low {
                    write!(f, ">{}{}", sign(limit), limit.at)?;
                }
                if let Some(limit) = high {
                    write!(f, "<{}{}", sign(limit), limit.at)?;
                }
                Ok(())
            }
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        self.tests.iter().try_for_each(|(name, test)| write!(f, " {name}:{test}"))
    }
}

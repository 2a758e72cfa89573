//! What an encounter is worth, so that a policy can tell a case's likelier contacts from the others.

use crate::{Number, Span};
use std::{collections::BTreeMap, sync::Arc};

/// What an encounter (one contact, one point, one day) is worth in points; what a contact's encounters are worth adds up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Score {
    /// Points for having met there on that day at all.
    pub meeting: Number,
    /// Points for each minute shared, from some minute of the encounter on; ascending, the first from its beginning.
    pub minutes: Vec<MinuteRate>,
    /// In a crowd larger than this the points are shared: so many parts of so many present.
    pub crowd_beyond: Option<u32>,
    /// Times how much by kind of point; once for every other.
    pub kinds: BTreeMap<Arc<str>, Number>,
    /// Times how much by day, ascending; once before the first.
    pub days: Vec<DayFactor>,
}

/// What each minute of an encounter is worth from `from` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MinuteRate {
    /// After so much of the encounter.
    pub from: Span,
    /// Points for each minute.
    pub points: Number,
}

/// What the encounters of a day count, from `from` on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DayFactor {
    /// Days after the day that the infectious days are counted from: the earlier of onset and sample, else the report.
    pub from: i32,
    /// Times how much.
    pub times: Number,
}

/// How many of a case's contacts come first: those than whom fewer score higher. Who scores the same is on the same
/// side, so that it may be more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Best {
    /// So many.
    Count(u32),
    /// So many per cent of all whom the rest of the rule fits, rounded up.
    Percent(Number),
}

impl Best {
    /// How many of `all` that is.
    #[must_use]
    pub fn of(self, all: usize) -> usize {
        match self {
            Self::Count(count) => usize::try_from(count).unwrap_or(usize::MAX),
            Self::Percent(share) => {
                let hundredths = u128::try_from(share.0).unwrap_or(0) * u128::try_from(all).unwrap_or(0);
                usize::try_from(hundredths.div_ceil(100_000)).unwrap_or(usize::MAX)
            }
        }
    }
}

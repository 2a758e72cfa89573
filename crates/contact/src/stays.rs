//! How long a scan without an exit is taken to last, by kind of point.

use kangma_core::Span;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// How long people stay at one kind of point, when no exit was scanned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stay {
    /// Taken when nothing says when the person left.
    pub dwell: Span,
    /// The longest that a scan elsewhere may be believed to have ended: after it the dwell is taken.
    pub longest: Span,
}

/// The stays of every kind of point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stays {
    /// By kind.
    pub kinds: BTreeMap<Arc<str>, Stay>,
    /// For every other kind, and for points that nobody classified.
    pub otherwise: Stay,
    /// The longest time after which an exit still belongs to an entry.
    pub exit_within: Span,
}

/// Kind, dwell and longest stay in minutes. Our assumptions: no source gives them.
///
/// A dwell is a short typical stay, because it makes exposures out of a missing exit; the longest is about
/// the longest that people commonly stay.
const ASSUMED: &[(&str, i64, i64)] = &[
    ("community-gate", 600, 960),
    ("office", 240, 720),
    ("factory", 240, 720),
    ("school", 240, 720),
    ("hospital", 60, 360),
    ("mall", 60, 300),
    ("supermarket", 30, 120),
    ("market", 30, 120),
    ("pharmacy", 10, 60),
    ("restaurant", 45, 180),
    ("subway", 20, 120),
    ("railway-station", 40, 240),
    ("bus", 20, 120),
];

impl Stays {
    /// The stays that are taken when nobody configures others.
    #[must_use]
    pub fn assumed() -> Self {
        let stay = |&(kind, dwell, longest): &(&str, i64, i64)| {
            let stay = Stay { dwell: Span::from_minutes(dwell), longest: Span::from_minutes(longest) };
            (Arc::from(kind), stay)
        };
        Self { kinds: ASSUMED.iter().map(stay).collect(), ..Self::alike(Stay::UNCLASSIFIED) }
    }

    /// The same stay everywhere, and exits that count for a day.
    #[must_use]
    pub fn alike(otherwise: Stay) -> Self {
        Self { kinds: BTreeMap::new(), otherwise, exit_within: Span::from_hours(24) }
    }

    /// The stay of one kind of point.
    #[must_use]
    pub fn of(&self, kind: &str) -> Stay {
        self.kinds.get(kind).copied().unwrap_or(self.otherwise)
    }

    /// No presence is longer than this, so a search need look no further around its window.
    pub(crate) fn reach(&self) -> Span {
        let stays = self.kinds.values().chain([&self.otherwise]);
        stays.fold(self.exit_within, |reach, stay| reach.max(stay.dwell).max(stay.longest))
    }
}

impl Stay {
    /// Of a point that nobody classified: our assumption.
    pub const UNCLASSIFIED: Stay = Stay { dwell: Span::from_minutes(30), longest: Span::from_hours(3) };
}

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
    /// The longest time after which an exit still belongs to an entry. Short where people pass through and
    /// do not stay, such as the gate of a community: who goes out in the morning was not at the gate all night.
    pub exit_within: Span,
}

/// The stays of every kind of point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Stays {
    /// By kind.
    pub kinds: BTreeMap<Arc<str>, Stay>,
    /// For every other kind, and for points that nobody classified.
    pub otherwise: Stay,
}

/// Kind, dwell, longest stay without and with an exit, in minutes. Our assumptions: no source gives them.
///
/// A dwell is a short typical stay, because it makes exposures out of a missing exit. The longest without an
/// exit is about the longest that visitors commonly stay; with one it covers those who work there.
const ASSUMED: &[(&str, i64, i64, i64)] = &[
    ("community-gate", 2, 2, 2),
    ("office", 240, 720, 1_440),
    ("factory", 240, 720, 1_440),
    ("school", 240, 720, 1_440),
    ("hospital", 60, 360, 1_440),
    ("mall", 60, 300, 1_440),
    ("supermarket", 30, 120, 1_440),
    ("market", 30, 120, 1_440),
    ("pharmacy", 10, 60, 1_440),
    ("restaurant", 45, 180, 1_440),
    ("subway", 20, 120, 180),
    ("bus", 20, 120, 180),
    ("railway-station", 40, 240, 720),
];

impl Stays {
    /// The stays that are taken when nobody configures others.
    #[must_use]
    pub fn assumed() -> Self {
        let stay = |&(kind, dwell, longest, exit_within): &(&str, i64, i64, i64)| {
            let [dwell, longest, exit_within] = [dwell, longest, exit_within].map(Span::from_minutes);
            (Arc::from(kind), Stay { dwell, longest, exit_within })
        };
        Self { kinds: ASSUMED.iter().map(stay).collect(), otherwise: Stay::UNCLASSIFIED }
    }

    /// The same stay everywhere.
    #[must_use]
    pub fn alike(otherwise: Stay) -> Self {
        Self { kinds: BTreeMap::new(), otherwise }
    }

    /// The stay of one kind of point.
    #[must_use]
    pub fn of(&self, kind: &str) -> Stay {
        self.kinds.get(kind).copied().unwrap_or(self.otherwise)
    }

    /// No presence is longer than this, in seconds, so a search need look no further around its window.
    pub(crate) fn reach_seconds(&self) -> u32 {
        let stays = self.kinds.values().chain([&self.otherwise]);
        let longest =
            |stay: &Stay| stay.dwell_seconds().max(stay.longest_seconds()).max(stay.exit_within_seconds());
        stays.map(longest).max().unwrap_or_default()
    }
}

impl Stay {
    /// Of a point that nobody classified: our assumption.
    pub const UNCLASSIFIED: Stay = Stay {
        dwell: Span::from_minutes(30),
        longest: Span::from_hours(3),
        exit_within: Span::from_hours(24),
    };

    /// At least a second: who was scanned was there.
    pub(crate) fn dwell_seconds(self) -> u32 {
        seconds(self.dwell).max(1)
    }

    pub(crate) fn longest_seconds(self) -> u32 {
        seconds(self.longest)
    }

    pub(crate) fn exit_within_seconds(self) -> u32 {
        seconds(self.exit_within)
    }
}

fn seconds(span: Span) -> u32 {
    u32::try_from(span.seconds()).unwrap_or(if span < Span::ZERO { 0 } else { u32::MAX })
}

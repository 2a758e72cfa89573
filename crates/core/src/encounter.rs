//! Two people at one point on one day: what contact tracing finds and `derive` judges.

use crate::{Assurance, Day, PersonId, PointId, Span, Time, Window};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What one person shared with another at one point on one calendar day.
///
/// The other is the case, or (`via`) somebody who met the case before.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Encounter {
    /// Who met the case, or met the person between.
    pub contact: PersonId,
    /// The person between, in a chain of two; nothing when the contact met the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub via: Option<PersonId>,
    /// Where.
    pub point: PointId,
    /// What kind of point that is, as policies write it (`school`, `bus`); `unclassified` when nobody said.
    pub point_kind: Arc<str>,
    /// The calendar day.
    pub day: Day,
    /// From the first shared instant of that day to the end of the last.
    pub window: Window,
    /// The longest stretch without a break. One that crosses midnight counts whole on both its days.
    pub unbroken: Span,
    /// All shared time of that day.
    pub summed: Span,
    /// The most people who were at the point at one time while the two shared it, themselves among them.
    pub crowd: u32,
    /// The least that any shared minute is proven by, of the two.
    pub assurance: Assurance,
}

impl Encounter {
    /// The first shared instant of the day.
    #[must_use]
    pub const fn first(&self) -> Time {
        self.window.from
    }

    /// The end of the last shared stretch of the day: the first instant after it.
    #[must_use]
    pub const fn last(&self) -> Time {
        self.window.until
    }
}

//! How large a city is.

use serde::{Deserialize, Serialize};

/// How many of everything. Points are shared out over the kinds of [`crate::point::KINDS`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Size {
    /// People.
    pub people: u32,
    /// Collection points.
    pub points: u32,
    /// Districts, at most ten.
    pub districts: u32,
    /// Whole days of visits before the day of the end; the begun day of the end comes on top.
    pub days: u32,
    /// Cases.
    pub cases: u32,
}

impl Size {
    /// What a first start shows.
    pub const DEMONSTRATION: Size = Size { people: 10_000, points: 300, districts: 6, days: 3, cases: 5 };
}

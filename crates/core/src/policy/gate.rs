//! What a gate does with a standing.

use crate::{Direction, Number, Standing, visit::words};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr, sync::Arc};

words! {
    /// Why somebody passes.
    Purpose, UnknownPurpose = "is not a purpose" {
        /// Nothing in particular.
        None = "none",
        /// Going home.
        Home = "home",
        /// A test that was ordered.
        OrderedTest = "ordered-test",
        /// Care for oneself or another.
        Care = "care",
        /// A medical emergency.
        Emergency = "emergency",
    }
}

words! {
    /// What the place is to the person.
    Place, UnknownPlace = "is not what a place is to a person" {
        /// Any place.
        Elsewhere = "elsewhere",
        /// Their home.
        Home = "home",
        /// Where they are isolated; also when that is their home.
        Isolation = "isolation",
    }
}

words! {
    /// What a gate does.
    Outcome, UnknownOutcome = "is not an outcome of a gate" {
        /// Let pass.
        Pass = "pass",
        /// Let pass, and note that it was so.
        PassAndRegister = "pass-and-register",
        /// The system cannot tell.
        CannotTell = "cannot-tell",
        /// Do not let pass.
        Stop = "stop",
    }
}

/// What a gate does, row by row: the first that fits counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateTable {
    /// The kinds of point that the policy knows; `unclassified` is among them and stands for every other.
    pub kinds: Vec<Arc<str>>,
    /// The kinds that stop nobody, such as hospitals.
    pub never_stop: Vec<Arc<str>>,
    /// The rows. Every combination fits one.
    pub rows: Vec<GateRow>,
    /// What a temperature that a checker types does.
    pub temperature: Option<GateTemperature>,
}

/// A row: an empty list fits everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateRow {
    /// Standings.
    pub standings: Vec<Standing>,
    /// Kinds of point.
    pub kinds: Vec<Arc<str>>,
    /// Directions.
    pub directions: Vec<Direction>,
    /// Purposes.
    pub purposes: Vec<Purpose>,
    /// What the place is to the person.
    pub places: Vec<Place>,
    /// What happens.
    pub outcome: Outcome,
    /// The sentence for the checker.
    pub sentence: Arc<str>,
}

/// What a typed temperature does, where stopping is allowed at all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateTemperature {
    /// Above this.
    pub above: Number,
    /// What happens, unless the table says something more severe.
    pub outcome: Outcome,
    /// The sentence for the checker.
    pub sentence: Arc<str>,
}

/// Where a person stands before a gate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Approach<'a> {
    /// Their standing.
    pub standing: Standing,
    /// The kind of point.
    pub kind: &'a str,
    /// The direction.
    pub direction: Direction,
    /// The purpose.
    pub purpose: Purpose,
    /// What the place is to them.
    pub place: Place,
}

impl GateRow {
    /// Whether it is about this approach.
    #[must_use]
    pub fn fits(&self, approach: &Approach<'_>) -> bool {
        (self.standings.is_empty() || self.standings.contains(&approach.standing))
            && (self.kinds.is_empty() || self.kinds.iter().any(|kind| &**kind == approach.kind))
            && (self.directions.is_empty() || self.directions.contains(&approach.direction))
            && (self.purposes.is_empty() || self.purposes.contains(&approach.purpose))
            && (self.places.is_empty() || self.places.contains(&approach.place))
    }
}

impl GateTable {
    /// The row about this approach.
    #[must_use]
    pub fn row(&self, approach: &Approach<'_>) -> Option<&GateRow> {
        self.rows.iter().find(|row| row.fits(approach))
    }

    /// The kind as the policy knows it.
    #[must_use]
    pub fn known_kind<'a>(&self, kind: &'a str) -> &'a str {
        if self.kinds.iter().any(|known| &**known == kind) { kind } else { "unclassified" }
    }

    /// Whether anybody may be stopped there: only at the place of isolation when leaving; never at one's
    /// home when entering, at a place that stops nobody, or in an emergency.
    #[must_use]
    pub fn may_stop(&self, approach: &Approach<'_>) -> bool {
        let allowed_by_place = match approach.direction {
            Direction::Out => approach.place == Place::Isolation,
            Direction::In => approach.place == Place::Elsewhere,
        };
        allowed_by_place
            && approach.purpose != Purpose::Emergency
            && !self.never_stop.iter().any(|kind| &**kind == approach.kind)
    }

    /// Every approach there is, for checking that none falls through.
    pub fn every_approach(&self) -> impl Iterator<Item = Approach<'_>> {
        let kinds = self.kinds.iter();
        kinds.flat_map(|kind| {
            Standing::ALL.iter().flat_map(move |&standing| {
                Direction::ALL.iter().flat_map(move |&direction| {
                    Purpose::ALL.iter().flat_map(move |&purpose| {
                        Place::ALL.iter().map(move |&place| Approach {
                            standing,
                            kind,
                            direction,
                            purpose,
                            place,
                        })
                    })
                })
            })
        })
    }
}

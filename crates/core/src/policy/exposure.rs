//! Who was exposed to a case, an area or a site, as a policy sees it.

use super::{Best, Score};
use crate::{Assurance, Encounter, Number, Span};
use std::sync::Arc;

/// What a policy says about exposures.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Exposures {
    /// The infectious window of each status of case; a status that is not here exposes nobody.
    pub cases: Vec<InfectiousRule>,
    /// How long after a case has left the air still counts.
    pub linger: Span,
    /// How long scans are taken to last, where the policy says it.
    pub stays: Vec<StayRule>,
    /// What an encounter is worth, where degrees are cut by it.
    pub score: Option<Score>,
    /// The degrees, the first that fits counts.
    pub degrees: Vec<DegreeRule>,
    /// When whoever was exposed to a case may pass it on.
    pub onward: OnwardRule,
    /// What living together gives, if anything.
    pub household: Option<HouseholdRule>,
    /// Stays in risk areas.
    pub areas: Vec<AreaRule>,
    /// Visits to published exposure sites.
    pub sites: Vec<SiteRule>,
}

impl Exposures {
    /// Whether somebody may be exposed by meeting, or living with, somebody who was exposed to the case.
    #[must_use]
    pub fn has_second_step(&self) -> bool {
        self.meets_onward() || self.follows_home()
    }

    /// Whether somebody may be exposed by meeting somebody who was exposed to the case.
    #[must_use]
    pub fn meets_onward(&self) -> bool {
        self.degrees.iter().any(|degree| degree.chain > 1)
    }

    /// Whether somebody may be exposed by living with somebody who was exposed to the case.
    #[must_use]
    pub fn follows_home(&self) -> bool {
        self.household.as_ref().is_some_and(|household| household.onward.is_some())
    }

    /// The least proof of presence that any degree counts; nothing where there is no degree.
    #[must_use]
    pub fn least_assurance(&self) -> Option<Assurance> {
        self.degrees.iter().map(|degree| degree.assurance).min()
    }

    /// Whether some degree of a step of the chain may count an encounter, alone or together with others.
    #[must_use]
    pub fn may_count(&self, chain: u8, met: &Encounter) -> bool {
        self.degrees.iter().filter(|rule| rule.chain == chain).any(|rule| {
            rule.counts(met) && (rule.counted != Counted::Unbroken || met.unbroken >= rule.at_least)
        })
    }

    /// Whether what exposes somebody follows from living with the case and from their own encounters with it alone: there is
    /// no second step, and nobody's place depends on how others score.
    #[must_use]
    pub fn each_by_themselves(&self) -> bool {
        !self.has_second_step() && self.degrees.iter().all(|degree| degree.best.is_none())
    }
}

/// When a case infects others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InfectiousRule {
    /// The status of the case.
    pub status: Arc<str>,
    /// Days before the earlier of onset and sample.
    pub presymptomatic_days: u32,
    /// Days after it, whether or not a recovery is recorded.
    pub infectious_days: u32,
}

/// How long people stay at some kinds of point. Never is `dwell` longer than `longest`, or that than `exit_within`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StayRule {
    /// The kinds; every kind that no other rule names when empty.
    pub kinds: Vec<Arc<str>>,
    /// Taken when nothing says when the person left.
    pub dwell: Span,
    /// The longest that a scan elsewhere may be believed to have ended: after it the dwell is taken.
    pub longest: Span,
    /// The longest time after which an exit still belongs to an entry.
    pub exit_within: Span,
}

/// What makes a contact of a degree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DegreeRule {
    /// The degree.
    pub degree: Arc<str>,
    /// 1 for those who met the case, 2 for those who met one of them.
    pub chain: u8,
    /// The kinds of point; every kind when empty.
    pub point_kinds: Vec<Arc<str>>,
    /// The largest crowd in which it counts.
    pub crowd_at_most: Option<u32>,
    /// The least minutes; none where only the score cuts.
    pub at_least: Span,
    /// How they are counted.
    pub counted: Counted,
    /// The least score of the encounters that it counts.
    pub score: Option<Number>,
    /// How many come first, of all whom the rest of the rule fits, whatever their score.
    pub best: Option<Best>,
    /// The least proof of presence.
    pub assurance: Assurance,
}

impl DegreeRule {
    /// Whether an encounter is of a kind, a crowd and a proof that count.
    pub(crate) fn counts(&self, met: &Encounter) -> bool {
        (self.point_kinds.is_empty() || self.point_kinds.contains(&met.point_kind))
            && self.crowd_at_most.is_none_or(|most| met.crowd <= most)
            && met.assurance >= self.assurance
    }
}

/// How minutes are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// The longest stretch without a break.
    Unbroken,
    /// All of a calendar day, over all points.
    SummedDay,
    /// All of the infectious window, over all points.
    SummedWindow,
}

/// When whoever was exposed to a case may pass it on, in a chain of two. Never beyond the case's own window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OnwardRule {
    /// Not before so long after the beginning of what exposed them.
    pub latent: Span,
    /// From then on for so long; as long as the case's own window where nothing is said.
    pub infectious: Option<Span>,
}

/// What living with a case gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseholdRule {
    /// The degree.
    pub degree: Arc<str>,
    /// The degree of those who live with a contact of the case, if that is anything.
    pub onward: Option<Arc<str>>,
    /// Whether a second case of the same household exposes the others anew.
    pub second_case_restarts: bool,
}

/// What a stay in a risk area gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AreaRule {
    /// The level of the area.
    pub level: Arc<str>,
    /// The least minutes.
    pub at_least: Span,
    /// How many days back from its marking a stay still counts, where its first infectious day is not known.
    pub back_days: u32,
    /// The least proof of presence.
    pub assurance: Assurance,
}

/// What a visit to a published site gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiteRule {
    /// The type that was published, or `unclassified`.
    pub published: Arc<str>,
    /// The `exposure-type` of the evidence.
    pub exposure_type: Arc<str>,
    /// The least minutes.
    pub at_least: Span,
    /// The least proof of presence.
    pub assurance: Assurance,
}

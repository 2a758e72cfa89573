//! Why not, for the person themselves: rules, days and sources, nothing that could give a case away.

use super::{Because, RuleWhyNot, WhyNot};
use crate::{Day, Kind, Standing, Zone, explain::ResidentSource};
use serde::Serialize;
use std::sync::Arc;

/// Why a standing did not come about, for the person themselves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResidentWhyNot {
    /// The standing that was expected.
    pub asked: Standing,
    /// The standing as it is.
    pub standing: Standing,
    /// Every rule that could have given it.
    pub rules: Vec<ResidentRule>,
    /// How fresh each source is.
    pub sources: Vec<ResidentSource>,
}

/// What came of one rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResidentRule {
    /// The rule.
    pub rule: Arc<str>,
    /// What came of it.
    pub because: ResidentWhyNotBecause,
    /// The sources that its evidence comes from, and the day of their last word.
    pub sources: Vec<ResidentSource>,
}

/// Why a rule gives nothing. How near it came is not said: that could give a case away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case", tag = "because")]
pub enum ResidentWhyNotBecause {
    /// A reason is live.
    Live,
    /// No source has said anything that meets the rule.
    NothingKnown,
    /// Something spares from it.
    Exempt {
        /// Its kind.
        kind: Kind,
        /// The day on which that happened.
        day: Day,
    },
    /// An officer released the reason.
    Released {
        /// The day.
        day: Day,
    },
    /// It was too long ago when it was recorded.
    TooLongAgo,
    /// There was a reason, and it has ended.
    Ended {
        /// The day.
        day: Day,
    },
}

impl WhyNot {
    /// What the person may read.
    #[must_use]
    pub fn for_resident(&self) -> ResidentWhyNot {
        let zone = &self.policy.zone;
        ResidentWhyNot {
            asked: self.asked,
            standing: self.verdict.standing,
            rules: self.rules.iter().map(|rule| rule.for_resident(zone)).collect(),
            sources: self.verdict.as_of.iter().map(|state| ResidentSource::new(state, zone)).collect(),
        }
    }
}

impl RuleWhyNot {
    pub(crate) fn for_resident(&self, zone: &Zone) -> ResidentRule {
        let because = match &self.because {
            Because::Live(_) => ResidentWhyNotBecause::Live,
            Because::NotMet(_) => ResidentWhyNotBecause::NothingKnown,
            Because::Exempt { kind, at, .. } => {
                ResidentWhyNotBecause::Exempt { kind: *kind, day: zone.day(*at) }
            }
            Because::Released { at, .. } => ResidentWhyNotBecause::Released { day: zone.day(*at) },
            Because::History { .. } => ResidentWhyNotBecause::TooLongAgo,
            Because::Ended { at, .. } => ResidentWhyNotBecause::Ended { day: zone.day(*at) },
        };
        let sources = self.sources.iter().map(|state| ResidentSource::new(state, zone)).collect();
        ResidentRule { rule: Arc::clone(&self.rule), because, sources }
    }
}

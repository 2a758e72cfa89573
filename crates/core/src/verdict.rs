//! What is decided about one person, with everything that a person may ask about it.

use crate::{EvidenceId, Time, evidence::Number, time::Day};
use serde::{Deserialize, Serialize};
use std::{fmt, sync::Arc};

/// The three colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// Nothing abnormal found.
    Green,
    /// Limited.
    Yellow,
    /// Forbidden.
    Red,
}

/// Where a person stands. The order is the order of severity: the first that holds shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// A live reason for red.
    Red,
    /// A live reason for yellow.
    Yellow,
    /// The audit has not answered yet.
    UnderReview,
    /// The declaration is too old.
    Expired,
    /// There is no declaration.
    Undeclared,
    /// A source is too old to tell.
    Unknown,
    /// Declared, audited, every source fresh, and no live reason.
    Green,
}

impl Standing {
    /// Every standing, most severe first.
    pub const ALL: &[Standing] = &[
        Standing::Red,
        Standing::Yellow,
        Standing::UnderReview,
        Standing::Expired,
        Standing::Undeclared,
        Standing::Unknown,
        Standing::Green,
    ];

    /// Its text in policies, JSON, codes and the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Standing::Red => "red",
            Standing::Yellow => "yellow",
            Standing::UnderReview => "under-review",
            Standing::Expired => "expired",
            Standing::Undeclared => "undeclared",
            Standing::Unknown => "unknown",
            Standing::Green => "green",
        }
    }

    /// The colour it is, if it is one.
    #[must_use]
    pub const fn colour(self) -> Option<Colour> {
        match self {
            Standing::Red => Some(Colour::Red),
            Standing::Yellow => Some(Colour::Yellow),
            Standing::Green => Some(Colour::Green),
            _ => None,
        }
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A text that names no standing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a standing")]
pub struct UnknownStanding(pub String);

impl std::str::FromStr for Standing {
    type Err = UnknownStanding;
    fn from_str(text: &str) -> Result<Self, UnknownStanding> {
        let found = Self::ALL.iter().copied().find(|standing| standing.as_str() == text);
        found.ok_or_else(|| UnknownStanding(text.to_owned()))
    }
}

/// Name, version and digest of a published policy.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PolicyRef {
    /// Its name, such as `hangzhou-2020`.
    pub name: Arc<str>,
    /// Its version, counting from 1.
    pub version: u32,
    /// SHA-256 over its files, in hexadecimal.
    pub digest: Arc<str>,
}

/// The decision about one person at one time, as far as it was known at another.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Verdict {
    /// What shows.
    pub standing: Standing,
    /// Every live reason, most severe first, then by rule and trigger.
    pub reasons: Vec<Reason>,
    /// What the person has to do, by due time.
    pub duties: Vec<Duty>,
    /// Notes that leave the colour alone.
    pub tags: Vec<Tag>,
    /// The declaration that holds or held last.
    pub declaration: Option<DeclarationState>,
    /// The next instant at which this verdict may differ without new evidence.
    pub next_change: Option<Time>,
    /// The policy in force.
    pub policy: PolicyRef,
    /// How far each source that the policy needs has been heard.
    pub as_of: Vec<SourceState>,
}

/// The newest declaration as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct DeclarationState {
    /// The item.
    pub evidence: EvidenceId,
    /// When it was made.
    pub since: Time,
    /// When it expires or did.
    pub until: Time,
    /// Its audit, while that has not come out clean.
    pub review: Option<Review>,
}

/// An audit that has not come out clean.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Review {
    /// Sources that have not answered.
    pub waiting_for: Vec<Arc<str>>,
    /// What was found suspicious: identifiers of the policy's audit findings.
    pub suspicious: Vec<Arc<str>>,
    /// When it ends without an answer.
    pub deadline: Time,
}

/// How far one source has been heard.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SourceState {
    /// Its name in the policy.
    pub source: Arc<str>,
    /// Complete up to here; nothing when it was never heard.
    pub complete_up_to: Option<Time>,
    /// Whether it is older than the policy allows.
    pub stale: bool,
}

/// What a live reason does.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// A colour other than green.
    Colour(Colour),
    /// A standing that is not a colour.
    Standing(Standing),
    /// A note that leaves the colour alone.
    Tag(Arc<str>),
}

/// Why: one rule that fired and has not ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Reason {
    /// The rule's identifier in its policy.
    pub rule: Arc<str>,
    /// The policy that made it: not always the one in force.
    pub policy: PolicyRef,
    /// What it does at its present stage.
    pub effect: Effect,
    /// The item whose arrival completed the trigger; nothing for a declared absence.
    pub trigger: Option<EvidenceId>,
    /// When the trigger happened.
    pub triggered_at: Time,
    /// When the person could first be told: when the trigger was recorded.
    pub told_at: Time,
    /// Per condition of the trigger, the items that satisfy it and the threshold.
    pub support: Vec<Support>,
    /// What days are counted from.
    pub anchor: Time,
    /// The present stage, counting from 0.
    pub stage: u16,
    /// How many stages the rule has.
    pub stages: u16,
    /// When the present stage began.
    pub stage_since: Time,
    /// What ends the present stage and how far that has come.
    pub progress: Progress,
    /// When the present stage ends if the person does all that is owed and nothing else happens.
    pub expected_end: Option<Time>,
    /// The longest life of the reason.
    pub ceiling: Option<Ceiling>,
}

/// The items that satisfy one condition, with its threshold. Factored: never an enumeration of subsets.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Support {
    /// The condition's position in the rule.
    pub condition: u16,
    /// The items, by number.
    pub items: Vec<EvidenceId>,
    /// What was needed, when it is a quantity.
    pub needed: Option<Number>,
    /// What was found.
    pub found: Option<Number>,
}

/// What ends a stage, as a tree with the state of each leaf.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Progress {
    /// All of these.
    All(Vec<Progress>),
    /// Any of these.
    Any(Vec<Progress>),
    /// Calendar days since the anchor.
    #[serde(rename_all = "kebab-case")]
    Days {
        /// Days over.
        done: u32,
        /// Days needed.
        needed: u32,
        /// The instant at which they are over.
        until: Time,
    },
    /// Consecutive normal daily check-ins.
    #[serde(rename_all = "kebab-case")]
    CheckIns {
        /// Counted, the days before the person was told among them.
        done: u32,
        /// Needed.
        needed: u32,
        /// Whether today is owed and has none.
        owed_today: bool,
        /// Days missed since the stage began.
        missed: Vec<Day>,
        /// When the last needed one was made.
        met_at: Option<Time>,
    },
    /// Negative tests in a row.
    #[serde(rename_all = "kebab-case")]
    Negatives {
        /// Counted.
        done: u32,
        /// Needed.
        needed: u32,
        /// The earliest time at which the next sample counts.
        next_from: Time,
        /// When the last needed one was sampled.
        met_at: Option<Time>,
    },
    /// A recovery.
    #[serde(rename_all = "kebab-case")]
    Recovery {
        /// When it happened.
        met_at: Option<Time>,
    },
    /// The end of the order that made the reason.
    #[serde(rename_all = "kebab-case")]
    OrderEnd {
        /// The end that the order names.
        until: Option<Time>,
        /// When it ended.
        met_at: Option<Time>,
    },
    /// Elapsed time since the anchor.
    #[serde(rename_all = "kebab-case")]
    Elapsed {
        /// The instant at which it is over.
        until: Time,
        /// Whether it is.
        done: bool,
    },
    /// Evidence of some kind.
    #[serde(rename_all = "kebab-case")]
    Event {
        /// The condition, as the policy writes it.
        what: Arc<str>,
        /// When it happened.
        met_at: Option<Time>,
    },
    /// An officer's release.
    #[serde(rename_all = "kebab-case")]
    Release {
        /// When it happened.
        met_at: Option<Time>,
    },
}

/// The longest life of a reason.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Ceiling {
    /// When it is reached.
    pub at: Time,
    /// When the officer's time to decide is over.
    pub deadline: Time,
    /// Who has to decide.
    pub owner: Arc<str>,
    /// Where it goes after the deadline; nothing when the reason ends.
    pub escalates_to: Option<Arc<str>>,
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Duty {
    /// Its identifier in the policy; the text is found under it.
    pub duty: Arc<str>,
    /// The rule that asks for it.
    pub rule: Arc<str>,
    /// When it is due.
    pub due: Option<Time>,
    /// Whether the due time has passed.
    pub overdue: bool,
}

/// A note that leaves the colour alone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Tag {
    /// Its identifier in the policy.
    pub tag: Arc<str>,
    /// The rule that gives it.
    pub rule: Arc<str>,
    /// Since when.
    pub since: Time,
}

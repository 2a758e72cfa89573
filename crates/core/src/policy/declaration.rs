//! What a policy says about declarations, their audit, check-ins and sources.

use super::{Condition, Period};
use crate::{Kind, Span};
use std::sync::Arc;

/// A source of evidence and how old it may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRule {
    /// Its name.
    pub name: Arc<str>,
    /// The longest age at which nothing is known to be missing.
    pub max_age: Span,
    /// The kinds of evidence that come from it.
    pub covers: Vec<Kind>,
}

/// A question that a person answers; the answer is an attribute of the item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The attribute; the texts are found under it.
    pub id: Arc<str>,
    /// What the answer is.
    pub answer: AttributeType,
    /// The purposes of declaration that ask it; all when empty.
    pub purposes: Vec<Arc<str>>,
    /// The rules that read the answer.
    pub rules: Vec<Arc<str>>,
}

/// What an attribute may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AttributeType {
    /// Yes or no.
    Flag,
    /// A number.
    Number,
    /// An instant.
    Time,
    /// A calendar day.
    Day,
    /// Any word of the glossary.
    AnyWord,
    /// One of these words.
    Word(Vec<Arc<str>>),
}

/// How long a declaration holds and what it asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeclarationRule {
    /// How long it holds.
    pub validity: Period,
    /// How long it holds for some purposes.
    pub validity_for: Vec<(Arc<str>, Period)>,
    /// Evidence after which one has to declare again at once.
    pub again_after: Vec<Condition>,
    /// What it asks, in order.
    pub questions: Vec<Question>,
    /// Its audit.
    pub audit: AuditRule,
}

impl DeclarationRule {
    /// How long a declaration for `purpose` holds.
    #[must_use]
    pub fn validity_of(&self, purpose: Option<&str>) -> Period {
        let special = self.validity_for.iter().find(|(name, _)| Some(&**name) == purpose);
        special.map_or(self.validity, |(_, period)| *period)
    }
}

/// How a declaration is audited.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRule {
    /// The sources that have to answer, each with the answers that are clean.
    pub sources: Vec<AuditSource>,
    /// What is suspicious.
    pub findings: Vec<Finding>,
    /// How long an answer may take.
    pub deadline: Period,
    /// Who decides a suspicious one.
    pub owner: Arc<str>,
    /// What the standing is after the deadline.
    pub outcome: AuditOutcome,
}

/// A source that has to answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditSource {
    /// Its name.
    pub source: Arc<str>,
    /// The answers that clear.
    pub clean: Vec<Arc<str>>,
}

/// A suspicious answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// Its identifier; the text is found under it.
    pub id: Arc<str>,
    /// Who gives it.
    pub source: Arc<str>,
    /// The answer.
    pub answer: Arc<str>,
}

/// What an audit without an answer comes to. Never a clearance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditOutcome {
    /// The standing is unknown.
    Unknown,
    /// The declaration counts as not made.
    Undeclared,
}

/// What a check-in is, and what a missed one does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckInRule {
    /// What it asks, in order.
    pub questions: Vec<Question>,
    /// What makes a day abnormal: check-ins, or other evidence on that day.
    pub abnormal: Vec<Condition>,
    /// What a missed day does.
    pub missed: Missed,
}

/// What a missed day does to the days that were counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missed {
    /// Back to zero.
    Restart,
    /// They stay.
    Pause,
    /// The day may still be made up for so long after its closing midnight; then they stay.
    Remind {
        /// How long.
        grace: Span,
    },
}

impl Missed {
    /// How long after its closing midnight a day may still be made up.
    #[must_use]
    pub const fn grace(self) -> Span {
        match self {
            Missed::Remind { grace } => grace,
            _ => Span::ZERO,
        }
    }
}

/// Something to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DutyRule {
    /// Its identifier; the text is found under it.
    pub id: Arc<str>,
    /// When it is due.
    pub due: Due,
}

/// When a duty is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Due {
    /// As long as the stage lasts.
    Throughout,
    /// So long after the stage began.
    After(Period),
    /// By the closing midnight of each day that owes a check-in.
    CheckIn,
}

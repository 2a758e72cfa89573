//! A rule: what makes a reason, what spares one from it, through which stages it ends.

use super::{Condition, Period};
use crate::{Colour, Number, Standing, verdict::Effect};
use std::sync::Arc;

/// A rule of a policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// Its identifier, unique in the policy.
    pub id: Arc<str>,
    /// What makes a reason.
    pub when: Trigger,
    /// The ages it is for; everybody when absent. Somebody whose age is not known is of no age.
    pub age: Option<Ages>,
    /// What spares one from it.
    pub unless: Vec<Exemption>,
    /// What days are counted from in the first stage.
    pub anchor: Anchor,
    /// What further evidence of the kind does to a live reason.
    pub again: Again,
    /// Its stages in order. Never empty.
    pub stages: Vec<Stage>,
    /// The longest life of its reasons. Only a rule that gives a tag may lack it.
    pub ceiling: Option<CeilingRule>,
    /// Who answers an appeal.
    pub appeal: Appeal,
}

/// What makes a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Trigger {
    /// An item like this, which happened within the period before it was recorded.
    One {
        /// What it is like.
        of: Condition,
        /// How old it may have been when it was recorded.
        within: Option<Period>,
    },
    /// Items like at least so many of these conditions, within the period before the last of them.
    /// Written `all`, or `any` where one is enough.
    Several {
        /// The conditions.
        of: Vec<Condition>,
        /// How many of them.
        at_least: u32,
        /// The window.
        within: Period,
    },
    /// So many items like this, within the period before the last of them.
    Count {
        /// What they are like.
        of: Condition,
        /// How many.
        at_least: u32,
        /// The window.
        within: Period,
    },
    /// Items like this whose attribute adds up, within the period before the last of them.
    Sum {
        /// The attribute that is added.
        attribute: Arc<str>,
        /// What they are like.
        of: Condition,
        /// What it has to come to.
        at_least: Number,
        /// The window.
        within: Period,
    },
    /// No item like `of` for so long, counted from the first item like `since` or from the last like `of`.
    Absent {
        /// What is missed.
        of: Condition,
        /// For how long.
        lasting: Period,
        /// What starts the waiting.
        since: Condition,
    },
}

impl Trigger {
    /// The conditions in order: the positions that support names.
    #[must_use]
    pub fn conditions(&self) -> &[Condition] {
        match self {
            Trigger::Several { of, .. } => of,
            Trigger::One { of, .. } | Trigger::Count { of, .. } | Trigger::Sum { of, .. } => {
                std::slice::from_ref(of)
            }
            Trigger::Absent { since, .. } => std::slice::from_ref(since),
        }
    }
}

/// A range of ages in whole years.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ages {
    /// The youngest.
    pub at_least: u32,
    /// Younger than this.
    pub below: u32,
}

/// What spares one from a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exemption {
    /// The item that spares.
    pub of: Condition,
    /// How long before the trigger it may have happened; for ever when absent.
    pub within: Option<Period>,
    /// Whether it has to have happened before the trigger.
    pub before_trigger: bool,
}

/// What days are counted from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// When the trigger happened.
    Event,
    /// When the stage began.
    Stage,
    /// When the recovery was, or the trigger while there is none.
    Recovery,
    /// A time that the trigger names, or when it happened where it names none.
    Attribute(Arc<str>),
}

/// What further evidence of the kind does to a live reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Again {
    /// First stage, counters zero, days from the new anchor.
    Restart,
    /// The anchor moves; counted check-ins stay.
    Latest,
    /// Nothing.
    First,
}

/// A stage of a reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stage {
    /// What it does.
    pub effect: Effect,
    /// What its days and check-ins are counted from.
    pub anchor: Anchor,
    /// What ends it.
    pub until: End,
    /// What the person has to do: positions in the policy's duties.
    pub duties: Vec<u16>,
}

/// What ends a stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// All of these.
    All(Vec<End>),
    /// Any of these.
    Any(Vec<End>),
    /// Calendar days since the anchor.
    Days(Amount),
    /// Elapsed time since the anchor.
    Elapsed(crate::Span),
    /// Consecutive normal daily check-ins after the anchor's date.
    CheckIns(Amount),
    /// Negative tests.
    Negatives(Negatives),
    /// A recovery.
    Recovery,
    /// The end of the order that made the reason.
    OrderEnd,
    /// An officer's release.
    Release,
    /// An item like this.
    Event(Condition),
}

/// Negative tests in a row: a positive or pending sample breaks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Negatives {
    /// How many.
    pub needed: Amount,
    /// How long after the anchor the first may be sampled.
    pub not_before: crate::Span,
    /// How far apart two have to be sampled; at least 24 h.
    pub apart: crate::Span,
    /// The window in which they all have to be sampled.
    pub within: Option<Period>,
}

/// A number that is written in the rule or read from the trigger, within bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Amount {
    /// Written in the rule.
    Fixed(u32),
    /// Read from an attribute of the trigger.
    From {
        /// The attribute.
        attribute: Arc<str>,
        /// Where the trigger does not say.
        default: u32,
        /// Never fewer.
        least: u32,
        /// Never more.
        most: u32,
    },
}

/// The longest life of a reason, from its first trigger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CeilingRule {
    /// How long.
    pub days: u32,
    /// Who has to decide then.
    pub owner: Arc<str>,
    /// How long they have.
    pub deadline: Period,
    /// What happens when they do not.
    pub then: AfterCeiling,
}

/// What happens to a reason whose officer has not decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AfterCeiling {
    /// It ends.
    End,
    /// It stays and goes to this name.
    Escalate(Arc<str>),
}

/// Who answers an appeal, how fast, and what happens when they do not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appeal {
    /// Who.
    pub owner: Arc<str>,
    /// How fast.
    pub deadline: Period,
    /// What a missed deadline does.
    pub missed: MissedAppeal,
}

/// What a missed deadline of an appeal does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MissedAppeal {
    /// The reason is released.
    Release,
    /// The appeal goes to this name.
    Escalate(Arc<str>),
}

impl Rule {
    /// Whether it only ever gives tags.
    #[must_use]
    pub fn is_for_tag(&self) -> bool {
        self.stages.iter().all(|stage| matches!(stage.effect, Effect::Tag(_)))
    }

    /// Whether a release ends a stage of this rule rather than its reasons.
    #[must_use]
    pub fn has_release_end(&self) -> bool {
        self.stages.iter().any(|stage| stage.until.has(&|end| matches!(end, End::Release)))
    }

    /// Whether the end of an order ends a stage of this rule rather than its reasons.
    #[must_use]
    pub fn has_order_end(&self) -> bool {
        self.stages.iter().any(|stage| stage.until.has(&|end| matches!(end, End::OrderEnd)))
    }
}

impl End {
    /// Whether a part of the tree is such.
    #[must_use]
    pub fn has(&self, such: &dyn Fn(&End) -> bool) -> bool {
        match self {
            End::All(parts) | End::Any(parts) => parts.iter().any(|part| part.has(such)),
            leaf => such(leaf),
        }
    }
}

/// How severe an effect is, for comparing two: 0 for a tag.
#[must_use]
pub fn severity(effect: &Effect) -> u8 {
    match effect {
        Effect::Tag(_) => 0,
        Effect::Standing(standing) => standing_severity(*standing),
        Effect::Colour(Colour::Red) => standing_severity(Standing::Red),
        Effect::Colour(Colour::Yellow) => standing_severity(Standing::Yellow),
        Effect::Colour(Colour::Green) => standing_severity(Standing::Green),
    }
}

fn standing_severity(standing: Standing) -> u8 {
    let place = Standing::ALL.iter().rev().position(|other| *other == standing);
    u8::try_from(place.unwrap_or(0)).unwrap_or(u8::MAX)
}

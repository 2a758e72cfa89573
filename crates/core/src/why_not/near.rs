//! How near a trigger was to being met: which condition failed, by how much, on which item.

use crate::{
    EvidenceId, Number, Time, Value,
    decide::{
        fire::{self, quantity},
        ground::Ground,
    },
    policy::{Condition, Period, Rule, Test, Trigger},
};
use std::sync::Arc;

/// A trigger that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotMet {
    /// Its conditions, each with what came nearest.
    pub conditions: Vec<ConditionMiss>,
    /// How much there was of what it counts, in the best window.
    pub quantity: Option<Quantity>,
    /// The window that everything has to lie in.
    pub within: Option<Period>,
    /// Whether the person is of an age that the rule is not for, or of none that is known.
    pub age: bool,
}

/// A condition of a trigger that was not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionMiss {
    /// Its position in the rule.
    pub condition: u16,
    /// The condition in short.
    pub text: String,
    /// The newest item that satisfies it by itself, if one does.
    pub satisfied_by: Option<EvidenceId>,
    /// Otherwise the item of its kind that fails the fewest tests, the newest of them.
    pub nearest: Option<Nearest>,
}

/// An item that came near.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearest {
    /// The item.
    pub item: EvidenceId,
    /// When it happened.
    pub happened_at: Time,
    /// The tests that it fails.
    pub misses: Vec<Miss>,
}

/// A test that an item fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miss {
    /// The attribute.
    pub attribute: Arc<str>,
    /// What it has to be, in short.
    pub needed: String,
    /// What it is; nothing when the item does not say.
    pub found: Option<Value>,
    /// How far the number lies from the limit.
    pub by: Option<Number>,
}

/// How much was needed and found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// What was needed.
    pub needed: Number,
    /// What was found.
    pub found: Number,
}

/// Looks at what came nearest to meeting the trigger of a rule.
pub(super) fn not_met(rule: &Rule, ground: &Ground<'_, '_>) -> NotMet {
    let conditions = rule.when.conditions().iter().enumerate();
    let within = match &rule.when {
        Trigger::One { within, .. } => *within,
        Trigger::Several { within, .. } | Trigger::Count { within, .. } | Trigger::Sum { within, .. } => {
            Some(*within)
        }
        Trigger::Absent { lasting, .. } => Some(*lasting),
    };
    let quantity = quantity(rule, ground).map(|(needed, found)| Quantity { needed, found });
    // Age is that of the day on which it happened, as for a trigger that is met.
    let newest = rule.when.conditions().iter().filter_map(|condition| ground.like(condition).next_back());
    let on = newest.map(|item| item.happened_at).max().map_or(ground.today, |at| ground.day(at));
    NotMet {
        conditions: conditions.map(|(place, condition)| miss(place, condition, ground)).collect(),
        quantity,
        within,
        age: rule.age.is_some_and(|ages| !fire::of_age(ages, on, ground)),
    }
}

fn miss(place: usize, condition: &Condition, ground: &Ground<'_, '_>) -> ConditionMiss {
    let satisfied = ground.like(condition).next_back();
    let candidates = ground.items.of_kind(condition.kind);
    let nearest = candidates.rev().min_by_key(|item| condition.failing(item).len());
    let nearest = nearest.filter(|_| satisfied.is_none()).map(|item| Nearest {
        item: item.id,
        happened_at: item.happened_at,
        misses: condition
            .failing(item)
            .into_iter()
            .map(|(name, test)| {
                let found = item.attributes.value(name).cloned();
                Miss {
                    attribute: Arc::clone(name),
                    needed: test.to_string(),
                    by: margin(test, found.as_ref()),
                    found,
                }
            })
            .collect(),
    });
    ConditionMiss {
        condition: u16::try_from(place).unwrap_or(u16::MAX),
        text: condition.to_string(),
        satisfied_by: satisfied.map(|item| item.id),
        nearest,
    }
}

fn margin(test: &Test, found: Option<&Value>) -> Option<Number> {
    match (test.needed(), found) {
        (Some(needed), Some(Value::Number(found))) => {
            Some(Number(needed.0.saturating_sub(found.0).saturating_abs()))
        }
        _ => None,
    }
}

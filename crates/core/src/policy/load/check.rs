//! What can only be checked with all rules in sight.

use super::severity;
use crate::{
    Kind, Value,
    policy::{Condition, Rule, read::Fields},
};

/// Refuses two rules with one identifier, a rule that another makes useless, and an exemption from a positive result.
pub(super) fn rules(rules: &[(Rule, Fields<'_>)]) {
    for (place, (rule, fields)) in rules.iter().enumerate() {
        if rules[..place].iter().any(|(before, _)| before.id == rule.id) {
            fields
                .refuse::<()>(format!("there are two rules `{}`", rule.id), "give one of them another `id`");
        }
        let covered = rules
            .iter()
            .enumerate()
            .find(|(other, (wider, _))| *other != place && covers(wider, rule, *other < place));
        if let Some((_, (wider, _))) = covered {
            fields.refuse::<()>(
                format!("rule `{}` says nothing that `{}` does not", rule.id, wider.id),
                "remove it, or change its trigger, its exemptions or its ends",
            );
        }
        let positive = rule.when.conditions().iter().any(may_be_positive);
        if positive && !rule.unless.is_empty() {
            fields.refuse::<()>(
                format!("rule `{}` would spare somebody with a positive result", rule.id),
                "remove `unless`, or make the trigger one that no positive result and no case can meet",
            );
        }
    }
}

/// Whether `wider` is written like `rule` and at least as severe; of two equals the later one is useless.
fn covers(wider: &Rule, rule: &Rule, wider_is_first: bool) -> bool {
    let same = wider.when == rule.when
        && wider.age == rule.age
        && wider.unless == rule.unless
        && wider.stages.len() == rule.stages.len()
        && wider.stages.iter().zip(&rule.stages).all(|(a, b)| a.until == b.until && a.anchor == b.anchor);
    let (mut more, mut less) = (false, false);
    for (a, b) in wider.stages.iter().zip(&rule.stages) {
        match severity(&a.effect).cmp(&severity(&b.effect)) {
            std::cmp::Ordering::Greater => more = true,
            std::cmp::Ordering::Less => less = true,
            std::cmp::Ordering::Equal if a.effect != b.effect => return false,
            std::cmp::Ordering::Equal => {}
        }
    }
    same && !less && (more || wider_is_first)
}

fn may_be_positive(condition: &Condition) -> bool {
    match condition.kind {
        Kind::TestResult => condition.admits("result", &Value::from("positive")),
        Kind::CaseStatus => condition.admits("status", &Value::from("confirmed")),
        _ => false,
    }
}

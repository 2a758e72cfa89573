//! Of which degree a contact is, by what was shared.

use super::{Exposure, score::least_of_best};
use crate::{
    Attributes, Day, Encounter, Number, PersonId, Policy, Span,
    policy::{Counted, DegreeRule},
};
use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

/// What a rule counts of one contact, and what that is worth.
struct Counting<'e> {
    met: Vec<&'e Encounter>,
    score: Option<Number>,
}

/// Whom a rule takes.
type Taken<'e> = BTreeMap<PersonId, Counting<'e>>;

/// The exposures of one step of the chain, by contact. `begin` is the day that the case's infectious days are counted from.
pub(super) fn exposures<'e>(
    policy: &Policy,
    chain: u8,
    begin: Day,
    encounters: impl Iterator<Item = &'e Encounter>,
) -> BTreeMap<PersonId, Exposure> {
    let mut by_contact: BTreeMap<PersonId, Vec<&Encounter>> = BTreeMap::new();
    encounters.for_each(|met| by_contact.entry(met.contact).or_default().push(met));
    let rules = policy.exposures.degrees.iter().filter(|rule| rule.chain == chain);
    let count = |rule: &DegreeRule, met: &[&'e Encounter]| {
        let met = fitting(rule, met);
        let score = policy.exposures.score.as_ref().map(|score| score.sum(&met, begin));
        (!met.is_empty()).then_some(Counting { met, score })
    };
    let by_rule: Vec<(&DegreeRule, Taken<'e>)> = rules
        .map(|rule| {
            let counted = by_contact.iter();
            let counted = counted.filter_map(|(contact, met)| Some((*contact, count(rule, met)?)));
            (rule, cut(rule, counted.collect()))
        })
        .collect();
    let exposed = by_contact.into_keys();
    exposed.filter_map(|contact| Some((contact, exposure(&by_rule, contact)?))).collect()
}

/// Leaves whoever the rule's cuts by score leave.
fn cut<'e>(rule: &DegreeRule, mut counted: Taken<'e>) -> Taken<'e> {
    if let Some(best) = rule.best {
        let scores = counted.values().filter_map(|counting| counting.score).collect();
        let least = least_of_best(best, scores);
        counted.retain(|_, counting| least.is_some() && counting.score >= least);
    }
    counted.retain(|_, counting| rule.score.is_none() || counting.score >= rule.score);
    counted
}

/// The first degree that fits, over everything that fits it.
fn exposure(by_rule: &[(&DegreeRule, Taken<'_>)], contact: PersonId) -> Option<Exposure> {
    let mut fits = by_rule.iter().filter_map(|(rule, taken)| Some((rule, taken.get(&contact)?))).peekable();
    let (rule, score) = fits.peek().map(|(rule, counting)| (*rule, counting.score))?;
    let counted: Vec<&Encounter> = fits
        .filter(|(same, _)| same.degree == rule.degree)
        .flat_map(|(_, counting)| &counting.met)
        .copied()
        .collect();
    let first = counted.iter().map(|met| met.first()).min()?;
    let last = counted.iter().max_by_key(|met| (met.last(), met.unbroken, met.point, Reverse(met.via)))?;
    let attributes = facts(&counted, last);
    let attributes = match score {
        Some(score) => attributes.with("score", score),
        None => attributes,
    };
    Some(Exposure {
        degree: Arc::clone(&rule.degree),
        chain: rule.chain,
        first,
        last: last.last(),
        attributes,
    })
}

/// The encounters that a rule counts, once they are enough.
fn fitting<'e>(rule: &DegreeRule, met: &[&'e Encounter]) -> Vec<&'e Encounter> {
    let counts = |met: &&&Encounter| {
        (rule.point_kinds.is_empty() || rule.point_kinds.contains(&met.point_kind))
            && rule.crowd_at_most.is_none_or(|most| met.crowd <= most)
            && met.assurance >= rule.assurance
    };
    let counted: Vec<&Encounter> = met.iter().filter(counts).copied().collect();
    let sum = |such: &dyn Fn(&Encounter) -> bool| {
        counted.iter().filter(|met| such(met)).fold(Span::ZERO, |sum, met| sum + met.summed)
    };
    let enough = |met: &&Encounter| match rule.counted {
        Counted::Unbroken => met.unbroken >= rule.at_least,
        Counted::SummedDay => sum(&|other| other.day == met.day) >= rule.at_least,
        Counted::SummedWindow => sum(&|_| true) >= rule.at_least,
    };
    counted.iter().filter(|met| enough(met)).copied().collect()
}

fn facts(counted: &[&Encounter], last: &Encounter) -> Attributes {
    let mut days: Vec<&Encounter> = counted.to_vec();
    days.sort_by_key(|met| (met.day, met.point, met.window.from, Reverse(met.summed)));
    days.dedup_by_key(|met| (met.day, met.point, met.window.from));
    let unbroken = counted.iter().map(|met| met.unbroken).max().unwrap_or_default();
    let summed = days.iter().fold(Span::ZERO, |sum, met| sum + met.summed);
    Attributes::new()
        .with("minutes", Number::whole(unbroken.minutes()))
        .with("minutes-summed", Number::whole(summed.minutes()))
        .with("point-kind", &*last.point_kind)
        .with("crowd", Number::whole(last.crowd.into()))
        .with("assurance", last.assurance.as_str())
}

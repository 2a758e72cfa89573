//! Of which degree a contact is, by what was shared.

use super::Exposure;
use crate::{
    Attributes, Encounter, Number, PersonId, Policy, Span,
    policy::{Counted, DegreeRule},
};
use std::{collections::BTreeMap, sync::Arc};

/// The exposures of one step of the chain, by contact.
pub(super) fn exposures<'e>(
    policy: &Policy,
    chain: u8,
    encounters: impl Iterator<Item = &'e Encounter>,
) -> BTreeMap<PersonId, Exposure> {
    let mut by_contact: BTreeMap<PersonId, Vec<&Encounter>> = BTreeMap::new();
    encounters.for_each(|met| by_contact.entry(met.contact).or_default().push(met));
    let rules: Vec<&DegreeRule> =
        policy.exposures.degrees.iter().filter(|rule| rule.chain == chain).collect();
    let exposed = by_contact.into_iter();
    exposed.filter_map(|(contact, met)| Some((contact, exposure(&rules, &met)?))).collect()
}

/// The first degree that fits, over everything that fits it.
fn exposure(rules: &[&DegreeRule], met: &[&Encounter]) -> Option<Exposure> {
    let degree =
        rules.iter().find(|rule| !fitting(rule, met).is_empty()).map(|rule| (&rule.degree, rule.chain))?;
    let same = rules.iter().filter(|rule| rule.degree == *degree.0);
    let counted: Vec<&Encounter> = same.flat_map(|rule| fitting(rule, met)).collect();
    let first = counted.iter().map(|met| met.first()).min()?;
    let last = counted.iter().max_by_key(|met| (met.last(), met.unbroken))?;
    let attributes = facts(&counted, last);
    Some(Exposure { degree: Arc::clone(degree.0), chain: degree.1, first, last: last.last(), attributes })
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
    days.sort_by_key(|met| (met.day, met.point, met.window.from));
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

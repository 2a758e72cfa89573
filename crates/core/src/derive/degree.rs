//! Of which degree a contact is, by what was shared.

use super::{Exposure, Words, score::least_of_best};
use crate::{
    Attributes, Day, Encounter, Number, PersonId, Policy, Span,
    policy::{Counted, DegreeRule},
};
use smallvec::SmallVec;
use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

/// What a rule counts of one contact, and what that is worth.
struct Counting<'e> {
    met: Few<'e>,
    score: Option<Number>,
}

/// Some of the encounters with one contact: seldom many.
type Few<'e> = SmallVec<[&'e Encounter; 4]>;

/// Whom a rule takes, contact by contact.
type Taken<'e> = Vec<Option<Counting<'e>>>;

/// The exposures of one step of the chain, by contact. `begin` is the day that the case's infectious days are counted from.
pub(super) fn exposures<'e>(
    policy: &Policy,
    chain: u8,
    begin: Day,
    encounters: impl Iterator<Item = &'e Encounter>,
) -> BTreeMap<PersonId, Exposure> {
    let mut met: Vec<&Encounter> = encounters.collect();
    met.sort_by_key(|met| met.contact);
    let by_contact: Vec<&[&Encounter]> = met.chunk_by(|one, next| one.contact == next.contact).collect();
    let rules = policy.exposures.degrees.iter().filter(|rule| rule.chain == chain);
    let count = |rule: &DegreeRule, met: &[&'e Encounter]| {
        let met = fitting(rule, met);
        let score = policy.exposures.score.as_ref().map(|score| score.sum(&met, begin));
        (!met.is_empty()).then_some(Counting { met, score })
    };
    let by_rule: Vec<(&DegreeRule, Taken<'e>)> = rules
        .map(|rule| (rule, cut(rule, by_contact.iter().map(|met| count(rule, met)).collect())))
        .collect();
    let contacts = by_contact.iter().filter_map(|met| met.first()).map(|met| met.contact).enumerate();
    let exposed = contacts.filter_map(|(place, contact)| {
        let fits = by_rule.iter().filter_map(|(rule, taken)| Some((*rule, taken.get(place)?.as_ref()?)));
        Some((contact, exposure(&policy.exposure_words, fits)?))
    });
    exposed.collect()
}

/// Leaves whoever the rule's cuts by score leave.
fn cut<'e>(rule: &DegreeRule, mut counted: Taken<'e>) -> Taken<'e> {
    if let Some(best) = rule.best {
        let scores = counted.iter().flatten().filter_map(|counting| counting.score).collect();
        let least = least_of_best(best, scores);
        leave(&mut counted, |score| least.is_some() && score >= least);
    }
    leave(&mut counted, |score| rule.score.is_none() || score >= rule.score);
    counted
}

fn leave(counted: &mut Taken<'_>, is_left: impl Fn(Option<Number>) -> bool) {
    for one in counted {
        if one.as_ref().is_some_and(|counting| !is_left(counting.score)) {
            *one = None;
        }
    }
}

/// The first degree that fits, over everything that fits it.
fn exposure<'r, 'e: 'r>(
    words: &Words,
    fits: impl Iterator<Item = (&'r DegreeRule, &'r Counting<'e>)>,
) -> Option<Exposure> {
    let mut fits = fits.peekable();
    let (rule, score) = fits.peek().map(|(rule, counting)| (*rule, counting.score))?;
    let counted: Few<'e> = fits
        .filter(|(same, _)| same.degree == rule.degree)
        .flat_map(|(_, counting)| &counting.met)
        .copied()
        .collect();
    let first = counted.iter().map(|met| met.first()).min()?;
    let last = counted.iter().max_by_key(|met| (met.last(), met.unbroken, met.point, Reverse(met.via)))?;
    let attributes = facts(words, &counted, last);
    let attributes = match score {
        Some(score) => attributes.with(Arc::clone(&words.score), score),
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
fn fitting<'e>(rule: &DegreeRule, met: &[&'e Encounter]) -> Few<'e> {
    let counted: Few<'e> = met.iter().filter(|met| rule.counts(met)).copied().collect();
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

fn facts(words: &Words, counted: &[&Encounter], last: &Encounter) -> Attributes {
    let mut days: Few<'_> = counted.iter().copied().collect();
    days.sort_by_key(|met| (met.day, met.point, met.window.from, Reverse(met.summed)));
    days.dedup_by_key(|met| (met.day, met.point, met.window.from));
    let unbroken = counted.iter().map(|met| met.unbroken).max().unwrap_or_default();
    let summed = days.iter().fold(Span::ZERO, |sum, met| sum + met.summed);
    Attributes::with_room(FACTS)
        .with(Arc::clone(&words.minutes), Number::whole(unbroken.minutes()))
        .with(Arc::clone(&words.minutes_summed), Number::whole(summed.minutes()))
        .with(Arc::clone(&words.point_kind), Arc::clone(&last.point_kind))
        .with(Arc::clone(&words.crowd), Number::whole(last.crowd.into()))
        .with(Arc::clone(&words.assurance), words.of_assurance(last.assurance))
}

/// How many attributes an exposure has.
const FACTS: usize = 9;

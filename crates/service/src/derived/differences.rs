//! What should stand, compared with what stands.

use super::is_household;
use kangma_core::{Attributes, Evidence, EvidenceId, PersonId, Time, Value, Zone};
use kangma_store::NewEvidence;
use std::collections::{BTreeMap, BTreeSet};

/// What has to be recorded for one person so that what stands is what should.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Difference {
    /// Items to append.
    pub(crate) add: Vec<NewEvidence>,
    /// Items to withdraw.
    pub(crate) withdraw: Vec<EvidenceId>,
}

impl Difference {
    /// How many items it takes.
    pub(crate) fn items(&self) -> usize {
        self.add.len() + self.withdraw.len()
    }
}

/// What is known of the items that stand, besides what they say.
pub(super) struct Standing<'z> {
    /// Where days are counted.
    pub(super) zone: &'z Zone,
    /// Up to when it is known who was where: what goes on now ends here for want of knowledge.
    pub(super) as_of: Time,
    /// Those that stay although nothing like them is wanted.
    pub(super) stays: BTreeSet<EvidenceId>,
    /// Those from which an officer released the person.
    pub(super) released: BTreeSet<EvidenceId>,
}

impl<'z> Standing<'z> {
    /// Items of which nothing else is known.
    pub(super) fn over(zone: &'z Zone, as_of: Time) -> Self {
        Self { zone, as_of, stays: BTreeSet::new(), released: BTreeSet::new() }
    }

    /// Whether `new` tells only how much longer of the same day an item went on. That is not worth saying; nor is it, of a
    /// household, to somebody who was released from it. Of a meeting it is said once, when it has ended.
    fn goes_on(&self, item: &Evidence, new: &NewEvidence) -> bool {
        let whole = is_household(&item.attributes)
            || item.attributes.value("point-kind").is_none()
            || new.happened_at >= last_second_of(self.as_of);
        let same_day = self.zone.day(item.happened_at) == self.zone.day(new.happened_at);
        whole
            && new.happened_at > item.happened_at
            && (same_day || self.released.contains(&item.id))
            && but_for_extent(&item.attributes).eq(but_for_extent(&new.attributes))
    }
}

fn but_for_extent(attributes: &Attributes) -> impl Iterator<Item = (&str, &Value)> {
    attributes.iter().filter(|(name, _)| !name.starts_with("minutes") && !["crowd", "score"].contains(name))
}

fn says_the_same(wanted: &NewEvidence, item: &Evidence) -> bool {
    wanted.person == item.person
        && wanted.kind == item.kind
        && wanted.happened_at == item.happened_at
        && wanted.origin == item.origin
        && wanted.about == item.about
        && wanted.attributes == item.attributes
}

/// Compares, person by person, what should stand with what stands. People without a difference are left out.
#[must_use]
pub(super) fn differences(
    wanted: Vec<NewEvidence>,
    standing: Vec<Evidence>,
    about: &Standing<'_>,
) -> BTreeMap<PersonId, Difference> {
    let mut kept: BTreeMap<PersonId, Vec<Evidence>> = BTreeMap::new();
    for item in standing {
        kept.entry(item.person).or_default().push(item);
    }
    let mut by_person: BTreeMap<PersonId, Difference> = BTreeMap::new();
    for item in wanted {
        let there = kept.entry(item.person).or_default();
        match there.iter().position(|standing| says_the_same(&item, standing)) {
            Some(at) => drop(there.swap_remove(at)),
            None => by_person.entry(item.person).or_default().add.push(item),
        }
    }
    for (person, left_over) in kept {
        let difference = by_person.entry(person).or_default();
        left_over.iter().for_each(|item| leave_or_withdraw(item, difference, about));
    }
    by_person.retain(|_, difference| *difference != Difference::default());
    by_person
}

/// Decides about an item that stands as nothing wanted says it.
fn leave_or_withdraw(item: &Evidence, difference: &mut Difference, about: &Standing<'_>) {
    if let Some(at) = difference.add.iter().position(|new| about.goes_on(item, new)) {
        difference.add.swap_remove(at);
    } else if about.stays.contains(&item.id) {
        // It tells of all that had happened by then; only what came later is news.
        difference.add.retain(|new| new.happened_at > item.happened_at);
    } else {
        difference.withdraw.push(item.id);
    }
}

/// Who was where is known to the second, and times of recording to the millisecond.
fn last_second_of(time: Time) -> Time {
    Time::from_seconds(time.seconds())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kangma_core::{CaseId, Kind, Origin, Time};
    use proptest::prelude::*;
    use std::sync::Arc;

    const HOUR: i64 = 3_600_000;

    fn exposure(person: u64, at: i64) -> NewEvidence {
        NewEvidence::new(PersonId(person), Kind::Exposure, Time(at), "tracing")
            .from_origin(Origin::Case(CaseId(1)))
            .with("point-kind", "office")
    }

    fn at_home(person: u64, hours: i64) -> NewEvidence {
        exposure(person, hours * HOUR)
            .with("point-kind", "household")
            .with("minutes", kangma_core::Number::whole(hours))
    }

    fn recorded(id: u64, item: &NewEvidence) -> Evidence {
        Evidence {
            id: EvidenceId(id),
            person: item.person,
            kind: item.kind,
            happened_at: item.happened_at,
            recorded_at: Time(99),
            source: Arc::clone(&item.source),
            origin: item.origin,
            about: item.about,
            attributes: item.attributes.clone(),
        }
    }

    fn utc() -> Zone {
        Zone::named("UTC").unwrap()
    }

    fn compared(wanted: &[NewEvidence], standing: &[Evidence]) -> BTreeMap<PersonId, Difference> {
        differences(wanted.to_vec(), standing.to_vec(), &Standing::over(&utc(), Time::MAX))
    }

    #[test]
    fn what_stands_already_is_left_alone_and_the_rest_is_added_or_withdrawn() {
        let standing = [recorded(1, &exposure(1, 5)), recorded(2, &exposure(2, 5))];
        let found = compared(&[exposure(1, 5), exposure(3, 7)], &standing);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [PersonId(2), PersonId(3)]);
        assert_eq!(found[&PersonId(2)].withdraw, [EvidenceId(2)]);
        assert_eq!(found[&PersonId(3)].add, [exposure(3, 7)]);
    }

    #[test]
    fn living_together_is_said_once_a_day_and_not_again_to_somebody_who_was_released() {
        let standing = [recorded(1, &at_home(1, 9))];
        assert!(compared(&[at_home(1, 23)], &standing).is_empty());
        let next_day = compared(&[at_home(1, 24)], &standing);
        assert_eq!(next_day[&PersonId(1)].withdraw, [EvidenceId(1)]);
        assert_eq!(next_day[&PersonId(1)].add, [at_home(1, 24)]);
        assert!(!compared(&[at_home(1, 8)], &standing).is_empty(), "it was found to have ended earlier");
        assert!(!compared(&[exposure(1, 10 * HOUR)], &standing).is_empty(), "another meeting is news");
        let zone = utc();
        let released = Standing { released: [EvidenceId(1)].into(), ..Standing::over(&zone, Time::MAX) };
        assert!(differences(vec![at_home(1, 24)], standing.to_vec(), &released).is_empty());
        let met = differences(vec![exposure(1, 24 * HOUR)], standing.to_vec(), &released);
        assert_eq!(met[&PersonId(1)].add, [exposure(1, 24 * HOUR)]);
    }

    #[test]
    fn a_meeting_that_goes_on_is_said_once_and_again_when_it_has_ended() {
        let met = |hours: i64, crowd: i64| {
            let number = kangma_core::Number::whole;
            exposure(1, hours * HOUR).with("minutes", number(hours)).with("crowd", number(crowd))
        };
        let standing = [recorded(1, &met(9, 4))];
        let at = |hours: i64, new: NewEvidence| {
            let zone = utc();
            differences(vec![new], standing.to_vec(), &Standing::over(&zone, Time(hours * HOUR)))
        };
        assert!(at(10, met(10, 6)).is_empty(), "it still goes on");
        assert_eq!(at(13, met(12, 6))[&PersonId(1)].add, [met(12, 6)], "it has ended");
        assert_eq!(at(24, met(24, 6))[&PersonId(1)].withdraw, [EvidenceId(1)], "the next day it is news");
    }

    #[test]
    fn what_stays_is_not_withdrawn_and_only_what_came_later_is_added() {
        let zone = utc();
        let stays = Standing { stays: [EvidenceId(1)].into(), ..Standing::over(&zone, Time::MAX) };
        let standing = vec![recorded(1, &exposure(1, 5))];
        assert!(differences(vec![exposure(1, 4)], standing.clone(), &stays).is_empty());
        let later = differences(vec![exposure(1, 6)], standing, &stays);
        assert_eq!(later[&PersonId(1)], Difference { add: vec![exposure(1, 6)], withdraw: vec![] });
    }

    proptest! {
        #[test]
        fn carrying_a_difference_out_leaves_none(
            wanted in prop::collection::vec((0u64..5, 0i64..4), 0..20),
            standing in prop::collection::vec((0u64..5, 0i64..4), 0..20),
        ) {
            let wanted: Vec<_> = wanted.into_iter().map(|(person, at)| exposure(person, at)).collect();
            let mut there: Vec<_> =
                (0u64..).zip(&standing).map(|(id, (person, at))| recorded(id, &exposure(*person, *at))).collect();
            for difference in compared(&wanted, &there).values() {
                there.retain(|item| !difference.withdraw.contains(&item.id));
                for item in &difference.add {
                    there.push(recorded(1_000 + there.len() as u64, item));
                }
            }
            prop_assert!(compared(&wanted, &there).is_empty());
        }
    }
}

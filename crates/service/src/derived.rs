//! Derived evidence is brought into line with what it is derived from: one way for a report, a changed onset,
//! a late visit, a new household link, a cleared area and a withdrawal.
//!
//! What should stand is computed anew and compared with what stands. Doing it twice changes nothing, so a job
//! that was killed half-way is simply done again.

use kangma_core::{Evidence, EvidenceId, PersonId, derive::Derived};
use kangma_store::NewEvidence;
use std::collections::{BTreeMap, BTreeSet};

fn says_the_same(wanted: &NewEvidence, item: &Evidence) -> bool {
    wanted.person == item.person
        && wanted.kind == item.kind
        && wanted.happened_at == item.happened_at
        && wanted.origin == item.origin
        && wanted.about == item.about
        && wanted.attributes == item.attributes
}

/// A derived item as evidence of a source.
pub(crate) fn item(derived: Derived, source: &str) -> NewEvidence {
    let item = NewEvidence::new(derived.person, derived.kind, derived.happened_at, source);
    NewEvidence { attributes: derived.attributes, ..item }.from_origin(derived.origin)
}

/// What has to be recorded for one person so that what stands is what should.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Difference {
    /// Items to append.
    pub(crate) add: Vec<NewEvidence>,
    /// Items to withdraw.
    pub(crate) withdraw: Vec<EvidenceId>,
}

/// Compares, person by person, what should stand with what stands. People without a difference are left out.
#[must_use]
pub(crate) fn differences(
    wanted: impl IntoIterator<Item = NewEvidence>,
    standing: impl IntoIterator<Item = Evidence>,
) -> BTreeMap<PersonId, Difference> {
    let mut kept: BTreeMap<PersonId, Vec<Evidence>> = BTreeMap::new();
    for item in standing {
        kept.entry(item.person).or_default().push(item);
    }
    let mut by_person: BTreeMap<PersonId, Difference> = BTreeMap::new();
    for item in wanted {
        let there = kept.entry(item.person).or_default();
        match there.iter().position(|standing| says_the_same(&item, standing)) {
            Some(at) => {
                there.swap_remove(at);
            }
            None => by_person.entry(item.person).or_default().add.push(item),
        }
    }
    for (person, left_over) in kept {
        if !left_over.is_empty() {
            let ids: BTreeSet<_> = left_over.iter().map(|item| item.id).collect();
            by_person.entry(person).or_default().withdraw.extend(ids);
        }
    }
    by_person
}

#[cfg(test)]
mod tests {
    use super::*;
    use kangma_core::{CaseId, Kind, Origin, Time};
    use proptest::prelude::*;
    use std::sync::Arc;

    fn exposure(person: u64, at: i64) -> NewEvidence {
        NewEvidence::new(PersonId(person), Kind::Exposure, Time(at), "tracing")
            .from_origin(Origin::Case(CaseId(1)))
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

    #[test]
    fn what_stands_already_is_left_alone_and_the_rest_is_added_or_withdrawn() {
        let standing = vec![recorded(1, &exposure(1, 5)), recorded(2, &exposure(2, 5))];
        let found = differences([exposure(1, 5), exposure(3, 7)], standing);
        assert_eq!(found.keys().copied().collect::<Vec<_>>(), [PersonId(2), PersonId(3)]);
        assert_eq!(found[&PersonId(2)].withdraw, [EvidenceId(2)]);
        assert_eq!(found[&PersonId(3)].add, [exposure(3, 7)]);
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
            for difference in differences(wanted.clone(), there.clone()).values() {
                there.retain(|item| !difference.withdraw.contains(&item.id));
                for item in &difference.add {
                    there.push(recorded(1_000 + there.len() as u64, item));
                }
            }
            prop_assert!(differences(wanted, there).is_empty());
        }
    }
}

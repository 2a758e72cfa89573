//! What one cause made so far, and what officers said about it.

use super::{Cause, is_household};
use crate::{Refused, act::Act};
use kangma_core::{Evidence, EvidenceId, Kind, PersonId};
use kangma_store::{NewEvidence, Reader};
use std::collections::BTreeSet;

/// Marks a withdrawal by which an officer found that an item never was true: it is not derived again.
const RULED_OUT: &str = "ruled-out";

/// The items that a cause made.
pub(super) struct Made {
    /// Those that nothing withdrew.
    pub(super) standing: Vec<Evidence>,
    /// Of these, those from which an officer released the person.
    pub(super) released: BTreeSet<EvidenceId>,
    /// Those that an officer found never to have been true.
    ruled_out: Vec<Evidence>,
}

impl Made {
    pub(super) fn by(reader: &Reader<'_>, cause: &dyn Cause) -> Result<Self, Refused> {
        let mut made = Self { standing: Vec::new(), released: BTreeSet::new(), ruled_out: Vec::new() };
        let items = reader.evidence_from(cause.origin())?;
        for item in items.into_iter().filter(|item| item.kind == cause.kind()) {
            let said = said_about(reader, &item)?;
            if stands(&item, &said) {
                if said.iter().any(|said| said.kind == Kind::Release) {
                    made.released.insert(item.id);
                }
                made.standing.push(item);
            } else if said.iter().any(|said| said.attributes.value(RULED_OUT).is_some()) {
                made.ruled_out.push(item);
            }
        }
        Ok(made)
    }

    /// Whether an officer found that this never was true: the item itself or, of a household, however long it goes on.
    pub(super) fn rules_out(&self, wanted: &NewEvidence) -> bool {
        self.ruled_out.iter().filter(|out| out.person == wanted.person).any(|out| {
            let same_home = is_household(&out.attributes) && is_household(&wanted.attributes);
            same_home || wanted.happened_at <= out.happened_at
        })
    }
}

/// An item with everything that was said about it, in the order of recording.
fn said_about(reader: &Reader<'_>, item: &Evidence) -> Result<Vec<Evidence>, Refused> {
    let mut said = reader.evidence_about(item.id)?;
    said.insert(0, item.clone());
    Ok(said)
}

fn stands(item: &Evidence, said: &[Evidence]) -> bool {
    crate::standing_items(said).any(|kept| kept.id == item.id)
}

/// Of derived items, those that nothing withdrew.
pub(crate) fn still_standing(reader: &Reader<'_>, items: Vec<Evidence>) -> Result<Vec<Evidence>, Refused> {
    let mut standing = Vec::with_capacity(items.len());
    for item in items {
        if stands(&item, &said_about(reader, &item)?) {
            standing.push(item);
        }
    }
    Ok(standing)
}

/// Withdraws an item because an officer found that it never was true: tracing again does not bring it back.
pub(crate) fn rule_out(act: &mut Act<'_, '_>, person: PersonId, item: EvidenceId) -> Result<(), Refused> {
    let withdrawal = act.observed(person, Kind::Withdrawal).about(item).with(RULED_OUT, true);
    act.record(withdrawal).map(drop)
}

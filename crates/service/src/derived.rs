//! Derived evidence is brought into line with what it is derived from: one way for a report, a changed onset,
//! a late visit, a new household link, a cleared area, another version of the policy and a withdrawal.
//!
//! What should stand is computed anew and compared with what stands. Doing it twice changes nothing, so a job
//! that was killed half-way is simply done again.

mod differences;
mod made;

pub(crate) use differences::Difference;
pub(crate) use made::{rule_out, still_standing};

use crate::{Refused, presence, rules::CityRules};
use differences::{Standing, differences};
use kangma_contact::PresenceIndex;
use kangma_core::{
    Attributes, Evidence, EvidenceId, Kind, Origin, PersonId, Time, Window, derive::Derived, policy::Policy,
};
use kangma_store::{NewEvidence, Reader};
use made::Made;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// What deriving looks at: the store as it is now, the rules, and who was where.
#[derive(Clone, Copy)]
pub(crate) struct Known<'k> {
    pub(crate) reader: &'k Reader<'k>,
    pub(crate) rules: &'k CityRules,
    pub(crate) presence: &'k PresenceIndex,
    pub(crate) now: Time,
}

/// What one cause would have made under another policy.
pub(crate) struct MadeOtherwise {
    /// Since when it would have been known.
    pub(crate) known_since: Time,
    pub(crate) differences: BTreeMap<PersonId, Difference>,
}

/// A case, an area or a site: something that makes evidence about people.
pub(crate) trait Cause {
    /// How its evidence names it.
    fn origin(&self) -> Origin;
    /// The kind of evidence that it makes.
    fn kind(&self) -> Kind;
    /// Whether it was one at all: what never was makes nothing.
    fn stands(&self) -> bool;
    /// When it acts, up to what is known, under a version of the policy.
    fn window(&self, policy: &Policy, known: &Known<'_>) -> Result<Option<Window>, Refused>;
    /// What it makes under a version of the policy.
    fn makes(&self, policy: &Policy, known: &Known<'_>) -> Result<Vec<NewEvidence>, Refused>;
}

/// A derived item as evidence of a source.
pub(crate) fn item(derived: Derived, source: &str) -> NewEvidence {
    let item = NewEvidence::new(derived.person, derived.kind, derived.happened_at, source);
    NewEvidence { attributes: derived.attributes, ..item }.from_origin(derived.origin)
}

/// Whether an item tells of living together. That can always be derived again, and grows as long as it lasts.
pub(crate) fn is_household(attributes: &Attributes) -> bool {
    attributes.text("point-kind") == Some("household")
}

/// What has to be recorded, person by person, so that what stands is what a cause makes.
pub(crate) fn out_of_line(
    known: &Known<'_>,
    cause: &dyn Cause,
) -> Result<BTreeMap<PersonId, Difference>, Refused> {
    let made = Made::by(known.reader, cause)?;
    let policy = known.rules.policy(known.now);
    if !cause.stands() {
        return Ok(differences(Vec::new(), made.standing, &Standing::over(&policy.zone, known.now)));
    }
    let mut wanted = cause.makes(policy, known)?;
    wanted.retain(|item| !made.rules_out(item));
    let stays = staying(known, cause, &made.standing)?;
    let standing = Standing { zone: &policy.zone, as_of: known.now, stays, released: made.released };
    Ok(differences(wanted, made.standing, &standing))
}

/// What would be recorded otherwise about what a cause made if a policy had always been in force.
pub(crate) fn made_otherwise(
    policy: &Policy,
    known: &Known<'_>,
    cause: &dyn Cause,
) -> Result<MadeOtherwise, Refused> {
    let made = Made::by(known.reader, cause)?;
    // What this cause makes was first known when it first made something.
    let known_since = made.standing.iter().map(|item| item.recorded_at).min().unwrap_or(known.now);
    let mut wanted = if cause.stands() { cause.makes(policy, known)? } else { Vec::new() };
    wanted.retain(|item| !made.rules_out(item));
    let differences = differences(wanted, made.standing, &Standing::over(&policy.zone, known.now));
    Ok(MadeOtherwise { known_since, differences })
}

/// The items that stay although the version in force would not make them today: those that an earlier version still judges
/// and would make, and those for which the log of visits no longer reaches back far enough to tell.
fn staying(
    known: &Known<'_>,
    cause: &dyn Cause,
    standing: &[Evidence],
) -> Result<BTreeSet<EvidenceId>, Refused> {
    let in_force = known.rules.policy(known.now);
    let log_begins = in_force.zone.midnight(presence::first_day(in_force.zone.day(known.now)));
    let judging = |item: &Evidence| known.rules.history.judging(item.recorded_at, known.now);
    let mut stays = BTreeSet::new();
    // In the order of recording, so that what one version judges lies together.
    for items in standing.chunk_by(|one, next| Arc::ptr_eq(judging(one), judging(next))) {
        let Some(version) = items.first().map(judging) else { continue };
        let earlier = !Arc::ptr_eq(version, in_force);
        let found = if earlier { cause.makes(version, known)? } else { Vec::new() };
        let found: BTreeSet<PersonId> = found.into_iter().map(|item| item.person).collect();
        let untold = cause.window(version, known)?.filter(|window| window.from < log_begins);
        let stay = items.iter().filter(|item| {
            found.contains(&item.person)
                || (!is_household(&item.attributes)
                    && untold.is_some_and(|it| (it.from..=it.until).contains(&item.happened_at)))
        });
        stays.extend(stay.map(|item| item.id));
    }
    Ok(stays)
}

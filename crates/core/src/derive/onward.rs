//! The second step: who met those who were exposed to a case, or lives with them.

use super::{CaseCourse, Exposure, Link, Separation, degree, first_step, household::Homes, merge};
use crate::{Encounter, PersonId, Policy, Time, Window};
use std::collections::BTreeMap;

/// Somebody who was exposed to a case, and when that person may pass it on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Carrier {
    /// Who.
    pub person: PersonId,
    /// From the first exposure and the latent time on, for the policy's time and never beyond the case's own window.
    pub window: Window,
}

/// Everybody who was exposed to a case itself, by meeting it or living with it, and may pass it on; nobody where the policy
/// traces one step. Encounters with somebody between do not matter.
#[must_use]
pub fn carriers(
    policy: &Policy,
    case: &CaseCourse,
    links: &[Link],
    separations: &[Separation],
    encounters: &[Encounter],
) -> Vec<Carrier> {
    let Some(window) = policy.infectious_window(case) else { return Vec::new() };
    if !policy.exposures.has_second_step() {
        return Vec::new();
    }
    let homes = Homes { policy, links, separations };
    let carrier = |(person, exposure): (PersonId, Exposure)| {
        Some(Carrier { person, window: when(policy, exposure.first, window)? })
    };
    first_step(&homes, case, encounters, window).into_iter().filter_map(carrier).collect()
}

/// When somebody who was first exposed at an instant may pass it on.
pub(super) fn when(policy: &Policy, exposed: Time, case: Window) -> Option<Window> {
    let rule = &policy.exposures.onward;
    let from = exposed + rule.latent;
    let until = rule.infectious.map_or(case.until, |infectious| case.until.min(from + infectious));
    Window::new(from, until)
}

/// Who met those who were exposed to the case, or lives with them, and was not exposed to it.
pub(super) fn second_step(
    homes: &Homes<'_>,
    case: &CaseCourse,
    first_step: &BTreeMap<PersonId, Exposure>,
    encounters: &[Encounter],
    window: Window,
) -> BTreeMap<PersonId, Exposure> {
    let policy = homes.policy;
    let through = |met: &&Encounter| {
        let carrier = met.via.and_then(|via| first_step.get(&via));
        let carries = carrier.and_then(|between| when(policy, between.first, window));
        carries.is_some_and(|carries| met.first() >= carries.from && met.first() < carries.until)
    };
    let is_new = |person: &PersonId| *person != case.person && !first_step.contains_key(person);
    // Who is a contact already takes no place among the best of their contacts.
    let onward = encounters.iter().filter(|met| is_new(&met.contact)).filter(through);
    let mut second = degree::exposures(policy, 2, policy.zone.day(case.begin()), onward);
    merge(policy, &mut second, homes.onward(first_step, window));
    second.retain(|person, _| is_new(person));
    second
}

//! Which policy was in force when.

use super::{LiveReasons, Policy};
use crate::Time;
use std::sync::Arc;

/// A policy and when it was published.
#[derive(Debug, Clone)]
pub struct Publication {
    /// The policy.
    pub policy: Arc<Policy>,
    /// From when on it is in force.
    pub published_at: Time,
}

/// The publications in order of time. There is always one: before the second, the first is in force.
#[derive(Debug, Clone)]
pub struct History {
    publications: Vec<Publication>,
}

/// A policy with the stretch of recording times whose triggers it judges.
pub(crate) struct Share<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) from: Time,
    pub(crate) until: Time,
}

impl History {
    /// Starts with one policy.
    #[must_use]
    pub fn new(policy: Arc<Policy>, published_at: Time) -> Self {
        Self { publications: vec![Publication { policy, published_at }] }
    }

    /// Adds a publication.
    pub fn publish(&mut self, policy: Arc<Policy>, published_at: Time) {
        let at = self.publications.partition_point(|publication| publication.published_at <= published_at);
        self.publications.insert(at, Publication { policy, published_at });
    }

    /// All, oldest first.
    #[must_use]
    pub fn publications(&self) -> &[Publication] {
        &self.publications
    }

    /// The policy in force at `effective_at`, as far as it was published at `known_at`.
    #[must_use]
    pub fn in_force(&self, known_at: Time, effective_at: Time) -> &Arc<Policy> {
        &self.publications[self.place_in_force(known_at, effective_at)].policy
    }

    fn place_in_force(&self, known_at: Time, effective_at: Time) -> usize {
        let now = known_at.min(effective_at);
        self.publications.partition_point(|publication| publication.published_at <= now).saturating_sub(1)
    }

    /// The version that judges, at `now`, the reasons of what was recorded then: the one in force when it was recorded, while
    /// live reasons finish.
    #[must_use]
    pub fn judging(&self, recorded_at: Time, now: Time) -> &Arc<Policy> {
        let last = self.place_in_force(now, now);
        let place = self.place_in_force(recorded_at, recorded_at).clamp(self.first_judging(last), last);
        &self.publications[place].policy
    }

    /// The first version that still judges something while the one at `last` is in force.
    fn first_judging(&self, last: usize) -> usize {
        let decides_again =
            |place: &usize| self.publications[*place].policy.live_reasons == LiveReasons::DecideAgain;
        (1..=last).rev().find(decides_again).unwrap_or(0)
    }

    /// The next publication after `effective_at`, of those known at `known_at`.
    pub(crate) fn next_after(&self, known_at: Time, effective_at: Time) -> Option<Time> {
        let mut published = self.publications.iter().map(|publication| publication.published_at);
        published.find(|&at| at > effective_at && at <= known_at)
    }

    /// The versions before the one in force whose live reasons finish, each with what it still judges, and last
    /// the one in force with the rest.
    pub(crate) fn shares(
        &self,
        known_at: Time,
        effective_at: Time,
    ) -> (impl Iterator<Item = Share<'_>>, Share<'_>) {
        let last = self.place_in_force(known_at, effective_at);
        let first = self.first_judging(last);
        let share = move |place: usize| Share {
            policy: &self.publications[place].policy,
            from: if place == first { Time::MIN } else { self.publications[place].published_at },
            until: if place == last { Time::MAX } else { self.publications[place + 1].published_at },
        };
        ((first..last).map(share), share(last))
    }
}

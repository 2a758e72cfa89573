//! Whether the sources that a policy needs were fresh at an instant.

use crate::{
    Kind, Policy, Span, Time,
    policy::SourceRule,
    sources::{Beats, Sources},
    verdict::SourceState,
};
use smallvec::SmallVec;
use std::sync::Arc;

/// A source that a policy needs with what was heard of it.
pub(crate) type Bound<'a> = (&'a SourceRule, Option<&'a Beats>);

/// The sources of a policy as they are known at one time.
#[derive(Clone, Copy)]
pub(crate) struct Freshness<'a> {
    sources: &'a [Bound<'a>],
    known_at: Time,
}

/// Binds the sources that a policy needs to what was heard of them.
pub(crate) fn bind<'a>(policy: &'a Policy, sources: &'a Sources) -> SmallVec<[Bound<'a>; 4]> {
    policy.sources.iter().map(|rule| (rule, sources.beats(&rule.name))).collect()
}

impl<'a> Freshness<'a> {
    pub(crate) const fn new(sources: &'a [Bound<'a>], known_at: Time) -> Self {
        Self { sources, known_at }
    }

    fn stale_from(&self, rule: &SourceRule, beats: Option<&Beats>, at: Time) -> Time {
        // Complete up to t − max-age is still fresh; a millisecond later it is not.
        let complete = beats.and_then(|beats| beats.complete_up_to(at.min(self.known_at)));
        complete.map_or(Time::MIN, |complete| complete + rule.max_age + Span(1))
    }

    /// Whether every source is fresh at an instant.
    pub(crate) fn all_fresh(&self, at: Time) -> bool {
        self.sources.iter().all(|(rule, beats)| at < self.stale_from(rule, *beats, at))
    }

    /// The first instant from `from` to `until` at which every source is fresh.
    pub(crate) fn first_fresh(&self, from: Time, until: Time) -> Option<Time> {
        if from > until {
            return None;
        }
        if self.all_fresh(from) {
            return Some(from);
        }
        let until = until.min(self.known_at);
        let heard = self.sources.iter().filter_map(|(_, beats)| *beats);
        let mut instants: SmallVec<[Time; 8]> =
            heard.flat_map(|beats| beats.recorded_within(from, until)).collect();
        instants.sort_unstable();
        instants.into_iter().find(|at| self.all_fresh(*at))
    }

    /// When each source turns or turned stale, by what was heard until an instant.
    pub(crate) fn turns_stale(&self, at: Time) -> impl Iterator<Item = Time> {
        self.sources.iter().map(move |(rule, beats)| self.stale_from(rule, *beats, at))
    }

    /// When a source is heard next, as far as that is known already.
    pub(crate) fn next_heard(&self, at: Time) -> Option<Time> {
        let heard = self.sources.iter().filter_map(|(_, beats)| *beats);
        heard.filter_map(|beats| beats.recorded_within(at, self.known_at).min()).min()
    }

    pub(crate) fn states(&self, at: Time) -> Vec<SourceState> {
        self.sources.iter().map(|(rule, beats)| self.state(rule, *beats, at)).collect()
    }

    /// The states of the sources that some of these kinds come from.
    pub(crate) fn states_covering(&self, kinds: &[Kind], at: Time) -> Vec<SourceState> {
        let covering =
            self.sources.iter().filter(|(rule, _)| rule.covers.iter().any(|kind| kinds.contains(kind)));
        covering.map(|(rule, beats)| self.state(rule, *beats, at)).collect()
    }

    fn state(&self, rule: &SourceRule, beats: Option<&Beats>, at: Time) -> SourceState {
        SourceState {
            source: Arc::clone(&rule.name),
            complete_up_to: beats.and_then(|beats| beats.complete_up_to(at.min(self.known_at))),
            stale: at >= self.stale_from(rule, beats, at),
        }
    }
}

//! How far each source has been heard: append-only heartbeats, never inferred from a person's own items.

use crate::Time;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// A source saying how far it is complete.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Heartbeat {
    /// Its name as policies write it.
    pub source: Arc<str>,
    /// When this was written down.
    pub recorded_at: Time,
    /// Everything until then has been handed in.
    pub complete_up_to: Time,
}

/// The heartbeats of every source, shared by all persons.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sources(BTreeMap<Arc<str>, Beats>);

/// The heartbeats of one source by time of recording.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Beats(Vec<Beat>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Beat {
    recorded_at: Time,
    complete_up_to: Time,
    /// The farthest that this beat or one before it says.
    farthest: Time,
}

impl Sources {
    /// Nothing heard yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a heartbeat, in any order.
    pub fn hear(&mut self, heartbeat: &Heartbeat) {
        let beats = self.0.entry(Arc::clone(&heartbeat.source)).or_default();
        beats.hear(heartbeat.recorded_at, heartbeat.complete_up_to);
    }

    /// How far a source is complete, by what was recorded until `by`.
    #[must_use]
    pub fn complete_up_to(&self, source: &str, by: Time) -> Option<Time> {
        self.beats(source)?.complete_up_to(by)
    }

    pub(crate) fn beats(&self, source: &str) -> Option<&Beats> {
        self.0.get(source)
    }
}

impl FromIterator<Heartbeat> for Sources {
    fn from_iter<I: IntoIterator<Item = Heartbeat>>(heartbeats: I) -> Self {
        let mut sources = Self::new();
        heartbeats.into_iter().for_each(|heartbeat| sources.hear(&heartbeat));
        sources
    }
}

impl Beats {
    fn hear(&mut self, recorded_at: Time, complete_up_to: Time) {
        let at = self.0.partition_point(|beat| beat.recorded_at <= recorded_at);
        self.0.insert(at, Beat { recorded_at, complete_up_to, farthest: complete_up_to });
        for place in at.max(1)..self.0.len() {
            self.0[place].farthest = self.0[place].complete_up_to.max(self.0[place - 1].farthest);
        }
    }

    pub(crate) fn complete_up_to(&self, by: Time) -> Option<Time> {
        // The newest is asked for nearly always.
        if let Some(last) = self.0.last().filter(|last| last.recorded_at <= by) {
            return Some(last.farthest);
        }
        let after = self.0.partition_point(|beat| beat.recorded_at <= by);
        after.checked_sub(1).map(|place| self.0[place].farthest)
    }

    /// Times of recording in `(after, until]`, the newest first: what is asked for lies mostly after all of them.
    pub(crate) fn recorded_within(&self, after: Time, until: Time) -> impl Iterator<Item = Time> + '_ {
        let recorded = self.0.iter().rev().map(|beat| beat.recorded_at);
        recorded.take_while(move |at| *at > after).filter(move |at| *at <= until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beat(recorded_at: i64, complete_up_to: i64) -> Heartbeat {
        Heartbeat {
            source: "laboratory".into(),
            recorded_at: Time(recorded_at),
            complete_up_to: Time(complete_up_to),
        }
    }

    #[test]
    fn the_order_in_which_heartbeats_are_heard_does_not_matter() {
        let forwards: Sources = [beat(1, 1), beat(5, 3), beat(9, 2)].into_iter().collect();
        let backwards: Sources = [beat(9, 2), beat(5, 3), beat(1, 1)].into_iter().collect();
        assert_eq!(forwards, backwards);
        for (by, expected) in
            [(0, None), (1, Some(1)), (4, Some(1)), (5, Some(3)), (9, Some(3)), (99, Some(3))]
        {
            assert_eq!(forwards.complete_up_to("laboratory", Time(by)), expected.map(Time));
        }
        assert_eq!(forwards.complete_up_to("gate", Time(9)), None);
    }
}

//! The presence index in memory: built from the log of visits when the service opens, grown by every visit after.

use crate::{Refused, Service};
use kangma_contact::{PresenceIndex, Stays};
use kangma_core::{Day, Time, Visit, policy::Policy};
use kangma_store::{Reader, Store, VisitOutcome};
use std::sync::{Arc, PoisonError};

/// How many days of visits are kept in memory and in the log: the longest deletion period seen in real places
/// (Guangdong, 21 days).
pub const VISIT_DAYS: i32 = 21;

/// Builds the index from the log.
pub(crate) fn build(store: &Store, policy: &Policy, now: Time) -> Result<PresenceIndex, Refused> {
    store.read_blocking(|reader| read(reader, policy, now))
}

fn read(reader: &Reader<'_>, policy: &Policy, now: Time) -> Result<PresenceIndex, Refused> {
    let index = PresenceIndex::filling(policy.zone.clone(), Stays::assumed());
    let mut after = None;
    loop {
        let points = reader.points(None, after, 1_000)?;
        let Some(last) = points.last() else { break };
        after = Some(last.id);
        for point in &points {
            index.register(point.id, &point.kind);
        }
    }
    let today = policy.zone.day(now);
    let days = first_day(today)..today.plus(2);
    let mut batch: Vec<Visit> = Vec::with_capacity(10_000);
    reader.each_visit(days, |logged| -> Result<(), Refused> {
        if !logged.wrong_scan && was_inside(logged.scan.outcome) {
            batch.push(logged.scan.visit);
        }
        if batch.len() == batch.capacity() {
            index.take(&batch);
            batch.clear();
        }
        Ok(())
    })?;
    index.take(&batch);
    Ok(index.done())
}

/// The first day that is kept.
pub(crate) fn first_day(today: Day) -> Day {
    today.plus(-VISIT_DAYS)
}

/// Whoever was stopped did not enter: being turned away at a gate is no presence.
pub(crate) const fn was_inside(outcome: VisitOutcome) -> bool {
    !matches!(outcome, VisitOutcome::Stop)
}

impl Service {
    /// Builds the index anew, after a policy changed the zone its days lie in.
    pub(crate) async fn rebuild_presence(&self) -> Result<(), Refused> {
        let (rules, now) = (self.rules(), self.now());
        let index = self.look(move |reader| read(reader, rules.policy(now), now)).await?;
        *self.presence.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(index);
        Ok(())
    }
}

//! Sources: their heartbeats, append-only. How fresh a source is follows from these and from nothing else.

use crate::{Reader, StoreError, Writer, ids::HeartbeatId, row::row};
use kangma_core::Time;
use std::sync::Arc;

row! {
    /// A source said how far it is complete.
    pub struct Heartbeat in "heartbeat" {
        /// Its number, in the order of recording.
        id: HeartbeatId,
        /// The source, as policies name it.
        source: Arc<str>,
        /// Complete up to here.
        complete_up_to: Time,
        /// When that was written down.
        recorded_at: Time,
    }
}

impl Reader<'_> {
    /// The heartbeats after `after`, in the order of recording.
    ///
    /// # Errors
    /// The store failed.
    pub fn heartbeats(&self, after: Option<HeartbeatId>) -> Result<Vec<Heartbeat>, StoreError> {
        self.rows("WHERE id > ? ORDER BY id", &[&after.unwrap_or(HeartbeatId(0))])
    }

    /// The newest heartbeat of each source.
    ///
    /// # Errors
    /// The store failed.
    pub fn latest_heartbeats(&self) -> Result<Vec<Heartbeat>, StoreError> {
        self.rows("WHERE id IN (SELECT max(id) FROM heartbeat GROUP BY source) ORDER BY source", &[])
    }
}

impl Writer<'_> {
    /// Records a heartbeat. `recorded_at` comes from [`Writer::stamp`].
    ///
    /// # Errors
    /// The store failed.
    pub fn add_heartbeat(
        &mut self,
        source: &str,
        complete_up_to: Time,
        recorded_at: Time,
    ) -> Result<Heartbeat, StoreError> {
        self.add(|id| Heartbeat { id: HeartbeatId(id), source: source.into(), complete_up_to, recorded_at })
    }
}

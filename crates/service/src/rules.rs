//! The policies in force and the sources as heard: what a decision needs besides a person's evidence.

use crate::Refused;
use kangma_core::{
    Evidence, Heartbeat, Sources, Time, Verdict, decide,
    policy::{History, Policy, PolicyFiles, SourceRule},
};
use kangma_store::{Reader, StoreError};
use std::sync::Arc;

/// A snapshot; replaced whole when a policy is published or a source is heard.
#[derive(Debug, Clone)]
pub struct CityRules {
    /// Every publication.
    pub history: History,
    /// Every heartbeat.
    pub sources: Sources,
}

impl CityRules {
    /// Reads them from the store. Nothing when no policy has been published yet.
    ///
    /// # Errors
    /// The store failed, or holds a policy that this program no longer reads.
    pub fn load(reader: &Reader<'_>) -> Result<Option<Self>, Refused> {
        let mut history: Option<History> = None;
        for publication in reader.publications()? {
            let files: PolicyFiles = publication.files.into_iter().collect();
            let policy = Policy::load(&files)
                .map_err(|_| StoreError::Corrupt(format!("publication.{}", publication.name)))?;
            let policy = Arc::new(policy);
            match &mut history {
                Some(history) => history.publish(policy, publication.published_at),
                None => history = Some(History::new(policy, publication.published_at)),
            }
        }
        let Some(history) = history else { return Ok(None) };
        let mut rules = Self { history, sources: Sources::new() };
        reader.heartbeats(None)?.into_iter().for_each(|heartbeat| rules.hear(heartbeat));
        Ok(Some(rules))
    }

    pub(crate) fn hear(&mut self, heartbeat: kangma_store::Heartbeat) {
        let kangma_store::Heartbeat { source, complete_up_to, recorded_at, .. } = heartbeat;
        self.sources.hear(&Heartbeat { source, complete_up_to, recorded_at });
    }

    /// The policy in force at `now`.
    #[must_use]
    pub fn policy(&self, now: Time) -> &Arc<Policy> {
        self.history.in_force(now, now)
    }

    /// Whether a source has been heard recently enough.
    #[must_use]
    pub fn is_fresh(&self, rule: &SourceRule, now: Time) -> bool {
        self.sources.complete_up_to(&rule.name, now).is_some_and(|complete| complete >= now - rule.max_age)
    }

    /// When the first of the sources that are fresh now turns stale, if nothing else is heard.
    #[must_use]
    pub(crate) fn fresh_until(&self, now: Time) -> Option<Time> {
        let fresh = self.policy(now).sources.iter().filter(|rule| self.is_fresh(rule, now));
        let ends =
            fresh.filter_map(|rule| Some(self.sources.complete_up_to(&rule.name, now)? + rule.max_age));
        ends.min()
    }

    /// Whether a source that the policy needs had fallen silent at an instant. One that was never heard before has not.
    #[must_use]
    pub fn was_silent(&self, policy: &Policy, at: Time) -> bool {
        let heard = |rule: &&SourceRule| self.sources.complete_up_to(&rule.name, at).is_some();
        policy.sources.iter().filter(heard).any(|rule| !self.is_fresh(rule, at))
    }

    /// Decides about one person.
    #[must_use]
    pub fn decide<'e>(&self, evidence: impl IntoIterator<Item = &'e Evidence>, now: Time) -> Verdict {
        decide(&self.history, evidence, &self.sources, now, now)
    }
}

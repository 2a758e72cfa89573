//! What a gate without network decided itself is handed in later. It is written down as the gate decided it: that is
//! what happened. Each scan counts once, however often it is handed in.

use crate::{
    Actor, Refused, Service,
    check_at_gate::{GateAnswer, Scan, outcome_word},
    forms::{Decided, OfflineScan},
    questionnaire::POSSIBLE_TEMPERATURE,
};
use kangma_core::{PointId, Time};
use kangma_credential::{SKEW, verify};
use kangma_store::{Digest, VisitId};
use serde::Serialize;

/// What became of one scan that was handed in later.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct HandedIn {
    /// The gate's key for it.
    pub key: String,
    /// The visit that it is now; nothing when it was handed in before, when nobody is named, or when it was refused.
    pub visit: Option<VisitId>,
    /// Why it cannot be recorded: a stable code.
    pub refused: Option<&'static str>,
}

impl Service {
    /// Takes in what a gate without network decided itself. The answer says for each scan whether it is recorded now, was
    /// recorded before, or why it cannot be. An emergency whose code cannot be read is recorded without a name.
    ///
    /// # Errors
    /// The store failed; a single bad scan is no error of the whole.
    pub async fn hand_in(
        &self,
        actor: &Actor,
        point: PointId,
        scans: Vec<OfflineScan>,
    ) -> Result<Vec<HandedIn>, Refused> {
        let mut handed_in = Vec::with_capacity(scans.len());
        for scan in scans {
            let key = scan.key.clone();
            let (visit, refused) = match self.hand_in_one(actor, point, scan).await {
                Ok(answer) => (answer.map(|answer| answer.visit), None),
                Err(Refused::Store(error)) => return Err(Refused::Store(error)),
                Err(refused) => (None, Some(refused.code())),
            };
            handed_in.push(HandedIn { key, visit, refused });
        }
        if handed_in.iter().any(|one| one.visit.is_some()) {
            self.trace_late_visits(|_, _, _| {}).await?;
        }
        Ok(handed_in)
    }

    async fn hand_in_one(
        &self,
        actor: &Actor,
        point: PointId,
        OfflineScan { key, at, scan: mut form, decided }: OfflineScan,
    ) -> Result<Option<GateAnswer>, Refused> {
        let at = seen_at(at, self.now())?;
        if self.was_answered_so(actor, &key, decided).await? {
            return Ok(None);
        }
        let emergency = form.emergency;
        // A slip of the finger loses no visit: only what cannot be is left out.
        form.temperature = form.temperature.filter(|taken| POSSIBLE_TEMPERATURE.contains(taken));
        // The code is judged by the time at which the gate saw it.
        let recorded = match verify(&form.text, &self.ring, at) {
            Ok(seen) => {
                let (key, decided) = (Some(format!("offline {key}")), Some(decided));
                self.record(actor, Scan { point, seen, form, at, key, decided }).await
            }
            Err(error) => Err(Refused::BadCode(error)),
        };
        match recorded {
            Err(Refused::BadCode(_) | Refused::Revoked) if emergency => {
                self.let_pass(actor, point, at, key).await.map(|()| None)
            }
            recorded => recorded,
        }
    }

    /// Whether the gate did what the server answered when it was asked under this key, although the answer was lost. Where
    /// the gate decided otherwise, what the server wrote down did not happen, and is marked.
    async fn was_answered_so(&self, actor: &Actor, key: &str, decided: Decided) -> Result<bool, Refused> {
        let key = Digest::of(key.as_bytes());
        let answered = self
            .look(move |reader| match reader.handed_in(key)? {
                Some(visit) => Ok(reader.visit(visit)?.filter(|visit| !visit.wrong_scan)),
                None => Ok(None),
            })
            .await?;
        let Some(answered) = answered else { return Ok(false) };
        if answered.scan.outcome == outcome_word(decided.outcome) {
            return Ok(true);
        }
        self.never_was(actor, answered.id).await.map(|()| false)
    }
}

/// When a gate saw something: its clock may be ahead by as much as any clock may be off.
pub(crate) fn seen_at(at: Time, now: Time) -> Result<Time, Refused> {
    if at > now + SKEW { Err(Refused::InTheFuture) } else { Ok(at.min(now)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kangma_core::Span;

    #[test]
    fn a_gates_clock_may_be_a_minute_and_a_half_ahead_and_no_visit_lies_in_the_future() {
        let now = Time::from_seconds(1_800_000_000);
        assert_eq!(seen_at(now - Span::from_hours(3), now).unwrap(), now - Span::from_hours(3));
        assert_eq!(seen_at(now + SKEW, now).unwrap(), now);
        assert!(seen_at(now + SKEW + Span(1), now).is_err());
    }
}

//! An officer's release of one live reason: it was true, and ends now.

use crate::{Actor, Refused, Service, access::Right, act::Target, written};
use kangma_core::{EvidenceId, Kind, PersonId};

impl Service {
    /// Releases a live reason of a person, by its rule and trigger.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when no such reason is live; [`Refused::Invalid`] without words; [`Refused::NotAllowed`].
    pub async fn release_reason(
        &self,
        actor: &Actor,
        person: PersonId,
        rule: String,
        trigger: Option<EvidenceId>,
        reason: String,
    ) -> Result<(), Refused> {
        if reason.trim().is_empty() {
            return Err(Refused::field("reason", "required"));
        }
        written::within("reason", &reason, written::WORDS)?;
        self.act(actor, move |act| {
            act.actor.officer()?;
            act.may_act_for(person, Right::Decide)?;
            let live = act.verdict(person)?.reasons;
            if !live.iter().any(|one| *one.rule == *rule && one.trigger == trigger) {
                return Err(Refused::NotFound);
            }
            let mut release = act.observed(person, Kind::Release).with("rule", rule.as_str());
            release.about = trigger;
            act.record(release)?;
            act.log("release-reason", Target { reason: Some(reason.trim()), ..Target::person(person) })
        })
        .await
    }
}

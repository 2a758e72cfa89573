//! Sources say how far they are complete. While one that the policy needs is silent too long, nobody is green.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::Target,
};
use kangma_core::{Standing, Time};

impl Service {
    /// A source says that it is complete up to a time.
    ///
    /// # Errors
    /// [`Refused::NotFound`] for a source that the policy does not name; [`Refused::InTheFuture`];
    /// [`Refused::NotAllowed`].
    pub async fn hear_source(
        &self,
        actor: &Actor,
        source: String,
        complete_up_to: Time,
    ) -> Result<(), Refused> {
        let heard = self
            .act(actor, move |act| {
                if act.actor != Actor::System {
                    act.actor.officer()?.may(Right::RunCity, Place::City)?;
                }
                if complete_up_to > act.now {
                    return Err(Refused::InTheFuture);
                }
                let policy = act.rules.policy(act.now);
                if !policy.sources.iter().any(|rule| *rule.name == *source) {
                    return Err(Refused::NotFound);
                }
                act.stamp();
                let heard = act.writer.add_heartbeat(&source, complete_up_to, act.now)?;
                if act.actor != Actor::System {
                    act.log("hear-source", Target::thing("source", &source))?;
                }
                Ok(heard)
            })
            .await?;
        self.heard(heard);
        self.audit_waiting().await?;
        Ok(())
    }

    /// Decides a page of those anew who could not be told because a source was silent. How many there were.
    ///
    /// # Errors
    /// The store failed.
    pub async fn settle_unknown(&self) -> Result<usize, Refused> {
        self.act(&Actor::System, |act| {
            let unknown = act.writer.persons_standing(Standing::Unknown, None, 10_000)?;
            let count = unknown.len();
            for person in unknown {
                act.touch(person);
            }
            Ok(count)
        })
        .await
    }
}

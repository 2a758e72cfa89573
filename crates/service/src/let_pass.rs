//! An emergency passes whatever the code says, and also without one. Nobody is named then; that it happened is recorded.

use crate::{Actor, Refused, Service, act::Target, check_at_gate::open_point, hand_in::seen_at};
use kangma_core::{PointId, Time};
use kangma_store::{Answer, Digest};

impl Service {
    /// Records that a gate let somebody pass without a code that could be read. Handed in twice under one key, it counts
    /// once.
    ///
    /// # Errors
    /// [`Refused::InTheFuture`]; [`Refused::PointNotOpen`]; [`Refused::NotAllowed`].
    pub async fn let_pass(
        &self,
        actor: &Actor,
        point: PointId,
        at: Time,
        key: String,
    ) -> Result<(), Refused> {
        seen_at(at, self.now())?;
        self.act(actor, move |act| {
            open_point(act.writer, &act.actor, point)?;
            let key = Digest::of(format!("let-pass {point} {key}").as_bytes());
            if act.writer.answer(key)?.is_some() {
                return Ok(());
            }
            act.log("let-emergency-pass", Target::thing("point", point))?;
            let answered_at = act.now;
            act.writer.add_answer(&Answer {
                key,
                request: key,
                status: 200,
                body: Vec::new(),
                answered_at,
            })?;
            Ok(())
        })
        .await
    }
}

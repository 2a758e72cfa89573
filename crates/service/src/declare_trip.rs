//! Trip declaration: where a person was and will be, for somebody who plans to enter or to leave.

use crate::{
    Actor, Refused, Service,
    access::Right,
    act::Target,
    declare::{itinerary, leg_errors},
    forms::Leg,
    risk_area,
};
use kangma_core::{PersonId, Verdict};

/// How many legs one trip may have.
pub(crate) const MOST_LEGS: usize = 50;

impl Service {
    /// Declares a trip and says what stands now.
    ///
    /// # Errors
    /// [`Refused::Invalid`] names every leg that is wrong; [`Refused::NotAllowed`].
    pub async fn declare_trip(
        &self,
        actor: &Actor,
        person: PersonId,
        legs: Vec<Leg>,
    ) -> Result<Verdict, Refused> {
        if legs.is_empty() {
            return Err(Refused::field("itinerary", "required"));
        }
        if legs.len() > MOST_LEGS {
            return Err(Refused::field("itinerary", "too-long"));
        }
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let errors = leg_errors(&legs, act.now);
            if !errors.is_empty() {
                return Err(Refused::Invalid(errors));
            }
            for leg in &legs {
                let item = itinerary(act, person, leg);
                act.record(item)?;
            }
            risk_area::trace_declared(act, &legs)?;
            act.log("declare-trip", Target::person(person))?;
            act.verdict(person)
        })
        .await
    }
}

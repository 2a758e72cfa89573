//! What a gate does with every standing, for a gate that may lose its network and then looks it up.

use crate::{Actor, Refused, Service, check_at_gate::open_point};
use kangma_core::{
    Direction, Number, PointId, Standing, Time,
    gate::AtGate,
    policy::{Approach, Outcome, Place, Policy, Purpose},
};
use std::sync::Arc;

/// The rulings of one point.
#[derive(Debug, Clone)]
pub struct GateRulings {
    /// When they were asked for: by it a gate sets its clock.
    pub at: Time,
    /// The policy in force.
    pub policy: Arc<Policy>,
    /// One for every standing, direction and purpose, with and without a fever.
    pub rulings: Vec<OfflineRuling>,
}

/// What a gate does that knows no more than a standing. What the place is to the person it does not know, and takes it
/// for any place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfflineRuling {
    /// What shows.
    pub standing: Standing,
    /// Going in or out.
    pub direction: Direction,
    /// The purpose that was named.
    pub purpose: Purpose,
    /// The checker typed a temperature that the policy calls a fever.
    pub fever: bool,
    /// What the gate does.
    pub outcome: Outcome,
    /// The key of the sentence for the checker, in the policy's texts under `gate`.
    pub sentence: Arc<str>,
    /// It stops somebody whom it would not stop at their own home.
    pub unless_home: bool,
}

impl Service {
    /// What a gate at this point does without network.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::PointNotOpen`]; [`Refused::NotAllowed`].
    pub async fn gate_rulings(&self, actor: &Actor, point: PointId) -> Result<GateRulings, Refused> {
        let (actor, rules, at) = (actor.clone(), self.rules(), self.now());
        self.look(move |reader| {
            let point = open_point(reader, &actor, point)?;
            let policy = Arc::clone(rules.policy(at));
            Ok(GateRulings { at, rulings: rulings(&policy, &point.kind), policy })
        })
        .await
    }
}

fn rulings(policy: &Policy, kind: &str) -> Vec<OfflineRuling> {
    let kind = policy.gate.known_kind(kind);
    let approaches = policy.gate.every_approach();
    approaches
        .filter(|approach| approach.kind == kind && approach.place == Place::Elsewhere)
        .flat_map(|approach| [false, true].map(|fever| ruling(policy, &approach, fever)))
        .collect()
}

fn ruling(policy: &Policy, approach: &Approach<'_>, fever: bool) -> OfflineRuling {
    let Approach { standing, kind, direction, purpose, .. } = *approach;
    let temperature = fever.then_some(Number(i64::MAX));
    let at = |place| policy.gate_standing(standing, &AtGate { kind, direction, purpose, place, temperature });
    let (elsewhere, home) = (at(Place::Elsewhere), at(Place::Home));
    let unless_home = elsewhere.outcome == Outcome::Stop && home.outcome != Outcome::Stop;
    let (outcome, sentence) = (elsewhere.outcome, elsewhere.sentence);
    OfflineRuling { standing, direction, purpose, fever, outcome, sentence, unless_home }
}

//! What a gate does with a verdict.

use crate::{
    Direction, Number, Policy, Standing, Verdict,
    policy::{Approach, Outcome, Place, Purpose},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What a gate knows besides the verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AtGate<'a> {
    /// The kind of point; one that the policy does not know is taken for `unclassified`.
    pub kind: &'a str,
    /// The direction.
    pub direction: Direction,
    /// The purpose that was named.
    pub purpose: Purpose,
    /// What the place is to the person.
    pub place: Place,
    /// The temperature that the checker typed.
    pub temperature: Option<Number>,
}

/// What a gate does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct GateRuling {
    /// What happens.
    pub outcome: Outcome,
    /// The key of the sentence for the checker, in the policy's texts under `gate`.
    pub sentence: Arc<str>,
    /// Whether the temperature decided.
    pub by_temperature: bool,
    /// Whether it was an emergency, which is passed and recorded.
    pub emergency: bool,
}

impl Policy {
    /// What a gate does with somebody. A temperature decides this gate's outcome alone; it is no evidence yet.
    #[must_use]
    pub fn gate(&self, verdict: &Verdict, at: &AtGate<'_>) -> GateRuling {
        self.gate_standing(verdict.standing, at)
    }

    /// The same for a gate that knows no more than a standing, such as one without network.
    #[must_use]
    pub fn gate_standing(&self, standing: Standing, at: &AtGate<'_>) -> GateRuling {
        let kind = self.gate.known_kind(at.kind);
        let approach =
            Approach { standing, kind, direction: at.direction, purpose: at.purpose, place: at.place };
        let emergency = at.purpose == Purpose::Emergency;
        let row = self.gate.row(&approach);
        // The loader has tried every approach: there is always a row.
        let (outcome, sentence) = row.map_or_else(
            || (Outcome::CannotTell, Arc::from("cannot-tell")),
            |row| (row.outcome, Arc::clone(&row.sentence)),
        );
        match self.fever(&approach, at.temperature).filter(|fever| fever.outcome > outcome) {
            Some(fever) => {
                let sentence = Arc::clone(&fever.sentence);
                GateRuling { outcome: fever.outcome, sentence, by_temperature: true, emergency }
            }
            None => GateRuling { outcome, sentence, by_temperature: false, emergency },
        }
    }

    fn fever(
        &self,
        approach: &Approach<'_>,
        typed: Option<Number>,
    ) -> Option<&crate::policy::GateTemperature> {
        let rule = self.gate.temperature.as_ref()?;
        (typed? > rule.above && self.gate.may_stop(approach)).then_some(rule)
    }
}

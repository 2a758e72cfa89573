//! The second order: whom those met who had met the case, while they may have passed it on.

use super::{PresenceIndex, encounters::Ask};
use crate::columns::Look;
use kangma_core::{Assurance, Encounter, PersonId, Span, derive::Carrier};

/// A question about the contacts of contacts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chain {
    /// The case: met again by its contacts, and no contact of theirs.
    pub case: PersonId,
    /// How long what one person breathes out stays in the air.
    pub linger: Span,
    /// Visits below this do not count.
    pub least: Assurance,
}

impl PresenceIndex {
    /// Gives everybody who shared a point with a carrier while that carrier may have passed it on, carrier by carrier; only
    /// what they shared then. Nothing is gathered beyond one carrier's, and visits are taken in between.
    ///
    /// A contact who is a carrier too is given as well: which degree counts is for a policy to say.
    pub fn onward(&self, chain: &Chain, carriers: &[Carrier], mut give: impl FnMut(Encounter)) {
        let Chain { case, linger, least } = *chain;
        for &Carrier { person: subject, window } in carriers {
            let met = self.encounters(&Ask { subject, window, look: Look::Onward, linger, least });
            let others = met.into_iter().filter(|met| met.contact != case);
            others.for_each(|met| give(Encounter { via: Some(subject), ..met }));
        }
    }
}

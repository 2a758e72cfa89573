//! The second order: who met those who had met the case, afterwards.

use super::{PresenceIndex, encounters::Ask};
use crate::columns::Look;
use kangma_core::{Assurance, Encounter, PersonId, Span, Time, Window};
use std::collections::BTreeMap;

/// Somebody who may have caught it, and from when on that person counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Carrier {
    /// Who.
    pub person: PersonId,
    /// From when on. Nobody can pass on what he has not met yet.
    pub since: Time,
}

/// A question about the contacts of contacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// The case: met again by its contacts, and no contact of theirs.
    pub case: PersonId,
    /// Those whom the caller judges exposed. Which encounters are enough is no question for the index.
    pub carriers: Vec<Carrier>,
    /// When to stop looking.
    pub until: Time,
    /// How long what one person breathes out stays in the air.
    pub linger: Span,
    /// Visits below this do not count.
    pub least: Assurance,
}

impl Carrier {
    /// Everybody met, each from the first shared instant on.
    #[must_use]
    pub fn of(encounters: &[Encounter]) -> Vec<Carrier> {
        let mut first: BTreeMap<PersonId, Time> = BTreeMap::new();
        for encounter in encounters {
            let since = first.entry(encounter.contact).or_insert(encounter.first());
            *since = encounter.first().min(*since);
        }
        first.into_iter().map(|(person, since)| Carrier { person, since }).collect()
    }
}

impl PresenceIndex {
    /// Everybody who shared a point with a carrier after that carrier had met the case, carrier by carrier.
    ///
    /// A contact who is a carrier too is named as well: which degree counts is for a policy to say.
    #[must_use]
    pub fn onward(&self, chain: &Chain) -> Vec<Encounter> {
        let held = self.read();
        let of_carrier = |carrier: &Carrier| {
            let window = Window::new(carrier.since, chain.until)?;
            let Chain { linger, least, .. } = *chain;
            let ask = Ask { subject: carrier.person, window, look: Look::Onward, linger, least };
            let via = Some(carrier.person);
            Some(self.encounters_in(&held, &ask).into_iter().map(move |met| Encounter { via, ..met }))
        };
        let met = chain.carriers.iter().filter_map(of_carrier).flatten();
        met.filter(|encounter| encounter.contact != chain.case).collect()
    }
}

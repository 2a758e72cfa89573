//! A person's paper codes that still hold, as staff who help them see it.

use crate::{Actor, Refused, Service, access::Right};
use kangma_core::{PersonId, Time};
use kangma_store::CodeKind;

/// A paper code that was printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its own number.
    pub number: String,
    /// When it was printed.
    pub issued_at: Time,
    /// Until when it holds.
    pub expires_at: Time,
    /// When it was reported lost.
    pub revoked_at: Option<Time>,
}

impl Service {
    /// The paper codes of a person whose time is not over.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn papers_of(&self, actor: &Actor, person: PersonId) -> Result<Vec<Paper>, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            act.look(person, "paper-codes")?;
            let codes = act.writer.codes_of(person, act.now)?;
            let papers = codes.into_iter().filter(|code| code.kind == CodeKind::Paper).map(|code| Paper {
                number: code.cti.0.iter().map(|byte| format!("{byte:02x}")).collect(),
                issued_at: code.issued_at,
                expires_at: code.expires_at,
                revoked_at: code.revoked_at,
            });
            Ok(papers.collect())
        })
        .await
    }
}

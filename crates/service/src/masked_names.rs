//! Names for lists: masked, and only of people whom the officer may see.

use crate::{Actor, Refused, Service, access::Right, act::may_act_for, identity};
use kangma_core::PersonId;
use std::collections::BTreeMap;

impl Service {
    /// The masked names of some people. Those out of the officer's reach have none.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for whoever is not staff; the store failed.
    pub async fn masked_names(
        &self,
        actor: &Actor,
        persons: Vec<PersonId>,
    ) -> Result<BTreeMap<PersonId, String>, Refused> {
        actor.officer()?;
        let actor = actor.clone();
        self.look(move |reader| {
            let mut names = BTreeMap::new();
            for person in persons {
                if may_act_for(reader, &actor, person, Right::HelpPerson).is_ok()
                    && let Some(name) = reader.name_of(person)?
                {
                    names.insert(person, identity::masked_name(&name.0));
                }
            }
            Ok(names)
        })
        .await
    }
}

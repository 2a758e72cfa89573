//! Finding somebody and saying why: the reason stands sealed in the record that the person can ask for.

use crate::{
    Actor, Refused, Service,
    access::{self, Right},
    act::Target,
    persons, written,
};

impl Service {
    /// Staff find a person by document, telephone or number, and say why they look.
    ///
    /// # Errors
    /// [`Refused::Invalid`] without a reason; [`Refused::NotAllowed`]. People out of the officer's reach are not found.
    pub async fn find_persons_because(
        &self,
        actor: &Actor,
        text: String,
        reason: String,
    ) -> Result<Vec<persons::Profile>, Refused> {
        access::district_of(actor, Right::HelpPerson)?;
        if reason.trim().is_empty() {
            return Err(Refused::field("reason", "required"));
        }
        written::within("text", &text, written::LINE)?;
        written::within("reason", &reason, written::WORDS)?;
        self.act(actor, move |act| {
            let mut found = Vec::new();
            for person in persons::search(act.writer, &text)? {
                if act.may_act_for(person.id, Right::HelpPerson).is_ok() {
                    act.look(person.id, "profile")?;
                    let reason = Some(reason.trim());
                    act.log("find-person", Target { reason, ..Target::person(person.id) })?;
                    found.push(persons::profile(&person));
                }
            }
            Ok(found)
        })
        .await
    }
}

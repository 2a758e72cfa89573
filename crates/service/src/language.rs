//! The language in which a person is written to: that of the pages they read.

use crate::{Actor, Refused, Service};

impl Service {
    /// Remembers the language that a resident reads; does nothing for staff, and nothing when it is known.
    ///
    /// # Errors
    /// The store failed.
    pub async fn speak(&self, actor: &Actor, language: &'static str) -> Result<(), Refused> {
        let Actor::Resident(person) = *actor else { return Ok(()) };
        let known = self.look(move |reader| Ok(reader.person(person)?)).await?;
        if known.is_none_or(|known| known.language.as_deref() == Some(language)) {
            return Ok(());
        }
        self.act(actor, move |act| {
            if let Some(mut person) = act.writer.person(person)? {
                person.language = Some(language.to_owned());
                act.writer.save_person(&person)?;
            }
            Ok(())
        })
        .await
    }
}

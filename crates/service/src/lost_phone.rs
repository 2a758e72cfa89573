//! A lost phone: every key that was on it ends, every code that was made for it, and every session but the one in
//! which the loss is reported. Enrolling another phone is then like enrolling the first.

use crate::{Actor, Refused, Service, access::Right, act::Act, act::Target};
use kangma_core::PersonId;
use kangma_store::{CodeKind, Digest};

impl Service {
    /// Reports the phone lost on which `person` and those they look after have their codes.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn report_phone_lost(
        &self,
        actor: &Actor,
        person: PersonId,
        token: &str,
    ) -> Result<(), Refused> {
        let session = Digest::of(token.as_bytes());
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let dependants = act.writer.dependants_of(person)?;
            for one in std::iter::once(person).chain(dependants) {
                end_devices(act, one)?;
            }
            // Where the person themselves reports it, it is not in the lost phone's session.
            let own = act.actor == Actor::Resident(person);
            let kept =
                act.writer.session(session, act.now)?.filter(|kept| own && kept.person == Some(person));
            act.writer.drop_sessions_of_person(person)?;
            if let Some(kept) = kept {
                act.writer.put_session(&kept)?;
            }
            act.log("report-phone-lost", Target::person(person))
        })
        .await
    }
}

fn end_devices(act: &mut Act<'_, '_>, person: PersonId) -> Result<(), Refused> {
    for device in act.writer.devices_of(person)? {
        act.writer.revoke_device(device.id, act.now)?;
    }
    for code in act.writer.codes_of(person, act.now)? {
        if code.kind != CodeKind::Paper {
            act.writer.revoke_code(code.cti, act.now)?;
        }
    }
    Ok(())
}

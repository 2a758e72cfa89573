//! The checks of a person's own code at gates, as that person may see them.

use crate::{Actor, Refused, Service, access::Right};
use kangma_core::{PersonId, Time};
use serde::Serialize;

/// How many days of checks are shown: the log has no index by person, and is read whole for each day.
const DAYS: i32 = 3;

/// One check of one's code.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct OwnScan {
    /// When.
    pub at: Time,
    /// Where: one's own way is no secret from oneself.
    pub point: String,
}

impl Service {
    /// The checks of a person's code in the last days, newest first. For the person and who looks after them alone.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for staff; the store failed.
    pub async fn own_scans(&self, actor: &Actor, person: PersonId) -> Result<Vec<OwnScan>, Refused> {
        let Actor::Resident(_) = *actor else { return Err(Refused::NotAllowed) };
        let actor = actor.clone();
        let today = self.rules().policy(self.now()).zone.day(self.now());
        self.look(move |reader| {
            crate::act::may_act_for(reader, &actor, person, Right::HelpPerson)?;
            let mut scans = Vec::new();
            for logged in reader.visits_of(person, today.plus(1 - DAYS)..today.plus(1))? {
                let name = reader.point(logged.scan.visit.point)?.map(|point| point.name);
                scans.push(OwnScan { at: logged.scan.visit.at, point: name.unwrap_or_default() });
            }
            scans.reverse();
            Ok(scans)
        })
        .await
    }
}

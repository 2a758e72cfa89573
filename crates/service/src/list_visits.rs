//! Visits in a list: what another register of the city hands to a running server.

use crate::{
    Actor, Refused, Service,
    import_visits::{PersonKey, PointKey, Stay, Taken, may_import},
};
use kangma_core::{Assurance, Time};

/// Somebody at a point, as a list tells it.
#[derive(Debug, Clone)]
pub struct ListedStay {
    /// Who, as the list calls them.
    pub person: String,
    /// Where, as the list calls it.
    pub point: String,
    /// When they came, to the second.
    pub from: Time,
    /// When they left.
    pub until: Time,
}

/// What a list calls people and points, and how far it is trusted.
#[derive(Debug, Clone, Copy)]
pub struct ListedBy {
    /// What it calls people.
    pub person: PersonKey,
    /// What it calls points.
    pub point: PointKey,
    /// How far its source is trusted.
    pub assurance: Assurance,
}

impl Service {
    /// That this actor may hand visits in: asked before a large list is read for them.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`].
    pub fn may_list_visits(&self, actor: &Actor) -> Result<(), Refused> {
        may_import(actor)
    }

    /// Takes the visits of a list, and traces again what they may have changed: they reach whom they should have reached. A
    /// second time changes nothing. Lines are counted from 1.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed, and what is in stays in.
    pub async fn list_visits(
        &self,
        actor: &Actor,
        by: ListedBy,
        rows: Vec<ListedStay>,
    ) -> Result<Taken, Refused> {
        may_import(actor)?;
        let words = |word: fn(&ListedStay) -> &String| rows.iter().map(word).cloned().collect();
        let people = self.people_called(words(|row| &row.person), by.person).await?;
        let points = self.points_called(words(|row| &row.point), by.point).await?;
        let called = people.into_iter().zip(points);
        let stay = |(line, (row, (person, point))): (u64, (&ListedStay, _))| Stay {
            line,
            person,
            point,
            from: row.from,
            until: row.until,
        };
        let stays = (1..).zip(rows.iter().zip(called)).map(stay).collect();
        let taken = self.import_stays(actor, by.assurance, stays).await?;
        if taken.added > 0 {
            self.trace_late_visits(|_, _, _| {}).await?;
        }
        Ok(taken)
    }
}

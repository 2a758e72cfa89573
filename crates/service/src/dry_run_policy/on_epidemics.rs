//! A dry run on generated epidemics, asked for from a page: the policy beside the one in force, and how strict it might be.

use super::{
    Progress,
    epidemic::{Contender, Outcome, Place, places, try_all},
    may_try,
};
use crate::{Actor, Refused, Service, publish_policy::read};
use kangma_core::{policy::PolicyFiles, verdict::PolicyRef};
use kangma_store::StoreError;
use serde::{Deserialize, Serialize};
use std::{ops::Range, sync::Arc};

/// The seeds of the epidemics: the same for everybody who asks, so that answers can be compared.
const SEEDS: Range<u64> = 1..4;
/// More values than these take longer than somebody waits.
const MOST_VALUES: usize = 8;

/// A number of a policy to be taken through values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// Where it stands: the path of one of [`places`].
    pub path: &'a str,
    /// The values, with commas between them; where none is written, those around what it is.
    pub values: &'a str,
}

/// What came of policies on generated epidemics.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tried {
    /// The policy in force.
    pub today: Outcome,
    /// The one that was tried.
    pub tried: Outcome,
    /// The tried one with other values of one of its numbers.
    pub swept: Vec<Outcome>,
    /// Which number that was; nothing where none was.
    pub place: Option<Place>,
    /// Which one was tried.
    pub reference: PolicyRef,
    /// How many people each city has.
    pub people: u32,
    /// How many days each epidemic was lived through.
    pub days: u32,
}

impl Service {
    /// Begins a dry run of a policy on generated epidemics. It goes on by itself; [`Service::dry_run_on_epidemics`] says
    /// how far it is.
    ///
    /// # Errors
    /// [`Refused::BadFile`] when the policy is refused, [`Refused::BadSweep`] when it has no such number or cannot have such
    /// values; [`Refused::Duplicate`] while another runs; [`Refused::NotFound`] where this server makes no epidemics;
    /// [`Refused::NotAllowed`].
    pub async fn try_on_epidemics(
        self: &Arc<Self>,
        actor: &Actor,
        files: PolicyFiles,
        asked: Option<Asked<'_>>,
    ) -> Result<(), Refused> {
        may_try(actor)?;
        let tried = read(&files)?;
        let epidemics = self.epidemics.clone().ok_or(Refused::NotFound)?;
        let mut contenders = vec![
            Contender::of(Arc::clone(self.rules().policy(self.now()))),
            Contender::of(Arc::clone(&tried)),
        ];
        let (place, swept) = asked.map(|asked| asked.contenders(&files)).transpose()?.unzip();
        contenders.extend(swept.unwrap_or_default());
        let service = Arc::clone(self);
        let lived = async move {
            let living = tokio::task::spawn_blocking(move || {
                let progress = |done, total| service.epidemic_run.put(Progress::Running { done, total });
                let mut outcomes = try_all(&*epidemics, &contenders, SEEDS, &progress)?;
                let swept = outcomes.split_off(2.min(outcomes.len()));
                let [today, tried_now] = <[Outcome; 2]>::try_from(outcomes).map_err(|_| Refused::NotFound)?;
                let reference = PolicyRef::clone(&tried.reference);
                let (people, days) = (epidemics.people(), epidemics.days());
                Ok(Tried { today, tried: tried_now, swept, place, reference, people, days })
            });
            living.await.unwrap_or(Err(StoreError::Panicked.into()))
        };
        self.begin_run(|service| &service.epidemic_run, lived).await
    }

    /// The dry run on epidemics that was asked for last, by whomever, and be it before the server started.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`].
    pub fn dry_run_on_epidemics(&self, actor: &Actor) -> Result<Option<Progress<Tried>>, Refused> {
        may_try(actor)?;
        Ok(self.epidemic_run.get())
    }
}

impl Asked<'_> {
    /// The number, and the policy with each value of it.
    fn contenders(&self, files: &PolicyFiles) -> Result<(Place, Vec<Contender>), Refused> {
        let place = places(files).into_iter().find(|place| place.path == self.path);
        let place =
            place.ok_or_else(|| Refused::BadSweep(format!("{}: there is no such number", self.path)))?;
        let through = |values: &str| place.through(values).map_err(|bad| Refused::BadSweep(bad.to_string()));
        if self.values.trim().is_empty() {
            // Nobody asked for these: those that the policy cannot have are left out.
            let tried = place.around.iter().map(|value| through(value)?.contenders(files));
            let contenders = tried.filter_map(Result::ok).flatten().collect();
            return Ok((place, contenders));
        }
        let sweep = through(self.values)?;
        if sweep.many() > MOST_VALUES {
            return Err(Refused::BadSweep(format!(
                "{} values: at most {MOST_VALUES} are tried",
                sweep.many()
            )));
        }
        let contenders = sweep.contenders(files)?;
        Ok((place, contenders))
    }
}

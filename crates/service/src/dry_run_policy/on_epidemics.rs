//! A dry run on generated epidemics, asked for from a page: the policy beside the one in force, and how strict it might be.

use super::{
    Progress,
    epidemic::{Contender, Outcome, Sweep, try_all},
    may_try, read,
};
use crate::{Actor, Refused, Service};
use kangma_core::{policy::PolicyFiles, verdict::PolicyRef};
use kangma_store::StoreError;
use std::{ops::Range, sync::Arc};

/// The seeds of the epidemics: the same for everybody who asks, so that answers can be compared.
const SEEDS: Range<u64> = 1..4;
/// How long a meeting has to last, in minutes, where the policy's degrees ask for a length: from stricter to laxer.
const MINUTES: &str = "exposure.degree[*].minutes=5,15,30,60,120";

/// What came of policies on generated epidemics.
#[derive(Debug, Clone, PartialEq)]
pub struct Tried {
    /// The policy in force.
    pub today: Outcome,
    /// The one that was tried.
    pub tried: Outcome,
    /// The tried one with other lengths of a meeting; none where its degrees ask for none.
    pub swept: Vec<Outcome>,
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
    /// [`Refused::BadFile`] when the policy is refused; [`Refused::Duplicate`] while another runs; [`Refused::NotFound`]
    /// where this server makes no epidemics; [`Refused::NotAllowed`].
    pub async fn try_on_epidemics(
        self: &Arc<Self>,
        actor: &Actor,
        files: PolicyFiles,
    ) -> Result<(), Refused> {
        may_try(actor)?;
        let tried = read(&files)?;
        let epidemics = self.epidemics.clone().ok_or(Refused::NotFound)?;
        let mut contenders = vec![
            Contender::of(Arc::clone(self.rules().policy(self.now()))),
            Contender::of(Arc::clone(&tried)),
        ];
        let sweep: Sweep = MINUTES.parse().map_err(|_| Refused::NotFound)?;
        // A policy that asks for no length has nothing to sweep.
        contenders.extend(sweep.contenders(&files).unwrap_or_default());
        let service = Arc::clone(self);
        let lived = async move {
            let living = tokio::task::spawn_blocking(move || {
                let progress = |done, total| service.epidemic_run.put(Progress::Running { done, total });
                let mut outcomes = try_all(&*epidemics, &contenders, SEEDS, &progress)?;
                let swept = outcomes.split_off(2.min(outcomes.len()));
                let [today, tried_now] = <[Outcome; 2]>::try_from(outcomes).map_err(|_| Refused::NotFound)?;
                let reference = PolicyRef::clone(&tried.reference);
                let (people, days) = (epidemics.people(), epidemics.days());
                Ok(Tried { today, tried: tried_now, swept, reference, people, days })
            });
            living.await.unwrap_or(Err(StoreError::Panicked.into()))
        };
        self.begin_run(|service| &service.epidemic_run, lived).await
    }

    /// The dry run on epidemics that was asked for last, by whomever; nothing when none was since the server
    /// started, nor one cut off by that.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`].
    pub fn dry_run_on_epidemics(&self, actor: &Actor) -> Result<Option<Progress<Tried>>, Refused> {
        may_try(actor)?;
        Ok(self.epidemic_run.get())
    }
}

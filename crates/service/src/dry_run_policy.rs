//! A dry run: what a policy would do with the evidence and the visits that are there, beside what today's does. Nobody hears
//! of it, and nothing is written but what came of it.
//!
//! The policy is taken as if it had always been in force: cases, areas and sites make what it says that they make, and what
//! everybody else said stays as it is. Officers' decisions stay too.

pub mod epidemic;
mod isolation;
mod latest;
mod on_epidemics;
mod plan;
mod tally;

pub(crate) use latest::Latest;
pub use latest::Progress;
pub use on_epidemics::{Asked, Tried};
pub use tally::{Group, Moved, PointCount, RuleCount};

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    derived::Known,
    presence, publish_policy,
    rules::CityRules,
};
use kangma_core::{
    PersonId, Time,
    policy::{Policy, PolicyFiles},
    verdict::PolicyRef,
};
use kangma_store::{Reader, Store};
use plan::Plan;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tally::Tally;

/// How many people one snapshot looks at.
const PAGE: usize = 1_000;

/// What a policy would do, beside today's.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DryRun {
    /// The policy in force.
    pub today: PolicyRef,
    /// The one that was tried.
    pub tried: PolicyRef,
    /// As of when.
    pub at: Time,
    /// How many people there are.
    pub people: u64,
    /// Sources that the tried policy needs and nobody has heard of: taken as heard, or nobody could be green.
    pub unheard: Vec<String>,
    /// How many people move from which standing to which; those who stay are left out.
    pub moved: Vec<Moved>,
    /// How many people have a live reason by each rule.
    pub rules: Vec<RuleCount>,
    /// Yellow and red people by district.
    pub districts: Vec<Group>,
    /// By age in whole years.
    pub ages: Vec<Group>,
    /// By the kind of point at which they met a case.
    pub kinds: Vec<Group>,
    /// The points at which most of the people met a case who would be yellow or red.
    pub points: Vec<PointCount>,
    /// How many days of isolation are still to come for everybody together, red or by a duty, if each does all that is owed.
    pub isolation_days: [u64; 2],
}

/// Runs a policy dry over a store that nobody has to serve. `progress` is told how many people are decided, and how many
/// there are.
///
/// # Errors
/// The policy is refused, or the store failed.
pub fn examine(
    store: &Store,
    files: &PolicyFiles,
    now: Time,
    mut progress: impl FnMut(u64, u64),
) -> Result<DryRun, Refused> {
    let tried = publish_policy::read(files)?;
    let rules = store.read_blocking(CityRules::load)?.ok_or(Refused::NoPolicy)?;
    let presence = store.read_blocking(|reader| presence::build(reader, rules.policy(now), now))?;
    let plan = store.read_blocking(|reader| {
        Plan::make(&Known { reader, rules: &rules, presence: &presence, now }, tried)
    })?;
    let (mut tally, mut after) = (Tally::default(), None);
    while let Some(last) = store.read_blocking(|reader| page(reader, &plan, after, &mut tally))? {
        after = Some(last);
        progress(tally.people, plan.people);
    }
    store.read_blocking(|reader| tally.told(reader, &plan))
}

impl Service {
    /// Begins a dry run of a policy. It goes on by itself; [`Service::dry_run`] says how far it is.
    ///
    /// # Errors
    /// [`Refused::BadFile`] when the policy is refused; [`Refused::Duplicate`] while another runs;
    /// [`Refused::NotAllowed`].
    pub async fn dry_run_policy(self: &Arc<Self>, actor: &Actor, files: PolicyFiles) -> Result<(), Refused> {
        may_try(actor)?;
        let tried = publish_policy::read(&files)?;
        let service = Arc::clone(self);
        self.begin_run(|service| &service.dry_run, async move { service.run_dry(tried).await }).await
    }

    /// The dry run that was asked for last, by whomever, and be it before the server started.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`].
    pub fn dry_run(&self, actor: &Actor) -> Result<Option<Progress<DryRun>>, Refused> {
        may_try(actor)?;
        Ok(self.dry_run.get())
    }

    /// The files of the policy in force: what another version begins with.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn policy_files(&self, actor: &Actor) -> Result<PolicyFiles, Refused> {
        may_try(actor)?;
        let newest = self.look(|reader| Ok(reader.publications()?.pop())).await?;
        Ok(newest.ok_or(Refused::NoPolicy)?.files.into_iter().collect())
    }

    async fn run_dry(&self, tried: Arc<Policy>) -> Result<DryRun, Refused> {
        let (rules, presence, now) = (self.rules(), self.presence(), self.now());
        let plan = self.look(move |reader| {
            Plan::make(&Known { reader, rules: &rules, presence: &presence, now }, tried)
        });
        let plan = Arc::new(plan.await?);
        let (mut tally, mut after) = (Tally::default(), None);
        loop {
            let of = Arc::clone(&plan);
            let (counted, last) = self
                .look(move |reader| {
                    let last = page(reader, &of, after, &mut tally)?;
                    Ok((tally, last))
                })
                .await?;
            tally = counted;
            let Some(last) = last else { break };
            after = Some(last);
            self.dry_run.put(Progress::Running { done: tally.people, total: plan.people });
        }
        self.look(move |reader| tally.told(reader, &plan)).await
    }
}

fn may_try(actor: &Actor) -> Result<(), Refused> {
    match actor {
        Actor::System => Ok(()),
        actor => actor.officer()?.may(Right::RunCity, Place::City),
    }
}

/// Decides a page of people twice. The last of them, or nothing when nobody is left.
fn page(
    reader: &Reader<'_>,
    plan: &Plan,
    after: Option<PersonId>,
    tally: &mut Tally,
) -> Result<Option<PersonId>, Refused> {
    let people = reader.person_ids(after, PAGE)?;
    for person in &people {
        tally.count(reader, plan, *person)?;
    }
    Ok(people.last().copied())
}

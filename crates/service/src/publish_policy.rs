//! Publishing a policy: read, checked, its cases run, then in force from the moment it is durable.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::Target,
    presence,
};
use kangma_core::{
    Time, cases,
    policy::{Policy, PolicyFiles},
    verdict::PolicyRef,
};
use kangma_store::{Publication, Store, StoreError, WriteError};
use std::sync::Arc;

/// Publishes the first policy of a new store, before there is a service.
///
/// # Errors
/// The policy is refused, or the store failed.
pub fn publish_first(store: &Store, files: &PolicyFiles, now: Time) -> Result<(), Refused> {
    if !store.read_blocking(|reader| reader.publications())?.is_empty() {
        return Ok(());
    }
    let policy = read(files)?;
    let publication = publication(&policy, files);
    let published = store.write_blocking(move |writer| -> Result<(), StoreError> {
        let published_at = writer.stamp(now);
        writer.add_publication(|id| Publication { id, published_at, ..publication }).map(drop)
    });
    published.map_err(|error| match error {
        WriteError::Act(error) | WriteError::Store(error) => Refused::Store(error),
    })
}

impl Service {
    /// That this actor may publish policies: asked before a large file is read for them.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`].
    pub fn may_publish(&self, actor: &Actor) -> Result<(), Refused> {
        match actor {
            Actor::System => Ok(()),
            actor => actor.officer()?.may(Right::RunCity, Place::City),
        }
    }

    /// Publishes a policy, with its cases, all of which hold. What stands is traced again under it, in steps from the next
    /// round on.
    ///
    /// # Errors
    /// [`Refused::BadFile`] with every reason for which it was refused and every case that does not hold;
    /// [`Refused::Duplicate`] when this version has been published with other files;
    /// [`Refused::NotAllowed`].
    pub async fn publish_policy(&self, actor: &Actor, files: PolicyFiles) -> Result<PolicyRef, Refused> {
        self.may_publish(actor)?;
        let (policy, files) = proven(files).await?;
        let reference = (*policy.reference).clone();
        let publication = publication(&policy, &files);
        self.act(actor, move |act| {
            act.stamp();
            let (published_at, published_by) = (act.now, act.actor.account());
            let there = act.writer.publications()?;
            if there.iter().any(|old| old.name == publication.name && old.version == publication.version) {
                return Err(Refused::Duplicate);
            }
            act.writer.add_publication(|id| Publication { id, published_at, published_by, ..publication })?;
            act.log("publish-policy", Target::thing("policy", ""))
        })
        .await?;
        self.reload_rules().await?;
        self.rebuild_presence().await?;
        self.anew.mark_all();
        self.retrace_everything().await?;
        Ok(reference)
    }
}

/// A policy that can be read, and looks no farther back than visits are kept.
pub(crate) fn read(files: &PolicyFiles) -> Result<Arc<Policy>, Refused> {
    let policy = Policy::load(files).map_err(|refused| Refused::BadFile(refused.to_string()))?;
    ensure_within_log(&policy).map_err(Refused::BadFile)?;
    Ok(Arc::new(policy))
}

/// That a policy looks no farther back than visits are kept: what it asked for beyond would silently be nothing.
///
/// # Errors
/// What looks too far, in a sentence.
pub fn ensure_within_log(policy: &Policy) -> Result<(), String> {
    let cases = policy.exposures.cases.iter().map(|rule| ("presymptomatic-days", rule.presymptomatic_days));
    let areas = policy.exposures.areas.iter().map(|rule| ("back-days", rule.back_days));
    let kept = presence::VISIT_DAYS.unsigned_abs();
    match cases.chain(areas).find(|(_, days)| *days > kept) {
        None => Ok(()),
        Some((key, days)) => Err(format!(
            "policy.toml: `{key} = {days}` looks farther back than visits are kept: write at most {kept}"
        )),
    }
}

/// A policy that can be read, all of whose cases hold.
async fn proven(files: PolicyFiles) -> Result<(Arc<Policy>, PolicyFiles), Refused> {
    let proof = tokio::task::spawn_blocking(move || {
        let policy = read(&files)?;
        let report = cases::run(&policy, &files);
        let unread = report.refusals.iter().map(ToString::to_string);
        let failed = report.failures.iter().map(ToString::to_string);
        let none =
            (report.cases == 0).then(|| "cases/: there is no case; add what the rules have to do".to_owned());
        let wrong: Vec<String> = unread.chain(failed).chain(none).collect();
        if wrong.is_empty() { Ok((policy, files)) } else { Err(Refused::BadFile(wrong.join("\n"))) }
    });
    proof.await.unwrap_or(Err(Refused::NoPolicy))
}

fn publication(policy: &Policy, files: &PolicyFiles) -> Publication {
    Publication {
        id: kangma_store::PublicationId(0),
        name: policy.reference.name.to_string(),
        version: policy.reference.version,
        digest: policy.reference.digest.to_string(),
        files: files.iter().map(|(path, text)| (path.to_owned(), text.to_owned())).collect(),
        published_at: Time(0),
        published_by: None,
    }
}

//! Cases in a list: a laboratory's or another register's. They are reported, or taken back because the list never was true,
//! in a few acts, and one job traces the contacts of all of them: whoever met ten is decided once.

use crate::{
    Actor, Refused, Service,
    access::Right,
    act::Act,
    forms::CaseForm,
    import_visits::{PersonKey, Taken},
    report_case::{self, CaseAct},
    trace,
};
use kangma_core::{CaseId, PersonId, Time};
use kangma_store::{Case, CaseState, JobId};

/// How many rows one act takes: gates wait for it.
const ROWS: usize = 100;

/// Somebody's illness, as a list tells it.
#[derive(Debug, Clone)]
pub struct Illness {
    /// The line, counting from 1.
    pub line: u64,
    /// Who; nothing when nobody here is called so.
    pub person: Option<PersonId>,
    /// `suspected` or `confirmed`.
    pub status: String,
    /// When symptoms began.
    pub onset: Option<Time>,
    /// When the sample was taken.
    pub sampled: Option<Time>,
}

/// What is done with a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListAct {
    /// Its rows become cases. Whoever is a case already is left alone.
    Report,
    /// The cases that it reported never were true. A case with another onset or sample is somebody else's knowledge and stays.
    TakeBack,
}

impl Service {
    /// Whom each of these words means, for whoever works on cases.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn people_in_cases(
        &self,
        actor: &Actor,
        words: Vec<String>,
        key: PersonKey,
    ) -> Result<Vec<Option<PersonId>>, Refused> {
        actor.holds(Right::WorkOnCases)?;
        self.people_called(words, key).await
    }

    /// Reports the cases of a list or takes them back, each by the officer who hands it in; a second time changes nothing.
    /// [`Service::run_jobs`] traces their contacts. `progress` is told how many more rows were looked at.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for somebody who does not work on cases; the store failed. What is in stays in.
    pub async fn list_cases(
        &self,
        actor: &Actor,
        list_act: ListAct,
        rows: Vec<Illness>,
        mut progress: impl FnMut(u64),
    ) -> Result<Taken, Refused> {
        actor.holds(Right::WorkOnCases)?;
        actor.officer()?;
        let (mut taken, mut job) = (Taken::default(), None);
        for some in rows.chunks(ROWS) {
            let some = some.to_vec();
            let looked_at = u64::try_from(some.len()).unwrap_or(u64::MAX);
            let (part, traced_by) = self.step(actor, move |act| take(act, list_act, &some, job)).await?;
            job = traced_by;
            taken.added += part.added;
            taken.unchanged += part.unchanged;
            taken.bad.extend(part.bad);
            progress(looked_at);
        }
        Ok(taken)
    }
}

/// What became of some rows, and the job that traces their cases and those before.
fn take(
    act: &mut Act<'_, '_>,
    list_act: ListAct,
    rows: &[Illness],
    job: Option<JobId>,
) -> Result<(Taken, Option<JobId>), Refused> {
    let (mut taken, mut cases) = (Taken::default(), Vec::new());
    for row in rows {
        let Some(person) = row.person else {
            taken.bad.push((row.line, "unknown-person"));
            continue;
        };
        let done = match list_act {
            ListAct::Report => report(act, person, row),
            ListAct::TakeBack => take_back(act, person, row),
        };
        match done {
            Ok(Some(case)) => cases.push(case),
            Ok(None) => taken.unchanged += 1,
            Err(Refused::NotAllowed) => taken.bad.push((row.line, "out-of-reach")),
            Err(Refused::InTheFuture) => taken.bad.push((row.line, "in-the-future")),
            Err(Refused::NotFound) => taken.bad.push((row.line, "no-such-case")),
            Err(Refused::Invalid(fields)) => {
                taken.bad.push((row.line, fields.first().map_or("invalid", |field| field.code)));
            }
            Err(refused) => return Err(refused),
        }
    }
    taken.added = u64::try_from(cases.len()).unwrap_or(u64::MAX);
    let traced_by = if cases.is_empty() { job } else { Some(trace::job::add(act, job, &cases)?) };
    Ok((taken, traced_by))
}

/// Nothing when the person is a case already.
fn report(act: &mut Act<'_, '_>, person: PersonId, row: &Illness) -> Result<Option<CaseId>, Refused> {
    let (status, onset, sampled) = (row.status.clone(), row.onset, row.sampled);
    match report_case::register(act, &CaseForm { person, status, onset, sampled }) {
        Ok(case) => Ok(Some(case)),
        Err(Refused::Duplicate) => Ok(None),
        Err(refused) => Err(refused),
    }
}

/// Nothing when the case was taken back already.
fn take_back(act: &mut Act<'_, '_>, person: PersonId, row: &Illness) -> Result<Option<CaseId>, Refused> {
    act.may_act_for(person, Right::WorkOnCases)?;
    let reported = |case: &&Case| (case.onset, case.sampled) == (row.onset, row.sampled);
    let kept = act.writer.cases_of(person)?;
    match kept.iter().filter(reported).max_by_key(|case| case.state == CaseState::Open) {
        Some(case) if case.state == CaseState::Open => {
            report_case::alter(act, case.id, case.version, &CaseAct::Withdraw, None)?;
            Ok(Some(case.id))
        }
        Some(_) => Ok(None),
        None => Err(Refused::NotFound),
    }
}

//! Cases whose contacts are too many for one act are traced by a job.
//!
//! Only the batches are kept, so it can be killed anywhere: whoever goes on compares anew and finds what is left.

use super::plan::{Plan, Stage};
use crate::{Actor, Refused, Service, act::Act};
use kangma_core::CaseId;
use kangma_store::{Job, JobId, JobState};
use std::collections::BTreeSet;

/// The kind of job.
const JOB: &str = "trace-cases";
/// What is said of a job of another kind, as earlier versions left them open.
const UNKNOWN: &str = "unknown-kind";
/// How many cases one job traces.
const CASES: usize = 10_000;

/// Begins a job in this act.
pub(crate) fn begin(act: &mut Act<'_, '_>, cases: &[CaseId]) -> Result<JobId, Refused> {
    let created_at = act.now;
    let job = act.writer.add_job(|id| Job {
        id,
        kind: JOB.to_owned(),
        input: input(cases),
        watermark: 0,
        done: 0,
        total: 0,
        state: JobState::Open,
        error: None,
        created_at,
        ended_at: None,
    })?;
    Ok(job.id)
}

/// Leaves more cases to a job that was begun for the same list, or begins another where that one has ended or is full.
pub(crate) fn add(act: &mut Act<'_, '_>, job: Option<JobId>, cases: &[CaseId]) -> Result<JobId, Refused> {
    cases.iter().for_each(|case| act.anew.mark(*case));
    let open = job.map(|job| act.writer.job(job)).transpose()?.flatten();
    if let Some(kept) = open.filter(|job| job.state == JobState::Open) {
        let all: BTreeSet<CaseId> = cases_of(&kept).into_iter().chain(cases.iter().copied()).collect();
        if all.len() <= CASES {
            act.writer.extend_job(kept.id, &input(&all))?;
            return Ok(kept.id);
        }
    }
    begin(act, cases)
}

fn input<'c>(cases: impl IntoIterator<Item = &'c CaseId>) -> serde_json::Value {
    serde_json::json!({ "cases": cases.into_iter().collect::<Vec<_>>() })
}

/// Whether a job traces a case.
pub(crate) fn traces(job: &Job, case: CaseId) -> bool {
    cases_of(job).contains(&case)
}

pub(super) fn cases_of(job: &Job) -> BTreeSet<CaseId> {
    let cases = serde_json::from_value(job.input["cases"].clone()).ok().filter(|_| job.kind == JOB);
    cases.unwrap_or_default()
}

impl Service {
    /// Carries every open job on, a batch an act, until it has ended. `progress` is told how many are done of how many. How
    /// many jobs ended. What came in meanwhile about their cases is a job of its own, for the next time.
    ///
    /// # Errors
    /// The store failed; what was done stays done.
    pub async fn run_jobs(&self, mut progress: impl FnMut(Stage, u64, u64)) -> Result<usize, Refused> {
        let open = self.look(|reader| Ok(reader.jobs_open()?)).await?;
        for job in &open {
            match job.kind.as_str() {
                JOB => drop(self.carry_plan_out(Plan::of(job), &mut progress).await?),
                _ => self.give_up(job.id).await?,
            }
        }
        Ok(open.len())
    }

    /// Ends a job that this version does not know how to carry on. Nothing is lost by it: what its case owes to whom is compared
    /// after every start.
    async fn give_up(&self, job: JobId) -> Result<(), Refused> {
        self.step(&Actor::System, move |act| {
            act.writer.end_job(job, act.now, Some(UNKNOWN))?;
            Ok(())
        })
        .await
    }
}

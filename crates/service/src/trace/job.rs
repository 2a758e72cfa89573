//! Cases whose contacts are too many for one act are traced by a job: each person is decided once, whatever the number of
//! cases.
//!
//! First the cases are compared with what stands, on readers: gates do not wait. What has to be recorded then lies by person,
//! and is carried out a batch an act. Only the batches are kept, so the job can be killed anywhere: whoever goes on compares
//! anew and finds what is left.

use crate::{
    Actor, Refused, Service,
    act::Act,
    derived::{Difference, Known, out_of_line},
};
use kangma_core::{CaseId, Evidence, EvidenceId, PersonId};
use kangma_store::{Job, JobId, JobState};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// The kind of job.
const JOB: &str = "trace-cases";
/// What is said of a job of another kind, as earlier versions left them open.
const UNKNOWN: &str = "unknown-kind";
/// How many people one batch changes at most, and about how many items it records: gates wait for it. In a small city with
/// many cases everybody met hundreds.
const BATCH: usize = 1_000;
const ITEMS: usize = 2_500;
/// How many cases one job traces.
const CASES: usize = 10_000;
/// How many cases are compared on one snapshot of the store.
const COMPARED: usize = 20;

/// What a job is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It finds out what the cases should have caused: counted in cases.
    Comparing,
    /// It records that: counted in people.
    Changing,
}

/// Cases that a job traces and about which something changed meanwhile: it has to compare them anew.
#[derive(Debug, Default)]
pub(crate) struct Anew(Mutex<BTreeSet<CaseId>>);

impl Anew {
    pub(super) fn mark(&self, case: CaseId) {
        self.cases().insert(case);
    }

    fn any_of(&self, cases: &BTreeSet<CaseId>) -> bool {
        !self.cases().is_disjoint(cases)
    }

    /// Those of `cases`, which are not marked any more.
    fn take(&self, cases: &BTreeSet<CaseId>) -> Vec<CaseId> {
        let mut marked = self.cases();
        let taken: Vec<CaseId> = marked.intersection(cases).copied().collect();
        marked.retain(|case| !cases.contains(case));
        taken
    }

    fn cases(&self) -> MutexGuard<'_, BTreeSet<CaseId>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

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

fn cases_of(job: &Job) -> BTreeSet<CaseId> {
    let cases = serde_json::from_value(job.input["cases"].clone()).ok().filter(|_| job.kind == JOB);
    cases.unwrap_or_default()
}

/// What a job has found out and not carried out yet.
struct Plan {
    job: JobId,
    cases: Arc<BTreeSet<CaseId>>,
    /// The newest item of evidence when each case was compared.
    known: BTreeMap<CaseId, EvidenceId>,
    left: BTreeMap<PersonId, Vec<(CaseId, Difference)>>,
}

/// What became of a batch.
enum Batch {
    /// It is durable; so many people are done, of so many.
    Done(Plan, u64, u64),
    /// Something changed about a case: nothing was done.
    Stale(Plan),
    /// Nothing is left to do.
    Ended,
}

impl Service {
    /// Carries every open job on, a batch an act, until none is open. `progress` is told how many are done of how many. How
    /// many jobs ended.
    ///
    /// # Errors
    /// The store failed; what was done stays done.
    pub async fn run_jobs(&self, mut progress: impl FnMut(Stage, u64, u64)) -> Result<usize, Refused> {
        let open = self.look(|reader| Ok(reader.jobs_open()?)).await?;
        for job in &open {
            self.run_job(job, &mut progress).await?;
        }
        Ok(open.len())
    }

    async fn run_job(&self, job: &Job, progress: &mut impl FnMut(Stage, u64, u64)) -> Result<(), Refused> {
        if job.kind != JOB {
            return self.give_up(job.id).await;
        }
        let cases = Arc::new(cases_of(job));
        // What changes from here on is marked again.
        drop(self.anew.take(&cases));
        let mut uncompared: Vec<CaseId> = cases.iter().copied().collect();
        let mut plan = Plan { job: job.id, cases, known: BTreeMap::new(), left: BTreeMap::new() };
        loop {
            self.compare_cases(&mut plan, &uncompared, progress).await?;
            plan = match self.carry_on(plan).await? {
                Batch::Done(plan, done, total) => {
                    progress(Stage::Changing, done, total);
                    plan
                }
                Batch::Stale(plan) => plan,
                Batch::Ended => return Ok(()),
            };
            uncompared = self.anew.take(&plan.cases);
        }
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

    /// Finds out what is left to do for some cases.
    async fn compare_cases(
        &self,
        plan: &mut Plan,
        cases: &[CaseId],
        progress: &mut impl FnMut(Stage, u64, u64),
    ) -> Result<(), Refused> {
        let (mut done, total) = (0, count(cases.len()));
        plan.forget(cases);
        for some in cases.chunks(COMPARED) {
            let (rules, presence, now) = (self.rules(), self.presence(), self.now());
            let asked = some.to_vec();
            let (newest, found) = self
                .look(move |reader| {
                    let known = Known { reader, rules: &rules, presence: &presence, now };
                    let mut found = Vec::with_capacity(asked.len());
                    for id in asked {
                        if let Some(case) = reader.case(id)? {
                            found.push((id, out_of_line(&known, &case)?));
                        }
                    }
                    Ok((reader.newest_evidence()?, found))
                })
                .await?;
            found.into_iter().for_each(|(case, differences)| plan.add(case, newest, differences));
            done += count(some.len());
            progress(Stage::Comparing, done, total);
        }
        Ok(())
    }

    /// One batch: evidence, standings, notices and how far the job has come in one act.
    async fn carry_on(&self, mut plan: Plan) -> Result<Batch, Refused> {
        self.step(&Actor::System, move |act| {
            let Some(kept) = act.writer.job(plan.job)?.filter(|job| job.state == JobState::Open) else {
                return Ok(Batch::Ended);
            };
            // More of its list came in meanwhile.
            let cases = cases_of(&kept);
            cases.difference(&plan.cases).for_each(|case| act.anew.mark(*case));
            plan.cases = Arc::new(cases);
            if act.anew.any_of(&plan.cases) {
                return Ok(Batch::Stale(plan));
            }
            let (mut done, mut recorded, mut watermark) = (0, 0, kept.watermark);
            while done < BATCH
                && recorded < ITEMS
                && let Some((person, differences)) = plan.left.pop_first()
            {
                recorded += plan.carry_out(act, person, differences)?;
                // Somebody before the mark may have changed again meanwhile.
                watermark = watermark.max(person.0);
                done += 1;
            }
            if done == 0 {
                act.writer.end_job(plan.job, act.now, None)?;
                return Ok(Batch::Ended);
            }
            let (done, left) = (count(done), count(plan.left.len()));
            act.writer.advance_job(plan.job, kept.watermark, watermark, done, left)?;
            let done = kept.done + done;
            Ok(Batch::Done(plan, done, done + left))
        })
        .await
    }
}

impl Plan {
    /// Drops what was found out about some cases.
    fn forget(&mut self, cases: &[CaseId]) {
        if self.left.is_empty() || cases.is_empty() {
            return;
        }
        self.left.retain(|_, differences| {
            differences.retain(|(case, _)| !cases.contains(case));
            !differences.is_empty()
        });
    }

    fn add(&mut self, case: CaseId, newest: EvidenceId, differences: BTreeMap<PersonId, Difference>) {
        self.known.insert(case, newest);
        for (person, difference) in differences {
            self.left.entry(person).or_default().push((case, difference));
        }
    }

    /// Records what one person owes to the cases, and decides them. How many items that took.
    fn carry_out(
        &self,
        act: &mut Act<'_, '_>,
        person: PersonId,
        differences: Vec<(CaseId, Difference)>,
    ) -> Result<usize, Refused> {
        let mut evidence = act.writer.evidence_of(person)?;
        let known = evidence.len();
        for (case, difference) in differences {
            if self.is_overtaken(case, &difference, &evidence) {
                act.anew.mark(case);
            } else {
                evidence.extend(act.apply(person, difference)?);
            }
        }
        act.settle_knowing(person, &evidence)?;
        Ok(evidence.len() - known)
    }

    /// Whether somebody said something, since the comparison, about an item that is to be withdrawn.
    fn is_overtaken(&self, case: CaseId, difference: &Difference, evidence: &[Evidence]) -> bool {
        let compared = self.known.get(&case).copied();
        let since = evidence.iter().rev().take_while(|item| Some(item.id) > compared);
        since.filter_map(|item| item.about).any(|about| difference.withdraw.contains(&about))
    }
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

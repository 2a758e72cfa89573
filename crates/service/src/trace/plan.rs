//! What cases should have caused: found out on readers, so that gates do not wait, then recorded by person, a batch an act.
//! Each person is decided once, whatever the number of cases.

use super::{
    anew::{Anew, Mark},
    job::{self, cases_of},
};
use crate::{
    Actor, Refused, Service,
    act::Act,
    derived::{Difference, Known, out_of_line},
};
use kangma_core::{CaseId, Evidence, EvidenceId, Origin, PersonId};
use kangma_store::{Job, JobId, JobState};
use std::collections::{BTreeMap, BTreeSet};

/// How many cases are compared on one snapshot of the store; two snapshots are looked at together.
const COMPARED: usize = 20;
/// How many people one batch changes at most, and about how many items it records: gates wait for it. In a small city with
/// many cases everybody met hundreds.
const BATCH: usize = 1_000;
const ITEMS: usize = 2_500;

/// What tracing is at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// It finds out what the cases should have caused: counted in cases.
    Comparing,
    /// It records that: counted in people.
    Changing,
}

/// What was found out and is not recorded yet.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// The job that it carries out; nothing for what whoever asks waits for.
    job: Option<JobId>,
    cases: BTreeSet<CaseId>,
    compared: BTreeMap<CaseId, Compared>,
    left: BTreeMap<PersonId, Vec<(CaseId, Difference)>>,
    /// The cases of which something is recorded.
    changed: BTreeSet<CaseId>,
}

/// What was known when a case was compared.
#[derive(Debug, Clone, Copy)]
struct Compared {
    mark: Mark,
    newest: EvidenceId,
}

/// What became of a batch.
enum Batch {
    /// It is durable; so many people are done, of so many.
    Done(Plan, u64, u64),
    /// These have to be compared first, after this mark. Nothing was done.
    Stale(Plan, Vec<CaseId>, Mark),
    /// Nothing is left to do.
    Ended(Plan),
}

impl Service {
    /// Compares cases with what stands and records what differs, until nothing is left. What an open job traces is left to it.
    /// How many cases had something to say.
    pub(crate) async fn trace_cases(
        &self,
        cases: BTreeSet<CaseId>,
        progress: &mut impl FnMut(Stage, u64, u64),
    ) -> Result<usize, Refused> {
        if cases.is_empty() {
            return Ok(0);
        }
        self.carry_plan_out(Plan { cases, ..Plan::default() }, progress).await
    }

    pub(super) async fn carry_plan_out(
        &self,
        mut plan: Plan,
        progress: &mut impl FnMut(Stage, u64, u64),
    ) -> Result<usize, Refused> {
        loop {
            plan = match self.record_batch(plan).await? {
                Batch::Done(plan, done, total) => {
                    progress(Stage::Changing, done, total);
                    plan
                }
                Batch::Stale(mut plan, cases, mark) => {
                    self.compare_cases(&mut plan, &cases, mark, progress).await?;
                    plan
                }
                Batch::Ended(plan) => return Ok(plan.changed.len()),
            };
        }
    }

    /// Finds out what is left to do for some cases, of which everything up to `mark` is in the store.
    async fn compare_cases(
        &self,
        plan: &mut Plan,
        cases: &[CaseId],
        mark: Mark,
        progress: &mut impl FnMut(Stage, u64, u64),
    ) -> Result<(), Refused> {
        let (mut done, total) = (0, count(cases.len()));
        plan.forget(cases);
        for some in cases.chunks(2 * COMPARED) {
            let (one, other) = some.split_at(some.len().min(COMPARED));
            let (one, other) =
                tokio::try_join!(self.differences_of(one.to_vec()), self.differences_of(other.to_vec()))?;
            for (newest, found) in [one, other] {
                if found.is_empty() {
                    continue;
                }
                done += count(found.len());
                let compared = Compared { mark, newest };
                found.into_iter().for_each(|(case, differences)| plan.add(case, compared, differences));
                progress(Stage::Comparing, done, total);
            }
        }
        Ok(())
    }

    /// What differs for each of some cases, and the newest item of evidence that was known.
    async fn differences_of(
        &self,
        cases: Vec<CaseId>,
    ) -> Result<(EvidenceId, Vec<(CaseId, BTreeMap<PersonId, Difference>)>), Refused> {
        let (rules, presence, now) = (self.rules(), self.presence(), self.now());
        self.look(move |reader| {
            let known = Known { reader, rules: &rules, presence: &presence, now };
            let differences = |id| match reader.case(id)? {
                Some(case) => Ok((id, out_of_line(&known, &case)?)),
                None => Ok((id, BTreeMap::new())),
            };
            let found = cases.into_iter().map(differences).collect::<Result<_, Refused>>()?;
            Ok((reader.newest_evidence()?, found))
        })
        .await
    }

    /// One batch: evidence, standings, notices and how far a job has come in one act.
    async fn record_batch(&self, mut plan: Plan) -> Result<Batch, Refused> {
        self.step(&Actor::System, move |act| {
            let job = match plan.job {
                None => None,
                Some(job) => match act.writer.job(job)?.filter(|job| job.state == JobState::Open) {
                    None => return Ok(Batch::Ended(plan)),
                    job => job,
                },
            };
            if let Some(job) = &job {
                // More of its list may have come in meanwhile.
                plan.cases = cases_of(job);
            }
            if !plan.stale(&act.anew).is_empty() && job.is_none() {
                plan.leave_to_jobs(act)?;
            }
            let stale = plan.stale(&act.anew);
            if !stale.is_empty() {
                return Ok(Batch::Stale(plan, stale, act.anew.last()));
            }
            plan.record(act, job.as_ref())
        })
        .await
    }
}

impl Plan {
    pub(super) fn of(job: &Job) -> Self {
        Self { job: Some(job.id), ..Self::default() }
    }

    /// The cases that have to be compared before anything is recorded.
    fn stale(&self, anew: &Anew) -> Vec<CaseId> {
        let is_stale = |case: &CaseId| {
            self.compared.get(case).is_none_or(|compared| anew.changed_after(*case, compared.mark))
        };
        self.cases.iter().copied().filter(is_stale).collect()
    }

    /// Drops the cases that a job traces: when it is done they are looked at again.
    fn leave_to_jobs(&mut self, act: &Act<'_, '_>) -> Result<(), Refused> {
        for job in act.writer.jobs_open()? {
            let traced: Vec<CaseId> = cases_of(&job).intersection(&self.cases).copied().collect();
            act.anew.look_again(&traced);
            self.cases.retain(|case| !traced.contains(case));
            self.forget(&traced);
        }
        Ok(())
    }

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

    fn add(&mut self, case: CaseId, compared: Compared, differences: BTreeMap<PersonId, Difference>) {
        self.compared.insert(case, compared);
        if !differences.is_empty() {
            self.changed.insert(case);
        }
        for (person, difference) in differences {
            self.left.entry(person).or_default().push((case, difference));
        }
    }

    /// Records as much as one batch may, in the order of people: what lies together in the store is written together.
    fn record(mut self, act: &mut Act<'_, '_>, job: Option<&Job>) -> Result<Batch, Refused> {
        let (mut done, mut items, mut last) = (0, 0, PersonId(0));
        while done < BATCH
            && items < ITEMS
            && let Some((person, differences)) = self.left.pop_first()
        {
            items += self.decide(act, person, differences)?;
            done += 1;
            last = person;
        }
        let (mut done, left) = (count(done), count(self.left.len()));
        if let Some(job) = job {
            if done == 0 {
                act.writer.end_job(job.id, act.now, None)?;
                let compared = self.compared.iter().map(|(case, compared)| (*case, compared.mark));
                let again = act.anew.take_again(&compared.collect());
                if !again.is_empty() {
                    job::begin(act, &again)?;
                }
            } else {
                // Somebody before the mark may have changed again meanwhile.
                act.writer.advance_job(job.id, job.watermark, job.watermark.max(last.0), done, left)?;
            }
        }
        if done == 0 {
            return Ok(Batch::Ended(self));
        }
        done += job.map_or(0, |job| job.done);
        Ok(Batch::Done(self, done, done + left))
    }

    /// Records what one person owes to the cases, and decides them. How many items that took.
    fn decide(
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

    /// Whether something was recorded since the comparison because of the same case, or said about an item of its or about one
    /// that is to be withdrawn.
    fn is_overtaken(&self, case: CaseId, difference: &Difference, evidence: &[Evidence]) -> bool {
        let compared = self.compared.get(&case).map(|compared| compared.newest);
        let mut since = evidence.iter().rev().take_while(|item| Some(item.id) > compared);
        let origin = Some(Origin::Case(case));
        let is_its =
            |about: EvidenceId| evidence.iter().any(|item| item.id == about && item.origin == origin);
        since.any(|item| {
            item.origin == origin
                || item.about.is_some_and(|about| difference.withdraw.contains(&about) || is_its(about))
        })
    }
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

//! What cases should have caused: found out on readers, so that gates do not wait, then recorded by person, a batch an act.
//! Each person is decided once, whatever the number of cases.

use super::{
    anew::{Anew, Mark},
    job::{self, cases_of},
};
use crate::{
    Actor, Refused, Service,
    act::{Act, Dossier},
    derived::{Difference, Known, out_of_line},
};
use kangma_core::{CaseId, Evidence, EvidenceId, Origin, PersonId};
use kangma_store::{Job, JobId, JobState, Moment, Reader, StoreError, Writer};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use tokio::task::JoinSet;

/// How many cases are compared on one snapshot of the store; two snapshots are looked at together.
const COMPARED: usize = 20;
/// How many people the first batch changes at most. Each further one changes twice as many, up to `MOST`: what few people wait
/// for holds gates up for a moment, and of a whole city fewer pages are written again and again.
const FIRST: usize = 1_000;
const MOST: usize = 2_000;
/// How many items one batch records for each of its people. In a small city with many cases everybody met hundreds.
const ITEMS: usize = 2;
/// On how many snapshots the people of a batch are read together: where the disk has to be asked, one need not wait for another.
const READERS: usize = 4;

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
    /// How many batches are recorded.
    batches: u32,
    /// The last act of its own.
    moment: Moment,
    spent: Spent,
}

/// What a batch is done with. It is thousands of small things, and freeing them while gates wait for the writer takes longer than
/// handing them on.
#[derive(Debug, Default)]
struct Spent {
    read: Read,
    differences: Vec<Vec<(CaseId, Difference)>>,
    recorded: Vec<Evidence>,
}

impl Spent {
    fn free(self) {
        let Self { read, differences, recorded } = self;
        drop((read, differences, recorded));
    }
}

/// What was known when a case was compared.
#[derive(Debug, Clone, Copy)]
struct Compared {
    mark: Mark,
    newest: EvidenceId,
}

/// What was read beside the writer of the people whom the next batch changes.
#[derive(Debug, Default)]
struct Read {
    /// It sees everything up to here.
    since: Moment,
    dossiers: HashMap<PersonId, Dossier>,
}

impl Read {
    /// What there is of a person, unless somebody wrote about them meanwhile.
    fn of(&self, writer: &Writer<'_>, person: PersonId) -> Option<&Dossier> {
        self.dossiers.get(&person).filter(|_| !writer.written_after(self.since, person))
    }
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
        let mut read = Read::default();
        loop {
            // While one batch is recorded, what the next one will be decided from is read.
            let spent = std::mem::take(&mut plan.spent);
            let [_, after] = plan.next_batches();
            let next = self.read_people(plan.moment, after, spent);
            let (recorded, next) = tokio::join!(self.record_batch(plan, read), next);
            (plan, read) = match recorded? {
                Batch::Done(plan, done, total) => {
                    progress(Stage::Changing, done, total);
                    (plan, next?)
                }
                Batch::Stale(mut plan, cases, mark) => {
                    self.compare_cases(&mut plan, &cases, mark, progress).await?;
                    let [people, _] = plan.next_batches();
                    let read = self.read_people(plan.moment, people, Spent::default()).await?;
                    (plan, read)
                }
                Batch::Ended(plan) => return Ok(plan.changed.len()),
            };
        }
    }

    /// Reads what some people are decided from, so that the writer need not; everything up to `since` is durable. What is `spent`
    /// ends here.
    async fn read_people(&self, since: Moment, people: Vec<PersonId>, spent: Spent) -> Result<Read, Refused> {
        if people.is_empty() {
            return Ok(Read::default());
        }
        let mut parts = JoinSet::new();
        for some in people.chunks(people.len().div_ceil(READERS)) {
            let (store, some) = (self.store.clone(), some.to_vec());
            let read = move |reader: &Reader<'_>| {
                some.into_iter()
                    .map(|person| Ok((person, Dossier::of(reader, person)?)))
                    .collect::<Result<Vec<_>, Refused>>()
            };
            parts.spawn(async move { store.read(read).await });
        }
        parts.spawn_blocking(|| {
            spent.free();
            Ok(Vec::new())
        });
        let mut dossiers = HashMap::with_capacity(people.len());
        while let Some(part) = parts.join_next().await {
            dossiers.extend(part.map_err(|_| StoreError::Panicked)??);
        }
        Ok(Read { since, dossiers })
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
    async fn record_batch(&self, mut plan: Plan, read: Read) -> Result<Batch, Refused> {
        self.step(&Actor::System, move |act| {
            plan.moment = act.writer.moment();
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
            plan.record(act, job.as_ref(), read)
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

    /// The people of the next batch, and those of the one after it.
    fn next_batches(&self) -> [Vec<PersonId>; 2] {
        let mut left = self.left.iter();
        [self.batches, self.batches + 1].map(|number| {
            let most = MOST.min(FIRST << number.min(8));
            let (mut people, mut items) = (Vec::new(), 0);
            let fits = |people: usize, items: usize| people < most && items < ITEMS * most;
            while fits(people.len(), items)
                && let Some((person, differences)) = left.next()
            {
                items += differences.iter().map(|(_, difference)| difference.items()).sum::<usize>();
                people.push(*person);
            }
            people
        })
    }

    /// Records as much as one batch may, in the order of people: what lies together in the store is written together.
    fn record(mut self, act: &mut Act<'_, '_>, job: Option<&Job>, read: Read) -> Result<Batch, Refused> {
        let [people, _] = self.next_batches();
        self.batches += 1;
        let (done, last) = (people.len(), people.last().map_or(0, |last| last.0));
        let mut spent = Spent::default();
        for person in people {
            let differences = self.left.remove(&person).unwrap_or_default();
            match read.of(act.writer, person) {
                Some(dossier) => self.decide(act, person, differences, dossier, &mut spent)?,
                None => {
                    self.decide(act, person, differences, &Dossier::of(act.writer, person)?, &mut spent)?
                }
            }
        }
        self.spent = Spent { read, ..spent };
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
                act.writer.advance_job(job.id, job.watermark, job.watermark.max(last), done, left)?;
            }
        }
        if done == 0 {
            return Ok(Batch::Ended(self));
        }
        done += job.map_or(0, |job| job.done);
        Ok(Batch::Done(self, done, done + left))
    }

    /// Records what one person owes to the cases, and decides them.
    fn decide(
        &self,
        act: &mut Act<'_, '_>,
        person: PersonId,
        mut differences: Vec<(CaseId, Difference)>,
        dossier: &Dossier,
        spent: &mut Spent,
    ) -> Result<(), Refused> {
        let first = spent.recorded.len();
        for (case, difference) in &mut differences {
            if self.is_overtaken(*case, difference, &dossier.evidence) {
                act.anew.mark(*case);
            } else {
                act.apply(person, difference, &mut spent.recorded)?;
            }
        }
        spent.differences.push(differences);
        act.settle_knowing(person, dossier, &spent.recorded[first..]).map(drop)
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

//! Jobs: what is too large for one act. Each batch commits together with how far the job has come.

use crate::{
    Reader, StoreError, Writer,
    ids::JobId,
    row::{row, words},
};
use kangma_core::Time;

words! {
    /// How far a job has come.
    pub enum JobState {
        /// Something is left to do.
        Open = "open",
        /// Everything is done.
        Done = "done",
        /// It cannot go on.
        Failed = "failed",
    }
}

row! {
    /// A job.
    pub struct Job in "job" {
        /// Its number.
        id: JobId,
        /// What it does: the service's word.
        kind: String,
        /// What it was given.
        input: serde_json::Value,
        /// Up to where it is done, in the job's own terms. Never falls.
        watermark: u64,
        /// How many of its parts are done.
        done: u64,
        /// Of how many.
        total: u64,
        /// How far it has come.
        state: JobState,
        /// Why it cannot go on.
        error: Option<String>,
        /// When it was begun.
        created_at: Time,
        /// When it ended.
        ended_at: Option<Time>,
    }
}

impl Reader<'_> {
    /// A job.
    ///
    /// # Errors
    /// The store failed.
    pub fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        self.by_key(&id)
    }

    /// The jobs with something left to do, oldest first: what a start takes up again.
    ///
    /// # Errors
    /// The store failed.
    pub fn jobs_open(&self) -> Result<Vec<Job>, StoreError> {
        self.rows("WHERE state = 'open' ORDER BY id", &[])
    }

    /// The last `most` jobs, newest first.
    ///
    /// # Errors
    /// The store failed.
    pub fn jobs(&self, most: usize) -> Result<Vec<Job>, StoreError> {
        self.rows("ORDER BY id DESC LIMIT ?", &[&most])
    }
}

impl Writer<'_> {
    /// Begins a job; the number is given here.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_job(&mut self, make: impl FnOnce(JobId) -> Job) -> Result<Job, StoreError> {
        self.add(|id| make(JobId(id)))
    }

    /// Gives an open job more to do. Whether it was open.
    ///
    /// # Errors
    /// The store failed.
    pub fn extend_job(&mut self, id: JobId, input: &serde_json::Value) -> Result<bool, StoreError> {
        Ok(self.run("UPDATE job SET input = ? WHERE id = ? AND state = 'open'", &[input, &id])? > 0)
    }

    /// Moves a job's watermark, in the act that did the batch: whether it still stood at `from`. When it did not, somebody
    /// else did this batch and the act has to refuse. `left` are still to be done, as far as is known now.
    ///
    /// # Errors
    /// [`StoreError::Refused`] when the watermark would fall.
    pub fn advance_job(
        &mut self,
        id: JobId,
        from: u64,
        to: u64,
        done_more: u64,
        left: u64,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE job SET watermark = ?1, done = done + ?2, total = done + ?2 + ?5 \
                   WHERE id = ?3 AND watermark = ?4 AND state = 'open'";
        Ok(self.run(sql, &[&to, &done_more, &id, &from, &left])? > 0)
    }

    /// Ends a job. Whether it was open.
    ///
    /// # Errors
    /// The store failed.
    pub fn end_job(&mut self, id: JobId, at: Time, error: Option<&str>) -> Result<bool, StoreError> {
        let state = if error.is_some() { JobState::Failed } else { JobState::Done };
        let sql = "UPDATE job SET state = ?, error = ?, ended_at = ? WHERE id = ? AND state = 'open'";
        Ok(self.run(sql, &[&state, &error, &at, &id])? > 0)
    }
}

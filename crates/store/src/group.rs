//! The one writer: whatever has queued commits together, and nobody is told before it is durable.

use crate::{
    FieldKeys,
    error::{StoreError, WriteError},
    fault::WriteMoment,
    fold::Folding,
    lock::Lock,
    reader::Reader,
    writer::{Desk, Writer},
};
use rusqlite::Connection;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};
use tokio::sync::{mpsc, oneshot};

/// The most acts that one commit carries: bounds how long the first of them waits.
const MOST_ACTS: usize = 1_024;

/// How often the writer has committed and how many acts those commits carried.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) commits: AtomicU64,
    pub(crate) acts: AtomicU64,
}

/// Something that waits to be written.
pub(crate) trait Act: Send {
    /// Does it. Whether its effects are to be kept.
    fn act(&mut self, writer: &mut Writer<'_>) -> bool;
    /// Tells whoever waits. An error says that nothing was kept.
    fn reply(self: Box<Self>, committed: Result<(), StoreError>);
}

type Outcome<T, E> = Result<T, WriteError<E>>;

/// A closure with the place where its outcome is awaited.
pub(crate) struct Waiting<F, T, E> {
    run: Option<F>,
    outcome: Option<Result<T, E>>,
    reply: oneshot::Sender<Outcome<T, E>>,
}

impl<F, T, E> Waiting<F, T, E> {
    pub(crate) fn new(run: F) -> (Self, oneshot::Receiver<Outcome<T, E>>) {
        let (reply, outcome) = oneshot::channel();
        (Self { run: Some(run), outcome: None, reply }, outcome)
    }
}

impl<F, T, E> Act for Waiting<F, T, E>
where
    F: FnOnce(&mut Writer<'_>) -> Result<T, E> + Send,
    T: Send,
    E: Send,
{
    fn act(&mut self, writer: &mut Writer<'_>) -> bool {
        self.outcome = self.run.take().map(|run| run(writer));
        matches!(self.outcome, Some(Ok(_)))
    }

    fn reply(self: Box<Self>, committed: Result<(), StoreError>) {
        let outcome = match (self.outcome, committed) {
            (Some(Err(refused)), _) => Err(WriteError::Act(refused)),
            (_, Err(error)) => Err(WriteError::Store(error)),
            (Some(Ok(done)), Ok(())) => Ok(done),
            (None, Ok(())) => Err(WriteError::Store(StoreError::Panicked)),
        };
        // Whoever asked may have gone away; the act is durable all the same.
        drop(self.reply.send(outcome));
    }
}

/// The writer's own thread.
pub(crate) struct Scribe {
    pub(crate) connection: Connection,
    pub(crate) folding: Folding,
    pub(crate) keys: FieldKeys,
    pub(crate) desk: Desk,
    pub(crate) counts: Arc<Counts>,
    /// Held until the last act is durable.
    pub(crate) _lock: Lock,
}

/// An act that has been tried, and why it cannot be kept if it cannot.
type Tried = (Box<dyn Act>, Result<(), StoreError>);

impl Scribe {
    /// Writes until every handle of the store is gone.
    pub(crate) fn work(mut self, mut queue: mpsc::Receiver<Box<dyn Act>>) {
        while let Some(first) = queue.blocking_recv() {
            self.group(first, &mut queue);
        }
        let tidy = "PRAGMA optimize; PRAGMA wal_checkpoint(TRUNCATE);";
        let folded = self.folding.end(&mut self.connection);
        let tidied = folded.and_then(|()| Ok(self.connection.execute_batch(tidy)?));
        if let Err(error) = tidied {
            tracing::warn!(%error, "the store's log could not be folded in; the next start does it");
        }
    }

    /// One commit: the act that woke the writer and those that queue up while it works.
    fn group(&mut self, first: Box<dyn Act>, queue: &mut mpsc::Receiver<Box<dyn Act>>) {
        if let Err(error) = self.step("BEGIN IMMEDIATE") {
            return first.reply(Err(error));
        }
        let stamp = self.desk.last_stamp;
        let mut tried: Vec<Tried> = Vec::new();
        let (mut next, mut alone) = (Some(first), true);
        while let Some(mut act) = next {
            let kept = self.attempt(act.as_mut(), &mut alone);
            tried.push((act, kept));
            if self.connection.is_autocommit() {
                // The engine itself gave the whole group up (no room, no memory): none of it is kept.
                return abandon(tried);
            }
            next = (tried.len() < MOST_ACTS).then(|| queue.try_recv().ok()).flatten();
        }
        let committed = self.commit(stamp != self.desk.last_stamp);
        self.counts.commits.fetch_add(1, Ordering::Relaxed);
        self.counts.acts.fetch_add(u64::try_from(tried.len()).unwrap_or(0), Ordering::Relaxed);
        for (act, kept) in tried {
            act.reply(committed.clone().and(kept));
        }
    }

    /// Tries one act. A refusal or a panic undoes it and leaves its neighbours alone: where it has none to be kept (`alone`) the
    /// whole transaction begins again, else there is a savepoint, for which the engine copies every page that the act changes.
    fn attempt(&mut self, act: &mut dyn Act, alone: &mut bool) -> Result<(), StoreError> {
        let [begin, keep, undo]: [&[&str]; 3] = if *alone {
            [&[], &[], &["ROLLBACK", "BEGIN IMMEDIATE"]]
        } else {
            [&["SAVEPOINT act"], &["RELEASE act"], &["ROLLBACK TO act", "RELEASE act"]]
        };
        self.desk.faults.pass(WriteMoment::BeforeAct);
        self.desk.moments.begin_act();
        self.steps(begin)?;
        let reader = Reader { connection: &self.connection, keys: &self.keys };
        let mut writer = Writer { reader, desk: &mut self.desk };
        let kept = catch_unwind(AssertUnwindSafe(|| act.act(&mut writer)));
        if self.connection.is_autocommit() {
            return Err(StoreError::Full);
        }
        if matches!(kept, Ok(true)) {
            self.steps(keep)?;
            *alone = false;
        } else {
            self.steps(undo)?;
        }
        self.desk.faults.pass(WriteMoment::AfterAct);
        kept.map(drop).map_err(|_| StoreError::Panicked)
    }

    fn steps(&self, sql: &[&str]) -> Result<(), StoreError> {
        sql.iter().try_for_each(|sql| self.step(sql))
    }

    /// A statement without parameters, prepared once.
    fn step(&self, sql: &str) -> Result<(), StoreError> {
        self.connection.prepare_cached(sql)?.execute([])?;
        Ok(())
    }

    fn commit(&mut self, stamped: bool) -> Result<(), StoreError> {
        let done = self.try_commit(stamped);
        if done.is_err() && !self.connection.is_autocommit() {
            self.step("ROLLBACK")?;
        }
        done
    }

    fn try_commit(&mut self, stamped: bool) -> Result<(), StoreError> {
        if stamped {
            let mut statement = self.connection.prepare_cached("UPDATE meta SET last_stamp = ?")?;
            statement.execute([self.desk.last_stamp.0])?;
        }
        self.desk.faults.pass(WriteMoment::BeforeCommit);
        self.step("COMMIT")?;
        self.desk.faults.pass(WriteMoment::AfterCommit);
        Ok(())
    }
}

fn abandon(tried: Vec<Tried>) {
    for (act, kept) in tried {
        act.reply(Err(kept.err().unwrap_or(StoreError::Full)));
    }
}

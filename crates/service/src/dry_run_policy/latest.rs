//! The run that was asked for last: how far it is, what came of it, or that a restart cut it off.
//!
//! What a run finds is kept in memory alone. That one is under way stands in the store too, so that after a restart, and be
//! it a power cut, nobody waits for a run that is gone.

use crate::{Actor, Refused, Service};
use kangma_core::Time;
use kangma_store::{Store, StoreError};
use std::sync::{Arc, Mutex, PoisonError};

/// A dry run that was asked for.
#[derive(Debug)]
pub enum Progress<T> {
    /// It goes on.
    Running {
        /// How much is done: people who are decided, or days that are lived through.
        done: u64,
        /// Of how much.
        total: u64,
    },
    /// It has ended.
    Done(Arc<T>),
    /// It came to nothing.
    Failed(&'static str),
    /// The server stopped before it had ended.
    CutOff {
        /// When it was begun.
        begun: Time,
    },
}

impl<T> Clone for Progress<T> {
    fn clone(&self) -> Self {
        match self {
            Self::Running { done, total } => Self::Running { done: *done, total: *total },
            Self::Done(found) => Self::Done(Arc::clone(found)),
            Self::Failed(code) => Self::Failed(code),
            Self::CutOff { begun } => Self::CutOff { begun: *begun },
        }
    }
}

/// The one that was asked for last.
#[derive(Debug)]
pub(crate) struct Latest<T> {
    /// The setting of the store that says since when one is under way; empty when none is.
    setting: &'static str,
    progress: Mutex<Option<Progress<T>>>,
}

impl<T> Latest<T> {
    /// What a start finds.
    pub fn found(store: &Store, setting: &'static str) -> Result<Self, Refused> {
        let begun = store.read_blocking(|reader| reader.setting(setting))?;
        let begun = begun.and_then(|begun| begun.parse().ok());
        Ok(Self { setting, progress: Mutex::new(begun.map(|begun| Progress::CutOff { begun })) })
    }

    /// Begins one, unless another runs.
    fn begin(&self) -> Result<(), Refused> {
        let mut latest = self.progress.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*latest, Some(Progress::Running { .. })) {
            return Err(Refused::Duplicate);
        }
        *latest = Some(Progress::Running { done: 0, total: 0 });
        Ok(())
    }

    pub(super) fn get(&self) -> Option<Progress<T>> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn put(&self, progress: Progress<T>) {
        *self.progress.lock().unwrap_or_else(PoisonError::into_inner) = Some(progress);
    }
}

impl Service {
    /// Begins a run, which goes on by itself. By the time that this answers, it is durable that one is under way.
    pub(super) async fn begin_run<T: Send + Sync + 'static>(
        self: &Arc<Self>,
        latest: fn(&Self) -> &Latest<T>,
        run: impl Future<Output = Result<T, Refused>> + Send + 'static,
    ) -> Result<(), Refused> {
        latest(self).begin()?;
        let service = Arc::clone(self);
        let (say, begun) = tokio::sync::oneshot::channel();
        // From here on nothing depends on whoever asked: they may leave at once.
        tokio::spawn(async move {
            let latest = latest(&service);
            let kept = service.keep_of_run(latest.setting, &service.now().to_string()).await;
            // Nobody listens any more: that is theirs.
            let _heard = say.send(());
            let found = match kept {
                Ok(()) => run.await,
                Err(refused) => Err(refused),
            };
            latest.put(match found {
                Ok(found) => Progress::Done(Arc::new(found)),
                Err(refused) => Progress::Failed(refused.code()),
            });
            if let Err(refused) = service.keep_of_run(latest.setting, "").await {
                tracing::error!(
                    code = refused.code(),
                    "a dry run that has ended is told as cut off after a restart"
                );
            }
        });
        begun.await.map_err(|_| StoreError::Panicked.into())
    }

    async fn keep_of_run(&self, setting: &'static str, value: &str) -> Result<(), Refused> {
        let value = value.to_owned();
        self.step(&Actor::System, move |act| Ok(act.writer.put_setting(setting, &value)?)).await
    }
}

//! The run that was asked for last: how far it is, what came of it, or that a restart cut it off.
//!
//! That one is under way stands in the store, so that after a restart, and be it a power cut, nobody waits for a run that is
//! gone; and so does what it found, until the next one begins.

use crate::{Actor, Refused, Service};
use kangma_core::Time;
use kangma_store::{Store, StoreError};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
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

/// What the store keeps of a run.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Kept<T> {
    /// It was begun.
    UnderWay(Time),
    /// It came to this.
    Done(Arc<T>),
    /// It came to nothing.
    Nothing,
}

/// The one that was asked for last.
#[derive(Debug)]
pub(crate) struct Latest<T> {
    /// The setting of the store that keeps it.
    setting: &'static str,
    progress: Mutex<Option<Progress<T>>>,
}

impl<T: DeserializeOwned> Latest<T> {
    /// What a start finds. A result that another version of this program wrote in other words is as good as none.
    pub fn found(store: &Store, setting: &'static str) -> Result<Self, Refused> {
        let kept = store.read_blocking(|reader| reader.setting(setting))?;
        let progress = match kept.and_then(|kept| serde_json::from_str(&kept).ok()) {
            Some(Kept::UnderWay(begun)) => Some(Progress::CutOff { begun }),
            Some(Kept::Done(found)) => Some(Progress::Done(found)),
            Some(Kept::Nothing) | None => None,
        };
        Ok(Self { setting, progress: Mutex::new(progress) })
    }
}

impl<T> Latest<T> {
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
    pub(super) async fn begin_run<T: Serialize + Send + Sync + 'static>(
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
            let kept = service.keep_of_run(latest.setting, &Kept::<T>::UnderWay(service.now())).await;
            // Nobody listens any more: that is theirs.
            let _heard = say.send(());
            let found = match kept {
                Ok(()) => run.await,
                Err(refused) => Err(refused),
            };
            let (progress, kept) = match found.map(Arc::new) {
                Ok(found) => (Progress::Done(Arc::clone(&found)), Kept::Done(found)),
                Err(refused) => (Progress::Failed(refused.code()), Kept::Nothing),
            };
            let kept = service.keep_of_run(latest.setting, &kept).await;
            latest.put(progress);
            if let Err(refused) = kept {
                tracing::error!(
                    code = refused.code(),
                    "a dry run that has ended is told as cut off after a restart"
                );
            }
        });
        begun.await.map_err(|_| StoreError::Panicked.into())
    }

    async fn keep_of_run<T: Serialize>(&self, setting: &'static str, kept: &Kept<T>) -> Result<(), Refused> {
        let value = serde_json::to_string(kept).map_err(|error| StoreError::Broken(error.to_string()))?;
        self.step(&Actor::System, move |act| Ok(act.writer.put_setting(setting, &value)?)).await
    }
}

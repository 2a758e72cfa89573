//! The store of one city: opened once for writing, read from as many threads as ask.

use crate::{
    FieldKeys,
    error::{OpenError, StoreError, WriteError},
    fault::{Fault, Faults},
    fold::Folding,
    group::{Act, Counts, Scribe, Waiting},
    lock::Lock,
    moment::Moments,
    open,
    pool::Pool,
    reader::Reader,
    writer::{Desk, Writer},
};
use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
    thread::JoinHandle,
};
use tokio::sync::{Semaphore, mpsc};

/// How many acts may wait before whoever brings another has to wait too.
const QUEUE: usize = 8_192;

/// How a store is opened.
#[derive(Clone)]
pub struct Options {
    /// How many reads run at one time.
    pub readers: usize,
    /// Called at every write point; for tests that kill the process there.
    pub fault: Option<Fault>,
}

impl Default for Options {
    fn default() -> Self {
        Self { readers: 8, fault: None }
    }
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("readers", &self.readers).finish_non_exhaustive()
    }
}

/// What the writer has done since the store was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteCounts {
    /// Commits, each one durable before anybody was told.
    pub commits: u64,
    /// Acts in those commits.
    pub acts: u64,
}

/// A handle of an open store; clones share it. The last one to go closes it.
#[derive(Clone)]
pub struct Store {
    // Before `rest`: the queue has to close before the writer is waited for.
    queue: Option<mpsc::Sender<Box<dyn Act>>>,
    rest: Arc<Rest>,
}

struct Rest {
    dir: PathBuf,
    pool: Arc<Pool>,
    turns: Arc<Semaphore>,
    counts: Arc<Counts>,
    scribe: Option<JoinHandle<()>>,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("dir", &self.rest.dir).finish_non_exhaustive()
    }
}

impl Store {
    /// Opens the store in `dir` for writing, making it when there is none and bringing an older one up to date.
    ///
    /// # Errors
    /// See [`OpenError`]: another process holds it, it comes from a newer program, the keys are not its own.
    pub fn open(dir: &Path, keys: FieldKeys, options: Options) -> Result<Self, OpenError> {
        make_private(dir).map_err(|error| OpenError::File { path: dir.to_owned(), error })?;
        let lock = Lock::take(dir)?;
        let mut connection = open::to_write(dir, &keys)?;
        let folding = Folding::begin(&mut connection, dir)?;
        let pool = Arc::new(Pool::new(dir, keys.clone(), options.readers));
        let last_stamp = pool.read(|reader| reader.known_at())?;
        let counts = Arc::new(Counts::default());
        let desk = Desk {
            last_stamp,
            next_visit: HashMap::new(),
            next_row: HashMap::new(),
            moments: Moments::default(),
            faults: Faults::new(options.fault),
        };
        let scribe = Scribe { connection, folding, keys, desk, counts: Arc::clone(&counts), _lock: lock };
        let (queue, waiting) = mpsc::channel(QUEUE);
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        let scribe = thread
            .spawn(move || scribe.work(waiting))
            .map_err(|error| OpenError::File { path: dir.to_owned(), error })?;
        let rest = Rest::new(dir, pool, options.readers, counts, Some(scribe));
        Ok(Self { queue: Some(queue), rest: Arc::new(rest) })
    }

    /// Opens the store in `dir` for reading alone, also while a server holds it. Every write is refused.
    ///
    /// # Errors
    /// See [`OpenError`]: there is none, it has another format, the keys are not its own.
    pub fn open_to_read(dir: &Path, keys: FieldKeys, options: &Options) -> Result<Self, OpenError> {
        open::to_look(dir, &keys)?;
        let pool = Arc::new(Pool::new(dir, keys, options.readers));
        let rest = Rest::new(dir, pool, options.readers, Arc::default(), None);
        Ok(Self { queue: None, rest: Arc::new(rest) })
    }

    /// Whether there is one in `dir`, whoever made it and whether or not it can be opened.
    #[must_use]
    pub fn is_in(dir: &Path) -> bool {
        open::path(dir).exists()
    }

    /// Does one act: all of it, durably, or nothing. Acts that wait together commit together, in the order of asking.
    ///
    /// # Errors
    /// The act refused, or the store could not keep it: either way nothing of it is there.
    pub async fn write<T, E, F>(&self, act: F) -> Result<T, WriteError<E>>
    where
        F: FnOnce(&mut Writer<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let queue = self.queue()?;
        let (waiting, outcome) = Waiting::new(act);
        queue.send(Box::new(waiting)).await.map_err(|_| closed())?;
        outcome.await.map_err(|_| closed())?
    }

    /// [`Store::write`] for a thread that may wait: the command line.
    ///
    /// # Errors
    /// As [`Store::write`].
    ///
    /// # Panics
    /// When called from an asynchronous task.
    pub fn write_blocking<T, E, F>(&self, act: F) -> Result<T, WriteError<E>>
    where
        F: FnOnce(&mut Writer<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: Send + 'static,
    {
        let queue = self.queue()?;
        let (waiting, outcome) = Waiting::new(act);
        queue.blocking_send(Box::new(waiting)).map_err(|_| closed())?;
        outcome.blocking_recv().map_err(|_| closed())?
    }

    /// Reads from one snapshot. Never waits for the writer.
    ///
    /// # Errors
    /// What `look` refuses, and a failing store.
    pub async fn read<T, E, F>(&self, look: F) -> Result<T, E>
    where
        F: FnOnce(&Reader<'_>) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let turns = Arc::clone(&self.rest.turns);
        let turn = turns.acquire_owned().await.map_err(|_| StoreError::Closed)?;
        let pool = Arc::clone(&self.rest.pool);
        let read = tokio::task::spawn_blocking(move || {
            let found = pool.read(look);
            drop(turn);
            found
        });
        read.await.map_err(|_| StoreError::Panicked)?
    }

    /// [`Store::read`] for a thread that may wait.
    ///
    /// # Errors
    /// As [`Store::read`].
    pub fn read_blocking<T, E, F>(&self, look: F) -> Result<T, E>
    where
        F: FnOnce(&Reader<'_>) -> Result<T, E>,
        E: From<StoreError>,
    {
        self.rest.pool.read(look)
    }

    /// Its data directory.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.rest.dir
    }

    /// What the writer has done so far.
    #[must_use]
    pub fn counts(&self) -> WriteCounts {
        let counts = &self.rest.counts;
        WriteCounts {
            commits: counts.commits.load(Ordering::Relaxed),
            acts: counts.acts.load(Ordering::Relaxed),
        }
    }

    fn queue<E>(&self) -> Result<&mpsc::Sender<Box<dyn Act>>, WriteError<E>> {
        self.queue.as_ref().ok_or(WriteError::Store(StoreError::ReadOnly))
    }
}

/// A directory that only its owner may enter; one that is there stays as it is.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(dir)
}

fn closed<E>() -> WriteError<E> {
    WriteError::Store(StoreError::Closed)
}

impl Rest {
    fn new(
        dir: &Path,
        pool: Arc<Pool>,
        readers: usize,
        counts: Arc<Counts>,
        scribe: Option<JoinHandle<()>>,
    ) -> Self {
        let turns = Arc::new(Semaphore::new(readers.max(1)));
        Self { dir: dir.to_owned(), pool, turns, counts, scribe }
    }
}

/// Waits until what has queued is durable, so that the directory is free when the last handle is gone.
impl Drop for Rest {
    fn drop(&mut self) {
        self.pool.empty();
        let Some(scribe) = self.scribe.take() else { return };
        // An act may hold the last handle; the writer cannot wait for itself.
        if scribe.thread().id() != std::thread::current().id() && scribe.join().is_err() {
            tracing::error!("the store's writer ended by a panic");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Person, PersonKind};
    use kangma_core::{PersonId, Time};

    fn person(id: u64, name: &str) -> Person {
        Person { name: Some(name.into()), ..Person::new(PersonId(id), PersonKind::AccountHolder, Time(0)) }
    }

    #[test]
    fn an_act_for_which_there_is_no_room_leaves_nothing_and_the_store_goes_on() {
        let dir = tempfile::tempdir().unwrap();
        let store = Store::open(dir.path(), FieldKeys::generate().unwrap(), Options::default()).unwrap();
        let limit = |pages: &'static str| {
            let act = move |w: &mut Writer<'_>| Ok(w.reader.connection.execute_batch(pages)?);
            store.write_blocking::<_, StoreError, _>(act).unwrap();
        };
        limit("PRAGMA max_page_count = 1");
        let long = "x".repeat(1_000_000);
        let refused = store.write_blocking(move |w| {
            w.add_person(&person(1, "short"))?;
            w.add_person(&person(2, &long))
        });
        let full =
            matches!(refused, Err(WriteError::Act(StoreError::Full) | WriteError::Store(StoreError::Full)));
        assert!(full, "{refused:?}");
        limit("PRAGMA max_page_count = 1000000");
        store.write_blocking(|w| w.add_person(&person(3, "short"))).unwrap();
        assert_eq!(store.read_blocking(|r| r.person_ids(None, 9)).unwrap(), [PersonId(3)]);
        assert!(store.read_blocking(|r| r.integrity()).unwrap().is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_data_directory_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().unwrap();
        let dir = parent.path().join("city");
        let store = Store::open(&dir, FieldKeys::generate().unwrap(), Options::default()).unwrap();
        assert_eq!(std::fs::metadata(store.dir()).unwrap().permissions().mode() & 0o777, 0o700);
    }
}

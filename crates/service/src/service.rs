//! The service: everything the use cases share, and how an act is carried out.

use crate::{
    Actor, Refused,
    act::{Act, Change, Setting},
    answers::{self, RequestKey},
    check_at_gate::Readings,
    dry_run_policy::{DryRun, Latest, Tried, epidemic::Epidemics},
    ports::{Chance, Clock, Notifier},
    presence::{self, Presences, SnapshotFile},
    quotas::Quotas,
    retrace::Retracing,
    rules::CityRules,
    secrets::Hashing,
    status_list::Made,
    trace::Anew,
    tries::Tries,
};
use kangma_contact::PresenceIndex;
use kangma_core::Time;
use kangma_credential::{KeyRing, ReplayGuard, SigningKeys};
use kangma_store::{Reader, Store, StoreError, WriteError};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// How many presentations are remembered, to notice the same one at a second gate: ten minutes of 200 scans a second.
const MOST_REPLAYS: usize = 120_000;

/// What a service is made of. The composition root makes one; tests make many.
pub struct Parts {
    /// The store, open for writing.
    pub store: Store,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Draws unpredictable bytes.
    pub chance: Arc<dyn Chance>,
    /// Carries messages.
    pub notifier: Arc<dyn Notifier>,
    /// Signs codes and knows every key that ever signed one.
    pub keys: SigningKeys,
    /// The city's name in its codes.
    pub region: String,
    /// Whether this is a demonstration: one-time codes may be read from the outbox.
    pub demonstration: bool,
    /// Where the presence index is kept between two starts; without it every start reads the whole log.
    pub snapshot: Option<SnapshotFile>,
}

/// The use cases of one city.
pub struct Service {
    pub(crate) store: Store,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) chance: Arc<dyn Chance>,
    pub(crate) notifier: Arc<dyn Notifier>,
    pub(crate) keys: Arc<SigningKeys>,
    pub(crate) region: String,
    pub(crate) demonstration: bool,
    rules: RwLock<Arc<CityRules>>,
    pub(crate) presences: Presences,
    pub(crate) snapshot: Option<SnapshotFile>,
    pub(crate) ring: KeyRing,
    pub(crate) replays: Mutex<ReplayGuard>,
    pub(crate) readings: Arc<Mutex<Readings>>,
    pub(crate) listed: Made,
    pub(crate) retracing: Mutex<Retracing>,
    pub(crate) anew: Arc<Anew>,
    /// Held while visits are imported.
    pub(crate) importing: tokio::sync::Mutex<()>,
    pub(crate) dry_run: Latest<DryRun>,
    pub(crate) epidemic_run: Latest<Tried>,
    pub(crate) epidemics: Option<Arc<dyn Epidemics>>,
    pub(crate) hashing: Hashing,
    pub(crate) tries: Tries,
    pub(crate) quotas: Quotas,
}

/// Why an act left nothing behind.
enum Undone {
    Refused(Refused),
    Preview(Vec<Change>),
}

impl From<Refused> for Undone {
    fn from(refused: Refused) -> Self {
        Undone::Refused(refused)
    }
}

impl Service {
    /// Opens the use cases over a store. A policy has to have been published in it: see [`crate::publish_policy`].
    ///
    /// # Errors
    /// The store failed, or no policy has been published.
    pub fn open(parts: Parts) -> Result<Self, Refused> {
        let rules = parts.store.read_blocking(CityRules::load)?.ok_or(Refused::NoPolicy)?;
        let now = parts.clock.now();
        let presence = presence::open(&parts.store, rules.policy(now), now, parts.snapshot.as_ref())?;
        let dry_run = Latest::found(&parts.store, "dry-run-latest")?;
        let epidemic_run = Latest::found(&parts.store, "epidemic-run-latest")?;
        Ok(Self {
            store: parts.store,
            clock: parts.clock,
            chance: parts.chance,
            notifier: parts.notifier,
            region: parts.region,
            demonstration: parts.demonstration,
            rules: RwLock::new(Arc::new(rules)),
            presences: Presences::of(presence),
            snapshot: parts.snapshot,
            ring: parts.keys.ring(),
            keys: Arc::new(parts.keys),
            replays: Mutex::new(ReplayGuard::new(MOST_REPLAYS)),
            readings: Arc::default(),
            listed: Made::default(),
            retracing: Mutex::new(Retracing::since_the_log_begins(now)),
            anew: Arc::default(),
            importing: tokio::sync::Mutex::default(),
            dry_run,
            epidemic_run,
            epidemics: None,
            hashing: Hashing::default(),
            tries: Tries::default(),
            quotas: Quotas::default(),
        })
    }

    /// The same, with epidemics on which policies can be tried.
    #[must_use]
    pub fn with_epidemics(self, epidemics: Arc<dyn Epidemics>) -> Self {
        Self { epidemics: Some(epidemics), ..self }
    }

    /// The present time.
    #[must_use]
    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// The policies in force and the sources as heard.
    #[must_use]
    pub fn rules(&self) -> Arc<CityRules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn presence(&self) -> Arc<PresenceIndex> {
        self.presences.index()
    }

    /// Takes a heartbeat that is durable into the rules.
    pub(crate) fn heard(&self, heartbeat: kangma_store::Heartbeat) {
        let mut kept = self.rules.write().unwrap_or_else(PoisonError::into_inner);
        let mut rules = CityRules::clone(&kept);
        rules.hear(heartbeat);
        *kept = Arc::new(rules);
    }

    /// Reads the rules anew, after a policy was published.
    pub(crate) async fn reload_rules(&self) -> Result<(), Refused> {
        let rules = self.store.read(CityRules::load).await?.ok_or(Refused::NoPolicy)?;
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
        Ok(())
    }

    fn begin(&self, actor: &Actor) -> Setting {
        let (rules, presence, anew) = (self.rules(), self.presence(), Arc::clone(&self.anew));
        Setting { rules, presence, anew, actor: actor.clone(), now: self.now() }
    }

    /// Carries an act out: all of it, with the standings of everybody it touches, or nothing.
    pub(crate) async fn act<T, F>(&self, actor: &Actor, work: F) -> Result<T, Refused>
    where
        F: FnOnce(&mut Act<'_, '_>) -> Result<T, Refused> + Send + 'static,
        T: Send + 'static,
    {
        let key = answers::key_of_request();
        self.act_under(key, actor, work).await
    }

    /// A step of something that does again what it did, and changes nothing by that: no key keeps it from being repeated.
    pub(crate) async fn step<T, F>(&self, actor: &Actor, work: F) -> Result<T, Refused>
    where
        F: FnOnce(&mut Act<'_, '_>) -> Result<T, Refused> + Send + 'static,
        T: Send + 'static,
    {
        self.act_under(None, actor, work).await
    }

    async fn act_under<T, F>(&self, key: Option<RequestKey>, actor: &Actor, work: F) -> Result<T, Refused>
    where
        F: FnOnce(&mut Act<'_, '_>) -> Result<T, Refused> + Send + 'static,
        T: Send + 'static,
    {
        let setting = self.begin(actor);
        let done = self.store.write(move |writer| {
            let mut act = Act::begin(writer, setting, false)?;
            let done = work(&mut act)?;
            act.settle()?;
            if let Some(key) = key.filter(|_| act.on_record) {
                key.mark_done(&mut act)?;
            }
            Ok(done)
        });
        Ok(done.await?)
    }

    /// Carries an act out, looks at whose standing it changes, and rolls it back.
    pub(crate) async fn preview<F>(&self, actor: &Actor, work: F) -> Result<Vec<Change>, Refused>
    where
        F: FnOnce(&mut Act<'_, '_>) -> Result<(), Refused> + Send + 'static,
    {
        let setting = self.begin(actor);
        let tried = self.store.write(move |writer| -> Result<(), Undone> {
            let mut act = Act::begin(writer, setting, true)?;
            work(&mut act)?;
            Err(Undone::Preview(act.settle()?))
        });
        let changes = match tried.await {
            Err(WriteError::Act(Undone::Preview(changes))) => changes,
            Err(WriteError::Act(Undone::Refused(refused))) => return Err(refused),
            Err(WriteError::Store(error)) => return Err(error.into()),
            Ok(()) => Vec::new(),
        };
        // The act is gone, and the look at everybody whom it shows stays.
        self.step(actor, move |act| {
            for change in &changes {
                if act.writer.person(change.person)?.is_some() {
                    act.look(change.person, "preview")?;
                }
            }
            Ok(changes)
        })
        .await
    }

    /// Reads from one snapshot.
    pub(crate) async fn look<T, F>(&self, look: F) -> Result<T, Refused>
    where
        F: FnOnce(&Reader<'_>) -> Result<T, Refused> + Send + 'static,
        T: Send + 'static,
    {
        self.store.read(look).await
    }

    /// A setting of the store, by its name.
    ///
    /// # Errors
    /// The store failed.
    pub async fn setting(&self, name: &'static str) -> Result<Option<String>, Refused> {
        self.look(move |reader| Ok(reader.setting(name)?)).await
    }

    /// Keeps a setting of the store.
    ///
    /// # Errors
    /// The store failed.
    pub async fn put_setting(&self, name: &'static str, value: &str) -> Result<(), Refused> {
        let value = value.to_owned();
        self.act(&Actor::System, move |act| Ok(act.writer.put_setting(name, &value)?)).await
    }

    /// A fresh identifier.
    pub(crate) fn draw(&self) -> u64 {
        self.chance.number()
    }

    /// Closes the store when the last handle goes; what has queued is durable first.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}

impl From<StoreError> for Undone {
    fn from(error: StoreError) -> Self {
        Undone::Refused(error.into())
    }
}

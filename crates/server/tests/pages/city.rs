//! A demonstration city for one test, with a clock that is put forward.

use axum::Router;
use kangma_city::{Epidemics, Parameters};
use kangma_core::{Direction, PointId, Span, Time, Window, policy::PolicyFiles};
use kangma_credential::{Issuer, IssuerSecret, SecretKey, SigningKeys};
use kangma_server::app::{App, Running};
use kangma_service::{
    Actor, Parts, Service,
    access::{Role, Scope},
    forms::PointForm,
    ports::{Chance, Clock, Message, Notifier, Undelivered},
    publish_policy::publish_first,
    staff::StaffForm,
};
use kangma_store::{FieldKeys, Options, Store};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};
use tempfile::TempDir;

/// A clock that is put forward, and moves a millisecond whenever somebody looks.
struct Hand(AtomicI64);
impl Clock for Hand {
    fn now(&self) -> Time {
        Time(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Numbers that repeat from test to test: SplitMix64.
struct Dice(AtomicU64);
impl Chance for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        for chunk in bytes.chunks_mut(8) {
            let mut z = self.0.fetch_add(STEP, Ordering::SeqCst).wrapping_add(STEP);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// Nobody delivers: a demonstration is read from its outbox.
struct Nobody;
impl Notifier for Nobody {
    fn delivers(&self) -> bool {
        false
    }
    fn deliver(&self, _: &Message) -> Result<(), Undelivered> {
        Err(Undelivered("nobody delivers".to_owned()))
    }
}

pub struct City {
    pub router: Router,
    pub service: Arc<Service>,
    clock: Arc<Hand>,
    _dir: TempDir,
}

fn policy_files() -> PolicyFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/hangzhou-2020");
    let mut files = PolicyFiles::new();
    for folder in ["", "texts", "cases"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let relative = path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.add(relative, std::fs::read_to_string(&path).unwrap());
            }
        }
    }
    files
}

fn keys(start: Time) -> SigningKeys {
    let window = Window::new(start - Span::from_24_hours(1), start + Span::from_24_hours(400)).unwrap();
    let issuer = Issuer::new("test.example").unwrap();
    SigningKeys::new(vec![IssuerSecret { issuer, window, key: SecretKey::ed25519([7; 32]) }])
}

impl City {
    /// A demonstration at nine in the morning of 1 March 2020 in Shanghai, every source just heard.
    pub async fn demonstration() -> Self {
        Self::run(Running { demo: true, ..Running::default() }).await
    }

    /// A city whose server is run so.
    pub async fn run(running: Running) -> Self {
        let start: Time = "2020-03-01T01:00:00Z".parse().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(Hand(AtomicI64::new(start.0)));
        let chance: Arc<dyn Chance> = Arc::new(Dice(AtomicU64::new(42)));
        let store = Store::open(dir.path(), FieldKeys::generate().unwrap(), Options::default()).unwrap();
        let (hand, dice) = (Arc::clone(&clock), Arc::clone(&chance));
        let service = tokio::task::spawn_blocking(move || {
            publish_first(&store, &policy_files(), start - Span::from_24_hours(60)).unwrap();
            let parts = Parts {
                store,
                clock: hand,
                chance: dice,
                notifier: Arc::new(Nobody),
                keys: keys(start),
                region: "990100".to_owned(),
                demonstration: running.demo,
                snapshot: None,
            };
            Arc::new(Service::open(parts).unwrap().with_epidemics(Arc::new(few_people())))
        })
        .await
        .unwrap();
        let mut app = App::new(Arc::clone(&service), chance, running);
        app.desk_phone = Some("0000-1234".into());
        let city = Self { router: kangma_server::app(app), service, clock, _dir: dir };
        city.hear_sources_but("").await;
        city
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    /// Time passes; every source is heard, what is due is done.
    pub async fn forward(&self, span: Span) {
        self.forward_without("", span).await;
    }

    /// Time passes while one source is silent.
    pub async fn forward_without(&self, silent: &str, span: Span) {
        self.clock.0.fetch_add(span.0, Ordering::SeqCst);
        self.hear_sources_but(silent).await;
        self.service.do_what_is_due().await.unwrap();
    }

    async fn hear_sources_but(&self, silent: &str) {
        let now = self.now();
        let rules = self.service.rules();
        for source in rules.policy(now).sources.iter().filter(|source| *source.name != *silent) {
            self.service.hear_source(&Actor::System, source.name.to_string(), now).await.unwrap();
        }
    }

    /// The newest message to a telephone.
    pub async fn message(&self, phone: &str) -> String {
        let lines = self.service.readable_outbox(200).await.unwrap();
        lines.into_iter().find(|(_, to, _)| to == phone).expect("a message").2
    }

    pub async fn authority(&self) -> Actor {
        let form = StaffForm {
            login: "lin-an".to_owned(),
            name: "officer".to_owned(),
            roles: vec![Role::Authority, Role::Tracer],
            scope: Scope::Everywhere,
        };
        let password = self.service.make_account(&Actor::System, form).await.unwrap().password;
        self.service.sign_in_officer("lin-an", password).await.unwrap().actor
    }

    pub async fn point(&self, name: &str, kind: &str) -> PointId {
        let form = PointForm {
            name: name.to_owned(),
            kind: kind.to_owned(),
            district: "east".to_owned(),
            directions: vec![Direction::In, Direction::Out],
        };
        let point = self.service.register_point(&Actor::System, form).await.unwrap();
        self.service.approve_point(&Actor::System, point).await.unwrap();
        point
    }
}

/// Epidemics small enough to be lived through while a test waits.
fn few_people() -> Epidemics {
    let preset = Parameters::preset("10k").unwrap().with_people(400).unwrap();
    let mut parameters = preset.with_days(14).unwrap();
    parameters.epidemic.first_infections_of_100k = 3_000;
    Epidemics { parameters: Arc::new(parameters) }
}

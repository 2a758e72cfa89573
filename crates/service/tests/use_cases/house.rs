//! A city for one test: a store in a folder of its own, a clock that is put forward, a chance that repeats itself.

use kangma_core::{Day, PersonId, PointId, Span, Standing, Time, Window, policy::PolicyFiles};
use kangma_credential::{Issuer, IssuerSecret, SecretKey, Signer, SigningKeys, present};
use kangma_service::{
    Actor, Parts, Refused, Service,
    access::{Role, Scope},
    forms::{CheckInForm, DeclarationForm, IdentityForm, PointForm, Purpose, ScanForm},
    ports::{Chance, Clock, Message, Notifier, Undelivered},
    presence::SnapshotFile,
    publish_policy::publish_first,
    staff::StaffForm,
};
use kangma_store::{DeviceId, FieldKeys, Options, Store};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};
use tempfile::TempDir;

/// A clock that is put forward, and moves a millisecond whenever somebody looks: no two looks are at one time.
pub struct Hand(AtomicI64);
impl Clock for Hand {
    fn now(&self) -> Time {
        Time(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Numbers that repeat from test to test: SplitMix64.
pub struct Dice(AtomicU64);
impl Chance for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let mut z =
                self.0.fetch_add(0x9e37_79b9_7f4a_7c15, Ordering::SeqCst).wrapping_add(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            chunk.copy_from_slice(&(z ^ (z >> 31)).to_le_bytes()[..chunk.len()]);
        }
    }
}

/// A messenger that keeps what it was given.
#[derive(Default)]
pub struct Postbox(pub Mutex<Vec<Message>>);
impl Notifier for Postbox {
    fn delivers(&self) -> bool {
        true
    }
    fn deliver(&self, message: &Message) -> Result<(), Undelivered> {
        self.0.lock().unwrap().push(message.clone());
        Ok(())
    }
}

pub struct House {
    pub service: Arc<Service>,
    pub clock: Arc<Hand>,
    pub post: Arc<Postbox>,
    dir: TempDir,
    field_keys: String,
    people: AtomicU64,
}

/// Somebody with a phone.
pub struct Holder {
    pub person: PersonId,
    pub actor: Actor,
    pub phone: (DeviceId, SecretKey),
}

/// The files of a shipped policy.
pub fn policy_files(name: &str) -> PolicyFiles {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies").join(name);
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

/// A service over the store of a directory, which is made where there is none.
async fn opened(
    dir: &Path,
    field_keys: &str,
    (clock, post): (&Arc<Hand>, &Arc<Postbox>),
    first_policy: Option<PolicyFiles>,
) -> Arc<Service> {
    let store = Store::open(dir, FieldKeys::from_text(field_keys).unwrap(), Options::default()).unwrap();
    let start = clock.now();
    let parts = Parts {
        store,
        clock: clock.clone(),
        // Whoever starts again draws other numbers.
        chance: Arc::new(Dice(AtomicU64::new(if first_policy.is_some() {
            42
        } else {
            start.0.unsigned_abs()
        }))),
        notifier: post.clone(),
        keys: keys(start),
        region: "330100".to_owned(),
        demonstration: false,
        snapshot: Some(SnapshotFile { path: dir.join("presences"), key: [5; 32] }),
    };
    let open = move || {
        if let Some(files) = first_policy {
            publish_first(&parts.store, &files, start - Span::from_24_hours(60)).unwrap();
        }
        Arc::new(Service::open(parts).unwrap())
    };
    tokio::task::spawn_blocking(open).await.unwrap()
}

impl House {
    /// A city under a shipped policy, at nine in the morning of 1 March 2020 in Shanghai, every source just heard.
    pub async fn under(policy: &str) -> Self {
        Self::under_at(policy, "2020-03-01T01:00:00Z").await
    }

    /// A city under a shipped policy at a time.
    pub async fn under_at(policy: &str, start: &str) -> Self {
        let start: Time = start.parse().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(Hand(AtomicI64::new(start.0)));
        let post = Arc::new(Postbox::default());
        let field_keys = FieldKeys::generate().unwrap().to_text().unwrap();
        let files = policy_files(policy);
        let service = opened(dir.path(), &field_keys, (&clock, &post), Some(files)).await;
        let house = Self { service, clock, post, dir, field_keys, people: AtomicU64::new(0) };
        house.hear_sources().await;
        house
    }

    /// The same city after its server was stopped, something happened to its files, and it was started again.
    pub async fn restarted(self, happens: impl FnOnce(&Path)) -> Self {
        let Self { service, clock, post, dir, field_keys, people } = self;
        drop(service);
        happens(dir.path());
        let service = opened(dir.path(), &field_keys, (&clock, &post), None).await;
        Self { service, clock, post, dir, field_keys, people }
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    pub fn forward(&self, span: Span) {
        self.clock.0.fetch_add(span.0, Ordering::SeqCst);
    }

    /// Puts the clock to an instant.
    pub fn set(&self, time: Time) {
        assert!(time >= self.now(), "a clock goes forward");
        self.clock.0.store(time.0, Ordering::SeqCst);
    }

    /// Puts the clock to a time of day of Shanghai, some days after 1 March 2020, with every source heard.
    pub async fn at(&self, day: i32, hour: i64) {
        let zone = kangma_core::Zone::named("Asia/Shanghai").unwrap();
        let first: Day = "2020-03-01".parse().unwrap();
        let time = zone.midnight(first.plus(day)) + Span::from_hours(hour);
        self.set(time);
        self.hear_sources().await;
        self.service.do_what_is_due().await.unwrap();
    }

    /// Every source says that it is complete up to now.
    pub async fn hear_sources(&self) {
        let now = self.now();
        let rules = self.service.rules();
        for source in &rules.policy(now).sources {
            self.service.hear_source(&Actor::System, source.name.to_string(), now).await.unwrap();
        }
    }

    /// A member of staff.
    pub async fn officer(&self, login: &str, roles: &[Role], scope: Scope) -> Actor {
        let form = StaffForm {
            login: login.to_owned(),
            name: format!("officer {login}"),
            roles: roles.to_vec(),
            scope,
        };
        let password = self.service.make_account(&Actor::System, form).await.unwrap().password;
        self.service.sign_in_officer(login, password).await.unwrap().actor
    }

    pub async fn authority(&self, login: &str) -> Actor {
        self.officer(login, &[Role::Authority, Role::Tracer], Scope::Everywhere).await
    }

    /// An identity that is nobody's.
    pub fn identity(&self, born: &str) -> IdentityForm {
        let n = self.people.fetch_add(1, Ordering::SeqCst);
        IdentityForm {
            name: format!("甲{n}"),
            document_type: "other".to_owned(),
            document_number: format!("TEST{n:06}"),
            phone: format!("100{n:05}"),
            birth_date: Some(born.parse().unwrap()),
            address: String::new(),
            district: "east".to_owned(),
        }
    }

    /// Somebody who signed in and said who they are.
    pub async fn resident(&self) -> (PersonId, Actor) {
        let identity = self.identity("1980-05-05");
        let actor = self.sign_in(&identity.phone).await;
        let Actor::Resident(person) = actor else { panic!("not a resident") };
        self.service.identify(&actor, person, identity).await.unwrap();
        (person, actor)
    }

    pub async fn sign_in(&self, phone: &str) -> Actor {
        self.session_of(phone).await.1
    }

    /// The token of a new session, and whose it is.
    pub async fn session_of(&self, phone: &str) -> (String, Actor) {
        self.service.send_one_time_code(phone).await.unwrap();
        self.service.deliver_notices().await.unwrap();
        let text =
            self.post.0.lock().unwrap().iter().rfind(|message| message.to == phone).unwrap().text.clone();
        let code: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect();
        let session = self.service.sign_in_resident(phone, &code).await.unwrap();
        (session.token, session.actor)
    }

    /// Declares that nothing is wrong.
    pub async fn declare(&self, actor: &Actor, person: PersonId) -> Standing {
        let form = self.clean_declaration(Purpose::Resident);
        self.service.declare(actor, person, form).await.unwrap().verdict.standing
    }

    /// Answers every flag of the policy's questionnaire with no.
    pub fn clean_declaration(&self, purpose: Purpose) -> DeclarationForm {
        let rules = self.service.rules();
        let questions = &rules.policy(self.now()).declaration.questions;
        let asked = |question: &&kangma_core::policy::Question| {
            question.purposes.is_empty() || question.purposes.iter().any(|one| **one == *purpose.as_str())
        };
        let answers = questions
            .iter()
            .filter(asked)
            .filter(|question| question.answer == kangma_core::policy::AttributeType::Flag)
            .map(|question| (question.id.to_string(), false.into()))
            .collect();
        DeclarationForm { purpose, answers, ..DeclarationForm::default() }
    }

    /// A normal check-in for today.
    pub fn normal_check_in(&self) -> CheckInForm {
        let rules = self.service.rules();
        let questions = &rules.policy(self.now()).check_in.questions;
        let flags =
            questions.iter().filter(|question| question.answer == kangma_core::policy::AttributeType::Flag);
        let answers = flags.map(|question| (question.id.to_string(), false.into())).collect();
        CheckInForm { answers, temperature: Some("36.5".parse().unwrap()), ..CheckInForm::default() }
    }

    /// An approved point.
    pub async fn point(&self, kind: &str, name: &str) -> PointId {
        let form = PointForm {
            name: name.to_owned(),
            kind: kind.to_owned(),
            district: "east".to_owned(),
            directions: vec![kangma_core::Direction::In, kangma_core::Direction::Out],
        };
        let point = self.service.register_point(&Actor::System, form).await.unwrap();
        self.service.approve_point(&Actor::System, point).await.unwrap();
        point
    }

    /// A device that signs for a person.
    pub async fn device(&self, actor: &Actor, person: PersonId, seed: u8) -> (DeviceId, SecretKey) {
        let key = SecretKey::ed25519([seed; 32]);
        let raw = key.public_key().raw().to_vec();
        (self.service.enrol_device(actor, person, raw, false).await.unwrap(), key)
    }

    /// What the device shows now.
    pub async fn show(&self, actor: &Actor, person: PersonId, device: &(DeviceId, SecretKey)) -> String {
        let code = self.service.issue_code(actor, person, device.0).await.unwrap();
        present(&code.issued, self.now(), &device.1).unwrap()
    }

    pub fn scan(text: String, direction: kangma_core::Direction) -> ScanForm {
        ScanForm { text, direction, purpose: String::new(), temperature: None, emergency: false }
    }

    /// Some people are at a point together from now on, scanned in by the officer and out again after so long.
    pub async fn meet(&self, officer: &Actor, point: PointId, people: &[&Holder], span: Span) {
        for holder in people {
            self.pass(officer, point, holder, kangma_core::Direction::In).await;
        }
        self.forward(span);
        for holder in people {
            self.pass(officer, point, holder, kangma_core::Direction::Out).await;
        }
    }

    /// Somebody shows their code at a gate.
    pub async fn pass(
        &self,
        officer: &Actor,
        point: PointId,
        holder: &Holder,
        direction: kangma_core::Direction,
    ) {
        let text = self.show(&holder.actor, holder.person, &holder.phone).await;
        self.service.check_at_gate(officer, point, Self::scan(text, direction)).await.unwrap();
    }

    /// Somebody who declared that nothing is wrong, with a phone that shows a code.
    pub async fn holder(&self) -> Holder {
        let (person, actor) = self.resident().await;
        self.declare(&actor, person).await;
        let seed = u8::try_from(self.people.load(Ordering::SeqCst)).unwrap();
        let phone = self.device(&actor, person, seed).await;
        Holder { person, actor, phone }
    }

    /// Two people say that they live together.
    pub async fn live_together(&self, one: (&Actor, PersonId), other: (&Actor, PersonId)) {
        let phone = self.service.profile(other.0, other.1).await.unwrap().phone;
        let link = self.service.propose_link(one.0, one.1, phone, None).await.unwrap();
        self.service.confirm_link(other.0, link).await.unwrap();
    }

    pub async fn standing(&self, actor: &Actor, person: PersonId) -> Standing {
        self.service.verdict(actor, person).await.unwrap().standing
    }
}

fn keys(start: Time) -> SigningKeys {
    let window = Window::new(start - Span::from_24_hours(1), start + Span::from_24_hours(400)).unwrap();
    let issuer = Issuer::new("test.example").unwrap();
    SigningKeys::new(vec![IssuerSecret { issuer, window, key: SecretKey::ed25519([7; 32]) }])
}

/// The stable code of a refusal.
pub fn code<T: std::fmt::Debug>(result: Result<T, Refused>) -> &'static str {
    result.expect_err("this has to be refused").code()
}

//! A city that is reached through its API alone.

use super::described::Described;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kangma_core::{Day, Span, Time, Window, policy::PolicyFiles};
use kangma_credential::{Issuer, IssuerSecret, SecretKey, Signature, Signer as _, SigningKeys, Template};
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
use serde_json::{Value, json};
use std::{
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};
use tempfile::TempDir;
use tower::ServiceExt as _;

/// A clock that is put forward, and moves a millisecond whenever somebody looks.
pub struct Hand(AtomicI64);
impl Clock for Hand {
    fn now(&self) -> Time {
        Time(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// Numbers that repeat from test to test: SplitMix64.
struct Dice(AtomicU64);
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

#[derive(Default)]
struct Postbox(Mutex<Vec<Message>>);
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
    pub router: Router,
    pub service: Arc<Service>,
    clock: Arc<Hand>,
    post: Arc<Postbox>,
    described: Described,
    people: AtomicU64,
    _dir: TempDir,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub media_type: String,
    pub json: Value,
    pub headers: axum::http::HeaderMap,
}

impl Reply {
    /// The body of a success.
    pub fn ok(self) -> Value {
        assert!(self.status.is_success(), "{}: {}", self.status, self.json);
        self.json
    }

    /// The text under a name.
    pub fn text(self, name: &str) -> String {
        self.ok()[name].as_str().unwrap().to_owned()
    }

    /// The status and code of a problem.
    pub fn problem(&self) -> (u16, &str) {
        assert_eq!(self.media_type, "application/problem+json", "{}", self.json);
        assert_eq!(self.json["status"], self.status.as_u16());
        let code = self.json["code"].as_str().unwrap();
        assert_eq!(self.json["type"], format!("/api/v1/problems/{code}"));
        assert!(!self.json["title"].as_str().unwrap().is_empty());
        assert!(!self.json["detail"].as_str().unwrap().is_empty());
        (self.status.as_u16(), code)
    }
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

impl House {
    /// A city at nine in the morning of 1 March 2020 in Shanghai, every source just heard.
    pub async fn new() -> Self {
        let start: Time = "2020-03-01T01:00:00Z".parse().unwrap();
        let dir = tempfile::tempdir().unwrap();
        let (clock, post) = (Arc::new(Hand(AtomicI64::new(start.0))), Arc::new(Postbox::default()));
        let chance: Arc<dyn Chance> = Arc::new(Dice(AtomicU64::new(42)));
        let store = Store::open(dir.path(), FieldKeys::generate().unwrap(), Options::default()).unwrap();
        let (hand, box_, dice) = (Arc::clone(&clock), Arc::clone(&post), Arc::clone(&chance));
        let service = tokio::task::spawn_blocking(move || {
            publish_first(&store, &policy_files(), start - Span::from_24_hours(60)).unwrap();
            let parts = Parts {
                store,
                clock: hand,
                chance: dice,
                notifier: box_,
                keys: keys(start),
                region: "330100".to_owned(),
                demonstration: false,
                snapshot: None,
            };
            Arc::new(Service::open(parts).unwrap())
        })
        .await
        .unwrap();
        let app = App::new(Arc::clone(&service), chance, Running::default());
        let described = Described::new();
        let router = kangma_server::app(app);
        let house = Self { router, service, clock, post, described, people: AtomicU64::new(0), _dir: dir };
        house.hear_sources().await;
        house
    }

    pub fn now(&self) -> Time {
        self.clock.now()
    }

    pub async fn forward(&self, span: Span) {
        self.clock.0.fetch_add(span.0, Ordering::SeqCst);
        self.hear_sources().await;
        self.service.do_what_is_due().await.unwrap();
    }

    async fn hear_sources(&self) {
        let now = self.now();
        let rules = self.service.rules();
        for source in &rules.policy(now).sources {
            self.service.hear_source(&Actor::System, source.name.to_string(), now).await.unwrap();
        }
    }

    /// Asks, and compares what comes back with the document.
    pub async fn ask(&self, method: &str, path: &str, token: &str, body: Option<Value>) -> Reply {
        let mut request = Request::builder().method(method).uri(format!("/api/v1{path}"));
        if !token.is_empty() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header(header::CONTENT_TYPE, "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        let reply = self.send(request.body(body).unwrap()).await;
        self.described.check(method, path, &reply);
        reply
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let media_type = headers.get(header::CONTENT_TYPE).map(|value| value.to_str().unwrap().to_owned());
        let bytes = to_bytes(response.into_body(), usize::MAX).await.unwrap();
        let json = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Reply { status, media_type: media_type.unwrap_or_default(), json, headers }
    }

    pub async fn get(&self, path: &str, token: &str) -> Reply {
        self.ask("GET", path, token, None).await
    }

    pub async fn post(&self, path: &str, token: &str, body: Value) -> Reply {
        self.ask("POST", path, token, Some(body)).await
    }

    /// The token of a member of staff.
    pub async fn officer(&self, login: &str, roles: &[Role], scope: Scope) -> String {
        let form =
            StaffForm { login: login.to_owned(), name: "甲".to_owned(), roles: roles.to_vec(), scope };
        let password = self.service.make_account(&Actor::System, form).await.unwrap().password;
        let form = json!({ "login": login, "password": password });
        self.post("/sessions/staff", "", form).await.text("token")
    }

    pub async fn authority(&self, login: &str) -> String {
        self.officer(login, &[Role::Authority, Role::Tracer], Scope::Everywhere).await
    }

    /// An identity that is nobody's.
    pub fn identity(&self) -> Value {
        let n = self.people.fetch_add(1, Ordering::SeqCst);
        json!({
            "name": format!("甲{n}"), "document-type": "other", "document-number": format!("TEST{n:06}"),
            "phone": format!("100{n:05}"), "birth-date": "1980-05-05", "district": "east",
        })
    }

    /// Somebody who signed in and said who they are: their identifier and token.
    pub async fn resident(&self) -> (String, String) {
        let identity = self.identity();
        let phone = identity["phone"].as_str().unwrap();
        assert_eq!(self.post("/sessions/one-time-code", "", json!({ "phone": phone })).await.status, 204);
        self.service.deliver_notices().await.unwrap();
        let messages = self.post.0.lock().unwrap().clone();
        let text = &messages.iter().rfind(|message| message.to == phone).unwrap().text;
        let code: String = text.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect();
        let session = self.post("/sessions", "", json!({ "phone": phone, "code": code })).await.ok();
        let token = session["token"].as_str().unwrap().to_owned();
        let person = session["who"]["person"].as_str().unwrap().to_owned();
        let told = self.ask("PUT", &format!("/persons/{person}/identity"), &token, Some(identity)).await;
        assert_eq!(told.status, 204, "{}", told.json);
        (person, token)
    }

    /// Every flag of the declaration answered with no.
    pub async fn harmless(&self, part: &str) -> Value {
        let policy = self.get("/policy", "").await.ok();
        let asked = policy[part].as_array().unwrap().iter();
        let flags = asked.filter(|question| {
            let purposes = question["purposes"].as_array().unwrap();
            question["answer"] == "flag" && (purposes.is_empty() || purposes.contains(&json!("resident")))
        });
        flags.map(|question| (question["question"].as_str().unwrap().to_owned(), json!(false))).collect()
    }

    pub async fn declare(&self, person: &str, token: &str) -> Value {
        let answers = self.harmless("declaration").await;
        let form = json!({ "purpose": "resident", "answers": answers });
        self.post(&format!("/persons/{person}/declarations"), token, form).await.ok()
    }

    /// An approved point with a gate: the point and the gate's token.
    pub async fn gate(&self, authority: &str) -> (String, String) {
        let kinds = self.get("/policy", "").await.ok();
        let kind = kinds["point-kinds"].as_array().unwrap()[0].clone();
        let form = json!({ "name": "东门", "kind": kind, "district": "east", "directions": ["in", "out"] });
        let point = self.post("/points", authority, form).await.text("point");
        let approved = self.ask("POST", &format!("/points/{point}/approval"), authority, None).await;
        assert_eq!(approved.status, 204);
        let gate = self.post(&format!("/points/{point}/gates"), authority, json!({ "name": "一号" })).await;
        (point, gate.text("token"))
    }

    /// A point without a gate, for those who only name one.
    pub async fn point(&self) -> String {
        let form = PointForm {
            name: "西门".to_owned(),
            kind: self.service.rules().policy(self.now()).gate.kinds[0].to_string(),
            district: "west".to_owned(),
            directions: vec![kangma_core::Direction::In],
        };
        let point = self.service.register_point(&Actor::System, form).await.unwrap();
        self.service.approve_point(&Actor::System, point).await.unwrap();
        point.to_string()
    }

    pub fn today(&self) -> Day {
        self.service.rules().policy(self.now()).zone.day(self.now())
    }
}

/// A phone: a key of its own, enrolled, that completes what the server gives it.
pub struct Phone {
    secret: SecretKey,
    key: String,
}

impl Phone {
    pub async fn enrol(house: &House, person: &str, token: &str, seed: u8) -> Self {
        let secret = SecretKey::ed25519([seed; 32]);
        let public_key = URL_SAFE_NO_PAD.encode(secret.public_key().raw());
        let form = json!({ "algorithm": "Ed25519", "public-key": public_key });
        let key = house.post(&format!("/persons/{person}/device-keys"), token, form).await.text("key");
        Self { secret, key }
    }

    pub async fn fetch(&self, house: &House, person: &str, token: &str) -> Reply {
        house.post(&format!("/persons/{person}/codes"), token, json!({ "key": self.key })).await
    }

    /// What the phone shows at a time, as the page's script makes it.
    pub async fn show(&self, house: &House, person: &str, token: &str, at: Time) -> String {
        let issued = self.fetch(house, person, token).await.ok();
        let template: Template = serde_json::from_value(issued["template"].clone()).unwrap();
        let signature: Signature = self.secret.sign(&template.to_sign(at).unwrap()).unwrap();
        template.text(at, &signature).unwrap()
    }
}

/// One check at a gate.
pub fn check(house: &House, point: &str, code: &str, key: &str) -> Value {
    json!({
        "point": point, "code": code, "direction": "in", "purpose": "", "temperature": null,
        "emergency": false, "typed": false, "key": key, "at": house.now().to_string(),
    })
}

//! One request of a gate over the network: the code read, both its signatures verified, the person decided, the visit
//! durable, the answer back. Beside it a bare echo of axum's, asked by the same client in the same way.

use std::{
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
    time::Instant,
};

use anyhow::{Context as _, ensure};
use axum::{Router, body::Bytes, routing::post};
use http_body_util::{BodyExt as _, Full};
use hyper::{
    Request,
    client::conn::http1::{SendRequest, handshake},
};
use hyper_util::rt::TokioIo;
use kangma_core::{Day, PersonId, PointId};
use kangma_credential::{IssuedCode, SecretKey, Signer as _, present};
use kangma_server::app::Running;
use kangma_service::{
    Actor, Parts, Service,
    publish_policy::publish_first,
    settle_in::{NewHousehold, NewPoint, Newcomer},
};
use kangma_store::Options;
use tokio::task::JoinSet;

use super::{Figure, median};
use crate::{
    data::DataDir,
    demo,
    listen::{self, Transport},
    machine::{MachineChance, WallClock},
    notify::Nobody,
    policies,
};

const CHECKS: &str = "/api/v1/gate/checks";
const DISTRICT: &str = "330106";
/// People scanned one after another, and by many gates at once.
const ALONE: usize = 500;
const AT_ONCE: usize = 4_000;
const GATES: usize = 64;

/// A person's code with the key of the device that shows it.
struct Holder {
    code: IssuedCode,
    device: SecretKey,
}

/// A gate's connection to the server that it asks.
struct Gate {
    connection: SendRequest<Full<Bytes>>,
    token: Arc<str>,
}

pub(super) fn run() -> anyhow::Result<Vec<Figure>> {
    let directory = tempfile::tempdir()?;
    let service = Arc::new(open(directory.path())?);
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(measure(service))
}

async fn measure(service: Arc<Service>) -> anyhow::Result<Vec<Figure>> {
    demo::hear_sources(&service).await?;
    let point = settle_point(&service).await?;
    let holders = settle_people(&service).await?;
    let tokens = enrol_gates(&service, point).await?;
    let chance = Arc::new(MachineChance::default());
    let app = kangma_server::App::new(Arc::clone(&service), chance, Running::default());
    let kangma = serve(kangma_server::app(app))?;
    let echo = serve(Router::new().route(CHECKS, post(|body: Bytes| async { body })))?;

    let (alone, at_once) = holders.split_at(ALONE);
    // Shown just before it is scanned, as at a gate: a presentation lives for seconds.
    let scans = shown(&service, point, alone)?;
    let latency = one_after_another(kangma, &tokens, &scans).await?;
    let bare_latency = one_after_another(echo, &tokens, &scans).await?;
    let scans = shown(&service, point, at_once)?;
    let rate = by_many(kangma, &tokens, &scans).await?;
    let bare_rate = by_many(echo, &tokens, &scans).await?;
    Ok(vec![
        Figure::alone("scan", latency, "µs").beside(bare_latency),
        Figure::alone(format!("scan-{GATES}-gates"), rate, "scans/s").beside(bare_rate),
    ])
}

pub(super) fn open(directory: &Path) -> anyhow::Result<Service> {
    let (clock, chance) = (Arc::new(WallClock), Arc::new(MachineChance::default()));
    let data = DataDir::at(directory);
    let store = data.open(Options::default())?;
    let policy = policies::shipped("hangzhou-2020").context("the policy is shipped")?;
    let now = kangma_service::ports::Clock::now(&*clock);
    publish_first(&store, &policy, now)?;
    let keys = data.signing_keys("bench.example", now, &*chance)?;
    let (notifier, region) = (Arc::new(Nobody), DISTRICT.to_owned());
    Ok(Service::open(Parts {
        store,
        clock,
        chance,
        notifier,
        keys,
        region,
        demonstration: false,
        snapshot: None,
    })?)
}

async fn settle_point(service: &Service) -> anyhow::Result<PointId> {
    let [name, kind, district] = ["Gate", "unclassified", DISTRICT].map(ToOwned::to_owned);
    let settled = service.settle_points(vec![NewPoint { id: PointId(1), kind, name, district }]).await?;
    settled.into_values().next().context("the point is settled")
}

/// Everybody with a declaration and a device of their own.
async fn settle_people(service: &Arc<Service>) -> anyhow::Result<Vec<Holder>> {
    let born: Day = "1980-01-01".parse()?;
    let people = (1..).map(PersonId).take(ALONE + AT_ONCE);
    let households = people.clone().map(|person| NewHousehold {
        gate: None,
        district: DISTRICT.to_owned(),
        address: "Example Road".to_owned(),
        members: vec![Newcomer {
            person,
            name: "甲一".to_owned(),
            document_number: format!("EXAMPLE{}", person.0),
            phone: None,
            born,
            dependant: false,
        }],
    });
    service.settle_households(households.collect(), &Default::default(), |_| {}).await?;
    let mut enrolling = JoinSet::new();
    for person in people {
        enrolling.spawn(enrol(Arc::clone(service), person));
    }
    enrolling.join_all().await.into_iter().collect()
}

/// One gate that scans alone, then those that scan at once: a server answers each only so often in a minute.
async fn enrol_gates(service: &Service, point: PointId) -> anyhow::Result<Vec<Arc<str>>> {
    let mut tokens = Vec::with_capacity(1 + GATES);
    for number in 0..=GATES {
        let (_, token) = service.enrol_gate(&Actor::System, point, format!("gate {number}")).await?;
        tokens.push(token.into());
    }
    Ok(tokens)
}

async fn enrol(service: Arc<Service>, person: PersonId) -> anyhow::Result<Holder> {
    let mut seed = [7; 32];
    seed.iter_mut().zip(person.0.to_be_bytes()).for_each(|(to, from)| *to = from);
    let device = SecretKey::ed25519(seed);
    let key = device.public_key().raw().to_vec();
    let enrolled = service.enrol_device(&Actor::System, person, key, false).await?;
    let code = service.issue_code(&Actor::System, person, enrolled).await?.issued;
    Ok(Holder { code, device })
}

/// What a gate sends for each of them.
fn shown(service: &Service, point: PointId, holders: &[Holder]) -> anyhow::Result<Vec<Bytes>> {
    let at = service.now();
    let request = |(key, holder): (usize, &Holder)| {
        let code = present(&holder.code, at, &holder.device)?;
        let check = serde_json::json!({
            "point": point, "code": code, "direction": "in", "key": format!("{at}-{key}"), "at": at
        });
        Ok(Bytes::from(check.to_string()))
    };
    holders.iter().enumerate().map(request).collect()
}

fn serve(router: Router) -> anyhow::Result<SocketAddr> {
    let listener: TcpListener = listen::bind(SocketAddr::from(([127, 0, 0, 1], 0)))?;
    let address = listener.local_addr()?;
    let transport = Transport::Plain { beyond_this_machine: false };
    tokio::spawn(async move { listen::serve(router, listener, &transport, std::future::pending()).await });
    Ok(address)
}

/// The median of a request's microseconds, asked by the first gate.
async fn one_after_another(server: SocketAddr, tokens: &[Arc<str>], scans: &[Bytes]) -> anyhow::Result<f64> {
    let token = tokens.first().context("a gate is enrolled")?;
    let mut gate = Gate::connect(server, token).await?;
    let mut times = Vec::with_capacity(scans.len());
    for scan in scans {
        let begun = Instant::now();
        gate.send(scan.clone()).await?;
        times.push(begun.elapsed().as_secs_f64() * 1e6);
    }
    Ok(median(times))
}

/// Requests a second of all other gates, each of which waits for its answer before it asks again.
async fn by_many(server: SocketAddr, tokens: &[Arc<str>], scans: &[Bytes]) -> anyhow::Result<f64> {
    let begun = Instant::now();
    let mut gates = JoinSet::new();
    for (token, queue) in tokens.iter().skip(1).zip(scans.chunks(scans.len().div_ceil(GATES))) {
        let (token, queue) = (Arc::clone(token), queue.to_vec());
        gates.spawn(async move {
            let mut gate = Gate::connect(server, &token).await?;
            for scan in queue {
                gate.send(scan).await?;
            }
            anyhow::Ok(())
        });
    }
    gates.join_all().await.into_iter().collect::<anyhow::Result<()>>()?;
    let count = u32::try_from(scans.len())?;
    Ok(f64::from(count) / begun.elapsed().as_secs_f64())
}

impl Gate {
    async fn connect(server: SocketAddr, token: &Arc<str>) -> anyhow::Result<Self> {
        let socket = tokio::net::TcpStream::connect(server).await?;
        socket.set_nodelay(true)?;
        let (connection, driven) = handshake(TokioIo::new(socket)).await?;
        tokio::spawn(driven);
        Ok(Self { connection, token: Arc::clone(token) })
    }

    /// Sends one scan, and waits for the whole answer.
    async fn send(&mut self, scan: Bytes) -> anyhow::Result<()> {
        let request = Request::post(CHECKS)
            .header("host", "localhost")
            .header("authorization", format!("Bearer {}", self.token))
            .header("content-type", "application/json")
            .body(Full::new(scan))?;
        self.connection.ready().await?;
        let answer = self.connection.send_request(request).await?;
        let status = answer.status();
        let body = answer.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "a scan was answered {status}: {}", String::from_utf8_lossy(&body));
        Ok(())
    }
}

//! The state that every handler shares, and the router of everything.

use crate::{api, begun, headers, limits::Limits, unread, web};
use axum::{Router, extract::DefaultBodyLimit, middleware};
use kangma_core::Zone;
use kangma_service::{Service, ports::Chance};
use std::sync::Arc;
use tower_http::compression::CompressionLayer;

/// The most bytes that a form or a JSON document may have; imports allow themselves more.
pub const LARGEST_BODY: usize = 64 * 1024;

/// What handlers need: the use cases, and how this server is run.
#[derive(Clone)]
pub struct App {
    /// The use cases.
    pub service: Arc<Service>,
    /// Draws the tokens against forged requests of those who are not signed in.
    pub chance: Arc<dyn Chance>,
    /// How this server is run.
    pub running: Running,
    /// How often something may be tried.
    pub limits: Arc<Limits>,
    /// The telephone of the community desk, which a red page offers first.
    pub desk_phone: Option<Arc<str>>,
}

/// How this server is run.
#[derive(Debug, Clone, Copy, Default)]
pub struct Running {
    /// A demonstration: its outbox can be read, its pages say so.
    pub demo: bool,
    /// Browsers reach it over HTTPS: cookies may say so.
    pub secure: bool,
    /// A proxy in front names the address of who asks in `X-Forwarded-For`.
    pub behind_proxy: bool,
}

impl App {
    /// The state of a server that is run so.
    #[must_use]
    pub fn new(service: Arc<Service>, chance: Arc<dyn Chance>, running: Running) -> Self {
        Self { service, chance, running, limits: Arc::default(), desk_phone: None }
    }

    /// The zone of the policy in force, in which every page shows its times.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.service.rules().policy(self.service.now()).zone.clone()
    }
}

/// Everything that answers a request.
pub fn app(state: App) -> Router {
    let pages = web::router().layer(middleware::from_fn_with_state(state.clone(), web::visitor::receive));
    Router::new()
        .nest("/api/v1", api::router(state.clone()))
        .merge(pages)
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(middleware::from_fn_with_state(state.clone(), headers::harden))
        .layer(CompressionLayer::new())
        .layer(middleware::from_fn(begun::finish))
        .layer(middleware::from_fn(unread::finish))
        .with_state(state)
}

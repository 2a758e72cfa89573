//! Where the server listens and how it speaks: HTTPS with certificates that are read again when they change, or plain
//! HTTP on this machine.

mod certificates;
mod quiet;

use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use axum::Router;
use axum_server::{Handle, Server, tls_rustls::RustlsAcceptor};
use quiet::QuietAcceptor;
use tower_http::timeout::{RequestBodyDeadlineLayer, RequestBodyTimeoutLayer};

pub use certificates::{BadCertificates, load, watch};

/// How long requests under way may take to finish once the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(10);
/// How often the certificate files are looked at.
const LOOK_AT_CERTIFICATES: Duration = Duration::from_secs(10);

/// How long the server waits for whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// For the whole head of the first request.
    pub first: Duration,
    /// For the whole head of the next one: so long a connection is kept for a page's next click.
    pub next: Duration,
    /// For the next piece of a request's body.
    pub piece: Duration,
    /// For the whole of a body: the largest file from a slow line.
    pub body: Duration,
    /// For anything to move at all. Longer than any request is worked on, because that is silence too.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            first: Duration::from_secs(30),
            next: Duration::from_secs(60),
            piece: Duration::from_secs(20),
            body: Duration::from_secs(180),
            silence: Duration::from_secs(300),
        }
    }
}

/// How the server speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Transport {
    /// HTTP without encryption.
    Plain {
        /// Whether other machines may speak it too, because a proxy in between speaks HTTPS.
        beyond_this_machine: bool,
    },
    /// HTTPS.
    Tls {
        /// The certificate chain in PEM.
        certificate: PathBuf,
        /// Its private key in PEM.
        key: PathBuf,
    },
}

/// Whether this is a demonstration, and who may reach it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Demonstration {
    /// The real thing.
    No,
    /// A demonstration for this machine alone.
    OnThisMachine,
    /// A demonstration that other machines may reach, by explicit wish.
    BeyondThisMachine,
}

/// Why the server does not listen there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ListenRefused {
    /// Names and codes would cross a network unencrypted.
    #[error(
        "{0} can be reached from other machines, and plain HTTP would show them everything: give --tls-cert and \
         --tls-key (kangma keys local-authority makes them), or --insecure-plain-http behind a proxy that speaks HTTPS"
    )]
    PlainBeyondThisMachine(SocketAddr),
    /// Anybody could sign in as anybody.
    #[error(
        "{0} can be reached from other machines, and a demonstration lets whoever reaches it sign in as anybody: \
         listen on 127.0.0.1, or say --demo-beyond-this-machine as well"
    )]
    DemonstrationBeyondThisMachine(SocketAddr),
}

/// Why the server stopped or never began.
#[derive(Debug, thiserror::Error)]
pub enum ServeFailed {
    /// The port is taken, or the address is not this machine's.
    #[error("cannot listen on {address}: is another server running there? --listen takes another address")]
    Bind {
        /// Where it was to listen.
        address: SocketAddr,
        /// What the system said.
        source: io::Error,
    },
    /// The certificate or its key cannot be used.
    #[error(transparent)]
    Certificates(#[from] BadCertificates),
    /// The listening socket broke.
    #[error("the server's socket failed: {0}")]
    Socket(#[from] io::Error),
}

impl Transport {
    /// Whether the server may speak so on that address.
    ///
    /// # Errors
    /// Plain HTTP or a demonstration would be reachable from other machines without having been told so.
    pub fn may_listen(&self, address: SocketAddr, demonstration: Demonstration) -> Result<(), ListenRefused> {
        if address.ip().is_loopback() {
            return Ok(());
        }
        if demonstration == Demonstration::OnThisMachine {
            return Err(ListenRefused::DemonstrationBeyondThisMachine(address));
        }
        match self {
            Self::Plain { beyond_this_machine: false } => Err(ListenRefused::PlainBeyondThisMachine(address)),
            _ => Ok(()),
        }
    }

    /// `http` or `https`.
    #[must_use]
    pub const fn scheme(&self) -> &'static str {
        match self {
            Self::Plain { .. } => "http",
            Self::Tls { .. } => "https",
        }
    }
}

/// Takes the port. Its real number is in the listener's own address, should port 0 have been asked for.
///
/// # Errors
/// The port is taken, or the address is not this machine's.
pub fn bind(address: SocketAddr) -> Result<TcpListener, ServeFailed> {
    let bound = TcpListener::bind(address).and_then(|listener| {
        listener.set_nonblocking(true)?;
        Ok(listener)
    });
    bound.map_err(|source| ServeFailed::Bind { address, source })
}

/// Serves until `stop` is done, then lets requests under way finish.
///
/// # Errors
/// The certificates cannot be used, or the socket broke.
pub async fn serve(
    router: Router,
    listener: TcpListener,
    transport: &Transport,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeFailed> {
    serve_with(Patience::default(), router, listener, transport, stop).await
}

/// The same with another patience.
///
/// # Errors
/// As [`serve`].
pub async fn serve_with(
    patience: Patience,
    router: Router,
    listener: TcpListener,
    transport: &Transport,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeFailed> {
    let router = router
        .layer(RequestBodyTimeoutLayer::new(patience.piece))
        .layer(RequestBodyDeadlineLayer::new(patience.body));
    let quiet = QuietAcceptor(patience.silence);
    let handle = Handle::new();
    let farewell = tokio::spawn(say_farewell(handle.clone(), stop));
    let served = match transport {
        Transport::Plain { .. } => {
            let server = patient(axum_server::from_tcp(listener)?, patience).acceptor(quiet).handle(handle);
            server.serve(router.into_make_service_with_connect_info::<SocketAddr>()).await
        }
        Transport::Tls { certificate, key } => {
            let config = load(certificate, key).await?;
            let watching =
                tokio::spawn(watch(config.clone(), certificate.clone(), key.clone(), LOOK_AT_CERTIFICATES));
            let acceptor = RustlsAcceptor::new(config).acceptor(quiet);
            let server =
                patient(axum_server::from_tcp(listener)?, patience).acceptor(acceptor).handle(handle);
            let served = server.serve(router.into_make_service_with_connect_info::<SocketAddr>()).await;
            watching.abort();
            served
        }
    };
    farewell.abort();
    Ok(served?)
}

async fn say_farewell(handle: Handle<SocketAddr>, stop: impl Future<Output = ()>) {
    stop.await;
    handle.graceful_shutdown(Some(FAREWELL));
}

fn patient(mut server: Server<SocketAddr>, patience: Patience) -> Server<SocketAddr> {
    server.http_builder().http1().header_read_timeout(patience.next);
    server.first_request_timeout(patience.first)
}

/// Done when the system asks the process to end (interrupt or termination).
///
/// # Errors
/// The system gives no signals.
pub fn told_to_stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    Ok(async move {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HERE: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 8080);
    const EVERYWHERE: SocketAddr =
        SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::UNSPECIFIED), 8080);

    fn tls() -> Transport {
        Transport::Tls { certificate: "c.pem".into(), key: "k.pem".into() }
    }

    #[test]
    fn plain_http_stays_on_this_machine_unless_told_otherwise() {
        let plain = Transport::Plain { beyond_this_machine: false };
        assert_eq!(plain.may_listen(HERE, Demonstration::No), Ok(()));
        assert_eq!(
            plain.may_listen(EVERYWHERE, Demonstration::No),
            Err(ListenRefused::PlainBeyondThisMachine(EVERYWHERE))
        );
        let proxied = Transport::Plain { beyond_this_machine: true };
        assert_eq!(proxied.may_listen(EVERYWHERE, Demonstration::No), Ok(()));
        assert_eq!(tls().may_listen(EVERYWHERE, Demonstration::No), Ok(()));
    }

    #[test]
    fn a_demonstration_stays_on_this_machine_unless_told_twice_even_over_https() {
        assert_eq!(
            tls().may_listen(EVERYWHERE, Demonstration::OnThisMachine),
            Err(ListenRefused::DemonstrationBeyondThisMachine(EVERYWHERE))
        );
        assert_eq!(tls().may_listen(EVERYWHERE, Demonstration::BeyondThisMachine), Ok(()));
        let plain = Transport::Plain { beyond_this_machine: false };
        assert_eq!(
            plain.may_listen(EVERYWHERE, Demonstration::BeyondThisMachine),
            Err(ListenRefused::PlainBeyondThisMachine(EVERYWHERE))
        );
    }
}

//! Where the server listens and how it speaks: HTTPS with certificates that are read again when they change, or plain
//! HTTP on this machine.

mod certificates;

use std::{
    future::Future,
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    time::Duration,
};

use axum::Router;
use axum_server::{
    Handle,
    accept::NoDelayAcceptor,
    tls_rustls::{RustlsAcceptor, RustlsConfig},
};

pub use certificates::{BadCertificates, load, watch};

/// How long requests under way may take to finish once the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(10);
/// How long a connection may stay silent before its first request.
const FIRST_REQUEST: Duration = Duration::from_secs(30);
/// How often the certificate files are looked at.
const LOOK_AT_CERTIFICATES: Duration = Duration::from_secs(10);

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
    let handle = Handle::new();
    let farewell = tokio::spawn(say_farewell(handle.clone(), stop));
    let served = match transport {
        Transport::Plain { .. } => serve_plain(router, listener, handle).await,
        Transport::Tls { certificate, key } => {
            let config = load(certificate, key).await?;
            let watching =
                tokio::spawn(watch(config.clone(), certificate.clone(), key.clone(), LOOK_AT_CERTIFICATES));
            let served = serve_tls(router, listener, handle, config).await;
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

async fn serve_plain(router: Router, listener: TcpListener, handle: Handle<SocketAddr>) -> io::Result<()> {
    axum_server::from_tcp(listener)?
        .acceptor(NoDelayAcceptor::new())
        .first_request_timeout(FIRST_REQUEST)
        .handle(handle)
        .serve(router.into_make_service_with_connect_info::<SocketAddr>())
        .await
}

async fn serve_tls(
    router: Router,
    listener: TcpListener,
    handle: Handle<SocketAddr>,
    config: RustlsConfig,
) -> io::Result<()> {
    axum_server::from_tcp(listener)?
        .acceptor(RustlsAcceptor::new(config).acceptor(NoDelayAcceptor::new()))
        .first_request_timeout(FIRST_REQUEST)
        .handle(handle)
        .serve(router.into_make_service_with_connect_info::<SocketAddr>())
        .await
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

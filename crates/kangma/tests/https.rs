//! HTTPS as a phone meets it: the local authority's certificate is accepted, and a new one is taken up without a
//! restart. The client is rustls itself, which trusts nothing but the authority's file.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    path::Path,
    sync::Arc,
    time::Duration,
};

use axum::{Router, routing::get};
use kangma::{
    keys::local_authority::{Files, issue, names},
    listen::{self, Transport},
};
use kangma_core::Time;
use kangma_service::ports::Clock;
use rustls::{
    ClientConfig, ClientConnection, RootCertStore, Stream,
    pki_types::{CertificateDer, ServerName, pem::PemObject},
};

fn now() -> Time {
    kangma::machine::WallClock.now()
}

/// Asks for `/` and gives the server's certificate with the answer.
fn ask(
    address: SocketAddr,
    name: &str,
    authority: &Path,
) -> Result<(CertificateDer<'static>, String), String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).expect("authority")).expect("root");
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).expect("name");
    let mut connection = ClientConnection::new(Arc::new(config), name).expect("client");
    let mut socket = TcpStream::connect(address).map_err(|error| error.to_string())?;
    socket.set_read_timeout(Some(Duration::from_secs(10))).expect("timeout");
    let mut stream = Stream::new(&mut connection, &mut socket);
    let request = b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    stream.write_all(request).map_err(|error| error.to_string())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).map_err(|error| error.to_string())?;
    let certificate = connection.peer_certificates().expect("certificates")[0].clone().into_owned();
    Ok((certificate, String::from_utf8_lossy(&answer).into_owned()))
}

async fn start(files: &Files) -> SocketAddr {
    let listener = listen::bind(([127, 0, 0, 1], 0).into()).expect("bind");
    let address = listener.local_addr().expect("address");
    let transport = Transport::Tls { certificate: files.certificate.clone(), key: files.key.clone() };
    let router = Router::new().route("/", get(|| async { "here" }));
    tokio::spawn(async move { listen::serve(router, listener, &transport, std::future::pending()).await });
    address
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_trusts_the_local_authority_reaches_the_server_by_each_of_its_names() {
    let directory = tempfile::tempdir().expect("tempdir");
    let files = Files::below(directory.path());
    issue(&files, &names(&["kangma.local".to_owned()]), now()).expect("issue");
    let address = start(&files).await;
    for name in ["localhost", "127.0.0.1", "kangma.local"] {
        let authority = files.authority.clone();
        let answer = tokio::task::spawn_blocking(move || ask(address, name, &authority)).await.expect("join");
        assert!(answer.as_ref().is_ok_and(|(_, text)| text.ends_with("here")), "{name}: {answer:?}");
    }
    let authority = files.authority.clone();
    let other = tokio::task::spawn_blocking(move || ask(address, "elsewhere.local", &authority)).await;
    assert!(other.expect("join").is_err(), "a name that was not asked for was accepted");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_served_without_a_restart_and_by_the_same_authority() {
    let directory = tempfile::tempdir().expect("tempdir");
    let files = Files::below(directory.path());
    issue(&files, &names(&[]), now()).expect("issue");
    let authority = std::fs::read(&files.authority).expect("authority");
    let config = listen::load(&files.certificate, &files.key).await.expect("load");
    let first = Arc::as_ptr(&config.get_inner());
    tokio::spawn(listen::watch(
        config.clone(),
        files.certificate.clone(),
        files.key.clone(),
        Duration::from_millis(20),
    ));
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(first, Arc::as_ptr(&config.get_inner()), "nothing changed, and it was read again");
    std::fs::write(&files.certificate, "half of a certif").expect("write");
    tokio::time::sleep(Duration::from_millis(60)).await;
    assert_eq!(first, Arc::as_ptr(&config.get_inner()), "half a file replaced a good certificate");
    issue(&files, &names(&[]), now()).expect("issue again");
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if first != Arc::as_ptr(&config.get_inner()) {
            break;
        }
    }
    assert_ne!(first, Arc::as_ptr(&config.get_inner()), "the new certificate was never taken up");
    assert_eq!(
        authority,
        std::fs::read(&files.authority).expect("authority"),
        "phones would need a new authority"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_under_way_finishes_when_the_server_is_told_to_stop() {
    let listener = listen::bind(([127, 0, 0, 1], 0).into()).expect("bind");
    let address = listener.local_addr().expect("address");
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let slow = get(|| async {
        tokio::time::sleep(Duration::from_millis(400)).await;
        "finished"
    });
    let transport = Transport::Plain { beyond_this_machine: false };
    let server = tokio::spawn(async move {
        let until = async move { stopped.await.unwrap_or(()) };
        listen::serve(Router::new().route("/", slow), listener, &transport, until).await
    });
    let asking = tokio::task::spawn_blocking(move || {
        let mut socket = TcpStream::connect(address).expect("connect");
        socket.write_all(b"GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").expect("write");
        let mut answer = String::new();
        socket.read_to_string(&mut answer).expect("read");
        answer
    });
    tokio::time::sleep(Duration::from_millis(150)).await;
    stop.send(()).expect("stop");
    assert!(asking.await.expect("join").ends_with("finished"));
    server.await.expect("join").expect("served");
    assert!(TcpStream::connect(address).is_err(), "it still listens");
}

#[test]
fn the_private_keys_can_be_read_by_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let directory = tempfile::tempdir().expect("tempdir");
    let files = Files::below(directory.path());
    issue(&files, &names(&[]), now()).expect("issue");
    for key in [&files.key, &files.authority_key] {
        let mode = std::fs::metadata(key).expect("metadata").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{} is readable by others", key.display());
    }
}

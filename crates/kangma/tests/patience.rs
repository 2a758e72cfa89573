//! Connections that are kept for nothing are given up; those that are used are not.

#![allow(clippy::expect_used, clippy::panic, reason = "a test ends where it cannot go on")]

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::{Duration, Instant},
};

use axum::{
    Router,
    body::Bytes,
    routing::{get, post},
};
use kangma::listen::{self, Patience, Transport};

/// So long a test waits for a connection to be given up.
const LONG: Duration = Duration::from_secs(30);

fn tenths(n: u64) -> Duration {
    Duration::from_millis(100 * n)
}

async fn start(patience: Patience) -> SocketAddr {
    let listener = listen::bind(([127, 0, 0, 1], 0).into()).expect("bind");
    let address = listener.local_addr().expect("address");
    let transport = Transport::Plain { beyond_this_machine: false };
    let router = Router::new()
        .route("/", get(async || "here"))
        .route("/", post(async |body: Bytes| body.len().to_string()))
        .route("/slow", get(async || tokio::time::sleep(Duration::from_secs(60)).await));
    let forever = std::future::pending();
    tokio::spawn(async move { listen::serve_with(patience, router, listener, &transport, forever).await });
    address
}

/// Says that, and tells what came back until the server closed; nothing when it did not.
async fn said(address: SocketAddr, parts: Vec<&'static str>, pause: Duration) -> Option<String> {
    let asking = move || {
        let mut socket = TcpStream::connect(address).expect("connect");
        socket.set_read_timeout(Some(LONG)).expect("timeout");
        for (place, part) in parts.iter().enumerate() {
            if place > 0 {
                std::thread::sleep(pause);
            }
            // Whoever is given up learns it from a reset as well.
            if socket.write_all(part.as_bytes()).is_err() {
                break;
            }
        }
        let (mut answer, begun) = (Vec::new(), Instant::now());
        socket.read_to_end(&mut answer).ok();
        (begun.elapsed() < LONG).then(|| String::from_utf8_lossy(&answer).into_owned())
    };
    tokio::task::spawn_blocking(asking).await.expect("join")
}

const ASKED: &str = "GET / HTTP/1.1\r\nhost: localhost\r\n\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn whoever_says_nothing_more_is_given_up_at_every_place() {
    let patience = Patience { first: tenths(3), next: tenths(4), piece: tenths(3), ..Patience::default() };
    let address = start(patience).await;
    let none = Duration::ZERO;
    let half_a_head = said(address, vec!["GET / HTT"], none).await;
    assert_eq!(half_a_head.as_deref(), Some(""));
    let idle = said(address, vec![ASKED], none).await;
    assert!(idle.as_ref().is_some_and(|text| text.ends_with("here")), "{idle:?}");
    let second_head = said(address, vec![ASKED, "GET / HTT"], tenths(1)).await;
    assert!(second_head.as_ref().is_some_and(|text| text.contains("here")), "{second_head:?}");
    let body = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\nabcdef";
    let half_a_body = said(address, vec![ASKED, body], tenths(1)).await;
    assert!(half_a_body.as_ref().is_some_and(|text| text.contains("HTTP/1.1 4")), "{half_a_body:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_body_that_drips_ends_with_the_time_for_the_whole() {
    let address = start(Patience { body: tenths(5), ..Patience::default() }).await;
    let parts = vec![
        "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 1000\r\n\r\na",
        "b",
        "c",
        "d",
        "e",
        "f",
        "g",
        "h",
    ];
    let dripped = said(address, parts, tenths(1)).await;
    assert!(dripped.as_ref().is_some_and(|text| text.contains("HTTP/1.1 4")), "{dripped:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_over_which_nothing_moves_ends_whatever_it_waits_for() {
    let address = start(Patience { silence: tenths(5), ..Patience::default() }).await;
    let waited = said(address, vec!["GET /slow HTTP/1.1\r\nhost: localhost\r\n\r\n"], Duration::ZERO).await;
    assert_eq!(waited.as_deref(), Some(""));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_used_is_kept() {
    let patience =
        Patience { first: tenths(5), next: tenths(10), silence: tenths(10), ..Patience::default() };
    let address = start(patience).await;
    let asked = "POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: 3\r\n\r\nabc";
    let last = "GET / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
    let answers = said(address, vec![ASKED, asked, ASKED, asked, last], tenths(4)).await.expect("answers");
    assert_eq!(answers.matches("200 OK").count(), 5, "{answers}");
}

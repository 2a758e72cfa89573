//! Cookies, and who is behind a request.

use crate::app::App;
use axum::http::{HeaderMap, HeaderValue, header, request::Parts};
use kangma_core::Span;
use kangma_service::{Refused, sign_in::SessionOf};
use std::net::{IpAddr, SocketAddr};

/// The value of a cookie.
#[must_use]
pub fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(of, value)| (of == name).then_some(value))
}

/// The name of the session's cookie. Over HTTPS it is bound to this host by its prefix.
#[must_use]
pub const fn session_cookie(secure: bool) -> &'static str {
    if secure { "__Host-kangma" } else { "kangma" }
}

/// The header that makes a browser keep a cookie for `lasts`; no time at all removes it.
#[must_use]
pub fn set_cookie(name: &str, value: &str, lasts: Span, secure: bool) -> Option<HeaderValue> {
    let seconds = lasts.0 / 1_000;
    let end = if secure { "; Secure" } else { "" };
    let text = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Lax{end}");
    HeaderValue::from_str(&text).ok()
}

/// Whether two tokens are the same, without telling by the time taken where they differ.
#[must_use]
pub fn same_token(given: &str, kept: &str) -> bool {
    !kept.is_empty()
        && given.len() == kept.len()
        && given.bytes().zip(kept.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b)) == 0
}

/// The session's token in a request: its cookie, or `Authorization: Bearer`.
#[must_use]
pub fn token(app: &App, headers: &HeaderMap) -> Option<String> {
    cookie(headers, session_cookie(app.running.secure)).or_else(|| bearer(headers)).map(ToOwned::to_owned)
}

/// The token of `Authorization: Bearer`.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The session of a request, if there is one that has not ended.
///
/// # Errors
/// The store failed.
pub async fn session(app: &App, headers: &HeaderMap) -> Result<Option<SessionOf>, Refused> {
    match token(app, headers) {
        Some(token) => app.service.session(&token).await,
        None => Ok(None),
    }
}

/// The network of who asks, for limits alone: it is written nowhere.
#[must_use]
pub fn address(app: &App, parts: &Parts) -> String {
    let forwarded = parts.headers.get("x-forwarded-for").filter(|_| app.running.behind_proxy);
    let forwarded = forwarded.and_then(|value| value.to_str().ok()).and_then(|list| list.rsplit(',').next());
    let direct = parts.extensions.get::<axum::extract::ConnectInfo<SocketAddr>>();
    match (forwarded, direct) {
        (Some(address), _) => address.trim().parse().map_or_else(|_| address.trim().to_owned(), network),
        (None, Some(direct)) => network(direct.0.ip()),
        (None, None) => String::new(),
    }
}

/// An address of IPv4; of IPv6 its first half, because one household is given all addresses of the other.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => address.to_string(),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; kangma=token; b=2"));
        assert_eq!(cookie(&headers, "kangma"), Some("token"));
        assert_eq!(cookie(&headers, "kang"), None);
    }

    #[test]
    fn a_household_of_ipv6_is_one_network_and_an_address_of_ipv4_is_one() {
        let of = |text: &str| network(text.parse().unwrap());
        assert_eq!(of("2001:db8:1:2::7"), of("2001:db8:1:2:ffff::1"));
        assert_ne!(of("2001:db8:1:2::7"), of("2001:db8:1:3::7"));
        assert_eq!(of("::ffff:192.0.2.1"), of("192.0.2.1"));
        assert_ne!(of("192.0.2.1"), of("192.0.2.2"));
    }

    #[test]
    fn tokens_are_the_same_only_when_both_are_there_and_equal() {
        assert!(same_token("abc", "abc"));
        assert!(!same_token("abd", "abc"));
        assert!(!same_token("ab", "abc"));
        assert!(!same_token("", ""));
    }

    #[test]
    fn a_cookie_over_https_is_marked_secure() {
        let value = set_cookie("__Host-kangma", "t", Span::from_seconds(60), true).unwrap();
        assert_eq!(value, "__Host-kangma=t; Path=/; Max-Age=60; HttpOnly; SameSite=Lax; Secure");
    }
}

//! A declaration that is being filled in: saved as one goes, in a cookie of the person's own browser. Nothing of it is
//! on the server before it is sent.

use crate::{app::App, session};
use axum::http::{HeaderMap, HeaderValue};
use kangma_core::PersonId;
use std::collections::BTreeMap;

/// How long an unfinished declaration is kept: the evening, not the next week.
const KEPT_SECONDS: u32 = 12 * 60 * 60;
/// What a browser keeps in one cookie.
const MOST_BYTES: usize = 3_800;

/// The answers so far, by question, as they were typed.
#[derive(Clone, Default)]
pub(super) struct Draft(BTreeMap<String, String>);

impl Draft {
    /// The draft that a request carries.
    pub fn of(headers: &HeaderMap, person: PersonId) -> Self {
        let text = session::cookie(headers, &name(person)).unwrap_or_default();
        let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
        Self(pairs.filter_map(|(id, answer)| Some((decode(id)?, decode(answer)?))).collect())
    }

    pub fn answer(&self, question: &str) -> Option<&str> {
        self.0.get(question).map(String::as_str)
    }

    pub fn set(&mut self, question: &str, answer: &str) {
        self.0.insert(question.to_owned(), answer.to_owned());
    }

    /// The cookie that keeps it; nothing when it has grown too large to be kept.
    pub fn cookie(&self, app: &App, person: PersonId) -> Option<HeaderValue> {
        let pair = |(id, answer): (&String, &String)| format!("{}={}", encode(id), encode(answer));
        let text = self.0.iter().map(pair).collect::<Vec<_>>().join("&");
        (text.len() <= MOST_BYTES).then(|| cookie(app, person, &text, KEPT_SECONDS)).flatten()
    }

    /// The cookie that forgets it.
    pub fn forget(app: &App, person: PersonId) -> Option<HeaderValue> {
        cookie(app, person, "", 0)
    }
}

fn name(person: PersonId) -> String {
    format!("kangma-draft-{person}")
}

fn cookie(app: &App, person: PersonId, text: &str, seconds: u32) -> Option<HeaderValue> {
    let end = if app.running.secure { "; Secure" } else { "" };
    let name = name(person);
    let path = format!("/persons/{person}/");
    let text = format!("{name}={text}; Path={path}; Max-Age={seconds}; HttpOnly; SameSite=Strict{end}");
    HeaderValue::from_str(&text).ok()
}

/// Letters, digits and hyphens stand for themselves; every other byte is written in hexadecimal.
fn encode(text: &str) -> String {
    let byte = |b: u8| {
        if b.is_ascii_alphanumeric() || b == b'-' { char::from(b).to_string() } else { format!("%{b:02x}") }
    };
    text.bytes().map(byte).collect()
}

fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
            bytes.push(u8::from_str_radix(digits, 16).ok()?);
            rest = tail.get(2..)?;
        } else {
            bytes.push(*first);
            rest = tail;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_typed_comes_back_as_it_was() {
        for text in ["no", "36.5", "甄 & Söhne; =%", ""] {
            assert_eq!(decode(&encode(text)).as_deref(), Some(text));
            assert!(encode(text).bytes().all(|b| b.is_ascii_graphic() && !b";=&,".contains(&b)));
        }
        assert_eq!(decode("%4"), None);
        assert_eq!(decode("%ff"), None);
    }
}

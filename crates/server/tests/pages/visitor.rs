//! A browser without script: keeps cookies, follows redirects, fills in forms.

use super::city::City;
use axum::{
    body::{Body, to_bytes},
    http::{HeaderMap, Request, StatusCode, header},
};
use std::collections::BTreeMap;
use tower::ServiceExt as _;

pub struct Visitor<'c> {
    city: &'c City,
    pub language: &'static str,
    pub cookies: BTreeMap<String, String>,
    pub page: Shown,
}

/// What is shown.
#[derive(Debug, Clone, Default)]
pub struct Shown {
    pub status: StatusCode,
    pub address: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Shown {
    #[track_caller]
    pub fn says(&self, text: &str) {
        assert!(
            self.body.contains(text),
            "`{text}` is not on {} ({}):\n{}",
            self.address,
            self.status,
            self.text()
        );
    }

    #[track_caller]
    pub fn does_not_say(&self, text: &str) {
        assert!(!self.body.contains(text), "`{text}` is on {}:\n{}", self.address, self.text());
    }

    /// The words without their marks.
    pub fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for c in self.body.chars() {
            match c {
                '<' => inside = true,
                '>' => {
                    inside = false;
                    text.push(' ');
                }
                c if !inside => text.push(c),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// The token in the page's forms.
    pub fn csrf(&self) -> Option<String> {
        let after = self.body.split(r#"name="csrf" value=""#).nth(1)?;
        Some(after.split('"').next()?.to_owned())
    }

    /// The address of the first link or form that contains this.
    pub fn address_with(&self, part: &str) -> String {
        let quoted = self.body.split('"').find(|text| text.starts_with('/') && text.contains(part));
        quoted
            .unwrap_or_else(|| panic!("no address with `{part}` on {}:\n{}", self.address, self.body))
            .replace("&#38;", "&")
    }
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| -> String {
        text.bytes()
            .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    fields
        .iter()
        .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
        .collect::<Vec<_>>()
        .join("&")
}

impl<'c> Visitor<'c> {
    pub fn of(city: &'c City) -> Self {
        Self { city, language: "en", cookies: BTreeMap::new(), page: Shown::default() }
    }

    pub async fn get(&mut self, address: &str) -> &Shown {
        self.ask("GET", address, None).await;
        self.follow().await;
        &self.page
    }

    /// Hands a form in, with the token of the page that is open.
    pub async fn post(&mut self, address: &str, fields: &[(&str, &str)]) -> &Shown {
        self.post_once(address, fields).await;
        self.follow().await;
        &self.page
    }

    /// The same without following where it leads.
    pub async fn post_once(&mut self, address: &str, fields: &[(&str, &str)]) -> &Shown {
        let csrf = self.page.csrf().unwrap_or_default();
        let mut fields = fields.to_vec();
        fields.push(("csrf", &csrf));
        self.ask("POST", address, Some(encoded(&fields))).await;
        &self.page
    }

    async fn follow(&mut self) {
        for _ in 0..5 {
            if !self.page.status.is_redirection() {
                return;
            }
            let to = self.page.headers[header::LOCATION].to_str().unwrap().to_owned();
            self.ask("GET", &to, None).await;
        }
        panic!("redirected without an end");
    }

    async fn ask(&mut self, method: &str, address: &str, form: Option<String>) {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(address)
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::COOKIE, cookies.join("; "));
        if form.is_some() {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request.body(form.map_or_else(Body::empty, Body::from)).unwrap();
        let response = self.city.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            self.keep(cookie.to_str().unwrap());
        }
        let body = to_bytes(body, 1 << 24).await.unwrap();
        let body = String::from_utf8_lossy(&body).into_owned();
        self.page = Shown { status: parts.status, address: address.to_owned(), headers: parts.headers, body };
    }

    fn keep(&mut self, cookie: &str) {
        let (pair, rest) = cookie.split_once(';').unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        assert!(rest.contains("HttpOnly"), "{name} can be read by scripts");
        if rest.contains("Max-Age=0") {
            self.cookies.remove(name);
        } else {
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
    }

    /// Signs in with the code of the outbox.
    pub async fn sign_in(&mut self, phone: &str) {
        self.get("/sign-in").await;
        self.post("/sign-in", &[("phone", phone)]).await;
        let message = self.city.message(phone).await;
        let code: String = message.chars().skip_while(|c| !c.is_ascii_digit()).take(6).collect();
        self.post("/sign-in/code", &[("code", &code)]).await;
        assert_eq!(self.page.status, StatusCode::OK, "{}", self.page.text());
    }

    /// The address of the pages of whom the home page shows.
    pub async fn base(&mut self) -> String {
        let address = self.get("/").await.address_with("/persons/");
        address.split('/').take(3).collect::<Vec<_>>().join("/")
    }

    /// Signs in and says who they are.
    pub async fn identified(&mut self, phone: &str, name: &str) -> String {
        self.sign_in(phone).await;
        let base = self.base().await;
        self.get(&format!("{base}/identify")).await;
        let number = format!("T{phone}");
        let identity = [
            ("name", name),
            ("document-type", "other"),
            ("document-number", number.as_str()),
            ("birth-date", "1980-05-05"),
            ("district", "east"),
        ];
        self.post(&format!("{base}/identify"), &identity).await;
        assert_eq!(self.page.address, format!("{base}/declare"), "{}", self.page.text());
        base
    }

    /// Answers every question with no, but for those given, and sends the declaration.
    pub async fn declare(&mut self, base: &str, but: &[(&str, &str)]) {
        self.get(&format!("{base}/declare")).await;
        self.post(&format!("{base}/declare"), &[("purpose", "resident")]).await;
        while !self.page.address.ends_with("/summary") {
            let address = self.page.address.clone();
            let question = address.rsplit('/').next().unwrap().to_owned();
            let answer = but.iter().find(|(id, _)| *id == question).map(|(_, answer)| *answer);
            let answer = answer.unwrap_or(if question == "temperature" { "36.5" } else { "no" });
            self.post(&address, &[(&question, answer)]).await;
            assert_eq!(self.page.status, StatusCode::OK, "{}", self.page.text());
            assert_ne!(self.page.address, address, "the same question again");
        }
        self.post(&format!("{base}/declare/summary"), &[("truth", "yes")]).await;
        assert_eq!(self.page.address, format!("{base}/declare/done"), "{}", self.page.text());
    }
}

//! One Chromium with its driver, in a profile of its own.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use tempfile::TempDir;
use thirtyfour::prelude::*;

use crate::film::Film;

const REMEDY: &str = "run script/test browser, which installs what is missing";

/// The language that a browser asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Chinese,
    English,
}

/// What a browser is shown on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// A phone held upright.
    Phone,
    /// A desk.
    Desk,
}

impl Language {
    /// Whichever of the two texts is in this language.
    pub const fn pick<'a>(self, chinese: &'a str, english: &'a str) -> &'a str {
        match self {
            Self::Chinese => chinese,
            Self::English => english,
        }
    }

    const fn accepted(self) -> &'static str {
        self.pick("zh-CN,zh", "en-GB,en")
    }

    const fn own(self) -> &'static str {
        self.pick("zh-CN", "en-GB")
    }
}

/// A browser and its driver. The order of the fields is the order of ending: session, driver, profile.
pub struct Chromium {
    pub driver: WebDriver,
    _process: Driver,
    _profile: TempDir,
}

struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Chromium {
    pub async fn open(language: Language, screen: Screen, film: Option<&Film>) -> Self {
        let profile = TempDir::new().expect("a profile");
        let (process, port) = start_driver();
        let capabilities = capabilities(language, screen, film, profile.path()).expect("capabilities");
        let driver = WebDriver::new(format!("http://127.0.0.1:{port}"), capabilities)
            .await
            .unwrap_or_else(|error| panic!("Chromium did not start: {error}; {REMEDY}"));
        Self { driver, _process: process, _profile: profile }
    }

    pub async fn close(self) {
        self.driver.quit().await.expect("Chromium closes");
    }
}

/// How often a driver may fail to get a port.
const MOST_STARTS: usize = 5;

/// Starts the driver on a port that it chooses itself. It takes one of IPv4 that it then wants of IPv6 as well, and ends
/// where that is somebody else's: so it is started again.
fn start_driver() -> (Driver, u16) {
    (0..MOST_STARTS).find_map(|_| try_driver()).unwrap_or_else(|| {
        panic!("chromedriver ended {MOST_STARTS} times without saying its port; {REMEDY}");
    })
}

/// A driver and the port that it says on its standard output.
fn try_driver() -> Option<(Driver, u16)> {
    let program = named_by("KANGMA_CHROMEDRIVER", "chromedriver");
    let mut child = Command::new(&program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap_or_else(|error| panic!("{program}: {error}; {REMEDY}"));
    let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines().map_while(Result::ok);
    let process = Driver(child);
    let said = |line: String| {
        let (_, port) = line.split_once("started successfully on port ")?;
        port.trim_end_matches('.').parse().ok()
    };
    lines.find_map(said).map(|port| (process, port))
}

fn capabilities(
    language: Language,
    screen: Screen,
    film: Option<&Film>,
    profile: &Path,
) -> WebDriverResult<Capabilities> {
    let mut chrome = DesiredCapabilities::chrome();
    chrome.set_binary(&named_by("KANGMA_CHROMIUM", "/usr/bin/chromium"))?;
    for argument in
        ["headless=new", "no-sandbox", "disable-dev-shm-usage", "disable-gpu", "mute-audio", "no-first-run"]
    {
        chrome.add_arg(&format!("--{argument}"))?;
    }
    chrome.add_arg(&format!("--user-data-dir={}", profile.display()))?;
    chrome.add_arg(&format!("--lang={}", language.own()))?;
    chrome.add_arg(&format!("--accept-lang={}", language.accepted()))?;
    let preferences = serde_json::json!({ "intl.accept_languages": language.accepted() });
    chrome.add_experimental_option("prefs", preferences)?;
    match screen {
        Screen::Desk => chrome.add_arg("--window-size=1280,900")?,
        Screen::Phone => chrome.add_experimental_option("mobileEmulation", phone())?,
    }
    if let Some(film) = film {
        for argument in film.arguments() {
            chrome.add_arg(&argument)?;
        }
    }
    Ok(chrome.into())
}

/// Two device pixels to a pixel, as on an old phone.
fn phone() -> serde_json::Value {
    serde_json::json!({
        "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0, "touch": true }
    })
}

/// A program, or the one that the environment names in its place.
#[allow(clippy::disallowed_methods, reason = "where the browser lies is the environment's to say")]
fn named_by(variable: &str, usual: &str) -> String {
    std::env::var(variable).ok().filter(|name| !name.is_empty()).unwrap_or_else(|| usual.to_owned())
}

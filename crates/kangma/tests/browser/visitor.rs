//! A person at a browser.

mod acts;
mod chromium;
mod looks;

use std::{
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
    time::Duration,
};

use chromium::Chromium;
pub use chromium::{Language, Screen};
use serde_json::json;

use crate::film::Film;

/// How long a page may take to show what is waited for.
const PATIENCE: Duration = Duration::from_secs(8);
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Somebody with a browser of their own, at one address.
pub struct Visitor {
    browser: Chromium,
    home: String,
    language: Language,
    shots: PathBuf,
    steps: AtomicU32,
}

/// Who comes, with what.
pub struct Arrival<'a> {
    /// The test's name: its screenshots lie in a directory of this name.
    pub test: &'a str,
    /// Where every path begins, as in `http://127.0.0.1:8080`.
    pub home: &'a str,
    /// The language that the browser asks for.
    pub language: Language,
    /// What the browser is shown on.
    pub screen: Screen,
    /// What its camera sees, if it has one.
    pub film: Option<&'a Film>,
}

impl Visitor {
    /// Opens a browser that has never been here before.
    pub async fn arrive(arrival: Arrival<'_>) -> Self {
        let browser = Chromium::open(arrival.language, arrival.screen, arrival.film).await;
        let shots = out().join("screenshots").join(arrival.test);
        std::fs::create_dir_all(&shots).expect("out/screenshots");
        let (home, language) = (arrival.home.to_owned(), arrival.language);
        Self { browser, home, language, shots, steps: AtomicU32::new(0) }
    }

    /// Whichever of the two texts is in the language of this person's browser.
    pub const fn say<'a>(&self, chinese: &'a str, english: &'a str) -> &'a str {
        self.language.pick(chinese, english)
    }

    /// Goes to a page and waits until it is loaded. A page that is not there ends the test.
    pub async fn open(&self, path: &str) {
        let status = self.goes_to(path).await;
        if status >= 400 {
            self.give_up(format!("{path} answers with status {status}")).await;
        }
    }

    /// Goes to a page, whatever is there, and gives its HTTP status.
    pub async fn goes_to(&self, path: &str) -> u64 {
        let address = format!("{}{path}", self.home);
        self.browser.driver.goto(&address).await.unwrap_or_else(|error| panic!("{address}: {error}"));
        self.status().await
    }

    /// The HTTP status of the page that is shown; 0 for one that came from the browser's own keeping.
    async fn status(&self) -> u64 {
        let script = "return performance.getEntriesByType('navigation')[0]?.responseStatus ?? 0";
        let asked = self.browser.driver.execute(script, vec![]).await;
        asked.expect("a page").json().as_u64().unwrap_or(0)
    }

    /// Keeps a picture of what is on the screen, and gives its path.
    pub async fn photograph(&self, step: &str) -> PathBuf {
        let path = self.next_picture(step);
        self.browser.driver.screenshot(&path).await.expect("screenshot");
        path
    }

    /// Keeps a picture of the whole page, as far down as it goes.
    pub async fn photograph_whole(&self, step: &str) -> PathBuf {
        let script =
            "return [innerWidth, innerHeight, devicePixelRatio, document.documentElement.scrollHeight]";
        let asked = self.browser.driver.execute(script, vec![]).await;
        let [width, height, ratio, whole]: [f64; 4] = asked.expect("a page").convert().expect("its size");
        self.stretch(width, whole, ratio).await;
        let path = self.photograph(step).await;
        self.stretch(width, height, ratio).await;
        path
    }

    /// Makes the screen as large as this, in the page's pixels.
    async fn stretch(&self, width: f64, height: f64, ratio: f64) {
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": ratio, "mobile": width < 600.0 });
        let set = self.browser.driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", size).await;
        set.expect("the screen's size can be set");
    }

    fn next_picture(&self, step: &str) -> PathBuf {
        let number = self.steps.fetch_add(1, Ordering::SeqCst) + 1;
        self.shots.join(format!("{number:02}-{step}.png"))
    }

    /// Closes the browser. A visitor who is dropped closes it too, but waits for it less politely.
    pub async fn leave(self) {
        self.browser.close().await;
    }

    /// Ends the test with what the person saw.
    async fn give_up(&self, what: String) -> ! {
        let picture = self.photograph("gave-up").await;
        let seen = self.text().await;
        panic!("{what}\n── picture: {}\n── on the screen:\n{seen}", picture.display());
    }
}

/// Where tests leave what a person may want to look at.
pub fn out() -> PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../out")
}

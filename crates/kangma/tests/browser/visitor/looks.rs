//! What a person can see, and what a browser can be asked about a page.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{LOOK_AGAIN, PATIENCE, Visitor};

impl Visitor {
    /// Everything that can be read on the page.
    pub async fn text(&self) -> String {
        let read = self.browser.driver.execute("return document.body?.innerText ?? ''", vec![]).await;
        read.ok().and_then(|text| text.json().as_str().map(str::to_owned)).unwrap_or_default()
    }

    /// Waits until the page shows this text.
    pub async fn sees(&self, text: &str) {
        if !self.waits_for(text, PATIENCE).await {
            self.give_up(format!("'{text}' did not appear")).await;
        }
    }

    /// Opens a page again and again until it shows this text.
    pub async fn finds(&self, path: &str, text: &str) {
        let begun = Instant::now();
        loop {
            self.open(path).await;
            if self.waits_for(text, LOOK_AGAIN).await {
                return;
            }
            if begun.elapsed() > PATIENCE {
                self.give_up(format!("'{text}' did not appear on {path}")).await;
            }
        }
    }

    /// Waits until the page shows this text, and gives how long that took.
    pub async fn sees_within(&self, text: &str, most: Duration) -> Duration {
        let begun = Instant::now();
        if !self.waits_for(text, most).await {
            self.give_up(format!("'{text}' did not appear within {most:?}")).await;
        }
        begun.elapsed()
    }

    /// Waits until the page does not show this text any more.
    pub async fn no_longer_sees(&self, text: &str) {
        let begun = Instant::now();
        while self.text().await.contains(text) {
            if begun.elapsed() > PATIENCE {
                self.give_up(format!("'{text}' is still shown")).await;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Ends the test unless these texts stand on the page one after the other.
    pub async fn sees_in_order(&self, texts: &[&str]) {
        let page = self.text().await;
        let places: Vec<_> = texts.iter().map(|text| page.find(text)).collect();
        if places.contains(&None) || !places.is_sorted() {
            self.give_up(format!("{texts:?} stand at {places:?}")).await;
        }
    }

    /// Ends the test if the page shows this text now.
    pub async fn does_not_see(&self, text: &str) {
        if self.text().await.contains(text) {
            self.give_up(format!("'{text}' is shown and should not be")).await;
        }
    }

    /// Ends the test unless this text stands on the part of the page that is on the screen now.
    pub async fn sees_without_scrolling(&self, text: &str) {
        self.sees(text).await;
        let script = "const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT); \
                      while (words.nextNode()) { \
                        if (!words.currentNode.data.includes(arguments[0])) continue; \
                        const range = new Range(); \
                        range.selectNodeContents(words.currentNode); \
                        const { width, top, bottom } = range.getBoundingClientRect(); \
                        if (width > 1 && top >= 0 && bottom <= innerHeight) return true; \
                      } \
                      return false";
        let asked = self.browser.driver.execute(script, vec![json!(text)]).await;
        if !asked.is_ok_and(|seen| seen.json() == true) {
            self.give_up(format!("'{text}' is not on the screen without scrolling")).await;
        }
    }

    /// Ends the test unless what is said aloud covers the whole screen.
    pub async fn fills_the_screen(&self) {
        let script = "const box = document.querySelector('[role=alert]').getBoundingClientRect(); \
                      return box.x <= 0 && box.y <= 0 && box.right >= innerWidth && box.bottom >= innerHeight";
        let asked = self.browser.driver.execute(script, vec![]).await;
        if !asked.is_ok_and(|fills| fills.json() == true) {
            self.give_up("it does not fill the screen".to_owned()).await;
        }
    }

    /// The page's heading.
    pub async fn heading(&self) -> String {
        let asked =
            self.browser.driver.execute("return document.querySelector('h1').innerText", vec![]).await;
        asked.expect("a page").json().as_str().unwrap_or_default().to_owned()
    }

    /// Where the browser is, without the address of the server.
    pub async fn path(&self) -> String {
        self.browser.driver.current_url().await.expect("an address").path().to_owned()
    }

    /// The language that the page says it is in.
    pub async fn page_language(&self) -> String {
        let asked = self.browser.driver.execute("return document.documentElement.lang", vec![]).await;
        asked.expect("a page").json().as_str().unwrap_or_default().to_owned()
    }

    /// The bytes that this page and everything it loaded took on the wire, compressed and with headers. Meaningful
    /// for a browser's first page, before anything is cached.
    pub async fn bytes_of_this_load(&self) -> u64 {
        let script = "return performance.getEntriesByType('navigation')\
                      .concat(performance.getEntriesByType('resource'))\
                      .reduce((sum, each) => sum + each.transferSize, 0)";
        let asked = self.browser.driver.execute(script, vec![]).await;
        asked.expect("a page").convert().expect("a number of bytes")
    }

    /// Comes to every page as if for the first time: nothing of a page before is kept.
    pub async fn keeps_nothing(&self) {
        let devtools = self.browser.driver.cdp();
        for (command, how) in [
            ("Network.enable", json!({})),
            ("Network.setCacheDisabled", json!({ "cacheDisabled": true })),
            ("Network.setBypassServiceWorker", json!({ "bypass": true })),
        ] {
            devtools.send_raw(command, how).await.expect("what is kept can be passed by");
        }
    }

    /// Has a network on which this file, such as `gate.js`, never comes.
    pub async fn never_gets(&self, file: &str) {
        let blocked = json!({ "urls": [format!("*/{file}*")] });
        let set = self.browser.driver.cdp().send_raw("Network.setBlockedURLs", blocked).await;
        set.expect("a file can be held back");
    }

    /// Cuts the browser off from the network, or joins it again.
    pub async fn network(&self, reachable: bool) {
        let devtools = self.browser.driver.cdp();
        let conditions = json!({
            "offline": !reachable, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1
        });
        devtools.send_raw("Network.enable", json!({})).await.expect("the network can be watched");
        let set = devtools.send_raw("Network.emulateNetworkConditions", conditions).await;
        set.expect("the network can be cut");
    }

    /// Runs a script that answers when it is done; for tools such as axe, never to act in a person's place.
    pub async fn measure(&self, script: &str) -> serde_json::Value {
        let answer = self.browser.driver.execute_async(script, vec![]).await;
        answer.unwrap_or_else(|error| panic!("a measuring script failed: {error}")).json().clone()
    }

    async fn waits_for(&self, text: &str, most: Duration) -> bool {
        let begun = Instant::now();
        loop {
            if self.text().await.contains(text) {
                return true;
            }
            if begun.elapsed() > most {
                return false;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

//! What a person can do: press, fill, choose and type, by the labels that they can see.

use std::{path::Path, time::Instant};

use serde::Deserialize;
use serde_json::{Value, json};
use thirtyfour::{Key, WebElement};

use super::{LOOK_AGAIN, PATIENCE, Visitor};

const FIND: &str = include_str!("find.js");
const LEAVE: &str = include_str!("leave.js");
/// The most presses of the tabulator key before a control counts as out of the keyboard's reach.
const MOST_TABS: u32 = 120;

/// What a label belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Press,
    Field,
}

impl Kind {
    const fn in_script(self) -> &'static str {
        match self {
            Self::Press => "press",
            Self::Field => "field",
        }
    }
}

#[derive(Deserialize)]
struct Found {
    found: Vec<Value>,
    names: Vec<String>,
}

impl Visitor {
    /// Presses the button, link or tab with this label.
    pub async fn press(&self, label: &str) {
        self.press_near("", label).await;
    }

    /// Presses the one with this label in the row, item, section or dialog that has `near` in its text.
    pub async fn press_near(&self, near: &str, label: &str) {
        let element = self.find(Kind::Press, label, near).await;
        self.bring_into_sight(&element).await;
        self.watch_the_way_out().await;
        if let Err(error) = element.click().await {
            self.give_up(format!("'{label}' cannot be pressed: {error}")).await;
        }
        self.follow(label).await;
    }

    /// Reaches the button or link with this label by the tabulator key alone, and presses Enter.
    pub async fn press_by_keyboard(&self, label: &str) {
        self.tab_to(label).await;
        self.watch_the_way_out().await;
        self.type_keys(Key::Enter + "").await;
        self.follow(label).await;
    }

    /// Has the page remember whether it is being left.
    async fn watch_the_way_out(&self) {
        self.browser.driver.execute(LEAVE, vec![]).await.expect("a page");
    }

    /// Where a press leads to another page, waits until the old one is gone: what is looked for next is on the new one.
    async fn follow(&self, label: &str) {
        let begun = Instant::now();
        loop {
            let leaving = self.browser.driver.execute("return window.leaving ?? null", vec![]).await;
            if leaving.is_ok_and(|leaving| leaving.json() != true) {
                return;
            }
            if begun.elapsed() > PATIENCE {
                self.give_up(format!("'{label}' was pressed and leads nowhere")).await;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    /// Moves the focus with the tabulator key until it is on what has this label.
    pub async fn tab_to(&self, label: &str) {
        for _ in 0..MOST_TABS {
            self.type_keys(Key::Tab + "").await;
            if self.focused().await.as_deref() == Some(label) {
                return;
            }
        }
        self.give_up(format!("'{label}' was not reached by the tabulator key")).await;
    }

    /// Types into the field with this label, in place of what it held.
    pub async fn fill(&self, label: &str, text: &str) {
        self.fill_near("", label, text).await;
    }

    /// Types into the field with this label in the row, item, section or dialog that has `near` in its text.
    pub async fn fill_near(&self, near: &str, label: &str, text: &str) {
        let element = self.find(Kind::Field, label, near).await;
        let typed = async {
            element.click().await?;
            element.send_keys(Key::Control + "a").await?;
            element.send_keys(Key::Delete + "").await?;
            element.send_keys(text).await
        };
        if let Err(error) = typed.await {
            self.give_up(format!("'{label}' cannot be filled: {error}")).await;
        }
    }

    /// Types a day, such as `2020-03-01`, or a day with its time, such as `2020-03-01T08:30`, into the field of dates
    /// with this label. The order of its parts is the browser's to choose: each is tried until the field holds the date.
    pub async fn fill_date(&self, label: &str, date: &str) {
        let field = self.find(Kind::Field, label, "").await;
        for keys in orders_of(date) {
            field.send_keys(keys).await.unwrap_or_else(|error| panic!("'{label}' takes no date: {error}"));
            if field.value().await.ok().flatten().as_deref() == Some(date) {
                return;
            }
        }
        self.give_up(format!("'{label}' does not take {date}")).await;
    }

    /// Ticks the box or the option with this label; a list is opened with [`Visitor::pick`].
    pub async fn choose(&self, label: &str) {
        self.choose_near("", label).await;
    }

    /// Ticks the one with this label in the group, row or section that has `near` in its text. The pointer goes to the
    /// label; whatever lies there takes the press, as it would for a person.
    pub async fn choose_near(&self, near: &str, label: &str) {
        let box_or_option = self.find(Kind::Field, label, near).await;
        let before = box_or_option.is_selected().await.unwrap_or(false);
        let seen = self.bring_into_sight(&box_or_option).await;
        let pressed =
            self.browser.driver.action_chain().move_to_element_center(&seen).click().perform().await;
        let after = box_or_option.is_selected().await;
        // A choice that leads to another page at once cannot be looked at any more.
        let took = after.as_ref().map_or(true, |after| *after || before);
        if pressed.is_err() || !took {
            self.give_up(format!("'{label}' was pressed and is not chosen: {pressed:?}")).await;
        }
    }

    /// Scrolls until an element, or its label where it has one, is in the middle of the screen, and gives what is there.
    async fn bring_into_sight(&self, element: &WebElement) -> WebElement {
        let script = "const seen = arguments[0].labels?.[0] ?? arguments[0]; \
                      seen.scrollIntoView({block: 'center', behavior: 'instant'}); return seen";
        let seen = self.browser.driver.execute(script, vec![element.to_json().expect("element")]).await;
        seen.expect("what is seen of it").element().expect("an element")
    }

    /// Picks an entry of the list with this label, with the arrow keys.
    pub async fn pick(&self, label: &str, entry: &str) {
        let list = self.find(Kind::Field, label, "").await;
        list.send_keys(Key::Home + "").await.expect("the list takes keys");
        let mut shown = self.shown_entry(&list).await;
        loop {
            if shown == entry {
                return;
            }
            list.send_keys(Key::Down + "").await.expect("the list takes keys");
            let next = self.shown_entry(&list).await;
            if next == shown {
                self.give_up(format!("'{label}' has no entry '{entry}'; its last is '{shown}'")).await;
            }
            shown = next;
        }
    }

    async fn shown_entry(&self, list: &WebElement) -> String {
        let script = "return arguments[0].selectedOptions?.[0]?.innerText.trim() ?? ''";
        let shown = self.browser.driver.execute(script, vec![list.to_json().expect("element")]).await;
        shown.expect("its entry").json().as_str().unwrap_or_default().to_owned()
    }

    /// Scrolls as far as it takes to have the whole code on the screen.
    pub async fn scrolls_to_the_code(&self) {
        let script =
            "document.querySelector('[role=img]').scrollIntoView({block: 'nearest', behavior: 'instant'})";
        self.browser.driver.execute(script, vec![]).await.expect("a page with a code");
    }

    /// Gives a file to the chooser with this label.
    pub async fn attach(&self, label: &str, file: &Path) {
        let chooser = self.find(Kind::Field, label, "").await;
        let path = file.canonicalize().expect("the file exists");
        chooser.send_keys(path.to_str().expect("a path in UTF-8")).await.expect("the file is taken");
    }

    /// Types on the keyboard, into whatever has the focus: also what a handheld scanner does.
    pub async fn type_keys(&self, keys: impl Into<thirtyfour::TypingData>) {
        self.browser.driver.action_chain().send_keys(keys).perform().await.expect("the keyboard works");
    }

    /// The label of what has the focus.
    pub async fn focused(&self) -> Option<String> {
        self.look_for("focus", "", "").await.names.pop()
    }

    async fn find(&self, kind: Kind, label: &str, near: &str) -> WebElement {
        let begun = Instant::now();
        loop {
            let mut seen = self.look_for(kind.in_script(), label, near).await;
            let waited = begun.elapsed() > PATIENCE;
            match (seen.found.len(), waited) {
                (1, _) => return self.element(seen.found.remove(0)),
                (0, true) => {
                    self.give_up(format!("nothing is labelled '{label}'; there are {:?}", seen.names)).await
                }
                (n, true) => self.give_up(format!("{n} things are labelled '{label}': say near what")).await,
                _ => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// A page that is being left while it is looked at shows nothing.
    async fn look_for(&self, kind: &str, label: &str, near: &str) -> Found {
        let asked = self.browser.driver.execute(FIND, vec![json!(kind), json!(label), json!(near)]).await;
        let found = asked.and_then(|answer| answer.convert());
        found.unwrap_or(Found { found: Vec::new(), names: Vec::new() })
    }

    fn element(&self, value: Value) -> WebElement {
        WebElement::from_json(value, self.browser.driver.handle().clone()).expect("an element")
    }
}

/// What is typed for a date where the year comes first, the day, or the month with an hour of twelve. Each begins at the
/// field's first part. A part of two digits leads on to the next by itself, a year does not.
fn orders_of(date: &str) -> [String; 3] {
    let (day, time) = date.split_once('T').unwrap_or((date, ""));
    let [year, month, day] = <[&str; 3]>::try_from(day.split('-').collect::<Vec<_>>()).expect("a day");
    let (hour, minute) = time.split_once(':').unwrap_or_default();
    let (first, next) = (String::from(Key::Left.value()).repeat(6), Key::Right.value());
    let half = match hour.parse::<u8>() {
        Ok(hour) => format!("{:02}{minute}{}", (hour + 11) % 12 + 1, if hour < 12 { "A" } else { "P" }),
        Err(_) => String::new(),
    };
    [
        format!("{first}{year}{next}{month}{day}{hour}{minute}"),
        format!("{first}{day}{month}{year}{next}{hour}{minute}"),
        format!("{first}{month}{day}{year}{next}{half}"),
    ]
}

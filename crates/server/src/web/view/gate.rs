//! The gate: the scanner and the verdict that fills the screen.

use super::{
    form::Choice,
    look::Look,
    page::{Link, Page},
};
use askama::Template;
use serde::Deserialize;

/// What a gate does with the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Act {
    Pass,
    Register,
    Stop,
    CannotTell,
}

impl Act {
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Act::Pass => "pass",
            Act::Register => "register",
            Act::Stop => "stop",
            Act::CannotTell => "cannot-tell",
        }
    }
}

/// The scanner.
#[derive(Debug, Clone, Template)]
#[template(path = "gate/scan.html")]
pub struct Scan {
    pub page: Page,
    pub point: String,
    pub point_id: String,
    pub kind: String,
    /// In and out, as far as the point has them.
    pub directions: Vec<Choice>,
    pub purposes: Vec<Choice>,
    /// The policy asks for a temperature here.
    pub asks_temperature: bool,
    /// Who checks: what is kept on the device for when the network is gone is theirs.
    pub checker: String,
    /// The city's zone.
    pub zone: String,
    /// What is said when the network is gone, as JSON.
    pub words: String,
    pub error: Option<String>,
}

/// The verdict, filling the screen; the scanner follows by itself.
#[derive(Debug, Clone, Template)]
#[template(path = "gate/verdict.html")]
pub struct Shown {
    pub page: Page,
    pub look: Look,
    pub act: Act,
    /// One word: "Pass".
    pub word: String,
    /// The policy's sentence for the checker.
    pub sentence: String,
    /// Masked.
    pub name: String,
    pub document: String,
    pub assurance: String,
    pub point_id: String,
    pub visit: Option<String>,
    pub next: Link,
    /// It was shown before.
    pub repeated: bool,
}

//! The resident's own pages that have a face of their own.

use super::{
    look::Look,
    page::{Link, Page},
    part::Line,
};
use crate::web::when::When;
use askama::Template;

/// The person whose code is shown: name large, initials in a neutral badge.
#[derive(Debug, Clone)]
pub struct Holder {
    pub id: String,
    pub name: String,
    pub initials: String,
    /// "You", "Your child", …
    pub relation: String,
}

/// Another person of the family, one tap away.
#[derive(Debug, Clone)]
pub struct Relative {
    pub href: String,
    pub name: String,
    pub initials: String,
    pub here: bool,
}

/// Something owed, with the way to do it.
#[derive(Debug, Clone)]
pub struct Task {
    pub text: String,
    pub due: Option<When>,
    pub overdue: bool,
    pub act: Option<Link>,
}

/// The first screen: may I go, until when, what do I do now.
#[derive(Debug, Clone, Template)]
#[template(path = "resident/home.html")]
pub struct Home {
    pub page: Page,
    pub holder: Holder,
    pub family: Vec<Relative>,
    pub look: Look,
    /// "Valid until 14:30", as markup-free words, or what stands in its place.
    pub until: String,
    pub now_what: String,
    /// Help that comes before orders: food, medicine, care, a number.
    pub help: Vec<Link>,
    pub tasks: Vec<Task>,
    pub tags: Vec<String>,
    /// Where a browser without script finds a picture of a code that the server makes; nothing when
    /// there is no code to show.
    pub qr: Option<String>,
    /// The one thing to do before there is a code: address and words.
    pub first: Option<(String, String)>,
    /// When the page was made, for when it is read without network.
    pub at: String,
    /// How far the sources have been heard.
    pub as_of: String,
    pub why: String,
    pub why_not: String,
    pub correct: String,
    pub renew: Option<String>,
}

impl Home {
    /// What a screen reader hears first.
    #[must_use]
    pub fn spoken(&self) -> String {
        format!("{}. {}. {}", self.look.word(), self.until, self.now_what)
    }
}

/// One reason in sentences.
#[derive(Debug, Clone)]
pub struct ReasonCard {
    /// The colour that it gives; none for a mere mark.
    pub look: Option<Look>,
    /// Which rule.
    pub rule: String,
    /// Which evidence, above the privacy floor: sentences.
    pub evidence: Vec<String>,
    pub since: When,
    pub ends: Vec<Line>,
    pub expected_end: Option<When>,
    pub then: String,
    pub ceiling: Option<String>,
    pub remedy: String,
    pub appeal: String,
}

/// A source with how fresh it is.
#[derive(Debug, Clone)]
pub struct SourceLine {
    pub name: String,
    pub as_of: String,
    pub stale: bool,
}

/// Why: every live reason.
#[derive(Debug, Clone, Template)]
#[template(path = "resident/why.html")]
pub struct Why {
    pub page: Page,
    pub holder: Holder,
    pub back: Link,
    pub look: Look,
    pub lead: String,
    pub reasons: Vec<ReasonCard>,
    pub sources: Vec<SourceLine>,
    pub policy: String,
    pub links: Vec<Link>,
}

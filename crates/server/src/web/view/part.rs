//! The parts that pages are made of, beside forms: tables, facts, timelines, notices.

use super::{form::Form, look::Look, page::Link};
use crate::web::{texts::Texts, when::When};
use askama::Template;

/// What stands in a cell or beside a fact.
#[derive(Debug, Clone)]
pub enum Cell {
    Text(String),
    /// Right-aligned with even digits.
    Number(String),
    When(When),
    Link(Link),
    Standing(Look),
    /// A small button that posts: address, token, label.
    Act {
        action: String,
        csrf: String,
        label: String,
    },
    Links(Vec<Link>),
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Cell::Text(text)
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Cell::Text(text.to_owned())
    }
}

impl From<When> for Cell {
    fn from(when: When) -> Self {
        Cell::When(when)
    }
}

impl From<Link> for Cell {
    fn from(link: Link) -> Self {
        Cell::Link(link)
    }
}

impl From<Look> for Cell {
    fn from(look: Look) -> Self {
        Cell::Standing(look)
    }
}

/// A table with the way to the next page.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/table.html")]
pub struct Table {
    pub t: Texts,
    pub caption: String,
    pub heads: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
    /// What to say when there is no row.
    pub none: String,
    /// The address of the rows after these.
    pub next: Option<String>,
}

impl askama::filters::HtmlSafe for Table {}

impl Table {
    /// A column's heading, which stands beside each value where the screen is too narrow for columns.
    #[must_use]
    pub fn head(&self, column: &usize) -> &str {
        self.heads.get(*column).map_or("", String::as_str)
    }

    /// Whether a column holds numbers, which stand on the right with their heading.
    #[must_use]
    pub fn counts(&self, column: &usize) -> bool {
        matches!(self.rows.first().and_then(|row| row.get(*column)), Some(Cell::Number(_)))
    }
}

/// Names with values.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/facts.html")]
pub struct Facts {
    pub facts: Vec<Fact>,
}

impl askama::filters::HtmlSafe for Facts {}

/// A name with its value and, in a summary to check, the way to change it.
#[derive(Debug, Clone)]
pub struct Fact {
    pub name: String,
    pub value: Cell,
    pub change: Option<Link>,
}

impl Fact {
    pub fn new(name: impl Into<String>, value: impl Into<Cell>) -> Self {
        Self { name: name.into(), value: value.into(), change: None }
    }

    #[must_use]
    pub fn change(mut self, link: Link) -> Self {
        self.change = Some(link);
        self
    }
}

/// What happened, newest first or oldest first as given.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/timeline.html")]
pub struct Timeline {
    pub t: Texts,
    pub heading: String,
    pub entries: Vec<Entry>,
}

impl askama::filters::HtmlSafe for Timeline {}

/// One thing that happened.
#[derive(Debug, Clone, Default)]
pub struct Entry {
    pub when: When,
    pub title: String,
    pub text: String,
    /// The standing from here on.
    pub look: Option<Look>,
    /// It was withdrawn: shown struck through, and said in words.
    pub withdrawn: bool,
    pub links: Vec<Link>,
}

/// Something to read before anything else. It never has a verdict's colour.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/notice.html")]
pub struct Notice {
    pub heading: String,
    pub text: Vec<String>,
    pub links: Vec<Link>,
}

impl askama::filters::HtmlSafe for Notice {}

/// How far something is: a line with words.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/line.html")]
pub struct Line {
    pub label: String,
    pub done: u32,
    pub needed: u32,
    pub text: String,
}

impl askama::filters::HtmlSafe for Line {}

/// A number that matters with its name.
#[derive(Debug, Clone)]
pub struct Figure {
    pub value: String,
    pub name: String,
    pub href: Option<String>,
    pub look: Option<Look>,
}

/// Who gains and who loses a colour if this is done.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/preview.html")]
pub struct Preview {
    pub t: Texts,
    /// People by change: from, to, how many.
    pub changes: Vec<(Look, Look, u32)>,
    pub unchanged: u32,
    /// The people who change, as far as they fit.
    pub people: Table,
    /// Carries the preview's token: what is carried out is what was shown.
    pub confirm: Form,
}

impl askama::filters::HtmlSafe for Preview {}

//! A page made of parts: most pages are.

use super::{
    form::Form,
    page::{Link, Page},
    part::{Facts, Figure, Line, Notice, Preview, Table, Timeline},
    plot::WindowPlot,
};
use askama::Template;

/// One part of a sheet.
#[derive(Debug, Clone)]
pub enum Part {
    Heading(String),
    Text(String),
    Notice(Notice),
    Form(Box<Form>),
    Table(Table),
    Facts(Facts),
    Timeline(Timeline),
    Line(Line),
    Figures(Vec<Figure>),
    /// Links as buttons.
    Actions(Vec<Link>),
    /// Links as a list, each a large target.
    Links(Vec<Link>),
    Preview(Box<Preview>),
    Window(WindowPlot),
    Paper(Paper),
    Picture(Picture),
}

/// A code on paper: printed, carried, shown.
#[derive(Debug, Clone)]
pub struct Paper {
    pub name: String,
    pub document: String,
    pub valid_until: crate::web::when::When,
    /// SVG from our own encoder.
    pub qr: String,
    pub lost: String,
}

/// A picture that we drew, with the words under it. A table says the same beside it.
#[derive(Debug, Clone)]
pub struct Picture {
    pub caption: String,
    /// SVG for a desk's screen, every word in it escaped.
    pub wide: String,
    /// The same for a phone's.
    pub narrow: String,
}

/// A page made of parts.
#[derive(Debug, Clone, Template)]
#[template(path = "sheet.html")]
pub struct Sheet {
    pub page: Page,
    /// Where one came from.
    pub back: Option<Link>,
    /// Nothing when the first field of the form is the heading.
    pub heading: Option<String>,
    pub lead: Option<String>,
    pub parts: Vec<Part>,
}

impl Sheet {
    /// A sheet whose heading is the page's title.
    #[must_use]
    pub fn titled(page: Page) -> Self {
        let heading = Some(page.title.clone());
        Self { page, back: None, heading, lead: None, parts: Vec::new() }
    }

    #[must_use]
    pub fn back(mut self, href: impl Into<String>, text: impl Into<String>) -> Self {
        self.back = Some(Link::to(href, text));
        self
    }

    #[must_use]
    pub fn lead(mut self, lead: impl Into<String>) -> Self {
        self.lead = Some(lead.into());
        self
    }

    #[must_use]
    pub fn with(mut self, part: impl Into<Part>) -> Self {
        self.parts.push(part.into());
        self
    }
}

macro_rules! parts {
    ($($type:ty => $variant:ident),*) => {$(
        impl From<$type> for Part {
            fn from(part: $type) -> Self { Part::$variant(part) }
        }
    )*};
}
parts!(Notice => Notice, Table => Table, Facts => Facts, Timeline => Timeline, Line => Line,
       WindowPlot => Window, Paper => Paper, Vec<Figure> => Figures);

impl From<Form> for Part {
    fn from(form: Form) -> Self {
        Part::Form(Box::new(form))
    }
}

impl From<Preview> for Part {
    fn from(preview: Preview) -> Self {
        Part::Preview(Box::new(preview))
    }
}

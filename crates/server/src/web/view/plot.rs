//! The infectious window drawn above the visits of a case.

use crate::web::texts::Texts;
use askama::Template;

/// A bar of a plot, in whole percent of its width.
#[derive(Debug, Clone)]
pub struct Bar {
    pub label: String,
    pub from_percent: u32,
    pub until_percent: u32,
    /// What is said of it when it is pointed at and to a screen reader.
    pub title: String,
}

impl Bar {
    #[must_use]
    pub fn width(&self) -> u32 {
        self.until_percent.saturating_sub(self.from_percent).max(1)
    }
}

/// The window, the visits beneath it, the days along the bottom.
#[derive(Debug, Clone, Template)]
#[template(path = "parts/window.html")]
pub struct WindowPlot {
    pub t: Texts,
    pub caption: String,
    pub window: Bar,
    pub visits: Vec<Bar>,
    /// Day labels with their place in percent.
    pub days: Vec<(u32, String)>,
}

impl askama::filters::HtmlSafe for WindowPlot {}

impl WindowPlot {
    /// Rows of 22 units: the window, the visits and the day line.
    #[must_use]
    pub fn height(&self) -> usize {
        (self.visits.len() + 2) * 22
    }

    #[must_use]
    pub fn row(&self, index: &usize) -> usize {
        (index + 1) * 22 + 4
    }

    #[must_use]
    pub fn baseline(&self, index: &usize) -> usize {
        (index + 1) * 22 + 16
    }
}

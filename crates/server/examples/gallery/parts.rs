//! The invented content, by surface.

mod authority;
mod gate;
mod resident;

pub use resident::qr;

use crate::Shown;
use jiff::tz::TimeZone;
use kangma_core::Time;
use kangma_server::web::{
    texts::{Lang, Texts},
    view::page::{Page, Surface},
    when::Clockface,
};

pub fn pages(lang: Lang) -> Vec<Shown> {
    let desk = Desk { t: Texts::of(lang), face: face(lang) };
    [resident::pages(&desk), gate::pages(&desk), authority::pages(&desk)].into_iter().flatten().collect()
}

/// What every example needs: words, times, frames.
pub struct Desk {
    pub t: Texts,
    pub face: Clockface,
}

impl Desk {
    pub fn page(&self, surface: Surface, title: &str) -> Page {
        let mut page = Page::new(self.t, surface, self.t.s(title), "/");
        page.demo = true;
        page.csrf = "token".into();
        page
    }

    pub fn zh_en<'a>(&self, zh: &'a str, en: &'a str) -> &'a str {
        if self.t.lang == Lang::Zh { zh } else { en }
    }
}

fn face(lang: Lang) -> Clockface {
    Clockface::new(Texts::of(lang), TimeZone::fixed(jiff::tz::offset(8)), time("2020-03-09T04:10:00Z"))
}

pub fn time(text: &str) -> Time {
    text.parse().unwrap_or(Time(0))
}

//! The frame around every page.

use crate::web::{assets, texts::Texts};

/// Who the page is for; each has its own navigation and density.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    Resident,
    Gate,
    Authority,
    /// Nobody in particular: sign-in, errors.
    Plain,
}

impl Surface {
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self {
            Surface::Resident => "resident",
            Surface::Gate => "gate",
            Surface::Authority => "authority",
            Surface::Plain => "plain",
        }
    }
}

/// A link in a navigation or a list of actions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub href: String,
    pub text: String,
    /// It leads to the page that is open.
    pub here: bool,
}

impl Link {
    pub fn to(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self { href: href.into(), text: text.into(), here: false }
    }
}

/// What every page carries.
#[derive(Debug, Clone)]
pub struct Page {
    pub t: Texts,
    pub surface: Surface,
    pub title: String,
    /// The path and query that the language switch comes back to.
    pub path: String,
    pub demo: bool,
    /// The signed-in account's name.
    pub who: Option<String>,
    /// The session's token, in every form.
    pub csrf: String,
    pub nav: Vec<Link>,
    /// Names of files in `assets/`.
    pub scripts: Vec<&'static str>,
    /// Seconds and address of the next page, for pages that end by themselves without script.
    pub then: Option<(u32, String)>,
}

impl Page {
    pub fn new(t: Texts, surface: Surface, title: impl Into<String>, path: impl Into<String>) -> Self {
        Self {
            t,
            surface,
            title: title.into(),
            path: path.into(),
            demo: false,
            who: None,
            csrf: String::new(),
            nav: Vec::new(),
            scripts: Vec::new(),
            then: None,
        }
    }

    /// Links to this page in the other languages: address, tag and own name.
    #[must_use]
    pub fn languages(&self) -> Vec<(String, &'static str, &'static str)> {
        let others = crate::web::texts::Lang::ALL.into_iter().filter(|lang| *lang != self.t.lang);
        others
            .map(|lang| {
                let back = askama::filters::urlencode_strict(&self.path)
                    .map(|text| text.to_string())
                    .unwrap_or_default();
                (format!("/language/{}?back={back}", lang.tag()), lang.html(), lang.own_name())
            })
            .collect()
    }

    /// Marks the link of the page that is open.
    #[must_use]
    pub fn with_nav(mut self, mut nav: Vec<Link>, here: &str) -> Self {
        for link in &mut nav {
            link.here = link.href == here;
        }
        self.nav = nav;
        self
    }

    /// The address of an asset with its digest, so that it can be kept for ever.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        assets::address(name)
    }
}

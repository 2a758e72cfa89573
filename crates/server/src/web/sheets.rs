//! The pages that are made of parts, one file per matter. Each function takes a page's frame and plain
//! content and says which questions, lists and actions are on it; the words are in `locales/`.

#![allow(missing_docs)]

pub mod account;
pub mod appeals;
pub mod areas;
pub mod audits;
pub mod cases;
pub mod declare;
pub mod family;
pub mod gatherings;
pub mod orders;
pub mod own;
pub mod people;
pub mod points;
pub mod sites;
pub mod staffed;

use super::{texts::Texts, view::page::Link};

/// The authority's navigation.
#[must_use]
pub fn authority_nav(t: Texts) -> Vec<Link> {
    vec![
        Link::to("/authority", t.s("dashboard")),
        Link::to("/authority/cases", t.s("cases")),
        Link::to("/authority/people", t.s("people-title")),
        Link::to("/authority/areas", t.s("areas")),
        Link::to("/authority/sites", t.s("sites")),
        Link::to("/authority/audits", t.s("audits")),
        Link::to("/authority/corrections", t.s("corrections")),
        Link::to("/authority/appeals", t.s("appeals")),
        Link::to("/authority/orders", t.s("orders")),
        Link::to("/authority/points", t.s("points")),
        Link::to("/authority/declare", t.s("staffed-declare")),
        Link::to("/authority/policy", t.s("policy")),
        Link::to("/authority/staff", t.s("staff")),
    ]
}

/// The resident's navigation.
#[must_use]
pub fn resident_nav(t: Texts) -> Vec<Link> {
    vec![
        Link::to("/", t.s("nav-code")),
        Link::to("/family", t.s("nav-family")),
        Link::to("/check-in", t.s("nav-check-in")),
        Link::to("/looks", t.s("nav-looks")),
    ]
}

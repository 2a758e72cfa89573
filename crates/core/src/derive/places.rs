//! Stays in risk areas and visits to published exposure sites.

use super::Derived;
use crate::{
    AreaId, Assurance, Attributes, Kind, Number, Origin, PersonId, Policy, SiteId, Span, Time, Window,
    policy::{SiteRule, days},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// Somebody's presence at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attended {
    /// Who.
    pub person: PersonId,
    /// When.
    pub window: Window,
    /// How far that is proven.
    pub assurance: Assurance,
}

/// A marked risk area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskArea {
    /// The area.
    pub id: AreaId,
    /// Its level.
    pub level: Arc<str>,
    /// The word that evidence calls it by, such as its division.
    pub name: Arc<str>,
    /// Its first infectious day, if that is known.
    pub infectious_from: Option<Time>,
    /// When it was marked.
    pub marked_at: Time,
    /// When it was cleared, if it was.
    pub cleared_at: Option<Time>,
    /// Nothing after this is derived.
    pub as_of: Time,
}

/// A published exposure site.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExposureSite {
    /// The site.
    pub id: SiteId,
    /// The type that was published; blank is the policy's `unclassified`.
    pub published: Arc<str>,
    /// When it was one.
    pub window: Window,
}

impl Policy {
    /// From when until when a stay in an area counts: from its first infectious day or, where that is not
    /// known, from so many days before it was marked.
    #[must_use]
    pub fn area_window(&self, area: &RiskArea) -> Option<Window> {
        let rule = self.exposures.areas.iter().find(|rule| rule.level == area.level)?;
        let back =
            || self.zone.midnight(self.zone.day(area.marked_at).plus(days(rule.back_days).saturating_neg()));
        let from = area.infectious_from.unwrap_or_else(back);
        Window::new(from, area.cleared_at.unwrap_or(Time::MAX).min(area.as_of))
    }

    /// What a published type of site means here; a blank or unknown one is `unclassified`.
    #[must_use]
    pub fn site_rule(&self, published: &str) -> Option<&SiteRule> {
        let named = |name: &str| self.exposures.sites.iter().find(|rule| &*rule.published == name);
        named(published).or_else(|| named("unclassified"))
    }
}

/// Who stayed in a risk area for long enough: one item for each person, with the last instant of the stay.
#[must_use]
pub fn derive_area_stays(policy: &Policy, area: &RiskArea, stays: &[Attended]) -> Vec<Derived> {
    let Some(window) = policy.area_window(area) else { return Vec::new() };
    let rule = policy.exposures.areas.iter().find(|rule| rule.level == area.level);
    let Some(rule) = rule else { return Vec::new() };
    let stayed = shared(stays, window, rule.assurance)
        .into_iter()
        .filter(|(_, shared)| shared.summed >= rule.at_least);
    stayed
        .map(|(person, shared)| Derived {
            person,
            kind: Kind::RiskAreaStay,
            happened_at: shared.last,
            origin: Origin::Area(area.id),
            attributes: Attributes::new()
                .with("level", &*area.level)
                .with("area", &*area.name)
                .with("minutes", Number::whole(shared.summed.minutes())),
        })
        .collect()
}

/// Who was at a published site in its window for long enough.
#[must_use]
pub fn derive_site_visits(policy: &Policy, site: &ExposureSite, stays: &[Attended]) -> Vec<Derived> {
    let Some(rule) = policy.site_rule(&site.published) else { return Vec::new() };
    let stayed = shared(stays, site.window, rule.assurance);
    let exposed = stayed.into_iter().filter(|(_, shared)| shared.summed >= rule.at_least);
    exposed
        .map(|(person, shared)| Derived {
            person,
            kind: Kind::ExposureSiteVisit,
            happened_at: shared.last,
            origin: Origin::Site(site.id),
            attributes: Attributes::new()
                .with("exposure-type", &*rule.exposure_type)
                .with("minutes", Number::whole(shared.summed.minutes())),
        })
        .collect()
}

struct Shared {
    summed: Span,
    last: Time,
}

fn shared(stays: &[Attended], window: Window, least: Assurance) -> BTreeMap<PersonId, Shared> {
    let mut found: BTreeMap<PersonId, Shared> = BTreeMap::new();
    for stay in stays.iter().filter(|stay| stay.assurance >= least) {
        let Some(inside) = stay.window.overlap(&window) else { continue };
        let shared = found.entry(stay.person).or_insert(Shared { summed: Span::ZERO, last: inside.until });
        shared.summed = shared.summed + inside.length();
        shared.last = shared.last.max(inside.until);
    }
    found
}

//! What a case of illness in a story makes of the others: through [`crate::derive()`], as the service does it.

use super::{
    calendar::Calendar,
    story::{Item, person},
};
use crate::{
    Assurance, CaseId, Encounter, Kind, Origin, PersonId, PointId, Policy, Span, Window,
    derive::{CaseCourse, Derived, Link, Separation, derive},
    policy::read::Fields,
};
use std::{collections::BTreeMap, sync::Arc};

/// Who lives with whom, who was away, who met whom.
pub(super) struct Tracing {
    links: Vec<Link>,
    separations: Vec<Separation>,
    encounters: Vec<(CaseId, Encounter)>,
}

/// What stands derived from one case: the label of each person's item, with what it says.
type Standing = BTreeMap<PersonId, (Arc<str>, Derived)>;

/// What an item does to the exposures of a case.
enum Turn {
    Report(CaseId),
    Gone(CaseId),
}

impl Tracing {
    pub(super) fn read(fields: &Fields<'_>, calendar: &Calendar<'_>, people: &[Arc<str>]) -> Option<Self> {
        let households = fields.tables("household", "a household");
        let links: Option<Vec<Vec<Link>>> =
            households.into_iter().map(|fields| household(fields, calendar, people)).collect();
        let away = fields.tables("away", "time away");
        let separations: Option<Vec<_>> =
            away.into_iter().map(|fields| separation(fields, calendar, people)).collect();
        let met = fields.tables("met", "an encounter");
        let encounters: Option<Vec<_>> =
            met.into_iter().map(|fields| encounter(fields, calendar, people)).collect();
        Some(Self { links: links?.concat(), separations: separations?, encounters: encounters? })
    }

    /// The items that are derived from a story's own, which come in the order of recording.
    pub(super) fn derived(&self, policy: &Policy, items: &[&Item]) -> Vec<Item> {
        let mut standing: BTreeMap<CaseId, Standing> = BTreeMap::new();
        let mut reported: Vec<(CaseId, PersonId)> = Vec::new();
        let mut found = Vec::new();
        for item in items {
            let Some(turn) = turn(item, items) else { continue };
            let (case, now) = match turn {
                Turn::Report(case) => {
                    let course = self.course(item, case, &reported);
                    reported.push((case, item.person));
                    (case, derive(policy, &course, &self.links, &self.separations, &self.of(case)))
                }
                Turn::Gone(case) => (case, Vec::new()),
            };
            let before = standing.remove(&case).unwrap_or_default();
            standing.insert(case, replaced(before, now, item, &mut found));
        }
        found
    }

    fn course(&self, item: &Item, case: CaseId, reported: &[(CaseId, PersonId)]) -> CaseCourse {
        let lives_with = |other: PersonId| {
            self.links.iter().any(|link| link.other(item.person) == Some(other) && other != item.person)
        };
        CaseCourse {
            id: case,
            person: item.person,
            status: item.attributes.text("status").unwrap_or_default().into(),
            onset: item.attributes.time("onset"),
            sampled: item.attributes.time("sampled"),
            reported_at: item.happened_at,
            recovered: None,
            as_of: item.recorded_at,
            follows_household_case: reported.iter().any(|(other, who)| *other != case && lives_with(*who)),
        }
    }

    fn of(&self, case: CaseId) -> Vec<Encounter> {
        self.encounters.iter().filter(|(of, _)| *of == case).map(|(_, met)| met.clone()).collect()
    }
}

fn turn(item: &Item, items: &[&Item]) -> Option<Turn> {
    let case = |item: &Item| match item.origin {
        Some(Origin::Case(case)) if item.kind == Kind::CaseStatus => Some(case),
        _ => None,
    };
    match item.kind {
        Kind::CaseStatus => match item.attributes.text("status")? {
            "suspected" | "confirmed" => case(item).map(Turn::Report),
            "excluded" => case(item).map(Turn::Gone),
            _ => None,
        },
        Kind::Withdrawal => {
            let about = items.iter().find(|other| other.label.is_some() && other.label == item.about)?;
            case(about).map(Turn::Gone)
        }
        _ => None,
    }
}

/// Writes the acts that lead from what stood to what is derived now.
fn replaced(before: Standing, now: Vec<Derived>, act: &Item, found: &mut Vec<Item>) -> Standing {
    let mut standing = Standing::new();
    for new in now {
        let same = before.get(&new.person).filter(|(_, old)| *old == new);
        let label =
            same.map_or_else(|| Arc::from(format!("derived.{}", found.len())), |(label, _)| label.clone());
        if same.is_none() {
            found.push(exposure(&new, &label, act));
        }
        standing.insert(new.person, (label, new));
    }
    for (person, (label, _)) in before {
        let kept = standing.get(&person).is_some_and(|(new, _)| *new == label);
        if !kept {
            let kind = if standing.contains_key(&person) { Kind::Superseding } else { Kind::Withdrawal };
            found.push(Item { about: Some(label), ..bare(person, kind, act) });
        }
    }
    standing
}

fn bare(person: PersonId, kind: Kind, act: &Item) -> Item {
    Item {
        label: None,
        about: None,
        person,
        kind,
        happened_at: act.recorded_at,
        recorded_at: act.recorded_at,
        source: "contact-tracing".into(),
        origin: None,
        attributes: crate::Attributes::new(),
    }
}

fn exposure(derived: &Derived, label: &Arc<str>, act: &Item) -> Item {
    Item {
        label: Some(Arc::clone(label)),
        happened_at: derived.happened_at,
        origin: Some(derived.origin),
        attributes: derived.attributes.clone(),
        ..bare(derived.person, derived.kind, act)
    }
}

/// Everybody in a household is linked with everybody else of it.
fn household(fields: Fields<'_>, calendar: &Calendar<'_>, people: &[Arc<str>]) -> Option<Vec<Link>> {
    let members = fields.need("people").and_then(|node| node.each(|item| person(&item, people)));
    let from = fields.need("from").and_then(|node| calendar.instant(&node));
    let until = fields.take("until").map_or(Some(None), |node| calendar.instant(&node).map(Some));
    let weekdays = fields.take("weekdays").map_or(Some([true; 7]), |node| {
        let days: Vec<bool> = node.each(|day| day.flag())?;
        days.try_into()
            .ok()
            .or_else(|| node.refuse("a week has seven days", "write seven times true or false"))
    });
    fields.finish();
    let (members, from, until, weekdays) = (members?, from?, until?, weekdays?);
    let mut links = Vec::new();
    for (place, one) in members.iter().enumerate() {
        for other in members.iter().skip(place + 1) {
            links.push(Link { persons: [*one, *other], from, until, weekdays });
        }
    }
    Some(links)
}

fn separation(fields: Fields<'_>, calendar: &Calendar<'_>, people: &[Arc<str>]) -> Option<Separation> {
    let who = fields.need("person")?;
    let away = person(&who, people);
    let from = fields.need("from").and_then(|node| calendar.instant(&node));
    let until = fields.need("until").and_then(|node| calendar.instant(&node));
    fields.finish();
    match Window::new(from?, until?) {
        Some(window) => Some(Separation { person: away?, window }),
        None => who.refuse("this time away ends before it begins", "put `until` after `from`"),
    }
}

fn encounter(
    fields: Fields<'_>,
    calendar: &Calendar<'_>,
    people: &[Arc<str>],
) -> Option<(CaseId, Encounter)> {
    let case = fields.need("case").and_then(|node| node.whole());
    let contact = fields.need("person").and_then(|node| person(&node, people));
    let via = fields.take("via").map_or(Some(None), |node| person(&node, people).map(Some));
    let from = fields.need("on").and_then(|node| calendar.instant(&node));
    let minutes = |node: crate::policy::read::Node<'_>| node.number().map(|n| Span(n.0.saturating_mul(60)));
    let unbroken = fields.need("minutes").and_then(minutes);
    let summed = fields.take("summed").map_or(unbroken, minutes);
    let point_kind = fields.take("kind").map_or(Some("unclassified".into()), |node| node.word());
    let crowd = fields.take("crowd").map_or(Some(2), |node| node.whole());
    let assurance = fields
        .take("assurance")
        .map_or(Some(Assurance::DeviceBound), |node| node.parsed("a proof of presence"));
    fields.finish();
    let (from, unbroken, summed) = (from?, unbroken?, summed?);
    let met = Encounter {
        contact: contact?,
        via: via?,
        point: PointId(1),
        point_kind: point_kind?,
        day: calendar.zone.day(from),
        window: Window { from, until: from + summed.max(unbroken) },
        unbroken,
        summed,
        crowd: crowd?,
        assurance: assurance?,
    };
    Some((CaseId(case?.into()), met))
}

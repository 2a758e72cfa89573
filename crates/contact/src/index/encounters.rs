//! Who shared a point with one person, by point and calendar day.

use super::{PresenceIndex, held::Held, period, seconds, span, time, window};
use crate::columns::{Asked, Cover, Look, Met, Period, PersonNo};
use kangma_core::{Assurance, Day, Encounter, PersonId, Span, Time, Window};

/// A question about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The person: usually a case.
    pub subject: PersonId,
    /// When the subject's own presence matters: onward the infectious window, back the incubation window.
    pub window: Window,
    /// Which way.
    pub look: Look,
    /// How long what one person breathes out stays in the air of a place that he left, in whole seconds.
    pub linger: Span,
    /// Visits below this do not count: they neither make nor end a presence.
    pub least: Assurance,
}

/// The midnights that divide the days of a period, and the first of these days.
struct Days {
    first: Day,
    midnights: Vec<u32>,
}

impl PresenceIndex {
    /// Everybody who shared a point with the subject, by day, point and contact.
    #[must_use]
    pub fn encounters(&self, ask: &Ask) -> Vec<Encounter> {
        self.encounters_in(&self.read(), ask)
    }

    pub(super) fn encounters_in(&self, held: &Held, ask: &Ask) -> Vec<Encounter> {
        let Some(person) = held.people.known(ask.subject) else { return Vec::new() };
        let linger_seconds = seconds(Time(0) + ask.linger);
        let Ask { look, least, .. } = *ask;
        let asked =
            Asked { person: PersonNo(person), during: period(ask.window), look, linger_seconds, least };
        let covers = held.columns.covers(person, asked.during, least);
        let days = self.days(&covers, linger_seconds);
        let mut found: Vec<Encounter> = Vec::new();
        for (point, cover) in &covers {
            held.columns.encounters_at(*point, cover, &asked, &days.midnights, &mut |met| {
                found.extend(encounter(held, &days, &met));
            });
        }
        found.sort_by_key(|encounter| (encounter.day, encounter.point, encounter.contact));
        found
    }

    fn days(&self, covers: &[(u32, Cover)], linger_seconds: u32) -> Days {
        let bounds = covers.iter().filter_map(|(_, cover)| cover.bounds());
        let bounds = bounds.reduce(|one, other| Period {
            from: one.from.min(other.from),
            until: one.until.max(other.until),
        });
        let Period { from, until } = bounds.unwrap_or(Period { from: 0, until: 0 });
        let [first, last] = [from, until.saturating_add(linger_seconds)].map(|at| self.zone.day(time(at)));
        let midnights = (first.0 + 1..=last.0).map(|day| seconds(self.zone.midnight(Day(day)))).collect();
        Days { first, midnights }
    }
}

fn encounter(held: &Held, days: &Days, met: &Met) -> Option<Encounter> {
    Some(Encounter {
        contact: held.people.id(met.contact.0)?,
        via: None,
        point: held.points.id(met.point.0)?,
        point_kind: held.kind(met.point.0),
        day: days.first.plus(i32::try_from(met.day).ok()?),
        window: window(met.during),
        unbroken: span(met.unbroken_seconds),
        summed: span(met.seconds),
        crowd: met.crowd,
        assurance: met.assurance,
    })
}

//! Who shared a point with one person, by point and calendar day.

use super::{PresenceIndex, Sight, occupancy::Occupancy};
use crate::cover::{Cover, Piece};
use kangma_core::{Assurance, Day, Encounter, PersonId, PointId, Span, Window, Zone};
use std::collections::BTreeMap;

/// A question about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ask {
    /// The person: usually a case.
    pub subject: PersonId,
    /// When the subject's own presence matters: onward the infectious window, back the incubation window.
    pub window: Window,
    /// Which way.
    pub look: Look,
    /// How long what one person breathes out stays in the air of a place that he left.
    pub linger: Span,
    /// Visits below this do not count: they neither make nor end a presence.
    pub least: Assurance,
}

/// Which way infection may have gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// From the subject: linger is added to the subject's presence.
    Onward,
    /// To the subject: linger is added to the others' presence.
    Back,
}

impl PresenceIndex {
    /// Everybody who shared a point with the subject, by day, point and contact.
    #[must_use]
    pub fn encounters(&self, ask: &Ask) -> Vec<Encounter> {
        self.sight(ask.least).encounters(ask)
    }
}

/// The stretches that two people shared at a point, each with the crowd around it.
type Shared = Vec<(Piece, u32)>;

impl Sight<'_> {
    pub(super) fn encounters(&self, ask: &Ask) -> Vec<Encounter> {
        let covers = self.covers(ask.subject, ask.window);
        let mut found: Vec<Encounter> =
            covers.into_iter().flat_map(|(point, cover)| self.at_point(ask, point, &cover)).collect();
        found.sort_by_key(|encounter| (encounter.day, encounter.point, encounter.contact));
        found
    }

    fn at_point(&self, ask: &Ask, point: PointId, subject: &Cover) -> Vec<Encounter> {
        let exposing = match ask.look {
            Look::Onward => subject.lingering(ask.linger),
            Look::Back => subject.clone(),
        };
        let mut shared: BTreeMap<PersonId, BTreeMap<Day, Shared>> = BTreeMap::new();
        for run in exposing.unbroken() {
            self.share(ask, point, &exposing.within(&run.window), run.window, &mut shared);
        }
        let kind = self.kind(point);
        let one = |contact, day, pieces: &Shared| {
            let facts = Facts::of(self.zone, day, pieces)?;
            Some(facts.encounter(contact, point, kind.clone(), day))
        };
        let days = shared
            .iter()
            .flat_map(|(contact, days)| days.iter().map(move |(day, pieces)| (contact, day, pieces)));
        days.filter_map(|(contact, day, pieces)| one(*contact, *day, pieces)).collect()
    }

    /// Adds what everybody else shared of one unbroken run, filed under each day that it touches.
    fn share(
        &self,
        ask: &Ask,
        point: PointId,
        exposing: &Cover,
        run: Window,
        shared: &mut BTreeMap<PersonId, BTreeMap<Day, Shared>>,
    ) {
        let reach = if ask.look == Look::Back { ask.linger } else { Span::ZERO };
        let people = self.people(point, Window { from: run.from - reach, until: run.until });
        let occupancy = Occupancy::of(people.values());
        for (person, cover) in people.iter().filter(|(person, _)| **person != ask.subject) {
            for piece in exposing.meet(&cover.lingering(reach)).unbroken() {
                for day in days_of(self.zone, &piece.window) {
                    let Some(today) = piece.within(&day_window(self.zone, day)) else { continue };
                    let crowd = occupancy.most(&today.window);
                    shared.entry(*person).or_default().entry(day).or_default().push((piece, crowd));
                }
            }
        }
    }
}

/// What an encounter says of one day.
struct Facts {
    window: Window,
    unbroken: Span,
    summed: Span,
    crowd: u32,
    assurance: Assurance,
}

impl Facts {
    /// From the stretches that touch the day, in order of time.
    fn of(zone: &Zone, day: Day, pieces: &Shared) -> Option<Self> {
        let midnights = day_window(zone, day);
        let today = || pieces.iter().filter_map(|(piece, _)| piece.window.overlap(&midnights));
        Some(Self {
            window: Window { from: today().next()?.from, until: today().next_back()?.until },
            unbroken: pieces.iter().map(|(piece, _)| piece.window.length()).max()?,
            summed: today().fold(Span::ZERO, |sum, window| sum + window.length()),
            crowd: pieces.iter().map(|(_, crowd)| *crowd).max()?,
            assurance: pieces.iter().map(|(piece, _)| piece.assurance).min()?,
        })
    }

    fn encounter(
        self,
        contact: PersonId,
        point: PointId,
        point_kind: std::sync::Arc<str>,
        day: Day,
    ) -> Encounter {
        let Self { window, unbroken, summed, crowd, assurance } = self;
        Encounter { contact, via: None, point, point_kind, day, window, unbroken, summed, crowd, assurance }
    }
}

fn day_window(zone: &Zone, day: Day) -> Window {
    Window { from: zone.midnight(day), until: zone.midnight(day.plus(1)) }
}

/// The days that a window touches, and perhaps one at whose midnight it ends.
fn days_of(zone: &Zone, window: &Window) -> impl Iterator<Item = Day> + use<> {
    let (first, last) = (zone.day(window.from), zone.day(window.until));
    (first.0..=last.0).map(Day)
}

//! Who shared a point with one person, by point and calendar day, with the crowd around them.

use super::{Columns, Cover, Period, PersonNo, Piece, PointNo, block::counting_bit, occupancy::Occupancy};
use kangma_core::Assurance;
use std::collections::BTreeSet;

/// A question about one person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked {
    /// The person: usually a case.
    pub person: PersonNo,
    /// When the person's own presence matters: onward the infectious window, back the incubation window.
    pub during: Period,
    /// Which way.
    pub look: Look,
    /// How long what one person breathes out stays in the air of a place that he left, in seconds.
    pub linger_seconds: u32,
    /// Visits below this do not count.
    pub least: Assurance,
}

/// Which way infection may have gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// From the person who is asked about: linger is added to that person's presence.
    Onward,
    /// To that person: linger is added to the others' presence.
    Back,
}

/// What one other person shared with the one who is asked about, at one point on one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Met {
    /// The other.
    pub contact: PersonNo,
    /// Where.
    pub point: PointNo,
    /// Which day: how many of the given midnights are not after it.
    pub day: u32,
    /// From the first shared instant of the day to the end of the last.
    pub during: Period,
    /// The longest stretch without a break, in seconds. One that crosses midnight counts whole on both its days.
    pub unbroken_seconds: u32,
    /// All shared time of the day, in seconds.
    pub seconds: u32,
    /// The most people at the point at one time while the two shared it, themselves among them.
    pub crowd: u32,
    /// The least that any shared instant is proven by, of the two.
    pub assurance: Assurance,
}

/// A shared stretch that touches a day, and the crowd around what lies inside the day.
struct Shared {
    contact: u32,
    day: u32,
    piece: Piece,
    today: Period,
    crowd: u32,
}

impl Columns {
    /// Gives everybody who shared a point with one person, point by point and there by contact and day. `midnights`
    /// divide the days, in order of time.
    pub fn encounters(&self, asked: &Asked, midnights: &[u32], mut give: impl FnMut(Met)) {
        for (point, cover) in self.covers(asked.person.0, asked.during, asked.least) {
            self.encounters_at(point, &cover, asked, midnights, &mut give);
        }
    }

    /// Gives the encounters at one point, of somebody who was there as `own` says.
    pub(crate) fn encounters_at(
        &self,
        point: u32,
        own: &Cover,
        asked: &Asked,
        midnights: &[u32],
        give: &mut impl FnMut(Met),
    ) {
        let (own_linger, others_linger) = match asked.look {
            Look::Onward => (asked.linger_seconds, 0),
            Look::Back => (0, asked.linger_seconds),
        };
        let exposing = own.lingering(own_linger);
        let mut shared: Vec<Shared> = Vec::new();
        for run in exposing.unbroken() {
            let from = run.during.from.saturating_sub(others_linger);
            let people = self.people(point, Period { from, ..run.during }, asked.least);
            let occupancy = Occupancy::of(people.iter().map(|(_, cover)| cover));
            let exposing = exposing.within(run.during);
            for (contact, cover) in people.iter().filter(|(person, _)| *person != asked.person.0) {
                for piece in exposing.meet(&cover.lingering(others_linger)).unbroken() {
                    each_day(piece.during, midnights, |day, today| {
                        let crowd = occupancy.most(today);
                        shared.push(Shared { contact: *contact, day, piece, today, crowd });
                    });
                }
            }
        }
        shared.sort_by_key(|part| (part.contact, part.day, part.today.from));
        let days = shared.chunk_by(|one, next| (one.contact, one.day) == (next.contact, next.day));
        days.filter_map(|parts| Met::of(point, parts)).for_each(give);
    }

    /// Where a person was inside a period, by point.
    pub(crate) fn covers(&self, person: u32, during: Period, least: Assurance) -> Vec<(u32, Cover)> {
        let counting = counting_bit(least);
        let mut pieces: Vec<(u32, Piece)> = Vec::new();
        self.by_person.overlapping(person, during, 0, self.kept_from, &mut |cell| {
            if cell.mark & counting != 0 {
                pieces.push((cell.other, cell.piece(during)));
            }
        });
        by_other(pieces)
    }

    /// Who was at a point inside a period, and when.
    pub(super) fn people(&self, point: u32, during: Period, least: Assurance) -> Vec<(u32, Cover)> {
        let counting = counting_bit(least);
        let mut pieces: Vec<(u32, Piece)> = Vec::new();
        self.by_point.overlapping(point, during, 0, self.kept_from, &mut |cell| {
            if cell.mark & counting != 0 {
                pieces.push((cell.other, cell.piece(during)));
            }
        });
        by_other(pieces)
    }

    /// Everybody who was ever at a point.
    pub(crate) fn persons_at(&self, point: u32) -> BTreeSet<u32> {
        let always = Period { from: 0, until: u32::MAX };
        let mut persons = BTreeSet::new();
        self.by_point.overlapping(point, always, 0, self.kept_from, &mut |cell| {
            persons.insert(cell.other);
        });
        persons
    }
}

fn by_other(mut pieces: Vec<(u32, Piece)>) -> Vec<(u32, Cover)> {
    pieces.sort_unstable_by_key(|(other, piece)| (*other, piece.during.from));
    let each = pieces.chunk_by(|(one, _), (next, _)| one == next);
    let cover = |of_one: &[(u32, Piece)]| {
        let (other, _) = of_one.first()?;
        Some((*other, Cover::of(of_one.iter().map(|(_, piece)| *piece).collect())))
    };
    each.filter_map(cover).collect()
}

/// The days that a period touches, each with the part inside it.
fn each_day(during: Period, midnights: &[u32], mut give: impl FnMut(u32, Period)) {
    let mut from = during.from;
    let mut day = midnights.partition_point(|midnight| *midnight <= from);
    while from < during.until {
        let until = midnights.get(day).map_or(during.until, |midnight| during.until.min(*midnight));
        give(u32::try_from(day).unwrap_or(u32::MAX), Period { from, until });
        from = until;
        day += 1;
    }
}

impl Met {
    /// From the parts of one day, in order of time.
    fn of(point: u32, parts: &[Shared]) -> Option<Self> {
        let first = parts.first()?;
        Some(Self {
            contact: PersonNo(first.contact),
            point: PointNo(point),
            day: first.day,
            during: Period { from: first.today.from, until: parts.last()?.today.until },
            unbroken_seconds: parts.iter().map(|part| part.piece.during.seconds()).max()?,
            seconds: parts.iter().map(|part| part.today.seconds()).sum(),
            crowd: parts.iter().map(|part| part.crowd).max()?,
            assurance: parts.iter().map(|part| part.piece.assurance).min()?,
        })
    }
}

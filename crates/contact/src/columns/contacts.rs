//! The first order: who shared points with a case for long enough.

use super::{
    Columns, Period, PersonNo,
    block::{Cell, counting_bit},
    packed::{Found, Place},
    stretches::{Stretch, united},
    tally::Tallies,
};
use kangma_core::Assurance;

/// Somebody whose contacts are asked for, and when that person's presence counts. One person with several windows is
/// several of these, side by side; windows that overlap count once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    /// Who.
    pub person: PersonNo,
    /// Every overlap is clipped to it.
    pub during: Period,
}

/// What makes somebody a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Enough {
    /// At least so long.
    pub seconds: u32,
    /// How time is added up.
    pub overlap: Overlap,
    /// Visits below this do not count at all.
    pub least: Assurance,
}

/// How shared time is added up. Time at a shop inside a mall is time at both points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overlap {
    /// One encounter has to be long enough; shorter ones do not count.
    Unbroken,
    /// All encounters of one calendar day together; days that are not enough do not count. An encounter across
    /// midnight is cut there and is one of each day. Holds the midnights that divide the days, in order of time.
    SummedByDay(Vec<u32>),
    /// All encounters of the window together.
    SummedByWindow,
}

/// One case and one contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// The case.
    pub case: PersonNo,
    /// Who shared points with the case.
    pub contact: PersonNo,
    /// How many encounters counted: stretches of shared time at one point, without a break.
    pub encounters: u32,
    /// How long they were together.
    pub overlap_seconds: u64,
    /// When the first began.
    pub first: u32,
    /// When the last ended.
    pub last: u32,
    /// At how many points they were.
    pub points: u32,
}

impl Columns {
    /// Gives the contacts of each case, case by case, in no particular order. A case may be another's contact.
    pub fn contacts(&self, cases: &[Case], enough: &Enough, mut give: impl FnMut(Contact)) {
        let mut search = Search::new(self, enough);
        for (person, windows) in by_person(cases) {
            search.contacts_of(person, &windows, |_| true, &mut give);
        }
    }
}

/// Cases of one person side by side, put together.
pub(super) fn by_person(cases: &[Case]) -> impl Iterator<Item = (PersonNo, Vec<Period>)> {
    cases.chunk_by(|one, next| one.person == next.person).filter_map(|cases| {
        let windows = united(cases.iter().map(|case| case.during).collect());
        Some((cases.first()?.person, windows))
    })
}

/// An encounter, or a part of one.
#[derive(Debug, Clone, Copy)]
struct Shared {
    contact: u32,
    during: Period,
}

/// An encounter cut at midnight.
#[derive(Debug, Clone, Copy)]
struct OfDay {
    contact: u32,
    day: usize,
    point: u32,
    during: Period,
}

/// What there is to read for one stretch after the other.
#[derive(Debug, Clone)]
enum Searched<'a> {
    Block(Found<'a>),
    /// Not all of the point's rows are packed.
    Unpacked,
    /// The next stretch begins.
    End,
}

/// One question, and the memory that it uses for one case after the other.
pub(super) struct Search<'a> {
    columns: &'a Columns,
    enough: &'a Enough,
    counting: u8,
    /// What an encounter alone has to last in order to count.
    least_encounter: u32,
    stretches: Vec<Stretch>,
    places: Vec<Option<Place<'a>>>,
    found: Vec<Searched<'a>>,
    loose: Vec<Shared>,
    days: Vec<OfDay>,
    tallies: Tallies,
}

impl<'a> Search<'a> {
    pub fn new(columns: &'a Columns, enough: &'a Enough) -> Self {
        let least_encounter = if enough.overlap == Overlap::Unbroken { enough.seconds } else { 0 };
        Self {
            columns,
            enough,
            counting: counting_bit(enough.least),
            least_encounter,
            stretches: Vec::new(),
            places: Vec::new(),
            found: Vec::new(),
            loose: Vec::new(),
            days: Vec::new(),
            tallies: Tallies::default(),
        }
    }

    /// Gives one person's contacts among those who are wanted. The windows are in order and do not touch.
    pub fn contacts_of(
        &mut self,
        person: PersonNo,
        windows: &[Period],
        wanted: impl Fn(u32) -> bool,
        give: &mut impl FnMut(Contact),
    ) {
        self.tallies.clear();
        self.days.clear();
        let mut stretches = std::mem::take(&mut self.stretches);
        self.columns.stretches(person.0, windows, self.counting, &mut stretches);
        stretches.retain(|stretch| stretch.during.seconds() >= self.least_encounter);
        let mut found = std::mem::take(&mut self.found);
        self.find(&stretches, &mut found);
        let mut unread = found.as_slice();
        for at_point in stretches.chunk_by(|one, next| one.point == next.point) {
            self.meet(person.0, at_point, &mut unread, &wanted);
        }
        self.stretches = stretches;
        self.found = found;
        self.give_all(person, give);
    }

    /// Finds where the others' rows lie, stretch by stretch, and asks for them all before the first is read: most of a
    /// question's time is waiting for memory.
    fn find(&mut self, stretches: &[Stretch], found: &mut Vec<Searched<'a>>) {
        found.clear();
        self.places.clear();
        self.places.extend(stretches.iter().map(|stretch| self.columns.by_point.place(stretch.point)));
        self.places.iter().flatten().for_each(Place::fetch_lanes);
        for (stretch, place) in stretches.iter().zip(&self.places) {
            if let Some(place) = place {
                place.fetch_heads(stretch.during);
            }
        }
        for (stretch, place) in stretches.iter().zip(&self.places) {
            let mut take = |block: Found<'a>| found.push(Searched::Block(block));
            match place {
                Some(place) => place.find(stretch.during, self.least_encounter, &mut take),
                None => found.push(Searched::Unpacked),
            }
            found.push(Searched::End);
        }
        for searched in found {
            if let Searched::Block(block) = searched {
                block.fetch();
            }
        }
    }

    /// Adds what others shared of a person's stretches at one point, reading on in what was found.
    fn meet(
        &mut self,
        person: u32,
        stretches: &[Stretch],
        unread: &mut &[Searched<'a>],
        wanted: &impl Fn(u32) -> bool,
    ) {
        self.loose.clear();
        for Stretch { point, during } in stretches.iter().copied() {
            let Self { columns, loose, tallies, days, counting, least_encounter, .. } = self;
            let mut add = |cell: Cell| {
                if cell.other == person || cell.mark & *counting == 0 || !wanted(cell.other) {
                    return;
                }
                let shared = cell.during().overlap(during);
                if cell.is_loose() {
                    loose.push(Shared { contact: cell.other, during: shared });
                } else if shared.seconds() >= *least_encounter {
                    count(self.enough, tallies, days, cell.other, point, shared);
                }
            };
            while let Some((searched, rest)) = unread.split_first() {
                *unread = rest;
                match searched {
                    Searched::Block(block) => block.rows(columns.kept_from, &mut add),
                    Searched::Unpacked => {
                        let (least, kept_from) = (*least_encounter, columns.kept_from);
                        columns.by_point.overlapping(point, during, least, kept_from, &mut add);
                    }
                    Searched::End => break,
                }
            }
        }
        if let Some(stretch) = stretches.first() {
            self.join(stretch.point);
        }
    }

    /// Puts together what touches, and adds it.
    fn join(&mut self, point: u32) {
        let Self { loose, tallies, days, least_encounter, enough, .. } = self;
        loose.sort_unstable_by_key(|shared| u64::from(shared.contact) << 32 | u64::from(shared.during.from));
        loose.dedup_by(|later, kept| {
            let one = later.contact == kept.contact && later.during.from <= kept.during.until;
            if one {
                kept.during.until = kept.during.until.max(later.during.until);
            }
            one
        });
        for Shared { contact, during } in loose.drain(..) {
            if during.seconds() >= *least_encounter {
                count(enough, tallies, days, contact, point, during);
            }
        }
    }

    fn give_all(&mut self, case: PersonNo, give: &mut impl FnMut(Contact)) {
        if let Overlap::SummedByDay(_) = self.enough.overlap {
            return self.give_days(case, give);
        }
        for tally in self.tallies.all() {
            if tally.seconds >= u64::from(self.enough.seconds) {
                give(Contact {
                    case,
                    contact: PersonNo(tally.contact),
                    encounters: tally.encounters,
                    overlap_seconds: tally.seconds,
                    first: tally.during.from,
                    last: tally.during.until,
                    points: tally.points,
                });
            }
        }
    }

    fn give_days(&mut self, case: PersonNo, give: &mut impl FnMut(Contact)) {
        self.days.sort_unstable_by_key(|part| (part.contact, part.day, part.point, part.during));
        let long_enough = |day: &&[OfDay]| {
            let seconds: u64 = day.iter().map(|part| u64::from(part.during.seconds())).sum();
            seconds >= u64::from(self.enough.seconds)
        };
        for of_contact in self.days.chunk_by(|one, next| one.contact == next.contact) {
            let days = of_contact.chunk_by(|one, next| one.day == next.day).filter(long_enough);
            let counted: Vec<OfDay> = days.flatten().copied().collect();
            give_counted(case, counted, give);
        }
    }
}

/// Adds an encounter to its contact's tally, or its parts to their days.
#[inline]
fn count(
    enough: &Enough,
    tallies: &mut Tallies,
    days: &mut Vec<OfDay>,
    contact: u32,
    point: u32,
    during: Period,
) {
    let Overlap::SummedByDay(midnights) = &enough.overlap else {
        return tallies.add(contact, point, during);
    };
    let mut rest = during;
    let mut day = midnights.partition_point(|midnight| *midnight <= during.from);
    while !rest.is_empty() {
        let until = midnights.get(day).map_or(rest.until, |midnight| rest.until.min(*midnight));
        days.push(OfDay { contact, day, point, during: Period { from: rest.from, until } });
        rest.from = until;
        day += 1;
    }
}

fn give_counted(case: PersonNo, mut counted: Vec<OfDay>, give: &mut impl FnMut(Contact)) {
    let Some(one) = counted.first().copied() else { return };
    let first = counted.iter().map(|part| part.during.from).min().unwrap_or(one.during.from);
    let last = counted.iter().map(|part| part.during.until).max().unwrap_or(one.during.until);
    let overlap_seconds = counted.iter().map(|part| u64::from(part.during.seconds())).sum();
    let encounters = u32::try_from(counted.len()).unwrap_or(u32::MAX);
    counted.sort_unstable_by_key(|part| part.point);
    counted.dedup_by_key(|part| part.point);
    let points = u32::try_from(counted.len()).unwrap_or(u32::MAX);
    give(Contact { case, contact: PersonNo(one.contact), encounters, overlap_seconds, first, last, points });
}

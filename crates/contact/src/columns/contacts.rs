//! The first order: who shared points with a case for long enough.

use super::{
    Columns, Period, PersonNo,
    block::{Cell, Scratch, counting_bit},
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

impl Enough {
    /// Where days are told apart.
    fn midnights(&self) -> Option<&[u32]> {
        match &self.overlap {
            Overlap::SummedByDay(midnights) => Some(midnights),
            Overlap::Unbroken | Overlap::SummedByWindow => None,
        }
    }
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
        let subjects: Vec<Subject> = by_person(cases).collect();
        Search::new(self, enough).contacts_of(&subjects, |_, _| true, &mut give);
    }
}

/// Whose contacts are searched.
#[derive(Debug, Clone)]
pub(super) struct Subject {
    pub person: PersonNo,
    /// In order, and none touches the next.
    pub windows: Vec<Period>,
}

/// Cases of one person side by side, put together.
pub(super) fn by_person(cases: &[Case]) -> impl Iterator<Item = Subject> {
    cases.chunk_by(|one, next| one.person == next.person).filter_map(|cases| {
        let windows = united(cases.iter().map(|case| case.during).collect());
        Some(Subject { person: cases.first()?.person, windows })
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

/// So many people are searched together: more of what they need is asked for before the first of it is read.
pub(super) const TOGETHER: usize = 16;
/// So many blocks of rows are asked for before the one that is being read.
const AHEAD: usize = 16;

/// What there is to read for one stretch after the other.
#[derive(Debug, Clone, Copy)]
enum Searched<'a> {
    Block(Found<'a>),
    /// Not all of the point's rows are packed.
    Unpacked,
    /// The next stretch begins.
    End,
}

impl Searched<'_> {
    /// Asks for what will be read.
    #[inline]
    fn ask_for(&self) {
        if let Searched::Block(block) = self {
            block.ask_for_rows();
        }
    }
}

/// One question, and the memory that it uses for one case after the other.
pub(super) struct Search<'a> {
    columns: &'a Columns,
    enough: &'a Enough,
    counting: u8,
    /// What an encounter alone has to last in order to count.
    least_encounter: u32,
    /// Where those who are searched together were, one after the other, and where each one's end.
    stretches: Vec<Stretch>,
    ends: Vec<usize>,
    one: Vec<Stretch>,
    places: Vec<Option<Place<'a>>>,
    found: Vec<Searched<'a>>,
    loose: Vec<Shared>,
    days: Vec<OfDay>,
    tallies: Tallies,
    scratch: Scratch,
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
            ends: Vec::new(),
            one: Vec::new(),
            places: Vec::new(),
            found: Vec::new(),
            loose: Vec::new(),
            days: Vec::new(),
            tallies: Tallies::default(),
            scratch: Scratch::default(),
        }
    }

    /// Gives each subject's contacts among those who are wanted.
    pub fn contacts_of(
        &mut self,
        subjects: &[Subject],
        wanted: impl Fn(PersonNo, u32) -> bool,
        give: &mut impl FnMut(Contact),
    ) {
        for subjects in subjects.chunks(TOGETHER) {
            self.see_where(subjects);
            let (stretches, found) = (std::mem::take(&mut self.stretches), std::mem::take(&mut self.found));
            let found = self.find(&stretches, found);
            found.iter().take(AHEAD).for_each(Searched::ask_for);
            let (mut begin, mut unread) = (0, found.as_slice());
            for (at, subject) in subjects.iter().enumerate() {
                let own = stretches.get(begin..self.ends[at]).unwrap_or_default();
                begin = self.ends[at];
                self.tallies.clear();
                self.days.clear();
                for at_point in own.chunk_by(|one, next| one.point == next.point) {
                    self.meet(subject.person, at_point, &mut unread, &wanted);
                }
                self.give_all(subject.person, give);
            }
            (self.stretches, self.found) = (stretches, found);
        }
    }

    /// How many bytes of rows and heads are read for some subjects, in whole lines.
    pub fn bytes_of(&mut self, subjects: &[Subject]) -> u64 {
        self.see_where(subjects);
        let (stretches, found) = (std::mem::take(&mut self.stretches), std::mem::take(&mut self.found));
        let found = self.find(&stretches, found);
        let bytes = |searched: &Searched<'_>| match searched {
            Searched::Block(block) => block.line_bytes(),
            Searched::Unpacked | Searched::End => 0,
        };
        let bytes = found.iter().map(bytes).sum();
        (self.stretches, self.found) = (stretches, found);
        bytes
    }

    /// Where the subjects were.
    fn see_where(&mut self, subjects: &[Subject]) {
        let by_person = &self.columns.by_person;
        let places =
            || subjects.iter().filter_map(|subject| Some((by_person.place(subject.person.0)?, subject)));
        places().for_each(|(place, _)| place.ask_for_key());
        places().for_each(|(place, _)| place.ask_for_lanes());
        let windows = || {
            places().flat_map(|(place, subject)| subject.windows.iter().map(move |window| (place, *window)))
        };
        windows().for_each(|(place, window)| place.ask_for_heads(window));
        windows().for_each(|(place, window)| place.find(window, 0, &mut |found| found.ask_for_rows()));
        self.stretches.clear();
        self.ends.clear();
        for subject in subjects {
            self.columns.stretches(subject.person.0, &subject.windows, self.counting, &mut self.one);
            let long_enough = |stretch: &&Stretch| stretch.during.seconds() >= self.least_encounter;
            self.stretches.extend(self.one.iter().filter(long_enough));
            self.ends.push(self.stretches.len());
        }
    }

    /// Finds where the others' rows lie, stretch by stretch.
    fn find(&mut self, stretches: &[Stretch], mut found: Vec<Searched<'a>>) -> Vec<Searched<'a>> {
        found.clear();
        self.places.clear();
        self.places.extend(stretches.iter().map(|stretch| self.columns.by_point.place(stretch.point)));
        self.places.iter().flatten().for_each(|place| place.ask_for_key());
        self.places.iter().flatten().for_each(|place| place.ask_for_lanes());
        for (stretch, place) in stretches.iter().zip(&self.places) {
            if let Some(place) = place {
                place.ask_for_heads(stretch.during);
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
        found
    }

    /// Adds what others shared of a person's stretches at one point, reading on in what was found.
    fn meet(
        &mut self,
        person: PersonNo,
        stretches: &[Stretch],
        unread: &mut &[Searched<'a>],
        wanted: &impl Fn(PersonNo, u32) -> bool,
    ) {
        self.loose.clear();
        for Stretch { point, during } in stretches.iter().copied() {
            let midnights = self.enough.midnights();
            let Self { columns, loose, tallies, days, counting, least_encounter, scratch, .. } = self;
            let (counting, least_encounter) = (*counting, *least_encounter);
            let mut counted = |cell: Cell| {
                if cell.other == person.0 || cell.mark & counting == 0 || !wanted(person, cell.other) {
                    return None;
                }
                let shared = cell.during().overlap(during);
                if cell.is_loose() {
                    loose.push(Shared { contact: cell.other, during: shared });
                    return None;
                }
                (shared.seconds() >= least_encounter).then_some((cell.other, shared))
            };
            while let Some((searched, rest)) = unread.split_first() {
                *unread = rest;
                rest.get(AHEAD).into_iter().for_each(Searched::ask_for);
                match searched {
                    Searched::Block(block) => {
                        let hits = block.rows(columns.kept_from, scratch);
                        count(
                            midnights,
                            tallies,
                            days,
                            point,
                            hits.len(),
                            hits.cells().filter_map(&mut counted),
                        );
                    }
                    Searched::Unpacked => {
                        let (least, kept_from) = (least_encounter, columns.kept_from);
                        columns.by_point.overlapping(point, during, least, kept_from, &mut |cell| {
                            count(midnights, tallies, days, point, 1, counted(cell).into_iter());
                        });
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
        let midnights = self.enough.midnights();
        let Self { loose, tallies, days, least_encounter, .. } = self;
        loose.sort_unstable_by_key(|shared| u64::from(shared.contact) << 32 | u64::from(shared.during.from));
        loose.dedup_by(|later, kept| {
            let one = later.contact == kept.contact && later.during.from <= kept.during.until;
            if one {
                kept.during.until = kept.during.until.max(later.during.until);
            }
            one
        });
        let long_enough = |shared: &Shared| shared.during.seconds() >= *least_encounter;
        let joined = loose.iter().filter(|shared| long_enough(shared));
        count(
            midnights,
            tallies,
            days,
            point,
            loose.len(),
            joined.map(|shared| (shared.contact, shared.during)),
        );
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

/// Adds encounters at one point to their contacts' tallies, or their parts to their days.
#[inline]
fn count(
    midnights: Option<&[u32]>,
    tallies: &mut Tallies,
    days: &mut Vec<OfDay>,
    point: u32,
    at_most: usize,
    encounters: impl Iterator<Item = (u32, Period)>,
) {
    match midnights {
        None => tallies.add(point, at_most, encounters),
        Some(midnights) => {
            encounters.for_each(|(contact, during)| cut(midnights, days, contact, point, during))
        }
    }
}

/// Cuts an encounter at midnight.
#[inline(never)]
fn cut(midnights: &[u32], days: &mut Vec<OfDay>, contact: u32, point: u32, during: Period) {
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

//! The presences of a whole city in memory, packed, and the questions about who met whom.
//!
//! Persons and points are dense numbers from 0, times are seconds since 1970. Every presence is kept twice: filed
//! under its point, for *who was here meanwhile*, and under its person, for *where was the case*. The visits stay as
//! they were given; what belongs together is put together by each question, so that an insert is an append.
//!
//! ```
//! use kangma_contact::columns::{Case, Columns, Enough, Overlap, Period, PersonNo, PointNo, Row};
//! use kangma_core::Assurance;
//!
//! let row = |person, from, until| Row {
//!     person: PersonNo(person),
//!     point: PointNo(0),
//!     during: Period { from, until },
//!     assurance: Assurance::DeviceBound,
//! };
//! let mut columns = Columns::default();
//! columns.insert(&[row(0, 0, 3_600), row(1, 1_800, 7_200)]);
//! let case = Case { person: PersonNo(0), during: Period { from: 0, until: 86_400 } };
//! let enough = Enough { seconds: 900, overlap: Overlap::Unbroken, least: Assurance::Paper };
//! let mut met = Vec::new();
//! columns.contacts(&[case], &enough, |contact| met.push((contact.contact, contact.overlap_seconds)));
//! assert_eq!(met, [(PersonNo(1), 1_800)]);
//! ```

mod block;
mod contacts;
mod cover;
mod elsewhere;
mod encounters;
mod filing;
mod fresh;
mod gatherings;
mod memory;
mod occupancy;
mod onward;
mod packed;
mod pairs;
mod shard;
mod sites;
pub(crate) mod snapshot;
mod stretches;
mod tally;

pub use contacts::{Case, Contact, Enough, Overlap};
pub use encounters::{Asked, Look, Met};
pub use gatherings::{Gathering, Together};
pub use onward::{Infecting, Link};
pub use sites::{Present, Site};
pub use snapshot::{BadSnapshot, Belonging, FileSalt, SnapshotKey};

use block::Cell;
pub(crate) use block::{counting_bit, mark};
pub(crate) use cover::{Cover, Piece};
use filing::settle;
pub(crate) use filing::{FiledUnder, Filing, Marked, Pace};

use kangma_core::Assurance;

/// A person's number. Numbers are dense: the largest decides how much memory the directory takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PersonNo(pub u32);

/// A point's number, dense like a person's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PointNo(pub u32);

/// A half-open stretch of time `[from, until)` in seconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Period {
    /// The first second inside.
    pub from: u32,
    /// The first second after it.
    pub until: u32,
}

/// One presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Row {
    /// Who.
    pub person: PersonNo,
    /// Where.
    pub point: PointNo,
    /// When.
    pub during: Period,
    /// How far it is proven.
    pub assurance: Assurance,
}

/// What became of inserted presences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    /// Kept.
    pub added: usize,
    /// Ending before or when they begin: not kept.
    pub empty: usize,
    /// Begun before what is kept: not kept.
    pub dropped: usize,
}

/// The presences of a city. A clone shares what is packed, so that a long question may hold one while visits arrive.
#[derive(Debug, Clone)]
pub struct Columns {
    by_person: Filing,
    by_point: Filing,
    kept_from: u32,
}

/// An index that is being filled is packed from so many rows on.
const FIRST_FILLED: usize = 1 << 23;
/// What arrived takes 40 bytes and more in both copies: of so many rows, some six gigabytes.
const MOST_FRESH: usize = 1 << 27;
/// From so many rows on, both copies are filled at once on two threads.
const WORTH_A_THREAD: usize = 50_000;

impl Default for Columns {
    fn default() -> Self {
        let [by_person, by_point] = [FiledUnder::Person, FiledUnder::Point].map(Filing::new);
        Self { by_person, by_point, kept_from: 0 }
    }
}

impl Period {
    /// Whether nothing lies inside.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.until <= self.from
    }

    /// What two share; empty when they share nothing.
    #[must_use]
    pub fn overlap(self, other: Period) -> Period {
        Period { from: self.from.max(other.from), until: self.until.min(other.until) }
    }

    /// Its length.
    #[must_use]
    pub const fn seconds(self) -> u32 {
        self.until.saturating_sub(self.from)
    }
}

impl Columns {
    /// Takes presences in any order, late ones too. The same presence twice is one.
    pub fn insert(&mut self, rows: &[Row]) -> Taken {
        self.put(rows, Pace::Asked);
        self.taken(rows)
    }

    /// The same for many presences before the first question: they are packed more seldom, which takes less time, and
    /// more memory until [`Columns::settle`]. Questions are answered too, but slowly.
    pub fn fill(&mut self, rows: &[Row]) -> Taken {
        self.put(rows, Pace::Filling);
        self.taken(rows)
    }

    fn taken(&self, rows: &[Row]) -> Taken {
        let kept_from = self.kept_from;
        let empty = rows.iter().filter(|row| row.during.is_empty()).count();
        let dropped = rows.iter().filter(|row| !row.during.is_empty() && row.during.from < kept_from).count();
        Taken { added: rows.len() - empty - dropped, empty, dropped }
    }

    /// Files presences in both copies.
    pub(crate) fn put<R: Sync>(&mut self, rows: &[R], pace: Pace)
    where
        for<'r> Marked: From<&'r R>,
    {
        let kept_from = self.kept_from;
        let Self { by_person, by_point, .. } = self;
        if rows.len() < WORTH_A_THREAD {
            by_person.insert(rows, kept_from, pace);
            by_point.insert(rows, kept_from, pace);
        } else {
            std::thread::scope(|scope| {
                scope.spawn(|| by_person.insert(rows, kept_from, pace));
                by_point.insert(rows, kept_from, pace);
            });
        }
        if pace == Pace::Filling && self.is_due() {
            self.settle();
        }
    }

    /// While it is being filled: whether more arrived than is packed, or than memory should hold unpacked.
    fn is_due(&self) -> bool {
        let fresh = self.by_point.fresh_rows();
        fresh > (self.rows() - fresh).clamp(FIRST_FILLED, MOST_FRESH)
    }

    /// Takes presences back.
    pub(crate) fn take_back(&mut self, rows: &[Marked]) {
        for row in rows {
            self.by_person.remove(*row);
            self.by_point.remove(*row);
        }
    }

    /// Lets everything fall that began before `instant`, and takes none of it again. Callers pass a midnight, so that
    /// days fall whole. No answer shows it from now on; its memory is given back by [`Columns::settle`], and piece by
    /// piece as visits arrive.
    pub fn drop_before(&mut self, instant: u32) {
        self.kept_from = self.kept_from.max(instant);
    }

    /// Packs everything that arrived since it was last packed. It changes no answer; later questions touch less memory.
    pub fn settle(&mut self) {
        let kept_from = self.kept_from;
        settle(self.by_person.unsettled(kept_from).chain(self.by_point.unsettled(kept_from)), kept_from);
    }

    /// How many presences are held. Repeated ones and those that fell count until they are packed next.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.by_person.rows()
    }

    /// How much memory both copies take, in bytes.
    #[must_use]
    pub fn memory_bytes(&self) -> usize {
        self.by_person.memory_bytes() + self.by_point.memory_bytes()
    }

    /// One past the largest person's number that there is room for.
    #[must_use]
    pub fn persons(&self) -> u32 {
        self.by_person.room()
    }

    /// Every presence, person by person.
    pub fn each_row(&self, mut take: impl FnMut(Row)) {
        let always = Period { from: 0, until: u32::MAX };
        for person in 0..self.persons() {
            self.by_person.overlapping(person, always, 0, self.kept_from, &mut |cell: Cell| {
                let (person, point) = (PersonNo(person), PointNo(cell.other));
                take(Row { person, point, during: cell.during(), assurance: cell.assurance() });
            });
        }
    }
}

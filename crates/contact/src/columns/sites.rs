//! Everybody at a point in a window: what a published exposure site or a risk area asks.

use super::{Columns, Cover, Period, PersonNo, PointNo, occupancy::Occupancy};
use kangma_core::Assurance;

/// A place and a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Site {
    /// Where.
    pub point: PointNo,
    /// When.
    pub during: Period,
}

/// One person at a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Present {
    /// Who.
    pub person: PersonNo,
    /// How many stretches inside the site's time, each without a break.
    pub stretches: u32,
    /// How long they were together, in seconds.
    pub seconds: u64,
    /// The longest of them, in seconds.
    pub unbroken_seconds: u32,
    /// When the first began.
    pub first: u32,
    /// When the last ended.
    pub last: u32,
    /// The most people there at one time meanwhile.
    pub crowd: u32,
    /// By what it is proven, at its weakest.
    pub assurance: Assurance,
}

impl Columns {
    /// Everybody present, by person. Visits below `least` do not count.
    #[must_use]
    pub fn present(&self, site: &Site, least: Assurance) -> Vec<Present> {
        let people = self.people(site.point.0, site.during, least);
        let occupancy = Occupancy::of(people.iter().map(|(_, cover)| cover));
        people.iter().filter_map(|(person, cover)| Present::of(*person, cover, &occupancy)).collect()
    }
}

impl Present {
    fn of(person: u32, cover: &Cover, occupancy: &Occupancy) -> Option<Self> {
        let stretches = cover.unbroken();
        let lengths = || stretches.iter().map(|stretch| stretch.during.seconds());
        Some(Self {
            person: PersonNo(person),
            stretches: u32::try_from(stretches.len()).unwrap_or(u32::MAX),
            seconds: lengths().map(u64::from).sum(),
            unbroken_seconds: lengths().max()?,
            first: stretches.first()?.during.from,
            last: stretches.last()?.during.until,
            crowd: stretches.iter().map(|stretch| occupancy.most(stretch.during)).max()?,
            assurance: stretches.iter().map(|stretch| stretch.assurance).min()?,
        })
    }
}

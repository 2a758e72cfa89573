//! The places of a city, by number.
//!
//! Kind after kind, in the order of [`Kind::ALL`]; of one kind the districts in turn. Homes have the numbers after all
//! others, because their count is known last.

use crate::{
    chance::{Chance, Popularity},
    kind::{HOME, Kind},
    parameters::{LogNormal, Parameters, PerMille, Reach},
};

/// All points of a city.
#[derive(Debug, Clone)]
pub struct Points {
    districts: u32,
    kinds: Vec<Numbers>,
    first_home: u32,
}

/// The points of one kind.
#[derive(Debug, Clone)]
struct Numbers {
    kind: Kind,
    first: u32,
    count: u32,
    reach: Reach,
    popularity: Popularity,
    dwell: Option<LogNormal>,
    exit_scanned: PerMille,
}

impl Points {
    pub(crate) fn of(parameters: &Parameters) -> Self {
        let districts = parameters.size.districts.number();
        let mut first = 0;
        let kinds = parameters.points.iter().map(|(kind, of)| {
            let wanted = parameters.size.people.number() / of.people_for_one.number();
            let (count, choices) = match of.reach {
                Reach::City => (wanted.max(1), wanted.max(1)),
                // As many in each, and at least one.
                Reach::District => {
                    let each = wanted.saturating_add(districts / 2) / districts;
                    (each.max(1) * districts, each.max(1))
                }
            };
            let begins = first;
            first += count;
            Numbers {
                kind: *kind,
                first: begins,
                count,
                reach: of.reach,
                popularity: Popularity::of(choices, of.exponent),
                dwell: of.dwell,
                exit_scanned: of.exit_scanned,
            }
        });
        let kinds = kinds.collect();
        Self { districts, kinds, first_home: first }
    }

    /// The kind of a point, as policies write it; [`HOME`] of a home.
    #[must_use]
    pub fn kind_of(&self, point: u32) -> &'static str {
        self.numbers_of(point).map_or(HOME, |numbers| numbers.kind.word())
    }

    /// How many there are besides homes: these have the numbers before all homes.
    #[must_use]
    pub fn besides_homes(&self) -> u32 {
        self.first_home
    }

    /// Each point that is no home, with its kind and its district.
    pub fn each(&self) -> impl Iterator<Item = (u32, Kind, u32)> + '_ {
        self.kinds.iter().flat_map(|numbers| {
            let place = |nth| (numbers.first + nth, numbers.kind, nth % self.districts);
            (0..numbers.count).map(place)
        })
    }

    /// The district of a point that is no home.
    pub(crate) fn district_of(&self, point: u32) -> u32 {
        self.numbers_of(point).map_or(0, |numbers| (point - numbers.first) % self.districts)
    }

    pub(crate) fn exit_scanned(&self, kind: Kind) -> PerMille {
        self.numbers(kind).map_or(PerMille::NEVER, |numbers| numbers.exit_scanned)
    }

    /// One of a kind, as people of a district choose it.
    pub(crate) fn one(&self, chance: &mut Chance, kind: Kind, district: u32) -> u32 {
        let Some(numbers) = self.numbers(kind) else { return 0 };
        let choice = chance.popular(&numbers.popularity);
        match numbers.reach {
            Reach::City => numbers.first + choice,
            Reach::District => numbers.first + choice * self.districts + district,
        }
    }

    /// The point of a kind so many after another, the first again after the last.
    pub(crate) fn after(&self, point: u32, more: u32) -> u32 {
        self.numbers_of(point)
            .map_or(point, |Numbers { first, count, .. }| first + (point - first + more % count) % count)
    }

    /// How long a visitor stays.
    pub(crate) fn dwell(&self, kind: Kind) -> Option<LogNormal> {
        self.numbers(kind)?.dwell
    }

    fn numbers(&self, kind: Kind) -> Option<&Numbers> {
        self.kinds.iter().find(|numbers| numbers.kind == kind)
    }

    fn numbers_of(&self, point: u32) -> Option<&Numbers> {
        (point < self.first_home).then_some(())?;
        let next = self.kinds.partition_point(|numbers| numbers.first <= point);
        self.kinds.get(next.checked_sub(1)?)
    }
}

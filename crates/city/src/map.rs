//! The places of a city, found by kind and district.

use crate::{
    chance::Chance,
    point::{District, Point, PointKind, point_kind},
};
use kangma_core::PointId;
use std::collections::{BTreeMap, HashMap};

/// Everything that a life needs to know of the city.
#[derive(Debug, Clone)]
pub(crate) struct Map {
    divisions: Vec<String>,
    gates: Vec<Point>,
    kinds: HashMap<PointId, &'static PointKind>,
    anywhere: BTreeMap<&'static str, Vec<PointId>>,
    by_district: BTreeMap<(&'static str, usize), Vec<PointId>>,
}

impl Map {
    pub fn of(districts: &[District], places: &[Point]) -> Self {
        let mut map = Self {
            divisions: districts.iter().map(|district| district.division.clone()).collect(),
            gates: places.iter().filter(|place| place.kind == "community-gate").cloned().collect(),
            kinds: HashMap::new(),
            anywhere: BTreeMap::new(),
            by_district: BTreeMap::new(),
        };
        for place in places {
            let Some(kind) = point_kind(&place.kind) else { continue };
            map.kinds.insert(place.id, kind);
            map.anywhere.entry(kind.kind).or_default().push(place.id);
            map.by_district.entry((kind.kind, place.district)).or_default().push(place.id);
        }
        map
    }

    /// Where people live.
    pub fn gates(&self) -> &[Point] {
        &self.gates
    }

    pub fn division(&self, district: usize) -> &str {
        self.divisions.get(district).map_or("990101", String::as_str)
    }

    pub fn kind(&self, point: PointId) -> Option<&'static PointKind> {
        self.kinds.get(&point).copied()
    }

    /// One of a kind.
    pub fn anywhere(&self, chance: &mut Chance, kind: &'static str) -> Option<PointId> {
        chance.pick(self.anywhere.get(kind)?).copied()
    }

    /// One of a kind, in the district if it has one.
    pub fn near(&self, chance: &mut Chance, kind: &'static str, district: usize) -> Option<PointId> {
        match self.by_district.get(&(kind, district)) {
            Some(near) => chance.pick(near).copied(),
            None => self.anywhere(chance, kind),
        }
    }
}

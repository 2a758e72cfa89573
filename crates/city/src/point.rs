//! Districts and collection points.

use crate::{
    chance::{Chance, LogNormal, PerMille, Purpose, Seed},
    size::Size,
};
use kangma_core::PointId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A part of the city.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct District {
    /// Its name: a numeral, so that no real one is meant.
    pub name: String,
    /// Its division code, of a province that GB/T 2260 does not have (99).
    pub division: String,
}

/// A collection point as it is first registered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Point {
    /// Its identifier.
    pub id: PointId,
    /// Its kind, as policies write it.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// The district: an index into [`crate::City::districts`].
    pub district: usize,
}

/// What is known of one kind of point.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointKind {
    /// As policies write it.
    pub kind: &'static str,
    /// In Chinese, for names.
    pub noun: &'static str,
    /// How many of 300 points are of this kind. Our assumption: gates and vehicles are many, stations few.
    pub of_300: u32,
    /// How long a visitor stays. Our assumption.
    pub dwell: LogNormal,
    /// How often the exit is scanned. Our assumption: always where a barrier opens, seldom in shops.
    pub exit_scanned: PerMille,
}

const fn kind(
    kind: &'static str,
    noun: &'static str,
    of_300: u32,
    median_minutes: u32,
    exit: u32,
) -> PointKind {
    let dwell = LogNormal { median_minutes, sigma: 0.5 };
    PointKind { kind, noun, of_300, dwell, exit_scanned: PerMille(exit) }
}

/// Every kind of point, with our assumptions: how many of 300, minutes of stay, scanned exits in thousandths.
pub const KINDS: &[PointKind] = &[
    kind("community-gate", "小区", 80, 2, 600),
    kind("office", "写字楼", 50, 240, 700),
    kind("factory", "工厂", 10, 240, 900),
    kind("school", "学校", 24, 240, 950),
    kind("supermarket", "超市", 24, 25, 200),
    kind("mall", "商场", 6, 80, 300),
    kind("market", "菜市场", 12, 20, 100),
    kind("pharmacy", "药店", 18, 8, 50),
    kind("restaurant", "餐馆", 34, 40, 150),
    kind("subway", "地铁车厢", 16, 18, 850),
    kind("bus", "公交车", 20, 16, 500),
    kind("railway-station", "火车站", 2, 35, 600),
    kind("hospital", "医院", 4, 70, 500),
];

/// Numerals for names of districts and of people.
pub(crate) const STEMS: [&str; 10] = ["甲", "乙", "丙", "丁", "戊", "己", "庚", "辛", "壬", "癸"];

/// What is known of a kind by its name.
#[must_use]
pub fn point_kind(kind: &str) -> Option<&'static PointKind> {
    KINDS.iter().find(|known| known.kind == kind)
}

pub(crate) fn districts(size: &Size) -> Vec<District> {
    let count = usize::try_from(size.districts).unwrap_or(1).clamp(1, STEMS.len());
    let district = |(n, stem): (usize, &&str)| District {
        name: format!("{stem}区"),
        division: format!("9901{:02}", n + 1),
    };
    STEMS.iter().take(count).enumerate().map(district).collect()
}

pub(crate) fn points(seed: Seed, size: &Size, districts: &[District]) -> Vec<Point> {
    let mut numbered: BTreeMap<(usize, &str), u32> = BTreeMap::new();
    let kinds = shares(size.points).into_iter().zip(KINDS);
    let each = kinds.flat_map(|(count, kind)| (0..count).map(move |_| kind)).enumerate();
    each.map(|(n, kind)| {
        let mut chance = Chance::of(seed, Purpose::Points, index(n));
        // In turn, so that every district has some of each kind as long as there are enough.
        let district = n % districts.len();
        let number = numbered.entry((district, kind.kind)).or_default();
        *number += 1;
        let name = format!("{}{}{number}号", districts[district].name, kind.noun);
        Point { id: PointId(chance.number()), kind: kind.kind.to_owned(), name, district }
    })
    .collect()
}

/// How many points of each kind: in proportion, the largest remainders rounded up.
fn shares(points: u32) -> Vec<u32> {
    let parts = KINDS.iter().map(|kind| u64::from(kind.of_300) * u64::from(points));
    let mut counts: Vec<(u64, u64)> = parts.map(|part| (part / 300, part % 300)).collect();
    let given: u64 = counts.iter().map(|(count, _)| count).sum();
    let missing = usize::try_from(u64::from(points).saturating_sub(given)).unwrap_or(0);
    let mut by_remainder: Vec<usize> = (0..counts.len()).collect();
    by_remainder.sort_by_key(|n| std::cmp::Reverse(counts[*n].1));
    for n in by_remainder.into_iter().take(missing) {
        counts[n].0 += 1;
    }
    counts.into_iter().map(|(count, _)| u32::try_from(count).unwrap_or(u32::MAX)).collect()
}

pub(crate) fn index(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kinds_are_three_hundred_points() {
        assert_eq!(KINDS.iter().map(|kind| kind.of_300).sum::<u32>(), 300);
    }

    #[test]
    fn every_number_of_points_is_shared_out_whole() {
        for points in [0, 1, 7, 13, 30, 299, 300, 1_234, 100_000] {
            assert_eq!(shares(points).iter().sum::<u32>(), points);
        }
    }
}

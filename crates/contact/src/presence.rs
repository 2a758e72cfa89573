//! From one person's scans to presences.

use crate::stays::Stay;
use kangma_core::{Assurance, Direction, PersonId, PointId, Time, Window};
use serde::{Deserialize, Serialize};

/// One person at one point, without a break.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Presence {
    /// Who.
    pub person: PersonId,
    /// Where.
    pub point: PointId,
    /// From when until when.
    pub window: Window,
    /// How far it is proven: by its weakest part.
    pub assurance: Assurance,
}

/// One scan of a person who is known from elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Scan {
    pub at: Time,
    pub point: PointId,
    pub direction: Direction,
    pub assurance: Assurance,
}

/// What a single scan proves, before overlapping ones are joined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub point: PointId,
    pub window: Window,
    pub assurance: Assurance,
}

/// Turns one person's scans, sorted by time, into stretches.
///
/// An entry lasts until its exit, else until the next scan elsewhere, else for the dwell of the kind of
/// point. An exit without an entry proves the dwell before it, cut at the scan before.
pub(crate) fn stretches<'a>(
    scans: &'a [Scan],
    stay_at: impl Fn(PointId) -> Stay + 'a,
) -> impl Iterator<Item = Stretch> + 'a {
    scans.iter().filter_map(move |scan| {
        let stay = stay_at(scan.point);
        let window = match scan.direction {
            Direction::In => Window::new(scan.at, end_of_entry(scans, *scan, stay)),
            Direction::Out => Window::new(start_of_exit(scans, *scan, stay)?, scan.at),
        }?;
        Some(Stretch { point: scan.point, window, assurance: scan.assurance })
    })
}

fn end_of_entry(scans: &[Scan], entry: Scan, stay: Stay) -> Time {
    let later = &scans[scans.partition_point(|scan| scan.at <= entry.at)..];
    exit_of(later, entry, stay)
        .or_else(|| left_for_elsewhere(later, entry, stay))
        .unwrap_or(entry.at + stay.dwell)
}

/// The exit that belongs to an entry: the first later scan at the same point, if it is one and not too late.
///
/// Scans elsewhere between the two do not matter: a shop lies inside a mall.
fn exit_of(later: &[Scan], entry: Scan, stay: Stay) -> Option<Time> {
    let soon = later.iter().take_while(|scan| scan.at - entry.at <= stay.exit_within);
    let mut here = soon.filter(|scan| scan.point == entry.point);
    let back = here.next()?.at;
    direction_at(later, back, entry.point, Direction::Out).then_some(back)
}

/// The next scan, if it is elsewhere and not too late.
fn left_for_elsewhere(later: &[Scan], entry: Scan, stay: Stay) -> Option<Time> {
    let next = later.first()?.at;
    let elsewhere = later.iter().take_while(|scan| scan.at == next).any(|scan| scan.point != entry.point);
    (elsewhere && next - entry.at <= stay.longest).then_some(next)
}

/// When a person whose entry was not scanned is taken to have come; nothing when the entry was scanned.
fn start_of_exit(scans: &[Scan], exit: Scan, stay: Stay) -> Option<Time> {
    let earlier = &scans[..scans.partition_point(|scan| scan.at < exit.at)];
    let soon = earlier.iter().rev().take_while(|scan| exit.at - scan.at <= stay.exit_within);
    let before = soon.map(|scan| (scan.at, scan.point)).find(|(_, point)| *point == exit.point);
    if before.is_some_and(|(at, point)| direction_at(earlier, at, point, Direction::In)) {
        return None;
    }
    let since = exit.at - stay.dwell;
    Some(earlier.last().map_or(since, |scan| since.max(scan.at)))
}

/// Whether somebody scanned at a point at one instant passed it in this direction.
fn direction_at(scans: &[Scan], at: Time, point: PointId, direction: Direction) -> bool {
    let first = scans.partition_point(|scan| scan.at < at);
    let then = scans[first..].iter().take_while(|scan| scan.at == at);
    then.filter(|scan| scan.point == point).any(|scan| scan.direction == direction)
}

//! What encounters are worth, and who is among the best. In whole thousandths: the same on every machine.

use crate::{
    Day, Encounter, Number, Span,
    policy::{Best, Score},
};

impl Score {
    /// What an encounter is worth, rounded down to thousandths. `begin` is the day that the infectious days of the case
    /// are counted from.
    #[must_use]
    pub fn worth(&self, met: &Encounter, begin: Day) -> Number {
        let kind = self.kinds.get(&met.point_kind).map_or(ONCE, |times| times.0);
        let crowd = met.crowd.max(1);
        let sharing = self.crowd_beyond.map_or(crowd, |beyond| beyond.min(crowd));
        let worth = [kind, self.times_on(met.day, begin), sharing.into()]
            .into_iter()
            .fold(self.thousandths_for(met.summed), |worth, times| worth.saturating_mul(i128::from(times)));
        let shares = MINUTE * i128::from(ONCE * ONCE) * i128::from(crowd);
        Number(i64::try_from(worth / shares).unwrap_or(i64::MAX))
    }

    /// What encounters are worth together.
    pub(super) fn sum(&self, all: &[&Encounter], begin: Day) -> Number {
        Number(all.iter().fold(0, |sum: i64, met| sum.saturating_add(self.worth(met, begin).0)))
    }

    /// Thousandths of points times milliseconds of a minute, so that nothing is rounded yet.
    fn thousandths_for(&self, shared: Span) -> i128 {
        let ends = self.minutes.iter().skip(1).map(|rate| rate.from).chain([shared]);
        let minutes = self.minutes.iter().zip(ends).map(|(rate, end)| {
            let within = (end.min(shared).0 - rate.from.0).max(0);
            i128::from(within) * i128::from(rate.points.0)
        });
        minutes.fold(MINUTE * i128::from(self.meeting.0), i128::saturating_add)
    }

    fn times_on(&self, day: Day, begin: Day) -> i64 {
        let after = day.0.saturating_sub(begin.0);
        self.days.iter().rev().find(|row| row.from <= after).map_or(ONCE, |row| row.times.0)
    }
}

/// A factor of one, in thousandths.
const ONCE: i64 = 1_000;
/// In milliseconds.
const MINUTE: i128 = 60_000;

/// The least score of the best, of those that are more than nothing; nothing when nobody's is.
pub(super) fn least_of_best(best: Best, mut scores: Vec<Number>) -> Option<Number> {
    let places = best.of(scores.len());
    scores.retain(|score| score.0 > 0);
    scores.sort_unstable();
    let last = scores.len().saturating_sub(places);
    scores.get(last).copied()
}

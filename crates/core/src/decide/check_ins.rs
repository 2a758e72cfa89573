//! Consecutive normal daily check-ins.

use super::ground::Ground;
use crate::{Day, Evidence, Kind, Time, policy::Missed, verdict::Progress};
use smallvec::SmallVec;

/// How many consecutive normal days there are.
pub(crate) struct Tally {
    needed: u32,
    done: u32,
    owed_today: bool,
    /// Whether yesterday is owed, has none, and may still be made up.
    pub(crate) open_yesterday: bool,
    missed: Vec<Day>,
    /// When the last needed one was made.
    pub(crate) met: Option<Time>,
    /// The beginning of the day on which it will be, if none is missed.
    pub(crate) expected: Option<Time>,
}

impl Tally {
    pub(crate) fn into_progress(self) -> Progress {
        Progress::CheckIns {
            done: self.done,
            needed: self.needed,
            owed_today: self.owed_today,
            missed: self.missed,
            met_at: self.met,
        }
    }
}

/// Counts the days after the date of `from`. Days before the person was told count as normal.
pub(crate) fn tally(needed: u32, from: Time, told: Time, ground: &Ground<'_, '_>) -> Tally {
    let base = ground.day(from);
    let told_day = ground.day(told);
    let mut counting = Counting {
        ground,
        needed: i32::try_from(needed).unwrap_or(i32::MAX),
        base,
        told_day,
        reset: base,
        normal: SmallVec::new(),
        made: SmallVec::new(),
        next_closing: Day(base.0.saturating_add(1).max(told_day.0)),
    };
    let met = counting.run();
    counting.finish(needed, met)
}

struct Counting<'g, 'a> {
    ground: &'g Ground<'g, 'a>,
    needed: i32,
    base: Day,
    told_day: Day,
    /// Days until this one do not count.
    reset: Day,
    /// Days with a normal check-in, after `reset`, none before the person was told.
    normal: SmallVec<[Day; 16]>,
    /// Days with any check-in in time, or with abnormal evidence.
    made: SmallVec<[Day; 16]>,
    /// The first owed day whose closing midnight has not been looked at.
    next_closing: Day,
}

impl Counting<'_, '_> {
    fn run(&mut self) -> Option<Time> {
        for item in self.ground.items.iter() {
            let abnormal = self.is_abnormal(item);
            if !abnormal && item.kind != Kind::CheckIn {
                continue;
            }
            self.close_until(item.happened_at);
            let met = self.met_by_silence(item.happened_at);
            if met.is_some() {
                return met;
            }
            self.take(item, abnormal);
            if self.counted(item.happened_at) >= self.needed {
                return Some(item.happened_at);
            }
        }
        self.close_until(self.ground.now);
        self.met_by_silence(self.ground.now)
    }

    fn is_abnormal(&self, item: &Evidence) -> bool {
        self.ground.policy.check_in.abnormal.iter().any(|condition| condition.matches(item))
    }

    fn take(&mut self, item: &Evidence, abnormal: bool) {
        let made_on = self.ground.day(item.happened_at);
        let day = self.day_of(item, made_on);
        if day > made_on || day <= self.base {
            return;
        }
        if abnormal {
            self.made.push(day);
            self.start_over(day);
            return;
        }
        if self.made.contains(&day) || !self.in_time(day, item.happened_at) {
            return;
        }
        self.made.push(day);
        if day > self.reset && day >= self.told_day {
            self.normal.push(day);
        }
    }

    fn day_of(&self, item: &Evidence, made_on: Day) -> Day {
        match item.kind {
            Kind::CheckIn => item.attributes.day("day").unwrap_or(made_on),
            _ => made_on,
        }
    }

    fn start_over(&mut self, day: Day) {
        if day > self.reset {
            self.reset = day;
            self.normal.retain(|counted| *counted > day);
        }
    }

    /// Until its closing midnight and the grace after it; without end where an outage covered that midnight.
    fn in_time(&self, day: Day, at: Time) -> bool {
        let closing = self.closing(day);
        at < closing + self.ground.policy.check_in.missed.grace() || !self.ground.freshness.all_fresh(closing)
    }

    fn closing(&self, day: Day) -> Time {
        self.ground.midnight(day.plus(1))
    }

    /// Days before the person was told that are over and count.
    fn silent(&self, at: Time) -> i32 {
        let last = self.told_day.min(self.ground.day(at)).plus(-1);
        last.since(self.reset).max(0)
    }

    fn counted(&self, at: Time) -> i32 {
        self.silent(at).saturating_add(i32::try_from(self.normal.len()).unwrap_or(i32::MAX))
    }

    /// Whether days before the person was told were enough by themselves.
    fn met_by_silence(&self, at: Time) -> Option<Time> {
        let enough = self.normal.is_empty() && self.silent(at) >= self.needed;
        enough.then(|| self.closing(self.reset.plus(self.needed)))
    }

    /// Where a missed day starts over, looks at the closing midnights until `at` in their turn.
    fn close_until(&mut self, at: Time) {
        if self.ground.policy.check_in.missed != Missed::Restart {
            return;
        }
        while self.closing(self.next_closing) <= at {
            let day = self.next_closing;
            if !self.made.contains(&day) && self.ground.freshness.all_fresh(self.closing(day)) {
                self.start_over(day);
            }
            self.next_closing = day.plus(1);
        }
    }

    fn finish(self, needed: u32, met: Option<Time>) -> Tally {
        let done = if met.is_some() { self.needed } else { self.counted(self.ground.now).min(self.needed) };
        let today = self.ground.today;
        let owed_today =
            met.is_none() && today > self.base && today >= self.told_day && !self.made.contains(&today);
        Tally {
            needed,
            done: u32::try_from(done).unwrap_or(0),
            owed_today,
            open_yesterday: met.is_none() && self.is_open(today.plus(-1)),
            missed: self.missed(met.unwrap_or(self.ground.now)),
            met,
            expected: met.or_else(|| Some(self.expected(done))),
        }
    }

    fn is_open(&self, day: Day) -> bool {
        day > self.base
            && day >= self.told_day
            && !self.made.contains(&day)
            && self.in_time(day, self.ground.now)
    }

    fn missed(&self, until: Time) -> Vec<Day> {
        let grace = self.ground.policy.check_in.missed.grace();
        let first = self.base.plus(1).max(self.told_day);
        let last = self.ground.day(until);
        let owed = (first.0..=last.0).map(Day);
        let closed = owed.take_while(|day| self.closing(*day) + grace <= until);
        closed
            .filter(|day| !self.made.contains(day) && self.ground.freshness.all_fresh(self.closing(*day)))
            .collect()
    }

    fn expected(&self, done: i32) -> Time {
        let today = self.ground.today;
        let free_today = today > self.base && !self.made.contains(&today);
        let first = if free_today { today } else { today.max(self.base).plus(1) };
        let last = first.plus(self.needed.saturating_sub(done).saturating_sub(1));
        if last < self.told_day { self.closing(last) } else { self.ground.midnight(last) }
    }
}

//! Consecutive normal daily check-ins.

use super::{ground::Ground, held::Held};
use crate::{Day, Evidence, Kind, Time, policy::Missed, time::LAST_DAY, verdict::Progress};
use smallvec::SmallVec;

/// How many consecutive normal days there are.
pub(crate) struct Tally {
    needed: u32,
    done: u32,
    owed_today: bool,
    /// Whether yesterday is owed, has none, and may still be made up.
    pub(crate) open_yesterday: bool,
    missed: Vec<Day>,
    /// When the last needed one was made, while no abnormal day has undone that.
    pub(crate) met: Option<Time>,
    /// The stretches in which there were enough.
    pub(crate) held: Held,
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
        missed: Vec::new(),
        met: None,
        held: Held::default(),
    };
    counting.run();
    counting.finish(needed)
}

/// Whether there is a check-in for a day.
pub(crate) fn made_on(day: Day, ground: &Ground<'_, '_>) -> bool {
    days(ground).any(|made| made == day)
}

/// Whether there is a check-in for a day or for a later one.
pub(crate) fn is_made_from(day: Day, ground: &Ground<'_, '_>) -> bool {
    days(ground).any(|made| made >= day)
}

/// The days that check-ins are for.
fn days(ground: &Ground<'_, '_>) -> impl Iterator<Item = Day> {
    let check_ins = ground.items.of_kind(Kind::CheckIn);
    check_ins.map(|item| item.attributes.day("day").unwrap_or_else(|| ground.day(item.happened_at)))
}

struct Counting<'g, 'a> {
    ground: &'g Ground<'g, 'a>,
    needed: i32,
    base: Day,
    told_day: Day,
    /// Days until this one do not count.
    reset: Day,
    /// Days with a normal check-in and when it was made, after `reset`, none before the person was told.
    normal: SmallVec<[(Day, Time); 16]>,
    /// Days with any check-in in time, or with abnormal evidence.
    made: SmallVec<[Day; 16]>,
    /// The first owed day whose closing midnight, and the grace after it, have not been looked at.
    next_closing: Day,
    missed: Vec<Day>,
    /// When the last needed one was made, while there are enough.
    met: Option<Time>,
    held: Held,
}

impl Counting<'_, '_> {
    fn run(&mut self) {
        for item in self.ground.items.of_kinds(self.ground.policy.check_in_kinds) {
            let abnormal = self.is_abnormal(item);
            if !abnormal && item.kind != Kind::CheckIn {
                continue;
            }
            self.pass_until(item.happened_at);
            self.take(item, abnormal);
            self.look(item.happened_at);
        }
        self.pass_until(self.ground.now);
    }

    /// Whether there are enough at an instant. An abnormal day undoes that, or leaves enough later ones.
    fn look(&mut self, at: Time) {
        if let Some(met) = self.met {
            self.held.add(met, at);
        }
        self.met = self.enough(at);
    }

    /// What mere time brings until `at`: days before the person was told that are over, and missed days.
    fn pass_until(&mut self, at: Time) {
        self.look(at);
        self.close_until(at);
    }

    fn is_abnormal(&self, item: &Evidence) -> bool {
        self.ground.policy.check_in.abnormal.iter().any(|condition| condition.matches(item))
    }

    fn take(&mut self, item: &Evidence, abnormal: bool) {
        let made_on = self.ground.day(item.happened_at);
        let day = self.day_of(item, made_on);
        if day > made_on {
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
            self.normal.push((day, item.happened_at));
        }
    }

    fn day_of(&self, item: &Evidence, made_on: Day) -> Day {
        match item.kind {
            Kind::CheckIn => item.attributes.day("day").unwrap_or(made_on),
            _ => made_on,
        }
    }

    fn start_over(&mut self, day: Day) {
        self.reset = self.reset.max(day);
        self.normal.retain(|(counted, _)| *counted > self.reset);
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

    /// When the last needed one was made, if there are enough; days before the person was told count first.
    fn enough(&self, at: Time) -> Option<Time> {
        match usize::try_from(self.needed.saturating_sub(self.silent(at)).saturating_sub(1)) {
            Ok(place) => self.normal.get(place).map(|(_, made)| *made),
            // Those were enough by themselves.
            Err(_) => Some(self.closing(self.reset.plus(self.needed))),
        }
    }

    /// Looks at the closing midnights, with the grace after them, until `at` in their turn. Nothing is owed
    /// while there are enough.
    fn close_until(&mut self, at: Time) {
        let missed = self.ground.policy.check_in.missed;
        while self.next_closing.0 < LAST_DAY && self.closing(self.next_closing) + missed.grace() <= at {
            let day = self.next_closing;
            self.next_closing = day.plus(1);
            let made = self.met.is_some() || self.made.contains(&day);
            if made || !self.ground.freshness.all_fresh(self.closing(day)) {
                continue;
            }
            self.missed.push(day);
            if missed == Missed::Restart {
                self.start_over(day);
            }
        }
    }

    fn finish(mut self, needed: u32) -> Tally {
        let done = self.counted(self.ground.now).min(self.needed);
        let today = self.ground.today;
        let owing = self.met.is_none();
        let owed_today = owing && today > self.base && today >= self.told_day && !self.made.contains(&today);
        if let Some(met) = self.met {
            self.held.add(met, Time::MAX);
        }
        Tally {
            needed,
            done: u32::try_from(done).unwrap_or(0),
            owed_today,
            open_yesterday: owing && self.is_open(today.plus(-1)),
            expected: self.met.or_else(|| Some(self.expected(done))),
            missed: self.missed,
            met: self.met,
            held: self.held,
        }
    }

    fn is_open(&self, day: Day) -> bool {
        day > self.base
            && day >= self.told_day
            && !self.made.contains(&day)
            && self.in_time(day, self.ground.now)
    }

    fn expected(&self, done: i32) -> Time {
        let today = self.ground.today;
        let free_today = today > self.base && !self.made.contains(&today);
        let first = if free_today { today } else { today.max(self.base).plus(1) };
        let last = first.plus(self.needed.saturating_sub(done).saturating_sub(1));
        if last < self.told_day { self.closing(last) } else { self.ground.midnight(last) }
    }
}

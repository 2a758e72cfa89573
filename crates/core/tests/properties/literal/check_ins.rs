//! Consecutive normal daily check-ins.

use super::items::View;
use kangma_core::{Day, Evidence, Kind, Time, policy::Missed, verdict::Progress};

/// What is counted: after the date of `from`, for somebody told at `told`, as far as was so at `at`.
#[derive(Clone, Copy)]
pub struct Count<'v, 'a> {
    pub view: &'v View<'a>,
    pub needed: u32,
    pub from: Time,
    pub told: Time,
    pub at: Time,
}

impl<'a> Count<'_, 'a> {
    fn base(&self) -> Day {
        self.view.day(self.from)
    }

    /// "they are owed only from the moment the person was told"
    fn told_day(&self) -> Day {
        self.view.day(self.told)
    }

    fn today(&self) -> Day {
        self.view.day(self.at)
    }

    fn days(&self) -> impl Iterator<Item = Day> + use<> {
        (self.base().0.saturating_add(1)..=self.today().0).map(Day)
    }

    /// The day that an item speaks of; nothing for a day that has not come when it is made.
    fn day_of(&self, item: &Evidence) -> Option<Day> {
        let made_on = self.view.day(item.happened_at);
        let day =
            if item.kind == Kind::CheckIn { item.attributes.day("day").unwrap_or(made_on) } else { made_on };
        (day <= made_on).then_some(day)
    }

    fn is_abnormal(&self, item: &Evidence) -> bool {
        self.view.policy.check_in.abnormal.iter().any(|condition| condition.matches(item))
    }

    fn of_day(&self, day: Day) -> impl Iterator<Item = &'a Evidence> + '_ {
        let items = self.view.items.iter().copied().filter(|item| item.happened_at <= self.at);
        items.filter(move |item| self.day_of(item) == Some(day))
    }

    /// "An abnormal one restarts."
    fn abnormal_days(&self) -> Vec<Day> {
        self.days().filter(|day| self.of_day(*day).any(|item| self.is_abnormal(item))).collect()
    }

    /// "at most one a calendar day counts": the first normal one that was made in time.
    fn check_in_of(&self, day: Day) -> Option<Time> {
        let normal = self.of_day(day).filter(|item| item.kind == Kind::CheckIn && !self.is_abnormal(item));
        normal.map(|item| item.happened_at).find(|made| self.is_in_time(day, *made))
    }

    /// "remind (grace hours, then pause)"; what an outage covered can still be made up: nobody loses a check-in.
    fn is_in_time(&self, day: Day, made: Time) -> bool {
        let closing = self.view.closing(day);
        made < closing + self.view.grace() || self.view.is_outage(closing)
    }

    fn is_made(&self, day: Day) -> bool {
        self.check_in_of(day).is_some() || self.abnormal_days().contains(&day)
    }

    /// "A day is missed at its closing midnight", when it was owed then: not before the person was told, not when
    /// enough had been made, not during an outage.
    fn missed(&self) -> Vec<Day> {
        let mut missed = Vec::new();
        for day in self.days().filter(|day| *day >= self.told_day()) {
            let over = self.view.closing(day) + self.view.grace();
            if over > self.at || self.view.is_outage(self.view.closing(day)) {
                continue;
            }
            let before = Count { at: Time(over.0 - 1), ..*self };
            if !before.is_made(day) && !before.is_met_given(&missed) {
                missed.push(day);
            }
        }
        missed
    }

    fn is_met_given(&self, missed: &[Day]) -> bool {
        self.counted_given(missed).len() >= usize::try_from(self.needed).unwrap()
    }

    /// When each day of the present run was counted: consecutive ones after the last abnormal day and, where a
    /// missed day goes back to zero, after that.
    fn counted_given(&self, missed: &[Day]) -> Vec<Time> {
        let mut zero = self.abnormal_days();
        zero.push(self.base());
        if self.view.policy.check_in.missed == Missed::Restart {
            zero.extend(missed);
        }
        let zero = zero.into_iter().max().unwrap();
        let mut counted: Vec<Time> =
            self.days().filter(|day| *day > zero).filter_map(|day| self.counts_from(day)).collect();
        counted.sort();
        counted
    }

    /// "days before that count as normal unless evidence says otherwise", when they are over.
    fn counts_from(&self, day: Day) -> Option<Time> {
        if day < self.told_day() {
            return Some(self.view.closing(day)).filter(|closing| *closing <= self.at);
        }
        self.check_in_of(day)
    }

    pub fn met_at(&self) -> Option<Time> {
        self.counted_given(&self.missed()).get(usize::try_from(self.needed).unwrap() - 1).copied()
    }

    pub fn done(&self) -> u32 {
        u32::try_from(self.counted_given(&self.missed()).len()).unwrap().min(self.needed)
    }

    pub fn owed_today(&self) -> bool {
        let today = self.today();
        self.met_at().is_none() && today > self.base() && today >= self.told_day() && !self.is_made(today)
    }

    /// Whether yesterday's may still be made up.
    pub fn open_yesterday(&self) -> bool {
        let yesterday = self.today().plus(-1);
        self.met_at().is_none()
            && yesterday > self.base()
            && yesterday >= self.told_day()
            && !self.is_made(yesterday)
            && self.is_in_time(yesterday, self.at)
    }

    /// The beginning of the day of the last one, if one is made each day; where nobody was told, that day's end.
    pub fn expected(&self) -> Time {
        if let Some(met_at) = self.met_at() {
            return met_at;
        }
        let mut wanting = self.needed - self.done();
        let mut day = self.today();
        loop {
            if day > self.base() && !self.is_made(day) {
                wanting -= 1;
            }
            if wanting == 0 {
                let told = day >= self.told_day();
                return if told { self.view.midnight(day) } else { self.view.closing(day) };
            }
            day = day.plus(1);
        }
    }

    pub fn progress(&self) -> Progress {
        Progress::CheckIns {
            done: self.done(),
            needed: self.needed,
            owed_today: self.owed_today(),
            missed: self.missed(),
            met_at: self.met_at(),
        }
    }
}

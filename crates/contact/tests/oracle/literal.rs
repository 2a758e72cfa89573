//! The rules of `docs/contacts.md` once more, literally and tick by tick, over all visits at once.

use kangma_contact::{Ask, Attendance, Look, Occasion, Presence, Stay, Stays};
use kangma_core::{Assurance, Day, Direction, Encounter, PersonId, PointId, Span, Time, Visit, Window, Zone};
use std::collections::{BTreeMap, BTreeSet};

/// All times are whole ticks of five minutes.
const TICK_MINUTES: i64 = 5;
/// Ticks looked at: every visit and everything that it can cause lies within.
pub const TICKS: usize = 480;
pub const PEOPLE: u64 = 5;
pub const POINTS: u64 = 3;

/// All that was ever handed in and neither taken back nor dropped.
pub struct World<'a> {
    pub zone: &'a Zone,
    pub stays: &'a Stays,
    pub kinds: &'a BTreeMap<PointId, &'static str>,
    pub visits: &'a [Visit],
    /// The beginning of the first day that was not dropped.
    pub known_from: Time,
}

/// Per tick, how far it is proven that something holds; nothing where it does not.
type Line = Vec<Option<Assurance>>;

/// 2020-02-29 20:00 in Shanghai, so that the ticks cross two midnights.
pub fn start() -> Time {
    Time::from_seconds(1_582_977_600)
}

pub fn tick(n: usize) -> Time {
    start() + ticks(n)
}

pub fn ticks(n: usize) -> Span {
    Span::from_minutes(TICK_MINUTES * i64::try_from(n).unwrap())
}

impl World<'_> {
    fn stay(&self, point: PointId) -> Stay {
        self.kinds
            .get(&point)
            .and_then(|kind| self.stays.kinds.get(*kind).copied())
            .unwrap_or(self.stays.otherwise)
    }

    /// The visits that a question sees: the best assurance of each, if that is enough.
    fn seen(&self, person: PersonId, least: Assurance) -> Vec<Visit> {
        let mut best: BTreeMap<(Time, PointId, Direction), Visit> = BTreeMap::new();
        for visit in self.visits.iter().filter(|visit| visit.person == person) {
            let held = best.entry((visit.at, visit.point, visit.direction)).or_insert(*visit);
            if visit.assurance > held.assurance {
                *held = *visit;
            }
        }
        best.into_values().filter(|visit| visit.assurance >= least).collect()
    }

    fn stay_of(&self, visit: &Visit, seen: &[Visit]) -> (Time, Time) {
        let stay = self.stay(visit.point);
        let here = |other: &&Visit| other.point == visit.point;
        let at_instant = |at: Time, direction| {
            seen.iter()
                .any(|other| other.at == at && other.point == visit.point && other.direction == direction)
        };
        if visit.direction == Direction::In {
            let next_here = seen.iter().filter(here).map(|other| other.at).filter(|at| *at > visit.at).min();
            if let Some(at) = next_here
                && at_instant(at, Direction::Out)
                && at - visit.at <= stay.exit_within
            {
                return (visit.at, at);
            }
            let next = seen.iter().map(|other| other.at).filter(|at| *at > visit.at).min();
            if let Some(at) = next
                && seen.iter().any(|other| other.at == at && other.point != visit.point)
                && at - visit.at <= stay.longest
            {
                return (visit.at, at);
            }
            return (visit.at, visit.at + stay.dwell);
        }
        let last_here = seen.iter().filter(here).map(|other| other.at).filter(|at| *at < visit.at).max();
        if let Some(at) = last_here
            && at_instant(at, Direction::In)
            && visit.at - at <= stay.exit_within
        {
            return (visit.at, visit.at);
        }
        let last = seen.iter().map(|other| other.at).filter(|at| *at < visit.at).max();
        (last.unwrap_or(self.known_from).max(visit.at - stay.dwell).max(self.known_from), visit.at)
    }

    fn line(&self, person: PersonId, point: PointId, least: Assurance) -> Line {
        let mut line = vec![None; TICKS];
        for (from, until) in self.stays_at(person, point, least) {
            // As far as the same stay is seen where more is asked for.
            let more = Assurance::ALL.iter().copied().filter(|more| *more >= least);
            let proven =
                more.filter(|more| self.stays_at(person, point, *more).contains(&(from, until))).max();
            for n in (0..TICKS).filter(|n| from <= tick(*n) && tick(*n) < until) {
                line[n] = line[n].max(proven);
            }
        }
        line
    }

    fn stays_at(&self, person: PersonId, point: PointId, least: Assurance) -> BTreeSet<(Time, Time)> {
        let seen = self.seen(person, least);
        seen.iter().filter(|visit| visit.point == point).map(|visit| self.stay_of(visit, &seen)).collect()
    }

    fn crowd(&self, point: PointId, least: Assurance) -> Vec<u32> {
        let lines: Vec<Line> = (1..=PEOPLE).map(|n| self.line(PersonId(n), point, least)).collect();
        (0..TICKS)
            .map(|n| u32::try_from(lines.iter().filter(|line| line[n].is_some()).count()).unwrap())
            .collect()
    }

    pub fn presences(&self, person: PersonId, window: Window, least: Assurance) -> Vec<Presence> {
        let mut all = Vec::new();
        for point in (1..=POINTS).map(PointId) {
            let line = clip(&self.line(person, point, least), window);
            for run in runs(&line) {
                let window = Window::new(tick(run.from), tick(run.until)).unwrap();
                all.push(Presence { person, point, window, assurance: weakest(&line[run.from..run.until]) });
            }
        }
        all.sort_by_key(|presence| (presence.window.from, presence.point));
        all
    }

    pub fn encounters(&self, ask: &Ask) -> Vec<Encounter> {
        let mut all = Vec::new();
        for point in (1..=POINTS).map(PointId) {
            let subject = clip(&self.line(ask.subject, point, ask.least), ask.window);
            let crowd = self.crowd(point, ask.least);
            for contact in (1..=PEOPLE).map(PersonId).filter(|person| *person != ask.subject) {
                let other = self.line(contact, point, ask.least);
                let shared = match ask.look {
                    Look::Onward => both(&lingering(&subject, ask.linger), &other),
                    Look::Back => both(&subject, &lingering(&other, ask.linger)),
                };
                all.extend(self.by_day(contact, point, &shared, &crowd));
            }
        }
        all.sort_by_key(|encounter| (encounter.day, encounter.point, encounter.contact));
        all
    }

    fn by_day(&self, contact: PersonId, point: PointId, shared: &Line, crowd: &[u32]) -> Vec<Encounter> {
        let day_of = |n: usize| self.zone.day(tick(n));
        let days: BTreeSet<Day> = (0..TICKS).filter(|n| shared[*n].is_some()).map(day_of).collect();
        let one = |day: Day| {
            let today: Vec<usize> =
                (0..TICKS).filter(|n| day_of(*n) == day && shared[*n].is_some()).collect();
            let touching: Vec<Run> = runs(shared)
                .into_iter()
                .filter(|run| (run.from..run.until).any(|n| day_of(n) == day))
                .collect();
            Some(Encounter {
                contact,
                via: None,
                point,
                point_kind: self.kinds.get(&point).copied().unwrap_or("unclassified").into(),
                day,
                window: Window::new(tick(*today.first()?), tick(today.last()? + 1))?,
                unbroken: touching.iter().map(|run| ticks(run.until - run.from)).max()?,
                summed: ticks(today.len()),
                crowd: today.iter().map(|n| crowd[*n]).max()?,
                assurance: touching.iter().map(|run| weakest(&shared[run.from..run.until])).min()?,
            })
        };
        days.into_iter().filter_map(one).collect()
    }

    pub fn attendance(&self, occasion: &Occasion) -> Vec<Attendance> {
        let crowd = self.crowd(occasion.point, occasion.least);
        let one = |person: PersonId| {
            let line = clip(&self.line(person, occasion.point, occasion.least), occasion.window);
            let there: Vec<usize> = (0..TICKS).filter(|n| line[*n].is_some()).collect();
            Some(Attendance {
                person,
                window: Window::new(tick(*there.first()?), tick(there.last()? + 1))?,
                unbroken: runs(&line).iter().map(|run| ticks(run.until - run.from)).max()?,
                summed: ticks(there.len()),
                crowd: there.iter().map(|n| crowd[*n]).max()?,
                assurance: weakest(&line.iter().copied().filter(Option::is_some).collect::<Vec<_>>()),
            })
        };
        (1..=PEOPLE).filter_map(|n| one(PersonId(n))).collect()
    }
}

struct Run {
    from: usize,
    until: usize,
}

fn runs(line: &Line) -> Vec<Run> {
    let mut found: Vec<Run> = Vec::new();
    for n in (0..TICKS).filter(|n| line[*n].is_some()) {
        match found.last_mut() {
            Some(run) if run.until == n => run.until = n + 1,
            _ => found.push(Run { from: n, until: n + 1 }),
        }
    }
    found
}

fn weakest(line: &[Option<Assurance>]) -> Assurance {
    line.iter().copied().min().flatten().unwrap()
}

fn clip(line: &Line, window: Window) -> Line {
    (0..TICKS).map(|n| line[n].filter(|_| window.contains(tick(n)))).collect()
}

fn both(a: &Line, b: &Line) -> Line {
    a.iter().zip(b).map(|(a, b)| a.zip(*b).map(|(a, b)| a.min(b))).collect()
}

fn lingering(line: &Line, linger: Span) -> Line {
    let back = usize::try_from(linger.minutes() / TICK_MINUTES).unwrap();
    (0..TICKS).map(|n| line[n.saturating_sub(back)..=n].iter().copied().max().flatten()).collect()
}

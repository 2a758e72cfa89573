//! The same questions second by second: shares nothing with the engine but the types.

use kangma_contact::columns::{
    Asked, Case, Contact, Enough, Infecting, Link, Look, Met, Overlap, Period, PersonNo, PointNo, Present,
    Row, Site,
};
use kangma_core::Assurance;

/// Times, persons and points of the small cities.
pub const SECONDS: u32 = 240;
pub const PERSONS: u32 = 6;
pub const POINTS: u32 = 3;
/// A day of the small cities.
pub const DAY: u32 = 60;

pub fn midnights() -> Vec<u32> {
    (1..=SECONDS / DAY).map(|day| day * DAY).collect()
}

/// What an insertion kept.
#[derive(Debug, Default)]
pub struct Brute {
    pub rows: Vec<Row>,
}

impl Brute {
    fn there(&self, person: u32, point: u32, at: u32, least: Assurance) -> bool {
        self.rows.iter().any(|row| {
            (row.person.0, row.point.0) == (person, point)
                && row.during.from <= at
                && at < row.during.until
                && row.assurance >= least
        })
    }

    /// Stretches at a point in which everybody named is there and the time is wanted.
    fn together(
        &self,
        people: &[u32],
        point: u32,
        least: Assurance,
        wanted: impl Fn(u32) -> bool,
    ) -> Vec<Period> {
        runs(|at| wanted(at) && people.iter().all(|person| self.there(*person, point, at, least)))
    }

    pub fn contact(
        &self,
        [one, other]: [u32; 2],
        enough: &Enough,
        wanted: impl Fn(u32) -> bool,
    ) -> Option<Contact> {
        let mut met: Vec<(u32, Period)> = Vec::new();
        for point in 0..POINTS {
            let together = self.together(&[one, other], point, enough.least, &wanted);
            met.extend(together.into_iter().map(|during| (point, during)));
        }
        let counted = count(met, enough);
        let mut points: Vec<u32> = counted.iter().map(|(point, _)| *point).collect();
        points.dedup();
        Some(Contact {
            case: PersonNo(one),
            contact: PersonNo(other),
            encounters: u32::try_from(counted.len()).unwrap(),
            overlap_seconds: seconds(&counted),
            first: counted.iter().map(|(_, during)| during.from).min()?,
            last: counted.iter().map(|(_, during)| during.until).max()?,
            points: u32::try_from(points.len()).unwrap(),
        })
    }

    pub fn contacts(&self, cases: &[Case], enough: &Enough) -> Vec<Contact> {
        let mut found = Vec::new();
        for case in 0..PERSONS {
            let own = |at| infectious(cases, case, at);
            let others = (0..PERSONS).filter(|other| *other != case);
            found.extend(others.filter_map(|other| self.contact([case, other], enough, own)));
        }
        found.sort_unstable();
        found
    }

    pub fn onward(&self, cases: &[Case], enough: &Enough, infecting: Infecting) -> Vec<Link> {
        let mut found = Vec::new();
        for first in self.contacts(cases, enough) {
            let (case, via) = (first.case.0, first.contact.0);
            let since = first.first + infecting.after_seconds;
            let until = since.saturating_add(infecting.for_seconds);
            let wanted = |at| infectious(cases, case, at) && since <= at && at < until;
            let thirds = (0..PERSONS).filter(|third| *third != case && *third != via);
            let met = thirds.filter_map(|third| self.contact([via, third], enough, wanted));
            found.extend(
                met.map(|met| Link { via: PersonNo(via), met: Contact { case: PersonNo(case), ..met } }),
            );
        }
        found.sort_unstable();
        found
    }

    /// The most people at a point at one time.
    fn crowd(&self, during: Period, point: u32, least: Assurance) -> u32 {
        let there = |at| (0..PERSONS).filter(|person| self.there(*person, point, at, least)).map(|_| 1).sum();
        (during.from..during.until).map(there).max().unwrap()
    }

    /// How far it is proven at its best that somebody is there.
    fn best(&self, person: u32, point: u32, at: u32) -> Assurance {
        let known = Assurance::ALL.iter().copied();
        known.filter(|least| self.there(person, point, at, *least)).max().unwrap()
    }

    /// What others shared with one person, and when that person's presence counts.
    pub fn encounters(&self, asked: &Asked) -> Vec<Met> {
        let Asked { person: PersonNo(person), during, look, linger_seconds, least } = *asked;
        let stays = |person, point, at: u32, linger: u32| {
            (at.saturating_sub(linger)..=at).any(|then| self.there(person, point, then, least))
        };
        let own = |point, at: u32| match look {
            Look::Onward => (at.saturating_sub(linger_seconds)..=at).any(|then| {
                during.from <= then && then < during.until && self.there(person, point, then, least)
            }),
            Look::Back => during.from <= at && at < during.until && self.there(person, point, at, least),
        };
        let others_linger = if look == Look::Back { linger_seconds } else { 0 };
        let mut found = Vec::new();
        for point in 0..POINTS {
            for contact in (0..PERSONS).filter(|contact| *contact != person) {
                let shared = runs(|at| own(point, at) && stays(contact, point, at, others_linger));
                for day in 0..SECONDS / DAY + 1 {
                    found.extend(self.met((contact, point, day), &shared, least));
                }
            }
        }
        found
    }

    /// One day's part; the assurance is told by other tests.
    fn met(
        &self,
        (contact, point, day): (u32, u32, u32),
        shared: &[Period],
        least: Assurance,
    ) -> Option<Met> {
        let whole_day = Period { from: day * DAY, until: (day + 1) * DAY };
        let touching = || shared.iter().filter(|stretch| !stretch.overlap(whole_day).is_empty());
        let today: Vec<Period> = touching().map(|stretch| stretch.overlap(whole_day)).collect();
        Some(Met {
            contact: PersonNo(contact),
            point: PointNo(point),
            day,
            during: Period { from: today.first()?.from, until: today.last()?.until },
            unbroken_seconds: touching().map(|stretch| stretch.seconds()).max()?,
            seconds: today.iter().map(|stretch| stretch.seconds()).sum(),
            crowd: today.iter().map(|stretch| self.crowd(*stretch, point, least)).max()?,
            assurance: least,
        })
    }

    pub fn present(&self, site: &Site, least: Assurance) -> Vec<Present> {
        let one = |person| {
            let wanted = |at| site.during.from <= at && at < site.during.until;
            let there = self.together(&[person], site.point.0, least, wanted);
            Some(Present {
                person: PersonNo(person),
                stretches: u32::try_from(there.len()).unwrap(),
                seconds: there.iter().map(|during| u64::from(during.seconds())).sum(),
                unbroken_seconds: there.iter().map(|during| during.seconds()).max()?,
                first: there.first()?.from,
                last: there.last()?.until,
                crowd: there.iter().map(|during| self.crowd(*during, site.point.0, least)).max()?,
                assurance: there
                    .iter()
                    .flat_map(|during| during.from..during.until)
                    .map(|at| self.best(person, site.point.0, at))
                    .min()?,
            })
        };
        (0..PERSONS).filter_map(one).collect()
    }

    pub fn pairs(&self, during: Period, enough: &Enough) -> Vec<Contact> {
        let wanted = |at| during.from <= at && at < during.until;
        let pairs = (0..PERSONS).flat_map(|one| (one + 1..PERSONS).map(move |other| [one, other]));
        pairs.filter_map(|pair| self.contact(pair, enough, wanted)).collect()
    }
}

fn infectious(cases: &[Case], person: u32, at: u32) -> bool {
    let mut own = cases.iter().filter(|case| case.person.0 == person);
    own.any(|case| case.during.from <= at && at < case.during.until)
}

fn runs(holds: impl Fn(u32) -> bool) -> Vec<Period> {
    let mut found: Vec<Period> = Vec::new();
    for at in (0..SECONDS).filter(|at| holds(*at)) {
        match found.last_mut() {
            Some(run) if run.until == at => run.until = at + 1,
            _ => found.push(Period { from: at, until: at + 1 }),
        }
    }
    found
}

fn seconds(met: &[(u32, Period)]) -> u64 {
    met.iter().map(|(_, during)| u64::from(during.seconds())).sum()
}

fn count(met: Vec<(u32, Period)>, enough: &Enough) -> Vec<(u32, Period)> {
    let least = u64::from(enough.seconds);
    match &enough.overlap {
        Overlap::Unbroken => {
            met.into_iter().filter(|(_, during)| u64::from(during.seconds()) >= least).collect()
        }
        Overlap::SummedByWindow if seconds(&met) >= least => met,
        Overlap::SummedByWindow => Vec::new(),
        Overlap::SummedByDay(_) => {
            let mut counted: Vec<(u32, Period)> = Vec::new();
            for day in 0..SECONDS / DAY {
                let today = Period { from: day * DAY, until: (day + 1) * DAY };
                let parts: Vec<_> = met
                    .iter()
                    .map(|(point, during)| (*point, during.overlap(today)))
                    .filter(|(_, during)| !during.is_empty())
                    .collect();
                if seconds(&parts) >= least {
                    counted.extend(parts);
                }
            }
            counted.sort_unstable();
            counted
        }
    }
}

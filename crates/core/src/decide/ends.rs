//! What ends a stage and how far that has come.

use super::{
    check_ins, course::earliest, fire::Firing, ground::Ground, held::Held, items::place, life::Life,
    negatives,
};
use crate::{
    Kind, Span, Time,
    policy::{Amount, End, Period, Rule},
    verdict::Progress,
};
use smallvec::SmallVec;

/// From where the end of a stage is looked at.
pub(crate) struct Standpoint<'s, 'a> {
    pub(crate) rule: &'s Rule,
    pub(crate) life: &'s Life<'a>,
    /// When the stage began.
    pub(crate) since: Time,
    pub(crate) anchor: Time,
    pub(crate) check_ins_from: Time,
}

/// What an end has come to.
#[derive(Debug, Clone)]
pub(crate) struct Grown {
    /// When it held, holds or, where time alone will do it, will hold.
    pub(crate) held: Held,
    /// When it is met if the person does all that is owed.
    pub(crate) expected: Option<Time>,
    /// The state of each leaf, in the order of the tree.
    leaves: SmallVec<[Progress; 3]>,
    /// When a leaf says something else by time alone.
    pub(crate) next: Option<Time>,
    /// When counting check-ins may come to something else by time alone: of other leaves `held` says it beforehand.
    pub(crate) recounted: Option<Time>,
    /// Whether yesterday's check-in is owed and may still be made up.
    pub(crate) open_yesterday: bool,
}

impl Grown {
    /// The states of the leaves as the tree that the rule writes.
    pub(crate) fn take_progress(&mut self, end: &End) -> Progress {
        let release = Progress::Release { met_at: None };
        tree(end, &mut std::mem::take(&mut self.leaves).into_iter()).unwrap_or(release)
    }

    pub(crate) fn leaves(&self) -> &[Progress] {
        &self.leaves
    }
}

fn tree(end: &End, leaves: &mut impl Iterator<Item = Progress>) -> Option<Progress> {
    match end {
        End::All(parts) => Some(Progress::All(parts.iter().filter_map(|part| tree(part, leaves)).collect())),
        End::Any(parts) => Some(Progress::Any(parts.iter().filter_map(|part| tree(part, leaves)).collect())),
        _ => leaves.next(),
    }
}

impl Standpoint<'_, '_> {
    /// A number as the rule writes it or the trigger names it.
    pub(crate) fn amount(&self, amount: &Amount) -> u32 {
        match amount {
            Amount::Fixed(n) => *n,
            // Of several triggers the largest: an adverse item never improves a standing.
            Amount::From { attribute, default, least, most } => {
                let named = |firing: &Firing<'_>| {
                    let number = firing.attributes().and_then(|attributes| attributes.number(attribute));
                    let number = number.and_then(|number| u32::try_from(number.floor().max(0)).ok());
                    number.unwrap_or(*default).clamp(*least, *most)
                };
                self.life.firings().iter().map(named).max().unwrap_or(*default)
            }
        }
    }
}

pub(crate) fn grow<'a>(end: &End, from: &Standpoint<'_, 'a>, ground: &Ground<'_, 'a>) -> Grown {
    let mut growing =
        Growing { from, ground, leaves: SmallVec::new(), next: None, recounted: None, open_yesterday: false };
    let (held, expected) = growing.part(end);
    Grown {
        held,
        expected,
        leaves: growing.leaves,
        next: earliest(growing.next, growing.recounted),
        recounted: growing.recounted,
        open_yesterday: growing.open_yesterday,
    }
}

struct Growing<'g, 's, 'a> {
    from: &'g Standpoint<'s, 'a>,
    ground: &'g Ground<'g, 'a>,
    leaves: SmallVec<[Progress; 3]>,
    next: Option<Time>,
    recounted: Option<Time>,
    open_yesterday: bool,
}

type Met = (Held, Option<Time>);

impl Growing<'_, '_, '_> {
    /// When a part holds, and when it is expected to.
    fn part(&mut self, end: &End) -> Met {
        match end {
            End::All(parts) => self.parts(parts, Held::both, latest_of_all),
            End::Any(parts) => self.parts(parts, Held::either, earliest),
            End::Days(amount) => self.days(self.from.amount(amount)),
            End::Elapsed(span) => self.elapsed(*span),
            End::CheckIns(amount) => self.check_ins(self.from.amount(amount)),
            End::Negatives(negatives) => {
                let needed = self.from.amount(&negatives.needed);
                let (progress, met) = negatives::progress(negatives, needed, self.from.anchor, self.ground);
                if let Progress::Negatives { next_from, met_at: None, .. } = progress {
                    // From then on the expected end moves with each day that passes without a sample.
                    let moves = self.ground.day(next_from.max(self.ground.now)).plus(1);
                    self.turn(self.ground.midnight(moves));
                }
                self.leaves.push(progress);
                met
            }
            End::Recovery => {
                self.event(self.from.life.recovery(self.ground), |met_at| Progress::Recovery { met_at })
            }
            End::OrderEnd => self.order_end(),
            End::Release => self.event(self.released(), |met_at| Progress::Release { met_at }),
            End::Event(condition) => {
                let after = self.from.life.current().place();
                let item = self.ground.first_like(condition, after, self.from.since);
                let what = condition.to_string();
                self.event(item.map(|item| item.happened_at), |met_at| Progress::Event {
                    what: what.into(),
                    met_at,
                })
            }
        }
    }

    fn parts(
        &mut self,
        parts: &[End],
        hold: fn(&Held, &Held) -> Held,
        join: fn(Option<Time>, Option<Time>) -> Option<Time>,
    ) -> Met {
        let mut parts = parts.iter();
        let Some(first) = parts.next() else { return (Held::default(), None) };
        let mut all = self.part(first);
        for part in parts {
            let (held, expected) = self.part(part);
            all = (hold(&all.0, &held), join(all.1, expected));
        }
        all
    }

    fn days(&mut self, needed: u32) -> Met {
        let first = self.ground.day(self.from.anchor);
        let until = Period::Days(needed).end_after(self.from.anchor, self.ground.zone());
        let over = self.ground.today.since(first).saturating_sub(1).max(0);
        let done = u32::try_from(over).unwrap_or(0).min(needed);
        if done < needed {
            self.turn(self.ground.midnight(self.ground.today.plus(1)));
        }
        self.leaves.push(Progress::Days { done, needed, until });
        (Held::from(Some(until)), Some(until))
    }

    fn elapsed(&mut self, span: Span) -> Met {
        let until = self.from.anchor + span;
        self.turn(until);
        self.leaves.push(Progress::Elapsed { until, done: until <= self.ground.now });
        (Held::from(Some(until)), Some(until))
    }

    fn check_ins(&mut self, needed: u32) -> Met {
        let mut tally = check_ins::tally(needed, self.from.check_ins_from, self.from.life.told, self.ground);
        if tally.met.is_none() {
            self.open_yesterday |= tally.open_yesterday;
            let grace = self.ground.policy.check_in.missed.grace();
            // A grace of 24 h after the midnight before ends today where that day had 23.
            for (days, grace) in [(-1, grace), (0, grace), (1, Span::ZERO)] {
                let at = self.ground.midnight(self.ground.today.plus(days)) + grace;
                self.recounted = earliest(self.recounted, Some(at).filter(|at| *at > self.ground.now));
            }
        }
        let (held, expected) = (std::mem::take(&mut tally.held), tally.expected);
        self.leaves.push(tally.into_progress());
        (held, expected)
    }

    /// The latest end of its orders: the end that each names, or an ending before it.
    fn order_end(&mut self) -> Met {
        let ends = self.from.life.firings().iter().map(|firing| {
            let item = firing.item?;
            let ended = self.ground.items.ended_at(item.id);
            earliest(item.attributes.time("until"), ended)
        });
        let until = ends.reduce(latest_of_all).flatten();
        let met_at = until.filter(|until| *until <= self.ground.now);
        if let Some(until) = until {
            self.turn(until);
        }
        self.leaves.push(Progress::OrderEnd { until, met_at });
        (Held::from(until), until)
    }

    fn released(&self) -> Option<Time> {
        let (life, rule) = (self.from.life, self.from.rule);
        let mut releases = self.ground.items.of_kind(Kind::Release);
        let release = releases.find(|release| {
            place(release) > life.current().place()
                && release.happened_at >= self.from.since
                && super::life::is_for(release, rule, life.firings())
        });
        release.map(|release| release.happened_at)
    }

    fn event(&mut self, met_at: Option<Time>, progress: impl FnOnce(Option<Time>) -> Progress) -> Met {
        self.leaves.push(progress(met_at));
        (Held::from(met_at), met_at)
    }

    fn turn(&mut self, at: Time) {
        self.next = earliest(self.next, Some(at).filter(|at| *at > self.ground.now));
    }
}

fn latest_of_all(one: Option<Time>, other: Option<Time>) -> Option<Time> {
    one.zip(other).map(|(one, other)| one.max(other))
}

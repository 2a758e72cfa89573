//! Tracing goes on: who meets a case after its report, or is in a marked area today, is found too; and another version of
//! the policy is asked about all that stands.
//!
//! Nothing is written where nothing changed, and gates do not wait meanwhile: a cause is compared on a reader first.

use crate::{
    Actor, Refused, Service,
    derived::{Cause, Known, out_of_line},
    presence,
    trace::Stage,
};
use kangma_core::{Origin, Span, Time};
use kangma_store::Reader;
use std::{collections::BTreeSet, sync::PoisonError};

/// How often.
const EVERY: Span = Span::from_hours(1);
/// How many causes one round compares.
const STEP: usize = 50;
const DAY: Span = Span::from_24_hours(1);

/// What is left of the round under way.
#[derive(Debug)]
pub(crate) struct Retracing {
    waiting: Vec<Origin>,
    /// When the last round began.
    began: Time,
}

impl Retracing {
    /// A server that starts looks at everything that acted while the log reaches back.
    pub(crate) fn since_the_log_begins(now: Time) -> Self {
        Self { waiting: Vec::new(), began: now - Span::from_24_hours(presence::VISIT_DAYS.into()) }
    }
}

impl Service {
    /// Compares a step of what goes on with what stands: open cases, areas and sites that acted since a day before the last
    /// round. How many of them had something to say.
    pub(crate) async fn retrace_step(&self) -> Result<usize, Refused> {
        let now = self.now();
        let due = {
            let retracing = self.retracing();
            (retracing.waiting.is_empty() && now >= retracing.began + EVERY).then_some(retracing.began)
        };
        if let Some(began) = due {
            let waiting = self.acting_since(began - DAY).await?;
            *self.retracing() = Retracing { waiting, began: now };
        }
        let step = {
            let mut retracing = self.retracing();
            let left = retracing.waiting.len().saturating_sub(STEP);
            retracing.waiting.split_off(left)
        };
        self.retrace(step, |_, _, _| {}).await
    }

    /// Looks at everything that stands, from the next round on.
    pub(crate) async fn retrace_everything(&self) -> Result<(), Refused> {
        let (waiting, began) = (self.acting_since(Time::MIN).await?, self.now());
        *self.retracing() = Retracing { waiting, began };
        Ok(())
    }

    /// Traces again what still acts, after visits came in late. How many causes had something to say. `progress` is told how
    /// many are done of how many.
    ///
    /// # Errors
    /// The store failed.
    pub async fn trace_late_visits(&self, progress: impl FnMut(Stage, u64, u64)) -> Result<usize, Refused> {
        let first = self.now() - Span::from_24_hours(presence::VISIT_DAYS.into());
        self.retrace(self.acting_since(first).await?, progress).await
    }

    async fn retrace(
        &self,
        causes: Vec<Origin>,
        mut progress: impl FnMut(Stage, u64, u64),
    ) -> Result<usize, Refused> {
        let (mut cases, mut others) = (BTreeSet::new(), Vec::new());
        for origin in causes {
            match origin {
                Origin::Case(case) => drop(cases.insert(case)),
                other => others.push(other),
            }
        }
        let mut changed = self.trace_cases(cases, &mut progress).await?;
        for origin in others {
            if self.is_out_of_line(origin).await? {
                self.step(&Actor::System, move |act| {
                    cause_of(&act.known(), origin)?.map_or(Ok(()), |cause| act.line_up(&*cause))
                })
                .await?;
                changed += 1;
            }
        }
        Ok(changed)
    }

    async fn is_out_of_line(&self, origin: Origin) -> Result<bool, Refused> {
        let (rules, presence, now) = (self.rules(), self.presence(), self.now());
        self.look(move |reader| {
            let known = Known { reader, rules: &rules, presence: &presence, now };
            let cause = cause_of(&known, origin)?;
            cause.map_or(Ok(false), |cause| Ok(!out_of_line(&known, &*cause)?.is_empty()))
        })
        .await
    }

    /// Everything that stands and acted after `since`.
    async fn acting_since(&self, since: Time) -> Result<Vec<Origin>, Refused> {
        let (rules, presence, now) = (self.rules(), self.presence(), self.now());
        self.look(move |reader| {
            let known = Known { reader, rules: &rules, presence: &presence, now };
            let mut acting = Vec::new();
            for cause in causes_since(reader, since)? {
                let window = cause.window(rules.policy(now), &known)?;
                if since == Time::MIN || window.is_some_and(|window| window.until > since) {
                    acting.push(cause.origin());
                }
            }
            Ok(acting)
        })
        .await
    }

    fn retracing(&self) -> std::sync::MutexGuard<'_, Retracing> {
        self.retracing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Every cause that stands and was alive after `since`.
pub(crate) fn causes_since(reader: &Reader<'_>, since: Time) -> Result<Vec<Box<dyn Cause>>, Refused> {
    let mut causes: Vec<Box<dyn Cause>> = Vec::new();
    causes.extend(reader.cases_open()?.into_iter().map(|case| Box::new(case) as Box<dyn Cause>));
    causes.extend(reader.areas_alive(since)?.into_iter().map(|area| Box::new(area) as Box<dyn Cause>));
    causes.extend(reader.sites_alive(since)?.into_iter().map(|site| Box::new(site) as Box<dyn Cause>));
    causes.retain(|cause| cause.stands());
    Ok(causes)
}

fn cause_of(known: &Known<'_>, origin: Origin) -> Result<Option<Box<dyn Cause>>, Refused> {
    Ok(match origin {
        Origin::Area(id) => known.reader.area(id)?.map(|area| Box::new(area) as Box<dyn Cause>),
        Origin::Site(id) => known.reader.site(id)?.map(|site| Box::new(site) as Box<dyn Cause>),
        Origin::Case(_) | Origin::Evidence(_) => None,
    })
}

//! What a person may read about themselves: rules, days and sources; never a place, a clock time, a margin or
//! another person.

use super::{Explained, Explanation};
use crate::{
    Day, Kind, Policy, Standing, Time, Zone,
    policy::{Period, days},
    verdict::{Duty, Effect, Progress, SourceState, Tag},
};
use serde::Serialize;
use std::sync::Arc;

/// A verdict as the person it is about may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResidentExplanation {
    /// What shows.
    pub standing: Standing,
    /// Every live reason, most severe first.
    pub reasons: Vec<ResidentReason>,
    /// What there is to do.
    pub duties: Vec<Duty>,
    /// Notes that leave the colour alone.
    pub tags: Vec<Tag>,
    /// How fresh each source is.
    pub sources: Vec<ResidentSource>,
    /// When the declaration expires or did.
    pub declared_until: Option<Time>,
}

/// A reason as the person it is about may read it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResidentReason {
    /// The rule; its sentences are in the policy's texts.
    pub rule: Arc<str>,
    /// What it does now.
    pub effect: Effect,
    /// What it does after its present stage.
    pub then: Option<Effect>,
    /// The day that is counted from.
    pub since: Day,
    /// The day on which it was recorded.
    pub told: Day,
    /// What it rests on.
    pub evidence: Vec<ResidentItem>,
    /// What ends the present stage; instants are the beginnings of days.
    pub progress: Progress,
    /// The day on which it ends if nothing is missed.
    pub expected_end: Option<Day>,
    /// The day on which an officer has to look at it.
    pub ceiling: Option<Day>,
    /// Who answers an appeal.
    pub appeal_owner: Arc<str>,
    /// How fast.
    #[serde(serialize_with = "as_text")]
    pub appeal_within: Period,
}

/// A kind of evidence, who said it, and the day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResidentItem {
    /// The kind.
    pub kind: Kind,
    /// Who said it.
    pub source: Arc<str>,
    /// The day on which it happened.
    pub day: Day,
}

/// A source and the day up to which it is complete.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ResidentSource {
    /// Its name in the policy.
    pub source: Arc<str>,
    /// The day; nothing when it was never heard.
    pub complete_up_to: Option<Day>,
    /// Whether it is older than the policy allows.
    pub stale: bool,
}

impl ResidentSource {
    pub(crate) fn new(state: &SourceState, zone: &Zone) -> Self {
        Self {
            source: Arc::clone(&state.source),
            complete_up_to: state.complete_up_to.map(|time| zone.day(time)),
            stale: state.stale,
        }
    }
}

fn as_text<S: serde::Serializer>(period: &Period, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(period)
}

impl Explanation {
    /// What the person may read.
    #[must_use]
    pub fn for_resident(&self) -> ResidentExplanation {
        let verdict = &self.verdict;
        ResidentExplanation {
            standing: verdict.standing,
            reasons: self.reasons.iter().map(|explained| reason(explained, &self.policy)).collect(),
            duties: verdict.duties.clone(),
            tags: verdict.tags.clone(),
            sources: verdict
                .as_of
                .iter()
                .map(|state| ResidentSource::new(state, &self.policy.zone))
                .collect(),
            declared_until: verdict.declaration.as_ref().map(|declared| declared.until),
        }
    }
}

fn reason(explained: &Explained, policy: &Policy) -> ResidentReason {
    let (reason, zone) = (&explained.reason, &policy.zone);
    let items = explained.conditions.iter().flat_map(|condition| &condition.items);
    let mut evidence: Vec<ResidentItem> = items
        .map(|item| ResidentItem {
            kind: item.kind,
            source: Arc::clone(&item.source),
            day: zone.day(item.happened_at),
        })
        .collect();
    evidence.sort();
    evidence.dedup();
    ResidentReason {
        rule: Arc::clone(&reason.rule),
        effect: reason.effect.clone(),
        then: explained.then.clone(),
        since: zone.day(reason.anchor),
        told: zone.day(reason.told_at),
        evidence,
        progress: by_days(&reason.progress, zone),
        expected_end: reason.expected_end.map(|end| zone.day(end)),
        ceiling: reason.ceiling.as_ref().map(|ceiling| zone.day(ceiling.at)),
        appeal_owner: Arc::clone(&explained.appeal.owner),
        appeal_within: explained.appeal.deadline,
    }
}

/// The same with every instant that could tell when something happened moved to the next midnight.
fn by_days(progress: &Progress, zone: &Zone) -> Progress {
    let up = |time: Time| match zone.midnight(zone.day(time)) {
        midnight if midnight == time => time,
        _ => zone.midnight(zone.day(time).plus(days(1))),
    };
    let all = |parts: &[Progress]| parts.iter().map(|part| by_days(part, zone)).collect();
    match progress {
        Progress::All(parts) => Progress::All(all(parts)),
        Progress::Any(parts) => Progress::Any(all(parts)),
        Progress::Elapsed { until, done } => Progress::Elapsed { until: up(*until), done: *done },
        Progress::Negatives { done, needed, next_from, met_at } => Progress::Negatives {
            done: *done,
            needed: *needed,
            next_from: up(*next_from),
            met_at: met_at.map(up),
        },
        Progress::Event { what, met_at } => {
            Progress::Event { what: Arc::clone(what), met_at: met_at.map(up) }
        }
        other => other.clone(),
    }
}

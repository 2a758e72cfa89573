//! What a dry run counts.

use super::{DryRun, isolation::apart_until, plan::Plan};
use crate::{Refused, persons};
use kangma_core::{Evidence, Kind, PersonId, PointId, Span, Standing, Verdict};
use kangma_store::Reader;
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, sync::Arc};

/// How many points are named.
const MOST_POINTS: usize = 10;
/// The youngest of each band of age.
const BANDS: [u32; 5] = [0, 6, 18, 60, 75];

/// How many people move from one standing to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Moved {
    /// What shows today.
    pub before: Standing,
    /// What would show.
    pub after: Standing,
    /// How many.
    pub people: u64,
}

/// How many people have a live reason by a rule: today, and under the tried policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct RuleCount {
    /// The rule.
    pub rule: String,
    /// Today.
    pub before: u64,
    /// Under the tried policy.
    pub after: u64,
}

/// Yellow and red people of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Group {
    /// Which.
    pub name: String,
    /// Yellow today, and under the tried policy.
    pub yellow: [u64; 2],
    /// Red.
    pub red: [u64; 2],
}

/// People who met a case at one point and are yellow or red.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct PointCount {
    /// The point.
    pub point: PointId,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: String,
    /// Today.
    pub before: u64,
    /// Under the tried policy.
    pub after: u64,
}

/// Of today, and of the tried policy.
type Both = [u64; 2];

#[derive(Default)]
struct Coloured {
    yellow: Both,
    red: Both,
}

/// What has been counted so far.
#[derive(Default)]
pub(super) struct Tally {
    pub people: u64,
    moved: BTreeMap<(Standing, Standing), u64>,
    rules: BTreeMap<Arc<str>, Both>,
    districts: BTreeMap<String, Coloured>,
    ages: BTreeMap<u32, Coloured>,
    kinds: BTreeMap<String, Coloured>,
    points: BTreeMap<PointId, Both>,
    apart: [Span; 2],
}

impl Tally {
    pub fn count(&mut self, reader: &Reader<'_>, plan: &Plan, person: PersonId) -> Result<(), Refused> {
        let decided = plan.decide(person, reader.evidence_of(person)?);
        self.people += 1;
        let [before, after] = [decided[0].0.standing, decided[1].0.standing];
        if before != after {
            *self.moved.entry((before, after)).or_default() += 1;
        }
        for (which, (verdict, _)) in decided.iter().enumerate() {
            let until = apart_until(&plan.histories[which], verdict).unwrap_or(plan.now);
            self.apart[which] = self.apart[which] + (until.max(plan.now) - plan.now);
        }
        if ![before, after].iter().any(|standing| is_coloured(*standing)) {
            return Ok(());
        }
        let known = reader.person(person)?;
        let day = plan.tried.zone.day(plan.now);
        let district = known.as_ref().and_then(|known| known.district.clone()).unwrap_or_default();
        let age = known.as_ref().and_then(|known| persons::age(known, day));
        for (which, (verdict, evidence)) in decided.iter().enumerate() {
            self.count_one(which, verdict, evidence);
            let standing = verdict.standing;
            add(self.districts.entry(district.clone()).or_default(), standing, which);
            if let Some(age) = age {
                let band = BANDS.into_iter().rfind(|youngest| *youngest <= age).unwrap_or_default();
                add(self.ages.entry(band).or_default(), standing, which);
            }
            for point in plan.met_at.get(&person).into_iter().flatten() {
                if is_coloured(standing) && exposed(verdict, evidence).next().is_some() {
                    self.points.entry(*point).or_default()[which] += 1;
                }
            }
        }
        Ok(())
    }

    fn count_one(&mut self, which: usize, verdict: &Verdict, evidence: &[Evidence]) {
        let mut rules: Vec<&Arc<str>> = verdict.reasons.iter().map(|reason| &reason.rule).collect();
        rules.dedup();
        for rule in rules {
            self.rules.entry(Arc::clone(rule)).or_default()[which] += 1;
        }
        let mut kinds: Vec<&str> =
            exposed(verdict, evidence).filter_map(|item| item.attributes.text("point-kind")).collect();
        kinds.sort_unstable();
        kinds.dedup();
        for kind in kinds {
            add(self.kinds.entry(kind.to_owned()).or_default(), verdict.standing, which);
        }
    }

    /// With the names of what was counted.
    pub fn told(self, reader: &Reader<'_>, plan: &Plan) -> Result<DryRun, Refused> {
        let mut counts: Vec<(PointId, Both)> = self.points.into_iter().collect();
        counts.sort_by_key(|(point, [before, after])| (std::cmp::Reverse((*after, *before)), *point));
        let mut points = Vec::new();
        for (point, [before, after]) in counts.into_iter().take(MOST_POINTS) {
            let known = reader.point(point)?;
            let (name, kind) = known.map(|known| (known.name, known.kind.to_string())).unwrap_or_default();
            points.push(PointCount { point, name, kind, before, after });
        }
        let rules = self.rules.into_iter();
        let moved = self.moved.into_iter();
        Ok(DryRun {
            today: plan.today.clone(),
            tried: (*plan.tried.reference).clone(),
            at: plan.now,
            people: self.people,
            unheard: plan.unheard.clone(),
            moved: moved.map(|((before, after), people)| Moved { before, after, people }).collect(),
            rules: rules
                .map(|(rule, [before, after])| RuleCount { rule: rule.to_string(), before, after })
                .collect(),
            districts: self.districts.into_iter().map(|(name, counted)| group(name, &counted)).collect(),
            ages: self.ages.into_iter().map(|(youngest, counted)| group(band(youngest), &counted)).collect(),
            kinds: self.kinds.into_iter().map(|(name, counted)| group(name, &counted)).collect(),
            points,
            isolation_days: self
                .apart
                .map(|apart| u64::try_from(apart.minutes() / (24 * 60)).unwrap_or_default()),
        })
    }
}

/// The exposures that live reasons rest on.
fn exposed<'e>(verdict: &'e Verdict, evidence: &'e [Evidence]) -> impl Iterator<Item = &'e Evidence> {
    let triggers = verdict.reasons.iter().filter_map(|reason| reason.trigger);
    triggers
        .filter_map(|trigger| evidence.iter().find(|item| item.id == trigger))
        .filter(|item| item.kind == Kind::Exposure)
}

fn is_coloured(standing: Standing) -> bool {
    matches!(standing, Standing::Yellow | Standing::Red)
}

fn add(group: &mut Coloured, standing: Standing, which: usize) {
    match standing {
        Standing::Yellow => group.yellow[which] += 1,
        Standing::Red => group.red[which] += 1,
        _ => {}
    }
}

fn group(name: String, counted: &Coloured) -> Group {
    Group { name, yellow: counted.yellow, red: counted.red }
}

fn band(youngest: u32) -> String {
    match BANDS.into_iter().find(|next| *next > youngest) {
        Some(next) => format!("{youngest}–{}", next - 1),
        None => format!("{youngest}+"),
    }
}

//! A population for measuring [`crate::decide()`]: what is decided, without the clock that measures it.
//!
//! Every person has ten items, half of them a live reason that has passed into its second stage. Times
//! differ from person to person, so that nothing can be remembered from one to the next.

use crate::{
    Attributes, CaseId, Evidence, EvidenceId, Heartbeat, History, Kind, Number, Origin, PersonId, Policy,
    Sources, Span, Time, decide, policy::PolicyFiles,
};
use std::{
    hash::{Hash, Hasher},
    sync::Arc,
};

/// People with their evidence, and when to decide about them.
#[derive(Debug)]
pub struct Population {
    history: History,
    sources: Sources,
    now: Time,
    people: Vec<Vec<Evidence>>,
}

const POLICY: &str = r#"
name = "measured"
version = 1
zone = "Pacific/Auckland"
languages = ["en"]
live-reasons = "finish"
privacy-floor = 10
[[source]]
name = "laboratory"
max-age = "6 h"
[[source]]
name = "contact-tracing"
max-age = "26 h"
[appeal]
owner = "office"
deadline = "3 d"
missed = "release"
[declaration]
validity = "30 d"
[declaration.audit]
owner = "desk"
deadline = "24 h"
outcome = "unknown"
[[declaration.audit.source]]
source = "laboratory"
clean = ["nothing-known"]
[check-in]
missed = "remind"
grace = "12 h"
abnormal = [
  { evidence = "check-in", temperature = { above = 37.3 } },
  { evidence = "gate-temperature", temperature = { above = 37.3 } },
]
[[duty]]
id = "isolate"
[[duty]]
id = "check-in-daily"
due = "check-in"
[[rule]]
id = "confirmed"
when = { evidence = "case-status", status = "confirmed" }
anchor = "recovery"
stage = [{ colour = "red", until = { all = [{ recovery = true }, { days = 14 }] } }]
ceiling = { days = 60, owner = "office", deadline = "3 d", then = "escalate", to = "commission" }
[[rule]]
id = "close-contact"
when = { evidence = "exposure", degree = "close" }
unless = [{ evidence = "immunity", within = "90 d", before = "trigger" }]
anchor = "last-exposure"
stage = [
  { colour = "red", until = { days = 3 }, duties = ["isolate"] },
  { colour = "yellow", until = { all = [{ days = 14 }, { check-ins = 14 }] }, duties = ["check-in-daily"] },
]
ceiling = { days = 40, owner = "office", deadline = "3 d", then = "end" }
[[rule]]
id = "positive"
when = { evidence = "test-result", result = "positive", pooled = false }
stage = [{ colour = "red", until = { any = [{ days = 14 }, { negatives = 2, not-before = "24 h" }] } }]
ceiling = { days = 21, owner = "office", deadline = "3 d", then = "end" }
[[rule]]
id = "symptoms"
when = { any = [
  { evidence = "check-in", temperature = { above = 37.3 } },
  { evidence = "gate-temperature", temperature = { above = 37.3 } },
  { evidence = "symptom-onset" },
] }
stage = [{ colour = "yellow", until = { check-ins = 7 } }]
ceiling = { days = 21, owner = "office", deadline = "3 d", then = "end" }
[[rule]]
id = "area"
when = { evidence = "risk-area-stay", level = "high", within = "14 d" }
stage = [{ colour = "red", until = { days = 14 } }]
ceiling = { days = 28, owner = "office", deadline = "3 d", then = "end" }
[gate]
kinds = ["unclassified"]
row = [{ outcome = "pass-and-register", sentence = "registered" }]
"#;

impl Population {
    /// People without chance: the same number gives the same people. Nothing where the measured policy does not load.
    #[must_use]
    pub fn new(persons: u32) -> Option<Self> {
        let policy = Arc::new(policy()?);
        let now: Time = "2020-03-20T02:00:00Z".parse().ok()?;
        let heard = ["laboratory", "contact-tracing"].into_iter().flat_map(|source| {
            (0..200).map(move |hours| {
                let at = now - Span::from_hours(hours * 3);
                Heartbeat { source: source.into(), recorded_at: at, complete_up_to: at }
            })
        });
        let words = Words::new();
        let people = (0..persons).map(|number| words.person(number, now)).collect();
        Some(Self { history: History::new(policy, Time::MIN), sources: heard.collect(), now, people })
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.people.len()
    }

    /// Whether there is nobody.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// Decides about everybody, hashes every verdict whole, and counts those with a live reason.
    pub fn decide_all(&self, hasher: &mut impl Hasher) -> usize {
        self.decide_about(&self.people, hasher)
    }

    /// The people in portions, so that a measurement can be repeated in short stretches.
    #[must_use]
    pub fn chunks(&self, size: usize) -> Vec<&[Vec<Evidence>]> {
        self.people.chunks(size).collect()
    }

    /// The same as [`Population::decide_all`] for some of them.
    pub fn decide_about(&self, people: &[Vec<Evidence>], hasher: &mut impl Hasher) -> usize {
        let mut with_reason = 0;
        for evidence in people {
            let verdict = decide(&self.history, evidence, &self.sources, self.now, self.now);
            with_reason += usize::from(!verdict.reasons.is_empty());
            verdict.hash(hasher);
        }
        with_reason
    }
}

fn policy() -> Option<Policy> {
    let bare: PolicyFiles = [("policy.toml", POLICY), ("texts/en.toml", "")].into_iter().collect();
    let missing = Policy::load(&bare).err()?.refusals;
    let key = |what: &str| Some(what.strip_prefix("the text `")?.strip_suffix("` is missing")?.to_owned());
    let texts: String = missing
        .iter()
        .filter_map(|refusal| key(&refusal.what))
        .map(|key| format!("{key} = \"-\"\n"))
        .collect();
    Policy::load(&[("policy.toml", POLICY), ("texts/en.toml", &texts)].into_iter().collect()).ok()
}

/// Words that a store would share between items too.
struct Words {
    names: [Arc<str>; 6],
    resident: Arc<str>,
    clean: Arc<str>,
    close: Arc<str>,
    itself: Arc<str>,
    laboratory: Arc<str>,
}

impl Words {
    fn new() -> Self {
        Self {
            names: ["purpose", "answer", "degree", "temperature", "day", "cough"].map(Arc::from),
            resident: "resident".into(),
            clean: "nothing-known".into(),
            close: "close".into(),
            itself: "self".into(),
            laboratory: "laboratory".into(),
        }
    }

    /// A declaration, its answer, then eight days of check-ins, or an exposure and seven of them.
    fn person(&self, number: u32, now: Time) -> Vec<Evidence> {
        let shift = Span::from_minutes(i64::from(number % 700));
        let day_ago = |days: i64| now - Span::from_hours(24 * days) - shift;
        let base = u64::from(number) * 16;
        let mut items = Vec::with_capacity(10);
        let mut add = |kind: Kind, at: Time, source: &Arc<str>, attributes: Attributes, origin| {
            let id = EvidenceId(base + u64::try_from(items.len()).unwrap_or(0));
            let about = (kind == Kind::AuditAnswer).then_some(EvidenceId(base));
            let (person, source) = (PersonId(number.into()), Arc::clone(source));
            let (happened_at, recorded_at) = (at, at);
            items.push(Evidence {
                id,
                person,
                kind,
                happened_at,
                recorded_at,
                source,
                origin,
                about,
                attributes,
            });
        };
        let said = |place: usize, value: &Arc<str>| {
            Attributes::new().with(Arc::clone(&self.names[place]), crate::Value::Text(Arc::clone(value)))
        };
        add(Kind::Declaration, day_ago(9), &self.itself, said(0, &self.resident), None);
        add(Kind::AuditAnswer, day_ago(9), &self.laboratory, said(1, &self.clean), None);
        let exposed = number.is_multiple_of(2);
        if exposed {
            let case = Some(Origin::Case(CaseId(number.into())));
            add(Kind::Exposure, day_ago(8), &self.laboratory, said(2, &self.close), case);
        }
        for days in (0..if exposed { 7 } else { 8 }).rev() {
            let normal = Attributes::new()
                .with(Arc::clone(&self.names[3]), Number(36_500 + i64::from(number % 7) * 100))
                .with(Arc::clone(&self.names[5]), false);
            add(Kind::CheckIn, day_ago(days), &self.itself, normal, None);
        }
        items
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::hash::DefaultHasher;

    #[test]
    fn half_of_the_measured_people_are_in_the_second_stage_of_a_live_reason_and_everybody_has_ten_items() {
        let population = Population::new(100).unwrap();
        assert_eq!(population.len(), 100);
        assert!(population.people.iter().all(|evidence| evidence.len() == 10));
        assert_eq!(population.decide_all(&mut DefaultHasher::new()), 50);
        let verdict = |number: usize| {
            let (now, evidence) = (population.now, &population.people[number]);
            decide(&population.history, evidence, &population.sources, now, now)
        };
        assert_eq!(verdict(0).reasons[0].stage, 1);
        assert!(verdict(0).next_change.is_some());
        assert_eq!(verdict(1).standing, crate::Standing::Green);
    }
}

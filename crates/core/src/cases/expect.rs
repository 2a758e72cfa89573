//! What has to be decided, and whether it was.

use super::{calendar::Calendar, story::person};
use crate::{
    Direction, Number, PersonId, Policy, Standing, Time, Verdict,
    gate::AtGate,
    policy::{Outcome, Place, Purpose, read::Fields},
    verdict::{Progress, Reason},
};
use std::sync::Arc;

/// What has to be decided about somebody at one or several instants.
pub(super) struct Expectation {
    pub(super) line: u32,
    pub(super) person: PersonId,
    pub(super) at: Vec<Time>,
    pub(super) known: Option<Time>,
    standing: Option<Standing>,
    rules: Option<Vec<Arc<str>>>,
    /// The rule that the numbers below are about; the most severe reason when absent.
    of: Option<Arc<str>>,
    stage: Option<u32>,
    check_ins: Option<(u32, u32)>,
    negatives: Option<(u32, u32)>,
    missed: Option<u32>,
    owed: Option<bool>,
    ends: Option<Time>,
    ceiling: Option<Time>,
    deadline: Option<Time>,
    escalates_to: Option<Arc<str>>,
    duties: Option<Vec<Arc<str>>>,
    tags: Option<Vec<Arc<str>>>,
    next: Option<Time>,
    stale: Option<Vec<Arc<str>>>,
    suspicious: Option<Vec<Arc<str>>>,
    gate: Vec<GateExpectation>,
}

/// What a gate has to do.
struct GateExpectation {
    kind: Arc<str>,
    direction: Direction,
    purpose: Purpose,
    place: Place,
    temperature: Option<Number>,
    outcome: Outcome,
    sentence: Arc<str>,
}

fn optional<T>(read: Option<Option<T>>) -> Option<Option<T>> {
    read.map_or(Some(None), |read| read.map(Some))
}

fn pair(fields: &Fields<'_>, name: &'static str) -> Option<Option<(u32, u32)>> {
    optional(fields.take(name).map(|node| match node.each(|item| item.whole())?.as_slice() {
        [done, needed] => Some((*done, *needed)),
        _ => node.refuse("two numbers belong here", "write done and needed, such as [4, 14]"),
    }))
}

impl Expectation {
    pub(super) fn read(
        fields: Fields<'_>,
        policy: &Policy,
        calendar: &Calendar<'_>,
        people: &[Arc<str>],
    ) -> Option<Self> {
        let time = |name| optional(fields.take(name).map(|node| calendar.instant(&node)));
        let words = |name| optional(fields.take(name).map(|node| node.words()));
        let word = |name| optional(fields.take(name).map(|node| node.word()));
        let whole = |name| optional(fields.take(name).map(|node| node.whole()));
        let known_rules = |rules: &Option<Vec<Arc<str>>>| {
            let unknown = rules.iter().flatten().find(|rule| policy.rule(rule).is_none());
            unknown.map_or(Some(()), |rule| {
                fields.refuse(format!("the policy has no rule `{rule}`"), "correct it")
            })
        };
        let on = fields.need("on");
        let (rules, of) = (words("rules")?, word("of")?);
        known_rules(&rules)?;
        known_rules(&of.clone().map(|of| vec![of]))?;
        let expectation = Self {
            line: on?.line(),
            at: calendar.instants(&on?)?,
            person: fields.take("person").map_or(Some(PersonId(1)), |node| person(&node, people))?,
            known: time("known")?,
            standing: optional(fields.take("standing").map(|node| node.parsed("a standing")))?,
            rules,
            of,
            stage: whole("stage")?,
            check_ins: pair(&fields, "check-ins")?,
            negatives: pair(&fields, "negatives")?,
            missed: whole("missed")?,
            owed: optional(fields.take("owed").map(|node| node.flag()))?,
            ends: time("ends")?,
            ceiling: time("ceiling")?,
            deadline: time("deadline")?,
            escalates_to: word("escalates-to")?,
            duties: words("duties")?,
            tags: words("tags")?,
            next: time("next")?,
            stale: words("stale")?,
            suspicious: words("suspicious")?,
            gate: fields
                .tables("gate", "a gate")
                .into_iter()
                .map(GateExpectation::read)
                .collect::<Option<_>>()?,
        };
        fields.finish();
        Some(expectation)
    }

    /// Everything in which what was decided differs.
    pub(super) fn unmet(&self, verdict: &Verdict, policy: &Policy, calendar: &Calendar<'_>) -> Vec<String> {
        let mut unmet = Unmet(Vec::new());
        let rules = || sorted(verdict.reasons.iter().map(|reason| Arc::clone(&reason.rule)));
        if let Some(standing) = self.standing
            && standing != verdict.standing
        {
            unmet.0.push(format!(
                "expected {standing}, found {} by [{}]",
                verdict.standing,
                rules().join(", ")
            ));
        }
        unmet.words("rules", self.rules.as_deref(), rules);
        unmet.words("duties", self.duties.as_deref(), || {
            sorted(verdict.duties.iter().map(|duty| Arc::clone(&duty.duty)))
        });
        unmet.words("tags", self.tags.as_deref(), || {
            sorted(verdict.tags.iter().map(|tag| Arc::clone(&tag.tag)))
        });
        unmet.words("stale sources", self.stale.as_deref(), || {
            sorted(
                verdict.as_of.iter().filter(|source| source.stale).map(|source| Arc::clone(&source.source)),
            )
        });
        unmet.words("suspicious answers", self.suspicious.as_deref(), || {
            let review = verdict.declaration.iter().filter_map(|declaration| declaration.review.as_ref());
            sorted(review.flat_map(|review| review.suspicious.iter().cloned()))
        });
        unmet.same("next change", self.next, verdict.next_change, |at| calendar.text(*at));
        self.compare_reason(self.reason(verdict), &mut unmet, calendar);
        self.gate.iter().for_each(|gate| gate.compare(verdict, policy, &mut unmet));
        unmet.0
    }

    fn reason<'v>(&self, verdict: &'v Verdict) -> Option<&'v Reason> {
        verdict.reasons.iter().find(|reason| self.of.as_ref().is_none_or(|of| *of == reason.rule))
    }

    fn compare_reason(&self, reason: Option<&Reason>, unmet: &mut Unmet, calendar: &Calendar<'_>) {
        let leaves = reason.map(|reason| leaves(&reason.progress)).unwrap_or_default();
        let check_ins = leaves.iter().find_map(|leaf| match leaf {
            Progress::CheckIns { done, needed, owed_today, missed, .. } => {
                Some((*done, *needed, *owed_today, missed.len()))
            }
            _ => None,
        });
        let negatives = leaves.iter().find_map(|leaf| match leaf {
            Progress::Negatives { done, needed, .. } => Some((*done, *needed)),
            _ => None,
        });
        let of = |(done, needed): &(u32, u32)| format!("{done} of {needed}");
        let instant = |at: &Time| calendar.text(*at);
        let ceiling = reason.and_then(|reason| reason.ceiling.as_ref());
        unmet.same("stage", self.stage, reason.map(|reason| u32::from(reason.stage)), u32::to_string);
        unmet.same("check-ins", self.check_ins, check_ins.map(|(done, needed, ..)| (done, needed)), of);
        unmet.same("negatives", self.negatives, negatives, of);
        let missed = check_ins.and_then(|(.., missed)| u32::try_from(missed).ok());
        unmet.same("missed days", self.missed, missed, u32::to_string);
        unmet.same(
            "a check-in owed today",
            self.owed,
            check_ins.map(|(_, _, owed, _)| owed),
            bool::to_string,
        );
        unmet.same("expected end", self.ends, reason.and_then(|reason| reason.expected_end), instant);
        unmet.same("ceiling", self.ceiling, ceiling.map(|ceiling| ceiling.at), instant);
        unmet.same("deadline", self.deadline, ceiling.map(|ceiling| ceiling.deadline), instant);
        let to = ceiling.and_then(|ceiling| ceiling.escalates_to.clone());
        unmet.same("escalation", self.escalates_to.clone(), to, |to| to.to_string());
    }
}

/// The leaves of a progress, in order.
fn leaves(progress: &Progress) -> Vec<&Progress> {
    match progress {
        Progress::All(parts) | Progress::Any(parts) => parts.iter().flat_map(leaves).collect(),
        leaf => vec![leaf],
    }
}

fn sorted(words: impl Iterator<Item = Arc<str>>) -> Vec<Arc<str>> {
    let mut words: Vec<Arc<str>> = words.collect();
    words.sort();
    words.dedup();
    words
}

/// What was found to differ.
struct Unmet(Vec<String>);

impl Unmet {
    fn same<T: PartialEq>(
        &mut self,
        what: &str,
        wanted: Option<T>,
        found: Option<T>,
        text: impl Fn(&T) -> String,
    ) {
        let Some(wanted) = wanted else { return };
        if found.as_ref() != Some(&wanted) {
            let found = found.as_ref().map_or("none".to_owned(), &text);
            self.0.push(format!("expected {what} {}, found {found}", text(&wanted)));
        }
    }

    /// Compares sets of words.
    fn words(&mut self, what: &str, wanted: Option<&[Arc<str>]>, found: impl FnOnce() -> Vec<Arc<str>>) {
        let Some(wanted) = wanted else { return };
        let (wanted, found) = (sorted(wanted.iter().cloned()), found());
        if wanted != found {
            self.0.push(format!("expected {what} [{}], found [{}]", wanted.join(", "), found.join(", ")));
        }
    }
}

impl GateExpectation {
    fn read(fields: Fields<'_>) -> Option<Self> {
        let gate = Self {
            kind: fields.take("kind").map_or(Some("unclassified".into()), |node| node.word())?,
            direction: fields
                .take("direction")
                .map_or(Some(Direction::In), |node| node.parsed("`in` or `out`"))?,
            purpose: fields.take("purpose").map_or(Some(Purpose::None), |node| node.parsed("a purpose"))?,
            place: fields.take("place").map_or(Some(Place::Elsewhere), |node| node.parsed("a place"))?,
            temperature: optional(fields.take("temperature").map(|node| node.number()))?,
            outcome: fields.need("outcome")?.parsed("an outcome of a gate")?,
            sentence: fields.need("sentence")?.word()?,
        };
        fields.finish();
        Some(gate)
    }

    fn compare(&self, verdict: &Verdict, policy: &Policy, unmet: &mut Unmet) {
        let (kind, direction, purpose, place) = (&*self.kind, self.direction, self.purpose, self.place);
        let ruling =
            policy.gate(verdict, &AtGate { kind, direction, purpose, place, temperature: self.temperature });
        if ruling.outcome != self.outcome || ruling.sentence != self.sentence {
            unmet.0.push(format!(
                "expected a gate of {kind}, {direction}, {purpose}, {place} to say {} ({}), found {} ({})",
                self.outcome, self.sentence, ruling.outcome, ruling.sentence
            ));
        }
    }
}

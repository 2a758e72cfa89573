//! What a property does to a story: one more item, one less, a source that falls silent.

use crate::{dice::Dice, stories, worlds::Built};
use kangma_core::{
    Attributes, Evidence, EvidenceId, History, Kind, PersonId, Policy, Sources, Span, Time, Verdict,
    policy::{Condition, End, Trigger},
};
use std::sync::Arc;

/// The number after every other, and the time of recording after every other.
fn next(evidence: &[Evidence]) -> (EvidenceId, Time) {
    let id = evidence.iter().map(|item| item.id.0).max().unwrap_or(0) + 1;
    let recorded_at = evidence.iter().map(|item| item.recorded_at).max().unwrap_or(Time(0));
    (EvidenceId(id), recorded_at + Span(1))
}

fn item(kind: Kind, id: EvidenceId, at: Time) -> Evidence {
    Evidence {
        id,
        person: PersonId(1),
        kind,
        happened_at: at,
        recorded_at: at,
        source: "officer".into(),
        origin: None,
        about: None,
        attributes: Attributes::new(),
    }
}

pub fn withdrawal(unwanted: &Evidence, evidence: &[Evidence]) -> Evidence {
    let (id, at) = next(evidence);
    Evidence { about: Some(unwanted.id), ..item(Kind::Withdrawal, id, at) }
}

pub fn published_by(history: &History, known_at: Time) -> History {
    let publications = history.publications();
    let mut published = History::new(Arc::clone(&publications[0].policy), publications[0].published_at);
    for publication in publications.iter().skip(1).filter(|publication| publication.published_at <= known_at)
    {
        published.publish(Arc::clone(&publication.policy), publication.published_at);
    }
    published
}

pub fn without_releases(evidence: &[Evidence]) -> Vec<Evidence> {
    evidence.iter().filter(|item| item.kind != Kind::Release).cloned().collect()
}

/// One more item that some rule is triggered by and that nothing in the policy counts in anybody's favour.
/// A declaration or a check-in is never only adverse: it renews, or it is a sign of life.
pub fn adverse(built: &Built, bytes: &[u8; 12]) -> Option<Evidence> {
    let policy = &built.policies[0];
    let mut dice = Dice::new(bytes);
    let triggers: Vec<Condition> =
        policy.rules.iter().flat_map(|rule| rule.when.conditions()).cloned().collect();
    let (id, recorded_at) = next(&built.story.evidence);
    let mut item = stories::like(dice.pick(&triggers), &policy.zone, &mut dice);
    item.id = id;
    item.recorded_at = item.recorded_at.max(recorded_at);
    if dice.once_in(2) {
        item.recorded_at = item.happened_at;
    }
    let two_faced = matches!(item.kind, Kind::Declaration | Kind::CheckIn | Kind::Release | Kind::Ending)
        || item.attributes.text("status").is_some_and(|status| !matches!(status, "suspected" | "confirmed"))
        || item.attributes.text("result").is_some_and(|result| result != "positive");
    let favourable = in_favour(policy).iter().any(|condition| condition.kind == item.kind);
    let adverse = triggers.iter().any(|condition| condition.matches(&item));
    (adverse && !favourable && !two_faced).then_some(item)
}

/// Everything that a policy counts in somebody's favour: exemptions, ends, and what an absence misses.
fn in_favour(policy: &Policy) -> Vec<Condition> {
    let mut conditions = policy.declaration.again_after.clone();
    for rule in &policy.rules {
        conditions.extend(rule.unless.iter().map(|exemption| exemption.of.clone()));
        if let Trigger::Absent { of, .. } = &rule.when {
            conditions.push(of.clone());
        }
        rule.stages.iter().for_each(|stage| events(&stage.until, &mut conditions));
    }
    conditions
}

fn events(end: &End, conditions: &mut Vec<Condition>) {
    match end {
        End::All(parts) | End::Any(parts) => parts.iter().for_each(|part| events(part, conditions)),
        End::Event(condition) => conditions.push(condition.clone()),
        _ => {}
    }
}

/// Moves an item and the times that it names.
pub fn move_to(item: &mut Evidence, at: Time) {
    let by = at - item.happened_at;
    let named: Vec<(Arc<str>, Time)> = item
        .attributes
        .iter()
        .filter_map(|(name, _)| Some((name.into(), item.attributes.time(name)?)))
        .collect();
    for (name, time) in named {
        item.attributes.set(name, kangma_core::Value::Time(time + by));
    }
    item.happened_at = at;
    item.recorded_at = at;
}

pub fn nothing_recorded_between(built: &Built, after: Time, until: Time) -> bool {
    let between = |at: Time| at > after && at <= until;
    !built.story.evidence.iter().any(|item| between(item.recorded_at))
        && !built.story.heartbeats.iter().any(|beat| between(beat.recorded_at))
        && !built.history.publications().iter().any(|publication| between(publication.published_at))
}

/// A declaration on each fifth day, each found clean by every source that is asked.
pub fn declare_cleanly(built: &mut Built) {
    let policy = Arc::clone(&built.policies[0]);
    for day in (0..48).step_by(5) {
        let (id, _) = next(&built.story.evidence);
        let at = stories::instant(&policy.zone, day, 7 * 60);
        built.story.evidence.push(Evidence { source: "self".into(), ..item(Kind::Declaration, id, at) });
        for asked in &policy.declaration.audit.sources {
            let (answer_id, _) = next(&built.story.evidence);
            let mut answer = item(Kind::AuditAnswer, answer_id, at + Span(1));
            answer.source = Arc::clone(&asked.source);
            answer.about = Some(id);
            answer.attributes.set("answer", &*asked.clean[0]);
            built.story.evidence.push(answer);
        }
    }
}

/// The evidence of somebody green with one thing failed: never declared; an audit answer that never came, or is
/// not clean; an officer's refusal.
pub fn failures(built: &Built, verdict: &Verdict) -> Vec<Vec<Evidence>> {
    let declaration = verdict.declaration.as_ref().unwrap().evidence;
    let evidence = &built.story.evidence;
    let without = |such: &dyn Fn(&Evidence) -> bool| -> Vec<Evidence> {
        evidence.iter().filter(|item| !such(item)).cloned().collect()
    };
    let mut failures = vec![without(&|item| item.kind == Kind::Declaration)];
    let (id, _) = next(evidence);
    let at = verdict.declaration.as_ref().unwrap().since;
    let accepted = evidence.iter().any(|item| item.kind == Kind::Decision && item.about == Some(declaration));
    for asked in built.policies[0].declaration.audit.sources.iter().filter(|_| !accepted) {
        let answer = |item: &Evidence| {
            item.kind == Kind::AuditAnswer && item.about == Some(declaration) && item.source == asked.source
        };
        failures.push(without(&answer));
        let mut odd = without(&answer);
        let mut found = item(Kind::AuditAnswer, id, at);
        found.source = Arc::clone(&asked.source);
        found.about = Some(declaration);
        found.attributes.set("answer", "something-odd");
        odd.push(found);
        failures.push(odd);
    }
    let mut refused = without(&|item| item.kind == Kind::Decision);
    let mut refusal = item(Kind::Decision, id, at);
    refusal.about = Some(declaration);
    refusal.attributes.set("outcome", "refused");
    refused.push(refusal);
    failures.push(refused);
    failures
}

/// The sources when one of them is not heard after an instant.
pub fn silenced(built: &Built, source: &str, after: Time) -> Sources {
    let heard = built.story.heartbeats.iter();
    heard.filter(|beat| &*beat.source != source || beat.recorded_at <= after).cloned().collect()
}

//! The background audit: what the sources know about somebody who declared. A clean one is decided at once; a
//! suspicious one waits in a queue with a deadline, and an officer decides it.
//!
//! A source answers with one word for what it covers: `case-not-declared`, `contact-not-declared`,
//! `stay-not-declared`, `nothing-known`. Which words are clean and which are suspicious is the policy's to say.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::{Act, Target},
    written,
};
use kangma_core::{Attributes, Evidence, EvidenceId, Kind, PersonId, Time, Value, policy::Policy};
use kangma_store::{AuditReview, ReviewState};
use std::sync::Arc;

/// How long back a declaration speaks: "contact, symptoms and stays in 14 days".
const DECLARED_DAYS: i32 = 14;

/// What a source knows of one kind of evidence, the question that should have told it, and its word when it did not.
const KNOWN: [(Kind, &str, &str); 3] = [
    (Kind::CaseStatus, "case", "case-not-declared"),
    (Kind::Exposure, "contact", "contact-not-declared"),
    (Kind::RiskAreaStay, "stayed-in-risk-area", "stay-not-declared"),
];

/// What an officer makes of a suspicious declaration.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReviewOutcome {
    /// The declaration stands.
    Accept,
    /// It does not: the person has to declare again.
    Reject,
}

impl ReviewOutcome {
    /// The word that a verdict reads in the decision.
    const fn as_str(self) -> &'static str {
        match self {
            ReviewOutcome::Accept => "accepted",
            ReviewOutcome::Reject => "refused",
        }
    }
}

/// Asks every source that can answer now, in the same act as the declaration.
pub(crate) fn begin(act: &mut Act<'_, '_>, declaration: &Evidence) -> Result<(), Refused> {
    for mut older in act.writer.reviews_open_of(declaration.person)? {
        older.state = ReviewState::Closed;
        act.writer.put_review(&older)?;
    }
    ask(act, declaration)?;
    queue(act, declaration)
}

/// Asks the sources that have not answered and are fresh enough to.
pub(crate) fn ask(act: &mut Act<'_, '_>, declaration: &Evidence) -> Result<(), Refused> {
    let policy = Arc::clone(act.rules.policy(act.now));
    let evidence = act.writer.evidence_of(declaration.person)?;
    let answered: Vec<Arc<str>> = crate::standing_items(&evidence)
        .filter(|item| item.kind == Kind::AuditAnswer && item.about == Some(declaration.id))
        .map(|item| Arc::clone(&item.source))
        .collect();
    for asked in &policy.declaration.audit.sources {
        let fresh = policy
            .sources
            .iter()
            .find(|rule| rule.name == asked.source)
            .is_none_or(|rule| act.rules.is_fresh(rule, act.now));
        if !fresh || answered.contains(&asked.source) {
            continue;
        }
        let declared = (&declaration.attributes, declaration.recorded_at);
        let answer = answer(&policy, &asked.source, declared, &evidence);
        let item =
            kangma_store::NewEvidence::new(declaration.person, Kind::AuditAnswer, act.now, &*asked.source);
        act.record(item.about(declaration.id).with("answer", answer))?;
    }
    Ok(())
}

/// Whether a source would find fault with these answers if they were declared now.
pub(crate) fn finds_fault(
    act: &Act<'_, '_>,
    person: PersonId,
    answers: &Attributes,
) -> Result<bool, Refused> {
    let policy = act.rules.policy(act.now);
    let evidence = act.writer.evidence_of(person)?;
    Ok(policy.declaration.audit.sources.iter().any(|asked| {
        let answer = answer(policy, &asked.source, (answers, act.now), &evidence);
        !asked.clean.iter().any(|clean| **clean == *answer)
    }))
}

/// What a source answers about what was declared at an instant.
fn answer(
    policy: &Policy,
    source: &str,
    (answers, declared_at): (&Attributes, Time),
    evidence: &[Evidence],
) -> &'static str {
    let covers = policy.sources.iter().find(|rule| *rule.name == *source).map(|rule| &rule.covers);
    let since = policy.zone.midnight(policy.zone.day(declared_at).plus(-DECLARED_DAYS));
    let known = |kind: Kind| {
        crate::standing_items(evidence)
            .any(|item| item.kind == kind && item.happened_at >= since && item.recorded_at <= declared_at)
    };
    let told = |question: &str| match answers.value(question) {
        Some(Value::Flag(told)) => *told,
        _ => !policy.declaration.questions.iter().any(|asked| *asked.id == *question),
    };
    KNOWN
        .iter()
        .filter(|(kind, _, _)| covers.is_some_and(|covers| covers.contains(kind)))
        .find(|(kind, question, _)| known(*kind) && !told(question))
        .map_or("nothing-known", |(_, _, word)| word)
}

/// Puts a declaration whose audit has not come out clean into the queue.
fn queue(act: &mut Act<'_, '_>, declaration: &Evidence) -> Result<(), Refused> {
    let verdict = act.verdict(declaration.person)?;
    let review =
        verdict.declaration.filter(|state| state.evidence == declaration.id).and_then(|state| state.review);
    let Some(review) = review else { return Ok(()) };
    let district = act.writer.person(declaration.person)?.and_then(|person| person.district);
    let state = if review.suspicious.is_empty() { ReviewState::Waiting } else { ReviewState::Suspicious };
    act.writer.put_review(&AuditReview {
        declaration: declaration.id,
        person: declaration.person,
        district,
        since: declaration.recorded_at,
        deadline: review.deadline,
        state,
        findings: review.suspicious.iter().map(ToString::to_string).collect(),
        claimed_by: None,
        claimed_at: None,
        decided_by: None,
        decided_at: None,
        outcome: None,
    })?;
    Ok(())
}

impl Service {
    /// The declarations that wait for a source or for an officer, by deadline, after the place given.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn reviews(
        &self,
        actor: &Actor,
        state: ReviewState,
        after: Option<(Time, EvidenceId)>,
        most: usize,
    ) -> Result<Vec<AuditReview>, Refused> {
        let district = crate::access::district_of(actor, Right::Decide)?;
        self.look(move |reader| Ok(reader.reviews(state, district.as_deref(), after, most)?)).await
    }

    /// An officer decides a declaration under review.
    ///
    /// # Errors
    /// [`Refused::WrongState`] when it was decided already; [`Refused::NotAllowed`].
    pub async fn decide_review(
        &self,
        actor: &Actor,
        declaration: EvidenceId,
        outcome: ReviewOutcome,
        reason: String,
    ) -> Result<PersonId, Refused> {
        written::within("reason", &reason, written::WORDS)?;
        self.act(actor, move |act| {
            act.actor.holds(Right::Decide)?;
            let mut review = act.writer.review(declaration)?.ok_or(Refused::NotFound)?;
            let officer = act.actor.officer()?;
            officer.may(Right::Decide, review.district.as_deref().map_or(Place::City, Place::District))?;
            if matches!(review.state, ReviewState::Decided | ReviewState::Closed) {
                return Err(Refused::WrongState);
            }
            review.state = ReviewState::Decided;
            review.decided_by = act.actor.account();
            review.decided_at = Some(act.now);
            review.outcome = Some(outcome.as_str().to_owned());
            act.writer.put_review(&review)?;
            let decision = act.observed(review.person, Kind::Decision).about(declaration);
            act.record(decision.with("outcome", outcome.as_str()))?;
            let mut target = Target::person(review.person);
            target.reason = Some(&reason);
            act.log("decide-review", target)?;
            Ok(review.person)
        })
        .await
    }

    /// Asks again for every declaration that waits for a source. How many came out.
    ///
    /// # Errors
    /// The store failed.
    pub async fn audit_waiting(&self) -> Result<usize, Refused> {
        let waiting =
            self.look(|reader| Ok(reader.reviews(ReviewState::Waiting, None, None, 1_000)?)).await?;
        let mut came_out = 0;
        for review in waiting {
            came_out += usize::from(self.audit_one(review).await?);
        }
        Ok(came_out)
    }

    async fn audit_one(&self, review: AuditReview) -> Result<bool, Refused> {
        self.act(&Actor::System, move |act| {
            let declaration = act.writer.evidence(review.declaration)?.ok_or(Refused::NotFound)?;
            ask(act, &declaration)?;
            act.touch(review.person);
            let open = act.verdict(review.person)?.declaration.and_then(|state| state.review);
            let mut after = review;
            match open {
                Some(open) if open.waiting_for.is_empty() && !open.suspicious.is_empty() => {
                    after.state = ReviewState::Suspicious;
                    after.findings = open.suspicious.iter().map(ToString::to_string).collect();
                }
                Some(_) if after.deadline > act.now => return Ok(false),
                Some(_) => after.state = ReviewState::Missed,
                None => after.state = ReviewState::Closed,
            }
            act.writer.put_review(&after)?;
            Ok(true)
        })
        .await
    }
}

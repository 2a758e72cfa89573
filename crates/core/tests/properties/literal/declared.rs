//! The newest declaration and its audit.

use super::items::{View, place};
use kangma_core::{
    Evidence, Kind, Standing, Time,
    policy::AuditOutcome,
    verdict::{DeclarationState, Review},
};
use std::collections::BTreeSet;

/// The standings that the declaration asks for, and its state.
pub fn declared(view: &View<'_>) -> (Vec<Standing>, Option<DeclarationState>) {
    let Some(newest) = view.of_kind(Kind::Declaration).last() else {
        return (vec![Standing::Undeclared], None);
    };
    let until = valid_until(newest, view);
    let officer = view.of_kind(Kind::Decision).filter(|item| item.about == Some(newest.id)).last();
    let outcome = officer.and_then(|decision| decision.attributes.text("outcome"));
    let review = if matches!(outcome, Some("accepted" | "refused")) { None } else { review(newest, view) };
    let mut standings = Vec::new();
    if view.now >= until {
        standings.push(Standing::Expired);
    }
    if let Some(review) = &review {
        // "the deadline of `under review` and its outcome"
        standings.push(match view.policy.declaration.audit.outcome {
            _ if view.now < review.deadline => Standing::UnderReview,
            AuditOutcome::Unknown => Standing::Unknown,
            AuditOutcome::Undeclared => Standing::Undeclared,
        });
    }
    if outcome == Some("refused") {
        // A refused declaration counts as not made: one that was not made does not expire.
        standings = vec![Standing::Undeclared];
    }
    (standings, Some(DeclarationState { evidence: newest.id, since: newest.happened_at, until, review }))
}

/// "Declaration: validity, who declares again and when"
fn valid_until(newest: &Evidence, view: &View<'_>) -> Time {
    let rule = &view.policy.declaration;
    let mut until =
        rule.validity_of(newest.attributes.text("purpose")).end_after(newest.happened_at, &view.policy.zone);
    for condition in &rule.again_after {
        let overtaking = view.like(condition).filter(|item| place(item) > place(newest));
        until = overtaking.map(|item| item.happened_at).fold(until, Time::min);
    }
    until
}

/// "Audit of a declaration: which sources must answer, what each answer gives, what is suspicious"
fn review(newest: &Evidence, view: &View<'_>) -> Option<Review> {
    let audit = &view.policy.declaration.audit;
    let (mut waiting_for, mut suspicious) = (Vec::new(), Vec::new());
    for source in &audit.sources {
        let answers = view.of_kind(Kind::AuditAnswer).filter(|item| item.about == Some(newest.id));
        let last = answers.filter(|item| item.source == source.source).last();
        match last.and_then(|item| item.attributes.text("answer")) {
            None => waiting_for.push(source.source.clone()),
            Some(answer) if source.clean.iter().any(|clean| &**clean == answer) => {}
            Some(answer) => {
                let finding = audit
                    .findings
                    .iter()
                    .find(|finding| finding.source == source.source && &*finding.answer == answer);
                suspicious.push(finding.map_or_else(|| answer.into(), |finding| finding.id.clone()));
            }
        }
    }
    let deadline = audit.deadline.end_after(newest.happened_at, &view.policy.zone);
    (!waiting_for.is_empty() || !suspicious.is_empty()).then_some(Review {
        waiting_for,
        suspicious,
        deadline,
    })
}

/// Every instant at which a declaration could come to stand otherwise.
pub fn instants(view: &View<'_>) -> BTreeSet<Time> {
    let mut instants = BTreeSet::new();
    for declaration in view.of_kind(Kind::Declaration) {
        instants.insert(valid_until(declaration, view));
        instants.insert(
            view.policy.declaration.audit.deadline.end_after(declaration.happened_at, &view.policy.zone),
        );
        let rule = &view.policy.declaration;
        let validity = rule.validity_of(declaration.attributes.text("purpose"));
        instants.insert(validity.end_after(declaration.happened_at, &view.policy.zone));
    }
    instants
}

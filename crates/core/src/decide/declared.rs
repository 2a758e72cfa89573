//! How the newest declaration stands.

use super::{ground::Ground, items::place};
use crate::{
    Evidence, Kind, Standing, Time,
    policy::{AuditOutcome, AuditRule},
    verdict::{DeclarationState, Review},
};
use std::sync::Arc;

/// What the newest declaration gives: a standing other than green, and its state.
pub(crate) struct Declared {
    pub(crate) standing: Option<Standing>,
    pub(crate) state: Option<DeclarationState>,
}

pub(crate) fn declared(ground: &Ground<'_, '_>) -> Declared {
    let Some(declaration) = ground.items.of_kind(Kind::Declaration).next_back() else {
        return Declared { standing: Some(Standing::Undeclared), state: None };
    };
    let until = valid_until(declaration, ground);
    let (review, refused) = review(declaration, ground);
    let standing = standing(until, review.as_ref(), refused, ground);
    let state = DeclarationState { evidence: declaration.id, since: declaration.happened_at, until, review };
    Declared { standing, state: Some(state) }
}

fn standing(
    until: Time,
    review: Option<&Review>,
    refused: bool,
    ground: &Ground<'_, '_>,
) -> Option<Standing> {
    if refused {
        return Some(Standing::Undeclared);
    }
    let audit = &ground.policy.declaration.audit;
    let reviewed = review.map(|review| match ground.now < review.deadline {
        true => Standing::UnderReview,
        false => match audit.outcome {
            AuditOutcome::Unknown => Standing::Unknown,
            AuditOutcome::Undeclared => Standing::Undeclared,
        },
    });
    let expired = (ground.now >= until).then_some(Standing::Expired);
    match (reviewed, expired) {
        (Some(reviewed), Some(expired)) => Some(reviewed.min(expired)),
        (reviewed, expired) => reviewed.or(expired),
    }
}

/// By its purpose's validity, or as soon as something happened after which one has to declare again.
fn valid_until(declaration: &Evidence, ground: &Ground<'_, '_>) -> Time {
    let rule = &ground.policy.declaration;
    let validity = rule.validity_of(declaration.attributes.text("purpose"));
    let runs_out = validity.end_after(declaration.happened_at, ground.zone());
    let overtaken = rule
        .again_after
        .iter()
        .filter_map(|condition| ground.first_like(condition, place(declaration), declaration.happened_at));
    overtaken.map(|item| item.happened_at).fold(runs_out, Time::min)
}

/// The audit while it has not come out clean, and whether an officer refused the declaration.
fn review(declaration: &Evidence, ground: &Ground<'_, '_>) -> (Option<Review>, bool) {
    let audit = &ground.policy.declaration.audit;
    match decision(declaration, ground) {
        Some("accepted") => return (None, false),
        Some("refused") => return (None, true),
        _ => {}
    }
    let mut waiting_for = Vec::new();
    let mut suspicious: Vec<Arc<str>> = Vec::new();
    for source in &audit.sources {
        let clean = |answer: &str| source.clean.iter().any(|clean| &**clean == answer);
        match answer(declaration, &source.source, ground) {
            None => waiting_for.push(Arc::clone(&source.source)),
            Some(answer) if clean(answer) => {}
            Some(answer) => suspicious.push(finding(audit, &source.source, answer)),
        }
    }
    if waiting_for.is_empty() && suspicious.is_empty() {
        return (None, false);
    }
    let deadline = audit.deadline.end_after(declaration.happened_at, ground.zone());
    (Some(Review { waiting_for, suspicious, deadline }), false)
}

/// What an officer last decided about it.
fn decision<'a>(declaration: &Evidence, ground: &Ground<'_, 'a>) -> Option<&'a str> {
    let mut about = ground.items.of_kind(Kind::Decision).filter(|item| item.about == Some(declaration.id));
    about.next_back().and_then(|item| item.attributes.text("outcome"))
}

/// What a source last answered about it.
fn answer<'a>(declaration: &Evidence, source: &str, ground: &Ground<'_, 'a>) -> Option<&'a str> {
    let answers = ground.items.of_kind(Kind::AuditAnswer);
    let mut about = answers.filter(|item| item.about == Some(declaration.id) && &*item.source == source);
    about.next_back().and_then(|item| item.attributes.text("answer"))
}

/// The name of a suspicious answer; an answer that the policy does not name is its own.
fn finding(audit: &AuditRule, source: &str, answer: &str) -> Arc<str> {
    let named =
        audit.findings.iter().find(|finding| &*finding.source == source && &*finding.answer == answer);
    named.map_or_else(|| answer.into(), |finding| Arc::clone(&finding.id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Finding, Period};

    #[test]
    fn a_finding_is_named_by_its_source_and_answer_together() {
        let finding = |id: &str, source: &str, answer: &str| Finding {
            id: id.into(),
            source: source.into(),
            answer: answer.into(),
        };
        let audit = AuditRule {
            sources: Vec::new(),
            findings: vec![
                finding("contact-concealed", "contact-tracing", "differs"),
                finding("case-concealed", "case-register", "differs"),
                finding("stay-concealed", "case-register", "stayed"),
            ],
            deadline: Period::Days(1),
            owner: "desk".into(),
            outcome: AuditOutcome::Unknown,
        };
        let named = |source, answer| super::finding(&audit, source, answer);
        assert_eq!(&*named("case-register", "differs"), "case-concealed");
        assert_eq!(&*named("contact-tracing", "differs"), "contact-concealed");
        assert_eq!(&*named("case-register", "stayed"), "stay-concealed");
        assert_eq!(&*named("contact-tracing", "stayed"), "stayed", "what nobody named is its own name");
    }
}

//! Suspicious declarations that wait for an officer, by deadline.

use super::{
    desk::{self, PAGE},
    person::written,
};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::audits,
        show,
        view::{
            form::Answers,
            page::Link,
            part::{Cell, Fact},
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, Query, State};
use kangma_core::{Evidence, EvidenceId, Time};
use kangma_service::{Refused, audit_declaration::ReviewOutcome, for_decision::ReviewSeen};
use kangma_store::{AuditReview, ReviewState};
use serde::Deserialize;

const LIST: &str = "/authority/audits";

/// Where a list by deadline goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct After {
    #[serde(default)]
    pub after: String,
    #[serde(default)]
    pub state: String,
}

impl After {
    /// A time and a number, as [`After::address`] wrote them.
    pub fn place<I: std::str::FromStr>(&self) -> Option<(Time, I)> {
        let (time, id) = self.after.split_once('.')?;
        Some((Time(time.parse().ok()?), id.parse().ok()?))
    }

    /// The address of what comes after.
    pub fn address(list: &str, time: Time, id: impl std::fmt::Display) -> String {
        format!("{list}?after={}.{id}", time.0)
    }
}

pub(super) async fn queue(State(app): State<App>, visitor: Visitor, Query(after): Query<After>) -> Shown {
    let actor = desk::staff(&visitor)?;
    let reviews = app.service.reviews(actor, ReviewState::Suspicious, after.place(), PAGE).await?;
    let names = reviews.iter().map(|review| review.person).collect();
    let names = app.service.masked_names(actor, names).await?;
    let heads = ["name", "audit-found", "since", "deadline", "district"];
    let mut table = desk::table(&visitor, "audits", &heads, "audits-none");
    table.rows = reviews
        .iter()
        .map(|review| row(&app, &visitor, review, names.get(&review.person).map_or("", String::as_str)))
        .collect();
    let last = reviews.last().filter(|_| reviews.len() == PAGE);
    table.next = last.map(|last| After::address(LIST, last.deadline, last.declaration));
    show(&audits::queue(desk::page(&visitor, visitor.t.s("audits")), table))
}

fn row(app: &App, visitor: &Visitor, review: &AuditReview, name: &str) -> Vec<Cell> {
    let clock = visitor.clockface();
    let found: Vec<String> = review.findings.iter().map(|finding| found(app, visitor, finding)).collect();
    let name = if name.is_empty() { review.declaration.to_string() } else { name.to_owned() };
    vec![
        Link::to(format!("{LIST}/{}", review.declaration), name).into(),
        found.join("; ").into(),
        clock.moment(review.since).into(),
        clock.end(review.deadline).into(),
        review.district.clone().unwrap_or_default().into(),
    ]
}

fn found(app: &App, visitor: &Visitor, finding: &str) -> String {
    desk::policy_text(app, visitor, &format!("finding.{finding}")).unwrap_or_else(|| finding.to_owned())
}

pub(super) async fn audit(
    State(app): State<App>,
    visitor: Visitor,
    Path(declaration): Path<EvidenceId>,
) -> Shown {
    let seen = app.service.review_seen(desk::staff(&visitor)?, declaration).await?;
    show(&sheet(&app, &visitor, &seen, &Answers::default()))
}

fn sheet(app: &App, visitor: &Visitor, seen: &ReviewSeen, answers: &Answers) -> Sheet {
    let t = visitor.t;
    let person = Link::to(format!("/authority/people/{}", seen.review.person), seen.person.name.clone());
    let mut facts = vec![Fact::new(t.s("name"), person)];
    facts.push(Fact::new(t.s("deadline"), visitor.clockface().end(seen.review.deadline)));
    facts.extend(
        seen.review.findings.iter().map(|one| Fact::new(t.s("audit-found"), found(app, visitor, one))),
    );
    facts.extend(
        seen.known
            .iter()
            .map(|item| Fact::new(desk::word(visitor, "kind", item.kind.as_str()), said(app, visitor, item))),
    );
    let declared = seen
        .declaration
        .attributes
        .iter()
        .map(|(name, value)| Fact::new(question(app, visitor, name), written(visitor, value)));
    let page = desk::page(visitor, t.s("audit-title"));
    audits::audit(page, &seen.review.declaration.to_string(), facts, declared.collect(), answers)
}

/// A question in the policy's words.
fn question(app: &App, visitor: &Visitor, name: &str) -> String {
    let own = desk::policy_text(app, visitor, &format!("question.{name}"));
    own.unwrap_or_else(|| desk::word(visitor, "attribute", name))
}

/// What an item says, in one line.
pub(super) fn said(_: &App, visitor: &Visitor, item: &Evidence) -> String {
    let said = item.attributes.iter().map(|(name, value)| {
        format!("{}: {}", desk::word(visitor, "attribute", name), written(visitor, value))
    });
    let said: Vec<String> = said.collect();
    format!("{} · {}", visitor.clockface().moment(item.happened_at).text, said.join(" · "))
}

pub(super) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Path(declaration): Path<EvidenceId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let outcome = match posted.one("answer") {
        "clean" => Ok(ReviewOutcome::Accept),
        "declare-again" => Ok(ReviewOutcome::Reject),
        "finding" => return see(&format!("/authority/orders/finding?declaration={declaration}")),
        _ => Err(Refused::field("answer", "required")),
    };
    let reason = posted.one("reason").to_owned();
    let outcome = outcome.and_then(|outcome| {
        if reason.is_empty() { Err(Refused::field("reason", "required")) } else { Ok(outcome) }
    });
    let tried = match outcome {
        Ok(outcome) => app.service.decide_review(actor, declaration, outcome, reason).await,
        Err(refused) => Err(refused),
    };
    match tried {
        Ok(_) => see(LIST),
        Err(refused) => {
            let seen = app.service.review_seen(actor, declaration).await?;
            desk::again(refused, &posted, &visitor, |answers| sheet(&app, &visitor, &seen, answers))
        }
    }
}

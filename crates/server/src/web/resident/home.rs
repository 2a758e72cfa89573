//! The first screen: may I go, until when, what do I do now.

use super::{Own, initials, shown_name, words::Words};
use crate::{
    app::App,
    web::{
        Shown, Trouble, Visitor, picture, show_and_keep,
        view::{
            look::Look,
            page::Link,
            resident::{Home, Relative, Task},
        },
    },
};
use axum::{
    extract::{Path, State},
    response::Response,
};
use kangma_core::{PersonId, Standing, Verdict, policy::Due, verdict::DeclarationState};
use kangma_credential::symbol;
use kangma_service::Refused;

pub(super) async fn show_home(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
) -> Shown {
    page(&app, &visitor, person).await
}

/// The page of one person's code.
pub(in crate::web) async fn page(app: &App, visitor: &Visitor, person: PersonId) -> Shown {
    let own = Own::find(app, visitor, person).await?;
    let verdict = app.service.verdict(&own.actor, person).await?;
    let words = Words::new(app, visitor);
    show_and_keep(&home(app, visitor, &own, &verdict, &words))
}

fn home(app: &App, visitor: &Visitor, own: &Own, verdict: &Verdict, words: &Words) -> Home {
    let (t, clock, base) = (visitor.t, visitor.clockface(), &own.base);
    let mut page = own.page(visitor, t.s("nav-code"));
    let has_code = own.profile.identified && verdict.standing != Standing::Undeclared;
    if has_code {
        page.scripts = vec!["code.js"];
    }
    let sources = words.sources(&verdict.as_of, &clock);
    let as_of: Vec<String> = sources
        .iter()
        .map(|source| t.a2("source-line", ("name", &source.name), ("as-of", &source.as_of)))
        .collect();
    let tag = |tag: &kangma_core::verdict::Tag| words.texts().tag(&tag.tag).to_owned();
    Home {
        page,
        holder: own.holder(visitor),
        family: own.family.iter().map(|one| relative(visitor, one, own.id())).collect(),
        look: Look::of(t, verdict.standing),
        until: until(visitor, verdict),
        now_what: now_what(visitor, verdict, words),
        help: help(app, visitor, verdict.standing),
        tasks: tasks(visitor, own, verdict, words),
        tags: verdict.tags.iter().map(tag).collect(),
        qr: has_code.then(|| format!("{base}/code.svg")),
        first: first(visitor, own, verdict.standing),
        at: clock.moment(visitor.now).text,
        as_of: as_of.join(" · "),
        why: format!("{base}/why"),
        why_not: format!("{base}/why-not"),
        correct: format!("{base}/correct"),
        renew: renewable(visitor, verdict).then(|| format!("{base}/renew")),
    }
}

fn relative(visitor: &Visitor, one: &kangma_service::persons::Profile, here: PersonId) -> Relative {
    Relative {
        href: format!("/persons/{}", one.person),
        name: shown_name(visitor, one),
        initials: initials(&one.name),
        here: one.person == here,
    }
}

/// Until when it holds: a green as long as its declaration, a colour until its reasons are expected to end.
fn until(visitor: &Visitor, verdict: &Verdict) -> String {
    let (t, clock) = (visitor.t, visitor.clockface());
    let declared = verdict.declaration.as_ref().map(|declared| declared.until);
    match verdict.standing {
        Standing::Green => {
            declared.map_or_else(String::new, |until| t.a("valid-until", "time", clock.end(until).text))
        }
        Standing::Red | Standing::Yellow => {
            let colour = |reason: &&kangma_core::verdict::Reason| {
                super::words::standing_of(&reason.effect) == Some(verdict.standing)
            };
            let ends: Option<Vec<_>> =
                verdict.reasons.iter().filter(colour).map(|reason| reason.expected_end).collect();
            match ends.and_then(|ends| ends.into_iter().max()) {
                Some(end) => t.a("until-expected", "day", clock.date_of(end).text),
                None => t.s("until-open"),
            }
        }
        Standing::UnderReview => {
            let review = verdict.declaration.as_ref().and_then(|declared| declared.review.as_ref());
            review.map_or_else(String::new, |review| {
                t.a("until-review", "time", clock.end(review.deadline).text)
            })
        }
        Standing::Expired => {
            declared.map_or_else(String::new, |until| t.a("expired-since", "time", clock.end(until).text))
        }
        Standing::Undeclared => t.s("valid-until-no-code"),
        Standing::Unknown => t.s("until-unknown"),
    }
}

/// One sentence. For a colour it is the remedy of its gravest reason.
fn now_what(visitor: &Visitor, verdict: &Verdict, words: &Words) -> String {
    let gravest = verdict.reasons.first().map(|reason| words.remedy(&reason.rule));
    match (verdict.standing, gravest) {
        (Standing::Red | Standing::Yellow, Some(remedy)) if !remedy.is_empty() => remedy,
        (standing, _) => visitor.t.s(&format!("now-{standing}")),
    }
}

/// A red page helps before it orders.
fn help(app: &App, visitor: &Visitor, standing: Standing) -> Vec<Link> {
    let t = visitor.t;
    if !matches!(standing, Standing::Red | Standing::Yellow) {
        return Vec::new();
    }
    let call = app.desk_phone.as_deref().map(|phone| {
        let digits: String = phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        Link::to(format!("tel:{digits}"), t.s("help-link-call"))
    });
    let food = [Link::to("/help", t.s("help-link-food")), Link::to("/help", t.s("help-link-medicine"))];
    call.into_iter().chain(food).collect()
}

fn tasks(visitor: &Visitor, own: &Own, verdict: &Verdict, words: &Words) -> Vec<Task> {
    let clock = visitor.clockface();
    let is_check_in =
        |duty: &str| words.policy.duties.iter().any(|rule| *rule.id == *duty && rule.due == Due::CheckIn);
    let mut told: Vec<(&str, bool)> = Vec::new();
    let mut tasks = Vec::new();
    for duty in &verdict.duties {
        let daily = is_check_in(&duty.duty);
        // Yesterday's check-in and today's are two tasks; one duty of two reasons is one.
        let key = (&*duty.duty, daily && duty.overdue);
        if told.contains(&key) {
            continue;
        }
        told.push(key);
        let text = words.texts().duty(&duty.duty).to_owned();
        tasks.push(Task {
            text: if key.1 { visitor.t.s("check-in-late") } else { text },
            due: duty.due.map(|due| clock.end(due)),
            overdue: duty.overdue,
            act: daily.then(|| Link::to(format!("{}/check-in", own.base), visitor.t.s("nav-check-in"))),
        });
    }
    tasks
}

fn first(visitor: &Visitor, own: &Own, standing: Standing) -> Option<(String, String)> {
    let t = visitor.t;
    match standing {
        _ if !own.profile.identified => Some((format!("{}/identify", own.base), t.s("declare-start"))),
        Standing::Undeclared => Some((format!("{}/declare", own.base), t.s("declare-start"))),
        Standing::Expired => Some((format!("{}/declare", own.base), t.s("declare-again"))),
        _ => None,
    }
}

/// Renewing is offered in the second half of a declaration's life and after it.
fn renewable(visitor: &Visitor, verdict: &Verdict) -> bool {
    let late = |declared: &DeclarationState| {
        let (whole, gone) = (declared.until - declared.since, visitor.now - declared.since);
        gone.0.saturating_mul(2) >= whole.0
    };
    matches!(verdict.standing, Standing::Green | Standing::Expired | Standing::Unknown)
        && verdict.declaration.as_ref().is_some_and(late)
}

/// A code that the server makes, for a browser without script.
pub(super) async fn code(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
) -> Result<Response, Trouble> {
    let own = Own::find(&app, &visitor, person).await?;
    let (code, _) = app.service.server_code(&own.actor, person).await?;
    let symbol = symbol(&code.text).map_err(|_| Refused::NoSigningKey)?;
    Ok(picture(symbol.svg(&visitor.t.s("qr-label"))))
}

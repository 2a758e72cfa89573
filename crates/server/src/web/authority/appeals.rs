//! Appeals, by deadline, and one appeal to decide.

use super::{
    audits::{After, said},
    desk::{self, PAGE},
};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::appeals,
        show,
        view::{
            form::Answers,
            page::Link,
            part::{Cell, Fact},
            sheet::{Part, Sheet},
        },
    },
};
use axum::extract::{Path, Query, State};
use kangma_service::{Refused, appeal::AppealOutcome, for_decision::AppealSeen};
use kangma_store::{Appeal, AppealId, AppealState};

const LIST: &str = "/authority/appeals";

pub(super) async fn list(State(app): State<App>, visitor: Visitor, Query(after): Query<After>) -> Shown {
    let actor = desk::staff(&visitor)?;
    let t = visitor.t;
    let all = app.service.appeals_open(actor, after.place(), PAGE).await?;
    // By deadline: after one that is not overdue, none is.
    let wanted = |appeal: &&Appeal| match after.state.as_str() {
        "overdue" => appeal.deadline <= visitor.now,
        _ => true,
    };
    let last = all.last().filter(|last| all.len() == PAGE && wanted(last));
    let next = last.map(|last| After::address(LIST, last.deadline, last.id));
    let shown: Vec<&Appeal> = all.iter().filter(wanted).collect();
    let names = app.service.masked_names(actor, shown.iter().map(|one| one.person).collect()).await?;
    let heads = ["appeal-number", "name", "rule", "made-at", "deadline", "owner"];
    let mut table = desk::table(&visitor, "appeals", &heads, "appeals-none");
    table.rows = shown
        .iter()
        .map(|one| row(&app, &visitor, one, names.get(&one.person).map_or("–", String::as_str)))
        .collect();
    table.next = next.map(|next| format!("{next}&state={}", after.state));
    let states = desk::filter(&visitor, &[("overdue", "overdue")], &after.state);
    show(&appeals::list(desk::page(&visitor, t.s("appeals")), states, table))
}

fn row(app: &App, visitor: &Visitor, one: &Appeal, name: &str) -> Vec<Cell> {
    let clock = visitor.clockface();
    let late = if one.deadline <= visitor.now { visitor.t.s("overdue") } else { String::new() };
    let deadline = format!("{} {late}", clock.end(one.deadline).text);
    vec![
        Link::to(format!("{LIST}/{}", one.id), appeals::number(one.id)).into(),
        name.into(),
        desk::rule(app, visitor, &one.rule).into(),
        clock.moment(one.made_at).into(),
        deadline.trim().into(),
        owner(app, visitor, &one.owner).into(),
    ]
}

fn owner(app: &App, visitor: &Visitor, owner: &str) -> String {
    let own = desk::policy_text(app, visitor, &format!("owner.{owner}"));
    own.unwrap_or_else(|| desk::word(visitor, "owner", owner))
}

pub(super) async fn appeal(State(app): State<App>, visitor: Visitor, Path(appeal): Path<AppealId>) -> Shown {
    let seen = app.service.appeal_seen(desk::staff(&visitor)?, appeal).await?;
    show(&sheet(&app, &visitor, &seen, &Answers::default()))
}

fn sheet(app: &App, visitor: &Visitor, seen: &AppealSeen, answers: &Answers) -> Sheet {
    let (t, clock, one) = (visitor.t, visitor.clockface(), &seen.appeal);
    let person = Link::to(format!("/authority/people/{}", one.person), seen.person.name.clone());
    let mut facts = vec![
        Fact::new(t.s("name"), person),
        Fact::new(t.s("rule"), desk::rule(app, visitor, &one.rule)),
        Fact::new(t.s("appeal-words"), one.text.0.clone()),
        Fact::new(t.s("made-at"), clock.moment(one.made_at)),
        Fact::new(t.s("deadline"), clock.end(one.deadline)),
        Fact::new(t.s("owner"), owner(app, visitor, &one.owner)),
    ];
    if let Some(trigger) = &seen.trigger {
        facts
            .push(Fact::new(desk::word(visitor, "kind", trigger.kind.as_str()), said(app, visitor, trigger)));
    }
    let page = desk::page(visitor, format!("{} {}", t.s("appeal-officer-title"), appeals::number(one.id)));
    let mut sheet = appeals::appeal(page, &one.id.to_string(), facts, answers);
    if one.state == AppealState::Decided || seen.own_hand {
        sheet.parts.truncate(1);
    }
    if one.state != AppealState::Decided && seen.own_hand {
        sheet = sheet.with(Part::Text(t.s("appeal-own-hand")));
    }
    sheet
}

pub(super) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Path(appeal): Path<AppealId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let outcome = match posted.one("outcome") {
        "uphold" => Ok(AppealOutcome::Reject),
        "release" => Ok(AppealOutcome::Release),
        "withdraw" => Ok(AppealOutcome::Withdraw),
        _ => Err(Refused::field("outcome", "required")),
    };
    let tried = match outcome {
        Ok(outcome) => {
            app.service.decide_appeal(actor, appeal, outcome, posted.one("answer").to_owned()).await
        }
        Err(refused) => Err(refused),
    };
    match tried {
        Ok(()) => see(LIST),
        Err(refused) => {
            let seen = app.service.appeal_seen(actor, appeal).await?;
            desk::again(refused, &posted, &visitor, |answers| sheet(&app, &visitor, &seen, answers))
        }
    }
}

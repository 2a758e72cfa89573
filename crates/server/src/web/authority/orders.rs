//! Manual orders and findings of a false statement: one officer proposes, another confirms.

use super::desk::{self, PAGE};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::orders,
        show,
        view::{
            form::{Answers, Choice},
            page::Link,
            part::{Cell, Fact, Table},
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, Query, State};
use kangma_core::{EvidenceId, Kind, PersonId, Window, policy::AttributeType};
use kangma_service::{
    Actor, Refused,
    for_decision::ProposalSeen,
    forms::{FindingForm, IsolationPlace, OrderForm, Ordered},
    order::orders_isolation,
};
use kangma_store::{Proposal, ProposalId, ProposalKind, ProposalState};
use serde::Deserialize;

const LIST: &str = "/authority/orders";

/// Where each of the two lists goes on.
#[derive(Debug, Default, Deserialize)]
pub(super) struct From {
    #[serde(default)]
    waiting: String,
    #[serde(default)]
    live: String,
}

pub(super) async fn list(State(app): State<App>, visitor: Visitor, Query(from): Query<From>) -> Shown {
    let waiting = proposals(&app, &visitor, ProposalState::Proposed, "waiting", &from.waiting).await?;
    let live = proposals(&app, &visitor, ProposalState::Confirmed, "live", &from.live).await?;
    show(&orders::list(desk::page(&visitor, visitor.t.s("orders")), waiting, live))
}

async fn proposals(
    app: &App,
    visitor: &Visitor,
    state: ProposalState,
    name: &str,
    after: &str,
) -> Result<Table, crate::web::Trouble> {
    let actor = desk::staff(visitor)?;
    let live = state == ProposalState::Confirmed;
    let found = app.service.proposals(actor, state, live, after.parse().ok(), PAGE).await?;
    let names = app.service.masked_names(actor, found.iter().map(|one| one.person).collect()).await?;
    let heads = ["name", "order-what", "order-ground", "order-until", "proposed-at"];
    let mut table = desk::table(visitor, &format!("orders-{name}"), &heads, "orders-none");
    let last = found.last().filter(|_| found.len() == PAGE);
    table.next = last.map(|last| format!("{LIST}?{name}={}", last.id));
    table.rows = found
        .iter()
        .map(|one| row(visitor, one, names.get(&one.person).map_or("–", String::as_str)))
        .collect();
    Ok(table)
}

fn row(visitor: &Visitor, one: &Proposal, name: &str) -> Vec<Cell> {
    let clock = visitor.clockface();
    vec![
        Link::to(format!("{LIST}/{}", one.id), name).into(),
        what(visitor, one).into(),
        ground(visitor, one).into(),
        one.until.map_or(Cell::Text("–".into()), |until| clock.end(until).into()),
        clock.moment(one.proposed_at).into(),
    ]
}

fn what(visitor: &Visitor, one: &Proposal) -> String {
    let kind = match one.kind {
        ProposalKind::ManualOrder => Kind::ManualOrder,
        ProposalKind::IsolationOrder => Kind::IsolationOrder,
        ProposalKind::FalseStatement => Kind::FalseStatement,
    };
    if let Some(place) = &one.place {
        return desk::word(visitor, "isolation", place);
    }
    let kind = desk::word(visitor, "kind", kind.as_str());
    let level = one.level.as_ref().map(|level| desk::word(visitor, "level", level));
    level.map_or(kind.clone(), |level| format!("{kind}: {level}"))
}

fn ground(visitor: &Visitor, one: &Proposal) -> String {
    desk::word(visitor, "ground", &one.ground)
}

pub(super) async fn order(
    State(app): State<App>,
    visitor: Visitor,
    Path(proposal): Path<ProposalId>,
) -> Shown {
    let seen = app.service.proposal_seen(desk::staff(&visitor)?, proposal).await?;
    show(&sheet(&visitor, &seen, &Answers::default()))
}

fn sheet(visitor: &Visitor, seen: &ProposalSeen, answers: &Answers) -> Sheet {
    let one = &seen.proposal;
    let (page, id) = (desk::page(visitor, visitor.t.s("order-title")), one.id.to_string());
    let facts = facts(visitor, seen);
    let own = visitor.actor.as_ref().and_then(Actor::account) == Some(one.proposed_by);
    match one.state {
        ProposalState::Proposed => orders::proposal(page, &id, facts, !own, answers),
        ProposalState::Confirmed => orders::live(page, &id, facts, answers),
        _ => Sheet::titled(page)
            .back(LIST, visitor.t.s("orders"))
            .with(crate::web::view::part::Facts { facts }),
    }
}

fn facts(visitor: &Visitor, seen: &ProposalSeen) -> Vec<Fact> {
    let (t, clock, one) = (visitor.t, visitor.clockface(), &seen.proposal);
    let person = Link::to(format!("/authority/people/{}", one.person), seen.person.name.clone());
    let mut facts = vec![
        Fact::new(t.s("name"), person),
        Fact::new(t.s("order-what"), what(visitor, one)),
        Fact::new(t.s("order-ground"), ground(visitor, one)),
        Fact::new(t.s("proposed-by"), seen.proposed_by.clone()),
        Fact::new(t.s("proposed-at"), clock.moment(one.proposed_at)),
        Fact::new(t.s("state"), desk::word(visitor, "order-state", one.state.as_str())),
    ];
    facts.extend(one.until.map(|until| Fact::new(t.s("order-until"), clock.end(until))));
    facts.extend(one.check_ins.map(|count| Fact::new(t.s("order-check-ins"), count.to_string())));
    facts.extend(one.text.as_ref().map(|text| Fact::new(t.s("order-explanation"), text.0.clone())));
    facts.extend(one.heard_at.map(|heard| Fact::new(t.s("finding-heard-at"), clock.moment(heard))));
    facts.extend(one.about.map(|about| Fact::new(t.s("finding-declaration"), super::person::number(about))));
    facts
}

pub(super) async fn decide(
    State(app): State<App>,
    visitor: Visitor,
    Path(proposal): Path<ProposalId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let service = &app.service;
    let tried = match posted.one("answer") {
        "confirm" => service.confirm_proposal(actor, proposal).await.map(drop),
        "refuse" => service.refuse_proposal(actor, proposal).await,
        "end" => service.lift_order(actor, proposal, false).await,
        "withdraw" => service.lift_order(actor, proposal, true).await,
        _ => Err(Refused::field("answer", "required")),
    };
    match tried {
        Ok(()) => see(LIST),
        Err(refused) => {
            let seen = service.proposal_seen(actor, proposal).await?;
            desk::again(refused, &posted, &visitor, |answers| sheet(&visitor, &seen, answers))
        }
    }
}

pub(super) async fn ask_order(State(app): State<App>, visitor: Visitor) -> Shown {
    desk::staff(&visitor)?;
    show(&order_sheet(&app, &visitor, &Answers::default()))
}

fn order_sheet(app: &App, visitor: &Visitor, answers: &Answers) -> Sheet {
    let levels = words(app, visitor, "level").into_iter();
    let levels = levels.map(|level| Choice::new(level.clone(), desk::word(visitor, "level", &level)));
    let apart = |place: IsolationPlace| {
        let word = format!("isolation-{}", place.as_str());
        Choice::new(word.clone(), visitor.t.s(&word)).hint(visitor.t.s(&format!("{word}-hint")))
    };
    let rules = app.service.rules();
    let isolates = orders_isolation(rules.policy(visitor.now));
    let apart = IsolationPlace::ALL.map(apart).into_iter().filter(|_| isolates);
    let page = desk::page(visitor, visitor.t.s("order-new-title"));
    orders::order(page, levels.chain(apart).collect(), desk::documents(visitor), answers)
}

/// The words that the policy allows for an attribute of a manual order.
fn words(app: &App, visitor: &Visitor, attribute: &str) -> Vec<String> {
    let rules = app.service.rules();
    let policy = rules.policy(visitor.now);
    match policy.attributes.get(&(Kind::ManualOrder, attribute.into())) {
        Some(AttributeType::Word(words)) => words.iter().map(ToString::to_string).collect(),
        _ => vec!["red".to_owned(), "yellow".to_owned()],
    }
}

/// The person with the document that the form names.
async fn person(app: &App, actor: &Actor, posted: &Posted) -> Result<PersonId, Refused> {
    let number = posted.one("document-number").to_owned();
    if number.is_empty() {
        return Err(Refused::field("document-number", "required"));
    }
    let found = app.service.find_persons(actor, number).await?;
    found.first().map(|one| one.person).ok_or_else(|| Refused::field("document-number", "unknown-person"))
}

pub(super) async fn propose_order(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match order_form(&app, actor, &visitor, &posted).await {
        Ok(form) => app.service.propose_order(actor, form).await,
        Err(refused) => Err(refused),
    };
    match tried {
        Ok(proposal) => see(&format!("{LIST}/{proposal}")),
        Err(refused) => {
            desk::again(refused, &posted, &visitor, |answers| order_sheet(&app, &visitor, answers))
        }
    }
}

async fn order_form(
    app: &App,
    actor: &Actor,
    visitor: &Visitor,
    posted: &Posted,
) -> Result<OrderForm, Refused> {
    let person = person(app, actor, posted).await?;
    let until = desk::moment(posted, visitor, "until")?.ok_or_else(|| Refused::field("until", "required"))?;
    let level = posted.given("level").ok_or_else(|| Refused::field("level", "required"))?;
    let apart =
        IsolationPlace::ALL.into_iter().find(|place| level == format!("isolation-{}", place.as_str()));
    let window = Window::new(visitor.now, until);
    Ok(OrderForm {
        person,
        order: apart.map_or_else(|| Ordered::Level(level.to_owned()), Ordered::Isolation),
        ground: posted.one("ground").to_owned(),
        explanation: posted.one("explanation").to_owned(),
        window: window.ok_or_else(|| Refused::field("until", "ends-before-it-begins"))?,
        check_ins: posted.read("check-ins", "not-a-number")?,
    })
}

#[derive(Debug, Default, Deserialize)]
pub(super) struct About {
    #[serde(default)]
    declaration: String,
}

pub(super) async fn ask_finding(visitor: Visitor, Query(about): Query<About>) -> Shown {
    desk::staff(&visitor)?;
    show(&finding_sheet(&visitor, &Answers::default().with("declaration", about.declaration)))
}

fn finding_sheet(visitor: &Visitor, answers: &Answers) -> Sheet {
    let page = desk::page(visitor, visitor.t.s("finding-new-title"));
    orders::finding(page, desk::documents(visitor), answers)
}

pub(super) async fn propose_finding(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match finding_form(&app, actor, &visitor, &posted).await {
        Ok(form) => app.service.propose_finding(actor, form).await,
        Err(refused) => Err(refused),
    };
    match tried {
        Ok(proposal) => see(&format!("{LIST}/{proposal}")),
        Err(Refused::NotFound) => {
            let refused = Refused::field("declaration", "unknown-declaration");
            desk::again(refused, &posted, &visitor, |answers| finding_sheet(&visitor, answers))
        }
        Err(refused) => desk::again(refused, &posted, &visitor, |answers| finding_sheet(&visitor, answers)),
    }
}

async fn finding_form(
    app: &App,
    actor: &Actor,
    visitor: &Visitor,
    posted: &Posted,
) -> Result<FindingForm, Refused> {
    let declaration = declaration(posted.one("declaration"))?;
    let unknown = || Refused::field("declaration", "unknown-declaration");
    let person = app.service.declarer(actor, declaration).await?.ok_or_else(unknown)?;
    if let Some(number) = posted.given("document-number") {
        let named = app.service.find_persons(actor, number.to_owned()).await?;
        if !named.iter().any(|one| one.person == person) {
            return Err(Refused::field("document-number", "unknown-person"));
        }
    }
    let heard = desk::moment(posted, visitor, "heard-at")?;
    let statement = posted.given("statement").ok_or_else(|| Refused::field("statement", "required"))?;
    let published = posted.given("published").ok_or_else(|| Refused::field("published", "required"))?;
    Ok(FindingForm {
        person,
        declaration,
        heard_at: heard.ok_or_else(|| Refused::field("heard-at", "required"))?,
        explanation: format!("{statement}\n\n{published}"),
    })
}

/// The number of a declaration, whole or as a person's file writes it.
fn declaration(text: &str) -> Result<EvidenceId, Refused> {
    if text.is_empty() {
        return Err(Refused::field("declaration", "required"));
    }
    let hex = text.strip_prefix("E-").unwrap_or(text);
    u64::from_str_radix(hex, 16)
        .map(EvidenceId)
        .map_err(|_| Refused::field("declaration", "unknown-declaration"))
}

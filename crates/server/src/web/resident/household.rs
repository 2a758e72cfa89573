//! Who lives with whom: proposed by one, confirmed by the other, ended by either; and time spent apart.

use super::{Own, shown_name};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::family as sheets,
        show, show_again,
        trouble::beside_fields,
        view::{
            form::{Answers, Choice},
            page::Link,
            part::{Cell, Table},
        },
    },
};
use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use kangma_core::PersonId;
use kangma_service::{Refused, households::LinkView};
use kangma_store::LinkId;

const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/family/household", get(ask).post(propose))
        .route("/family/household/{link}/confirm", post(confirm))
        .route("/family/household/{link}/end", post(end))
        .route("/family/apart", get(ask_apart).post(apart))
}

/// The links of everybody in the family, each with what can be done about it.
pub(super) async fn table(app: &App, visitor: &Visitor, own: &Own) -> Result<Table, Refused> {
    let t = visitor.t;
    let mut rows = Vec::new();
    let mut seen = Vec::new();
    for one in &own.family {
        for link in app.service.links(&own.actor, one.person).await? {
            // A link between two of one's own family shows once.
            if !seen.contains(&link.link) {
                seen.push(link.link);
                rows.push(row(visitor, &shown_name(visitor, one), &link));
            }
        }
    }
    Ok(Table {
        t,
        caption: t.s("household"),
        heads: vec![t.s("name"), t.s("household-with"), t.s("state"), t.s("change")],
        rows,
        none: t.s("household-none"),
        next: None,
    })
}

fn row(visitor: &Visitor, name: &str, link: &LinkView) -> Vec<Cell> {
    let t = visitor.t;
    let act = |what: &str, label: &str| Cell::Act {
        action: format!("/family/household/{}/{what}", link.link),
        csrf: visitor.csrf.clone(),
        label: t.s(label),
    };
    let state = match (link.confirmed, link.waits_for_own) {
        (true, _) => t.s("household-live").into(),
        (false, true) => act("confirm", "household-confirm"),
        (false, false) => t.s("household-waiting").into(),
    };
    let with = match link.other {
        Some(other) => {
            Cell::Link(Link::to(format!("/persons/{}/compare/{other}", link.own), &link.other_name))
        }
        None if link.waits_for_own => link.other_name.as_str().into(),
        None => t.a("household-asked-by", "digits", &link.phone_end).into(),
    };
    vec![
        name.into(),
        with,
        state,
        act("end", if link.waits_for_own { "family-offer-decline" } else { "household-end" }),
    ]
}

fn people(visitor: &Visitor, own: &Own) -> Vec<Choice> {
    own.family.iter().map(|one| Choice::new(one.person.to_string(), shown_name(visitor, one))).collect()
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Shown {
    let own = Own::find(&app, &visitor, visitor.resident()?).await?;
    let page = own.page(&visitor, visitor.t.s("household-title"));
    show(&sheets::propose(page, people(&visitor, &own), &Answers::default()))
}

async fn propose(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let own = Own::find(&app, &visitor, visitor.resident()?).await?;
    match proposed(&app, &own, &posted).await {
        Ok(()) => see("/family"),
        Err(refused) => {
            let answers = beside_fields(refused, posted.answers(), &visitor)?;
            let page = own.page(&visitor, visitor.t.s("household-title"));
            show_again(&sheets::propose(page, people(&visitor, &own), &answers))
        }
    }
}

/// With somebody of one's own family at once; with the holder of a telephone when they confirm.
async fn proposed(app: &App, own: &Own, posted: &Posted) -> Result<(), Refused> {
    let person: PersonId = posted.need("person", "required")?;
    if let Some(member) = posted.read::<PersonId>("member", "required")? {
        return app.service.link_own(&own.actor, person, member).await.map(drop);
    }
    let ticked: Vec<&str> = posted.all("days").collect();
    let digits: String = (1..=7)
        .zip(DAYS)
        .filter(|(_, day)| ticked.contains(day))
        .map(|(number, _): (u8, _)| number.to_string())
        .collect();
    let days = Some(digits).filter(|digits| !digits.is_empty());
    app.service.propose_link(&own.actor, person, posted.one("phone").to_owned(), days).await.map(drop)
}

async fn confirm(State(app): State<App>, visitor: Visitor, Path(link): Path<LinkId>, _: Posted) -> Shown {
    visitor.resident()?;
    app.service.confirm_link(visitor.actor()?, link).await?;
    see("/family")
}

async fn end(State(app): State<App>, visitor: Visitor, Path(link): Path<LinkId>, _: Posted) -> Shown {
    visitor.resident()?;
    app.service.end_link(visitor.actor()?, link).await?;
    see("/family")
}

async fn ask_apart(State(app): State<App>, visitor: Visitor) -> Shown {
    let own = Own::find(&app, &visitor, visitor.resident()?).await?;
    let page = own.page(&visitor, visitor.t.s("apart-title"));
    show(&sheets::apart(page, people(&visitor, &own), &Answers::default()))
}

async fn apart(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let own = Own::find(&app, &visitor, visitor.resident()?).await?;
    let done = match (posted.need("person", "required"), posted.whole_days(&visitor.zone)) {
        (Ok(person), Ok(window)) => app.service.record_separation(&own.actor, person, window).await,
        (Err(refused), _) | (_, Err(refused)) => Err(refused),
    };
    match done {
        Ok(()) => see("/family"),
        Err(refused) => {
            let answers = beside_fields(refused, posted.answers(), &visitor)?;
            let page = own.page(&visitor, visitor.t.s("apart-title"));
            show_again(&sheets::apart(page, people(&visitor, &own), &answers))
        }
    }
}

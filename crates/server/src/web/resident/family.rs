//! The people whose codes one holds.

use super::{Own, district_field, districts, documents, household, identify::identity, shown_name};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::family,
        show, show_again,
        trouble::beside_fields,
        view::{
            form::{Answers, Field, Form},
            look::Look,
            page::Link,
            part::{Cell, Table},
            sheet::{Part, Sheet},
        },
    },
};
use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use kangma_core::PersonId;
use kangma_service::{Refused, asked::Offer};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/family", get(list))
        .route("/family/add", get(ask).post(add))
        .route("/family/{person}/share", get(ask_share).post(share))
        .route("/family/{person}/accept", post(accept))
        .route("/family/{person}/take-back", post(take_back))
        .route("/family/{person}/end", post(end))
}

async fn list(State(app): State<App>, visitor: Visitor) -> Shown {
    let own = Own::find(&app, &visitor, visitor.resident()?).await?;
    let members = members(&app, &visitor, &own).await?;
    let offers = offers(&app, &visitor, &own).await?;
    let household = household::table(&app, &visitor, &own).await?;
    show(&family::list(own.page(&visitor, visitor.t.s("family-title")), members, offers, household))
}

/// Whom the visitor is asked to look after; nothing when nobody asks.
async fn offers(app: &App, visitor: &Visitor, own: &Own) -> Result<Option<Table>, Refused> {
    let t = visitor.t;
    let offered = app.service.offered_dependants(&own.actor).await?;
    let row = |offer: Offer| -> Vec<Cell> {
        let act = |what: &str, label: &str| Cell::Act {
            action: format!("/family/{}/{what}", offer.person),
            csrf: visitor.csrf.clone(),
            label: t.s(label),
        };
        let ways = [act("accept", "family-offer-accept"), act("end", "family-offer-decline")];
        std::iter::once(offer.masked_name.as_str().into()).chain(ways).collect()
    };
    let rows: Vec<_> = offered.into_iter().map(row).collect();
    Ok((!rows.is_empty()).then(|| Table {
        t,
        caption: t.s("family-offers"),
        heads: vec![t.s("name"), t.s("family-offer-accept"), t.s("family-offer-decline")],
        rows,
        none: String::new(),
        next: None,
    }))
}

async fn members(app: &App, visitor: &Visitor, own: &Own) -> Result<Table, Refused> {
    let t = visitor.t;
    let mut rows = Vec::new();
    for one in &own.family {
        let verdict = app.service.verdict(&own.actor, one.person).await?;
        let base = format!("/persons/{}", one.person);
        let mut ways = vec![Link::to(format!("{base}/check-in"), t.s("nav-check-in"))];
        if one.person != own.id() {
            ways.push(Link::to(format!("/family/{}/share", one.person), t.s("family-share")));
        }
        rows.push(vec![
            Cell::Link(Link::to(base, shown_name(visitor, one))),
            Cell::Standing(Look::of(t, verdict.standing)),
            Cell::Links(ways),
        ]);
    }
    Ok(Table {
        t,
        caption: t.s("family-members"),
        heads: vec![t.s("name"), t.s("your-code-now"), t.s("family-ways")],
        rows,
        none: t.s("family-none"),
        next: None,
    })
}

async fn ask(State(app): State<App>, visitor: Visitor) -> Shown {
    let own = Own::find(&app, &visitor, visitor.resident()?).await?;
    let page = own.page(&visitor, visitor.t.s("family-add-title"));
    let district = district_field(&visitor, districts(&app).await?);
    let answers = Answers::default().with("district", own.profile.district);
    show(&family::add(page, documents(&visitor), district, &answers))
}

async fn add(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let own = Own::find(&app, &visitor, visitor.resident()?).await?;
    let added = match identity(&posted) {
        Ok(form) => app.service.add_dependant(&own.actor, form).await,
        Err(refused) => Err(refused),
    };
    match added {
        Ok(person) => see(&format!("/persons/{person}")),
        Err(refused) => {
            let answers = beside_fields(refused, posted.answers(), &visitor)?;
            let page = own.page(&visitor, visitor.t.s("family-add-title"));
            let district = district_field(&visitor, districts(&app).await?);
            show_again(&family::add(page, documents(&visitor), district, &answers))
        }
    }
}

async fn ask_share(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let waiting = app.service.dependant_offers(&own.actor, person).await?;
    show(&share_sheet(&visitor, &own, waiting, &Answers::default()))
}

/// A child of two homes: the other guardian holds the code too, once they agree. Ending one's own part is beneath it.
fn share_sheet(visitor: &Visitor, own: &Own, waiting: usize, answers: &Answers) -> Sheet {
    let t = visitor.t;
    let page = own.page(visitor, t.s("family-share-title"));
    let csrf = page.csrf.clone();
    let share = Form::post(t, &csrf, format!("/family/{}/share", own.id()), t.s("family-share-send"))
        .with(Field::phone(t, "phone", t.s("family-share-phone")))
        .fill(answers);
    let mut end = Form::post(t, &csrf, format!("/family/{}/end", own.id()), t.s("family-end")).weighty();
    end.inline = true;
    let lead = t.a("family-share-lead", "name", shown_name(visitor, &own.profile));
    let mut sheet = Sheet::titled(page).back("/family", t.s("back")).lead(lead).with(share);
    if waiting > 0 {
        let action = format!("/family/{}/take-back", own.id());
        let mut take_back = Form::post(t, &csrf, action, t.s("family-share-take-back"));
        take_back.inline = true;
        sheet = sheet.with(Part::Text(t.s("family-share-waiting"))).with(take_back);
    }
    sheet.with(end)
}

async fn share(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    posted: Posted,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let phone = posted.one("phone").to_owned();
    match app.service.share_dependant(&own.actor, person, phone).await {
        Ok(()) => see(&format!("/family/{person}/share")),
        Err(refused) => {
            let answers = beside_fields(refused, posted.answers(), &visitor)?;
            let waiting = app.service.dependant_offers(&own.actor, person).await?;
            show_again(&share_sheet(&visitor, &own, waiting, &answers))
        }
    }
}

async fn accept(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>, _: Posted) -> Shown {
    visitor.resident()?;
    app.service.accept_dependant(visitor.actor()?, person).await?;
    see("/family")
}

async fn take_back(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    _: Posted,
) -> Shown {
    visitor.resident()?;
    app.service.take_back_offers(visitor.actor()?, person).await?;
    see(&format!("/family/{person}/share"))
}

/// Lets go of somebody, or declines to look after them.
async fn end(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>, _: Posted) -> Shown {
    visitor.resident()?;
    app.service.end_dependant(visitor.actor()?, person).await?;
    see("/family")
}

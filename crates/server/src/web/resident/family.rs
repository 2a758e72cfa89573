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
            sheet::Sheet,
        },
    },
};
use axum::{
    Router,
    extract::{Path, State},
    routing::{get, post},
};
use kangma_core::PersonId;
use kangma_service::Refused;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/family", get(list))
        .route("/family/add", get(ask).post(add))
        .route("/family/{person}/share", get(ask_share).post(share))
        .route("/family/{person}/end", post(end))
}

async fn list(State(app): State<App>, visitor: Visitor) -> Shown {
    let own = Own::find(&app, &visitor, visitor.resident()?).await?;
    let members = members(&app, &visitor, &own).await?;
    let household = household::table(&app, &visitor, &own).await?;
    show(&family::list(own.page(&visitor, visitor.t.s("family-title")), members, household))
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
    show(&share_sheet(&visitor, &own, &Answers::default()))
}

/// A child of two homes: the other guardian holds the code too. Ending one's own part is beneath it.
fn share_sheet(visitor: &Visitor, own: &Own, answers: &Answers) -> Sheet {
    let t = visitor.t;
    let page = own.page(visitor, t.s("family-share-title"));
    let csrf = page.csrf.clone();
    let share = Form::post(t, &csrf, format!("/family/{}/share", own.id()), t.s("family-share-send"))
        .with(Field::phone(t, "phone", t.s("family-share-phone")))
        .fill(answers);
    let mut end = Form::post(t, &csrf, format!("/family/{}/end", own.id()), t.s("family-end")).weighty();
    end.inline = true;
    let lead = t.a("family-share-lead", "name", shown_name(visitor, &own.profile));
    Sheet::titled(page).back("/family", t.s("back")).lead(lead).with(share).with(end)
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
        Ok(()) => see("/family"),
        Err(refused) => {
            let answers = beside_fields(unknown_phone(refused), posted.answers(), &visitor)?;
            show_again(&share_sheet(&visitor, &own, &answers))
        }
    }
}

/// Nobody is known by that telephone: said beside the field.
pub(super) fn unknown_phone(refused: Refused) -> Refused {
    if matches!(refused, Refused::NotFound) { Refused::field("phone", "unknown-phone") } else { refused }
}

async fn end(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>, _: Posted) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    app.service.end_dependant(&own.actor, person).await?;
    see("/family")
}

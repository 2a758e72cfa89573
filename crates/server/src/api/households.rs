//! Household links: two people confirm that they live together, either may end it.

use super::{
    body::{Answer, Body, Done, Made, MadeAnswer, Named},
    caller::Caller,
    schema::Id,
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State, http::StatusCode};
use kangma_core::PersonId;
use kangma_service::households::LinkView;
use kangma_store::LinkId;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(links, propose))
        .routes(routes!(link_own))
        .routes(routes!(confirm))
        .routes(routes!(end))
}

form! {
    /// With whom somebody lives.
    LinkForm {
        /// The other's telephone.
        phone: [String],
        /// The days of stay as digits, Monday is 1; every day when absent.
        days: [Option<String>],
    }
}

form! {
    /// With whom of those one looks after somebody lives.
    OwnLinkForm {
        /// The other.
        other: [PersonId] as [Id],
    }
}

answer! {
    /// A link that was proposed.
    LinkMade {
        /// Its number.
        link: [LinkId] as [Id],
    }
}

answer! {
    /// A link as one of its two sees it.
    Link from LinkView {
        /// The link.
        link: [LinkId] as [Id],
        /// This side.
        own: [PersonId] as [Id],
        /// The other, once both have confirmed.
        other: [Option<PersonId>] as [Option<Id>],
        /// The other's name. Until both have confirmed: masked for whoever was asked, and empty for whoever asks.
        other_name: [String],
        /// The last digits of the telephone by which whoever asks has asked.
        phone_end: [String],
        /// Whether both have confirmed.
        confirmed: [bool],
        /// Whether this side has to confirm it.
        waits_for_own: [bool],
    }
}

/// A person's links that have not ended.
#[utoipa::path(get, path = "/persons/{person}/household", tag = "persons", params(("person" = Id, Path)), responses((status = 200, body = Vec<Link>)))]
async fn links(State(app): State<App>, caller: Caller, Named(person): Named<PersonId>) -> Answer<Vec<Link>> {
    let links = app.service.links(&caller.actor, person).await?;
    Ok(Json(links.into_iter().map(Link::from).collect()))
}

/// Proposes a link to the holder of a telephone. The answer is the same whether anybody is known by it or not.
#[utoipa::path(post, path = "/persons/{person}/household", tag = "persons", params(("person" = Id, Path)), request_body = LinkForm, responses((status = 201, body = LinkMade)))]
async fn propose(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<LinkForm>,
) -> MadeAnswer<LinkMade> {
    let link = app.service.propose_link(&caller.actor, person, form.phone, form.days).await?;
    Ok(Made(LinkMade { link }))
}

/// Links two people whom one acts for.
#[utoipa::path(post, path = "/persons/{person}/household/own", tag = "persons", params(("person" = Id, Path)), request_body = OwnLinkForm, responses((status = 201, body = LinkMade)))]
async fn link_own(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<OwnLinkForm>,
) -> MadeAnswer<LinkMade> {
    let link = app.service.link_own(&caller.actor, person, form.other).await?;
    Ok(Made(LinkMade { link }))
}

/// Confirms a link from the other side.
#[utoipa::path(post, path = "/household-links/{link}/confirmation", tag = "persons", params(("link" = Id, Path)), responses((status = 204)))]
async fn confirm(State(app): State<App>, caller: Caller, Named(link): Named<LinkId>) -> Done {
    app.service.confirm_link(&caller.actor, link).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends a link, which stops disclosure at once.
#[utoipa::path(delete, path = "/household-links/{link}", tag = "persons", params(("link" = Id, Path)), responses((status = 204)))]
async fn end(State(app): State<App>, caller: Caller, Named(link): Named<LinkId>) -> Done {
    app.service.end_link(&caller.actor, link).await?;
    Ok(StatusCode::NO_CONTENT)
}

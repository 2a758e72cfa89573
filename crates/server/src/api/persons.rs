//! Who people are, whom they look after, and who looked at their data.

use super::{
    body::{Answer, Asked, Body, Done, Made, MadeAnswer, Named},
    caller::Caller,
    schema::{CalendarDay, Id, Instant, PlaceWord},
    sessions::PhoneForm,
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State, http::StatusCode};
use kangma_core::{Day, PersonId, PointId, Time};
use kangma_service::{asked::Offer, forms::IdentityForm, persons::Profile};
use kangma_store::{LookId, PersonKind, PlaceKind, RecordId};
use utoipa::IntoParams;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The most rows of one page of a list.
pub(crate) const PAGE: usize = 50;

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(register))
        .routes(routes!(find))
        .routes(routes!(profile))
        .routes(routes!(identify))
        .routes(routes!(set_place))
        .routes(routes!(looks))
        .routes(routes!(acts))
        .routes(routes!(family, add_dependant))
        .routes(routes!(end_dependant))
        .routes(routes!(share_dependant, take_back_offers))
        .routes(routes!(offers))
        .routes(routes!(accept_dependant))
}

form! {
    /// Who a person says they are.
    Identity into IdentityForm {
        /// Full name.
        name: [String],
        /// Kind of document: `id-card`, `passport`, `other`.
        document_type: [String],
        /// Its number, as written.
        document_number: [String],
        /// Telephone; empty for a person without one.
        #[serde(default)]
        phone: [String],
        /// Date of birth.
        birth_date: [Option<Day>] as [Option<CalendarDay>],
        /// Street address.
        #[serde(default)]
        address: [String],
        /// District, by its code.
        district: [String],
    }
}

form! {
    /// What to find a person by: a document's number, a telephone, or the identifier itself.
    PersonSearch {
        /// The whole of it.
        text: [String],
        /// Why, for the record that the person can see.
        reason: [String],
    }
}

form! {
    /// What a point is to a person.
    PlaceForm {
        /// The point.
        point: [PointId] as [Id],
        /// `home` or `isolation`.
        kind: [PlaceKind] as [PlaceWord],
        /// Until when; a time that has passed says that it is not theirs any more.
        until: [Option<Time>] as [Option<Instant>],
    }
}

answer! {
    /// A person.
    PersonMade {
        /// Their identifier.
        person: [PersonId] as [Id],
    }
}

answer! {
    /// A person as they see themselves and as officers in reach see them.
    Person from Profile {
        /// The person.
        person: [PersonId] as [Id],
        /// How they came to be known.
        kind: [PersonKind] as [String],
        /// Their name, empty while unknown.
        name: [String],
        /// The name for other people's eyes.
        masked_name: [String],
        /// The document's number for other people's eyes.
        masked_document: [String],
        /// Their telephone.
        phone: [String],
        /// Their address.
        address: [String],
        /// Their district.
        district: [String],
        /// When they were born.
        birth_date: [Option<Day>] as [Option<CalendarDay>],
        /// Whether name and document are known.
        identified: [bool],
    }
}

answer! {
    /// Somebody whom one is asked to look after.
    OfferRow from Offer {
        /// Who.
        person: [PersonId] as [Id],
        /// Their name, masked until the offer is accepted.
        masked_name: [String],
    }
}

answer! {
    /// Somebody looked at a person's data.
    LookRow {
        /// Its number: the next page is asked for before it.
        look: [LookId] as [Id],
        /// When.
        at: [Time] as [Instant],
        /// Who: a role, with the login of staff.
        who: [String],
        /// At what part.
        part: [String],
    }
}

answer! {
    /// Something was done about a person.
    ActRow {
        /// Its number: the next page is asked for before it.
        record: [RecordId] as [Id],
        /// When.
        at: [Time] as [Instant],
        /// Who.
        who: [String],
        /// What.
        act: [String],
        /// Why somebody was looked up.
        reason: [Option<String>],
    }
}

/// Where a page of a list begins.
#[derive(serde::Deserialize, IntoParams)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Before {
    /// The last row of the page before.
    #[param(value_type = Option<Id>)]
    before: Option<String>,
}

impl Before {
    /// The identifier.
    ///
    /// # Errors
    /// It is none.
    pub(crate) fn id<T: std::str::FromStr>(&self) -> Result<Option<T>, kangma_service::Refused> {
        let read = |text: &String| text.parse();
        let wrong = |_| kangma_service::Refused::field("before", "not-an-identifier");
        self.before.as_ref().map(read).transpose().map_err(wrong)
    }
}

/// Staff register somebody without a phone.
#[utoipa::path(post, path = "/persons", tag = "persons", request_body = Identity, responses((status = 201, body = PersonMade)))]
async fn register(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<Identity>,
) -> MadeAnswer<PersonMade> {
    let person = app.service.register_assisted(&caller.actor, form.into()).await?;
    Ok(Made(PersonMade { person }))
}

/// Staff find a person. The look is recorded for everybody found. It is a POST so that no address carries a number.
#[utoipa::path(post, path = "/persons/search", tag = "persons", request_body = PersonSearch, responses((status = 200, body = Vec<Person>)))]
async fn find(State(app): State<App>, caller: Caller, Body(form): Body<PersonSearch>) -> Answer<Vec<Person>> {
    let found = app.service.find_persons_because(&caller.actor, form.text, form.reason).await?;
    Ok(Json(found.into_iter().map(Person::from).collect()))
}

/// A person. Somebody else's look leaves a record.
#[utoipa::path(get, path = "/persons/{person}", tag = "persons", params(("person" = Id, Path)), responses((status = 200, body = Person)))]
async fn profile(State(app): State<App>, caller: Caller, Named(person): Named<PersonId>) -> Answer<Person> {
    Ok(Json(app.service.profile(&caller.actor, person).await?.into()))
}

/// Says who one is, the first time. Later changes are corrections.
#[utoipa::path(put, path = "/persons/{person}/identity", tag = "persons", params(("person" = Id, Path)), request_body = Identity, responses((status = 204)))]
async fn identify(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<Identity>,
) -> Done {
    app.service.identify(&caller.actor, person, form.into()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Staff name the point where a person lives or is isolated: it stops nobody on the way home.
#[utoipa::path(post, path = "/persons/{person}/places", tag = "persons", params(("person" = Id, Path)), request_body = PlaceForm, responses((status = 204)))]
async fn set_place(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<PlaceForm>,
) -> Done {
    app.service.set_place(&caller.actor, person, form.point, form.kind, form.until).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who looked at a person's data, newest first.
#[utoipa::path(get, path = "/persons/{person}/looks", tag = "health-information-query", params(("person" = Id, Path), Before), responses((status = 200, body = Vec<LookRow>)))]
async fn looks(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Asked(page): Asked<Before>,
) -> Answer<Vec<LookRow>> {
    let looks = app.service.looks(&caller.actor, person, page.id()?, PAGE).await?;
    let row =
        |look: kangma_store::Look| LookRow { look: look.id, at: look.at, who: look.actor, part: look.part };
    Ok(Json(looks.into_iter().map(row).collect()))
}

/// What was done about a person, newest first.
#[utoipa::path(get, path = "/persons/{person}/acts", tag = "health-information-query", params(("person" = Id, Path), Before), responses((status = 200, body = Vec<ActRow>)))]
async fn acts(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Asked(page): Asked<Before>,
) -> Answer<Vec<ActRow>> {
    let acts = app.service.acts_about(&caller.actor, person, page.id()?, PAGE).await?;
    let row = |record: kangma_store::ActRecord| ActRow {
        record: record.id,
        at: record.at,
        who: record.actor,
        // Other reasons are officers' words to each other, and may name somebody else.
        reason: record.reason.filter(|_| record.act == "find-person").map(|reason| reason.0),
        act: record.act,
    };
    Ok(Json(acts.into_iter().map(row).collect()))
}

/// Oneself and those one looks after.
#[utoipa::path(get, path = "/family", tag = "persons", responses((status = 200, body = Vec<Person>)))]
async fn family(State(app): State<App>, caller: Caller) -> Answer<Vec<Person>> {
    let family = app.service.family(&caller.actor).await?;
    Ok(Json(family.into_iter().map(Person::from).collect()))
}

/// Adds somebody whom one looks after.
#[utoipa::path(post, path = "/family", tag = "persons", request_body = Identity, responses((status = 201, body = PersonMade)))]
async fn add_dependant(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<Identity>,
) -> MadeAnswer<PersonMade> {
    let person = app.service.add_dependant(&caller.actor, form.into()).await?;
    Ok(Made(PersonMade { person }))
}

/// Ends looking after somebody, or declines to.
#[utoipa::path(delete, path = "/family/{person}", tag = "persons", params(("person" = Id, Path)), responses((status = 204)))]
async fn end_dependant(State(app): State<App>, caller: Caller, Named(person): Named<PersonId>) -> Done {
    app.service.end_dependant(&caller.actor, person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Whom one is asked to look after.
#[utoipa::path(get, path = "/family/offers", tag = "persons", responses((status = 200, body = Vec<OfferRow>)))]
async fn offers(State(app): State<App>, caller: Caller) -> Answer<Vec<OfferRow>> {
    let offered = app.service.offered_dependants(&caller.actor).await?;
    Ok(Json(offered.into_iter().map(OfferRow::from).collect()))
}

/// Agrees to look after somebody, as one was asked to.
#[utoipa::path(post, path = "/family/{person}/acceptance", tag = "persons", params(("person" = Id, Path)), responses((status = 204)))]
async fn accept_dependant(State(app): State<App>, caller: Caller, Named(person): Named<PersonId>) -> Done {
    app.service.accept_dependant(&caller.actor, person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes back what nobody has accepted yet.
#[utoipa::path(delete, path = "/family/{person}/guardians", tag = "persons", params(("person" = Id, Path)), responses((status = 204)))]
async fn take_back_offers(State(app): State<App>, caller: Caller, Named(person): Named<PersonId>) -> Done {
    app.service.take_back_offers(&caller.actor, person).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Asks another guardian to look after them too: they do once they agree. The answer is the same whether anybody is known by
/// that telephone or not.
#[utoipa::path(post, path = "/family/{person}/guardians", tag = "persons", params(("person" = Id, Path)), request_body = PhoneForm, responses((status = 204)))]
async fn share_dependant(
    State(app): State<App>,
    caller: Caller,
    Named(person): Named<PersonId>,
    Body(form): Body<PhoneForm>,
) -> Done {
    app.service.share_dependant(&caller.actor, person, form.phone).await?;
    Ok(StatusCode::NO_CONTENT)
}

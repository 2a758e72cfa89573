//! The resident's pages: their own, and those of the people they look after. Nothing here names a place, an hour of an
//! exposure or another person.

mod appeal;
mod check_in;
mod compare;
mod correct;
mod declare;
mod draft;
mod family;
pub(super) mod home;
mod household;
mod identify;
mod looks;
mod phone;
mod statement;
mod why;
mod why_not;
mod words;

use super::{
    Trouble, Visitor, sheets,
    view::{
        form::Choice,
        page::{Link, Page, Surface},
        resident::Holder,
    },
};
use crate::app::App;
use axum::{
    Router,
    response::Redirect,
    routing::{get, post},
};
use kangma_core::PersonId;
use kangma_service::{Actor, Refused, persons::Profile};

/// The resident's pages.
pub fn router() -> Router<App> {
    Router::new()
        .route("/check-in", get(async |visitor: Visitor| own_address(&visitor, "check-in")))
        .route("/looks", get(async |visitor: Visitor| own_address(&visitor, "looks")))
        .route("/persons/{person}", get(home::show_home))
        .route("/persons/{person}/code.svg", get(home::code))
        .route("/persons/{person}/why", get(why::why))
        .route("/persons/{person}/why-not", get(why_not::why_not))
        .route("/persons/{person}/compare/{other}", get(compare::compare))
        .route("/persons/{person}/identify", get(identify::ask).post(identify::tell))
        .route("/persons/{person}/declare", get(declare::ask_purpose).post(declare::tell_purpose))
        .route("/persons/{person}/declare/summary", get(declare::summary).post(declare::send))
        .route("/persons/{person}/declare/done", get(declare::done))
        .route("/persons/{person}/declare/{question}", get(declare::ask).post(declare::tell))
        .route("/persons/{person}/renew", post(declare::renew))
        .route("/persons/{person}/check-in", get(check_in::ask).post(check_in::tell))
        .route("/persons/{person}/looks", get(looks::looks))
        .route("/persons/{person}/appeal/{rule}", get(appeal::ask).post(appeal::tell))
        .route("/persons/{person}/appeals", get(appeal::list))
        .route("/persons/{person}/appeals/{appeal}", get(appeal::state))
        .route("/persons/{person}/correct", get(correct::ask).post(correct::tell))
        .route("/persons/{person}/statement", get(statement::statement))
        .route("/persons/{person}/lost-phone", get(phone::ask).post(phone::lost))
        .merge(family::router())
        .merge(household::router())
}

fn own_address(visitor: &Visitor, page: &str) -> Result<Redirect, Trouble> {
    Ok(Redirect::to(&format!("/persons/{}/{page}", visitor.resident()?)))
}

/// A person that the visitor may act for, among their family.
pub(super) struct Own {
    pub actor: Actor,
    pub profile: Profile,
    pub family: Vec<Profile>,
    /// The address of the person's pages.
    pub base: String,
}

impl Own {
    /// The person, if the visitor is they or looks after them.
    pub async fn find(app: &App, visitor: &Visitor, person: PersonId) -> Result<Self, Trouble> {
        visitor.resident()?;
        let actor = visitor.actor()?.clone();
        let family = app.service.family(&actor).await?;
        let profile = family.iter().find(|one| one.person == person).cloned().ok_or(Refused::NotFound)?;
        Ok(Self { actor, profile, family, base: format!("/persons/{person}") })
    }

    pub const fn id(&self) -> PersonId {
        self.profile.person
    }

    /// A page about the person; its navigation stays with them.
    pub fn page(&self, visitor: &Visitor, title: impl Into<String>) -> Page {
        let t = visitor.t;
        let base = &self.base;
        let nav = vec![
            Link::to(base.clone(), t.s("nav-code")),
            Link::to("/family", t.s("nav-family")),
            Link::to(format!("{base}/check-in"), t.s("nav-check-in")),
            Link::to(format!("{base}/looks"), t.s("nav-looks")),
        ];
        let here = if visitor.path == "/" { base.as_str() } else { visitor.path.as_str() };
        visitor.page(Surface::Resident, title).with_nav(nav, here)
    }

    pub fn holder(&self, visitor: &Visitor) -> Holder {
        let own = Actor::Resident(self.id()) == self.actor;
        Holder {
            id: self.id().to_string(),
            name: shown_name(visitor, &self.profile),
            initials: initials(&self.profile.name),
            relation: visitor.t.s(if own { "you" } else { "relation-dependant" }),
        }
    }
}

/// A person's name, or what stands for it until it is known.
fn shown_name(visitor: &Visitor, profile: &Profile) -> String {
    if profile.name.is_empty() { visitor.t.s("name-unknown") } else { profile.name.clone() }
}

/// The last characters of a Chinese name, the first letters of the words of another.
fn initials(name: &str) -> String {
    if name.is_empty() {
        return "?".to_owned();
    }
    if name.is_ascii() {
        let first = |word: &str| word.chars().next();
        return name.split_whitespace().filter_map(first).take(2).collect::<String>().to_uppercase();
    }
    let characters: Vec<char> = name.chars().collect();
    characters[characters.len().saturating_sub(1)..].iter().collect()
}

/// The kinds of document to choose from.
fn documents(visitor: &Visitor) -> Vec<Choice> {
    let kind = |kind: &str| Choice::new(kind, visitor.t.s(&format!("document-{kind}")));
    ["id-card", "passport", "other"].map(kind).to_vec()
}

/// The districts to choose from; none when nothing says which there are.
async fn districts(app: &App) -> Result<Vec<Choice>, Refused> {
    let known = app.service.districts().await?;
    Ok(known.into_iter().map(|district| Choice::new(district.clone(), district)).collect())
}

/// The question for the district: a list where districts are known, else a line.
fn district_field(visitor: &Visitor, districts: Vec<Choice>) -> super::view::form::Field {
    use super::view::form::{Field, Input};
    let label = visitor.t.s("district");
    if districts.is_empty() {
        Field::text(visitor.t, "district", label).hint(visitor.t.s("division-hint"))
    } else {
        Field::new(visitor.t, "district", label, Input::List(districts))
    }
}

pub(super) use sheets::own;

//! Staff sign in with a login and a password.

use crate::{
    app::App,
    session,
    web::{
        Posted, Shown, Visitor, see,
        sheets::account,
        show, show_again,
        trouble::{beside_fields, own_address},
        view::{
            form::Answers,
            page::{Page, Surface},
        },
    },
};
use axum::{
    extract::{Query, State},
    http::header,
};
use kangma_service::{Actor, Refused, access::Role};
use serde::Deserialize;

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    next: String,
}

pub(super) async fn ask(visitor: Visitor, Query(to): Query<Next>) -> Shown {
    if let Some(actor @ Actor::Officer(_)) = &visitor.actor {
        return see(first_page(actor, &to.next));
    }
    show(&account::staff_sign_in(page(&visitor), &to.next, &Answers::default()))
}

pub(super) async fn enter(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let (login, next) = (posted.one("login"), posted.one("next"));
    // A password may begin or end with a space.
    let password = posted.all("password").next().unwrap_or_default().to_owned();
    let tried = match app.limits.sign_in.count(&visitor.address) {
        Ok(()) => app.service.sign_in_officer_from(login, password, &visitor.address).await,
        Err(refused) => Err(refused),
    };
    match tried {
        Ok(signed_in) => {
            let mut response = see(first_page(&signed_in.actor, next))?;
            let secure = app.running.secure;
            let name = session::session_cookie(secure);
            let cookie = session::set_cookie(name, &signed_in.token, signed_in.lasts, secure);
            response.headers_mut().extend(cookie.map(|cookie| (header::SET_COOKIE, cookie)));
            Ok(response)
        }
        Err(Refused::WrongSecret) => {
            let answers = posted.answers().but("password", visitor.t.s("staff-sign-in-wrong"));
            show_again(&account::staff_sign_in(page(&visitor), next, &answers))
        }
        Err(refused) => {
            let answers = beside_fields(refused, posted.answers(), &visitor)?;
            show_again(&account::staff_sign_in(page(&visitor), next, &answers))
        }
    }
}

fn page(visitor: &Visitor) -> Page {
    visitor.page(Surface::Plain, visitor.t.s("staff-sign-in-title"))
}

/// Where they wanted to go; else the gate for those who only check, and the overview for everybody else.
fn first_page<'a>(actor: &Actor, next: &'a str) -> &'a str {
    if !next.is_empty() && own_address(next) {
        return next;
    }
    match actor {
        Actor::Officer(officer) if officer.roles.as_slice() == [Role::Checker] => "/gate",
        _ => "/authority",
    }
}

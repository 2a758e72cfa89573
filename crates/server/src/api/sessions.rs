//! Sessions: residents sign in with a one-time code, staff with a password.

use super::{
    answered::Secret,
    body::{Answer, Body, Done},
    caller::{Address, Caller, Spoken},
    schema::{Id, RoleWord},
    wire::{answer, form},
};
use crate::{app::App, problem::Problem, session};
use axum::{
    Extension, Json,
    extract::State,
    http::{HeaderMap, StatusCode},
};
use kangma_core::{PersonId, PointId};
use kangma_service::{
    Actor, Refused,
    access::{Role, Scope},
    sign_in::SignedIn,
};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(send_code))
        .routes(routes!(sign_in))
        .routes(routes!(sign_in_staff))
        .routes(routes!(who, sign_out))
        .routes(routes!(change_password))
}

form! {
    /// Where a one-time code goes.
    PhoneForm {
        /// A telephone number.
        phone: [String],
    }
}

form! {
    /// A one-time code that was received.
    OneTimeCodeForm {
        /// The telephone number that it went to.
        phone: [String],
        /// Its digits.
        code: [String],
    }
}

form! {
    /// A staff account.
    PasswordForm {
        /// The login.
        login: [String],
        /// The password.
        password: [String],
    }
}

form! {
    /// A new password.
    NewPasswordForm {
        /// The old one.
        old: [String],
        /// The new one.
        new: [String],
    }
}

answer! {
    /// A session that began.
    Session {
        /// Goes into `Authorization: Bearer`.
        token: [String],
        /// How long it lasts, in seconds.
        lasts_seconds: [i64],
        /// Who.
        who: [Who],
    }
}

answer! {
    /// Who asks.
    Who {
        /// `resident`, `officer` or `gate`.
        kind: [&'static str] as [String],
        /// The person, for a resident.
        person: [Option<PersonId>] as [Option<Id>],
        /// The login, for an officer.
        login: [Option<String>],
        /// The roles, for an officer.
        roles: [Vec<Role>] as [Vec<RoleWord>],
        /// The district that an officer is limited to.
        district: [Option<String>],
        /// The point that an officer or a gate is limited to.
        point: [Option<PointId>] as [Option<Id>],
    }
}

fn describe(actor: &Actor) -> Who {
    let mut who =
        Who { kind: "system", person: None, login: None, roles: Vec::new(), district: None, point: None };
    match actor {
        Actor::Resident(person) => (who.kind, who.person) = ("resident", Some(*person)),
        Actor::Gate { point, .. } => (who.kind, who.point) = ("gate", Some(*point)),
        Actor::Officer(officer) => {
            who.kind = "officer";
            who.login = Some(officer.login.to_string());
            who.roles.clone_from(&officer.roles);
            match &officer.scope {
                Scope::Everywhere => {}
                Scope::District(district) => who.district = Some(district.to_string()),
                Scope::Point(point) => who.point = Some(*point),
            }
        }
        Actor::System => {}
    }
    who
}

type Began = Result<(Extension<Secret>, Json<Session>), Problem>;

fn began(signed_in: SignedIn) -> (Extension<Secret>, Json<Session>) {
    let who = describe(&signed_in.actor);
    let session = Session { token: signed_in.token, lasts_seconds: signed_in.lasts.seconds(), who };
    (Extension(Secret), Json(session))
}

/// Sends a one-time code. The answer does not tell whether anybody is known by that number.
#[utoipa::path(post, path = "/sessions/one-time-code", tag = "sign-in", security(()), request_body = PhoneForm, responses((status = 204)))]
async fn send_code(
    State(app): State<App>,
    Address(address): Address,
    Spoken(lang): Spoken,
    Body(form): Body<PhoneForm>,
) -> Done {
    app.limits.one_time_code.count(&address)?;
    app.service.send_one_time_code_in(&form.phone, lang.tag(), &address).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Signs a resident in.
#[utoipa::path(post, path = "/sessions", tag = "sign-in", security(()), request_body = OneTimeCodeForm, responses((status = 200, body = Session)))]
async fn sign_in(
    State(app): State<App>,
    Address(address): Address,
    Body(form): Body<OneTimeCodeForm>,
) -> Began {
    app.limits.sign_in.count(&address)?;
    Ok(began(app.service.sign_in_resident_from(&form.phone, &form.code, &address).await?))
}

/// Signs a member of staff in.
#[utoipa::path(post, path = "/sessions/staff", tag = "sign-in", security(()), request_body = PasswordForm, responses((status = 200, body = Session)))]
async fn sign_in_staff(
    State(app): State<App>,
    Address(address): Address,
    Body(form): Body<PasswordForm>,
) -> Began {
    app.limits.sign_in.count(&address)?;
    Ok(began(app.service.sign_in_officer_from(&form.login, form.password, &address).await?))
}

/// Who asks.
#[utoipa::path(get, path = "/session", tag = "sign-in", responses((status = 200, body = Who)))]
async fn who(caller: Caller) -> Answer<Who> {
    Ok(Json(describe(&caller.actor)))
}

/// Ends the session.
#[utoipa::path(delete, path = "/session", tag = "sign-in", responses((status = 204)))]
async fn sign_out(State(app): State<App>, _: Caller, headers: HeaderMap) -> Done {
    let token = session::bearer(&headers).map(ToOwned::to_owned).or_else(|| session::token(&app, &headers));
    app.service.sign_out(&token.ok_or(Refused::NotSignedIn)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sets one's own password; every session of the account ends.
#[utoipa::path(put, path = "/session/password", tag = "sign-in", request_body = NewPasswordForm, responses((status = 204)))]
async fn change_password(State(app): State<App>, caller: Caller, Body(form): Body<NewPasswordForm>) -> Done {
    app.service.change_password(&caller.actor, form.old, form.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

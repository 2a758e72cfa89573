//! Staff accounts.

use super::{
    answered::Secret,
    body::{Answer, Body, Done, Made, Named},
    caller::Caller,
    schema::{Id, RoleWord},
    wire::{answer, form},
};
use crate::{app::App, problem::Problem};
use axum::{Extension, Json, extract::State, http::StatusCode};
use kangma_core::PointId;
use kangma_service::{
    Refused,
    access::{Role, Scope},
    staff::{self, StaffForm, StaffRow},
};
use kangma_store::AccountId;
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list, make)).routes(routes!(close)).routes(routes!(confirm))
}

form! {
    /// A new account.
    NewAccount {
        /// What they sign in with.
        login: [String],
        /// Their name.
        name: [String],
        /// What they may do.
        roles: [Vec<Role>] as [Vec<RoleWord>],
        /// The district that they are limited to; everywhere when neither it nor a point is named.
        district: [Option<String>],
        /// The point that they are limited to.
        point: [Option<PointId>] as [Option<Id>],
    }
}

answer! {
    /// An account that was made.
    AccountMade {
        /// The account.
        account: [AccountId] as [Id],
        /// Its password, shown once; the first half of it where the account waits.
        password: [String],
        /// Whether a second authority has to confirm it, who is given the other half: `first-second`.
        waits: [bool],
    }
}

answer! {
    /// An account that was confirmed.
    AccountConfirmed {
        /// The second half of its password, shown once.
        password: [String],
    }
}

answer! {
    /// An account.
    Account {
        /// The account.
        account: [AccountId] as [Id],
        /// Its login.
        login: [String],
        /// The name.
        name: [String],
        /// What it may do.
        roles: [Vec<String>],
        /// The district that it is limited to.
        district: [Option<String>],
        /// The point that it is limited to.
        point: [Option<PointId>] as [Option<Id>],
        /// Whether it is closed.
        closed: [bool],
        /// Who made it, where it waits for a second authority.
        waits: [Option<AccountId>] as [Option<Id>],
    }
}

impl From<StaffRow> for Account {
    fn from(row: StaffRow) -> Self {
        let StaffRow { account, login, name, roles, scope, closed, waits } = row;
        let (district, point) = match scope {
            Scope::Everywhere => (None, None),
            Scope::District(district) => (Some(district.to_string()), None),
            Scope::Point(point) => (None, Some(point)),
        };
        Self { account, login, name, roles, district, point, closed, waits }
    }
}

/// Every account.
#[utoipa::path(get, path = "/staff", tag = "running", responses((status = 200, body = Vec<Account>)))]
async fn list(State(app): State<App>, caller: Caller) -> Answer<Vec<Account>> {
    Ok(Json(app.service.staff(&caller.actor).await?.into_iter().map(Account::from).collect()))
}

/// Makes an account. Its password is shown once; one with the role `authority` waits for a second authority.
#[utoipa::path(post, path = "/staff", tag = "running", request_body = NewAccount, responses((status = 201, body = AccountMade)))]
async fn make(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<NewAccount>,
) -> Result<(Extension<Secret>, Made<AccountMade>), Problem> {
    let scope = match (form.district, form.point) {
        (None, None) => Scope::Everywhere,
        (Some(district), None) => Scope::District(district.into()),
        (None, Some(point)) => Scope::Point(point),
        (Some(_), Some(_)) => return Err(Refused::field("point", "either-district-or-point").into()),
    };
    let form = StaffForm { login: form.login, name: form.name, roles: form.roles, scope };
    let staff::AccountMade { account, password, waits } =
        app.service.make_account(&caller.actor, form).await?;
    Ok((Extension(Secret), Made(AccountMade { account, password, waits })))
}

/// Confirms an account that another authority made. The second half of its password is shown once.
#[utoipa::path(post, path = "/staff/{account}/confirmation", tag = "running", params(("account" = Id, Path)), responses((status = 200, body = AccountConfirmed)))]
async fn confirm(
    State(app): State<App>,
    caller: Caller,
    Named(account): Named<AccountId>,
) -> Result<(Extension<Secret>, Json<AccountConfirmed>), Problem> {
    let password = app.service.confirm_account(&caller.actor, account).await?;
    Ok((Extension(Secret), Json(AccountConfirmed { password })))
}

/// Closes an account and ends its sessions.
#[utoipa::path(delete, path = "/staff/{account}", tag = "running", params(("account" = Id, Path)), responses((status = 204)))]
async fn close(State(app): State<App>, caller: Caller, Named(account): Named<AccountId>) -> Done {
    app.service.close_account(&caller.actor, account).await?;
    Ok(StatusCode::NO_CONTENT)
}

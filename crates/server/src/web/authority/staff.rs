//! Accounts of staff: made by the authority of the whole city, closed at once. One's own password.

use super::desk;
use crate::{
    app::App,
    session,
    web::{
        Posted, Shown, Trouble, Visitor, see, show,
        view::{
            form::{Answers, Choice, Field, Form, Input},
            page::Link,
            part::{Cell, Fact, Facts, Notice},
            sheet::{Part, Sheet},
        },
    },
};
use axum::{
    extract::{Path, State},
    http::header,
};
use kangma_core::{PointId, Span};
use kangma_service::{
    Refused,
    access::{Role, Scope},
    staff::{AccountMade, StaffForm, StaffRow},
};
use kangma_store::AccountId;

const LIST: &str = "/authority/staff";
const ROLES: [Role; 3] = [Role::Checker, Role::Tracer, Role::Authority];

pub(super) async fn list(State(app): State<App>, visitor: Visitor) -> Shown {
    let accounts = app.service.staff(desk::staff(&visitor)?).await?;
    show(&sheet(&visitor, &accounts, &Answers::default()))
}

fn sheet(visitor: &Visitor, accounts: &[StaffRow], answers: &Answers) -> Sheet {
    let t = visitor.t;
    let mut table = desk::table(
        visitor,
        "staff",
        &["staff-login", "name", "staff-roles", "staff-scope", "acts"],
        "staff-none",
    );
    table.rows = accounts.iter().map(|account| row(visitor, account)).collect();
    let roles = ROLES.map(|role| Choice::new(role.as_str(), t.s(&format!("role-{}", role.as_str()))));
    let scopes = vec![
        Choice::new("everywhere", t.s("scope-everywhere")),
        Choice::new("district", t.s("district")),
        Choice::new("point", t.s("point")),
    ];
    let form = Form::post(t, &visitor.csrf, LIST, t.s("staff-make"))
        .with(Field::text(t, "login", t.s("staff-login")).hint(t.s("staff-login-hint")))
        .with(Field::text(t, "name", t.s("name")))
        .with(Field::new(t, "roles", t.s("staff-roles"), Input::Many(roles.to_vec())))
        .with(Field::new(t, "scope", t.s("staff-scope"), Input::One(scopes)))
        .with(Field::text(t, "where", t.s("staff-where")).hint(t.s("staff-where-hint")).optional())
        .fill(answers);
    Sheet::titled(desk::page(visitor, t.s("staff")))
        .with(table)
        .with(Part::Heading(t.s("staff-make")))
        .with(form)
}

fn row(visitor: &Visitor, account: &StaffRow) -> Vec<Cell> {
    let t = visitor.t;
    let roles: Vec<String> = account.roles.iter().map(|role| desk::word(visitor, "role", role)).collect();
    let scope = match &account.scope {
        Scope::Everywhere => t.s("scope-everywhere"),
        Scope::District(district) => district.to_string(),
        Scope::Point(point) => point.to_string(),
    };
    let at = |act: &str| format!("{LIST}/{}/{act}", account.account);
    let close = Link::to(at("close"), t.s("staff-close"));
    let act = match account.waits {
        _ if account.closed => Cell::Text(t.s("staff-closed")),
        Some(_) => Cell::Links(vec![Link::to(at("confirm"), t.s("staff-confirm")), close]),
        None => Cell::Link(close),
    };
    vec![
        account.login.clone().into(),
        account.name.clone().into(),
        roles.join(", ").into(),
        scope.into(),
        act,
    ]
}

pub(super) async fn make(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match form(&posted) {
        Ok(form) => app.service.make_account(actor, form).await,
        Err(refused) => Err(refused),
    };
    match tried {
        Ok(AccountMade { password, waits, .. }) => {
            let said = if waits { "staff-first-half" } else { "staff-password-once" };
            show(&password_once(&visitor, "staff-made", posted.one("login"), &password, said))
        }
        Err(refused) => {
            let accounts = app.service.staff(actor).await?;
            desk::again(refused, &posted, &visitor, |answers| sheet(&visitor, &accounts, answers))
        }
    }
}

/// A page that shows a password, or half of one, this once.
fn password_once(visitor: &Visitor, heading: &str, login: &str, password: &str, said: &str) -> Sheet {
    let t = visitor.t;
    let text = vec![format!("{login}: {password}"), t.s(said)];
    let notice = Notice { heading: t.s(heading), text, links: Vec::new() };
    Sheet::titled(desk::page(visitor, t.s(heading))).back(LIST, t.s("staff")).with(notice)
}

/// A second authority says that an account which can order is right.
pub(super) async fn ask_confirm(
    State(app): State<App>,
    visitor: Visitor,
    Path(account): Path<AccountId>,
) -> Shown {
    let row = found(&app, &visitor, account).await?;
    let t = visitor.t;
    let form = Form::post(t, &visitor.csrf, format!("{LIST}/{account}/confirm"), t.s("staff-confirm"))
        .weighty()
        .cancel(Link::to(LIST, t.s("cancel")));
    let page = desk::page(&visitor, t.s("staff-confirm-title"));
    let sheet = Sheet::titled(page).back(LIST, t.s("staff")).lead(t.s("staff-confirm-lead"));
    show(&sheet.with(Facts { facts: whose(&visitor, row) }).with(form))
}

pub(super) async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    Path(account): Path<AccountId>,
    _: Posted,
) -> Shown {
    let login = found(&app, &visitor, account).await?.login;
    let half = app.service.confirm_account(desk::staff(&visitor)?, account).await?;
    show(&password_once(&visitor, "staff-confirmed", &login, &half, "staff-second-half"))
}

async fn found(app: &App, visitor: &Visitor, account: AccountId) -> Result<StaffRow, Trouble> {
    let accounts = app.service.staff(desk::staff(visitor)?).await?;
    Ok(accounts.into_iter().find(|row| row.account == account).ok_or(Refused::NotFound)?)
}

fn whose(visitor: &Visitor, row: StaffRow) -> Vec<Fact> {
    let t = visitor.t;
    vec![Fact::new(t.s("staff-login"), row.login), Fact::new(t.s("name"), row.name)]
}

fn form(posted: &Posted) -> Result<StaffForm, Refused> {
    let place = posted.given("where").ok_or_else(|| Refused::field("where", "required"));
    let scope = match posted.one("scope") {
        "everywhere" => Scope::Everywhere,
        "district" => Scope::District(place?.into()),
        "point" => {
            Scope::Point(place?.parse::<PointId>().map_err(|_| Refused::field("where", "unknown-point"))?)
        }
        _ => return Err(Refused::field("scope", "required")),
    };
    let given: Vec<&str> = posted.all("roles").collect();
    Ok(StaffForm {
        login: posted.one("login").to_owned(),
        name: posted.one("name").to_owned(),
        roles: ROLES.into_iter().filter(|role| given.contains(&role.as_str())).collect(),
        scope,
    })
}

/// Nothing opens an account again: it is asked first.
pub(super) async fn ask_close(
    State(app): State<App>,
    visitor: Visitor,
    Path(account): Path<AccountId>,
) -> Shown {
    let facts = whose(&visitor, found(&app, &visitor, account).await?);
    let t = visitor.t;
    let form = Form::post(t, &visitor.csrf, format!("{LIST}/{account}/close"), t.s("staff-close"))
        .weighty()
        .cancel(Link::to(LIST, t.s("cancel")));
    let page = desk::page(&visitor, t.s("staff-close-title"));
    show(
        &Sheet::titled(page)
            .back(LIST, t.s("staff"))
            .lead(t.s("staff-close-lead"))
            .with(Facts { facts })
            .with(form),
    )
}

pub(super) async fn close(
    State(app): State<App>,
    visitor: Visitor,
    Path(account): Path<AccountId>,
    _: Posted,
) -> Shown {
    app.service.close_account(desk::staff(&visitor)?, account).await?;
    see(LIST)
}

pub(super) async fn ask_password(visitor: Visitor) -> Shown {
    desk::staff(&visitor)?;
    show(&password_sheet(&visitor, &Answers::default()))
}

fn password_sheet(visitor: &Visitor, answers: &Answers) -> Sheet {
    let t = visitor.t;
    let form = Form::post(t, &visitor.csrf, "/authority/password", t.s("password-change"))
        .with(Field::password(t, "old", t.s("password-old")))
        .with(Field::password(t, "password", t.s("password-new")).autocomplete("new-password"))
        .fill(answers);
    Sheet::titled(desk::page(visitor, t.s("password-change"))).lead(t.s("password-lead")).with(form)
}

/// Every session ends with the old password, this one too: one signs in anew.
pub(super) async fn change_password(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    let whole = |name| posted.all(name).next().unwrap_or_default().to_owned();
    match app.service.change_password(actor, whole("old"), whole("password")).await {
        Ok(()) => {
            let mut response = see("/staff/sign-in")?;
            let secure = app.running.secure;
            let ended = session::set_cookie(session::session_cookie(secure), "", Span::ZERO, secure);
            response.headers_mut().extend(ended.map(|cookie| (header::SET_COOKIE, cookie)));
            Ok(response)
        }
        Err(refused) => desk::again(refused, &posted, &visitor, |answers| password_sheet(&visitor, answers)),
    }
}

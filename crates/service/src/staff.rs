//! Accounts of staff: made by the authority of the whole city, closed at once with all their sessions.
//!
//! What two officers have to do would be one officer's if they made themselves a second account. So the password of an
//! account that can order comes in two halves: whoever makes it sees the first, another authority the second.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right, Role, Scope},
    act::Target,
    refused::FieldError,
    secrets, written,
};
use kangma_store::{Account, AccountId, AccountScope, SealedText};
use serde::{Deserialize, Serialize};

const HYPHEN: &str = "-";

/// A new member of staff.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct StaffForm {
    /// What they sign in with.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub roles: Vec<Role>,
    /// Where.
    pub scope: Scope,
}

/// An account that was made.
pub struct AccountMade {
    /// The account.
    pub account: AccountId,
    /// Its password, shown once; where it waits, the first half.
    pub password: String,
    /// Whether a second authority has to confirm it, who sees the other half.
    pub waits: bool,
}

/// An account as lists show it.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct StaffRow {
    /// The account.
    pub account: AccountId,
    /// Its login.
    pub login: String,
    /// The name.
    pub name: String,
    /// What it may do.
    pub roles: Vec<String>,
    /// Where.
    pub scope: Scope,
    /// Whether it is closed.
    pub closed: bool,
    /// Who made it, where it waits for a second authority.
    pub waits: Option<AccountId>,
}

impl Service {
    /// Makes an account and draws its password, which is shown once and kept only as a hash. One that can order waits for
    /// a second authority, unless the operator makes it.
    ///
    /// # Errors
    /// [`Refused::Duplicate`] for a login that exists; [`Refused::Invalid`]; [`Refused::NotAllowed`].
    pub async fn make_account(&self, actor: &Actor, form: StaffForm) -> Result<AccountMade, Refused> {
        let login = form.login.trim().to_lowercase();
        if !(3..=64).contains(&login.len())
            || !login.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._".contains(&b))
        {
            return Err(Refused::field("login", "not-a-login"));
        }
        if form.roles.is_empty() {
            return Err(Refused::Invalid(vec![FieldError { field: "roles".to_owned(), code: "required" }]));
        }
        written::within("name", &form.name, written::LINE)?;
        if let Scope::District(district) = &form.scope
            && let Some(fault) = written::district_fault(district)
        {
            return Err(Refused::field("district", fault));
        }
        let password = secrets::random_password(&*self.chance);
        let waits = *actor != Actor::System && form.roles.contains(&Role::Authority);
        let second_half = waits.then(|| secrets::random_password(&*self.chance));
        let whole = second_half.iter().fold(password.clone(), |first, second| first + HYPHEN + second);
        let password_hash = self.hashing.hash(whole, self.chance.clone()).await?;
        let account = self
            .act(actor, move |act| {
                may_run_city(&act.actor)?;
                if act.writer.account_by_login(&login)?.is_some() {
                    return Err(Refused::Duplicate);
                }
                let (created_at, made_by) = (act.now, act.actor.account());
                let account = act.writer.add_account(|id| Account {
                    id,
                    login,
                    name: SealedText::from(form.name.trim()),
                    password_hash,
                    roles: form.roles.iter().map(|role| role.as_str().to_owned()).collect(),
                    scope: match form.scope {
                        Scope::Everywhere => AccountScope::Everywhere,
                        Scope::District(district) => AccountScope::District(district.to_string()),
                        Scope::Point(point) => AccountScope::Point(point),
                    },
                    created_at,
                    disabled_at: None,
                    made_by,
                    second_half: second_half.map(SealedText::from),
                })?;
                act.log("make-account", Target::thing("account", account.id))?;
                Ok(account.id)
            })
            .await?;
        Ok(AccountMade { account, password, waits })
    }

    /// Confirms an account that another authority made, and gives the second half of its password: shown once.
    ///
    /// # Errors
    /// [`Refused::SameOfficer`] for whoever made it; [`Refused::WrongState`] when it does not wait, or is closed;
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn confirm_account(&self, actor: &Actor, account: AccountId) -> Result<String, Refused> {
        self.act(actor, move |act| {
            may_run_city(&act.actor)?;
            let mut kept = act.writer.account(account)?.ok_or(Refused::NotFound)?;
            if kept.made_by == act.actor.account() {
                return Err(Refused::SameOfficer);
            }
            let half = kept.second_half.take().filter(|_| kept.disabled_at.is_none());
            let half = half.ok_or(Refused::WrongState)?;
            act.writer.save_account(&kept)?;
            act.log("confirm-account", Target::thing("account", account))?;
            Ok(half.0)
        })
        .await
    }

    /// Closes another's account and ends its sessions: whoever closes is left, so the city never is without an authority.
    ///
    /// # Errors
    /// [`Refused::SameOfficer`] for one's own; [`Refused::WrongState`] for one that is closed; [`Refused::NotFound`];
    /// [`Refused::NotAllowed`].
    pub async fn close_account(&self, actor: &Actor, account: AccountId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            may_run_city(&act.actor)?;
            if act.actor.account() == Some(account) {
                return Err(Refused::SameOfficer);
            }
            let mut closed = act.writer.account(account)?.ok_or(Refused::NotFound)?;
            if closed.disabled_at.is_some() {
                return Err(Refused::WrongState);
            }
            closed.disabled_at = Some(act.now);
            act.writer.save_account(&closed)?;
            act.writer.drop_sessions_of_account(account)?;
            act.log("close-account", Target::thing("account", account))
        })
        .await
    }

    /// Draws a new password for an account whose own is lost, and ends its sessions. The operator's alone: an officer who
    /// could set another's password would be two officers.
    ///
    /// # Errors
    /// [`Refused::NotFound`] for an unknown login; [`Refused::WrongState`] for a closed account; [`Refused::NotAllowed`].
    pub async fn renew_password(&self, actor: &Actor, login: &str) -> Result<String, Refused> {
        if *actor != Actor::System {
            return Err(Refused::NotAllowed);
        }
        let password = secrets::random_password(&*self.chance);
        let password_hash = self.hashing.hash(password.clone(), self.chance.clone()).await?;
        let login = login.trim().to_lowercase();
        self.act(actor, move |act| {
            let mut account = act.writer.account_by_login(&login)?.ok_or(Refused::NotFound)?;
            if account.disabled_at.is_some() {
                return Err(Refused::WrongState);
            }
            account.password_hash = password_hash;
            account.second_half = None;
            act.writer.save_account(&account)?;
            act.writer.drop_sessions_of_account(account.id)?;
            act.log("renew-password", Target::thing("account", account.id))
        })
        .await?;
        Ok(password)
    }

    /// Sets one's own password; every other session of the account ends.
    ///
    /// # Errors
    /// [`Refused::WrongSecret`] when the old one is wrong, and [`Refused::TooManyTries`] when it often was;
    /// [`Refused::Invalid`] when the new one is short.
    pub async fn change_password(&self, actor: &Actor, old: String, new: String) -> Result<(), Refused> {
        if new.chars().count() < secrets::SHORTEST_PASSWORD {
            return Err(Refused::field("password", "too-short"));
        }
        let id = actor.account().ok_or(Refused::NotAllowed)?;
        let account = self.look(move |reader| Ok(reader.account(id)?)).await?.ok_or(Refused::NotFound)?;
        self.tries.old_password(id, self.now())?;
        if !self.hashing.fits(old, account.password_hash).await {
            return Err(Refused::WrongSecret);
        }
        self.tries.opened_by_old_password(id);
        let hash = self.hashing.hash(new, self.chance.clone()).await?;
        self.act(actor, move |act| {
            let mut account = act.writer.account(id)?.ok_or(Refused::NotFound)?;
            account.password_hash = hash;
            act.writer.save_account(&account)?;
            act.writer.drop_sessions_of_account(id)?;
            act.log("change-password", Target::thing("account", id))
        })
        .await
    }

    /// Every account.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn staff(&self, actor: &Actor) -> Result<Vec<StaffRow>, Refused> {
        may_run_city(actor)?;
        let accounts = self.look(|reader| Ok(reader.accounts()?)).await?;
        Ok(accounts.into_iter().map(row).collect())
    }

    /// The officer of a login, for the composition root's own acts.
    ///
    /// # Errors
    /// The store failed.
    pub async fn officer_named(&self, login: &str) -> Result<Option<Actor>, Refused> {
        let login = login.to_owned();
        let account = self.look(move |reader| Ok(reader.account_by_login(&login)?)).await?;
        let open = account.filter(|account| account.disabled_at.is_none());
        Ok(open.as_ref().map(crate::sign_in::officer_of))
    }
}

fn may_run_city(actor: &Actor) -> Result<(), Refused> {
    match actor {
        Actor::System => Ok(()),
        actor => actor.officer()?.may(Right::RunCity, Place::City),
    }
}

fn row(account: Account) -> StaffRow {
    let scope = match account.scope {
        AccountScope::Everywhere => Scope::Everywhere,
        AccountScope::District(district) => Scope::District(district.into()),
        AccountScope::Point(point) => Scope::Point(point),
    };
    StaffRow {
        account: account.id,
        login: account.login,
        name: account.name.0,
        roles: account.roles,
        scope,
        closed: account.disabled_at.is_some(),
        waits: account.second_half.and(account.made_by),
    }
}

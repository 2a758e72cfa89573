//! Signing in: staff by login and password, residents by a one-time code to their telephone.
//!
//! A session is a random token in a cookie; the store keeps only its digest. Sessions end by themselves, when the
//! person signs out, and all at once when an account is closed.

use crate::{
    Actor, Refused, Service,
    access::{Officer, Role, Scope},
    act::{Act, Target},
    identity, notices,
    refused::Wait,
    secrets,
    tries::Door,
};
use kangma_core::{PersonId, Span};
use kangma_store::{Account, AccountScope, Digest, Notice, Person, PersonKind, SealedText, Session};
use std::sync::Arc;

/// How long a member of staff stays signed in.
const OFFICER_SESSION: Span = Span::from_hours(10);
/// How long a resident stays signed in on a phone of their own.
const RESIDENT_SESSION: Span = Span::from_24_hours(30);
/// How long a one-time code can be used.
const CODE_LIFE: Span = Span::from_minutes(10);
/// How often a wrong code may be tried by all who neither asked for one nor signed in before.
const MOST_ATTEMPTS: u32 = 5;

/// A session that began: the token goes into a cookie and nowhere else.
#[derive(Clone)]
pub struct SignedIn {
    /// The secret token.
    pub token: String,
    /// Who signed in.
    pub actor: Actor,
    /// The token against forged requests, bound to this session.
    pub csrf: String,
    /// How long it lasts.
    pub lasts: Span,
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SignedIn").field("actor", &self.actor).finish_non_exhaustive()
    }
}

/// Who a session belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionOf {
    /// Who.
    pub actor: Actor,
    /// The token against forged requests.
    pub csrf: String,
}

impl Service {
    /// Whether residents can sign in: somebody has to deliver the one-time code.
    #[must_use]
    pub fn sign_in_configured(&self) -> bool {
        self.demonstration || self.notifier.delivers()
    }

    /// Signs a member of staff in, from a network that nobody names.
    ///
    /// # Errors
    /// As [`Service::sign_in_officer_from`].
    pub async fn sign_in_officer(&self, login: &str, password: String) -> Result<SignedIn, Refused> {
        self.sign_in_officer_from(login, password, "").await
    }

    /// Signs a member of staff in.
    ///
    /// # Errors
    /// [`Refused::WrongSecret`], the same for an unknown login, a wrong password and a closed account;
    /// [`Refused::TooManyTries`], for an unknown login as well.
    pub async fn sign_in_officer_from(
        &self,
        login: &str,
        password: String,
        network: &str,
    ) -> Result<SignedIn, Refused> {
        let login = login.trim().to_lowercase();
        let door = Door::of_login(&login, network);
        self.tries.password(door, self.now())?;
        let account = self.look(move |reader| Ok(reader.account_by_login(&login)?)).await?;
        // A hash is checked in any case, so that the time does not tell which logins exist.
        let hash = account.as_ref().map_or(NOBODY, |account| account.password_hash.as_str()).to_owned();
        let fits = self.hashing.fits(password, hash).await;
        let account = account.filter(|account| account.disabled_at.is_none() && fits);
        let account = account.ok_or(Refused::WrongSecret)?;
        self.tries.opened_by_password(door, self.now());
        let actor = officer_of(&account);
        self.begin_session(actor, OFFICER_SESSION, "sign-in").await
    }

    /// Sends a one-time code to a telephone. Says nothing about whether anybody is known by it.
    ///
    /// # Errors
    /// [`Refused::SignInNotConfigured`]; [`Refused::Invalid`] for what is no telephone number;
    /// [`Refused::TooManyTries`] when the last code is less than a minute old, or many were sent.
    pub async fn send_one_time_code(&self, phone: &str) -> Result<(), Refused> {
        self.send_one_time_code_in(phone, notices::DEFAULT_LANGUAGE, "").await
    }

    /// The same, worded in the language in which it was asked for, for a network.
    ///
    /// # Errors
    /// As [`Service::send_one_time_code`].
    pub async fn send_one_time_code_in(
        &self,
        phone: &str,
        language: &'static str,
        network: &str,
    ) -> Result<(), Refused> {
        if !self.sign_in_configured() {
            return Err(Refused::SignInNotConfigured);
        }
        let phone = identity::normal_phone(phone).ok_or_else(|| Refused::field("phone", "not-a-phone"))?;
        self.tries.ask_code(Door::of_phone(&phone, network), self.now())?;
        let code = secrets::random_digits(&*self.chance);
        self.act(&Actor::System, move |act| {
            let now = act.now;
            act.writer.put_one_time_code(&phone, Digest::of(code.as_bytes()), now, now + CODE_LIFE)?;
            act.writer.add_notice(|id| Notice {
                id,
                person: None,
                phone: Some(SealedText::from(phone)),
                kind: "one-time-code".to_owned(),
                values: serde_json::json!({ "language": language }),
                secret: Some(SealedText::from(code)),
                created_at: now,
                delivered_at: None,
                attempts: 0,
                try_at: now,
            })?;
            Ok(())
        })
        .await
    }

    /// Signs a resident in, from a network that nobody names.
    ///
    /// # Errors
    /// As [`Service::sign_in_resident_from`].
    pub async fn sign_in_resident(&self, phone: &str, code: &str) -> Result<SignedIn, Refused> {
        self.sign_in_resident_from(phone, code, "").await
    }

    /// Signs a resident in with the code that was sent. Whoever is not known yet becomes known by this telephone.
    ///
    /// # Errors
    /// [`Refused::WrongSecret`] for a wrong or old code; [`Refused::TooManyTries`] after the fifth wrong one.
    pub async fn sign_in_resident_from(
        &self,
        phone: &str,
        code: &str,
        network: &str,
    ) -> Result<SignedIn, Refused> {
        let phone = identity::normal_phone(phone).ok_or_else(|| Refused::field("phone", "not-a-phone"))?;
        let door = Door::of_phone(&phone, network);
        let stranger = self.tries.code(door, self.now())?;
        let (code, fresh) = (code.trim().to_owned(), PersonId(self.draw()));
        let person = self
            .act(&Actor::System, move |act| match use_code(act, &phone, &code, stranger)? {
                Ok(()) => holder_of(act, phone, fresh).map(Ok),
                // Not an error of the act: a wrong try stays counted.
                Err(refused) => Ok(Err(refused)),
            })
            .await??;
        self.tries.opened_by_code(door, self.now());
        self.begin_session(Actor::Resident(person), RESIDENT_SESSION, "sign-in").await
    }

    async fn begin_session(
        &self,
        actor: Actor,
        lasts: Span,
        name: &'static str,
    ) -> Result<SignedIn, Refused> {
        let (token, csrf) = (secrets::random_token(&*self.chance), secrets::random_token(&*self.chance));
        let kept = (Digest::of(token.as_bytes()), csrf.clone());
        let signed_in = SignedIn { token, actor: actor.clone(), csrf, lasts };
        self.act(&actor, move |act| {
            let (account, person) = match &act.actor {
                Actor::Officer(officer) => (Some(officer.account), None),
                Actor::Resident(person) => (None, Some(*person)),
                _ => return Err(Refused::NotAllowed),
            };
            let (id, csrf) = kept;
            let expires_at = act.now + lasts;
            act.writer.put_session(&Session {
                id,
                account,
                person,
                content: csrf.into_bytes(),
                expires_at,
            })?;
            act.log(name, Target::thing("session", ""))
        })
        .await?;
        Ok(signed_in)
    }

    /// Who a session's token belongs to; nothing when it has ended.
    ///
    /// # Errors
    /// The store failed.
    pub async fn session(&self, token: &str) -> Result<Option<SessionOf>, Refused> {
        let (id, now) = (Digest::of(token.as_bytes()), self.now());
        self.look(move |reader| {
            let Some(session) = reader.session(id, now)? else { return Ok(None) };
            let csrf = String::from_utf8(session.content).unwrap_or_default();
            let actor = match (session.account, session.person) {
                (Some(account), _) => reader
                    .account(account)?
                    .filter(|account| account.disabled_at.is_none())
                    .map(|a| officer_of(&a)),
                (None, Some(person)) => Some(Actor::Resident(person)),
                (None, None) => None,
            };
            Ok(actor.map(|actor| SessionOf { actor, csrf }))
        })
        .await
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The store failed.
    pub async fn sign_out(&self, token: &str) -> Result<(), Refused> {
        let id = Digest::of(token.as_bytes());
        self.act(&Actor::System, move |act| Ok(act.writer.drop_session(id)?)).await
    }
}

/// Tries a code and, when it is right, uses it up: between the two nobody else uses it.
fn use_code(
    act: &mut Act<'_, '_>,
    phone: &str,
    code: &str,
    stranger: bool,
) -> Result<Result<(), Refused>, Refused> {
    let Some(kept) = act.writer.one_time_code(phone)? else {
        return Ok(Err(Refused::WrongSecret));
    };
    if stranger && kept.attempts >= MOST_ATTEMPTS {
        return Ok(Err(Refused::TooManyTries(Wait(kept.expires_at - act.now))));
    }
    if kept.code.matches(code.as_bytes()) && act.now < kept.expires_at {
        act.writer.drop_one_time_code(phone)?;
        return Ok(Ok(()));
    }
    if stranger {
        act.writer.count_attempt(phone)?;
    }
    Ok(Err(Refused::WrongSecret))
}

/// Whose telephone it is: somebody who has an account, or was named in an interview, or becomes known now.
fn holder_of(act: &mut Act<'_, '_>, phone: String, fresh: PersonId) -> Result<PersonId, Refused> {
    let known = act.writer.persons_by_phone(&phone)?;
    let own = known
        .iter()
        .filter(|person| person.merged_into.is_none())
        .find(|person| person.kind == PersonKind::AccountHolder)
        .or_else(|| known.iter().find(|person| person.kind == PersonKind::Interviewed));
    match own {
        Some(own) if own.kind == PersonKind::Interviewed => {
            let mut own = own.clone();
            own.kind = PersonKind::AccountHolder;
            act.writer.save_person(&own)?;
            Ok(own.id)
        }
        Some(own) => Ok(own.id),
        None => {
            let mut person = blank_person(fresh, PersonKind::AccountHolder, act.now);
            person.phone = Some(SealedText::from(phone));
            act.writer.add_person(&person)?;
            act.touch(fresh);
            act.log("register", Target::person(fresh))?;
            Ok(fresh)
        }
    }
}

/// The hash of a password that nobody has.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The officer that an account is.
pub(crate) fn officer_of(account: &Account) -> Actor {
    let roles = [Role::Checker, Role::Tracer, Role::Authority];
    let roles = roles.into_iter().filter(|role| account.roles.iter().any(|name| name == role.as_str()));
    let scope = match &account.scope {
        AccountScope::Everywhere => Scope::Everywhere,
        AccountScope::District(district) => Scope::District(Arc::from(district.as_str())),
        AccountScope::Point(point) => Scope::Point(*point),
    };
    Actor::Officer(Officer {
        account: account.id,
        login: Arc::from(account.login.as_str()),
        roles: roles.collect(),
        scope,
    })
}

/// A person of whom nothing is known yet.
pub(crate) fn blank_person(id: PersonId, kind: PersonKind, created_at: kangma_core::Time) -> Person {
    Person {
        id,
        kind,
        created_at,
        district: None,
        language: None,
        merged_into: None,
        name: None,
        document_type: None,
        document_number: None,
        phone: None,
        address: None,
        division: None,
        birth_date: None,
        sex: None,
        nationality: None,
        employer: None,
        medical_history: None,
    }
}

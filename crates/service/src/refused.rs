//! Why a use case refused: one table of stable codes, for the API, the pages and the command line alike.

use kangma_core::{Span, Time};
use kangma_store::{StoreError, WriteError};
use serde::Serialize;

/// What kind of refusal it is: decides the HTTP status and the exit code, and nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// What was asked is malformed or impossible.
    Invalid,
    /// Nobody is signed in.
    Unauthenticated,
    /// This actor may not.
    Forbidden,
    /// There is no such thing, or this actor may not know of it.
    NotFound,
    /// The thing is in another state than the act needs.
    Conflict,
    /// Too many tries.
    Limited,
    /// The system cannot now: try again.
    Unavailable,
}

/// One field of a form and what is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// The field's name in the form.
    pub field: String,
    /// A stable code; the pages have a sentence for each.
    pub code: &'static str,
}

/// How long to wait before the next try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wait(pub Span);

impl Wait {
    /// In whole seconds, rounded up: at least one.
    #[must_use]
    pub fn seconds(self) -> i64 {
        Span(self.0.0.saturating_add(999)).seconds().max(1)
    }

    /// In whole minutes, rounded up: at least one.
    #[must_use]
    pub fn minutes(self) -> i64 {
        Span::from_seconds(self.seconds().saturating_add(59)).minutes()
    }
}

impl std::fmt::Display for Wait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} seconds", self.seconds())
    }
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $name:ident $(($of:ty))? = $code:literal, $class:ident, $text:literal;)*) => {
        /// Why a use case refused. Nothing was changed.
        #[derive(Debug, thiserror::Error)]
        pub enum Refused {
            $($(#[$doc])* #[error($text)] $name $(($of))?,)*
        }

        impl Refused {
            /// Every code with its class, for documentation and for the test that they are unique.
            pub const CODES: &[(&'static str, Class)] = &[$(($code, Class::$class)),*];

            /// The stable code.
            #[must_use]
            pub fn code(&self) -> &'static str {
                match self { $(refusals!(@pattern $name $(($of))?) => $code,)* }
            }

            /// The kind of refusal.
            #[must_use]
            pub fn class(&self) -> Class {
                match self { $(refusals!(@pattern $name $(($of))?) => Class::$class,)* }
            }
        }
    };
    (@pattern $name:ident) => { Refused::$name };
    (@pattern $name:ident ($of:ty)) => { Refused::$name(_) };
}

refusals! {
    /// Nobody is signed in.
    NotSignedIn = "not-signed-in", Unauthenticated, "sign in first";
    /// The login, password or one-time code is wrong.
    WrongSecret = "wrong-secret", Unauthenticated, "the login or the code is wrong; check it and try again";
    /// Neither a messenger nor the demonstration outbox is there.
    SignInNotConfigured = "sign-in-not-configured", Unavailable, "sign-in is not configured here: start the server with --notify-command";
    /// This actor may not.
    NotAllowed = "not-allowed", Forbidden, "this account may not do that here";
    /// The second officer is the first.
    SameOfficer = "same-officer", Forbidden, "another officer has to do this, from another account";
    /// No such thing.
    NotFound = "not-found", NotFound, "there is no such thing, or this account may not see it";
    /// Fields are missing or wrong.
    Invalid(Vec<FieldError>) = "invalid", Invalid, "some fields need correction";
    /// A time lies in the future.
    InTheFuture = "in-the-future", Invalid, "that time lies in the future; check the date and the device's clock";
    /// A time lies too far back.
    TooLate(Time) = "too-late", Invalid, "that time can no longer be reported; it was open until {0}";
    /// A check-in for that day exists.
    AlreadyCheckedIn = "already-checked-in", Conflict, "there is a check-in for that day already";
    /// There is no declaration to renew, correct or show.
    NotDeclared = "not-declared", Conflict, "declare first";
    /// Something has to be answered anew before it can be renewed.
    CannotRenew = "cannot-renew", Conflict, "something changed since the last declaration: fill it in again";
    /// The thing is not in the state that the act needs.
    WrongState = "wrong-state", Conflict, "that has already been decided or ended";
    /// The same thing exists already.
    Duplicate = "duplicate", Conflict, "that exists already";
    /// The code cannot be verified.
    BadCode(kangma_credential::VerifyError) = "bad-code", Invalid, "{0}";
    /// A holder's device key cannot be used.
    BadDeviceKey = "bad-device-key", Invalid, "that device key is not a valid Ed25519 or P-256 public key";
    /// The person has no device enrolled under that key.
    UnknownDevice = "unknown-device", Conflict, "this device is not enrolled: enrol it again";
    /// Name and document are not known yet.
    NotIdentified = "not-identified", Conflict, "say who you are first: name and document are needed for a code";
    /// No issuer key is in force, or it cannot sign.
    NoSigningKey = "no-signing-key", Unavailable, "no signing key is in force: make one with kangma keys";
    /// The code was reported lost or revoked.
    Revoked = "revoked", Conflict, "this code was revoked";
    /// The point is not approved.
    PointNotOpen = "point-not-open", Conflict, "this point is not approved yet, or is closed";
    /// One guardian looks after so many and no more.
    TooManyDependants = "too-many-dependants", Conflict, "nobody looks after more than eight people: end with one of them first";
    /// Somebody asked too many others.
    TooManyAsked = "too-many-asked", Limited, "you have asked as many people as one may at a time: wait for their answers, take one back, or ask again tomorrow";
    /// Too many tries.
    TooManyTries(Wait) = "too-many-tries", Limited, "too many tries; try again in {0}";
    /// A file cannot be read.
    BadFile(String) = "bad-file", Invalid, "the file cannot be read: {0}";
    /// A policy cannot be taken through such values.
    BadSweep(String) = "bad-sweep", Invalid, "{0}";
    /// The act names another version than the one that is there.
    Stale = "stale", Conflict, "somebody changed this in the meantime; look again and decide anew";
    /// No policy has been published.
    NoPolicy = "no-policy", Unavailable, "no policy has been published yet; publish one first";
    /// The store failed.
    Store(StoreError) = "store-unavailable", Unavailable, "the store cannot answer now; nothing was changed; try again";
}

impl Refused {
    /// How long to wait, where that helps.
    #[must_use]
    pub const fn wait(&self) -> Option<Wait> {
        match self {
            Self::TooManyTries(wait) => Some(*wait),
            _ => None,
        }
    }

    /// One wrong field.
    #[must_use]
    pub fn field(field: impl Into<String>, code: &'static str) -> Self {
        Self::Invalid(vec![FieldError { field: field.into(), code }])
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(_) => Refused::Duplicate,
            error => Refused::Store(error),
        }
    }
}

impl From<WriteError<Refused>> for Refused {
    fn from(error: WriteError<Refused>) -> Self {
        match error {
            WriteError::Act(refused) => refused,
            WriteError::Store(error) => Refused::Store(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_wait_is_said_rounded_up() {
        assert_eq!(
            [0, 1, 1_000, 1_001, 60_000, 60_001].map(|ms| Wait(Span(ms)).seconds()),
            [1, 1, 1, 2, 60, 61]
        );
        assert_eq!([0, 60_000, 60_001].map(|ms| Wait(Span(ms)).minutes()), [1, 1, 2]);
        assert_eq!(
            Refused::TooManyTries(Wait(Span::from_seconds(9))).to_string(),
            "too many tries; try again in 9 seconds"
        );
    }

    #[test]
    fn every_code_is_kebab_case_and_stands_once() {
        let mut seen = HashSet::new();
        for (code, _) in Refused::CODES {
            assert!(code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-'), "{code}");
            assert!(seen.insert(code), "{code} stands twice");
        }
    }
}

//! Who may do what. Every use case asks here, and nothing outside this crate decides it.

use crate::refused::Refused;
use kangma_core::{PersonId, PointId};
use kangma_store::{AccountId, GateId};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// A person who signed in with a one-time code: acts for themselves and for those they are guardian of.
    Resident(PersonId),
    /// A member of staff.
    Officer(Officer),
    /// A gate device that was enrolled at a point: checks there and nothing else.
    Gate {
        /// The device.
        gate: GateId,
        /// Where it stands.
        point: PointId,
    },
    /// The system's own background work.
    System,
}

/// A signed-in member of staff.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Officer {
    /// The account.
    pub account: AccountId,
    /// Its login, for records.
    pub login: Arc<str>,
    /// What it may do.
    pub roles: Vec<Role>,
    /// Where.
    pub scope: Scope,
}

/// What a member of staff is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Checks codes at a point.
    Checker,
    /// Works on cases and contacts.
    Tracer,
    /// Decides: orders, appeals, reviews, areas, points, policies, staff.
    Authority,
}

impl Role {
    /// Its text in the store and in JSON.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Role::Checker => "checker",
            Role::Tracer => "tracer",
            Role::Authority => "authority",
        }
    }
}

/// Where a member of staff may act.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// Everywhere.
    Everywhere,
    /// In one district.
    District(Arc<str>),
    /// At one point.
    Point(PointId),
}

/// What an officer wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Right {
    /// Check codes at a point.
    Check,
    /// See a point's visitor ledger.
    SeeLedger,
    /// Report, change and withdraw cases; add contacts.
    WorkOnCases,
    /// Declare, check in and print paper codes for a person without a phone.
    HelpPerson,
    /// See a person's evidence and verdict, with thresholds.
    SeeEvidence,
    /// Decide reviews, corrections and appeals.
    Decide,
    /// Propose or confirm a manual order or a finding of a false statement.
    Order,
    /// Mark, clear and withdraw risk areas; import exposure sites.
    MarkPlaces,
    /// Register and approve collection points and their gates.
    RunPoints,
    /// Publish policies, report sources, make staff accounts: for the whole city.
    RunCity,
}

impl Right {
    const fn roles(self) -> &'static [Role] {
        match self {
            Right::Check => &[Role::Checker, Role::Authority],
            Right::SeeLedger => &[Role::Checker, Role::Tracer, Role::Authority],
            Right::WorkOnCases | Right::HelpPerson | Right::SeeEvidence => &[Role::Tracer, Role::Authority],
            Right::Decide | Right::Order | Right::MarkPlaces | Right::RunPoints | Right::RunCity => {
                &[Role::Authority]
            }
        }
    }
}

/// Where the thing is that an officer wants to act on.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// Nowhere in particular.
    City,
    /// In a district.
    District(&'a str),
    /// At a point, in a district.
    Point(PointId, &'a str),
}

impl Officer {
    /// Whether one of this officer's roles holds `right`, wherever that is.
    #[must_use]
    pub fn has(&self, right: Right) -> bool {
        self.roles.iter().any(|role| right.roles().contains(role))
    }

    /// Whether this officer holds `right` at `place`.
    ///
    /// # Errors
    /// Neither the roles nor the scope allow it.
    pub fn may(&self, right: Right, place: Place<'_>) -> Result<(), Refused> {
        let reach = match (&self.scope, place) {
            (Scope::Everywhere, _) => true,
            (Scope::District(own), Place::District(district) | Place::Point(_, district)) => {
                **own == *district
            }
            (Scope::Point(own), Place::Point(point, _)) => *own == point,
            (Scope::District(_) | Scope::Point(_), Place::City) | (Scope::Point(_), Place::District(_)) => {
                false
            }
        };
        if self.has(right) && reach { Ok(()) } else { Err(Refused::NotAllowed) }
    }
}

impl Actor {
    /// The officer who acts.
    ///
    /// # Errors
    /// It is not an officer.
    pub fn officer(&self) -> Result<&Officer, Refused> {
        match self {
            Actor::Officer(officer) => Ok(officer),
            _ => Err(Refused::NotAllowed),
        }
    }

    /// That this actor holds `right` somewhere. Asked before anything is looked up by a number that can be guessed: whoever
    /// does not hold it is answered alike, whether there is such a thing or not.
    ///
    /// # Errors
    /// Neither staff with a role that holds it, nor the system.
    pub fn holds(&self, right: Right) -> Result<(), Refused> {
        match self {
            Actor::System => Ok(()),
            Actor::Officer(officer) if officer.has(right) => Ok(()),
            _ => Err(Refused::NotAllowed),
        }
    }

    /// The account, where there is one.
    #[must_use]
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Actor::Officer(officer) => Some(officer.account),
            _ => None,
        }
    }

    /// How a record names who acted: a role, with the login of staff and the id of a person.
    #[must_use]
    pub fn label(&self) -> String {
        match self {
            Actor::Resident(person) => format!("resident:{person}"),
            Actor::Officer(officer) => format!("officer:{}", officer.login),
            Actor::Gate { gate, .. } => format!("gate:{gate}"),
            Actor::System => "system".to_owned(),
        }
    }
}

/// The district that an officer's lists are limited to; nothing when they see the whole city.
///
/// # Errors
/// Not an officer, or without the right anywhere.
pub(crate) fn district_of(actor: &Actor, right: Right) -> Result<Option<String>, Refused> {
    let officer = actor.officer()?;
    match &officer.scope {
        Scope::Everywhere => officer.may(right, Place::City).map(|()| None),
        Scope::District(district) => {
            officer.may(right, Place::District(district))?;
            Ok(Some(district.to_string()))
        }
        Scope::Point(_) => Err(Refused::NotAllowed),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn officer(roles: &[Role], scope: Scope) -> Officer {
        Officer { account: AccountId(1), login: "zhou".into(), roles: roles.to_vec(), scope }
    }

    #[test]
    fn a_checker_of_one_point_checks_there_and_nowhere_else() {
        let checker = officer(&[Role::Checker], Scope::Point(PointId(1)));
        assert!(checker.may(Right::Check, Place::Point(PointId(1), "east")).is_ok());
        assert!(checker.may(Right::Check, Place::Point(PointId(2), "east")).is_err());
        assert!(checker.may(Right::SeeEvidence, Place::Point(PointId(1), "east")).is_err());
        assert!(checker.may(Right::Check, Place::City).is_err());
    }

    #[test]
    fn a_tracer_of_one_district_does_not_reach_another() {
        let tracer = officer(&[Role::Tracer], Scope::District("east".into()));
        assert!(tracer.may(Right::WorkOnCases, Place::District("east")).is_ok());
        assert!(tracer.may(Right::WorkOnCases, Place::District("west")).is_err());
        assert!(tracer.may(Right::Order, Place::District("east")).is_err());
        assert!(tracer.may(Right::RunCity, Place::City).is_err());
    }
}

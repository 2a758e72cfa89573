//! What a resident asks of another by their telephone: to live together, or to look after somebody too. Whoever asks learns
//! nothing of whom they asked before that one agrees, not even whether anybody is known by that telephone.

use crate::{
    Actor, Refused, Service,
    act::{Act, Target},
    identity,
    persons::{self, MOST_DEPENDANTS},
    sign_in::blank_person,
};
use kangma_core::{PersonId, Span};
use kangma_store::{PersonKind, SealedText};
use serde::Serialize;

/// How many people somebody may have asked within [`AGAIN`] or still be waiting for.
const MOST_ASKED: usize = 10;
/// Within this, whoever was asked gets no second notice of the same asker.
const AGAIN: Span = Span::from_24_hours(1);

/// Somebody whom the reader is asked to look after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Offer {
    /// Who.
    pub person: PersonId,
    /// Their name, masked until the offer is accepted.
    pub masked_name: String,
}

impl Service {
    /// Asks the holder of a telephone to look after a dependant too: a child of two homes. The answer is the same whether
    /// anybody is known by it or not.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] unless the actor is a guardian; [`Refused::Duplicate`] when they are asked already;
    /// [`Refused::TooManyAsked`].
    pub async fn share_dependant(
        &self,
        actor: &Actor,
        dependant: PersonId,
        phone: String,
    ) -> Result<(), Refused> {
        let Actor::Resident(guardian) = *actor else { return Err(Refused::NotAllowed) };
        let phone = identity::normal_phone(&phone).ok_or_else(|| Refused::field("phone", "not-a-phone"))?;
        let fresh = PersonId(self.draw());
        self.act(actor, move |act| {
            let guardians = act.writer.guardians_of(dependant)?;
            if !guardians.contains(&guardian) {
                return Err(Refused::NotAllowed);
            }
            let other = holder(act, dependant, &phone, fresh)?;
            if guardians.contains(&other) || act.writer.offers_of(dependant)?.contains(&other) {
                return Err(Refused::Duplicate);
            }
            ask(act, other, "dependant-shared", |act| {
                Ok(act.writer.offer_guardian(dependant, other, guardian, act.now)?)
            })?;
            act.log("share-dependant", Target::person(dependant))
        })
        .await
    }

    /// Whom the actor is asked to look after.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for staff; the store failed.
    pub async fn offered_dependants(&self, actor: &Actor) -> Result<Vec<Offer>, Refused> {
        let Actor::Resident(own) = *actor else { return Err(Refused::NotAllowed) };
        self.look(move |reader| {
            let offered = reader.offered_to(own)?.into_iter().map(|person| {
                let name = reader.name_of(person)?.map(|sealed| sealed.0).unwrap_or_default();
                Ok(Offer { person, masked_name: identity::masked_name(&name) })
            });
            offered.collect()
        })
        .await
    }

    /// Agrees to look after somebody, as one was asked to.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when the actor is not asked; [`Refused::NotAllowed`] for a child; [`Refused::TooManyDependants`].
    pub async fn accept_dependant(&self, actor: &Actor, dependant: PersonId) -> Result<(), Refused> {
        let Actor::Resident(own) = *actor else { return Err(Refused::NotAllowed) };
        self.act(actor, move |act| {
            if !act.writer.offered_to(own)?.contains(&dependant) {
                return Err(Refused::NotFound);
            }
            let person = act.writer.person(own)?.ok_or(Refused::NotFound)?;
            if !persons::is_adult(&person, act.rules.policy(act.now).zone.day(act.now)) {
                return Err(Refused::NotAllowed);
            }
            if act.writer.dependants_of(own)?.len() >= MOST_DEPENDANTS {
                return Err(Refused::TooManyDependants);
            }
            act.writer.add_guardian(dependant, own, act.now)?;
            act.log("accept-dependant", Target::person(dependant))
        })
        .await
    }

    /// How many people were asked to look after a dependant and have not agreed. Nobody is told who declined.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] unless the actor is a guardian.
    pub async fn dependant_offers(&self, actor: &Actor, dependant: PersonId) -> Result<usize, Refused> {
        let Actor::Resident(guardian) = *actor else { return Err(Refused::NotAllowed) };
        self.look(move |reader| {
            if !reader.guardians_of(dependant)?.contains(&guardian) {
                return Err(Refused::NotAllowed);
            }
            Ok(reader.offers_of(dependant)?.len())
        })
        .await
    }

    /// Takes back what nobody has agreed to: a mistyped telephone.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] unless the actor is a guardian.
    pub async fn take_back_offers(&self, actor: &Actor, dependant: PersonId) -> Result<(), Refused> {
        let Actor::Resident(guardian) = *actor else { return Err(Refused::NotAllowed) };
        self.act(actor, move |act| {
            if !act.writer.guardians_of(dependant)?.contains(&guardian) {
                return Err(Refused::NotAllowed);
            }
            for asked in act.writer.offers_of(dependant)? {
                act.writer.end_guardian(dependant, asked, act.now)?;
            }
            act.log("take-back-offers", Target::person(dependant))
        })
        .await
    }
}

/// Whoever signs in by a telephone, other than `than`: known already, or as soon as they do.
pub(crate) fn holder(
    act: &mut Act<'_, '_>,
    than: PersonId,
    phone: &str,
    fresh: PersonId,
) -> Result<PersonId, Refused> {
    let known = act.writer.persons_by_phone(phone)?;
    let of = |kind| known.iter().find(move |one| one.kind == kind && one.merged_into.is_none());
    let found = of(PersonKind::AccountHolder).or_else(|| of(PersonKind::Interviewed));
    match found {
        Some(found) if found.id == than => Err(Refused::field("phone", "same-person")),
        Some(found) => Ok(found.id),
        None => {
            let mut person = blank_person(fresh, PersonKind::Interviewed, act.now);
            person.phone = Some(SealedText::from(phone));
            act.writer.add_person(&person)?;
            Ok(fresh)
        }
    }
}

/// Asks somebody, and tells them so once a day at most. Whoever never signed in is told when they do.
pub(crate) fn ask<T>(
    act: &mut Act<'_, '_>,
    other: PersonId,
    notice: &str,
    write: impl FnOnce(&mut Act<'_, '_>) -> Result<T, Refused>,
) -> Result<T, Refused> {
    let asked = match act.actor {
        Actor::Resident(by) => act.writer.asked_by(by, act.now - AGAIN)?,
        _ => Vec::new(),
    };
    if asked.len() >= MOST_ASKED {
        return Err(Refused::TooManyAsked);
    }
    let written = write(act)?;
    let known = act.writer.person(other)?.is_some_and(|other| other.kind == PersonKind::AccountHolder);
    if known && !asked.contains(&other) {
        act.notify(other, notice, serde_json::json!({}))?;
    }
    Ok(written)
}

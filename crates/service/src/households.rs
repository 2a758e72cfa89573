//! Household links: two people confirm that they live together, either may end it, and time spent apart is evidence.
//!
//! A link matters when one of the two becomes a case, so every change traces the household's open cases anew.

use crate::{
    Actor, Refused, Service,
    access::Right,
    act::{Act, Target},
    asked, derived, identity, persons, trace,
};
use kangma_core::{Kind, Origin, PersonId, Time, Window};
use kangma_store::{HouseholdLink, LinkId, PersonKind, SealedText};
use serde::Serialize;
use std::collections::BTreeSet;

/// How many days afterwards somebody says themselves that they were apart from their household.
const DAYS_AFTERWARDS: i32 = 3;
/// How many days ahead they say so.
const DAYS_IN_ADVANCE: i32 = 31;

/// A link as one of its two sees it.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LinkView {
    /// The link.
    pub link: LinkId,
    /// The one who asked.
    pub own: PersonId,
    /// The other, once both have confirmed.
    pub other: Option<PersonId>,
    /// The other's name. Until both have confirmed: masked for whoever was asked, and empty for whoever asks.
    pub other_name: String,
    /// The last digits of the telephone by which whoever asks has asked.
    pub phone_end: String,
    /// Whether both have confirmed.
    pub confirmed: bool,
    /// Whether this side has to confirm it.
    pub waits_for_own: bool,
}

impl Service {
    /// Proposes a link to the holder of a telephone. The answer is the same whether anybody is known by it or not.
    ///
    /// # Errors
    /// [`Refused::Duplicate`] when it was proposed to them already; [`Refused::TooManyAsked`]; [`Refused::NotAllowed`].
    pub async fn propose_link(
        &self,
        actor: &Actor,
        person: PersonId,
        phone: String,
        days: Option<String>,
    ) -> Result<LinkId, Refused> {
        let phone = identity::normal_phone(&phone).ok_or_else(|| Refused::field("phone", "not-a-phone"))?;
        if days.as_ref().is_some_and(|days| {
            !(1..=7).contains(&days.len()) || !days.bytes().all(|b| (b'1'..=b'7').contains(&b))
        }) {
            return Err(Refused::field("days", "not-weekdays"));
        }
        let fresh = PersonId(self.draw());
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let other = asked::holder(act, person, &phone, fresh)?;
            asked::ask(act, other, "link-proposed", |act| propose(act, person, other, days, Some(phone)))
        })
        .await
    }

    /// Links two people whom the same actor acts for: a guardian and a child.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] unless the actor acts for both; [`Refused::Duplicate`].
    pub async fn link_own(&self, actor: &Actor, one: PersonId, other: PersonId) -> Result<LinkId, Refused> {
        self.act(actor, move |act| {
            // Staff see both and live with neither.
            if !matches!(act.actor, Actor::Resident(_)) {
                return Err(Refused::NotAllowed);
            }
            act.may_act_for(one, Right::HelpPerson)?;
            act.may_act_for(other, Right::HelpPerson)?;
            let link = propose(act, one, other, None, None)?;
            confirm(act, link, other)?;
            Ok(link)
        })
        .await
    }

    /// Confirms a link from the other side: an adult for themselves, a guardian for a child.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for the side that proposed it, or for a child; [`Refused::WrongState`].
    pub async fn confirm_link(&self, actor: &Actor, link: LinkId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            let kept = act.writer.household_link(link)?.ok_or(Refused::NotFound)?;
            let side = kept.other;
            act.may_act_for(side, Right::HelpPerson)?;
            let person = act.writer.person(side)?.ok_or(Refused::NotFound)?;
            let today = act.rules.policy(act.now).zone.day(act.now);
            // Staff agree for nobody who can do so themselves.
            let speaks = match act.actor {
                Actor::Officer(_) => person.kind == PersonKind::Assisted,
                _ => act.actor != Actor::Resident(side) || persons::is_adult(&person, today),
            };
            if speaks { confirm(act, link, side) } else { Err(Refused::NotAllowed) }
        })
        .await
    }

    /// Ends a link from either side, which stops disclosure at once; declines it, or takes it back.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] unless the actor acts for one of the two; [`Refused::WrongState`] when it has ended.
    pub async fn end_link(&self, actor: &Actor, link: LinkId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            let mut kept = act.writer.household_link(link)?.ok_or(Refused::NotFound)?;
            let side = [kept.one, kept.other]
                .into_iter()
                .find(|side| act.may_act_for(*side, Right::HelpPerson).is_ok())
                .ok_or(Refused::NotAllowed)?;
            if kept.ended_at.is_some() && !(kept.declined() && side == kept.one) {
                return Err(Refused::WrongState);
            }
            kept.ended_at = Some(act.now);
            kept.ended_by = Some(side);
            act.writer.save_household_link(&kept)?;
            for person in [kept.one, kept.other] {
                end_item(act, person, link)?;
            }
            // Of one that nobody confirmed nothing is told to either: whoever asked does not hear that the other declined.
            let about = match kept.confirmed_at {
                Some(_) => vec![Some(kept.one), Some(kept.other)],
                None => vec![None],
            };
            for person in about {
                act.log("end-link", Target { person, ..Target::thing("link", link) })?;
            }
            trace::household(act, [kept.one, kept.other])
        })
        .await
    }

    /// A person's links that have not ended.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn links(&self, actor: &Actor, person: PersonId) -> Result<Vec<LinkView>, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            act.look(person, "household")?;
            let links = act.writer.household_links_of(person)?;
            links.iter().filter(|link| shows(link, person)).map(|link| view(act, link, person)).collect()
        })
        .await
    }

    /// Records that somebody was away from their household, or isolates elsewhere. By themselves they say so of these days
    /// and some weeks to come; staff say it of any time, and alone that a known contact was none.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for an empty window, or one that denies a known contact; [`Refused::NotAllowed`].
    pub async fn record_separation(
        &self,
        actor: &Actor,
        person: PersonId,
        window: Window,
    ) -> Result<(), Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            if window.from >= window.until {
                return Err(Refused::field("until", "ends-before-it-begins"));
            }
            let from = match act.actor {
                Actor::Resident(_) => of_these_days(act, window).and(undenied(act, person, window.from))?,
                _ => window.from,
            };
            let item = kangma_store::NewEvidence::new(person, Kind::Separation, from, act.source());
            act.record(item.with("until", window.until))?;
            act.log("record-separation", Target::person(person))?;
            trace::household(act, [person])
        })
        .await
    }
}

/// Whoever could say in advance, once and for all, that they live with nobody would never be a contact.
fn of_these_days(act: &Act<'_, '_>, window: Window) -> Result<(), Refused> {
    let zone = &act.rules.policy(act.now).zone;
    let from_today = |days| zone.midnight(zone.day(act.now).plus(days));
    if window.from < from_today(-DAYS_AFTERWARDS) {
        return Err(Refused::field("from", "too-long-ago"));
    }
    if window.until > from_today(DAYS_IN_ADVANCE + 1) {
        return Err(Refused::field("until", "too-far-ahead"));
    }
    Ok(())
}

/// From when on somebody can say themselves that they were apart: on the day of the last known contact of living together,
/// theirs or by their own case, from that contact on, and never from an earlier day.
fn undenied(act: &Act<'_, '_>, person: PersonId, from: Time) -> Result<Time, Refused> {
    let cases: Vec<_> = act.writer.cases_of(person)?.iter().map(|case| Some(Origin::Case(case.id))).collect();
    let links = act.writer.household_links_of(person)?;
    let members: BTreeSet<_> = links.iter().flat_map(|link| [link.one, link.other]).chain([person]).collect();
    let mut last = from;
    for member in members {
        let evidence = act.writer.evidence_of(member)?;
        let known = crate::standing_items(&evidence).filter(|item| {
            item.kind == Kind::Exposure
                && derived::is_household(&item.attributes)
                && (member == person || cases.contains(&item.origin))
        });
        last = known.map(|item| item.happened_at).fold(last, Time::max);
    }
    let zone = &act.rules.policy(act.now).zone;
    if zone.day(from) < zone.day(last) {
        return Err(Refused::field("from", "known-contact"));
    }
    Ok(last)
}

fn propose(
    act: &mut Act<'_, '_>,
    one: PersonId,
    other: PersonId,
    days: Option<String>,
    phone: Option<String>,
) -> Result<LinkId, Refused> {
    if one == other {
        return Err(Refused::field("other", "same-person"));
    }
    let there = act.writer.household_links_of(one)?;
    if there.iter().any(|link| shows(link, one) && [link.one, link.other].contains(&other)) {
        return Err(Refused::Duplicate);
    }
    let (proposed_by, proposed_at) = match act.actor {
        Actor::Resident(by) => (by, act.now),
        _ => (one, act.now),
    };
    let link = act.writer.add_household_link(|id| HouseholdLink {
        id,
        one,
        other,
        days,
        proposed_by,
        phone: phone.map(SealedText::from),
        proposed_at,
        confirmed_by: None,
        confirmed_at: None,
        ended_by: None,
        ended_at: None,
    })?;
    act.log("propose-link", Target::thing("link", link.id))?;
    Ok(link.id)
}

fn confirm(act: &mut Act<'_, '_>, link: LinkId, side: PersonId) -> Result<(), Refused> {
    let mut kept = act.writer.household_link(link)?.ok_or(Refused::NotFound)?;
    if kept.confirmed_at.is_some() || kept.ended_at.is_some() {
        return Err(Refused::WrongState);
    }
    kept.confirmed_by = Some(side);
    kept.confirmed_at = Some(act.now);
    act.writer.save_household_link(&kept)?;
    for person in [kept.one, kept.other] {
        let mut item = act.observed(person, Kind::HouseholdLink).with("link", link.to_string().as_str());
        if let Some(days) = &kept.days {
            item = item.with("days", days.as_str());
        }
        act.record(item)?;
    }
    for person in [kept.one, kept.other] {
        act.log("confirm-link", Target { person: Some(person), ..Target::thing("link", link) })?;
    }
    trace::household(act, [kept.one, kept.other])
}

fn end_item(act: &mut Act<'_, '_>, person: PersonId, link: LinkId) -> Result<(), Refused> {
    let evidence = act.writer.evidence_of(person)?;
    let name = link.to_string();
    let items: Vec<_> = crate::standing_items(&evidence)
        .filter(|item| item.kind == Kind::HouseholdLink && item.attributes.text("link") == Some(&name))
        .map(|item| item.id)
        .collect();
    items.into_iter().try_for_each(|item| act.end(person, item))
}

/// Whether somebody sees a link among theirs: whoever asked is not told that the other declined.
fn shows(link: &HouseholdLink, to: PersonId) -> bool {
    link.ended_at.is_none() || (link.declined() && link.one == to)
}

fn view(act: &Act<'_, '_>, link: &HouseholdLink, own: PersonId) -> Result<LinkView, Refused> {
    let other = if link.one == own { link.other } else { link.one };
    let confirmed = link.confirmed_at.is_some();
    let waits_for_own = !confirmed && link.other == own;
    let name = || act.writer.name_of(other).map(|name| name.map(|sealed| sealed.0).unwrap_or_default());
    let digits = link.phone.as_ref().filter(|_| link.one == own).map_or("", |phone| phone.0.as_str());
    Ok(LinkView {
        link: link.id,
        own,
        other: confirmed.then_some(other),
        other_name: match (confirmed, waits_for_own) {
            (true, _) => name()?,
            (false, true) => identity::masked_name(&name()?),
            (false, false) => String::new(),
        },
        phone_end: digits.get(digits.len().saturating_sub(4)..).unwrap_or_default().to_owned(),
        confirmed,
        waits_for_own,
    })
}

/// When a link holds: from its confirmation, back over what the policy traces, until it was ended.
pub(crate) fn holds(link: &HouseholdLink) -> Option<Window> {
    link.confirmed_at?;
    Window::new(Time::MIN, link.ended_at.unwrap_or(Time::MAX))
}

/// The days of stay as seven flags, Monday first. Written as digits: `12345` is Monday to Friday; every day when absent.
pub(crate) fn weekdays(days: Option<&str>) -> [bool; 7] {
    days.map_or([true; 7], |days| {
        std::array::from_fn(|day| days.bytes().any(|b| usize::from(b) == usize::from(b'1') + day))
    })
}

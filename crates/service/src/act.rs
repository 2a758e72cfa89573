//! One act: what it records, whom it touches, and how the touched are decided anew before it commits.
//!
//! Everything an act writes (evidence, standings, notices, the record of the act itself) commits together. A preview
//! is the same act, carried out and rolled back: there is no second copy of what an act would do.

use crate::{
    Actor, Refused,
    access::{Officer, Place, Right},
    derived::{Cause, Difference, Known, out_of_line},
    notices,
    rules::CityRules,
    trace::Anew,
};
use kangma_contact::PresenceIndex;
use kangma_core::{Evidence, EvidenceId, Kind, PersonId, Standing, Time, Verdict};
use kangma_store::{
    ActRecord, CachedStanding, Look, NewEvidence, Notice, PersonKind, Reader, SealedText, Writer,
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeSet, iter::repeat_n, sync::Arc};

/// Somebody whose standing an act changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// Who.
    pub person: PersonId,
    /// What showed before.
    pub before: Standing,
    /// What shows after.
    pub after: Standing,
}

/// An act under way, inside one transaction.
pub(crate) struct Act<'a, 'w> {
    pub(crate) writer: &'a mut Writer<'w>,
    pub(crate) rules: Arc<CityRules>,
    pub(crate) actor: Actor,
    /// The time of the act: never before anything that was recorded, and its own stamp once it records evidence.
    pub(crate) now: Time,
    stamped: bool,
    /// Who was where.
    pub(crate) presence: Arc<PresenceIndex>,
    /// Whether all of it will be rolled back: nothing is left to a job then.
    pub(crate) preview: bool,
    touched: BTreeSet<PersonId>,
    /// Cases that a job has to look at again.
    pub(crate) anew: Arc<Anew>,
    /// Whether it left a record of itself: then it was more than a look.
    pub(crate) on_record: bool,
}

/// What an act begins with.
pub(crate) struct Setting {
    pub(crate) rules: Arc<CityRules>,
    pub(crate) presence: Arc<PresenceIndex>,
    pub(crate) anew: Arc<Anew>,
    pub(crate) actor: Actor,
    pub(crate) now: Time,
}

/// What an act acted on, for its record.
pub(crate) struct Target<'t> {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) person: Option<PersonId>,
    /// Free text, sealed.
    pub(crate) reason: Option<&'t str>,
}

impl Target<'_> {
    pub(crate) fn person(person: PersonId) -> Self {
        Self { kind: "person", id: person.to_string(), person: Some(person), reason: None }
    }

    pub(crate) fn thing(kind: &'static str, id: impl ToString) -> Self {
        Self { kind, id: id.to_string(), person: None, reason: None }
    }
}

impl<'a, 'w> Act<'a, 'w> {
    /// Begins one, unless whoever acts was dismissed since they asked.
    pub(crate) fn begin(
        writer: &'a mut Writer<'w>,
        setting: Setting,
        preview: bool,
    ) -> Result<Self, Refused> {
        let now = setting.now.max(writer.last_stamp());
        let Setting { rules, presence, anew, actor, .. } = setting;
        let dismissed = match actor {
            Actor::Officer(Officer { account, .. }) => {
                writer.account(account)?.is_none_or(|account| account.disabled_at.is_some())
            }
            Actor::Gate { gate, .. } => writer.gate(gate)?.is_none_or(|gate| gate.revoked_at.is_some()),
            Actor::Resident(_) | Actor::System => false,
        };
        if dismissed {
            return Err(Refused::NotAllowed);
        }
        let (stamped, touched, on_record) = (false, BTreeSet::new(), false);
        Ok(Self { writer, rules, actor, now, stamped, presence, preview, touched, anew, on_record })
    }

    /// Records an item about a person.
    pub(crate) fn record(&mut self, item: NewEvidence) -> Result<Evidence, Refused> {
        if item.happened_at > self.now && item.kind != Kind::Itinerary {
            return Err(Refused::InTheFuture);
        }
        self.stamp();
        self.touched.insert(item.person);
        Ok(self.writer.add_evidence(item, self.now)?)
    }

    /// Takes a stamp of its own, once: what is known at a time is then exact. An act that records no evidence needs none,
    /// so that gates are not held to one act a millisecond.
    pub(crate) fn stamp(&mut self) {
        if !self.stamped {
            self.now = self.writer.stamp(self.now);
            self.stamped = true;
        }
    }

    /// Says that an item never was true.
    pub(crate) fn withdraw(&mut self, person: PersonId, item: EvidenceId) -> Result<Evidence, Refused> {
        let withdrawal = self.observed(person, Kind::Withdrawal).about(item);
        self.record(withdrawal)
    }

    /// Says that an item was true until now.
    pub(crate) fn end(&mut self, person: PersonId, item: EvidenceId) -> Result<(), Refused> {
        let ending = self.observed(person, Kind::Ending).about(item);
        self.record(ending).map(drop)
    }

    /// An item that this actor observes now.
    pub(crate) fn observed(&self, person: PersonId, kind: Kind) -> NewEvidence {
        NewEvidence::new(person, kind, self.now, self.source())
    }

    /// How evidence names this actor as its source.
    pub(crate) fn source(&self) -> &'static str {
        match self.actor {
            Actor::Resident(_) => "self",
            Actor::Officer(_) => "officer",
            Actor::Gate { .. } => "gate",
            Actor::System => "system",
        }
    }

    /// What deriving looks at, inside this act.
    pub(crate) fn known(&self) -> Known<'_> {
        Known { reader: self.writer, rules: &self.rules, presence: &self.presence, now: self.now }
    }

    /// Brings what a cause made into line with it.
    pub(crate) fn line_up(&mut self, cause: &dyn Cause) -> Result<(), Refused> {
        let changes = out_of_line(&self.known(), cause)?;
        changes
            .into_iter()
            .try_for_each(|(person, mut difference)| self.apply(person, &mut difference, &mut Vec::new()))
    }

    /// Carries a difference out, and adds what it recorded for it.
    pub(crate) fn apply(
        &mut self,
        person: PersonId,
        difference: &mut Difference,
        recorded: &mut Vec<Evidence>,
    ) -> Result<(), Refused> {
        self.stamp();
        self.touched.insert(person);
        recorded.reserve(difference.items());
        for item in difference.withdraw.drain(..) {
            let withdrawal = self.observed(person, Kind::Withdrawal).about(item);
            recorded.push(self.writer.add_derived(withdrawal, self.now)?);
        }
        for item in difference.add.drain(..) {
            recorded.push(self.writer.add_derived(item, self.now)?);
        }
        Ok(())
    }

    /// Marks a person whose standing has to be decided anew although nothing was recorded about them.
    pub(crate) fn touch(&mut self, person: PersonId) {
        self.touched.insert(person);
    }

    /// Leaves the record of the act.
    pub(crate) fn log(&mut self, act: &str, target: Target<'_>) -> Result<(), Refused> {
        let (at, actor, account) = (self.now, self.actor.label(), self.actor.account());
        self.on_record = true;
        self.writer.add_act_record(|id| ActRecord {
            id,
            at,
            actor,
            account,
            act: act.to_owned(),
            target_kind: Some(target.kind.to_owned()),
            target: Some(target.id),
            person: target.person,
            reason: target.reason.map(SealedText::from),
        })?;
        Ok(())
    }

    /// Leaves a record that the person can see, when somebody else looked at their data.
    pub(crate) fn look(&mut self, person: PersonId, part: &str) -> Result<(), Refused> {
        if self.actor == Actor::Resident(person) || self.actor == Actor::System {
            return Ok(());
        }
        let (at, actor, account) = (self.now, self.actor.label(), self.actor.account());
        let gate = match self.actor {
            Actor::Gate { gate, .. } => Some(gate),
            _ => None,
        };
        self.writer.add_look(|id| Look { id, person, at, actor, account, gate, part: part.to_owned() })?;
        Ok(())
    }

    /// That this actor may act for `person`: themselves, a dependant, or somebody in an officer's reach.
    pub(crate) fn may_act_for(&self, person: PersonId, right: Right) -> Result<(), Refused> {
        may_act_for(self.writer, &self.actor, person, right)
    }

    /// Decides everybody touched anew, keeps the standings, and queues a notice for each change of colour.
    pub(crate) fn settle(&mut self) -> Result<Vec<Change>, Refused> {
        let mut changes = Vec::new();
        for person in std::mem::take(&mut self.touched) {
            let dossier = Dossier::of(self.writer, person)?;
            changes.extend(self.settle_knowing(person, &dossier, &[])?);
        }
        Ok(changes)
    }

    /// Decides one person, of whom this is everything but what this act `recorded`.
    pub(crate) fn settle_knowing(
        &mut self,
        person: PersonId,
        dossier: &Dossier,
        recorded: &[Evidence],
    ) -> Result<Option<Change>, Refused> {
        self.touched.remove(&person);
        let evidence = dossier.evidence.iter().chain(recorded);
        let Verdict { standing: after, next_change, .. } = self.rules.decide(evidence, self.now);
        let before = dossier.shown;
        self.writer.put_standing(&CachedStanding {
            person,
            standing: after,
            decided_at: self.now,
            next_change,
            evidence: recorded.last().or(dossier.evidence.last()).map(|item| item.id),
        })?;
        if before == after {
            return Ok(None);
        }
        // Whoever declares for the first time and is green has just been told so by the page.
        if (before, after) != (Standing::Undeclared, Standing::Green) {
            let values = serde_json::json!({ "before": before, "after": after });
            self.queue(person, &dossier.told, "standing-changed", values, self.now)?;
        }
        Ok(Some(Change { person, before, after }))
    }

    /// Queues a notice to a person.
    pub(crate) fn notify(
        &mut self,
        person: PersonId,
        kind: &str,
        values: serde_json::Value,
    ) -> Result<(), Refused> {
        self.notify_at(person, kind, values, self.now)
    }

    /// Queues a notice that is not delivered before an instant: to the person or, where they have no telephone, to each
    /// of those who look after them.
    pub(crate) fn notify_at(
        &mut self,
        person: PersonId,
        kind: &str,
        values: serde_json::Value,
        at: Time,
    ) -> Result<(), Refused> {
        let own = self.writer.reach_of(person)?.is_some_and(|(_, own)| own);
        let told = told(self.writer, person, own)?;
        self.queue(person, &told, kind, values, at)
    }

    /// Queues a notice about somebody to each of those who are told.
    fn queue(
        &mut self,
        person: PersonId,
        told: &[Option<PersonId>],
        kind: &str,
        values: serde_json::Value,
        at: Time,
    ) -> Result<(), Refused> {
        let now = self.now;
        for (guardian, mut values) in told.iter().zip(repeat_n(values, told.len())) {
            if let Some(guardian) = guardian {
                values[notices::GUARDIAN] = serde_json::json!(guardian);
            }
            self.writer.add_notice(|id| Notice {
                id,
                person: Some(person),
                phone: None,
                kind: kind.to_owned(),
                values,
                secret: None,
                created_at: now,
                delivered_at: None,
                attempts: 0,
                try_at: at,
            })?;
        }
        Ok(())
    }

    /// The verdict as it stands inside this act.
    pub(crate) fn verdict(&self, person: PersonId) -> Result<Verdict, Refused> {
        Ok(self.rules.decide(&self.writer.evidence_of(person)?, self.now))
    }
}

/// What somebody is decided from, what showed of them before, and who is told of a change: themselves (nobody named) or, where
/// they have no telephone, each of those who look after them. People known only from an interview are called, not written to.
#[derive(Debug)]
pub(crate) struct Dossier {
    pub(crate) evidence: Vec<Evidence>,
    shown: Standing,
    told: Vec<Option<PersonId>>,
}

impl Dossier {
    pub(crate) fn of(reader: &Reader<'_>, person: PersonId) -> Result<Self, Refused> {
        let told = match reader.reach_of(person)? {
            None | Some((PersonKind::Interviewed, _)) => Vec::new(),
            Some((_, own)) => told(reader, person, own)?,
        };
        let shown = reader.standing_shown(person)?.unwrap_or(Standing::Undeclared);
        Ok(Self { evidence: reader.evidence_of(person)?, shown, told })
    }
}

/// Who is told of somebody who has a telephone of their `own`, or has none.
fn told(reader: &Reader<'_>, person: PersonId, own: bool) -> Result<Vec<Option<PersonId>>, Refused> {
    let guardians = if own { Vec::new() } else { reader.guardians_of(person)? };
    Ok(if guardians.is_empty() { vec![None] } else { guardians.into_iter().map(Some).collect() })
}

/// That `actor` may act for `person`: themselves, their guardian, or an officer who holds `right` in their district.
pub(crate) fn may_act_for(
    reader: &Reader<'_>,
    actor: &Actor,
    person: PersonId,
    right: Right,
) -> Result<(), Refused> {
    match actor {
        Actor::System => Ok(()),
        Actor::Resident(own) if *own == person => Ok(()),
        Actor::Resident(own) if reader.guardians_of(person)?.contains(own) => Ok(()),
        Actor::Officer(officer) => {
            let known = reader.person(person)?.ok_or(Refused::NotFound)?;
            let district = known.district.as_deref();
            officer.may(right, district.map_or(Place::City, Place::District))
        }
        Actor::Resident(_) | Actor::Gate { .. } => Err(Refused::NotAllowed),
    }
}

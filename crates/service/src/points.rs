//! Collection points: registered, approved, equipped with gates and checkers, each with a visitor ledger.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::{Act, Target},
    forms::PointForm,
    identity, secrets, written,
};
use kangma_core::{Day, Direction, PersonId, PointId, Standing, Time};
use kangma_store::{
    AccountId, Digest, Gate, GateId, GateKind, Passage, PlaceKind, Point, PointState, VisitId, VisitOutcome,
};
use serde::Serialize;
use std::sync::Arc;

/// One line of a visitor ledger.
#[derive(Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct LedgerRow {
    /// The visit.
    pub visit: VisitId,
    /// When.
    pub at: Time,
    /// Which way.
    pub direction: Direction,
    /// Who, masked.
    pub masked_name: String,
    /// What the gate did.
    pub outcome: VisitOutcome,
    /// What showed.
    pub standing: Option<Standing>,
    /// Whether it was an emergency.
    pub emergency: bool,
    /// Whether a gate without network decided.
    pub offline: bool,
    /// Whether the checker took it back.
    pub wrong_scan: bool,
}

impl Service {
    /// Registers a point. Anybody who may run points in its district may; it checks nobody before it is approved.
    ///
    /// # Errors
    /// [`Refused::Invalid`]; [`Refused::NotAllowed`].
    pub async fn register_point(&self, actor: &Actor, form: PointForm) -> Result<PointId, Refused> {
        self.act(actor, move |act| {
            if act.actor != Actor::System {
                act.actor.officer()?.may(Right::RunPoints, Place::District(&form.district))?;
            }
            let point = new_point(act, form)?;
            let point = act.writer.add_point(|id| Point { id, ..point })?;
            act.log("register-point", Target::thing("point", point.id))?;
            Ok(point.id)
        })
        .await
    }

    /// Approves a registered point: from now on its gates check.
    ///
    /// # Errors
    /// [`Refused::WrongState`] when it is not waiting for that; [`Refused::NotAllowed`].
    pub async fn approve_point(&self, actor: &Actor, point: PointId) -> Result<(), Refused> {
        let kind = self
            .act(actor, move |act| {
                let mut kept = reachable(act, point)?;
                if kept.state != PointState::Registered {
                    return Err(Refused::WrongState);
                }
                kept.state = PointState::Approved;
                kept.approved_at = Some(act.now);
                kept.approved_by = act.actor.account();
                act.writer.save_point(&kept)?;
                act.log("approve-point", Target::thing("point", point))?;
                Ok(kept.kind)
            })
            .await?;
        self.presences.classify(point, &kind);
        Ok(())
    }

    /// Closes a point: its gates check nobody any more, its ledger stays for as long as visits are kept.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn close_point(&self, actor: &Actor, point: PointId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            let mut kept = reachable(act, point)?;
            kept.state = PointState::Closed;
            kept.closed_at = Some(act.now);
            act.writer.save_point(&kept)?;
            act.log("close-point", Target::thing("point", point))
        })
        .await
    }

    /// Enrols a gate device at a point. Its token is shown once.
    ///
    /// # Errors
    /// [`Refused::PointNotOpen`]; [`Refused::NotAllowed`].
    pub async fn enrol_gate(
        &self,
        actor: &Actor,
        point: PointId,
        name: String,
    ) -> Result<(GateId, String), Refused> {
        written::within("name", &name, written::LINE)?;
        let token = secrets::random_token(&*self.chance);
        let digest = Digest::of(token.as_bytes());
        let gate = self
            .act(actor, move |act| {
                let kept = reachable(act, point)?;
                if kept.state != PointState::Approved {
                    return Err(Refused::PointNotOpen);
                }
                let enrolled_at = act.now;
                let gate = act.writer.add_gate(|id| Gate {
                    id,
                    point,
                    name: name.trim().to_owned(),
                    kind: GateKind::Device,
                    token: digest,
                    enrolled_at,
                    revoked_at: None,
                })?;
                act.log("enrol-gate", Target::thing("gate", gate.id))?;
                Ok(gate.id)
            })
            .await?;
        Ok((gate, token))
    }

    /// Revokes a gate device.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn revoke_gate(&self, actor: &Actor, gate: GateId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::RunPoints)?;
            let mut kept = act.writer.gate(gate)?.ok_or(Refused::NotFound)?;
            reachable(act, kept.point)?;
            kept.revoked_at = Some(act.now);
            act.writer.save_gate(&kept)?;
            act.log("revoke-gate", Target::thing("gate", gate))
        })
        .await
    }

    /// Whose token a gate device shows; nothing when it was revoked or never was.
    ///
    /// # Errors
    /// The store failed.
    pub async fn gate_of(&self, token: &str) -> Result<Option<Actor>, Refused> {
        let digest = Digest::of(token.as_bytes());
        self.look(move |reader| {
            let gate = reader.gate_by_token(digest)?.filter(|gate| gate.revoked_at.is_none());
            Ok(gate.map(|gate| Actor::Gate { gate: gate.id, point: gate.point }))
        })
        .await
    }

    /// Lets an account check at a point, besides what its scope says.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn add_checker(
        &self,
        actor: &Actor,
        point: PointId,
        account: AccountId,
    ) -> Result<(), Refused> {
        self.act(actor, move |act| {
            reachable(act, point)?;
            act.writer.account(account)?.ok_or(Refused::NotFound)?;
            act.writer.add_checker(point, account)?;
            act.log("add-checker", Target::thing("point", point))
        })
        .await
    }

    /// The points of an officer's district, by number, after the one given.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn points(
        &self,
        actor: &Actor,
        after: Option<PointId>,
        most: usize,
    ) -> Result<Vec<Point>, Refused> {
        let district = crate::access::district_of(actor, Right::RunPoints)?;
        self.look(move |reader| Ok(reader.points(district.as_deref(), after, most)?)).await
    }

    /// The points at which an actor checks.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for residents; the store failed.
    pub async fn own_points(&self, actor: &Actor) -> Result<Vec<Point>, Refused> {
        let actor = actor.clone();
        self.look(move |reader| {
            let mut found = Vec::new();
            let own = match &actor {
                Actor::Gate { point, .. } => vec![*point],
                Actor::Officer(officer) => {
                    let mut named = reader.points_of_checker(officer.account)?;
                    match &officer.scope {
                        crate::access::Scope::Point(point) => named.push(*point),
                        crate::access::Scope::District(district) => {
                            found = reader.points(Some(district), None, 500)?;
                        }
                        crate::access::Scope::Everywhere => return Ok(reader.points(None, None, 500)?),
                    }
                    named
                }
                Actor::Resident(_) | Actor::System => return Err(Refused::NotAllowed),
            };
            for point in own {
                if !found.iter().any(|one| one.id == point) {
                    found.extend(reader.point(point)?);
                }
            }
            Ok(found)
        })
        .await
    }

    /// A day of a point's visitor ledger, newest first, before the visit given. Every name is masked.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; [`Refused::NotFound`].
    pub async fn ledger(
        &self,
        actor: &Actor,
        point: PointId,
        day: Day,
        before: Option<VisitId>,
        most: usize,
    ) -> Result<Vec<LedgerRow>, Refused> {
        let actor = actor.clone();
        self.look(move |reader| {
            let kept = reader.point(point)?.ok_or(Refused::NotFound)?;
            match &actor {
                Actor::Gate { point: own, .. } if *own == point => {}
                actor => actor.officer()?.may(Right::SeeLedger, Place::Point(point, &kept.district))?,
            }
            let visits = reader.visits_at(point, day, before, most)?;
            let mut rows = Vec::with_capacity(visits.len());
            for logged in visits {
                let name = reader.name_of(logged.scan.visit.person)?.map(|name| name.0).unwrap_or_default();
                rows.push(LedgerRow {
                    visit: logged.id,
                    at: logged.scan.visit.at,
                    direction: logged.scan.visit.direction,
                    masked_name: identity::masked_name(&name),
                    outcome: logged.scan.outcome,
                    standing: logged.scan.standing,
                    emergency: logged.scan.emergency,
                    offline: logged.scan.offline,
                    wrong_scan: logged.wrong_scan,
                });
            }
            Ok(rows)
        })
        .await
    }

    /// Names the point where a person lives, or where they are isolated, until a time where that is known: it stops nobody
    /// on the way home. Staff alone do this: whoever is red would live at every mall.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::PointNotOpen`]; [`Refused::NotAllowed`].
    pub async fn set_place(
        &self,
        actor: &Actor,
        person: PersonId,
        point: PointId,
        kind: PlaceKind,
        until: Option<Time>,
    ) -> Result<(), Refused> {
        self.act(actor, move |act| {
            act.actor.officer()?;
            act.may_act_for(
                person,
                match kind {
                    PlaceKind::Home => Right::HelpPerson,
                    PlaceKind::Isolation => Right::WorkOnCases,
                },
            )?;
            let there = act.writer.point(point)?.ok_or(Refused::NotFound)?;
            if there.state != PointState::Approved {
                return Err(Refused::PointNotOpen);
            }
            act.writer.put_place(person, point, kind, act.now, until)?;
            act.log("set-place", Target::person(person))
        })
        .await
    }
}

fn reachable(act: &Act<'_, '_>, point: PointId) -> Result<Point, Refused> {
    act.actor.holds(Right::RunPoints)?;
    let kept = act.writer.point(point)?.ok_or(Refused::NotFound)?;
    if act.actor != Actor::System {
        act.actor.officer()?.may(Right::RunPoints, Place::Point(point, &kept.district))?;
    }
    Ok(kept)
}

fn new_point(act: &Act<'_, '_>, form: PointForm) -> Result<Point, Refused> {
    if form.name.trim().is_empty() {
        return Err(Refused::field("name", "required"));
    }
    written::within("name", &form.name, written::LINE)?;
    if let Some(fault) = written::district_fault(&form.district) {
        return Err(Refused::field("district", fault));
    }
    let policy = act.rules.policy(act.now);
    if !policy.gate.kinds.iter().any(|kind| **kind == *form.kind) {
        return Err(Refused::field("kind", "unknown-kind"));
    }
    let passage = match (form.directions.contains(&Direction::In), form.directions.contains(&Direction::Out))
    {
        (true, true) => Passage::Both,
        (true, false) => Passage::In,
        (false, true) => Passage::Out,
        (false, false) => return Err(Refused::field("directions", "required")),
    };
    Ok(Point {
        id: PointId(0),
        kind: Arc::from(form.kind),
        name: form.name.trim().to_owned(),
        address: None,
        division: form.district.clone(),
        district: form.district,
        passage,
        state: PointState::Registered,
        manager: act.actor.account(),
        registered_at: act.now,
        approved_by: None,
        approved_at: None,
        closed_at: None,
    })
}

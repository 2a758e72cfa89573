//! Orders and findings: nothing colours anybody by one officer's hand. One proposes, with a ground, another confirms.

use crate::{
    Actor, Refused, Service,
    access::Right,
    act::{Act, Target},
    forms::{FindingForm, IsolationPlace, OrderForm, Ordered},
    trace, written,
};
use kangma_core::{EvidenceId, Kind, Number, Origin, PersonId, Span, Time, Value, policy::Policy};
use kangma_store::{Proposal, ProposalId, ProposalKind, ProposalState, SealedText};

/// The longest that a manual order may last before it has to be made again.
const LONGEST_ORDER: Span = Span::from_24_hours(90);
/// A clock may be that much ahead.
const SOON: Span = Span::from_hours(1);
/// How many check-ins an order may ask for: one for each of its days.
const MOST_CHECK_INS: std::ops::RangeInclusive<u32> = 1..=90;

impl Service {
    /// An officer proposes an order on a person: a colour, or to stay apart.
    ///
    /// # Errors
    /// [`Refused::Invalid`] without a ground, an end or an explanation, or for a level by which the policy does nothing;
    /// [`Refused::NotAllowed`].
    pub async fn propose_order(&self, actor: &Actor, form: OrderForm) -> Result<ProposalId, Refused> {
        let now = self.now();
        if form.ground.trim().is_empty() {
            return Err(Refused::field("ground", "required"));
        }
        if form.explanation.trim().is_empty() {
            return Err(Refused::field("explanation", "required"));
        }
        written::within("ground", &form.ground, written::LINE)?;
        written::within("explanation", &form.explanation, written::WORDS)?;
        if let Ordered::Level(level) = &form.order {
            written::within("level", level, written::LINE)?;
        }
        if form.window.until <= form.window.from || form.window.until <= now {
            return Err(Refused::field("until", "ends-before-it-begins"));
        }
        if form.window.until > now + LONGEST_ORDER {
            return Err(Refused::field("until", "too-far-ahead"));
        }
        // It holds from its confirmation on: one for later is made later.
        if form.window.from > now + SOON {
            return Err(Refused::field("from", "too-far-ahead"));
        }
        if form.check_ins.is_some_and(|asked| !MOST_CHECK_INS.contains(&asked)) {
            return Err(Refused::field("check-ins", "not-a-number"));
        }
        self.act(actor, move |act| {
            let (kind, level, place) = match form.order {
                Ordered::Level(level) => (ProposalKind::ManualOrder, Some(level), None),
                Ordered::Isolation(place) => {
                    (ProposalKind::IsolationOrder, None, Some(place.as_str().to_owned()))
                }
            };
            let policy = act.rules.policy(act.now);
            let known =
                level.as_ref().map_or_else(|| orders_isolation(policy), |level| names_level(policy, level));
            if !known {
                return Err(Refused::field("level", "unknown-level"));
            }
            propose(act, form.person, |proposal| Proposal {
                kind,
                ground: form.ground.trim().to_owned(),
                level,
                place,
                until: Some(form.window.until),
                check_ins: form.check_ins,
                text: Some(SealedText::from(form.explanation.trim())),
                ..proposal
            })
        })
        .await
    }

    /// An officer proposes the finding that a declaration was false. The person has to have been heard.
    ///
    /// # Errors
    /// [`Refused::Invalid`] when the hearing lies in the future or before the declaration; [`Refused::NotFound`] when
    /// that declaration is not theirs; [`Refused::NotAllowed`].
    pub async fn propose_finding(&self, actor: &Actor, form: FindingForm) -> Result<ProposalId, Refused> {
        if form.explanation.trim().is_empty() {
            return Err(Refused::field("explanation", "required"));
        }
        // What was said and what had been published stand in it, one after the other.
        written::within("explanation", &form.explanation, 2 * written::WORDS)?;
        self.act(actor, move |act| {
            act.actor.holds(Right::Order)?;
            let declaration = act.writer.evidence(form.declaration)?.ok_or(Refused::NotFound)?;
            if declaration.person != form.person || declaration.kind != Kind::Declaration {
                return Err(Refused::NotFound);
            }
            if form.heard_at > act.now || form.heard_at < declaration.recorded_at {
                return Err(Refused::field("heard-at", "impossible-date"));
            }
            propose(act, form.person, |proposal| Proposal {
                kind: ProposalKind::FalseStatement,
                about: Some(form.declaration),
                ground: "false-statement".to_owned(),
                text: Some(SealedText::from(form.explanation.trim())),
                heard_at: Some(form.heard_at),
                ..proposal
            })
        })
        .await
    }

    /// A second officer confirms a proposal: only now it is evidence.
    ///
    /// # Errors
    /// [`Refused::SameOfficer`]; [`Refused::WrongState`] when it was settled, or its end has passed;
    /// [`Refused::NotAllowed`].
    pub async fn confirm_proposal(&self, actor: &Actor, proposal: ProposalId) -> Result<EvidenceId, Refused> {
        self.act(actor, move |act| {
            let mut kept = open_proposal(act, proposal)?;
            if act.actor.account() == Some(kept.proposed_by) {
                return Err(Refused::SameOfficer);
            }
            if kept.until.is_some_and(|until| until <= act.now) {
                return Err(Refused::WrongState);
            }
            let item = item(act, &kept);
            let recorded = act.record(item)?;
            if kept.place.as_deref() == Some(IsolationPlace::Central.as_str()) {
                live_apart(act, &kept, recorded.id)?;
            }
            settle(act, &mut kept, ProposalState::Confirmed);
            kept.evidence = Some(recorded.id);
            act.writer.save_proposal(&kept)?;
            act.log("confirm-proposal", Target::person(kept.person))?;
            Ok(recorded.id)
        })
        .await
    }

    /// A second officer refuses a proposal.
    ///
    /// # Errors
    /// [`Refused::SameOfficer`]; [`Refused::WrongState`] when it was settled; [`Refused::NotAllowed`].
    pub async fn refuse_proposal(&self, actor: &Actor, proposal: ProposalId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            let mut kept = open_proposal(act, proposal)?;
            if act.actor.account() == Some(kept.proposed_by) {
                return Err(Refused::SameOfficer);
            }
            settle(act, &mut kept, ProposalState::Refused);
            act.writer.save_proposal(&kept)?;
            act.log("refuse-proposal", Target::person(kept.person))
        })
        .await
    }

    /// Ends a confirmed order before its time, or withdraws it as if it never had been.
    ///
    /// # Errors
    /// [`Refused::WrongState`] unless it is confirmed; [`Refused::NotAllowed`].
    pub async fn lift_order(
        &self,
        actor: &Actor,
        proposal: ProposalId,
        withdrawn: bool,
    ) -> Result<(), Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::Order)?;
            let mut kept = act.writer.proposal(proposal)?.ok_or(Refused::NotFound)?;
            act.may_act_for(kept.person, Right::Order)?;
            let (ProposalState::Confirmed, Some(evidence)) = (kept.state, kept.evidence) else {
                return Err(Refused::WrongState);
            };
            kept.state = ProposalState::Lifted;
            act.writer.save_proposal(&kept)?;
            let apart = act.writer.evidence_from(Origin::Evidence(evidence))?;
            for item in std::iter::once(evidence).chain(apart.iter().map(|item| item.id)) {
                if withdrawn {
                    act.withdraw(kept.person, item).map(drop)?
                } else {
                    act.end(kept.person, item)?
                }
            }
            if !apart.is_empty() {
                trace::household(act, [kept.person])?;
            }
            act.log(if withdrawn { "withdraw-order" } else { "end-order" }, Target::person(kept.person))
        })
        .await
    }

    /// Proposals in a state on people of the officer's district, oldest first, after the one given. With `live`, only those
    /// whose end has not passed.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn proposals(
        &self,
        actor: &Actor,
        state: ProposalState,
        live: bool,
        after: Option<ProposalId>,
        most: usize,
    ) -> Result<Vec<Proposal>, Refused> {
        let district = crate::access::district_of(actor, Right::Order)?;
        let live_at = live.then(|| self.now());
        self.look(move |reader| Ok(reader.proposals(state, live_at, district.as_deref(), after, most)?)).await
    }
}

/// Whether a rule of the policy does something by an order of this level.
fn names_level(policy: &Policy, level: &str) -> bool {
    let conditions = policy.rules.iter().flat_map(|rule| rule.when.conditions());
    conditions.filter(|condition| condition.kind == Kind::ManualOrder).any(|condition| {
        let level = Value::Text(level.into());
        condition.tests.iter().all(|(name, test)| **name != *"level" || test.passes(Some(&level)))
    })
}

/// Whether a rule of the policy does something by an order to isolate: one that did nothing would only seem to protect.
#[must_use]
pub fn orders_isolation(policy: &Policy) -> bool {
    let mut conditions = policy.rules.iter().flat_map(|rule| rule.when.conditions());
    conditions.any(|condition| condition.kind == Kind::IsolationOrder)
}

/// Whoever is isolated elsewhere is apart from their household as long as the order holds.
fn live_apart(act: &mut Act<'_, '_>, order: &Proposal, item: EvidenceId) -> Result<(), Refused> {
    let until = order.until.unwrap_or(Time::MAX);
    let apart = act.observed(order.person, Kind::Separation).with("until", until);
    act.record(apart.from_origin(Origin::Evidence(item)))?;
    trace::household(act, [order.person])
}

fn propose(
    act: &mut Act<'_, '_>,
    person: PersonId,
    fill: impl FnOnce(Proposal) -> Proposal,
) -> Result<ProposalId, Refused> {
    act.actor.officer()?;
    act.may_act_for(person, Right::Order)?;
    let proposed_by = act.actor.account().ok_or(Refused::NotAllowed)?;
    let blank = Proposal {
        id: ProposalId(0),
        kind: ProposalKind::ManualOrder,
        person,
        about: None,
        ground: String::new(),
        level: None,
        place: None,
        until: None,
        check_ins: None,
        text: None,
        heard_at: None,
        proposed_by,
        proposed_at: act.now,
        settled_by: None,
        settled_at: None,
        state: ProposalState::Proposed,
        evidence: None,
    };
    let filled = fill(blank);
    let added = act.writer.add_proposal(|id| Proposal { id, ..filled })?;
    act.log("propose", Target::person(person))?;
    Ok(added.id)
}

fn open_proposal(act: &Act<'_, '_>, proposal: ProposalId) -> Result<Proposal, Refused> {
    act.actor.officer()?;
    act.actor.holds(Right::Order)?;
    let kept = act.writer.proposal(proposal)?.ok_or(Refused::NotFound)?;
    act.may_act_for(kept.person, Right::Order)?;
    if kept.state == ProposalState::Proposed { Ok(kept) } else { Err(Refused::WrongState) }
}

fn settle(act: &Act<'_, '_>, proposal: &mut Proposal, state: ProposalState) {
    proposal.state = state;
    proposal.settled_by = act.actor.account();
    proposal.settled_at = Some(act.now);
}

fn item(act: &Act<'_, '_>, proposal: &Proposal) -> kangma_store::NewEvidence {
    let kind = match proposal.kind {
        ProposalKind::ManualOrder => Kind::ManualOrder,
        ProposalKind::IsolationOrder => Kind::IsolationOrder,
        ProposalKind::FalseStatement => Kind::FalseStatement,
    };
    let mut item = act.observed(proposal.person, kind);
    item.about = proposal.about;
    if kind == Kind::ManualOrder {
        item = item.with("ground", proposal.ground.as_str());
    }
    if let Some(level) = &proposal.level {
        item = item.with("level", level.as_str());
    }
    if let Some(place) = &proposal.place {
        item = item.with("place", place.as_str());
    }
    if let Some(until) = proposal.until {
        item = item.with("until", until);
    }
    if let Some(check_ins) = proposal.check_ins {
        item = item.with("check-ins", Number::whole(check_ins.into()));
    }
    item
}

//! Appeals: of any reason, with a number, an owner, a deadline, and a consequence when the deadline is missed.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::{Act, Target},
    derived,
    forms::AppealForm,
    quotas::Quota,
    report_case, written,
};
use kangma_core::{EvidenceId, Kind, Origin, PersonId, Time, policy::MissedAppeal};
use kangma_store::{Appeal, AppealId, AppealState, ProposalState, SealedText};
use serde::{Deserialize, Serialize};

/// What an officer makes of an appeal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AppealOutcome {
    /// The reason never was true: its trigger is withdrawn.
    Withdraw,
    /// It was true and ends now.
    Release,
    /// It stands.
    Reject,
}

impl AppealOutcome {
    const fn as_str(self) -> &'static str {
        match self {
            AppealOutcome::Withdraw => "withdraw",
            AppealOutcome::Release => "release",
            AppealOutcome::Reject => "reject",
        }
    }
}

impl Service {
    /// Appeals a reason that is live now. The answer is the appeal with its number, owner and deadline.
    ///
    /// # Errors
    /// [`Refused::NotFound`] when there is no such live reason; [`Refused::Duplicate`] when it is appealed already;
    /// [`Refused::Invalid`] without words; [`Refused::TooManyTries`].
    pub async fn appeal(&self, actor: &Actor, form: AppealForm) -> Result<Appeal, Refused> {
        if form.words.trim().is_empty() {
            return Err(Refused::field("words", "required"));
        }
        written::within("words", &form.words, written::WORDS)?;
        self.count(actor, Quota::Appeal, 1)?;
        self.act(actor, move |act| {
            let person = form.person;
            act.may_act_for(person, Right::HelpPerson)?;
            let verdict = act.verdict(person)?;
            let reason = verdict
                .reasons
                .iter()
                .find(|reason| {
                    reason.rule == form.rule && (form.trigger.is_none() || reason.trigger == form.trigger)
                })
                .ok_or(Refused::NotFound)?;
            let open = act.writer.appeals_of(person)?;
            if open.iter().any(|old| {
                old.state == AppealState::Open && *old.rule == *reason.rule && old.evidence == reason.trigger
            }) {
                return Err(Refused::Duplicate);
            }
            let publications = act.rules.history.publications();
            let policy = publications
                .iter()
                .map(|publication| &publication.policy)
                .find(|policy| *policy.reference == reason.policy)
                .unwrap_or_else(|| act.rules.policy(act.now));
            let rule = policy.rule(&reason.rule).ok_or(Refused::NotFound)?;
            let deadline = rule.appeal.deadline.end_after(act.now, &policy.zone);
            let (made_at, owner) = (act.now, rule.appeal.owner.to_string());
            let district = act.writer.person(person)?.and_then(|person| person.district);
            let mut item = act
                .observed(person, Kind::Appeal)
                .with("rule", &*reason.rule)
                .with("owner", owner.as_str())
                .with("deadline", deadline);
            item.about = reason.trigger;
            let own = act.record(item)?;
            let rule = reason.rule.to_string();
            let evidence = reason.trigger;
            let appeal = act.writer.add_appeal(|id| Appeal {
                id,
                person,
                evidence,
                own_evidence: Some(own.id),
                rule,
                owner,
                district,
                made_at,
                deadline,
                state: AppealState::Open,
                text: SealedText::from(form.words.trim()),
                outcome: None,
                answer: None,
                decided_by: None,
                decided_at: None,
            })?;
            act.log("appeal", Target::person(person))?;
            Ok(appeal)
        })
        .await
    }

    /// A person's appeals.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn appeals_of(&self, actor: &Actor, person: PersonId) -> Result<Vec<Appeal>, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            act.look(person, "appeals")?;
            Ok(act.writer.appeals_of(person)?)
        })
        .await
    }

    /// The open appeals of an officer's district, by deadline, after the place given.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn appeals_open(
        &self,
        actor: &Actor,
        after: Option<(Time, AppealId)>,
        most: usize,
    ) -> Result<Vec<Appeal>, Refused> {
        let district = crate::access::district_of(actor, Right::Decide)?;
        self.look(move |reader| Ok(reader.appeals_open(district.as_deref(), after, most)?)).await
    }

    /// An officer decides an appeal, with words that the person reads.
    ///
    /// # Errors
    /// [`Refused::WrongState`] when it was decided; [`Refused::Invalid`] without words; [`Refused::SameOfficer`] for whoever
    /// proposed or confirmed what is appealed; [`Refused::NotAllowed`].
    pub async fn decide_appeal(
        &self,
        actor: &Actor,
        appeal: AppealId,
        outcome: AppealOutcome,
        answer: String,
    ) -> Result<(), Refused> {
        if answer.trim().is_empty() {
            return Err(Refused::field("answer", "required"));
        }
        written::within("answer", &answer, written::WORDS)?;
        self.act(actor, move |act| {
            act.actor.holds(Right::Decide)?;
            let mut kept = act.writer.appeal(appeal)?.ok_or(Refused::NotFound)?;
            let officer = act.actor.officer()?;
            officer.may(Right::Decide, kept.district.as_deref().map_or(Place::City, Place::District))?;
            if !matches!(kept.state, AppealState::Open | AppealState::Missed) {
                return Err(Refused::WrongState);
            }
            if had_a_hand(act, &kept)? {
                return Err(Refused::SameOfficer);
            }
            kept.state = AppealState::Decided;
            kept.outcome = Some(outcome.as_str().to_owned());
            kept.answer = Some(SealedText::from(answer.trim()));
            kept.decided_by = act.actor.account();
            kept.decided_at = Some(act.now);
            act.writer.save_appeal(&kept)?;
            carry_out(act, &kept, outcome)?;
            act.notify(kept.person, "appeal-decided", serde_json::json!({ "appeal": kept.id }))?;
            act.log("decide-appeal", Target::person(kept.person))
        })
        .await
    }

    /// Does what the policy says to every appeal whose deadline has passed. How many there were.
    ///
    /// # Errors
    /// The store failed.
    pub async fn miss_appeals(&self) -> Result<usize, Refused> {
        let now = self.now();
        // Seldom is there anything: then nothing is written.
        if self.look(move |reader| Ok(reader.appeals_overdue(now, 1)?.is_empty())).await? {
            return Ok(0);
        }
        self.act(&Actor::System, |act| {
            let overdue = act.writer.appeals_overdue(act.now, 1_000)?;
            let count = overdue.len();
            for appeal in overdue {
                miss(act, appeal)?;
            }
            Ok(count)
        })
        .await
    }
}

/// Whether whoever acts proposed or confirmed the order or the finding that is appealed.
pub(crate) fn had_a_hand(act: &Act<'_, '_>, appeal: &Appeal) -> Result<bool, Refused> {
    let triggers = [appeal.evidence, present_trigger(act, appeal)?];
    let own = act.actor.account();
    let proposals = act.writer.proposals_about(appeal.person)?;
    Ok(own.is_some()
        && proposals.iter().any(|proposal| {
            proposal.evidence.is_some()
                && triggers.contains(&proposal.evidence)
                && (Some(proposal.proposed_by) == own || proposal.settled_by == own)
        }))
}

fn carry_out(act: &mut Act<'_, '_>, appeal: &Appeal, outcome: AppealOutcome) -> Result<(), Refused> {
    match (outcome, present_trigger(act, appeal)?) {
        (AppealOutcome::Withdraw, Some(trigger)) => take_back(act, appeal.person, trigger)?,
        (AppealOutcome::Withdraw | AppealOutcome::Release, trigger) => {
            let mut release = act.observed(appeal.person, Kind::Release).with("rule", appeal.rule.as_str());
            release.about = trigger;
            act.record(release)?;
        }
        (AppealOutcome::Reject, _) => {}
    }
    let mut decision = act.observed(appeal.person, Kind::Decision).with("outcome", outcome.as_str());
    decision.about = appeal.own_evidence;
    act.record(decision).map(drop)
}

/// What triggers the reason now: the item that was appealed, or the one that took its place when contacts were traced again.
fn present_trigger(act: &Act<'_, '_>, appeal: &Appeal) -> Result<Option<EvidenceId>, Refused> {
    let live = act.verdict(appeal.person)?.reasons;
    let of_rule = || live.iter().filter(|reason| *reason.rule == *appeal.rule);
    let same = of_rule().find(|reason| reason.trigger == appeal.evidence);
    Ok(same.or_else(|| of_rule().next()).map_or(appeal.evidence, |reason| reason.trigger))
}

/// Takes back what triggered a reason, with what hangs on it: a case with its contacts, an order with its proposal.
fn take_back(act: &mut Act<'_, '_>, person: PersonId, trigger: EvidenceId) -> Result<(), Refused> {
    let item = act.writer.evidence(trigger)?.ok_or(Refused::NotFound)?;
    if let (Kind::CaseStatus, Some(Origin::Case(case))) = (item.kind, item.origin) {
        return report_case::withdraw(act, case);
    }
    for mut proposal in act.writer.proposals_about(person)? {
        if proposal.evidence == Some(trigger) && proposal.state == ProposalState::Confirmed {
            proposal.state = ProposalState::Lifted;
            act.writer.save_proposal(&proposal)?;
        }
    }
    derived::rule_out(act, person, trigger)
}

fn miss(act: &mut Act<'_, '_>, mut appeal: Appeal) -> Result<(), Refused> {
    let policy = std::sync::Arc::clone(act.rules.policy(act.now));
    let missed = policy.rule(&appeal.rule).map(|rule| rule.appeal.missed.clone());
    let (person, id) = (appeal.person, appeal.id);
    match missed {
        Some(MissedAppeal::Release) => {
            appeal.state = AppealState::Missed;
            appeal.outcome = Some(AppealOutcome::Release.as_str().to_owned());
            act.writer.save_appeal(&appeal)?;
            carry_out(act, &appeal, AppealOutcome::Release)?;
        }
        Some(MissedAppeal::Escalate(to)) => {
            appeal.owner = to.to_string();
            appeal.state = AppealState::Missed;
            act.writer.save_appeal(&appeal)?;
        }
        None => {
            appeal.state = AppealState::Missed;
            act.writer.save_appeal(&appeal)?;
        }
    }
    act.notify(person, "appeal-missed", serde_json::json!({ "appeal": id }))?;
    act.log("miss-appeal", Target::person(person))
}

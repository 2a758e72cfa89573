//! What an officer has to see before deciding something: the thing itself and what it is about. The look is recorded.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::Act,
    appeal,
    persons::{Profile, profile},
    standing_items,
};
use kangma_core::{Evidence, EvidenceId, Kind, PersonId};
use kangma_store::{
    Appeal, AppealId, AuditReview, Correction, CorrectionId, Proposal, ProposalId, SealedText,
};

/// A declaration under review, with what the sources answered.
#[derive(Clone)]
pub struct ReviewSeen {
    /// The review.
    pub review: AuditReview,
    /// Whose declaration.
    pub person: Profile,
    /// The declaration.
    pub declaration: Evidence,
    /// What the sources answered, and the person's standing evidence that a declaration speaks of.
    pub known: Vec<Evidence>,
}

/// An appeal with what it appeals.
#[derive(Clone)]
pub struct AppealSeen {
    /// The appeal.
    pub appeal: Appeal,
    /// Whose.
    pub person: Profile,
    /// The trigger of the reason.
    pub trigger: Option<Evidence>,
    /// Whether whoever looks proposed or confirmed it, and so does not decide.
    pub own_hand: bool,
}

/// A correction with what stands now.
#[derive(Clone)]
pub struct CorrectionSeen {
    /// The correction.
    pub correction: Correction,
    /// Whose data.
    pub person: Profile,
    /// What the field says now.
    pub now: String,
}

/// An order or a finding with whom it is about.
#[derive(Clone)]
pub struct ProposalSeen {
    /// The order or finding.
    pub proposal: Proposal,
    /// About whom.
    pub person: Profile,
    /// Who proposed it.
    pub proposed_by: String,
}

impl Service {
    /// One declaration under review.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn review_seen(&self, actor: &Actor, declaration: EvidenceId) -> Result<ReviewSeen, Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::Decide)?;
            let review = act.writer.review(declaration)?.ok_or(Refused::NotFound)?;
            may_decide(act, review.district.as_deref())?;
            let person = seen(act, review.person, "declaration")?;
            let evidence = act.writer.evidence_of(review.person)?;
            let declared = evidence.iter().find(|item| item.id == declaration).cloned();
            let told = [Kind::CaseStatus, Kind::Exposure, Kind::RiskAreaStay, Kind::ExposureSiteVisit];
            let speaks = |item: &&Evidence| {
                told.contains(&item.kind)
                    || (item.kind == Kind::AuditAnswer && item.about == Some(declaration))
            };
            let known = standing_items(&evidence).filter(speaks).cloned().collect();
            Ok(ReviewSeen { review, person, declaration: declared.ok_or(Refused::NotFound)?, known })
        })
        .await
    }

    /// One appeal.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn appeal_seen(&self, actor: &Actor, appeal: AppealId) -> Result<AppealSeen, Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::Decide)?;
            let appeal = act.writer.appeal(appeal)?.ok_or(Refused::NotFound)?;
            may_decide(act, appeal.district.as_deref())?;
            let person = seen(act, appeal.person, "appeal")?;
            let trigger = appeal.evidence.map(|item| act.writer.evidence(item)).transpose()?.flatten();
            let own_hand = appeal::had_a_hand(act, &appeal)?;
            Ok(AppealSeen { appeal, person, trigger, own_hand })
        })
        .await
    }

    /// One correction.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn correction_seen(
        &self,
        actor: &Actor,
        correction: CorrectionId,
    ) -> Result<CorrectionSeen, Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::Decide)?;
            let correction = act.writer.correction(correction)?.ok_or(Refused::NotFound)?;
            act.actor.officer()?;
            act.may_act_for(correction.person, Right::Decide)?;
            let person = seen(act, correction.person, "correction")?;
            let now = field(act, correction.person, &correction.field)?;
            Ok(CorrectionSeen { correction, person, now })
        })
        .await
    }

    /// One order or finding.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn proposal_seen(&self, actor: &Actor, proposal: ProposalId) -> Result<ProposalSeen, Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::Order)?;
            let proposal = act.writer.proposal(proposal)?.ok_or(Refused::NotFound)?;
            act.actor.officer()?;
            act.may_act_for(proposal.person, Right::Order)?;
            let person = seen(act, proposal.person, "order")?;
            let account = act.writer.account(proposal.proposed_by)?;
            let proposed_by = account.map(|account| account.login).unwrap_or_default();
            Ok(ProposalSeen { proposal, person, proposed_by })
        })
        .await
    }

    /// Whose declaration this is, for an officer who may make findings; nothing when it is none.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed.
    pub async fn declarer(
        &self,
        actor: &Actor,
        declaration: EvidenceId,
    ) -> Result<Option<PersonId>, Refused> {
        let actor = actor.clone();
        self.look(move |reader| {
            actor.holds(Right::Order)?;
            let item = reader.evidence(declaration)?.filter(|item| item.kind == Kind::Declaration);
            let Some(item) = item else { return Ok(None) };
            crate::act::may_act_for(reader, &actor, item.person, Right::Order)?;
            Ok(Some(item.person))
        })
        .await
    }
}

fn may_decide(act: &Act<'_, '_>, district: Option<&str>) -> Result<(), Refused> {
    act.actor.officer()?.may(Right::Decide, district.map_or(Place::City, Place::District))
}

fn seen(act: &mut Act<'_, '_>, person: PersonId, part: &str) -> Result<Profile, Refused> {
    act.look(person, part)?;
    Ok(profile(&act.writer.person(person)?.ok_or(Refused::NotFound)?))
}

fn field(act: &Act<'_, '_>, person: PersonId, field: &str) -> Result<String, Refused> {
    let person = act.writer.person(person)?.ok_or(Refused::NotFound)?;
    let text = |sealed: Option<SealedText>| sealed.map(|sealed| sealed.0).unwrap_or_default();
    Ok(match field {
        "name" => text(person.name),
        "document-type" => text(person.document_type),
        "document-number" => text(person.document_number),
        "phone" => text(person.phone),
        "address" => text(person.address),
        "district" => person.district.unwrap_or_default(),
        "birth-date" => person.birth_date.map(|day| day.0.to_string()).unwrap_or_default(),
        _ => String::new(),
    })
}

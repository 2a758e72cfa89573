//! The daily check-in: by the person, by a guardian, or by staff on the telephone.

use crate::{Actor, Refused, Service, access::Right, act::Target, forms::CheckInForm, questionnaire};
use kangma_core::{Kind, PersonId, Verdict};

impl Service {
    /// Records a check-in and says what stands now.
    ///
    /// # Errors
    /// [`Refused::InTheFuture`]; [`Refused::TooLate`] with the time until which that day was open: for ever where a source
    /// was silent when it closed;
    /// [`Refused::AlreadyCheckedIn`] unless the new one is abnormal; [`Refused::Invalid`].
    pub async fn check_in_daily(
        &self,
        actor: &Actor,
        person: PersonId,
        form: CheckInForm,
    ) -> Result<Verdict, Refused> {
        self.act(actor, move |act| {
            act.may_act_for(person, Right::HelpPerson)?;
            let policy = std::sync::Arc::clone(act.rules.policy(act.now));
            let today = policy.zone.day(act.now);
            let day = form.day.unwrap_or(today);
            if day > today {
                return Err(Refused::InTheFuture);
            }
            let closing = policy.zone.midnight(day.plus(1));
            let open_until = closing + policy.check_in.missed.grace();
            if act.now >= open_until && !act.rules.was_silent(&policy, closing) {
                return Err(Refused::TooLate(open_until));
            }
            let mut given = form.answers;
            if let Some(temperature) = form.temperature {
                given.insert("temperature".to_owned(), temperature.into());
            }
            let (answers, errors) = questionnaire::answers(&policy.check_in.questions, None, &given);
            if !errors.is_empty() {
                return Err(Refused::Invalid(errors));
            }
            let by = if matches!(act.actor, Actor::Officer(_)) { "staff" } else { "self" };
            let mut item = act.observed(person, Kind::CheckIn);
            item.attributes = answers;
            let item = item.with("day", day).with("by", by);
            let evidence = act.writer.evidence_of(person)?;
            let there = crate::standing_items(&evidence)
                .any(|other| other.kind == Kind::CheckIn && other.attributes.day("day") == Some(day));
            let recorded = act.record(item)?;
            let abnormal = policy.check_in.abnormal.iter().any(|condition| condition.matches(&recorded));
            if there && !abnormal {
                return Err(Refused::AlreadyCheckedIn);
            }
            act.log("check-in", Target::person(person))?;
            act.verdict(person)
        })
        .await
    }
}

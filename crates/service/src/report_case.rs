//! Cases: report, correct, confirm, recover, exclude, merge, withdraw. Each can be previewed: the same act, rolled back.
//!
//! Withdrawing says that it never was true; what it caused goes with it. A recovery says that it is over.

use crate::{
    Actor, Change, Refused, Service,
    access::{Place, Right},
    act::{Act, Target},
    forms::{CaseForm, InterviewContactForm},
    identity, persons, trace, written,
};
use kangma_core::{CaseId, Evidence, Kind, Origin, PersonId, Span, Time};
use kangma_store::{
    Case, CaseState, CaseStatus, ContactCall, ContactId, InterviewContact, JobId, NewEvidence, PersonKind,
    SealedText,
};
use serde::{Deserialize, Serialize};

/// No case began or was sampled before this: an older date is a mistyped one.
const OLDEST: Span = Span::from_24_hours(366);

/// What is done to a case that exists.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseAct {
    /// The laboratory confirmed a suspected case.
    Confirm,
    /// Onset or sample time were other than reported.
    Correct {
        /// When symptoms began, if they did.
        onset: Option<Time>,
        /// When the sample was taken.
        sampled: Option<Time>,
    },
    /// The person recovered.
    Recover {
        /// When.
        at: Time,
    },
    /// The person died. Duties and notices end.
    Died {
        /// When.
        at: Time,
    },
    /// It turned out to be something else: it never was a case.
    Exclude,
    /// It is the same case as another one.
    Merge {
        /// The other.
        into: CaseId,
    },
    /// It never was true: a mix-up, a false positive.
    Withdraw,
}

impl CaseAct {
    const fn name(&self) -> &'static str {
        match self {
            CaseAct::Confirm => "confirm-case",
            CaseAct::Correct { .. } => "correct-case",
            CaseAct::Recover { .. } => "recover-case",
            CaseAct::Died { .. } => "case-died",
            CaseAct::Exclude => "exclude-case",
            CaseAct::Merge { .. } => "merge-case",
            CaseAct::Withdraw => "withdraw-case",
        }
    }
}

/// A case that was reported or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct CaseDone {
    /// The case.
    pub case: CaseId,
    /// The job that carries a large trace out; nothing when it was carried out at once.
    pub job: Option<JobId>,
}

impl Service {
    /// Reports a case and traces its contacts.
    ///
    /// # Errors
    /// [`Refused::Invalid`]; [`Refused::InTheFuture`]; [`Refused::Duplicate`] while the person has an open case;
    /// [`Refused::NotAllowed`].
    pub async fn report_case(&self, actor: &Actor, form: CaseForm) -> Result<CaseDone, Refused> {
        self.act(actor, move |act| report(act, &form)).await
    }

    /// Whose standing a report would change.
    ///
    /// # Errors
    /// As [`Service::report_case`].
    pub async fn preview_report(&self, actor: &Actor, form: CaseForm) -> Result<Vec<Change>, Refused> {
        self.preview(actor, move |act| report(act, &form).map(drop)).await
    }

    /// Does something to a case. `version` is the one that the officer saw.
    ///
    /// # Errors
    /// [`Refused::Stale`] when the case has changed since; [`Refused::WrongState`]; [`Refused::NotAllowed`].
    pub async fn change_case(
        &self,
        actor: &Actor,
        case: CaseId,
        version: u32,
        change: CaseAct,
    ) -> Result<CaseDone, Refused> {
        self.act(actor, move |act| carry_out(act, case, version, &change, None)).await
    }

    /// The same with a reason in words, sealed into the record of the act.
    ///
    /// # Errors
    /// As [`Service::change_case`].
    pub async fn change_case_because(
        &self,
        actor: &Actor,
        case: CaseId,
        version: u32,
        change: CaseAct,
        reason: String,
    ) -> Result<CaseDone, Refused> {
        written::within("reason", &reason, written::WORDS)?;
        self.act(actor, move |act| carry_out(act, case, version, &change, Some(&reason))).await
    }

    /// Whose standing that would change.
    ///
    /// # Errors
    /// As [`Service::change_case`].
    pub async fn preview_change(
        &self,
        actor: &Actor,
        case: CaseId,
        version: u32,
        change: CaseAct,
    ) -> Result<Vec<Change>, Refused> {
        self.preview(actor, move |act| carry_out(act, case, version, &change, None).map(drop)).await
    }

    /// Adds a contact whom the case named in an interview: by name and telephone, without an account.
    ///
    /// # Errors
    /// [`Refused::Invalid`]; [`Refused::InTheFuture`]; [`Refused::WrongState`] for a closed case.
    pub async fn add_contact(&self, actor: &Actor, form: InterviewContactForm) -> Result<ContactId, Refused> {
        let phone = contact_phone(&form)?;
        let fresh = PersonId(self.draw());
        self.act(actor, move |act| add_contact(act, fresh, phone, form)).await
    }

    /// Whose standing that would change.
    ///
    /// # Errors
    /// As [`Service::add_contact`].
    pub async fn preview_contact(
        &self,
        actor: &Actor,
        form: InterviewContactForm,
    ) -> Result<Vec<Change>, Refused> {
        let phone = contact_phone(&form)?;
        let fresh = PersonId(self.draw());
        self.preview(actor, move |act| add_contact(act, fresh, phone, form).map(drop)).await
    }

    /// Takes a named contact back: it was somebody else.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::NotAllowed`].
    pub async fn withdraw_contact(&self, actor: &Actor, contact: ContactId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            act.actor.holds(Right::WorkOnCases)?;
            let mut kept = act.writer.interview_contact(contact)?.ok_or(Refused::NotFound)?;
            reachable(act, kept.case_id)?;
            kept.withdrawn_at = Some(act.now);
            act.writer.save_interview_contact(&kept)?;
            trace::case(act, kept.case_id)?;
            act.log("withdraw-contact", Target::thing("case", kept.case_id))
        })
        .await
    }

    /// Notes that a contact of a case was called. A person is called once, whatever the number of cases.
    ///
    /// # Errors
    /// [`Refused::NotFound`] for somebody who is no contact of it; [`Refused::NotAllowed`].
    pub async fn called(
        &self,
        actor: &Actor,
        case: CaseId,
        person: PersonId,
        remark: String,
    ) -> Result<(), Refused> {
        written::within("remark", &remark, written::WORDS)?;
        self.act(actor, move |act| {
            reachable(act, case)?;
            let items = act.writer.evidence_of(person)?;
            let mut exposures = crate::standing_items(&items).filter(|item| item.kind == Kind::Exposure);
            if !exposures.any(|item| item.origin == Some(Origin::Case(case))) {
                return Err(Refused::NotFound);
            }
            let (at, by) = (act.now, act.actor.account());
            let remark = Some(remark.trim()).filter(|remark| !remark.is_empty()).map(SealedText::from);
            act.writer.add_contact_call(|id| ContactCall { id, person, at, by, remark })?;
            act.log("call-contact", Target::person(person))
        })
        .await
    }
}

fn contact_phone(form: &InterviewContactForm) -> Result<String, Refused> {
    if let Some(fault) = written::name_fault(&written::tidy(&form.name)) {
        return Err(Refused::field("name", fault));
    }
    identity::normal_phone(&form.phone).ok_or_else(|| Refused::field("phone", "not-a-phone"))
}

fn add_contact(
    act: &mut Act<'_, '_>,
    fresh: PersonId,
    phone: String,
    form: InterviewContactForm,
) -> Result<ContactId, Refused> {
    let case = reachable(act, form.case)?;
    if case.state != CaseState::Open {
        return Err(Refused::WrongState);
    }
    if form.last_exposure > act.now {
        return Err(Refused::InTheFuture);
    }
    let degrees = &act.rules.policy(act.now).exposures.degrees;
    if !degrees.iter().any(|degree| *degree.degree == *form.degree) {
        return Err(Refused::field("degree", "unknown-degree"));
    }
    let person = contact_person(act, fresh, &form.name, phone, case.district.clone())?;
    let (added_by, added_at) = (act.actor.account().ok_or(Refused::NotAllowed)?, act.now);
    let contact = act.writer.add_interview_contact(|id| InterviewContact {
        id,
        case_id: form.case,
        person,
        last_met: form.last_exposure,
        degree: form.degree,
        added_by,
        added_at,
        evidence: None,
        withdrawn_at: None,
    })?;
    trace::case(act, form.case)?;
    act.log("add-contact", Target::thing("case", form.case))?;
    Ok(contact.id)
}

pub(crate) fn report(act: &mut Act<'_, '_>, form: &CaseForm) -> Result<CaseDone, Refused> {
    let case = register(act, form)?;
    Ok(CaseDone { case, job: trace::case(act, case)? })
}

/// Reports a case and leaves the tracing to the caller. Refused, it has written nothing.
pub(crate) fn register(act: &mut Act<'_, '_>, form: &CaseForm) -> Result<CaseId, Refused> {
    act.actor.officer()?;
    act.may_act_for(form.person, Right::WorkOnCases)?;
    let status = match form.status.as_str() {
        "suspected" => CaseStatus::Suspected,
        "confirmed" => CaseStatus::Confirmed,
        _ => return Err(Refused::field("status", "unknown-status")),
    };
    possible(act, form.onset, form.sampled)?;
    if act.writer.cases_of(form.person)?.iter().any(is_active) {
        return Err(Refused::Duplicate);
    }
    let person = act.writer.person(form.person)?.ok_or(Refused::NotFound)?;
    let (reported_at, reported_by) = (act.now, act.actor.account().ok_or(Refused::NotAllowed)?);
    let mut case = act.writer.add_case(|id| Case {
        id,
        person: form.person,
        district: person.district,
        status,
        state: CaseState::Open,
        onset: form.onset,
        sampled: form.sampled,
        reported_at,
        reported_by,
        merged_into: None,
        evidence: None,
        version: 1,
    })?;
    case.evidence = Some(record_status(act, &case, status, status_time(act, &case))?.id);
    act.writer.save_case(&case)?;
    act.log("report-case", Target::person(case.person))?;
    Ok(case.id)
}

fn is_active(case: &Case) -> bool {
    case.state == CaseState::Open && matches!(case.status, CaseStatus::Suspected | CaseStatus::Confirmed)
}

fn possible(act: &Act<'_, '_>, onset: Option<Time>, sampled: Option<Time>) -> Result<(), Refused> {
    if onset.is_none() && sampled.is_none() {
        return Err(Refused::field("sampled", "required"));
    }
    if onset.max(sampled).is_some_and(|time| time > act.now) {
        return Err(Refused::InTheFuture);
    }
    for (field, time) in [("onset", onset), ("sampled", sampled)] {
        if time.is_some_and(|time| time < act.now - OLDEST) {
            return Err(Refused::field(field, "impossible-date"));
        }
    }
    Ok(())
}

fn status_time(act: &Act<'_, '_>, case: &Case) -> Time {
    case.sampled.or(case.onset).unwrap_or(act.now)
}

fn record_status(
    act: &mut Act<'_, '_>,
    case: &Case,
    status: CaseStatus,
    at: Time,
) -> Result<Evidence, Refused> {
    let mut item = NewEvidence::new(case.person, Kind::CaseStatus, at, "case-register")
        .from_origin(Origin::Case(case.id))
        .with("status", status.as_str());
    if let Some(onset) = case.onset {
        item = item.with("onset", onset);
    }
    if let Some(sampled) = case.sampled {
        item = item.with("sampled", sampled);
    }
    act.record(item)
}

fn reachable(act: &Act<'_, '_>, case: CaseId) -> Result<Case, Refused> {
    act.actor.holds(Right::WorkOnCases)?;
    let kept = act.writer.case(case)?.ok_or(Refused::NotFound)?;
    let district = kept.district.as_deref();
    act.actor.officer()?.may(Right::WorkOnCases, district.map_or(Place::City, Place::District))?;
    Ok(kept)
}

fn carry_out(
    act: &mut Act<'_, '_>,
    case: CaseId,
    version: u32,
    change: &CaseAct,
    reason: Option<&str>,
) -> Result<CaseDone, Refused> {
    alter(act, case, version, change, reason)?;
    Ok(CaseDone { case, job: trace::case(act, case)? })
}

/// Does something to a case and leaves the tracing to the caller.
pub(crate) fn alter(
    act: &mut Act<'_, '_>,
    case: CaseId,
    version: u32,
    change: &CaseAct,
    reason: Option<&str>,
) -> Result<(), Refused> {
    let mut kept = reachable(act, case)?;
    if kept.version != version {
        return Err(Refused::Stale);
    }
    if kept.state != CaseState::Open {
        return Err(Refused::WrongState);
    }
    kept.version += 1;
    match change {
        CaseAct::Confirm => {
            if kept.status != CaseStatus::Suspected {
                return Err(Refused::WrongState);
            }
            kept.status = CaseStatus::Confirmed;
            let at = status_time(act, &kept);
            kept.evidence = Some(record_status(act, &kept, CaseStatus::Confirmed, at)?.id);
        }
        CaseAct::Correct { onset, sampled } => {
            possible(act, *onset, *sampled)?;
            (kept.onset, kept.sampled) = (*onset, *sampled);
            say_anew(act, &mut kept)?;
        }
        CaseAct::Recover { at } => set_status(act, &mut kept, CaseStatus::Recovered, *at)?,
        CaseAct::Died { at } => set_status(act, &mut kept, CaseStatus::Died, *at)?,
        CaseAct::Exclude => {
            kept.status = CaseStatus::Excluded;
            take_back(act, &mut kept, CaseState::Withdrawn)?;
        }
        CaseAct::Withdraw => take_back(act, &mut kept, CaseState::Withdrawn)?,
        CaseAct::Merge { into } => {
            let other = reachable(act, *into)?;
            if *into == case || other.state != CaseState::Open {
                return Err(Refused::WrongState);
            }
            kept.merged_into = Some(*into);
            take_back(act, &mut kept, CaseState::Merged)?;
            absorb(act, &kept, other)?;
        }
    }
    act.writer.save_case(&kept)?;
    act.log(change.name(), Target { reason, ..Target::person(kept.person) })
}

/// Takes an open case back as it is.
pub(crate) fn withdraw(act: &mut Act<'_, '_>, case: CaseId) -> Result<(), Refused> {
    let version = act.writer.case(case)?.ok_or(Refused::NotFound)?.version;
    carry_out(act, case, version, &CaseAct::Withdraw, None).map(drop)
}

fn set_status(act: &mut Act<'_, '_>, case: &mut Case, status: CaseStatus, at: Time) -> Result<(), Refused> {
    if at > act.now {
        return Err(Refused::InTheFuture);
    }
    if case.onset.into_iter().chain(case.sampled).min().is_some_and(|began| at < began) {
        return Err(Refused::field("at", "ends-before-it-begins"));
    }
    if case.status == CaseStatus::Died {
        return Err(Refused::WrongState);
    }
    case.status = status;
    supersede(act, case, status, at).map(drop)
}

/// The same case said anew, as what it was before it recovered: check-ins made stay counted, and so does a recovery.
fn say_anew(act: &mut Act<'_, '_>, case: &mut Case) -> Result<(), Refused> {
    let was_confirmed = status_items(act, case)?.iter().any(|item| says(item, CaseStatus::Confirmed));
    let status = if was_confirmed { CaseStatus::Confirmed } else { CaseStatus::Suspected };
    let at = status_time(act, case);
    case.evidence = Some(supersede(act, case, status, at)?.id);
    Ok(())
}

/// Says a status anew in the place of what said it, or said that the case was suspected or confirmed: withdraw, add, derive
/// again, in one act.
fn supersede(act: &mut Act<'_, '_>, case: &Case, status: CaseStatus, at: Time) -> Result<Evidence, Refused> {
    let begins = [CaseStatus::Suspected, CaseStatus::Confirmed];
    let old = status_items(act, case)?;
    let new = record_status(act, case, status, at)?;
    let replaced = old.iter().filter(|item| {
        says(item, status) || (begins.contains(&status) && begins.iter().any(|begin| says(item, *begin)))
    });
    for item in replaced {
        let superseding = act.observed(case.person, Kind::Superseding).about(item.id);
        act.record(superseding.with("by", new.id.to_string().as_str()))?;
    }
    Ok(new)
}

fn says(item: &Evidence, status: CaseStatus) -> bool {
    item.attributes.text("status") == Some(status.as_str())
}

fn take_back(act: &mut Act<'_, '_>, case: &mut Case, state: CaseState) -> Result<(), Refused> {
    case.state = state;
    status_items(act, case)?.into_iter().try_for_each(|item| act.withdraw(case.person, item.id).map(drop))?;
    act.writer.save_case(case)?;
    Ok(())
}

/// The standing items of a case about its own person.
fn status_items(act: &Act<'_, '_>, case: &Case) -> Result<Vec<Evidence>, Refused> {
    let evidence = act.writer.evidence_of(case.person)?;
    let own = |item: &&Evidence| item.kind == Kind::CaseStatus && item.origin == Some(Origin::Case(case.id));
    Ok(crate::standing_items(&evidence).filter(own).cloned().collect())
}

/// The case that stays takes over the earlier onset and sample of the one that goes.
fn absorb(act: &mut Act<'_, '_>, gone: &Case, mut stays: Case) -> Result<(), Refused> {
    let earlier = |a: Option<Time>, b: Option<Time>| a.into_iter().chain(b).min();
    let (onset, sampled) = (earlier(gone.onset, stays.onset), earlier(gone.sampled, stays.sampled));
    for mut contact in act.writer.interview_contacts(gone.id)? {
        contact.case_id = stays.id;
        act.writer.save_interview_contact(&contact)?;
    }
    if (onset, sampled) != (stays.onset, stays.sampled) {
        (stays.onset, stays.sampled) = (onset, sampled);
        say_anew(act, &mut stays)?;
    }
    stays.version += 1;
    act.writer.save_case(&stays)?;
    trace::case(act, stays.id).map(drop)
}

/// The person of a telephone, or a new one whom nobody signs in as. A shared telephone is told apart by the name.
fn contact_person(
    act: &mut Act<'_, '_>,
    fresh: PersonId,
    name: &str,
    phone: String,
    district: Option<String>,
) -> Result<PersonId, Refused> {
    let known = act.writer.persons_by_phone(&phone)?;
    let same =
        known.iter().find(|person| person.name.as_ref().is_some_and(|known| known.0 == written::tidy(name)));
    let nameless = |kind| known.iter().find(move |person| person.kind == kind && person.name.is_none());
    if let Some(same) = same.or_else(|| nameless(PersonKind::AccountHolder)) {
        return Ok(same.id);
    }
    // Known by the telephone alone, because somebody asked them something: whoever signs in by it is one person.
    if let Some(asked) = nameless(PersonKind::Interviewed) {
        let named = persons::interviewed(asked.id, name, phone, district, asked.created_at);
        act.writer.save_person(&named)?;
        return Ok(asked.id);
    }
    let person = persons::interviewed(fresh, name, phone, district, act.now);
    act.writer.add_person(&person)?;
    Ok(fresh)
}

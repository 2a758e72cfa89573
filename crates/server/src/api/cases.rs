//! Cases: reported, changed, previewed; their contacts; the jobs that carry large traces out.

use super::{
    body::{Answer, Asked, Body, Done, Made, MadeAnswer, Named},
    caller::Caller,
    persons::{Before, PAGE},
    schema::{Id, Instant, StandingWord},
    wire::{answer, form},
};
use crate::app::App;
use axum::{Json, extract::State, http::StatusCode};
use kangma_core::{CaseId, PersonId, Standing, Time};
use kangma_service::{
    cases,
    forms::{CaseForm, InterviewContactForm},
    report_case::{self, CaseAct},
};
use kangma_store::{CasesLike, ContactId, Job, JobId, JobState};
use utoipa_axum::{router::OpenApiRouter, routes};

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list, report))
        .routes(routes!(preview_report))
        .routes(routes!(case))
        .routes(routes!(change))
        .routes(routes!(preview_change))
        .routes(routes!(add_contact))
        .routes(routes!(preview_contact))
        .routes(routes!(withdraw_contact))
        .routes(routes!(called))
        .routes(routes!(jobs))
}

form! {
    /// A case.
    NewCase into CaseForm {
        /// Whose.
        person: [PersonId] as [Id],
        /// `suspected` or `confirmed`.
        status: [String],
        /// When symptoms began, if they did.
        onset: [Option<Time>] as [Option<Instant>],
        /// When the sample was taken.
        sampled: [Option<Time>] as [Option<Instant>],
    }
}

form! {
    /// What is done to a case.
    CaseChange {
        /// The version that was looked at.
        version: [u32],
        /// What.
        change: [CaseStep],
        /// Why, for the record.
        #[serde(default)]
        reason: [String],
    }
}

/// What is done to a case.
#[derive(serde::Deserialize, utoipa::ToSchema)]
#[serde(tag = "act", rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum CaseStep {
    /// The laboratory confirmed it.
    Confirm {},
    /// Onset or sample time were other than reported.
    Correct {
        /// When symptoms began, if they did.
        #[schema(value_type = Option<Instant>)]
        onset: Option<Time>,
        /// When the sample was taken.
        #[schema(value_type = Option<Instant>)]
        sampled: Option<Time>,
    },
    /// The person recovered.
    Recover {
        /// When.
        #[schema(value_type = Instant)]
        at: Time,
    },
    /// The person died.
    Died {
        /// When.
        #[schema(value_type = Instant)]
        at: Time,
    },
    /// It turned out to be something else.
    Exclude {},
    /// It is the same as another one.
    Merge {
        /// The other.
        #[schema(value_type = Id)]
        into: CaseId,
    },
    /// It never was true.
    Withdraw {},
}

impl From<CaseStep> for CaseAct {
    fn from(step: CaseStep) -> Self {
        match step {
            CaseStep::Confirm {} => CaseAct::Confirm,
            CaseStep::Correct { onset, sampled } => CaseAct::Correct { onset, sampled },
            CaseStep::Recover { at } => CaseAct::Recover { at },
            CaseStep::Died { at } => CaseAct::Died { at },
            CaseStep::Exclude {} => CaseAct::Exclude,
            CaseStep::Merge { into } => CaseAct::Merge { into },
            CaseStep::Withdraw {} => CaseAct::Withdraw,
        }
    }
}

form! {
    /// A contact whom the case named in an interview.
    NewContact {
        /// Name.
        name: [String],
        /// Telephone.
        phone: [String],
        /// The policy's degree, such as `close`.
        degree: [String],
        /// The last time they met.
        last_exposure: [Time] as [Instant],
    }
}

impl NewContact {
    fn of(self, case: CaseId) -> InterviewContactForm {
        let NewContact { name, phone, degree, last_exposure } = self;
        InterviewContactForm { case, name, phone, degree, last_exposure }
    }
}

form! {
    /// A call.
    Call {
        /// What was said.
        #[serde(default)]
        remark: [String],
    }
}

type ServiceDone = report_case::CaseDone;
answer! {
    /// A case that was reported or changed.
    CaseDone from ServiceDone {
        /// The case.
        case: [CaseId] as [Id],
        /// The job that carries a large trace out; nothing when it was carried out at once.
        job: [Option<JobId>] as [Option<Id>],
    }
}

type ServiceChange = kangma_service::Change;
answer! {
    /// Somebody whose standing an act would change.
    Change from ServiceChange {
        /// Who.
        person: [PersonId] as [Id],
        /// What shows now.
        before: [Standing] as [StandingWord],
        /// What would show.
        after: [Standing] as [StandingWord],
    }
}

pub(crate) fn changes(changes: Vec<ServiceChange>) -> Json<Vec<Change>> {
    Json(changes.into_iter().map(Change::from).collect())
}

type ServiceRow = cases::CaseRow;
answer! {
    /// A case in a list.
    CaseRow from ServiceRow {
        /// The case.
        case: [CaseId] as [Id],
        /// Whose.
        person: [PersonId] as [Id],
        /// The name, masked.
        masked_name: [String],
        /// Its status.
        status: [&'static str] as [String],
        /// `open`, `merged` or `withdrawn`.
        state: [&'static str] as [String],
        /// The district.
        district: [String],
        /// Onset.
        onset: [Option<Time>] as [Option<Instant>],
        /// Sample.
        sampled: [Option<Time>] as [Option<Instant>],
        /// When it was reported.
        reported_at: [Time] as [Instant],
        /// The version that an act on it has to name.
        version: [u32],
    }
}

answer! {
    /// A contact of a case.
    ContactRow {
        /// Who.
        person: [PersonId] as [Id],
        /// Their name, masked.
        masked_name: [String],
        /// The degree.
        degree: [String],
        /// 1 for those who met the case, 2 for those who met one of them.
        chain: [i64],
        /// The longest unbroken meeting, in whole minutes.
        unbroken_minutes: [i64],
        /// All meetings, in whole minutes.
        summed_minutes: [i64],
        /// The kind of point, where there was one.
        point_kind: [String],
        /// The last meeting.
        last: [Time] as [Instant],
        /// What shows for them now.
        standing: [Standing] as [StandingWord],
        /// The interview that named them.
        interview: [Option<ContactId>] as [Option<Id>],
        /// When somebody called them, for this case or for another, after they first met this one.
        called_at: [Option<Time>] as [Option<Instant>],
    }
}

impl From<cases::ContactRow> for ContactRow {
    fn from(row: cases::ContactRow) -> Self {
        Self {
            person: row.person,
            masked_name: row.masked_name,
            degree: row.degree,
            chain: row.chain,
            unbroken_minutes: row.minutes.0,
            summed_minutes: row.minutes.1,
            point_kind: row.point_kind,
            last: row.last,
            standing: row.standing,
            interview: row.interview,
            called_at: row.called_at,
        }
    }
}

answer! {
    /// A case with everything that hangs on it.
    Case {
        /// The case.
        case: [CaseRow],
        /// From when it infects others.
        infectious_from: [Option<Time>] as [Option<Instant>],
        /// Until when.
        infectious_until: [Option<Time>] as [Option<Instant>],
        /// Its contacts, the closest and longest first.
        contacts: [Vec<ContactRow>],
    }
}

answer! {
    /// A contact that was added.
    ContactMade {
        /// The contact.
        contact: [ContactId] as [Id],
    }
}

answer! {
    /// A job.
    JobRow {
        /// The job.
        job: [JobId] as [Id],
        /// What it does.
        kind: [String],
        /// How many of its parts are done.
        done: [u64],
        /// Of how many.
        total: [u64],
        /// `open`, `done` or `failed`.
        state: [JobState] as [String],
        /// When it was begun.
        created_at: [Time] as [Instant],
        /// When it ended.
        ended_at: [Option<Time>] as [Option<Instant>],
    }
}

/// The cases of the officer's district, newest first.
#[utoipa::path(get, path = "/cases", tag = "cases", params(Before), responses((status = 200, body = Vec<CaseRow>)))]
async fn list(State(app): State<App>, caller: Caller, Asked(page): Asked<Before>) -> Answer<Vec<CaseRow>> {
    let cases = app.service.cases(&caller.actor, CasesLike::default(), page.id()?, PAGE).await?;
    Ok(Json(cases.into_iter().map(CaseRow::from).collect()))
}

/// Reports a case and traces its contacts.
#[utoipa::path(post, path = "/cases", tag = "cases", request_body = NewCase, responses((status = 201, body = CaseDone)))]
async fn report(State(app): State<App>, caller: Caller, Body(form): Body<NewCase>) -> MadeAnswer<CaseDone> {
    Ok(Made(app.service.report_case(&caller.actor, form.into()).await?.into()))
}

/// Whose standing a report would change. Nothing is kept.
#[utoipa::path(post, path = "/cases/preview", tag = "cases", request_body = NewCase, responses((status = 200, body = Vec<Change>)))]
async fn preview_report(
    State(app): State<App>,
    caller: Caller,
    Body(form): Body<NewCase>,
) -> Answer<Vec<Change>> {
    Ok(changes(app.service.preview_report(&caller.actor, form.into()).await?))
}

/// One case with its contacts.
#[utoipa::path(get, path = "/cases/{case}", tag = "cases", params(("case" = Id, Path)), responses((status = 200, body = Case)))]
async fn case(State(app): State<App>, caller: Caller, Named(case): Named<CaseId>) -> Answer<Case> {
    let view = app.service.case(&caller.actor, case).await?;
    Ok(Json(Case {
        case: view.row.into(),
        infectious_from: view.infectious.map(|window| window.from),
        infectious_until: view.infectious.map(|window| window.until),
        contacts: view.contacts.into_iter().map(ContactRow::from).collect(),
    }))
}

/// Does something to a case: confirm, correct, recover, died, exclude, merge, withdraw.
#[utoipa::path(post, path = "/cases/{case}/changes", tag = "cases", params(("case" = Id, Path)), request_body = CaseChange, responses((status = 200, body = CaseDone)))]
async fn change(
    State(app): State<App>,
    caller: Caller,
    Named(case): Named<CaseId>,
    Body(form): Body<CaseChange>,
) -> Answer<CaseDone> {
    let CaseChange { version, change, reason } = form;
    let done = app.service.change_case_because(&caller.actor, case, version, change.into(), reason).await?;
    Ok(Json(done.into()))
}

/// Whose standing that would change. Nothing is kept.
#[utoipa::path(post, path = "/cases/{case}/changes/preview", tag = "cases", params(("case" = Id, Path)), request_body = CaseChange, responses((status = 200, body = Vec<Change>)))]
async fn preview_change(
    State(app): State<App>,
    caller: Caller,
    Named(case): Named<CaseId>,
    Body(form): Body<CaseChange>,
) -> Answer<Vec<Change>> {
    let CaseChange { version, change, .. } = form;
    Ok(changes(app.service.preview_change(&caller.actor, case, version, change.into()).await?))
}

/// Adds a contact by name and telephone.
#[utoipa::path(post, path = "/cases/{case}/contacts", tag = "cases", params(("case" = Id, Path)), request_body = NewContact, responses((status = 201, body = ContactMade)))]
async fn add_contact(
    State(app): State<App>,
    caller: Caller,
    Named(case): Named<CaseId>,
    Body(form): Body<NewContact>,
) -> MadeAnswer<ContactMade> {
    Ok(Made(ContactMade { contact: app.service.add_contact(&caller.actor, form.of(case)).await? }))
}

/// Whose standing that would change. Nothing is kept.
#[utoipa::path(post, path = "/cases/{case}/contacts/preview", tag = "cases", params(("case" = Id, Path)), request_body = NewContact, responses((status = 200, body = Vec<Change>)))]
async fn preview_contact(
    State(app): State<App>,
    caller: Caller,
    Named(case): Named<CaseId>,
    Body(form): Body<NewContact>,
) -> Answer<Vec<Change>> {
    Ok(changes(app.service.preview_contact(&caller.actor, form.of(case)).await?))
}

/// Takes a named contact back: it was somebody else.
#[utoipa::path(delete, path = "/contacts/{contact}", tag = "cases", params(("contact" = Id, Path)), responses((status = 204)))]
async fn withdraw_contact(State(app): State<App>, caller: Caller, Named(contact): Named<ContactId>) -> Done {
    app.service.withdraw_contact(&caller.actor, contact).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Notes that a contact of a case was called. Once is enough, whatever the number of cases.
#[utoipa::path(post, path = "/cases/{case}/contacts/{person}/calls", tag = "cases", params(("case" = Id, Path), ("person" = Id, Path)), request_body = Call, responses((status = 204)))]
async fn called(
    State(app): State<App>,
    caller: Caller,
    Named((case, person)): Named<(CaseId, PersonId)>,
    Body(form): Body<Call>,
) -> Done {
    app.service.called(&caller.actor, case, person, form.remark).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The jobs that carry large traces out, newest first.
#[utoipa::path(get, path = "/jobs", tag = "cases", responses((status = 200, body = Vec<JobRow>)))]
async fn jobs(State(app): State<App>, caller: Caller) -> Answer<Vec<JobRow>> {
    let row = |job: Job| JobRow {
        job: job.id,
        kind: job.kind,
        done: job.done,
        total: job.total,
        state: job.state,
        created_at: job.created_at,
        ended_at: job.ended_at,
    };
    Ok(Json(app.service.jobs(&caller.actor, PAGE).await?.into_iter().map(row).collect()))
}

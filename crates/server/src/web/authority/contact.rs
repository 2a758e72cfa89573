//! Contacts named in an interview: added by name and telephone, called once, taken back.

use super::{desk, preview::Waiting};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::cases,
        show,
        view::{
            form::{Answers, Choice},
            part::Fact,
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::{CaseId, Day, PersonId};
use kangma_service::{Refused, forms::InterviewContactForm};
use kangma_store::ContactId;

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(case): Path<CaseId>) -> Shown {
    desk::staff(&visitor)?;
    show(&sheet(&app, &visitor, case, &Answers::default()))
}

fn sheet(app: &App, visitor: &Visitor, case: CaseId, answers: &Answers) -> Sheet {
    let rules = app.service.rules();
    let degrees = &rules.policy(visitor.now).exposures.degrees;
    let mut named: Vec<&str> = Vec::new();
    for degree in degrees.iter().map(|degree| &*degree.degree) {
        if !named.contains(&degree) {
            named.push(degree);
        }
    }
    let degrees = named.into_iter().map(|degree| Choice::new(degree, desk::word(visitor, "degree", degree)));
    let page = desk::page(visitor, visitor.t.s("contact-add-title"));
    cases::add_contact(page, &case.to_string(), degrees.collect(), answers)
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path(case): Path<CaseId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match form(&posted, &visitor, case) {
        Ok(form) => app.service.preview_contact(actor, form.clone()).await.map(|changes| (form, changes)),
        Err(refused) => Err(refused),
    };
    let (form, changes) = match tried {
        Ok(tried) => tried,
        Err(refused) => {
            return desk::again(refused, &posted, &visitor, |answers| sheet(&app, &visitor, case, answers));
        }
    };
    let t = visitor.t;
    let back = format!("/authority/cases/{case}");
    let waiting = Waiting {
        app: &app,
        visitor: &visitor,
        posted: &posted,
        title: t.s("contact-add-title"),
        facts: vec![
            Fact::new(t.s("name"), form.name.clone()),
            Fact::new(t.s("phone"), form.phone.clone()),
            Fact::new(t.s("contact-degree"), desk::word(&visitor, "degree", &form.degree)),
            Fact::new(t.s("contact-day"), visitor.clockface().date_of(form.last_exposure)),
        ],
        action: format!("{back}/contacts/add"),
        back: back.clone(),
        newcomer: form.name.clone(),
    };
    if !waiting.is_agreed(&changes) {
        return waiting.show(&changes).await;
    }
    app.service.add_contact(actor, form).await?;
    see(&back)
}

/// The last contact is a day: it counts to its end, but never beyond the present.
fn form(posted: &Posted, visitor: &Visitor, case: CaseId) -> Result<InterviewContactForm, Refused> {
    let day: Day = posted.need("day", "impossible-date")?;
    if day > visitor.zone.day(visitor.now) {
        return Err(Refused::InTheFuture);
    }
    let end = visitor.zone.midnight(day.plus(1));
    let last = kangma_core::Time(end.0 - 1);
    Ok(InterviewContactForm {
        case,
        name: posted.one("name").to_owned(),
        phone: posted.one("phone").to_owned(),
        degree: posted.one("degree").to_owned(),
        last_exposure: last.min(visitor.now),
    })
}

pub(super) async fn called(
    State(app): State<App>,
    visitor: Visitor,
    Path((case, person)): Path<(CaseId, PersonId)>,
    posted: Posted,
) -> Shown {
    let remark = posted.one("remark").to_owned();
    app.service.called(desk::staff(&visitor)?, case, person, remark).await?;
    see(&format!("/authority/cases/{case}"))
}

pub(super) async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    Path((case, contact)): Path<(CaseId, ContactId)>,
    _: Posted,
) -> Shown {
    app.service.withdraw_contact(desk::staff(&visitor)?, contact).await?;
    see(&format!("/authority/cases/{case}"))
}

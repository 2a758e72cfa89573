//! Reporting a case. Nothing is written before the preview is confirmed.

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
use axum::extract::State;
use kangma_service::{Refused, report_named::NamedCaseForm};

const HERE: &str = "/authority/cases/report";

pub(super) async fn ask(State(app): State<App>, visitor: Visitor) -> Shown {
    desk::staff(&visitor)?;
    let districts = app.service.districts().await?;
    show(&sheet(&visitor, districts, &Answers::default()))
}

fn sheet(visitor: &Visitor, districts: Vec<String>, answers: &Answers) -> Sheet {
    let districts = districts.into_iter().map(|name| Choice::new(name.clone(), name)).collect();
    let page = desk::page(visitor, visitor.t.s("case-report-title"));
    cases::report(page, desk::documents(visitor), districts, answers)
}

pub(super) async fn tell(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match form(&posted, &visitor) {
        Ok(form) => app.service.preview_named_case(actor, form.clone()).await.map(|changes| (form, changes)),
        Err(refused) => Err(refused),
    };
    let (form, changes) = match tried {
        Ok(tried) => tried,
        Err(refused) => {
            let districts = app.service.districts().await?;
            return desk::again(refused, &posted, &visitor, |answers| sheet(&visitor, districts, answers));
        }
    };
    let waiting = Waiting {
        app: &app,
        visitor: &visitor,
        posted: &posted,
        title: visitor.t.s("case-report-title"),
        facts: facts(&visitor, &form),
        action: HERE.to_owned(),
        back: HERE.to_owned(),
        newcomer: form.name.clone(),
    };
    if !waiting.is_agreed(&changes) {
        return waiting.show(&changes).await;
    }
    let done = app.service.report_named_case(actor, form).await?;
    see(&format!("/authority/cases/{}", done.case))
}

fn form(posted: &Posted, visitor: &Visitor) -> Result<NamedCaseForm, Refused> {
    Ok(NamedCaseForm {
        document_type: posted.one("document-type").to_owned(),
        document_number: posted.one("document-number").to_owned(),
        name: posted.one("name").to_owned(),
        phone: posted.one("phone").to_owned(),
        district: posted.one("district").to_owned(),
        status: posted.one("status").to_owned(),
        onset: desk::day(posted, visitor, "onset")?,
        sampled: desk::moment(posted, visitor, "sampled")?,
    })
}

fn facts(visitor: &Visitor, form: &NamedCaseForm) -> Vec<Fact> {
    let (t, clock) = (visitor.t, visitor.clockface());
    let mut facts = vec![
        Fact::new(t.s("name"), form.name.clone()),
        Fact::new(t.s("document-number"), form.document_number.clone()),
        Fact::new(t.s("case-status"), desk::word(visitor, "case", &form.status)),
    ];
    facts.extend(form.onset.map(|onset| Fact::new(t.s("case-onset"), clock.date_of(onset))));
    facts.extend(form.sampled.map(|sampled| Fact::new(t.s("case-sampled"), clock.moment(sampled))));
    facts
}

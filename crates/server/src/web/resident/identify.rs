//! Who somebody is: asked once, before the first declaration. Later changes are corrections.

use super::{Own, district_field, districts, documents};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see, show, show_again,
        trouble::beside_fields,
        view::{
            form::{Answers, Choice, Field, Form, Input},
            sheet::Sheet,
        },
    },
};
use axum::extract::{Path, State};
use kangma_core::{Day, PersonId};
use kangma_service::{Refused, forms::IdentityForm};

pub(super) async fn ask(State(app): State<App>, visitor: Visitor, Path(person): Path<PersonId>) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    if own.profile.identified {
        return see(&format!("{}/declare", own.base));
    }
    show(&sheet(&visitor, &own, districts(&app).await?, &Answers::default()))
}

pub(super) async fn tell(
    State(app): State<App>,
    visitor: Visitor,
    Path(person): Path<PersonId>,
    posted: Posted,
) -> Shown {
    let own = Own::find(&app, &visitor, person).await?;
    let done = match identity(&posted) {
        Ok(form) => app.service.identify(&own.actor, person, form).await,
        Err(refused) => Err(refused),
    };
    match done {
        Ok(()) | Err(Refused::WrongState) => see(&format!("{}/declare", own.base)),
        Err(refused) => {
            let answers = beside_fields(refused, posted.answers(), &visitor)?;
            show_again(&sheet(&visitor, &own, districts(&app).await?, &answers))
        }
    }
}

/// The identity that a form holds.
pub(super) fn identity(posted: &Posted) -> Result<IdentityForm, Refused> {
    Ok(IdentityForm {
        name: posted.one("name").to_owned(),
        document_type: posted.one("document-type").to_owned(),
        document_number: posted.one("document-number").to_owned(),
        phone: String::new(),
        birth_date: posted.read::<Day>("birth-date", "impossible-date")?,
        address: posted.one("address").to_owned(),
        district: posted.one("district").to_owned(),
    })
}

fn sheet(visitor: &Visitor, own: &Own, districts: Vec<Choice>, answers: &Answers) -> Sheet {
    let t = visitor.t;
    let page = own.page(visitor, t.s("identify-title"));
    let form = Form::post(t, &page.csrf, format!("{}/identify", own.base), t.s("continue"))
        .with(Field::text(t, "name", t.s("name")).autocomplete("name"))
        .with(Field::new(t, "document-type", t.s("document-type"), Input::List(documents(visitor))))
        .with(Field::text(t, "document-number", t.s("document-number")))
        .with(Field::date(t, "birth-date", t.s("birth-date")).autocomplete("bday"))
        .with(district_field(visitor, districts))
        .fill(answers);
    let lead = t.s("identify-lead");
    Sheet::titled(page).back(own.base.clone(), t.s("back")).lead(lead).with(form)
}

//! Finding a person. Whoever looks says why, and the person sees it.

use super::desk;
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see,
        sheets::people,
        show, show_again,
        view::{form::Answers, page::Link, part::Cell, sheet::Sheet},
    },
};
use axum::extract::State;
use kangma_service::persons::Profile;

pub(super) async fn ask(visitor: Visitor) -> Shown {
    desk::staff(&visitor)?;
    show(&sheet(&visitor, &Answers::default()))
}

fn sheet(visitor: &Visitor, answers: &Answers) -> Sheet {
    people::find(desk::page(visitor, visitor.t.s("people-title")), desk::documents(visitor), answers)
}

pub(super) async fn find(State(app): State<App>, visitor: Visitor, posted: Posted) -> Shown {
    let actor = desk::staff(&visitor)?;
    let t = visitor.t;
    let text = posted.given("document-number").or(posted.given("phone"));
    let mut answers = posted.answers();
    if text.is_none() {
        answers = answers.but("document-number", t.s("field-required"));
    }
    if posted.given("reason").is_none() {
        answers = answers.but("reason", t.s("field-required"));
    }
    let Some(text) = text.filter(|_| answers.wrong.is_empty()) else {
        return show_again(&sheet(&visitor, &answers));
    };
    let found =
        app.service.find_persons_because(actor, text.to_owned(), posted.one("reason").to_owned()).await?;
    match found.as_slice() {
        [] => show_again(&sheet(&visitor, &posted.answers().but("", t.s("person-none")))),
        [only] => see(&format!("/authority/people/{}", only.person)),
        several => {
            let mut table = desk::table(
                &visitor,
                "people-title",
                &["name", "document-number", "district"],
                "person-none",
            );
            table.rows = several.iter().map(row).collect();
            show(
                &Sheet::titled(desk::page(&visitor, t.s("people-title")))
                    .back("/authority/people", t.s("back"))
                    .with(table),
            )
        }
    }
}

fn row(profile: &Profile) -> Vec<Cell> {
    vec![
        Link::to(format!("/authority/people/{}", profile.person), profile.masked_name.clone()).into(),
        profile.masked_document.clone().into(),
        profile.district.clone().into(),
    ]
}

//! Exposure sites and their import.

use crate::web::view::{
    form::{Answers, Field, Form, Input},
    page::{Link, Page},
    part::{Figure, Table},
    sheet::{Part, Sheet},
};

#[must_use]
pub fn list(page: Page, query: &str, table: Table) -> Sheet {
    let t = page.t;
    let filter =
        Form::filter(t, "/authority/sites", vec![Field::text(t, "q", t.s("site-search")).value(query)]);
    let actions = vec![Link::to("/authority/sites/import", t.s("sites-import"))];
    Sheet::titled(page).with(Part::Actions(actions)).with(filter).with(table)
}

#[must_use]
pub fn import(page: Page, answers: &Answers) -> Sheet {
    let t = page.t;
    let file = Field::new(t, "file", t.s("sites-file"), Input::File { accept: ".csv,text/csv" });
    let mut form = Form::post(t, &page.csrf, "/authority/sites/import", t.s("sites-import"))
        .with(file.hint(t.s("sites-file-hint")))
        .fill(answers)
        .cancel(Link::to("/authority/sites", t.s("cancel")));
    form.multipart = true;
    Sheet::titled(page).back("/authority/sites", t.s("sites")).with(form)
}

/// What an import did: how many, and every refused row by line and reason.
#[must_use]
pub fn imported(page: Page, figures: Vec<Figure>, refused: Table) -> Sheet {
    let t = page.t;
    let sheet = Sheet::titled(page).back("/authority/sites", t.s("sites")).with(figures);
    sheet.with(Part::Heading(t.s("sites-refused"))).with(refused)
}

//! Likely places of infection.

use crate::web::view::{
    form::{Field, Form},
    page::Page,
    part::Table,
    sheet::Sheet,
};
use kangma_service::gatherings::Sought;

#[must_use]
pub fn list(page: Page, sought: &Sought, from: &str, table: Table) -> Sheet {
    let t = page.t;
    let lead = t.s("gatherings-lead");
    let number = |name: &str, id: &str, value: String| Field::number(t, name, t.s(id)).value(&value);
    let filter = Form::filter(
        t,
        "/authority/cases/gatherings",
        vec![
            Field::date(t, "from", t.s("from-day")).value(from).optional(),
            number("earliest", "gatherings-earliest", sought.earliest.to_string()),
            number("latest", "gatherings-latest", sought.latest.to_string()),
            number("at_least", "gatherings-at-least", sought.at_least.to_string()),
        ],
    );
    Sheet::titled(page).back("/authority/cases", t.s("cases")).lead(lead).with(filter).with(table)
}

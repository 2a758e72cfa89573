//! The list of cases, newest first.

use super::desk::{self, PAGE};
use crate::{
    app::App,
    web::{
        Shown, Visitor, see,
        sheets::cases,
        show,
        view::{page::Link, part::Cell},
    },
};
use axum::extract::{Query, State};
use kangma_core::{CaseId, Day};
use kangma_service::cases::CaseRow;
use kangma_store::CasesLike;
use serde::Deserialize;

/// What a case may be, and the text for it.
const STATES: [(&str, &str); 7] = [
    ("suspected", "case-suspected"),
    ("confirmed", "case-confirmed"),
    ("recovered", "case-recovered"),
    ("died", "case-died"),
    ("excluded", "case-excluded"),
    ("merged", "case-merged"),
    ("withdrawn", "case-withdrawn"),
];

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    number: String,
    #[serde(default)]
    before: String,
}

pub(super) async fn list(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Shown {
    let actor = desk::staff(&visitor)?;
    if let Some(case) = numbered(&asked.number) {
        return see(&format!("/authority/cases/{case}"));
    }
    let since = asked.from.parse::<Day>().ok().map(|day| visitor.zone.midnight(day));
    let like = CasesLike { word: Some(asked.state.clone()).filter(|word| !word.is_empty()), since };
    let before = asked.before.parse().ok();
    let rows = app.service.cases(actor, like, before, PAGE).await?;
    let next = rows.last().filter(|_| rows.len() == PAGE).map(|row| row.case);
    let t = visitor.t;
    let heads =
        ["case-number", "name", "case-status", "case-onset", "case-sampled", "reported-at", "district"];
    let mut table = desk::table(&visitor, "cases", &heads, "case-none");
    table.rows = rows.iter().map(|row| cells(&visitor, row)).collect();
    table.next =
        next.map(|next| format!("/authority/cases?state={}&from={}&before={next}", asked.state, asked.from));
    let states = desk::filter(&visitor, &STATES, &asked.state);
    show(&cases::list(desk::page(&visitor, t.s("cases")), states, &asked.number, table))
}

fn cells(visitor: &Visitor, row: &CaseRow) -> Vec<Cell> {
    let clock = visitor.clockface();
    let date = |time| Option::map_or(time, Cell::Text("–".into()), |time| clock.date_of(time).into());
    vec![
        Link::to(format!("/authority/cases/{}", row.case), short(row.case)).into(),
        row.masked_name.clone().into(),
        status(visitor, row).into(),
        date(row.onset),
        date(row.sampled),
        clock.moment(row.reported_at).into(),
        row.district.clone().into(),
    ]
}

/// What shows of a case's state: its status while it is open.
pub(super) fn status(visitor: &Visitor, row: &CaseRow) -> String {
    let word = if row.state == "open" { row.status } else { row.state };
    desk::word(visitor, "case", word)
}

/// The case with a number, whole or as lists write it.
pub(super) fn numbered(text: &str) -> Option<CaseId> {
    let text = text.trim();
    let hex = text.strip_prefix("C-").or_else(|| text.strip_prefix("c-")).unwrap_or(text);
    u64::from_str_radix(hex, 16).map(CaseId).ok()
}

/// A number without the zeros before it.
pub(super) fn short(case: CaseId) -> String {
    format!("C-{:x}", case.0)
}

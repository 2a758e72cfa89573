//! Cases in a list, as a laboratory's or another register's system hands them in.

use super::{
    body::{Answer, Body},
    caller::Caller,
    lists::{CalledBy, UnusableRow, unusable},
    schema::Instant,
    wire::{answer, form},
};
use crate::app::App;
use axum::{
    Json,
    extract::{DefaultBodyLimit, State},
};
use kangma_core::Time;
use kangma_service::{
    Refused,
    import_visits::Taken,
    list_cases::{Illness, ListAct},
};
use serde::Deserialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// How many rows one list may have.
const MOST_ROWS: usize = 1_000;
/// Where a list is handed in, and the most bytes that it may have.
pub(crate) const LARGEST_LIST: (&str, usize) = ("/cases/list", 256 << 10);

pub(crate) fn routes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(take)).layer(DefaultBodyLimit::max(LARGEST_LIST.1))
}

/// What is done with a list.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Doing {
    /// Its rows become cases.
    Report,
    /// The cases that it reported never were true.
    TakeBack,
}

form! {
    /// Cases in a list, 1,000 at most.
    CaseList {
        /// What is done with it.
        act: [Doing],
        /// What it calls people.
        person_is: [CalledBy],
        /// `suspected` or `confirmed`.
        status: [String],
        /// The cases.
        cases: [Vec<ListedCase>],
    }
}

form! {
    /// A case of a list; of the two times at least one.
    ListedCase {
        /// Whose, as the list calls them.
        person: [String],
        /// When symptoms began, if they did.
        #[serde(default)]
        onset: [Option<Time>] as [Option<Instant>],
        /// When the sample was taken.
        #[serde(default)]
        sampled: [Option<Time>] as [Option<Instant>],
    }
}

answer! {
    /// What became of a list. Contacts are traced by a job.
    ListTaken {
        /// Cases that were reported or taken back.
        changed: [u64],
        /// Rows of which that was true already.
        unchanged: [u64],
        /// Rows that could not be used.
        bad: [Vec<UnusableRow>],
    }
}

impl From<Taken> for ListTaken {
    fn from(taken: Taken) -> Self {
        let Taken { added, unchanged, bad } = taken;
        Self { changed: added, unchanged, bad: unusable(bad) }
    }
}

/// Reports the cases of a list, or takes them back. A second time changes nothing.
#[utoipa::path(post, path = "/cases/list", tag = "cases", request_body = CaseList, responses((status = 200, body = ListTaken)))]
async fn take(State(app): State<App>, caller: Caller, Body(list): Body<CaseList>) -> Answer<ListTaken> {
    if list.cases.len() > MOST_ROWS {
        return Err(Refused::field("cases", "too-long").into());
    }
    let list_act = match list.act {
        Doing::Report => ListAct::Report,
        Doing::TakeBack => ListAct::TakeBack,
    };
    let words = list.cases.iter().map(|case| case.person.clone()).collect();
    let people = app.service.people_in_cases(&caller.actor, words, list.person_is.into()).await?;
    let rows = (1..).zip(list.cases).zip(people).map(|((line, case), person)| Illness {
        line,
        person,
        status: list.status.clone(),
        onset: case.onset,
        sampled: case.sampled,
    });
    Ok(Json(app.service.list_cases(&caller.actor, list_act, rows.collect(), |_| {}).await?.into()))
}

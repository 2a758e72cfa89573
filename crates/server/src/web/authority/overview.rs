//! The first page: how many people show what, and what waits for whoever looks.

use super::desk;
use crate::{
    app::App,
    web::{
        Shown, Visitor,
        sheets::people,
        show,
        texts::grouped,
        view::{
            look::Look,
            page::Link,
            part::{Cell, Figure, Line},
            sheet::Part,
        },
    },
};
use axum::extract::State;
use kangma_service::{Actor, Refused};
use kangma_store::{JobState, ProposalState, ReviewState};

/// Queues are counted so far; a longer one is "more than".
const COUNTED: usize = 100;

pub(super) async fn overview(State(app): State<App>, visitor: Visitor) -> Shown {
    let actor = desk::staff(&visitor)?;
    let t = visitor.t;
    let mut waiting = desk::table(&visitor, "waiting-for-you", &["matter", "how-many"], "waiting-none");
    for (id, address, count) in queues(&app, actor).await? {
        let shown = if count == COUNTED { t.n("more-than", COUNTED - 1) } else { count.to_string() };
        waiting.rows.push(vec![Link::to(address, t.s(id)).into(), Cell::Number(shown)]);
    }
    let page = desk::page(&visitor, t.s("dashboard"));
    let own = Part::Links(vec![Link::to("/authority/password", t.s("password-change"))]);
    let sheet = people::dashboard(
        page,
        figures(&app, &visitor, actor).await?,
        waiting,
        jobs(&app, &visitor, actor).await?,
    );
    show(&sheet.with(own))
}

/// Figures below the privacy floor are not shown.
async fn figures(app: &App, visitor: &Visitor, actor: &Actor) -> Result<Vec<Figure>, Refused> {
    let Some(counts) = allowed(app.service.standing_counts(actor).await)? else { return Ok(Vec::new()) };
    let figure = |(standing, count): (kangma_core::Standing, Option<u64>)| {
        let look = Look::of(visitor.t, standing);
        let value = count.map_or_else(|| visitor.t.s("below-floor"), grouped);
        Figure { value, name: look.word(), href: None, look: Some(look) }
    };
    Ok(counts.into_iter().map(figure).collect())
}

type Queue = (&'static str, &'static str, usize);

async fn queues(app: &App, actor: &Actor) -> Result<Vec<Queue>, Refused> {
    let service = &app.service;
    let suspicious =
        service.reviews(actor, ReviewState::Suspicious, None, COUNTED).await.map(|all| all.len());
    let appeals = service.appeals_open(actor, None, COUNTED).await.map(|all| all.len());
    let corrections = service.corrections_open(actor, None, COUNTED).await.map(|all| all.len());
    let orders =
        service.proposals(actor, ProposalState::Proposed, false, None, COUNTED).await.map(|all| all.len());
    let queues = [
        ("audits", "/authority/audits", suspicious),
        ("appeals", "/authority/appeals", appeals),
        ("corrections", "/authority/corrections", corrections),
        ("orders", "/authority/orders", orders),
    ];
    let mut found = Vec::new();
    for (id, address, count) in queues {
        found.extend(allowed(count)?.map(|count| (id, address, count)));
    }
    Ok(found)
}

async fn jobs(app: &App, visitor: &Visitor, actor: &Actor) -> Result<Vec<Line>, Refused> {
    let jobs = allowed(app.service.jobs(actor, COUNTED).await)?.unwrap_or_default();
    let line = |job: kangma_store::Job| {
        let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
        let (done, needed) = (count(job.done), count(job.total));
        Line { label: visitor.t.s("job-tracing"), done, needed, text: visitor.t.n_of("job-of", done, needed) }
    };
    Ok(jobs.into_iter().filter(|job| job.state == JobState::Open).map(line).collect())
}

/// What this officer may not see is left out.
fn allowed<T>(asked: Result<T, Refused>) -> Result<Option<T>, Refused> {
    match asked {
        Ok(answer) => Ok(Some(answer)),
        Err(Refused::NotAllowed) => Ok(None),
        Err(refused) => Err(refused),
    }
}

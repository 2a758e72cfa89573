//! A demonstration's messages, to be read by whoever tries it.

use crate::{
    app::App,
    web::{
        Shown, Visitor, sheets, show,
        view::{page::Surface, part::Entry},
    },
};
use axum::{Router, extract::State, routing::get};

const MOST: usize = 200;

pub(super) fn router() -> Router<App> {
    Router::new().route("/demo/outbox", get(outbox))
}

async fn outbox(State(app): State<App>, visitor: Visitor) -> Shown {
    let (t, clock) = (visitor.t, visitor.clockface());
    let lines = app.service.readable_outbox(MOST).await?;
    let entry = |(at, title, text)| Entry { when: clock.clock(at), title, text, ..Entry::default() };
    let page = visitor.page(Surface::Plain, t.s("outbox-title"));
    show(&sheets::account::outbox(page, lines.into_iter().map(entry).collect()))
}

//! A demonstration's messages, to be read by whoever tries it.

use crate::{
    app::App,
    web::{
        Shown, Visitor, sheets, show,
        view::{page::Surface, part::Table},
    },
};
use axum::{Router, extract::State, routing::get};

const MOST: usize = 50;

pub(super) fn router() -> Router<App> {
    Router::new().route("/demo/outbox", get(outbox))
}

async fn outbox(State(app): State<App>, visitor: Visitor) -> Shown {
    let (t, clock) = (visitor.t, visitor.clockface());
    let lines = app.service.readable_outbox(MOST).await?;
    let row = |(at, to, text)| vec![clock.clock(at).into(), String::into(to), String::into(text)];
    let table = Table {
        t,
        caption: t.s("outbox-title"),
        heads: vec![t.s("outbox-at"), t.s("outbox-to"), t.s("outbox-text")],
        rows: lines.into_iter().map(row).collect(),
        none: t.s("outbox-none"),
        next: None,
    };
    show(&sheets::account::outbox(visitor.page(Surface::Plain, t.s("outbox-title")), table))
}

//! Which point: a checker of one point is not asked.

use crate::{
    app::App,
    web::{
        Shown, Visitor, see,
        sheets::points,
        show,
        view::{
            page::{Link, Surface},
            part::Notice,
        },
    },
};
use axum::extract::{Query, State};
use kangma_store::PointState;
use serde::Deserialize;

/// More than these are not read through one by one: they are looked for.
const AT_A_GLANCE: usize = 12;

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    name: String,
}

pub(super) async fn choose(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Shown {
    visitor.officer()?;
    let mut own = app.service.own_points(visitor.actor()?).await?;
    own.retain(|point| point.state == PointState::Approved);
    if let [only] = own.as_slice() {
        return see(&format!("/gate/{}", only.id));
    }
    let t = visitor.t;
    let page = visitor.page(Surface::Gate, t.s("gate-choose-title"));
    let none = own.is_empty();
    let search = (own.len() > AT_A_GLANCE).then_some(asked.name.as_str());
    let wanted = own.into_iter().filter(|point| point.name.contains(asked.name.trim()));
    let links = wanted.map(|point| Link::to(format!("/gate/{}", point.id), point.name));
    let sheet = points::choose(page, search, links.collect());
    if none {
        let notice = Notice { heading: t.s("gate-choose-none"), text: Vec::new(), links: Vec::new() };
        return show(&sheet.with(notice));
    }
    show(&sheet)
}

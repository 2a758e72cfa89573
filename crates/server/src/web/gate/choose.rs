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
use axum::extract::State;
use kangma_store::PointState;

pub(super) async fn choose(State(app): State<App>, visitor: Visitor) -> Shown {
    visitor.officer()?;
    let mut own = app.service.own_points(visitor.actor()?).await?;
    own.retain(|point| point.state == PointState::Approved);
    if let [only] = own.as_slice() {
        return see(&format!("/gate/{}", only.id));
    }
    let t = visitor.t;
    let page = visitor.page(Surface::Gate, t.s("gate-choose-title"));
    let links = own.into_iter().map(|point| Link::to(format!("/gate/{}", point.id), point.name));
    let links: Vec<Link> = links.collect();
    let none = links.is_empty();
    let sheet = points::choose(page, links);
    if none {
        let notice = Notice { heading: t.s("gate-choose-none"), text: Vec::new(), links: Vec::new() };
        return show(&sheet.with(notice));
    }
    show(&sheet)
}

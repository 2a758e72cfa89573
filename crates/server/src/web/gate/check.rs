//! One check, without script: what was typed or read comes in as a form, the verdict fills the screen and gives way to
//! the scanner by itself.

use super::{last, scan, words};
use crate::{
    app::App,
    web::{
        Posted, Shown, Visitor, see, show,
        view::{
            gate::Shown as Verdict,
            look::Look,
            page::{Link, Page, Surface},
        },
    },
};
use axum::{
    extract::{Path, State},
    http::HeaderMap,
};
use kangma_core::{Direction, Number, PointId, Standing};
use kangma_service::{Refused, forms::ScanForm};
use kangma_store::VisitId;

/// How long a verdict stays: the next person never inherits it.
const CLEARS_AFTER_SECONDS: u32 = 4;
/// How far back the last visit of a browser is looked for in the ledger.
const NEAR: usize = 50;

pub(super) async fn check(
    State(app): State<App>,
    visitor: Visitor,
    Path(point): Path<PointId>,
    headers: HeaderMap,
    posted: Posted,
) -> Shown {
    visitor.officer()?;
    app.limits.gate.count(&visitor.actor()?.label())?;
    if posted.has("wrong") {
        let visit = posted.read("visit", "not-a-visit")?.or_else(|| last::visit(&headers));
        return take_back(&app, &visitor, point, visit).await;
    }
    if posted.has("repeat") {
        return repeat(&app, &visitor, point, last::visit(&headers)).await;
    }
    let emergency = posted.has("emergency");
    if posted.one("code").is_empty() && !emergency {
        return see(&format!("/gate/{point}?said=missing"));
    }
    one(&app, &visitor, point, &posted, emergency).await
}

async fn one(app: &App, visitor: &Visitor, point: PointId, posted: &Posted, emergency: bool) -> Shown {
    let direction = posted.read("direction", "wrong-type")?.unwrap_or(Direction::In);
    // A thermometer's reading that cannot be read is no reason to keep forty people waiting for a form.
    let temperature: Option<Number> = posted.one("temperature").replace(',', ".").parse().ok();
    let form = ScanForm {
        text: posted.one("code").to_owned(),
        direction,
        purpose: posted.one("purpose").to_owned(),
        temperature,
        emergency,
    };
    let t = visitor.t;
    match app.service.check_at_gate(visitor.actor()?, point, form).await {
        Ok(answer) => {
            let said = words::answered(t, &answer, false, emergency);
            let who = (answer.masked_name.clone(), answer.last_digits.clone());
            let mut response = show(&verdict(visitor, point, said, who, Some(answer.visit)))?;
            last::keep(app, &mut response, answer.visit, direction);
            Ok(response)
        }
        Err(refused) => {
            let said = words::unreadable(t, &refused, emergency).ok_or(refused)?;
            if emergency {
                let now = app.service.now();
                let key = format!("{}-{}", visitor.csrf, now.0);
                app.service.let_pass(visitor.actor()?, point, now, key).await?;
            }
            let mut response = show(&verdict(visitor, point, said, <(String, String)>::default(), None))?;
            last::forget(app, &mut response);
            Ok(response)
        }
    }
}

fn verdict(
    visitor: &Visitor,
    point: PointId,
    said: words::Said,
    (name, document): (String, String),
    visit: Option<VisitId>,
) -> Verdict {
    let t = visitor.t;
    let document = if document.is_empty() { document } else { t.a("gate-last-digits", "digits", document) };
    Verdict {
        page: page(visitor, point, said.word.clone()),
        look: said.look,
        act: said.act,
        word: said.word,
        sentence: said.sentence,
        name,
        document,
        assurance: said.assurance,
        point_id: point.to_string(),
        visit: visit.map(|visit| visit.to_string()),
        next: Link::to(format!("/gate/{point}"), t.s("gate-next")),
        repeated: false,
    }
}

fn page(visitor: &Visitor, point: PointId, title: String) -> Page {
    let mut page = visitor.page(Surface::Gate, title);
    let next = format!("/gate/{point}");
    // The language switch cannot come back to what was posted.
    page.path.clone_from(&next);
    page.then = Some((CLEARS_AFTER_SECONDS, next));
    page
}

async fn take_back(app: &App, visitor: &Visitor, point: PointId, visit: Option<VisitId>) -> Shown {
    let Some(visit) = visit else { return see(&format!("/gate/{point}?said=none")) };
    match app.service.mark_wrong_scan(visitor.actor()?, visit).await {
        // Pressed twice: it is taken back.
        Ok(()) | Err(Refused::WrongState) => {}
        Err(refused) => return Err(refused.into()),
    }
    let mut response = see(&format!("/gate/{point}?said=wrong"))?;
    last::forget(app, &mut response);
    Ok(response)
}

/// The last verdict again, from the ledger: nothing is checked or recorded anew.
async fn repeat(app: &App, visitor: &Visitor, point: PointId, visit: Option<VisitId>) -> Shown {
    let nothing = format!("/gate/{point}?said=none");
    let Some(visit) = visit else { return see(&nothing) };
    scan::own_point(app, visitor, point).await?;
    let rows = app.service.ledger(visitor.actor()?, point, visit.day(), None, NEAR).await?;
    let Some(row) = rows.into_iter().find(|row| row.visit == visit && !row.wrong_scan) else {
        return see(&nothing);
    };
    let (t, act) = (visitor.t, words::logged(row.outcome));
    let said = words::Said {
        act,
        word: words::word(t, act),
        look: Look::of(t, row.standing.unwrap_or(Standing::Unknown)),
        sentence: t.a("gate-recorded-at", "time", visitor.clockface().clock(row.at).text),
        assurance: String::new(),
    };
    let who = (row.masked_name, String::new());
    show(&Verdict { repeated: true, ..verdict(visitor, point, said, who, Some(visit)) })
}

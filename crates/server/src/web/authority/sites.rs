//! Exposure sites: listed, imported from a published file, matched to a collection point, withdrawn.

use super::desk::{self, PAGE};
use crate::{
    app::App,
    web::{
        Posted, Shown, Trouble, Visitor, see,
        sheets::sites,
        show, show_again,
        texts::Texts,
        trouble::beside_fields,
        view::{
            form::{Answers, Field, Form},
            page::Link,
            part::{Cell, Fact, Facts, Figure},
            sheet::Sheet,
        },
    },
};
use axum::extract::{Multipart, Path, Query, State};
use kangma_core::{PointId, SiteId};
use kangma_service::{
    Refused,
    exposure_file::{BadRowReason, ExposureFile},
    exposure_sites::Imported,
};
use kangma_store::ExposureSite;
use serde::Deserialize;

/// The largest file that is read.
pub(super) const LARGEST_FILE: usize = 16 * 1024 * 1024;
/// How many refused rows are shown.
const MOST_REFUSED: usize = 500;
const LIST: &str = "/authority/sites";

#[derive(Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    before: String,
}

pub(super) async fn list(State(app): State<App>, visitor: Visitor, Query(asked): Query<Asked>) -> Shown {
    desk::staff(&visitor)?;
    let before = asked.before.parse().ok();
    let found = app.service.exposure_sites(asked.q.clone(), before, PAGE).await?;
    let next = found.last().filter(|_| found.len() == PAGE).map(|site| site.id);
    let heads = ["site-event", "site-place", "site-from", "site-until", "site-type", "point", "state"];
    let mut table = desk::table(&visitor, "sites", &heads, "sites-none");
    table.rows = found.iter().map(|site| row(&visitor, site)).collect();
    table.next = next.map(|next| {
        let q = askama::filters::urlencode_strict(&asked.q).map(|text| text.to_string()).unwrap_or_default();
        format!("{LIST}?q={q}&before={next}")
    });
    show(&sites::list(desk::page(&visitor, visitor.t.s("sites")), &asked.q, table))
}

fn row(visitor: &Visitor, site: &ExposureSite) -> Vec<Cell> {
    let (t, clock) = (visitor.t, visitor.clockface());
    let place = [site.location.as_str(), site.city.as_str()];
    let place: Vec<&str> = place.into_iter().filter(|text| !text.is_empty()).collect();
    let point = match site.point {
        Some(point) => Cell::Link(Link::to(format!("/authority/points/{point}"), t.s("point"))),
        None => Cell::Text(t.s("site-unmatched")),
    };
    vec![
        Link::to(format!("{LIST}/{}", site.id), site.event.clone()).into(),
        place.join(", ").into(),
        clock.moment(site.since).into(),
        clock.moment(site.until).into(),
        site.exposure_type.clone().into(),
        point,
        t.s(if site.withdrawn_at.is_some() { "case-withdrawn" } else { "site-live" }).into(),
    ]
}

pub(super) async fn ask_import(visitor: Visitor) -> Shown {
    desk::staff(&visitor)?;
    show(&import_sheet(&visitor, &Answers::default()))
}

fn import_sheet(visitor: &Visitor, answers: &Answers) -> Sheet {
    sites::import(desk::page(visitor, visitor.t.s("sites-import-title")), answers)
}

/// Importing twice changes nothing, so a reload of the answer is harmless.
pub(super) async fn import(State(app): State<App>, visitor: Visitor, parts: Multipart) -> Shown {
    let actor = desk::staff(&visitor)?;
    app.service.may_import_sites(actor)?;
    let file = uploaded(&visitor, parts).await?;
    let read = match file {
        Some(bytes) => read(&visitor, bytes).await,
        None => Err(Refused::field("file", "required")),
    };
    match read {
        Ok(file) => {
            let imported = app.service.import_exposure_sites(actor, file, |_, _| {}).await?;
            show(&imported_sheet(&visitor, &imported))
        }
        Err(Refused::BadFile(reason)) => {
            show_again(&import_sheet(&visitor, &Answers::default().but("file", reason)))
        }
        Err(refused) => {
            show_again(&import_sheet(&visitor, &beside_fields(refused, Answers::default(), &visitor)?))
        }
    }
}

/// The file, once the form has shown that it came from one of our pages: its token stands before the file.
async fn uploaded(visitor: &Visitor, mut parts: Multipart) -> Result<Option<Vec<u8>>, Trouble> {
    let mut own = false;
    let broken = |_| Trouble::from(Refused::BadFile("the upload broke off or is too large".to_owned()));
    while let Some(part) = parts.next_field().await.map_err(broken)? {
        match part.name() {
            Some("csrf") => {
                visitor.check(&part.text().await.map_err(broken)?)?;
                own = true;
            }
            Some("file") if own => {
                let bytes = part.bytes().await.map_err(broken)?;
                return Ok(Some(bytes.to_vec()).filter(|bytes| !bytes.is_empty()));
            }
            _ => {}
        }
    }
    if own { Ok(None) } else { Err(Trouble::Forged) }
}

async fn read(visitor: &Visitor, bytes: Vec<u8>) -> Result<ExposureFile, Refused> {
    let zone = visitor.zone.tz().clone();
    let read = tokio::task::spawn_blocking(move || ExposureFile::read(bytes.as_slice(), &zone)).await;
    let read = read.map_err(|error| Refused::BadFile(error.to_string()))?;
    read.map_err(|bad| Refused::BadFile(bad.to_string()))
}

fn imported_sheet(visitor: &Visitor, imported: &Imported) -> Sheet {
    let t = visitor.t;
    let figure =
        |id: &str, count: u64| Figure { value: count.to_string(), name: t.s(id), href: None, look: None };
    let figures = vec![
        figure("sites-added", imported.added),
        figure("sites-updated", imported.updated),
        figure("sites-unchanged", imported.unchanged),
        figure("sites-matched", imported.matched),
        figure("sites-refused", u64::try_from(imported.bad.len()).unwrap_or(u64::MAX)),
    ];
    let mut refused = desk::table(visitor, "sites-refused", &["site-line", "reason"], "sites-refused-none");
    let shown = imported.bad.iter().take(MOST_REFUSED);
    refused.rows =
        shown.map(|bad| vec![Cell::Number(bad.line.to_string()), unusable(t, &bad.reason).into()]).collect();
    sites::imported(desk::page(visitor, t.s("sites-imported-title")), figures, refused)
}

/// Why a row cannot be used.
fn unusable(t: Texts, reason: &BadRowReason) -> String {
    match reason {
        BadRowReason::NoTimes => t.s("row-no-times"),
        BadRowReason::BadTime(text) => t.a("row-bad-time", "text", text),
        BadRowReason::EndsBeforeItBegins => t.s("row-ends-before-it-begins"),
        BadRowReason::NotCsv(why) => t.a("row-not-csv", "why", why),
        BadRowReason::Nameless => t.s("row-nameless"),
    }
}

pub(super) async fn site(State(app): State<App>, visitor: Visitor, Path(site): Path<SiteId>) -> Shown {
    desk::staff(&visitor)?;
    let kept = found(&app, site).await?;
    show(&site_sheet(&visitor, &kept, &Answers::default()))
}

/// Sites are numbered: the one before which the next begins is found at once.
async fn found(app: &App, site: SiteId) -> Result<ExposureSite, Refused> {
    let next = app.service.exposure_sites(String::new(), Some(SiteId(site.0.saturating_add(1))), 1).await?;
    next.into_iter().find(|one| one.id == site).ok_or(Refused::NotFound)
}

fn site_sheet(visitor: &Visitor, site: &ExposureSite, answers: &Answers) -> Sheet {
    let (t, clock) = (visitor.t, visitor.clockface());
    let at = |act: &str| format!("{LIST}/{}/{act}", site.id);
    let facts = vec![
        Fact::new(t.s("site-place"), format!("{} {}", site.location, site.city)),
        Fact::new(t.s("site-from"), clock.moment(site.since)),
        Fact::new(t.s("site-until"), clock.moment(site.until)),
        Fact::new(t.s("site-type"), site.exposure_type.clone()),
        Fact::new(t.s("site-line"), site.source_line.to_string()),
        Fact::new(t.s("point"), site.point.map_or_else(|| t.s("site-unmatched"), |point| point.to_string())),
    ];
    let sheet =
        Sheet::titled(desk::page(visitor, site.event.clone())).back(LIST, t.s("sites")).with(Facts { facts });
    if site.withdrawn_at.is_some() {
        return sheet;
    }
    let point = Field::text(t, "point", t.s("point")).hint(t.s("point-id-hint"));
    let matched = Form::post(t, &visitor.csrf, at("match"), t.s("site-match")).with(point).fill(answers);
    sheet.with(matched).with(Form::post(t, &visitor.csrf, at("withdraw"), t.s("site-withdraw")).weighty())
}

pub(super) async fn match_point(
    State(app): State<App>,
    visitor: Visitor,
    Path(site): Path<SiteId>,
    posted: Posted,
) -> Shown {
    let actor = desk::staff(&visitor)?;
    let tried = match posted.need::<PointId>("point", "unknown-point") {
        Ok(point) => app.service.match_site(actor, site, point).await,
        Err(refused) => Err(refused),
    };
    let refused = match tried {
        Ok(()) => return see(&format!("{LIST}/{site}")),
        Err(Refused::NotFound) => Refused::field("point", "unknown-point"),
        Err(refused) => refused,
    };
    let kept = found(&app, site).await?;
    desk::again(refused, &posted, &visitor, |answers| site_sheet(&visitor, &kept, answers))
}

pub(super) async fn withdraw(
    State(app): State<App>,
    visitor: Visitor,
    Path(site): Path<SiteId>,
    _: Posted,
) -> Shown {
    app.service.withdraw_site(desk::staff(&visitor)?, site).await?;
    see(&format!("{LIST}/{site}"))
}

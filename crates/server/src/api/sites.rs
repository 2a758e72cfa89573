//! Exposure sites: published files, imported by line; matched to points; withdrawn.

use super::{
    body::{Answer, Asked, Body, Done, Named},
    caller::Caller,
    persons::{Before, PAGE},
    schema::{Id, Instant},
    wire::{answer, form},
};
use crate::{app::App, problem::Problem};
use axum::{
    Json,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequest, Multipart, Request, State},
    http::{StatusCode, header},
};
use kangma_core::{PointId, SiteId, Time};
use kangma_service::{
    Refused,
    exposure_file::{BadRow, ExposureFile},
    exposure_sites::Imported,
};
use kangma_store::ExposureSite;
use utoipa_axum::{router::OpenApiRouter, routes};

/// Where a file is imported, and the most bytes that it may have.
pub(crate) const LARGEST_IMPORT: (&str, usize) = ("/exposure-sites/import", 16 << 20);

pub(crate) fn routes() -> OpenApiRouter<App> {
    let import = OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(LARGEST_IMPORT.1));
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(at_point))
        .routes(routes!(withdraw))
        .merge(import)
}

form! {
    /// Where a site lies.
    SitePoint {
        /// The collection point.
        point: [PointId] as [Id],
    }
}

answer! {
    /// An exposure site.
    SiteRow {
        /// The site.
        site: [SiteId] as [Id],
        /// What the place is called.
        event: [String],
        /// Its address.
        location: [String],
        /// Its city.
        city: [String],
        /// From when.
        since: [Time] as [Instant],
        /// Until when.
        until: [Time] as [Instant],
        /// The publisher's word for how close the exposure was.
        exposure_type: [String],
        /// The collection point that it is, where one was found.
        point: [Option<PointId>] as [Option<Id>],
        /// When it was taken back.
        withdrawn_at: [Option<Time>] as [Option<Instant>],
    }
}

impl From<ExposureSite> for SiteRow {
    fn from(kept: ExposureSite) -> Self {
        Self {
            site: kept.id,
            event: kept.event,
            location: kept.location,
            city: kept.city,
            since: kept.since,
            until: kept.until,
            exposure_type: kept.exposure_type,
            point: kept.point,
            withdrawn_at: kept.withdrawn_at,
        }
    }
}

answer! {
    /// What an import did.
    ImportReport {
        /// Rows that were usable.
        usable: [u64],
        /// Sites that are new.
        added: [u64],
        /// Sites that a later version changed.
        updated: [u64],
        /// Sites that were there as they are.
        unchanged: [u64],
        /// Sites that lie at a known collection point.
        matched: [u64],
        /// Rows that could not be used.
        bad: [Vec<BadLine>],
    }
}

answer! {
    /// A row that could not be used.
    BadLine {
        /// The line of the file that it begins on, counting from 1.
        line: [u64],
        /// Why.
        reason: [String],
    }
}

impl From<Imported> for ImportReport {
    fn from(imported: Imported) -> Self {
        let bad = |row: BadRow| BadLine { line: row.line, reason: row.reason.to_string() };
        Self {
            usable: imported.usable,
            added: imported.added,
            updated: imported.updated,
            unchanged: imported.unchanged,
            matched: imported.matched,
            bad: imported.bad.into_iter().map(bad).collect(),
        }
    }
}

/// The sites, newest first.
#[utoipa::path(get, path = "/exposure-sites", tag = "places", params(Before), responses((status = 200, body = Vec<SiteRow>)))]
async fn list(State(app): State<App>, _: Caller, Asked(page): Asked<Before>) -> Answer<Vec<SiteRow>> {
    let sites = app.service.exposure_sites(String::new(), page.id()?, PAGE).await?;
    Ok(Json(sites.into_iter().map(SiteRow::from).collect()))
}

/// Imports a file: as `text/csv`, or as the first file of a `multipart/form-data`. Times without a zone are Pacific/Auckland's.
#[utoipa::path(post, path = "/exposure-sites/import", tag = "places", request_body(content = String, content_type = "text/csv"), responses((status = 200, body = ImportReport)))]
async fn import(State(app): State<App>, caller: Caller, request: Request) -> Answer<ImportReport> {
    app.service.may_import_sites(&caller.actor)?;
    let bytes = file(request).await?;
    let zone = jiff::tz::TimeZone::get(ZONE).map_err(|error| Refused::BadFile(error.to_string()))?;
    let file = ExposureFile::read(&*bytes, &zone).map_err(|bad| Refused::BadFile(bad.to_string()))?;
    Ok(Json(app.service.import_exposure_sites(&caller.actor, file, |_, _| {}).await?.into()))
}

/// The zone of the published files that this reads.
const ZONE: &str = "Pacific/Auckland";

async fn file(request: Request) -> Result<Bytes, Problem> {
    let media_type = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let media_type = media_type.unwrap_or_default().to_ascii_lowercase();
    if media_type.starts_with("multipart/form-data") {
        return of_multipart(request).await;
    }
    if !media_type.starts_with("text/csv") {
        let detail = "the file is sent as text/csv or as multipart/form-data";
        return Err(Problem::of_http("unsupported-media-type", detail));
    }
    Bytes::from_request(request, &()).await.map_err(|bad| broken(bad.status(), bad.body_text()))
}

async fn of_multipart(request: Request) -> Result<Bytes, Problem> {
    let parts = Multipart::from_request(request, &()).await;
    let mut parts = parts.map_err(|bad| broken(bad.status(), bad.body_text()))?;
    while let Some(part) = parts.next_field().await.map_err(|bad| broken(bad.status(), bad.body_text()))? {
        if part.file_name().is_some() {
            return part.bytes().await.map_err(|bad| broken(bad.status(), bad.body_text()));
        }
    }
    Err(Refused::field("file", "required").into())
}

fn broken(status: StatusCode, text: String) -> Problem {
    let code = if status == StatusCode::PAYLOAD_TOO_LARGE { "body-too-large" } else { "malformed-body" };
    Problem::of_http(code, text)
}

/// Says at which collection point a site lies, and finds who was there.
#[utoipa::path(put, path = "/exposure-sites/{site}/point", tag = "places", params(("site" = Id, Path)), request_body = SitePoint, responses((status = 204)))]
async fn at_point(
    State(app): State<App>,
    caller: Caller,
    Named(site): Named<SiteId>,
    Body(form): Body<SitePoint>,
) -> Done {
    app.service.match_site(&caller.actor, site, form.point).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Withdraws a site: what it caused goes with it.
#[utoipa::path(delete, path = "/exposure-sites/{site}", tag = "places", params(("site" = Id, Path)), responses((status = 204)))]
async fn withdraw(State(app): State<App>, caller: Caller, Named(site): Named<SiteId>) -> Done {
    app.service.withdraw_site(&caller.actor, site).await?;
    Ok(StatusCode::NO_CONTENT)
}

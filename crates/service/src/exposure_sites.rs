//! Exposure sites: a published file is read, its sites are matched to collection points, and whoever was there in the
//! window gets evidence of it. Importing twice changes nothing; a later version of a row updates it.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::{Act, Target},
    derived::{self, Cause, Known},
    exposure_file::{BadRow, ExposureFile, SiteRow},
};
use kangma_contact::Occasion;
use kangma_core::{
    Assurance, Kind, Origin, PointId, SiteId, Window,
    derive::{self, Attended, derive_site_visits},
    policy::Policy,
};
use kangma_store::{ExposureSite, NewEvidence};
use serde::Serialize;

/// How many rows one act imports. A killed import stands at a batch's border and is simply done again.
const BATCH: usize = 200;
/// The source that rows belong to when nobody names another.
pub const SOURCE: &str = "exposure-sites";

/// What an import did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Imported {
    /// Rows that were usable.
    pub usable: u64,
    /// Sites that are new.
    pub added: u64,
    /// Sites that a later version changed.
    pub updated: u64,
    /// Sites that were there as they are.
    pub unchanged: u64,
    /// Sites that lie at a known collection point.
    pub matched: u64,
    /// Rows that could not be used, by line and reason.
    pub bad: Vec<BadRow>,
}

enum Row {
    Added,
    Updated,
    Unchanged,
}

impl Service {
    /// That this actor may import exposure sites: asked before a large file is read for them.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`].
    pub fn may_import_sites(&self, actor: &Actor) -> Result<(), Refused> {
        match actor {
            Actor::System => Ok(()),
            actor => actor.officer()?.may(Right::MarkPlaces, Place::City),
        }
    }

    /// Imports a file that was read. `progress` is told how many rows are done and how many there are.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the store failed: what was imported stays, and importing again goes on from there.
    pub async fn import_exposure_sites(
        &self,
        actor: &Actor,
        file: ExposureFile,
        mut progress: impl FnMut(u64, u64) + Send,
    ) -> Result<Imported, Refused> {
        self.may_import_sites(actor)?;
        let usable = u64::try_from(file.rows.len()).unwrap_or(u64::MAX);
        let mut imported = Imported { usable, bad: file.bad, ..Imported::default() };
        let mut done = 0;
        for batch in file.rows.chunks(BATCH) {
            let batch = batch.to_vec();
            let (rows, matched) = self.step(actor, move |act| import(act, batch)).await?;
            imported.matched += matched;
            for row in rows {
                done += 1;
                match row {
                    Row::Added => imported.added += 1,
                    Row::Updated => imported.updated += 1,
                    Row::Unchanged => imported.unchanged += 1,
                }
            }
            progress(done, usable);
        }
        Ok(imported)
    }

    /// The sites whose event or place contains a text, newest first, before the one given.
    ///
    /// # Errors
    /// The store failed.
    pub async fn exposure_sites(
        &self,
        text: String,
        before: Option<SiteId>,
        most: usize,
    ) -> Result<Vec<ExposureSite>, Refused> {
        self.look(move |reader| Ok(reader.sites(text.trim(), before, most)?)).await
    }

    /// Says at which collection point a site lies, when its name did not tell, and finds who was there.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::WrongState`] for a withdrawn site; [`Refused::NotAllowed`].
    pub async fn match_site(&self, actor: &Actor, site: SiteId, point: PointId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            let mut kept = writable(act, site)?;
            act.writer.point(point)?.ok_or(Refused::NotFound)?;
            kept.point = Some(point);
            kept.updated_at = act.now;
            act.writer.save_site(&kept)?;
            act.log("match-site", Target::thing("site", site))?;
            act.line_up(&kept)
        })
        .await
    }

    /// Withdraws a site: it never was one, and what it caused goes with it.
    ///
    /// # Errors
    /// [`Refused::NotFound`]; [`Refused::WrongState`]; [`Refused::NotAllowed`].
    pub async fn withdraw_site(&self, actor: &Actor, site: SiteId) -> Result<(), Refused> {
        self.act(actor, move |act| {
            let mut kept = writable(act, site)?;
            kept.withdrawn_at = Some(act.now);
            act.writer.save_site(&kept)?;
            act.log("withdraw-site", Target::thing("site", site))?;
            act.line_up(&kept)
        })
        .await
    }
}

fn writable(act: &Act<'_, '_>, site: SiteId) -> Result<ExposureSite, Refused> {
    act.actor.officer()?.may(Right::MarkPlaces, Place::City)?;
    let kept = act.writer.site(site)?.ok_or(Refused::NotFound)?;
    if kept.withdrawn_at.is_some() { Err(Refused::WrongState) } else { Ok(kept) }
}

fn import(act: &mut Act<'_, '_>, rows: Vec<SiteRow>) -> Result<(Vec<Row>, u64), Refused> {
    let (mut outcomes, mut matched) = (Vec::with_capacity(rows.len()), 0);
    for row in rows {
        let (outcome, at_point) = import_row(act, row)?;
        matched += u64::from(at_point);
        outcomes.push(outcome);
    }
    act.log("import-exposure-sites", Target::thing("rows", outcomes.len()))?;
    Ok((outcomes, matched))
}

fn import_row(act: &mut Act<'_, '_>, row: SiteRow) -> Result<(Row, bool), Refused> {
    let now = act.now;
    let point = point_of(act, &row)?;
    let fresh = ExposureSite {
        id: SiteId(0),
        key: row.key,
        source: SOURCE.to_owned(),
        source_line: row.line,
        event: row.event,
        location: row.location,
        city: row.city,
        since: row.window.from,
        until: row.window.until,
        exposure_type: row.exposure_type,
        version: row.version,
        point,
        imported_at: now,
        updated_at: now,
        withdrawn_at: None,
    };
    let Some(kept) = act.writer.site_by_key(SOURCE, &fresh.key)? else {
        let site = act.writer.add_site(|id| ExposureSite { id, ..fresh })?;
        act.line_up(&site)?;
        return Ok((Row::Added, site.point.is_some()));
    };
    if fresh.version < kept.version || says_the_same(&fresh, &kept) {
        return Ok((Row::Unchanged, kept.point.is_some()));
    }
    let point = fresh.point.or(kept.point);
    let site = ExposureSite {
        id: kept.id,
        imported_at: kept.imported_at,
        withdrawn_at: kept.withdrawn_at,
        point,
        ..fresh
    };
    act.writer.save_site(&site)?;
    act.line_up(&site)?;
    Ok((Row::Updated, point.is_some()))
}

fn says_the_same(fresh: &ExposureSite, kept: &ExposureSite) -> bool {
    fresh.event == kept.event
        && fresh.location == kept.location
        && fresh.city == kept.city
        && (fresh.since, fresh.until) == (kept.since, kept.until)
        && fresh.exposure_type == kept.exposure_type
}

/// The point with the site's name, or with its name and address. Several of one name are told apart by an officer.
fn point_of(act: &Act<'_, '_>, row: &SiteRow) -> Result<Option<PointId>, Refused> {
    let named = act.writer.points_named(&row.event)?;
    Ok(match named.as_slice() {
        [one] => Some(one.id),
        several => several
            .iter()
            .find(|point| point.address.as_deref() == Some(row.location.as_str()))
            .map(|point| point.id),
    })
}

impl Cause for ExposureSite {
    fn origin(&self) -> Origin {
        Origin::Site(self.id)
    }

    fn kind(&self) -> Kind {
        Kind::ExposureSiteVisit
    }

    fn stands(&self) -> bool {
        self.withdrawn_at.is_none()
    }

    fn window(&self, _: &Policy, known: &Known<'_>) -> Result<Option<Window>, Refused> {
        Ok(Window::new(self.since, self.until.min(known.now)))
    }

    fn makes(&self, policy: &Policy, known: &Known<'_>) -> Result<Vec<NewEvidence>, Refused> {
        let (Some(window), Some(point)) = (self.window(policy, known)?, self.point) else {
            return Ok(Vec::new());
        };
        let there = known.presence.attendance(&Occasion { point, window, least: Assurance::Poster });
        let attended: Vec<Attended> = there
            .iter()
            .map(|one| Attended { person: one.person, window: one.window, assurance: one.assurance })
            .collect();
        let published = if self.exposure_type.is_empty() { "unclassified" } else { &self.exposure_type };
        let published_site = derive::ExposureSite { id: self.id, published: published.into(), window };
        let visits = derive_site_visits(policy, &published_site, &attended);
        Ok(visits.into_iter().map(|visit| derived::item(visit, "exposure-sites")).collect())
    }
}

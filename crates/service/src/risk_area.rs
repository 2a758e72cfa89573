//! Risk areas: marked, cleared, withdrawn. Marking reaches back over the policy's window; clearing says that it was one
//! until now, and what it caused stays; withdrawing takes back what it caused.

use crate::{
    Actor, Change, Refused, Service,
    access::{Place, Right},
    act::{Act, Target},
    derived::{self, Cause, Known, still_standing},
    forms::{AreaAct, AreaForm, Leg},
    written,
};
use kangma_contact::Occasion;
use kangma_core::{
    AreaId, Assurance, Kind, Origin, Time, Window,
    derive::{self, Attended, derive_area_stays},
    policy::Policy,
};
use kangma_store::{NewEvidence, RiskArea};

impl Service {
    /// Marks an area and finds who stayed there: by visits, and by what people declared.
    ///
    /// # Errors
    /// [`Refused::Invalid`] for a level that the policy does not know; [`Refused::Duplicate`] while it is marked;
    /// [`Refused::NotAllowed`].
    pub async fn mark_area(&self, actor: &Actor, form: AreaForm) -> Result<AreaId, Refused> {
        self.act(actor, move |act| mark(act, &form)).await
    }

    /// Whose standing marking would change.
    ///
    /// # Errors
    /// As [`Service::mark_area`].
    pub async fn preview_area(&self, actor: &Actor, form: AreaForm) -> Result<Vec<Change>, Refused> {
        self.preview(actor, move |act| mark(act, &form).map(drop)).await
    }

    /// Clears an area, or withdraws it as if it never had been one.
    ///
    /// # Errors
    /// [`Refused::WrongState`] when that was done; [`Refused::Invalid`] without a reason; [`Refused::NotAllowed`].
    pub async fn end_area(&self, actor: &Actor, form: AreaAct) -> Result<(), Refused> {
        self.act(actor, move |act| end(act, &form)).await
    }

    /// Whose standing that would change.
    ///
    /// # Errors
    /// As [`Service::end_area`].
    pub async fn preview_end_area(&self, actor: &Actor, form: AreaAct) -> Result<Vec<Change>, Refused> {
        self.preview(actor, move |act| end(act, &form)).await
    }

    /// All areas, newest first. Where they are is no secret: people have to know.
    ///
    /// # Errors
    /// The store failed.
    pub async fn areas(&self) -> Result<Vec<RiskArea>, Refused> {
        self.look(|reader| Ok(reader.areas()?)).await
    }
}

fn mark(act: &mut Act<'_, '_>, form: &AreaForm) -> Result<AreaId, Refused> {
    act.actor.officer()?.may(Right::MarkPlaces, Place::District(&form.division))?;
    let policy = std::sync::Arc::clone(act.rules.policy(act.now));
    if let Some(fault) = written::district_fault(&form.division) {
        return Err(Refused::field("division", fault));
    }
    if !policy.exposures.areas.iter().any(|rule| *rule.level == *form.level) {
        return Err(Refused::field("level", "unknown-level"));
    }
    let since = policy.zone.midnight(form.from);
    if since > act.now {
        return Err(Refused::InTheFuture);
    }
    if act.writer.areas()?.iter().any(|area| alive(area) && area.division == form.division) {
        return Err(Refused::Duplicate);
    }
    let (marked_at, marked_by) = (act.now, act.actor.account().ok_or(Refused::NotAllowed)?);
    let area = act.writer.add_area(|id| RiskArea {
        id,
        division: form.division.clone(),
        name: form.division.clone(),
        level: form.level.clone(),
        since,
        marked_at,
        marked_by,
        case_id: None,
        cleared_at: None,
        withdrawn_at: None,
    })?;
    act.log("mark-area", Target::thing("area", area.id))?;
    act.line_up(&area)?;
    Ok(area.id)
}

fn end(act: &mut Act<'_, '_>, form: &AreaAct) -> Result<(), Refused> {
    act.actor.holds(Right::MarkPlaces)?;
    let mut area = act.writer.area(form.area)?.ok_or(Refused::NotFound)?;
    act.actor.officer()?.may(Right::MarkPlaces, Place::District(&area.division))?;
    if form.reason.trim().is_empty() {
        return Err(Refused::field("reason", "required"));
    }
    written::within("reason", &form.reason, written::WORDS)?;
    if area.withdrawn_at.is_some() || (!form.withdrawn && area.cleared_at.is_some()) {
        return Err(Refused::WrongState);
    }
    if form.withdrawn {
        area.withdrawn_at = Some(act.now);
    } else {
        area.cleared_at = Some(act.now);
    }
    act.writer.save_area(&area)?;
    let target = Target { reason: Some(form.reason.trim()), ..Target::thing("area", area.id) };
    act.log(if form.withdrawn { "withdraw-area" } else { "clear-area" }, target)?;
    act.line_up(&area)
}

fn alive(area: &RiskArea) -> bool {
    area.cleared_at.is_none() && area.withdrawn_at.is_none()
}

/// Traces the areas that somebody just declared a stay in: they need not be marked again to find it.
pub(crate) fn trace_declared(act: &mut Act<'_, '_>, legs: &[Leg]) -> Result<(), Refused> {
    let declared = |area: &RiskArea| legs.iter().any(|leg| leg.from == area.division);
    for area in act.writer.areas()?.into_iter().filter(|area| area.withdrawn_at.is_none() && declared(area)) {
        act.line_up(&area)?;
    }
    Ok(())
}

impl Cause for RiskArea {
    fn origin(&self) -> Origin {
        Origin::Area(self.id)
    }

    fn kind(&self) -> Kind {
        Kind::RiskAreaStay
    }

    fn stands(&self) -> bool {
        self.withdrawn_at.is_none()
    }

    fn window(&self, policy: &Policy, known: &Known<'_>) -> Result<Option<Window>, Refused> {
        Ok(policy.area_window(&as_derived(self, known.now)))
    }

    fn makes(&self, policy: &Policy, known: &Known<'_>) -> Result<Vec<NewEvidence>, Refused> {
        let area = as_derived(self, known.now);
        let Some(window) = policy.area_window(&area) else { return Ok(Vec::new()) };
        let mut attended = Vec::new();
        for point in known.reader.points_in_division(&area.name)? {
            let session = Occasion { point: point.id, window, least: Assurance::Poster };
            let there = known.presence.attendance(&session);
            attended.extend(there.iter().map(|one| Attended {
                person: one.person,
                window: one.window,
                assurance: one.assurance,
            }));
        }
        attended.extend(declared(known, &area.name, window)?);
        let derived = derive_area_stays(policy, &area, &attended);
        Ok(derived.into_iter().map(|stay| derived::item(stay, "contact-tracing")).collect())
    }
}

/// The area as `derive` sees it at `now`.
fn as_derived(area: &RiskArea, now: Time) -> derive::RiskArea {
    derive::RiskArea {
        id: area.id,
        level: area.level.as_str().into(),
        name: area.division.as_str().into(),
        infectious_from: Some(area.since),
        marked_at: area.marked_at,
        cleared_at: area.cleared_at,
        as_of: now,
    }
}

/// The stays that people declared themselves: nobody gains by inventing one, so they count as proven.
fn declared(known: &Known<'_>, division: &str, window: Window) -> Result<Vec<Attended>, Refused> {
    const PAGE: usize = 1_000;
    let all = Window { from: Time(0), until: known.now + kangma_core::Span(1) };
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = known.reader.itineraries(all, after, PAGE)?;
        let Some(last) = page.last() else { return Ok(found) };
        after = Some((last.happened_at, last.id));
        for item in still_standing(known.reader, page)? {
            found
                .extend(declared_stay(&item, division).filter(|stay| stay.window.overlap(&window).is_some()));
        }
    }
}

/// An itinerary's leg says where the person stayed until they left: from its departure to its arrival.
pub(crate) fn declared_stay(item: &kangma_core::Evidence, division: &str) -> Option<Attended> {
    if item.attributes.text("from") != Some(division) {
        return None;
    }
    let (from, until) = (item.attributes.time("departure")?, item.attributes.time("arrival")?);
    let window = Window::new(from, until)?;
    Some(Attended { person: item.person, window, assurance: Assurance::DeviceBound })
}

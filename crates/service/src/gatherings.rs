//! Backward: where more of the cases were together than chance would bring together. It names places and no people.

use crate::{
    Actor, Refused, Service,
    access::{Right, district_of},
};
use kangma_contact::{Gathering, columns::Together};
use kangma_core::{PersonId, PointId, Policy, Time, Window};
use kangma_store::{Case, CaseState, CaseStatus, CasesLike, Reader};
use std::sync::Arc;

/// Of which cases, and when each of them may have been infected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sought {
    /// Cases that were reported from here on; all when it is not said.
    pub since: Option<Time>,
    /// From so many days before the onset on (or before the sample or the report, where no onset is known).
    pub earliest: u8,
    /// Until so many days before it, that day included.
    pub latest: u8,
    /// At least so many of them together.
    pub at_least: u32,
}

/// A place and an hour.
#[derive(Debug, Clone, PartialEq)]
pub struct GatheringRow {
    /// Where.
    pub point: PointId,
    /// What the place is called.
    pub name: String,
    /// What kind of place it is.
    pub kind: Arc<str>,
    /// When, how many, and how many by chance.
    pub gathering: Gathering,
}

/// Hours at one place without a gap.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Of its hours, the one that chance explains least.
    pub peak: GatheringRow,
    /// From the first hour to the end of the last.
    pub window: Window,
}

/// Time is cut into hours.
const HOUR: u32 = 3_600;
/// Cases are read so many at a time.
const BATCH: usize = 500;

impl Service {
    /// Where the standing cases of an officer's district were together, the most surprising first, at most so many.
    /// Suspected cases and what was excluded or withdrawn are none of them.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`]; the last day lies before the first; the store failed.
    pub async fn gatherings(
        &self,
        actor: &Actor,
        sought: Sought,
        most: usize,
    ) -> Result<Vec<GatheringRow>, Refused> {
        let district = district_of(actor, Right::WorkOnCases)?;
        if sought.latest > sought.earliest {
            return Err(Refused::field("latest", "ends-before-it-begins"));
        }
        let (presence, rules, now) = (self.presence(), self.rules(), self.now());
        self.look(move |reader| {
            let policy = rules.policy(now);
            let mut cases: Vec<(PersonId, Window)> = Vec::new();
            each_case(reader, district.as_deref(), sought.since, |case| {
                cases.extend(sought.window(&case, policy).map(|window| (case.person, window)));
            })?;
            // What proves an exposure proves that a case was there.
            let Some(least) = policy.exposures.least_assurance() else {
                return Ok(Vec::new());
            };
            let asked = Together { at_least: sought.at_least, seconds: HOUR, least };
            let found = presence.gatherings(&cases, &asked);
            found.into_iter().take(most).map(|gathering| row(reader, gathering)).collect()
        })
        .await
    }
}

/// Puts hours together that follow one another at one place, the least explained stretch first: whoever looks for a place
/// reads one line for a night, and not nine.
#[must_use]
pub fn stretches(mut hours: Vec<GatheringRow>) -> Vec<Stretch> {
    hours.sort_by_key(|hour| (hour.point, hour.gathering.window.from));
    let mut found: Vec<Stretch> = Vec::new();
    for hour in hours {
        let window = hour.gathering.window;
        match found.last_mut().filter(|it| it.peak.point == hour.point && it.window.until >= window.from) {
            Some(stretch) => {
                stretch.window.until = window.until;
                if hour.gathering.surprise > stretch.peak.gathering.surprise {
                    stretch.peak = hour;
                }
            }
            None => found.push(Stretch { peak: hour, window }),
        }
    }
    // A stable sort: of equals the first place and hour stays first.
    found.sort_by(|a, b| b.peak.gathering.surprise.total_cmp(&a.peak.gathering.surprise));
    found
}

impl Sought {
    fn window(&self, case: &Case, policy: &Policy) -> Option<Window> {
        let begin = case.onset.into_iter().chain(case.sampled).min().unwrap_or(case.reported_at);
        let (zone, onset) = (&policy.zone, policy.zone.day(begin));
        let midnight = |days: i32| zone.midnight(onset.plus(days));
        Window::new(midnight(-i32::from(self.earliest)), midnight(1 - i32::from(self.latest)))
    }
}

fn each_case(
    reader: &Reader<'_>,
    district: Option<&str>,
    since: Option<Time>,
    mut take: impl FnMut(Case),
) -> Result<(), Refused> {
    let like = CasesLike { word: None, since };
    let mut before = None;
    loop {
        let batch = reader.cases(district, &like, before, BATCH)?;
        let Some(last) = batch.last() else { return Ok(()) };
        before = Some(last.id);
        let is_one = |case: &Case| {
            case.state == CaseState::Open
                && !matches!(case.status, CaseStatus::Suspected | CaseStatus::Excluded)
        };
        batch.into_iter().filter(is_one).for_each(&mut take);
    }
}

fn row(reader: &Reader<'_>, gathering: Gathering) -> Result<GatheringRow, Refused> {
    let point = reader.point(gathering.point)?.ok_or(Refused::NotFound)?;
    Ok(GatheringRow { point: point.id, name: point.name, kind: point.kind, gathering })
}

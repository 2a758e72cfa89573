//! The presence index in memory: read from its snapshot or built from the log of visits when the service opens, and grown
//! by every visit after.

mod snapshot;

pub use snapshot::SnapshotFile;

use crate::{Refused, Service};
use kangma_contact::{PresenceIndex, Stay, Stays};
use kangma_core::{
    Day, PointId, Time, Visit,
    policy::{Policy, StayRule},
};
use kangma_store::{LoggedVisit, Reader, Store, VisitOutcome};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many days of visits are kept in memory and in the log: the longest deletion period seen in real places
/// (Guangdong, 21 days).
pub const VISIT_DAYS: i32 = 21;

/// How many visits are handed to the index at once.
const BATCH: usize = 10_000;

/// The index that answers, and what has to be told to the one that is being built.
#[derive(Debug)]
pub(crate) struct Presences {
    state: Mutex<State>,
    /// One index is built at a time: the next has to know what happened while this one was.
    building: tokio::sync::Mutex<()>,
}

#[derive(Debug)]
struct State {
    index: Arc<PresenceIndex>,
    /// While another is being built: what changed since that began.
    meanwhile: Option<Vec<Change>>,
}

/// What an index is told.
#[derive(Debug, Clone)]
enum Change {
    Seen(Vec<Visit>),
    Wrong(Visit),
    Kind(PointId, Arc<str>),
}

impl Presences {
    pub fn of(index: PresenceIndex) -> Self {
        let state = Mutex::new(State { index: Arc::new(index), meanwhile: None });
        Self { state, building: tokio::sync::Mutex::default() }
    }

    pub fn index(&self) -> Arc<PresenceIndex> {
        Arc::clone(&self.state().index)
    }

    /// Takes visits that are durable.
    pub fn saw(&self, visits: &[Visit]) {
        self.tell(Change::Seen(visits.to_vec()));
    }

    /// Takes back a scan that is marked as a mistake.
    pub fn was_wrong(&self, visit: &Visit) {
        self.tell(Change::Wrong(*visit));
    }

    /// Says what kind of point one is.
    pub fn classify(&self, point: PointId, kind: &str) {
        self.tell(Change::Kind(point, Arc::from(kind)));
    }

    fn tell(&self, change: Change) {
        let mut state = self.state();
        if let Some(meanwhile) = &mut state.meanwhile {
            meanwhile.push(change.clone());
        }
        let index = Arc::clone(&state.index);
        drop(state);
        change.happen_to(&index);
    }

    /// From here on, what changes is kept for the index that is being built.
    async fn begin_another(&self) -> Another<'_> {
        let alone = self.building.lock().await;
        self.state().meanwhile = Some(Vec::new());
        Another { presences: self, _alone: alone }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An index that is being built. Given up, it leaves the old one.
struct Another<'p> {
    presences: &'p Presences,
    _alone: tokio::sync::MutexGuard<'p, ()>,
}

impl Another<'_> {
    /// Puts it in the place of the old one, once it knows what changed meanwhile.
    fn done(self, index: PresenceIndex) {
        let mut state = self.presences.state();
        let meanwhile = state.meanwhile.take().unwrap_or_default();
        meanwhile.iter().for_each(|change| change.happen_to(&index));
        state.index = Arc::new(index);
    }
}

impl Drop for Another<'_> {
    fn drop(&mut self) {
        self.presences.state().meanwhile = None;
    }
}

impl Change {
    fn happen_to(&self, index: &PresenceIndex) {
        match self {
            Change::Seen(visits) => {
                index.insert(visits);
            }
            Change::Wrong(visit) => {
                index.remove(visit);
            }
            Change::Kind(point, kind) => index.register(*point, kind),
        }
    }
}

/// Reads the index from its snapshot, or builds it from the log.
pub(crate) fn open(
    store: &Store,
    policy: &Policy,
    now: Time,
    file: Option<&SnapshotFile>,
) -> Result<PresenceIndex, Refused> {
    store.read_blocking(|reader| {
        if let Some(file) = file
            && let Some(index) = file.load(reader, policy, now)?
        {
            return Ok(index);
        }
        build(reader, policy, now)
    })
}

/// How long scans are taken to last under a policy: as it says, and as is assumed where it does not.
pub(crate) fn stays(policy: &Policy) -> Stays {
    let mut stays = Stays::assumed();
    for StayRule { kinds, dwell, longest, exit_within } in &policy.exposures.stays {
        let stay = Stay { dwell: *dwell, longest: *longest, exit_within: *exit_within };
        if kinds.is_empty() {
            stays.otherwise = stay;
        }
        stays.kinds.extend(kinds.iter().map(|kind| (Arc::clone(kind), stay)));
    }
    stays
}

/// Whether two policies see the same presences in one log.
pub(crate) fn sees_alike(one: &Policy, other: &Policy) -> bool {
    one.zone.name() == other.zone.name() && stays(one) == stays(other)
}

/// Builds the index from the log.
pub(crate) fn build(reader: &Reader<'_>, policy: &Policy, now: Time) -> Result<PresenceIndex, Refused> {
    let filling = PresenceIndex::filling(policy.zone.clone(), stays(policy));
    each_kind(reader, |point, kind| filling.register(point, kind))?;
    in_batches(
        |take| reader.each_visit(kept_days(policy, now), take),
        |visits| {
            filling.take(visits);
        },
    )?;
    Ok(filling.done())
}

/// Hands visits on in batches, without those that prove no presence.
fn in_batches(
    read: impl FnOnce(&mut dyn FnMut(LoggedVisit) -> Result<(), Refused>) -> Result<(), Refused>,
    mut give: impl FnMut(&[Visit]),
) -> Result<(), Refused> {
    let mut batch: Vec<Visit> = Vec::with_capacity(BATCH);
    read(&mut |logged| {
        if !logged.wrong_scan && was_inside(logged.scan.outcome) {
            batch.push(logged.scan.visit);
        }
        if batch.len() == BATCH {
            give(&batch);
            batch.clear();
        }
        Ok(())
    })?;
    give(&batch);
    Ok(())
}

fn each_kind(reader: &Reader<'_>, mut classify: impl FnMut(PointId, &str)) -> Result<(), Refused> {
    let mut after = None;
    loop {
        let points = reader.points(None, after, 1_000)?;
        let Some(last) = points.last() else { return Ok(()) };
        after = Some(last.id);
        points.iter().for_each(|point| classify(point.id, &point.kind));
    }
}

/// The days that are kept. Tomorrow's are among them: a gate's clock may be ahead.
pub(crate) fn kept_days(policy: &Policy, now: Time) -> std::ops::Range<Day> {
    let today = policy.zone.day(now);
    first_day(today)..today.plus(2)
}

/// The first day that is kept.
pub(crate) fn first_day(today: Day) -> Day {
    today.plus(-VISIT_DAYS)
}

/// Whoever was stopped did not enter: being turned away at a gate is no presence.
pub(crate) const fn was_inside(outcome: VisitOutcome) -> bool {
    !matches!(outcome, VisitOutcome::Stop)
}

impl Service {
    /// Builds the index anew, after a policy changed the zone its days lie in or how long stays last. The old one answers meanwhile.
    pub(crate) async fn rebuild_presence(&self) -> Result<(), Refused> {
        let (rules, now) = (self.rules(), self.now());
        let another = self.presences.begin_another().await;
        another.done(self.look(move |reader| build(reader, rules.policy(now), now)).await?);
        Ok(())
    }

    /// Lets the days fall that are kept no longer.
    pub(crate) async fn drop_old_presences(&self, first: Day) {
        let index = self.presence();
        let dropped = tokio::task::spawn_blocking(move || index.drop_days_before(first));
        if dropped.await.is_err() {
            tracing::error!("the presence index could not let old days fall");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kangma_core::{Assurance, Direction, PersonId, Zone};

    fn index() -> PresenceIndex {
        PresenceIndex::new(Zone::named("Asia/Shanghai").unwrap(), Stays::assumed())
    }

    fn visit(person: u64) -> Visit {
        let (direction, assurance) = (Direction::In, Assurance::DeviceBound);
        Visit { person: PersonId(person), point: PointId(1), at: Time(1_000_000), direction, assurance }
    }

    #[tokio::test]
    async fn nothing_that_happens_while_an_index_is_built_is_lost_and_the_old_one_answers_meanwhile() {
        let presences = Presences::of(index());
        presences.saw(&[visit(1)]);
        let another = presences.begin_another().await;
        let built = index();
        built.insert(&[visit(1), visit(2)]);
        presences.saw(&[visit(3)]);
        presences.was_wrong(&visit(1));
        assert_eq!(presences.index().visits(), 1, "the old one: 3 came and 1 went");
        another.done(built);
        assert_eq!(presences.index().visits(), 2, "the new one: 2 and 3");
        presences.saw(&[visit(4)]);
        assert_eq!(presences.index().visits(), 3);
    }

    #[tokio::test]
    async fn an_index_that_is_given_up_leaves_the_old_one_and_nothing_to_tell() {
        let presences = Presences::of(index());
        let another = presences.begin_another().await;
        presences.saw(&[visit(1)]);
        drop(another);
        assert_eq!(presences.index().visits(), 1);
        assert!(presences.state().meanwhile.is_none());
    }

    #[tokio::test]
    async fn a_second_index_waits_for_the_first() {
        let presences = Presences::of(index());
        let first = presences.begin_another().await;
        let second = presences.begin_another();
        assert!(tokio::time::timeout(std::time::Duration::from_millis(20), second).await.is_err());
        presences.saw(&[visit(1)]);
        first.done(index());
        presences.begin_another().await.done(index());
        assert_eq!(
            presences.index().visits(),
            0,
            "what came before the second began is in the log that it is built from"
        );
    }
}

//! The index's own file: it saves reading the whole log when the service opens.
//!
//! It is taken while visits arrive, and read with what the log has beyond it. That needs a log in which it finds its own last
//! visits again: one that was put back from an older copy is another, and the index is then built anew.

use super::{each_kind, first_day, in_batches, kept_days, stays};
use crate::{Refused, Service};
use kangma_contact::{
    PresenceIndex,
    columns::{Belonging, FileSalt, SnapshotKey},
};
use kangma_core::{Day, Time, policy::Policy};
use kangma_store::{Digest, LoggedVisit, Reader, VisitId};
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    fs::File,
    io::{BufReader, BufWriter, Write as _},
    path::PathBuf,
    sync::Arc,
};

/// So many of a day's visits before the last that was seen are read again: they may have been durable and not yet in the
/// index when it was saved. Taking a visit twice changes nothing.
const AGAIN: u64 = 100_000;

/// Where the snapshot lies, and the key that it is under. The key lies elsewhere.
#[derive(Clone)]
pub struct SnapshotFile {
    /// The file.
    pub path: PathBuf,
    /// The key.
    pub key: [u8; 32],
}

/// The last visit of a day that a snapshot may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Mark {
    visit: u64,
    person: u64,
    point: u64,
    at: i64,
}

impl From<&LoggedVisit> for Mark {
    fn from(logged: &LoggedVisit) -> Self {
        let visit = &logged.scan.visit;
        Self { visit: logged.id.0, person: visit.person.0, point: visit.point.0, at: visit.at.0 }
    }
}

fn marks(reader: &Reader<'_>, policy: &Policy, now: Time) -> Result<Vec<Mark>, Refused> {
    Ok(reader.newest_visits(kept_days(policy, now))?.iter().map(Mark::from).collect())
}

/// What the index depends on beside the visits.
fn belonging(policy: &Policy) -> Belonging {
    let stays = serde_json::to_vec(&stays(policy)).unwrap_or_default();
    Belonging(Digest::of(&[policy.zone.name().as_bytes(), &[0], &stays].concat()).0)
}

impl SnapshotFile {
    /// The index, brought up to the log; nothing where there is no snapshot of this log.
    pub(super) fn load(
        &self,
        reader: &Reader<'_>,
        policy: &Policy,
        now: Time,
    ) -> Result<Option<PresenceIndex>, Refused> {
        let Ok(file) = File::open(&self.path) else { return Ok(None) };
        let home = (policy.zone.clone(), stays(policy));
        let read = PresenceIndex::load(
            BufReader::with_capacity(1 << 20, file),
            SnapshotKey(&self.key),
            belonging(policy),
            home,
        );
        let (index, note) = match read {
            Ok(read) => read,
            Err(error) => {
                tracing::warn!(%error, "the presence index is built from the log");
                return Ok(None);
            }
        };
        let Some(marks) = known_again(reader, policy, now, &note)? else {
            tracing::warn!("the snapshot is of another log: the presence index is built from this one");
            return Ok(None);
        };
        catch_up(reader, policy, now, &index, &marks)?;
        Ok(Some(index))
    }

    /// Writes the index, whole or not at all.
    fn save(
        &self,
        index: &PresenceIndex,
        marks: &[Mark],
        belonging: Belonging,
        salt: [u8; 32],
    ) -> std::io::Result<()> {
        let folder = self.path.parent().unwrap_or(&self.path);
        let fresh = tempfile::NamedTempFile::new_in(folder)?;
        let mut out = BufWriter::with_capacity(1 << 20, fresh);
        let note = serde_json::to_vec(marks)?;
        index
            .save(&mut out, SnapshotKey(&self.key), FileSalt(salt), belonging, &note)
            .map_err(std::io::Error::other)?;
        out.flush()?;
        let fresh = out.into_inner().map_err(std::io::IntoInnerError::into_error)?;
        fresh.as_file().sync_all()?;
        fresh.persist(&self.path)?;
        Ok(())
    }
}

/// The marks by day, where the log still says what they say.
fn known_again(
    reader: &Reader<'_>,
    policy: &Policy,
    now: Time,
    note: &[u8],
) -> Result<Option<BTreeMap<Day, Mark>>, Refused> {
    let Ok(marks) = serde_json::from_slice::<Vec<Mark>>(note) else { return Ok(None) };
    let first = first_day(policy.zone.day(now));
    let mut by_day = BTreeMap::new();
    for mark in marks {
        let day = VisitId(mark.visit).day();
        let known = reader.visit(VisitId(mark.visit))?;
        let kept = day >= first;
        if kept && known.as_ref().map(Mark::from) != Some(mark) {
            return Ok(None);
        }
        by_day.extend(kept.then_some((day, mark)));
    }
    Ok(Some(by_day))
}

/// Tells the index what the log has beyond the marks.
fn catch_up(
    reader: &Reader<'_>,
    policy: &Policy,
    now: Time,
    index: &PresenceIndex,
    marks: &BTreeMap<Day, Mark>,
) -> Result<(), Refused> {
    each_kind(reader, |point, kind| index.register(point, kind))?;
    let days = kept_days(policy, now);
    index.drop_days_before(days.start);
    for day in (days.start.0..days.end.0).map(Day) {
        let seen = |visits: &[kangma_core::Visit]| {
            index.insert(visits);
        };
        match marks.get(&day) {
            Some(mark) => {
                let since = VisitId(mark.visit.saturating_sub(AGAIN).max(VisitId::floor(day).0));
                in_batches(|take| reader.each_visit_since(since, take), seen)?;
            }
            None => in_batches(|take| reader.each_visit(day..day.plus(1), take), seen)?,
        }
    }
    for wrong in reader.wrong_scans(days)? {
        index.remove(&wrong.scan.visit);
    }
    Ok(())
}

impl Service {
    /// Writes the snapshot of the presence index, where the service was given a file for it. Visits are taken meanwhile.
    ///
    /// # Errors
    /// The store failed. That the file cannot be written is said in the log and loses nothing.
    pub async fn save_presences(&self) -> Result<(), Refused> {
        let Some(file) = self.snapshot.clone() else { return Ok(()) };
        let (rules, now) = (self.rules(), self.now());
        let mut salt = [0; 32];
        self.chance.fill(&mut salt);
        let policy = Arc::clone(&rules);
        let marks = self.look(move |reader| marks(reader, policy.policy(now), now)).await?;
        let index = self.presence();
        let saved = tokio::task::spawn_blocking(move || {
            file.save(&index, &marks, belonging(rules.policy(now)), salt)
        });
        match saved.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::error!(%error, "the snapshot of the presence index could not be written")
            }
            Err(error) => tracing::error!(%error, "the snapshot of the presence index could not be made"),
        }
        Ok(())
    }
}

//! Visits that others kept: a transit operator's log, in a file or in a list. Whom and where a row means is looked up
//! by what the file calls them; what cannot be used is told by line and reason, and never stops the rest.

use crate::{
    Actor, Refused, Service,
    access::{Place, Right},
    act::{Act, Target},
    identity, presence,
    settle_in::past_visit,
};
use kangma_core::{Assurance, Direction, PersonId, PointId, Span, Time, Visit, Zone};
use kangma_store::{PersonKind, Reader};
use serde::Serialize;
use std::collections::HashSet;

/// How many stays one act logs: gates wait for it.
const STAYS: usize = 5_000;
/// How long a stay may be: longer ones are rows of another meaning.
const LONGEST: Span = Span::from_24_hours(2);

/// What a file calls people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PersonKey {
    /// By their identifier here.
    Id,
    /// By their telephone.
    Phone,
    /// By the number of their identity card.
    IdCard,
}

/// What a file calls points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PointKey {
    /// By their identifier here.
    Id,
    /// By their name.
    Name,
}

/// Somebody at a point, as a file tells it.
#[derive(Debug, Clone, Copy)]
pub struct Stay {
    /// The line, counting from 1.
    pub line: u64,
    /// Who; nothing when nobody here is called so.
    pub person: Option<PersonId>,
    /// Where; nothing when no point here is called so.
    pub point: Option<PointId>,
    /// When they came.
    pub from: Time,
    /// When they left.
    pub until: Time,
}

/// Why a row cannot be used: a stable word.
pub type Because = &'static str;

/// What became of some rows.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Taken {
    /// Taken.
    pub added: u64,
    /// There already.
    pub unchanged: u64,
    /// Not usable: line and why.
    pub bad: Vec<(u64, Because)>,
}

impl Service {
    /// Whom each of these words means.
    ///
    /// # Errors
    /// The store failed.
    pub async fn people_called(
        &self,
        words: Vec<String>,
        key: PersonKey,
    ) -> Result<Vec<Option<PersonId>>, Refused> {
        self.look(move |reader| words.iter().map(|word| person_called(reader, word, key)).collect()).await
    }

    /// Which point each of these words means.
    ///
    /// # Errors
    /// The store failed.
    pub async fn points_called(
        &self,
        words: Vec<String>,
        key: PointKey,
    ) -> Result<Vec<Option<PointId>>, Refused> {
        self.look(move |reader| words.iter().map(|word| point_called(reader, word, key)).collect()).await
    }

    /// Logs stays, proven as far as their source is trusted. What is there already is not logged again: killed anywhere, the
    /// same stays once more go on from there.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for anybody but the operator and whoever runs the city; the store failed, and what is in stays
    /// in.
    pub async fn import_stays(
        &self,
        actor: &Actor,
        assurance: Assurance,
        stays: Vec<Stay>,
    ) -> Result<Taken, Refused> {
        may_import(actor)?;
        // One after another: what one logs, the next finds there.
        let _alone = self.importing.lock().await;
        let zone = self.rules().policy(self.now()).zone.clone();
        let (mut taken, usable) = self.usable(&zone, stays);
        let days = presence::kept_days(self.rules().policy(self.now()), self.now());
        let wrong = self.look(move |reader| Ok(reader.wrong_scans(days)?)).await?;
        let wrong = wrong.into_iter().map(|wrong| Visit { assurance, ..wrong.scan.visit }).collect();
        let new = self.not_there(&usable, assurance, wrong);
        taken.added = count(new.len());
        taken.unchanged = count(usable.len()) - taken.added;
        for some in new.chunks(STAYS) {
            let visits = some.concat();
            let zone = zone.clone();
            let logged = self.step(actor, move |act| log(act, &zone, visits)).await?;
            self.presences.saw(&logged);
        }
        Ok(taken)
    }

    /// The stays that can be, each with who was where; and what is wrong with the others.
    fn usable(&self, zone: &Zone, stays: Vec<Stay>) -> (Taken, Vec<(PersonId, PointId, Stay)>) {
        let now = self.now();
        let oldest = presence::first_day(zone.day(now));
        let (mut taken, mut usable) = (Taken::default(), Vec::with_capacity(stays.len()));
        for stay in stays {
            let because = match (stay.person, stay.point) {
                (None, _) => "unknown-person",
                (_, None) => "unknown-point",
                _ if stay.until <= stay.from => "ends-before-it-begins",
                _ if stay.until > now => "in-the-future",
                _ if stay.until - stay.from > LONGEST => "too-long",
                _ if zone.day(stay.from) < oldest => "too-old",
                (Some(person), Some(point)) => {
                    usable.push((person, point, stay));
                    continue;
                }
            };
            taken.bad.push((stay.line, because));
        }
        (taken, usable)
    }

    /// Of each stay the visits that are not there yet, nor were and turned out to be wrong; stays without any are left out.
    fn not_there(
        &self,
        stays: &[(PersonId, PointId, Stay)],
        assurance: Assurance,
        wrong: HashSet<Visit>,
    ) -> Vec<Vec<Visit>> {
        let (index, mut listed) = (self.presence(), wrong);
        let mut new = |(person, point, stay): &(PersonId, PointId, Stay)| {
            let ends = [(Direction::In, stay.from), (Direction::Out, stay.until)];
            let visits = ends.map(|(direction, at)| {
                let at = Time::from_seconds(at.seconds());
                Visit { person: *person, point: *point, at, direction, assurance }
            });
            let new: Vec<Visit> =
                visits.into_iter().filter(|visit| listed.insert(*visit) && !index.holds(visit)).collect();
            (!new.is_empty()).then_some(new)
        };
        stays.iter().filter_map(&mut new).collect()
    }
}

fn log(act: &mut Act<'_, '_>, zone: &Zone, visits: Vec<Visit>) -> Result<Vec<Visit>, Refused> {
    for visit in &visits {
        act.writer.add_visit(&past_visit(*visit, zone.day(visit.at)))?;
    }
    act.log("import-visits", Target::thing("visits", visits.len()))?;
    Ok(visits)
}

/// That this actor may say who was where: whoever answers for the whole city's data.
pub(crate) fn may_import(actor: &Actor) -> Result<(), Refused> {
    match actor {
        Actor::System => Ok(()),
        actor => actor.officer()?.may(Right::RunCity, Place::City),
    }
}

fn count(of: usize) -> u64 {
    u64::try_from(of).unwrap_or(u64::MAX)
}

fn person_called(reader: &Reader<'_>, word: &str, key: PersonKey) -> Result<Option<PersonId>, Refused> {
    Ok(match key {
        PersonKey::Id => match word.parse::<PersonId>() {
            Ok(id) => reader.person(id)?.map(|person| person.id),
            Err(_) => None,
        },
        PersonKey::Phone => match identity::normal_phone(word) {
            Some(phone) => {
                let holders = reader.persons_by_phone(&phone)?;
                holders.iter().find(|one| one.kind == PersonKind::AccountHolder).map(|one| one.id)
            }
            None => None,
        },
        PersonKey::IdCard => {
            let number = identity::normal_document(word);
            reader.person_by_document("id-card", &number)?.map(|person| person.id)
        }
    })
}

fn point_called(reader: &Reader<'_>, word: &str, key: PointKey) -> Result<Option<PointId>, Refused> {
    Ok(match key {
        PointKey::Id => match word.parse::<PointId>() {
            Ok(id) => reader.point(id)?.map(|point| point.id),
            Err(_) => None,
        },
        // A name that two points have means neither.
        PointKey::Name => match reader.points_named(word)?.as_slice() {
            [one] => Some(one.id),
            _ => None,
        },
    })
}

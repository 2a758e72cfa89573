//! Visits that others kept: a transit operator's log. Whom and where a row means is looked up
//! by what the file calls them; what cannot be used is told by line and reason, and never stops the rest.

use crate::{Actor, Refused, Service, act::Target, identity, presence, settle_in::past_visit};
use kangma_core::{Assurance, Direction, PersonId, PointId, Span, Time, Visit};
use kangma_store::{PersonKind, Reader};
use serde::Serialize;

/// How many stays one act logs.
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

    /// How many rows of a file were taken by an import that did not end, or did. `file` is what the file is known by.
    ///
    /// # Errors
    /// The store failed.
    pub async fn rows_imported(&self, file: &str) -> Result<u64, Refused> {
        let name = watermark(file);
        let done = self.look(move |reader| Ok(reader.setting(&name)?)).await?;
        Ok(done.and_then(|done| done.parse().ok()).unwrap_or(0))
    }

    /// Logs stays, proven as far as their source is trusted, and with them that the file's rows up to `rows` are done: killed anywhere, an import goes on from there.
    ///
    /// # Errors
    /// [`Refused::NotAllowed`] for anybody but the operator; the store failed, and what is in stays in.
    pub async fn import_stays(
        &self,
        actor: &Actor,
        file: &str,
        rows: u64,
        assurance: Assurance,
        stays: Vec<Stay>,
    ) -> Result<Taken, Refused> {
        operator(actor)?;
        let (now, mut taken, mut usable) = (self.now(), Taken::default(), Vec::new());
        let zone = self.rules().policy(now).zone.clone();
        let oldest = presence::first_day(zone.day(now));
        for stay in stays {
            let because = match (stay.person, stay.point) {
                (None, _) => Some("unknown-person"),
                (_, None) => Some("unknown-point"),
                _ if stay.until <= stay.from => Some("ends-before-it-begins"),
                _ if stay.until > now => Some("in-the-future"),
                _ if stay.until - stay.from > LONGEST => Some("too-long"),
                _ if zone.day(stay.from) < oldest => Some("too-old"),
                _ => None,
            };
            match (because, stay.person.zip(stay.point)) {
                (Some(because), _) => taken.bad.push((stay.line, because)),
                (None, Some(who_where)) => usable.push((who_where, stay)),
                (None, None) => {}
            }
        }
        taken.added = u64::try_from(usable.len()).unwrap_or(u64::MAX);
        let name = watermark(file);
        let batches = usable.len().div_ceil(STAYS).max(1);
        for batch in 0..batches {
            let some: Vec<_> = usable.iter().skip(batch * STAYS).take(STAYS).copied().collect();
            // The mark moves with the last batch: one that was killed between two is logged again, and counts once.
            let mark = (batch + 1 == batches).then(|| (name.clone(), rows));
            let zone = zone.clone();
            let logged = self
                .act(actor, move |act| {
                    let mut visits = Vec::with_capacity(some.len() * 2);
                    for ((person, point), stay) in some {
                        for (direction, at) in [(Direction::In, stay.from), (Direction::Out, stay.until)] {
                            let visit = Visit { person, point, at, direction, assurance };
                            act.writer.add_visit(&past_visit(visit, zone.day(at)))?;
                            visits.push(visit);
                        }
                    }
                    if let Some((name, rows)) = mark {
                        act.writer.put_setting(&name, &rows.to_string())?;
                    }
                    act.log("import-visits", Target::thing("file", ""))?;
                    Ok(visits)
                })
                .await?;
            self.presences.saw(&logged);
        }
        Ok(taken)
    }
}

fn operator(actor: &Actor) -> Result<(), Refused> {
    if *actor == Actor::System { Ok(()) } else { Err(Refused::NotAllowed) }
}

fn watermark(file: &str) -> String {
    format!("imported-visits {file}")
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

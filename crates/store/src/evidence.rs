//! Evidence: append-only. What people, sources and officers say is clustered by person, so that deciding reads one stretch of
//! one table. What cases, areas and sites made is appended, so that recording it for many people writes few pages. Numbers
//! are given to both from one row.

use crate::{
    FieldKeys, Reader, SealedText, StoreError, Writer,
    reader::Params,
    row::{NOTHING, Plain, Row, columns, row},
};
use kangma_core::{
    AreaId, Attributes, CaseId, Evidence, EvidenceId, Kind, Origin, PersonId, SiteId, Time, Value, Window,
};
use rusqlite::types::{ToSqlOutput, ValueRef};
use std::sync::Arc;

/// An item that has no number yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvidence {
    /// Whom it speaks of.
    pub person: PersonId,
    /// What kind of thing it says.
    pub kind: Kind,
    /// When it happened.
    pub happened_at: Time,
    /// Who said it.
    pub source: Arc<str>,
    /// What it was derived from.
    pub origin: Option<Origin>,
    /// The item it speaks about.
    pub about: Option<EvidenceId>,
    /// What else it says.
    pub attributes: Attributes,
}

impl NewEvidence {
    /// An item that was observed, and says nothing else yet.
    #[must_use]
    pub fn new(person: PersonId, kind: Kind, happened_at: Time, source: impl Into<Arc<str>>) -> Self {
        let (source, attributes) = (source.into(), Attributes::new());
        Self { person, kind, happened_at, source, origin: None, about: None, attributes }
    }

    /// The same, derived from something.
    #[must_use]
    pub fn from_origin(self, origin: Origin) -> Self {
        Self { origin: Some(origin), ..self }
    }

    /// The same, speaking about another item.
    #[must_use]
    pub fn about(self, item: EvidenceId) -> Self {
        Self { about: Some(item), ..self }
    }

    /// The same with one more attribute.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.attributes.set(name, value);
        self
    }
}

/// Both tables of evidence have the same columns.
macro_rules! item_columns {
    ($table:literal) => {
        columns!(
            $table: id, person, kind, happened_at, recorded_at, source, origin_kind, origin_id, about, attributes,
        );
    };
}

impl Row for Evidence {
    item_columns!("evidence");

    fn key(&self) -> ToSqlOutput<'_> {
        self.id.plain()
    }

    fn values(&self, _: &FieldKeys) -> Result<Vec<ToSqlOutput<'_>>, StoreError> {
        let origin = self.origin.map(origin_columns);
        Ok(vec![
            self.id.plain(),
            self.person.plain(),
            self.kind.plain(),
            self.happened_at.plain(),
            self.recorded_at.plain(),
            self.source.plain(),
            origin.map_or(NOTHING, |(kind, _)| kind.into()),
            origin.map_or(NOTHING, |(_, id)| id.cast_signed().into()),
            self.about.plain(),
            if self.attributes.is_empty() { NOTHING } else { self.attributes.plain() },
        ])
    }

    fn read(row: &rusqlite::Row<'_>, _: &FieldKeys) -> Result<Self, StoreError> {
        let attributes = match row.get_ref(9)? {
            ValueRef::Null => Attributes::new(),
            value => field("attributes", value)?,
        };
        Ok(Self {
            id: field("id", row.get_ref(0)?)?,
            person: field("person", row.get_ref(1)?)?,
            kind: field("kind", row.get_ref(2)?)?,
            happened_at: field("happened_at", row.get_ref(3)?)?,
            recorded_at: field("recorded_at", row.get_ref(4)?)?,
            source: field("source", row.get_ref(5)?)?,
            origin: origin(row.get_ref(6)?, row.get_ref(7)?)?,
            about: field("about", row.get_ref(8)?)?,
            attributes,
        })
    }
}

/// An item that lies among those which cases, areas and sites made.
struct Derived(Evidence);

impl Row for Derived {
    item_columns!("derived_evidence");

    fn key(&self) -> ToSqlOutput<'_> {
        self.0.key()
    }

    fn values(&self, keys: &FieldKeys) -> Result<Vec<ToSqlOutput<'_>>, StoreError> {
        self.0.values(keys)
    }

    fn read(row: &rusqlite::Row<'_>, keys: &FieldKeys) -> Result<Self, StoreError> {
        Evidence::read(row, keys).map(Self)
    }
}

fn field<T: Plain>(column: &str, value: ValueRef<'_>) -> Result<T, StoreError> {
    T::from_plain(value).ok_or_else(|| StoreError::Corrupt(format!("evidence.{column}")))
}

const fn origin_columns(origin: Origin) -> (&'static str, u64) {
    match origin {
        Origin::Case(CaseId(id)) => ("case", id),
        Origin::Area(AreaId(id)) => ("area", id),
        Origin::Site(SiteId(id)) => ("site", id),
        Origin::Evidence(EvidenceId(id)) => ("evidence", id),
    }
}

fn origin(kind: ValueRef<'_>, id: ValueRef<'_>) -> Result<Option<Origin>, StoreError> {
    if matches!(kind, ValueRef::Null) {
        return Ok(None);
    }
    let id = field::<EvidenceId>("origin_id", id)?.0;
    match kind.as_str() {
        Ok("case") => Ok(Some(Origin::Case(CaseId(id)))),
        Ok("area") => Ok(Some(Origin::Area(AreaId(id)))),
        Ok("site") => Ok(Some(Origin::Site(SiteId(id)))),
        Ok("evidence") => Ok(Some(Origin::Evidence(EvidenceId(id)))),
        _ => Err(StoreError::Corrupt("evidence.origin_kind".to_owned())),
    }
}

row! {
    /// Free text to an item of evidence: never among its attributes, always sealed.
    pub struct Note in "evidence_note" {
        /// The item.
        evidence: EvidenceId,
        /// The text.
        text: SealedText,
    }
}

impl Reader<'_> {
    /// One item.
    ///
    /// # Errors
    /// The store failed.
    pub fn evidence(&self, id: EvidenceId) -> Result<Option<Evidence>, StoreError> {
        match self.by_key::<Derived>(&id)? {
            Some(Derived(item)) => Ok(Some(item)),
            None => self.by_key(&id),
        }
    }

    /// Every item that a condition holds for, wherever it lies, in the order of recording.
    fn items(&self, condition: &str, params: Params<'_>) -> Result<Vec<Evidence>, StoreError> {
        let rest = format!("WHERE {condition} ORDER BY id");
        let mut items: Vec<Evidence> = self.rows(&rest, params)?;
        let said = items.len();
        self.each(&rest, params, |Derived(item)| {
            items.push(item);
            Ok::<_, StoreError>(())
        })?;
        if said > 0 && said < items.len() {
            items.sort_unstable_by_key(|item| item.id);
        }
        Ok(items)
    }

    /// Everything that was ever recorded about a person, in the order of recording.
    ///
    /// # Errors
    /// The store failed.
    pub fn evidence_of(&self, person: PersonId) -> Result<Vec<Evidence>, StoreError> {
        self.items("person = ?", &[&person])
    }

    /// Everything that was derived from `origin`, in the order of recording; withdrawn or not.
    ///
    /// # Errors
    /// The store failed.
    pub fn evidence_from(&self, origin: Origin) -> Result<Vec<Evidence>, StoreError> {
        let (kind, id) = origin_columns(origin);
        self.items("origin_kind = ? AND origin_id = ?", &[&kind, &EvidenceId(id)])
    }

    /// What was said about an item: its withdrawal, its ending, the answers to it.
    ///
    /// # Errors
    /// The store failed.
    pub fn evidence_about(&self, item: EvidenceId) -> Result<Vec<Evidence>, StoreError> {
        self.items("about = ?", &[&item])
    }

    /// The next `most` itineraries that begin within `window`, by time and number, after the place given.
    ///
    /// # Errors
    /// The store failed.
    pub fn itineraries(
        &self,
        window: Window,
        after: Option<(Time, EvidenceId)>,
        most: usize,
    ) -> Result<Vec<Evidence>, StoreError> {
        let (time, id) = after.unwrap_or((Time(window.from.0.saturating_sub(1)), EvidenceId(u64::MAX >> 1)));
        self.rows(
            "WHERE kind = 'itinerary' AND happened_at < ? AND (happened_at, id) > (?, ?) \
             ORDER BY happened_at, id LIMIT ?",
            &[&window.until, &time, &id, &most],
        )
    }

    /// The next `most` items of everybody after `after`, in the order of recording.
    ///
    /// # Errors
    /// The store failed.
    pub fn evidence_after(
        &self,
        after: Option<EvidenceId>,
        most: usize,
    ) -> Result<Vec<Evidence>, StoreError> {
        let (rest, after) = ("WHERE id > ? ORDER BY id LIMIT ?", after.unwrap_or(EvidenceId(0)));
        let mut items: Vec<Evidence> = self.rows(rest, &[&after, &most])?;
        items.extend(self.rows(rest, &[&after, &most])?.into_iter().map(|Derived(item)| item));
        items.sort_unstable_by_key(|item| item.id);
        items.truncate(most);
        Ok(items)
    }

    /// The number of the newest item; 0 when there is none.
    ///
    /// # Errors
    /// The store failed.
    pub fn newest_evidence(&self) -> Result<EvidenceId, StoreError> {
        let newest = |table| self.value::<Option<EvidenceId>>(&format!("SELECT max(id) FROM {table}"), &[]);
        let (said, derived) = (newest(Evidence::TABLE)?.flatten(), newest(Derived::TABLE)?.flatten());
        Ok(said.max(derived).unwrap_or(EvidenceId(0)))
    }

    /// The free text to an item.
    ///
    /// # Errors
    /// The store failed.
    pub fn note(&self, evidence: EvidenceId) -> Result<Option<SealedText>, StoreError> {
        Ok(self.by_key::<Note>(&evidence)?.map(|note| note.text))
    }
}

impl Writer<'_> {
    /// Records an item that somebody said. `recorded_at` comes from [`Writer::stamp`].
    ///
    /// # Errors
    /// [`StoreError::Refused`] when there is no such person.
    pub fn add_evidence(&mut self, new: NewEvidence, recorded_at: Time) -> Result<Evidence, StoreError> {
        let item = self.numbered(new, recorded_at)?;
        self.insert(&item)?;
        Ok(item)
    }

    /// Records an item that a case, an area or a site made, or that it makes no longer.
    ///
    /// # Errors
    /// As [`Writer::add_evidence`].
    pub fn add_derived(&mut self, new: NewEvidence, recorded_at: Time) -> Result<Evidence, StoreError> {
        let item = Derived(self.numbered(new, recorded_at)?);
        self.insert(&item)?;
        Ok(item.0)
    }

    fn numbered(&mut self, new: NewEvidence, recorded_at: Time) -> Result<Evidence, StoreError> {
        let id = self.next_number(Evidence::TABLE, |writer| Ok(writer.newest_evidence()?.0))?;
        Ok(Evidence {
            id: EvidenceId(id),
            person: new.person,
            kind: new.kind,
            happened_at: new.happened_at,
            recorded_at,
            source: new.source,
            origin: new.origin,
            about: new.about,
            attributes: new.attributes,
        })
    }

    /// Adds the free text to an item.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when it has one.
    pub fn add_note(&mut self, evidence: EvidenceId, text: SealedText) -> Result<(), StoreError> {
        self.insert(&Note { evidence, text })
    }
}

//! Persons: a random number and sealed fields, found again through keyed hashes, and who is guardian of whom.

use crate::{
    Reader, Sealed, SealedText, StoreError, Writer,
    row::{Column, NOTHING, Plain, Row, columns, row, words},
};
use kangma_core::{Day, PersonId, Time};
use rusqlite::types::ToSqlOutput;

words! {
    /// How a person came to be known.
    pub enum PersonKind {
        /// Signs in and declares.
        AccountHolder = "account-holder",
        /// Looked after by a guardian: a child, somebody who is old.
        Dependant = "dependant",
        /// Declared by staff, without a phone.
        Assisted = "assisted",
        /// Known only because somebody named them in an interview.
        Interviewed = "interviewed",
    }
}

row! {
    /// A person. Everything that says who it is stands sealed.
    pub struct Person in "person" {
        /// A random 63-bit number that says nothing about them.
        id: PersonId,
        /// How they came to be known.
        kind: PersonKind,
        /// When.
        created_at: Time,
        /// The district whose officers look after them; coarse, and in the clear for scopes and counts.
        district: Option<String>,
        /// The language of notices to them.
        language: Option<String>,
        /// The person that this one turned out to be.
        merged_into: Option<PersonId>,
        /// The whole name.
        name: Option<SealedText>,
        /// The kind of identity document.
        document_type: Option<SealedText>,
        /// Its number in its one normal spelling.
        document_number: Option<SealedText>,
        /// The telephone number in its one normal spelling.
        phone: Option<SealedText>,
        /// Where they live.
        address: Option<SealedText>,
        /// The registered division's code (GB/T 2260).
        division: Option<SealedText>,
        /// When they were born.
        birth_date: Option<Sealed<Day>>,
        /// GB/T 2261.1: 0 unknown, 1 male, 2 female, 9 unspecified.
        sex: Option<SealedText>,
        /// ISO 3166-1.
        nationality: Option<SealedText>,
        /// Who employs them, for people returning to work.
        employer: Option<SealedText>,
        /// Medical history, as they told it.
        medical_history: Option<SealedText>,
    }
}

impl Person {
    /// A person about whom nothing is known yet.
    #[must_use]
    pub fn new(id: PersonId, kind: PersonKind, created_at: Time) -> Self {
        Self {
            id,
            kind,
            created_at,
            district: None,
            language: None,
            merged_into: None,
            name: None,
            document_type: None,
            document_number: None,
            phone: None,
            address: None,
            division: None,
            birth_date: None,
            sex: None,
            nationality: None,
            employer: None,
            medical_history: None,
        }
    }
}

fn document_key(document_type: &str, number: &str) -> String {
    format!("{document_type}\0{number}")
}

const DOCUMENT: &str = "document";
const PHONE: &str = "phone";

/// A person with the hashes they are found by.
struct Findable<'p>(&'p Person);

impl Row for Findable<'_> {
    columns!("person":
        id,
        kind,
        created_at,
        district,
        language,
        merged_into,
        name,
        document_type,
        document_number,
        phone,
        address,
        division,
        birth_date,
        sex,
        nationality,
        employer,
        medical_history,
        document_hash,
        phone_hash,
    );

    fn key(&self) -> ToSqlOutput<'_> {
        self.0.key()
    }

    fn values(&self, keys: &crate::FieldKeys) -> Result<Vec<ToSqlOutput<'_>>, StoreError> {
        let mut values = self.0.values(keys)?;
        let document = self.0.document_type.as_ref().zip(self.0.document_number.as_ref());
        let document =
            document.map(|(kind, number)| keys.lookup_hash(DOCUMENT, &document_key(&kind.0, &number.0)));
        let phone = self.0.phone.as_ref().map(|phone| keys.lookup_hash(PHONE, &phone.0));
        values.extend([document, phone].map(|hash| hash.map_or(NOTHING, ToSqlOutput::from)));
        Ok(values)
    }

    fn read(_: &rusqlite::Row<'_>, _: &crate::FieldKeys) -> Result<Self, StoreError> {
        Err(StoreError::Corrupt(Self::TABLE.to_owned()))
    }
}

impl Reader<'_> {
    /// A person.
    ///
    /// # Errors
    /// The store failed.
    pub fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        self.by_key(&id)
    }

    /// How a person came to be known, and whether they have a telephone of their own: no sealed field is opened for it.
    ///
    /// # Errors
    /// The store failed.
    pub fn reach_of(&self, id: PersonId) -> Result<Option<(PersonKind, bool)>, StoreError> {
        Ok(self.pairs("SELECT kind, phone IS NOT NULL FROM person WHERE id = ?", &[&id])?.pop())
    }

    /// Only what name a person goes by: one sealed field instead of all.
    ///
    /// # Errors
    /// The store failed.
    pub fn name_of(&self, id: PersonId) -> Result<Option<SealedText>, StoreError> {
        let sealed: Option<Option<Vec<u8>>> = self.value("SELECT name FROM person WHERE id = ?", &[&id])?;
        let Some(sealed) = sealed.flatten() else { return Ok(None) };
        let row = crate::row::key_bytes(crate::row::as_read(&id.plain()));
        let cell = crate::keys::Cell { keys: self.keys, table: Person::TABLE, column: "name", row: &row };
        SealedText::take(rusqlite::types::ValueRef::Blob(&sealed), &cell).map(Some)
    }

    /// The person with a document; its number in its normal spelling.
    ///
    /// # Errors
    /// The store failed.
    pub fn person_by_document(
        &self,
        document_type: &str,
        number: &str,
    ) -> Result<Option<Person>, StoreError> {
        let hash = self.keys.lookup_hash(DOCUMENT, &document_key(document_type, number));
        self.row("WHERE document_hash = ?", &[&hash])
    }

    /// The persons with a telephone number in its normal spelling, oldest first: a family may share one.
    ///
    /// # Errors
    /// The store failed.
    pub fn persons_by_phone(&self, phone: &str) -> Result<Vec<Person>, StoreError> {
        let hash = self.keys.lookup_hash(PHONE, phone);
        self.rows("WHERE phone_hash = ? ORDER BY created_at, id", &[&hash])
    }

    /// The numbers of the next `most` persons after `after`, ascending: to walk through all of them.
    ///
    /// # Errors
    /// The store failed.
    pub fn person_ids(&self, after: Option<PersonId>, most: usize) -> Result<Vec<PersonId>, StoreError> {
        let after = after.map_or(-1, |id| id.0.cast_signed());
        self.list("SELECT id FROM person WHERE id > ? ORDER BY id LIMIT ?", &[&after, &most])
    }

    /// How many persons there are.
    ///
    /// # Errors
    /// The store failed.
    pub fn person_count(&self) -> Result<u64, StoreError> {
        Ok(self.value("SELECT count(*) FROM person", &[])?.unwrap_or(0))
    }

    /// Whom a person is asked to look after and has not answered yet.
    ///
    /// # Errors
    /// The store failed.
    pub fn offered_to(&self, guardian: PersonId) -> Result<Vec<PersonId>, StoreError> {
        let sql = "SELECT dependant FROM guardian WHERE guardian = ? AND ended_at IS NULL AND offered_by IS NOT NULL \
                   AND declined_at IS NULL ORDER BY since, dependant";
        self.list(sql, &[&guardian])
    }

    /// Who was asked to look after a person and has not agreed, whoever declined among them.
    ///
    /// # Errors
    /// The store failed.
    pub fn offers_of(&self, dependant: PersonId) -> Result<Vec<PersonId>, StoreError> {
        let sql = "SELECT guardian FROM guardian WHERE dependant = ? AND ended_at IS NULL AND offered_by IS NOT NULL \
                   ORDER BY since, guardian";
        self.list(sql, &[&dependant])
    }

    /// Whom a person is guardian of now.
    ///
    /// # Errors
    /// The store failed.
    pub fn dependants_of(&self, guardian: PersonId) -> Result<Vec<PersonId>, StoreError> {
        let sql = "SELECT dependant FROM guardian WHERE guardian = ? AND ended_at IS NULL AND offered_by IS NULL \
                   ORDER BY since, dependant";
        self.list(sql, &[&guardian])
    }

    /// Who is guardian of a person now.
    ///
    /// # Errors
    /// The store failed.
    pub fn guardians_of(&self, dependant: PersonId) -> Result<Vec<PersonId>, StoreError> {
        let sql = "SELECT guardian FROM guardian WHERE dependant = ? AND ended_at IS NULL AND offered_by IS NULL \
                   ORDER BY since, guardian";
        self.list(sql, &[&dependant])
    }
}

impl Writer<'_> {
    /// Adds a person under a random number that the caller drew.
    ///
    /// # Errors
    /// [`StoreError::Duplicate`] when the number or the document is another person's.
    pub fn add_person(&mut self, person: &Person) -> Result<(), StoreError> {
        self.insert(&Findable(person))
    }

    /// Writes a person anew: every field as it stands here.
    ///
    /// # Errors
    /// [`StoreError::Missing`], or [`StoreError::Duplicate`] when the document is another person's.
    pub fn save_person(&mut self, person: &Person) -> Result<(), StoreError> {
        self.desk.moments.written(person.id);
        self.save(&Findable(person))
    }

    /// Makes one person guardian of another. Nothing changes when they are already.
    ///
    /// # Errors
    /// The store failed.
    pub fn add_guardian(
        &mut self,
        dependant: PersonId,
        guardian: PersonId,
        since: Time,
    ) -> Result<(), StoreError> {
        self.desk.moments.written(dependant);
        let sql = "INSERT INTO guardian (dependant, guardian, since) VALUES (?, ?, ?) \
                   ON CONFLICT DO UPDATE SET since = iif(ended_at IS NULL AND offered_by IS NULL, since, excluded.since), \
                   ended_at = NULL, offered_by = NULL, declined_at = NULL";
        self.run(sql, &[&dependant, &guardian, &since]).map(drop)
    }

    /// Asks a person to look after another. Nothing changes when they do already.
    ///
    /// # Errors
    /// The store failed.
    pub fn offer_guardian(
        &mut self,
        dependant: PersonId,
        guardian: PersonId,
        by: PersonId,
        at: Time,
    ) -> Result<(), StoreError> {
        self.desk.moments.written(dependant);
        let sql = "INSERT INTO guardian (dependant, guardian, since, offered_by) VALUES (?, ?, ?, ?) \
                   ON CONFLICT DO UPDATE SET since = excluded.since, ended_at = NULL, offered_by = excluded.offered_by, \
                   declined_at = NULL WHERE ended_at IS NOT NULL OR offered_by IS NOT NULL";
        self.run(sql, &[&dependant, &guardian, &at, &by]).map(drop)
    }

    /// Declines to be guardian, which shows to nobody who asked. Whether there was an offer.
    ///
    /// # Errors
    /// The store failed.
    pub fn decline_guardian(
        &mut self,
        dependant: PersonId,
        guardian: PersonId,
        at: Time,
    ) -> Result<bool, StoreError> {
        let sql = "UPDATE guardian SET declined_at = ? WHERE dependant = ? AND guardian = ? \
                   AND offered_by IS NOT NULL AND ended_at IS NULL AND declined_at IS NULL";
        Ok(self.run(sql, &[&at, &dependant, &guardian])? > 0)
    }

    /// Ends a guardianship, or takes an offer of one back. Whether there was one.
    ///
    /// # Errors
    /// The store failed.
    pub fn end_guardian(
        &mut self,
        dependant: PersonId,
        guardian: PersonId,
        at: Time,
    ) -> Result<bool, StoreError> {
        self.desk.moments.written(dependant);
        let sql =
            "UPDATE guardian SET ended_at = ? WHERE dependant = ? AND guardian = ? AND ended_at IS NULL";
        Ok(self.run(sql, &[&at, &dependant, &guardian])? > 0)
    }
}

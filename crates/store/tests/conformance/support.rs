//! An empty store for each test, and the rows that most tests need.

use kangma_core::{PersonId, Time};
use kangma_store::{
    Account, AccountId, AccountScope, FieldKeys, Options, Passage, Person, PersonKind, Point, PointState,
    Reader, Store, StoreError, WriteError, Writer,
};
use tempfile::TempDir;

/// A store in a directory of its own, which goes with it.
pub struct Fresh {
    pub store: Store,
    pub keys: FieldKeys,
    pub dir: TempDir,
}

pub fn fresh() -> Fresh {
    let dir = tempfile::tempdir().unwrap();
    let keys = FieldKeys::generate().unwrap();
    let store = Store::open(dir.path(), keys.clone(), Options::default()).unwrap();
    Fresh { store, keys, dir }
}

impl Fresh {
    /// One act that has to succeed.
    pub fn write<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Writer<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.store.write_blocking(act).unwrap()
    }

    /// One act that has to be refused.
    pub fn refused<T: Send + std::fmt::Debug + 'static>(
        &self,
        act: impl FnOnce(&mut Writer<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> StoreError {
        match self.store.write_blocking(act).unwrap_err() {
            WriteError::Act(error) | WriteError::Store(error) => error,
        }
    }

    pub fn read<T>(&self, look: impl FnOnce(&Reader<'_>) -> Result<T, StoreError>) -> T {
        self.store.read_blocking(look).unwrap()
    }

    /// The same store, closed and opened again.
    pub fn reopened(self) -> Fresh {
        let Fresh { store, keys, dir } = self;
        drop(store);
        let store = Store::open(dir.path(), keys.clone(), Options::default()).unwrap();
        Fresh { store, keys, dir }
    }
}

pub fn person(id: u64) -> Person {
    Person::new(PersonId(id), PersonKind::AccountHolder, Time(0))
}

/// Persons 1 to `n`.
pub fn with_persons(n: u64) -> Fresh {
    let fresh = fresh();
    fresh.write(move |w| (1..=n).try_for_each(|id| w.add_person(&person(id))));
    fresh
}

pub fn account(login: &str) -> impl FnOnce(AccountId) -> Account {
    move |id| Account {
        id,
        login: login.to_owned(),
        name: "Invented Officer".into(),
        password_hash: "$argon2id$invented".to_owned(),
        roles: vec!["tracer".to_owned()],
        scope: AccountScope::District("east".to_owned()),
        created_at: Time(0),
        disabled_at: None,
        made_by: None,
        second_half: None,
    }
}

pub fn point(name: &'static str, district: &'static str) -> impl FnOnce(kangma_core::PointId) -> Point {
    move |id| Point {
        id,
        kind: "school".into(),
        name: name.to_owned(),
        address: None,
        district: district.to_owned(),
        division: format!("{district}-1"),
        passage: Passage::Both,
        state: PointState::Registered,
        manager: None,
        registered_at: Time(0),
        approved_by: None,
        approved_at: None,
        closed_at: None,
    }
}

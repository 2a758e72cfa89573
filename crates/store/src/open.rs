//! Opening the database: whose it is, which format it has, and whether the keys are its own.

use crate::{
    FieldKeys,
    error::{OpenError, StoreError},
    keys::Cell,
};
use rusqlite::{Connection, OpenFlags, OptionalExtension, config::DbConfig};
use std::path::{Path, PathBuf};

mod embedded {
    refinery::embed_migrations!("migrations");
}

const NAME: &str = "kangma.sqlite";
/// Marks the file as ours: `KMst`.
const APPLICATION_ID: i64 = 0x4b4d_7374;
const KEY_CHECK: &[u8] = b"these are the keys of this store";

/// Every connection: no memory map, no trust in what a schema says, deleted content is overwritten.
const EACH: &str = "PRAGMA mmap_size = 0; PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; \
    PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;";
const STATEMENTS_KEPT: usize = 256;

pub(crate) fn path(dir: &Path) -> PathBuf {
    dir.join(NAME)
}

/// A connection that the pool reads with.
pub(crate) fn reading(dir: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path(dir), flags)?;
    prepare(&connection, "PRAGMA cache_size = -16384;")?;
    Ok(connection)
}

/// The connection that folds the log in beside the writer. It reads nothing, so it needs no cache.
pub(crate) fn folding(dir: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path(dir), flags)?;
    prepare(&connection, "PRAGMA synchronous = FULL;")?;
    Ok(connection)
}

/// The writer's connection, on a store that is made or brought up to date here.
pub(crate) fn to_write(dir: &Path, keys: &FieldKeys) -> Result<Connection, OpenError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(path(dir), flags).map_err(StoreError::from)?;
    check_owner(&connection, dir)?;
    let store = format(&connection)?;
    check_not_newer(store)?;
    if store > 0 {
        // Before anything is written: with the wrong keys an older store is not brought up to date either.
        check_keys(&connection, keys)?;
    }
    prepare(
        &connection,
        "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON; \
         PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 67108864; PRAGMA cache_size = -65536;",
    )?;
    migrate(&mut connection)?;
    if store < known() {
        // What brought it up to date may have rewritten much of it: no act has to wait until that is folded in.
        connection.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").map_err(StoreError::from)?;
    }
    check_keys(&connection, keys)?;
    Ok(connection)
}

/// Whether a store that is only to be read can be.
pub(crate) fn to_look(dir: &Path, keys: &FieldKeys) -> Result<(), OpenError> {
    if !path(dir).exists() {
        return Err(OpenError::Missing(dir.to_owned()));
    }
    let connection = reading(dir)?;
    check_owner(&connection, dir)?;
    let store = format(&connection)?;
    check_not_newer(store)?;
    if store < known() {
        return Err(OpenError::Older { store, known: known() });
    }
    check_keys(&connection, keys)
}

fn prepare(connection: &Connection, more: &str) -> Result<(), StoreError> {
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_KEPT);
    // Otherwise a statement is planned anew whenever another person's number is bound to it.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.execute_batch(EACH)?;
    Ok(connection.execute_batch(more)?)
}

fn known() -> u32 {
    let versions = embedded::migrations::runner();
    versions.get_migrations().iter().filter_map(|one| u32::try_from(one.version()).ok()).max().unwrap_or(0)
}

/// The number of the last migration that the store has seen; 0 for an empty one.
fn format(connection: &Connection) -> Result<u32, StoreError> {
    let there = connection
        .query_row("SELECT 1 FROM sqlite_schema WHERE name = 'refinery_schema_history'", [], |_| Ok(()))
        .optional()?;
    match there {
        None => Ok(0),
        Some(()) => {
            let newest = "SELECT coalesce(max(version), 0) FROM refinery_schema_history";
            Ok(connection.query_row(newest, [], |row| row.get(0))?)
        }
    }
}

fn check_not_newer(store: u32) -> Result<(), OpenError> {
    if store > known() { Err(OpenError::Newer { store, known: known() }) } else { Ok(()) }
}

/// An empty file becomes ours; any other has to say that it is.
fn check_owner(connection: &Connection, dir: &Path) -> Result<(), OpenError> {
    let foreign = |_| OpenError::Foreign(path(dir));
    let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map_err(foreign);
    let (id, tables) = (number("PRAGMA application_id")?, number("SELECT count(*) FROM sqlite_schema")?);
    if id == APPLICATION_ID || (id == 0 && tables == 0) { Ok(()) } else { Err(OpenError::Foreign(path(dir))) }
}

fn migrate(connection: &mut Connection) -> Result<(), OpenError> {
    let id: i64 =
        connection.query_row("PRAGMA application_id", [], |row| row.get(0)).map_err(StoreError::from)?;
    if id != APPLICATION_ID {
        connection.pragma_update(None, "application_id", APPLICATION_ID).map_err(StoreError::from)?;
    }
    let run = embedded::migrations::runner().run(connection);
    run.map(drop).map_err(|error| OpenError::Store(StoreError::Broken(error.to_string())))
}

/// The first opening leaves a sealed text; every later one has to be able to open it.
fn check_keys(connection: &Connection, keys: &FieldKeys) -> Result<(), OpenError> {
    let cell = Cell { keys, table: "meta", column: "key_check", row: &[] };
    let hash = keys.lookup_hash("key-check", "");
    let kept: Option<(Vec<u8>, Vec<u8>)> = connection
        .query_row("SELECT key_check, lookup_check FROM meta", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()
        .map_err(StoreError::from)?;
    match kept {
        Some((sealed, lookup)) => {
            let opened = keys.open(&cell, &sealed).is_some_and(|plain| plain == KEY_CHECK);
            if opened && lookup == hash { Ok(()) } else { Err(OpenError::WrongKey) }
        }
        None => {
            let sealed = keys.seal(&cell, KEY_CHECK).ok_or(OpenError::WrongKey)?;
            let first = "INSERT INTO meta (id, key_check, lookup_check, last_stamp) VALUES (1, ?, ?, 0)";
            connection.execute(first, rusqlite::params![sealed, hash]).map_err(StoreError::from)?;
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reader;
    use kangma_core::{PersonId, Standing, Time};

    #[test]
    fn a_store_of_the_sixth_version_keeps_its_standings() {
        let (dir, keys) = (tempfile::tempdir().unwrap(), FieldKeys::generate().unwrap());
        let mut old = Connection::open(path(dir.path())).unwrap();
        old.pragma_update(None, "application_id", APPLICATION_ID).unwrap();
        let sixth = embedded::migrations::runner().set_target(refinery::Target::Version(6));
        sixth.run(&mut old).unwrap();
        check_keys(&old, &keys).unwrap();
        old.execute_batch(
            "INSERT INTO person (id, kind, created_at) VALUES (1, 'account-holder', 0); \
             INSERT INTO standing VALUES (1, 'yellow', '{}', '00', 10, 10, 20, 3)",
        )
        .unwrap();
        drop(old);
        let connection = to_write(dir.path(), &keys).unwrap();
        let reader = Reader { connection: &connection, keys: &keys };
        let kept = reader.standing(PersonId(1)).unwrap().unwrap();
        assert_eq!((kept.standing, kept.decided_at), (Standing::Yellow, Time(10)));
        assert_eq!(reader.standings_due(Time(20), 9).unwrap(), [PersonId(1)]);
        assert_eq!(reader.standing_counts().unwrap(), [(Standing::Yellow, 1)]);
        assert!(reader.integrity().unwrap().is_empty());
    }
}

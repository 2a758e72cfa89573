//! What can go wrong, in words for whoever reads it. No error carries personal data.

use std::path::PathBuf;

/// Why the store cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds it.
    #[error("the store in {} is held by process {pid}: stop that server, or use its API", dir.display())]
    Held {
        /// The data directory.
        dir: PathBuf,
        /// Who holds it.
        pid: String,
    },
    /// It was written by a newer program.
    #[error(
        "the store has format {store}, and this program knows formats up to {known}: use the newer program, nothing was changed"
    )]
    Newer {
        /// The store's format.
        store: u32,
        /// The newest that this program knows.
        known: u32,
    },
    /// It was written by an older program and cannot be brought up to date while only reading.
    #[error(
        "the store has format {store} and needs {known}: start the server once, it brings the store up to date"
    )]
    Older {
        /// The store's format.
        store: u32,
        /// The one that this program needs.
        known: u32,
    },
    /// There is none.
    #[error("there is no store in {}: start a server there first", .0.display())]
    Missing(PathBuf),
    /// The file belongs to another program.
    #[error("{} is not a store of this program", .0.display())]
    Foreign(PathBuf),
    /// The field keys are not those the store was made with.
    #[error(
        "the field keys do not belong to this store: its personal data cannot be read with them; bring back the key file that was made with it"
    )]
    WrongKey,
    /// The directory or a file in it cannot be used.
    #[error("{}: {error}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// The database cannot be read.
    #[error("the store cannot be opened: {0}")]
    Store(#[from] StoreError),
}

/// Why the store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A thing with that key is there already.
    #[error("that is in the store already ({0})")]
    Duplicate(String),
    /// A rule of the schema refused it.
    #[error("the store's own rules refuse that ({0})")]
    Refused(String),
    /// What was to be changed is not there.
    #[error("there is no such row in `{0}`")]
    Missing(&'static str),
    /// A value in the store is none that this program can have written.
    #[error("the store holds a value that this program did not write, in `{0}`")]
    Corrupt(String),
    /// An encrypted field cannot be opened: another key, another row, or changed bytes.
    #[error("an encrypted field cannot be opened, in `{0}`")]
    Sealed(String),
    /// The store was opened for reading alone.
    #[error("the store is open for reading only")]
    ReadOnly,
    /// No room.
    #[error("the disk is full")]
    Full,
    /// The writer has stopped.
    #[error("the store is closed")]
    Closed,
    /// An act panicked; nothing of it was kept.
    #[error("the act failed inside this program; nothing of it was kept")]
    Panicked,
    /// The database engine failed.
    #[error("the database failed: {0}")]
    Broken(String),
}

/// Why a write did not come about. Nothing of the act is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WriteError<E> {
    /// The act itself refused.
    #[error("{0}")]
    Act(E),
    /// The store could not make it durable.
    #[error("{0}")]
    Store(StoreError),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::{ErrorCode, ffi};
        match error.sqlite_error() {
            Some(code) if code.code == ErrorCode::DiskFull => Self::Full,
            Some(code) if code.code == ErrorCode::ConstraintViolation => match code.extended_code {
                ffi::SQLITE_CONSTRAINT_UNIQUE
                | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
                | ffi::SQLITE_CONSTRAINT_ROWID => Self::Duplicate(constraint(&error)),
                _ => Self::Refused(constraint(&error)),
            },
            _ => Self::Broken(error.to_string()),
        }
    }
}

/// SQLite's own text: names of tables, columns and rules, never a value.
fn constraint(error: &rusqlite::Error) -> String {
    match error {
        rusqlite::Error::SqliteFailure(_, Some(text)) => text.clone(),
        other => other.to_string(),
    }
}

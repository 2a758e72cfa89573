//! How typed rows become database rows and come back: the only place that knows both.

use crate::{
    error::StoreError,
    ids::{Cti, Digest, StatusIndex},
    keys::Cell,
};
use kangma_core::{Attributes, Day, Kind, Standing, Time};
use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use std::{fmt, str::FromStr, sync::Arc};

/// A value that is kept encrypted. Shows nothing of itself in `Debug`.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Sealed<T>(pub T);

/// A text that is kept encrypted.
pub type SealedText = Sealed<String>;

impl<T> fmt::Debug for Sealed<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealed(…)")
    }
}

impl From<&str> for SealedText {
    fn from(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl From<String> for SealedText {
    fn from(text: String) -> Self {
        Self(text)
    }
}

/// A type that stands in one column, in the clear.
pub(crate) trait Plain {
    fn plain(&self) -> ToSqlOutput<'_>;
    /// Nothing when the column holds something else.
    fn from_plain(value: ValueRef<'_>) -> Option<Self>
    where
        Self: Sized;
}

/// A type that stands in one column, in the clear or sealed.
pub(crate) trait Column: Sized {
    fn put(&self, cell: &Cell<'_>) -> Result<ToSqlOutput<'_>, StoreError>;
    fn take(value: ValueRef<'_>, cell: &Cell<'_>) -> Result<Self, StoreError>;
}

impl<T: Plain> Column for T {
    fn put(&self, _: &Cell<'_>) -> Result<ToSqlOutput<'_>, StoreError> {
        Ok(self.plain())
    }
    fn take(value: ValueRef<'_>, cell: &Cell<'_>) -> Result<Self, StoreError> {
        T::from_plain(value).ok_or_else(|| StoreError::Corrupt(cell.name()))
    }
}

impl<T: fmt::Display + FromStr> Column for Sealed<T> {
    fn put(&self, cell: &Cell<'_>) -> Result<ToSqlOutput<'_>, StoreError> {
        let sealed = cell.keys.seal(cell, self.0.to_string().as_bytes());
        sealed.map(ToSqlOutput::from).ok_or_else(|| StoreError::Sealed(cell.name()))
    }
    fn take(value: ValueRef<'_>, cell: &Cell<'_>) -> Result<Self, StoreError> {
        let shut = || StoreError::Sealed(cell.name());
        let ValueRef::Blob(sealed) = value else { return Err(shut()) };
        let plain = cell.keys.open(cell, sealed).ok_or_else(shut)?;
        let text = String::from_utf8(plain).map_err(|_| shut())?;
        text.parse().map(Self).map_err(|_| StoreError::Corrupt(cell.name()))
    }
}

impl<T: fmt::Display + FromStr> Column for Option<Sealed<T>> {
    fn put(&self, cell: &Cell<'_>) -> Result<ToSqlOutput<'_>, StoreError> {
        self.as_ref().map_or(Ok(NOTHING), |sealed| sealed.put(cell))
    }
    fn take(value: ValueRef<'_>, cell: &Cell<'_>) -> Result<Self, StoreError> {
        match value {
            ValueRef::Null => Ok(None),
            value => Sealed::take(value, cell).map(Some),
        }
    }
}

/// A typed row of one table.
pub(crate) trait Row: Sized {
    const TABLE: &'static str;
    /// The key's column first.
    const COLUMNS: &'static [&'static str];
    /// The columns as SQL lists them. Written out once: putting a list together costs as much as a short statement.
    const LIST: &'static str;
    /// Adds a row.
    const INSERT: &'static str;
    /// Adds a row, or puts it in the place of the one with its key.
    const REPLACE: &'static str;
    /// What names the row, in the first column; sealed fields are bound to it.
    fn key(&self) -> ToSqlOutput<'_>;
    /// In the order of `COLUMNS`.
    fn values(&self, keys: &crate::FieldKeys) -> Result<Vec<ToSqlOutput<'_>>, StoreError>;
    fn read(row: &rusqlite::Row<'_>, keys: &crate::FieldKeys) -> Result<Self, StoreError>;
}

/// A place in a statement, whatever the column.
macro_rules! place {
    ($column:ident) => {
        ", ?"
    };
}
pub(crate) use place;

/// Columns as SQL lists them.
macro_rules! list {
    ($first:ident, $($column:ident,)*) => {
        concat!("\"", stringify!($first), "\"", $(", \"", stringify!($column), "\""),*)
    };
}
pub(crate) use list;

/// Adds a row.
macro_rules! insert {
    ($table:literal, $first:ident, $($column:ident,)*) => {
        concat!(
            "INSERT INTO ", $table, " (", $crate::row::list!($first, $($column,)*), ") VALUES (?",
            $($crate::row::place!($column)),*, ")"
        )
    };
}
pub(crate) use insert;

/// The columns of a table's row, the key first, as the constants of `Row`.
macro_rules! columns {
    ($table:literal: $key:ident, $next:ident, $($field:ident,)*) => {
        const TABLE: &'static str = $table;
        const COLUMNS: &'static [&'static str] = &[stringify!($key), stringify!($next), $(stringify!($field)),*];
        const LIST: &'static str = $crate::row::list!($key, $next, $($field,)*);
        const INSERT: &'static str = $crate::row::insert!($table, $key, $next, $($field,)*);
        const REPLACE: &'static str = concat!(
            $crate::row::insert!($table, $key, $next, $($field,)*),
            " ON CONFLICT (\"", stringify!($key), "\") DO UPDATE SET ",
            "\"", stringify!($next), "\" = excluded.\"", stringify!($next), "\"",
            $(", \"", stringify!($field), "\" = excluded.\"", stringify!($field), "\""),*
        );
    };
}
pub(crate) use columns;

/// Declares a row: a public struct, each of whose fields is a column of the same name, the key first.
macro_rules! row {
    ($(#[$doc:meta])* pub struct $name:ident in $table:literal {
        $(#[$key_doc:meta])* $key:ident: $key_of:ty,
        $($(#[$field_doc:meta])* $field:ident: $of:ty,)*
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $(#[$key_doc])* pub $key: $key_of,
            $($(#[$field_doc])* pub $field: $of,)*
        }

        impl $crate::row::Row for $name {
            $crate::row::columns!($table: $key, $($field,)*);

            fn key(&self) -> rusqlite::types::ToSqlOutput<'_> {
                $crate::row::Plain::plain(&self.$key)
            }

            fn values(
                &self,
                keys: &$crate::FieldKeys,
            ) -> Result<Vec<rusqlite::types::ToSqlOutput<'_>>, $crate::StoreError> {
                let key = $crate::row::Row::key(self);
                let row = $crate::row::key_bytes($crate::row::as_read(&key));
                Ok(vec![key, $($crate::row::Column::put(&self.$field, &$crate::keys::Cell {
                    keys, table: $table, column: stringify!($field), row: &row,
                })?),*])
            }

            fn read(row: &rusqlite::Row<'_>, keys: &$crate::FieldKeys) -> Result<Self, $crate::StoreError> {
                let bytes = $crate::row::key_bytes(row.get_ref(0)?);
                let mut columns = 0_usize..;
                let mut next = || row.get_ref(columns.next().unwrap_or_default());
                let cell = |column| $crate::keys::Cell { keys, table: $table, column, row: &bytes };
                Ok(Self {
                    $key: $crate::row::Column::take(next()?, &cell(stringify!($key)))?,
                    $($field: $crate::row::Column::take(next()?, &cell(stringify!($field)))?,)*
                })
            }
        }
    };
}
pub(crate) use row;

/// What a column without anything holds.
pub(crate) const NOTHING: ToSqlOutput<'static> = ToSqlOutput::Owned(Value::Null);

/// A value that is to be written, as reading would give it.
pub(crate) fn as_read<'v>(value: &'v ToSqlOutput<'_>) -> ValueRef<'v> {
    match value {
        ToSqlOutput::Borrowed(value) => *value,
        ToSqlOutput::Owned(value) => value.into(),
        _ => ValueRef::Null,
    }
}

/// What identifies a row, as bytes to bind a sealed field to.
pub(crate) fn key_bytes(value: ValueRef<'_>) -> Vec<u8> {
    match value {
        ValueRef::Null => Vec::new(),
        ValueRef::Integer(n) => n.to_be_bytes().to_vec(),
        ValueRef::Real(x) => x.to_be_bytes().to_vec(),
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
    }
}

impl<T: Plain> Plain for Option<T> {
    fn plain(&self) -> ToSqlOutput<'_> {
        self.as_ref().map_or(NOTHING, Plain::plain)
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        match value {
            ValueRef::Null => Some(None),
            value => T::from_plain(value).map(Some),
        }
    }
}

/// A 64-bit identifier stands in SQLite's signed integer bit by bit; random ones use 63 bits and stay positive.
macro_rules! plain_id {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::row::Plain for $name {
            fn plain(&self) -> rusqlite::types::ToSqlOutput<'_> {
                self.0.cast_signed().into()
            }
            fn from_plain(value: rusqlite::types::ValueRef<'_>) -> Option<Self> {
                value.as_i64().ok().map(|n| Self(n.cast_unsigned()))
            }
        }
    )*};
}

mod ids {
    use crate::ids::{
        AccountId, AppealId, CallId, ContactId, CorrectionId, DeviceId, GateId, HeartbeatId, JobId, LinkId,
        LookId, NoticeId, ProposalId, PublicationId, RecordId, VisitId,
    };
    use kangma_core::{AreaId, CaseId, EvidenceId, PersonId, PointId, SiteId};
    plain_id!(
        AccountId,
        AppealId,
        AreaId,
        CallId,
        CaseId,
        ContactId,
        CorrectionId,
        DeviceId,
        EvidenceId,
        GateId,
        HeartbeatId,
        JobId,
        LinkId,
        LookId,
        NoticeId,
        PersonId,
        PointId,
        ProposalId,
        PublicationId,
        RecordId,
        SiteId,
        VisitId,
    );
}

macro_rules! plain_integer {
    ($($name:ty),*) => {$(
        impl Plain for $name {
            fn plain(&self) -> ToSqlOutput<'_> {
                i64::try_from(*self).unwrap_or(i64::MAX).into()
            }
            fn from_plain(value: ValueRef<'_>) -> Option<Self> {
                value.as_i64().ok().and_then(|n| n.try_into().ok())
            }
        }
    )*};
}
plain_integer!(i64, u64, u32, usize);

impl Plain for bool {
    fn plain(&self) -> ToSqlOutput<'_> {
        i64::from(*self).into()
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok().map(|n| n != 0)
    }
}

impl Plain for Time {
    fn plain(&self) -> ToSqlOutput<'_> {
        self.0.into()
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok().map(Time)
    }
}

impl Plain for Day {
    fn plain(&self) -> ToSqlOutput<'_> {
        i64::from(self.0).into()
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        i32::try_from(value.as_i64().ok()?).ok().map(Day)
    }
}

impl Plain for StatusIndex {
    fn plain(&self) -> ToSqlOutput<'_> {
        i64::from(self.0).into()
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        u32::try_from(value.as_i64().ok()?).ok().map(StatusIndex)
    }
}

impl Plain for String {
    fn plain(&self) -> ToSqlOutput<'_> {
        self.as_str().into()
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok().map(str::to_owned)
    }
}

impl Plain for &str {
    fn plain(&self) -> ToSqlOutput<'_> {
        (*self).into()
    }
    fn from_plain(_: ValueRef<'_>) -> Option<Self> {
        None
    }
}

impl Plain for Arc<str> {
    fn plain(&self) -> ToSqlOutput<'_> {
        (**self).into()
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok().map(Arc::from)
    }
}

impl Plain for Vec<u8> {
    fn plain(&self) -> ToSqlOutput<'_> {
        self.as_slice().into()
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_blob().ok().map(<[u8]>::to_vec)
    }
}

macro_rules! plain_bytes {
    ($($name:ident),*) => {$(
        impl Plain for $name {
            fn plain(&self) -> ToSqlOutput<'_> {
                self.0.as_slice().into()
            }
            fn from_plain(value: ValueRef<'_>) -> Option<Self> {
                value.as_blob().ok()?.try_into().ok().map($name)
            }
        }
    )*};
}
plain_bytes!(Cti, Digest);

/// Types that stand in a column as their JSON.
macro_rules! plain_json {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::row::Plain for $name {
            fn plain(&self) -> rusqlite::types::ToSqlOutput<'_> {
                // These types' JSON has text keys and no failing parts: there is always a text.
                serde_json::to_string(self).map_or($crate::row::NOTHING, Into::into)
            }
            fn from_plain(value: rusqlite::types::ValueRef<'_>) -> Option<Self> {
                serde_json::from_str(value.as_str().ok()?).ok()
            }
        }
    )*};
}
pub(crate) use plain_json;
plain_json!(Attributes, serde_json::Value, Vec<String>, std::collections::BTreeMap<String, String>);

/// Types that stand in a column as their word.
macro_rules! plain_word {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::row::Plain for $name {
            fn plain(&self) -> rusqlite::types::ToSqlOutput<'_> {
                self.as_str().into()
            }
            fn from_plain(value: rusqlite::types::ValueRef<'_>) -> Option<Self> {
                value.as_str().ok()?.parse().ok()
            }
        }
    )*};
}
pub(crate) use plain_word;
plain_word!(Kind, Standing);

/// Declares an enum of words: the same in type, column and JSON.
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$item:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$item])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every one, in order.
            pub const ALL: &[$name] = &[$($name::$variant),*];

            /// Its text in JSON and in the store.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::row::UnknownWord;
            fn from_str(text: &str) -> Result<Self, $crate::row::UnknownWord> {
                let found = Self::ALL.iter().copied().find(|word| word.as_str() == text);
                found.ok_or_else(|| $crate::row::UnknownWord(text.to_owned()))
            }
        }

        $crate::row::plain_word!($name);
    };
}
pub(crate) use words;

/// A text that is none of the words that may stand there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a word that may stand here")]
pub struct UnknownWord(pub String);

//! How typed rows become database rows and come back: the only place that knows both.

use crate::{
    error::StoreError,
    ids::{Cti, Digest, StatusIndex},
    keys::Cell,
};
use kangma_core::{Attributes, Day, Kind, Standing, Time, Verdict};
use rusqlite::types::{Value, ValueRef};
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
    fn plain(&self) -> Value;
    /// Nothing when the column holds something else.
    fn from_plain(value: ValueRef<'_>) -> Option<Self>
    where
        Self: Sized;
}

/// A type that stands in one column, in the clear or sealed.
pub(crate) trait Column: Sized {
    fn put(&self, cell: &Cell<'_>) -> Result<Value, StoreError>;
    fn take(value: ValueRef<'_>, cell: &Cell<'_>) -> Result<Self, StoreError>;
}

impl<T: Plain> Column for T {
    fn put(&self, _: &Cell<'_>) -> Result<Value, StoreError> {
        Ok(self.plain())
    }
    fn take(value: ValueRef<'_>, cell: &Cell<'_>) -> Result<Self, StoreError> {
        T::from_plain(value).ok_or_else(|| StoreError::Corrupt(cell.name()))
    }
}

impl<T: fmt::Display + FromStr> Column for Sealed<T> {
    fn put(&self, cell: &Cell<'_>) -> Result<Value, StoreError> {
        let sealed = cell.keys.seal(cell, self.0.to_string().as_bytes());
        sealed.map(Value::Blob).ok_or_else(|| StoreError::Sealed(cell.name()))
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
    fn put(&self, cell: &Cell<'_>) -> Result<Value, StoreError> {
        self.as_ref().map_or(Ok(Value::Null), |sealed| sealed.put(cell))
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
    /// A place in a statement for each.
    const PLACES: &'static str;
    /// What takes a new row's values into the row that has its key.
    const EXCLUDED: &'static str;
    /// What names the row, in the first column; sealed fields are bound to it.
    fn key(&self) -> Value;
    /// In the order of `COLUMNS`.
    fn values(&self, keys: &crate::FieldKeys) -> Result<Vec<Value>, StoreError>;
    fn read(row: &rusqlite::Row<'_>, keys: &crate::FieldKeys) -> Result<Self, StoreError>;
}

/// A place in a statement, whatever the column.
macro_rules! place {
    ($column:ident) => {
        ", ?"
    };
}
pub(crate) use place;

/// The columns of a row, the key first, as the constants of `Row`.
macro_rules! columns {
    ($key:ident, $next:ident, $($field:ident,)*) => {
        const COLUMNS: &'static [&'static str] = &[stringify!($key), stringify!($next), $(stringify!($field)),*];
        const LIST: &'static str = concat!(
            "\"", stringify!($key), "\", \"", stringify!($next), "\"", $(", \"", stringify!($field), "\""),*
        );
        const PLACES: &'static str = concat!("?, ?", $($crate::row::place!($field)),*);
        const EXCLUDED: &'static str = concat!(
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
            const TABLE: &'static str = $table;
            $crate::row::columns!($key, $($field,)*);

            fn key(&self) -> rusqlite::types::Value {
                $crate::row::Plain::plain(&self.$key)
            }

            fn values(
                &self,
                keys: &$crate::FieldKeys,
            ) -> Result<Vec<rusqlite::types::Value>, $crate::StoreError> {
                let key = $crate::row::Row::key(self);
                let row = $crate::row::key_bytes((&key).into());
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
    fn plain(&self) -> Value {
        self.as_ref().map_or(Value::Null, Plain::plain)
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
            fn plain(&self) -> rusqlite::types::Value {
                rusqlite::types::Value::Integer(self.0.cast_signed())
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
            fn plain(&self) -> Value {
                i64::try_from(*self).map_or(Value::Integer(i64::MAX), Value::Integer)
            }
            fn from_plain(value: ValueRef<'_>) -> Option<Self> {
                value.as_i64().ok().and_then(|n| n.try_into().ok())
            }
        }
    )*};
}
plain_integer!(i64, u64, u32, usize);

impl Plain for bool {
    fn plain(&self) -> Value {
        Value::Integer(i64::from(*self))
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok().map(|n| n != 0)
    }
}

impl Plain for Time {
    fn plain(&self) -> Value {
        Value::Integer(self.0)
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_i64().ok().map(Time)
    }
}

impl Plain for Day {
    fn plain(&self) -> Value {
        Value::Integer(i64::from(self.0))
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        i32::try_from(value.as_i64().ok()?).ok().map(Day)
    }
}

impl Plain for StatusIndex {
    fn plain(&self) -> Value {
        Value::Integer(i64::from(self.0))
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        u32::try_from(value.as_i64().ok()?).ok().map(StatusIndex)
    }
}

impl Plain for String {
    fn plain(&self) -> Value {
        Value::Text(self.clone())
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok().map(str::to_owned)
    }
}

impl Plain for &str {
    fn plain(&self) -> Value {
        Value::Text((*self).to_owned())
    }
    fn from_plain(_: ValueRef<'_>) -> Option<Self> {
        None
    }
}

impl Plain for Arc<str> {
    fn plain(&self) -> Value {
        Value::Text(self.to_string())
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_str().ok().map(Arc::from)
    }
}

impl Plain for Vec<u8> {
    fn plain(&self) -> Value {
        Value::Blob(self.clone())
    }
    fn from_plain(value: ValueRef<'_>) -> Option<Self> {
        value.as_blob().ok().map(<[u8]>::to_vec)
    }
}

macro_rules! plain_bytes {
    ($($name:ident),*) => {$(
        impl Plain for $name {
            fn plain(&self) -> Value {
                Value::Blob(self.0.to_vec())
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
            fn plain(&self) -> rusqlite::types::Value {
                // These types' JSON has text keys and no failing parts: there is always a text.
                serde_json::to_string(self).map_or(rusqlite::types::Value::Null, rusqlite::types::Value::Text)
            }
            fn from_plain(value: rusqlite::types::ValueRef<'_>) -> Option<Self> {
                serde_json::from_str(value.as_str().ok()?).ok()
            }
        }
    )*};
}
pub(crate) use plain_json;
plain_json!(Attributes, Verdict, serde_json::Value, Vec<String>, std::collections::BTreeMap<String, String>);

/// Types that stand in a column as their word.
macro_rules! plain_word {
    ($($name:ty),* $(,)?) => {$(
        impl $crate::row::Plain for $name {
            fn plain(&self) -> rusqlite::types::Value {
                rusqlite::types::Value::Text(self.as_str().to_owned())
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

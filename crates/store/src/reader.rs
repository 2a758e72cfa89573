//! Reading: one consistent snapshot, in the words of the use cases.
//!
//! The methods stand with their families: `persons.rs`, `evidence.rs` and so on.

use crate::{
    FieldKeys,
    error::StoreError,
    row::{Plain, Row},
};
use kangma_core::Time;
use rusqlite::{Connection, params_from_iter, types::ToSqlOutput};

/// One consistent view of the store. While it lasts, nobody's later writes show.
pub struct Reader<'c> {
    pub(crate) connection: &'c Connection,
    pub(crate) keys: &'c FieldKeys,
}

/// Parameters of a statement, in order.
pub(crate) type Params<'p> = &'p [&'p dyn Plain];

pub(crate) fn plain(params: Params<'_>) -> impl Iterator<Item = ToSqlOutput<'_>> {
    params.iter().map(|param| param.plain())
}

impl Reader<'_> {
    /// The newest stamp in this snapshot. What is decided "as known at" this time is exact: everything recorded up to it is
    /// here, and everything later is stamped later.
    ///
    /// # Errors
    /// The store failed.
    pub fn known_at(&self) -> Result<Time, StoreError> {
        Ok(self.value("SELECT last_stamp FROM meta", &[])?.unwrap_or(Time::MIN))
    }

    /// The rows of a query, `rest` being what follows `FROM table`.
    pub(crate) fn rows<R: Row>(&self, rest: &str, params: Params<'_>) -> Result<Vec<R>, StoreError> {
        let mut found = Vec::new();
        self.each(rest, params, |row| {
            found.push(row);
            Ok::<_, StoreError>(())
        })?;
        Ok(found)
    }

    pub(crate) fn row<R: Row>(&self, rest: &str, params: Params<'_>) -> Result<Option<R>, StoreError> {
        Ok(self.rows(rest, params)?.pop())
    }

    /// The row of a key.
    pub(crate) fn by_key<R: Row>(&self, key: &dyn Plain) -> Result<Option<R>, StoreError> {
        self.row(&format!("WHERE \"{}\" = ?", R::COLUMNS[0]), &[key])
    }

    /// Streams rows without holding them all.
    pub(crate) fn each<R: Row, E: From<StoreError>>(
        &self,
        rest: &str,
        params: Params<'_>,
        mut visit: impl FnMut(R) -> Result<(), E>,
    ) -> Result<(), E> {
        let sql = format!("SELECT {} FROM {} {rest}", R::LIST, R::TABLE);
        let mut statement = self.connection.prepare_cached(&sql).map_err(StoreError::from)?;
        let mut rows = statement.query(params_from_iter(plain(params))).map_err(StoreError::from)?;
        while let Some(row) = rows.next().map_err(StoreError::from)? {
            visit(R::read(row, self.keys)?)?;
        }
        Ok(())
    }

    /// The first column of the rows of a whole query.
    pub(crate) fn list<T: Plain>(&self, sql: &str, params: Params<'_>) -> Result<Vec<T>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(plain(params)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(T::from_plain(row.get_ref(0)?).ok_or_else(|| StoreError::Corrupt(sql.to_owned()))?);
        }
        Ok(found)
    }

    /// The first two columns of the rows of a whole query.
    pub(crate) fn pairs<A: Plain, B: Plain>(
        &self,
        sql: &str,
        params: Params<'_>,
    ) -> Result<Vec<(A, B)>, StoreError> {
        let mut statement = self.connection.prepare_cached(sql)?;
        let mut rows = statement.query(params_from_iter(plain(params)))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let pair = A::from_plain(row.get_ref(0)?).zip(B::from_plain(row.get_ref(1)?));
            found.push(pair.ok_or_else(|| StoreError::Corrupt(sql.to_owned()))?);
        }
        Ok(found)
    }

    /// The one value of a query.
    pub(crate) fn value<T: Plain>(&self, sql: &str, params: Params<'_>) -> Result<Option<T>, StoreError> {
        Ok(self.list(sql, params)?.pop())
    }
}

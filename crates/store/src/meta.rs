//! The store about itself: settings, counts, and whether it is whole.

use crate::{Reader, StoreError, Writer};

impl Reader<'_> {
    /// A setting that outlives the process.
    ///
    /// # Errors
    /// The store failed.
    pub fn setting(&self, name: &str) -> Result<Option<String>, StoreError> {
        self.value("SELECT value FROM setting WHERE name = ?", &[&name])
    }

    /// How many rows each table has, by table: two stores with the same counts and the same evidence hold the same.
    ///
    /// # Errors
    /// The store failed.
    pub fn table_counts(&self) -> Result<Vec<(String, u64)>, StoreError> {
        let tables = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
                      AND name <> 'refinery_schema_history' ORDER BY name";
        let count = |table: String| {
            let count = self.value(&format!("SELECT count(*) FROM \"{table}\""), &[])?.unwrap_or(0);
            Ok((table, count))
        };
        self.list::<String>(tables, &[])?.into_iter().map(count).collect()
    }

    /// What is wrong with the database file: nothing, when it is whole. Reads all of it.
    ///
    /// # Errors
    /// The store failed.
    pub fn integrity(&self) -> Result<Vec<String>, StoreError> {
        let mut wrong: Vec<String> = self.list("PRAGMA integrity_check", &[])?;
        wrong.retain(|line| line != "ok");
        let dangling: Vec<String> = self.list("SELECT \"table\" FROM pragma_foreign_key_check", &[])?;
        wrong.extend(
            dangling.into_iter().map(|table| format!("a row of {table} names something that is not there")),
        );
        Ok(wrong)
    }
}

impl Writer<'_> {
    /// Sets a setting.
    ///
    /// # Errors
    /// The store failed.
    pub fn put_setting(&mut self, name: &str, value: &str) -> Result<(), StoreError> {
        self.run("INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)", &[&name, &value]).map(drop)
    }
}

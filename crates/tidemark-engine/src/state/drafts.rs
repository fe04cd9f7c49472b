//! What people have made of both sides of a conflict and not saved yet.

use rusqlite::{OptionalExtension, params};

use super::{Result, State, sql};

impl State {
    /// Stores a draft for a conflict; `None` forgets it.
    pub fn set_draft(&self, conflict: i64, text: Option<&str>) -> Result<()> {
        let connection = self.writer();
        match text {
            Some(text) => connection.execute(
                "INSERT OR REPLACE INTO draft (conflict, content) VALUES (?1, ?2)",
                params![conflict, text],
            ),
            None => connection.execute("DELETE FROM draft WHERE conflict = ?1", [conflict]),
        }
        .map(drop)
        .map_err(sql("storing a draft"))
    }

    /// The draft for a conflict.
    pub fn draft(&self, conflict: i64) -> Result<Option<String>> {
        self.writer()
            .query_row("SELECT content FROM draft WHERE conflict = ?1", [conflict], |row| row.get(0))
            .optional()
            .map_err(sql("reading a draft"))
    }
}

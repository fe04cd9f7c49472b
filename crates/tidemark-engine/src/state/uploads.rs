//! Upload sessions: what an interrupted upload needs to go on, stored before the bytes go.

use rusqlite::{OptionalExtension, params};

use super::{Result, State, sql};

impl State {
    /// The session of an upload of this very content to this path.
    pub fn upload_session(&self, path: &str, content: &str) -> Result<Option<String>> {
        self.writer()
            .query_row(
                "SELECT session FROM upload WHERE path = ?1 AND content = ?2",
                [path, content],
                |row| row.get(0),
            )
            .optional()
            .map_err(sql("reading an upload session"))
    }

    /// The session of an upload of another content to this path.
    pub fn other_upload_session(&self, path: &str, content: &str) -> Result<Option<String>> {
        self.writer()
            .query_row(
                "SELECT session FROM upload WHERE path = ?1 AND content <> ?2",
                [path, content],
                |row| row.get(0),
            )
            .optional()
            .map_err(sql("reading an upload session"))
    }

    /// Stores a session, in the place of any other for the path.
    pub fn save_upload_session(&self, path: &str, content: &str, session: &str) -> Result<()> {
        self.writer()
            .execute(
                "INSERT OR REPLACE INTO upload (path, content, session) VALUES (?1, ?2, ?3)",
                params![path, content, session],
            )
            .map(drop)
            .map_err(sql("storing an upload session"))
    }

    /// Forgets the session of a path.
    pub fn clear_upload_session(&self, path: &str) -> Result<()> {
        self.writer()
            .execute("DELETE FROM upload WHERE path = ?1", [path])
            .map(drop)
            .map_err(sql("forgetting an upload session"))
    }
}

//! What was done and why, a row an operation.

use rusqlite::params;

use super::{Result, State, sql};

/// One row of the activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityRow {
    /// Its number, rising; 0 before it is stored.
    pub seq: i64,
    /// When, nanoseconds since the epoch.
    pub time_ns: i64,
    /// What was done, as a short verb.
    pub action: String,
    /// Where.
    pub path: String,
    /// Why, or what went wrong.
    pub reason: String,
    /// Bytes that travelled.
    pub bytes: u64,
    /// False when it failed.
    pub ok: bool,
}

/// Rows kept; older ones are dropped.
const KEPT_ROWS: i64 = 100_000;

pub(super) fn insert(connection: &rusqlite::Connection, row: &ActivityRow) -> Result<()> {
    connection
        .prepare_cached(
            "INSERT INTO activity (time_ns, action, path, reason, bytes, ok) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .and_then(|mut statement| {
            statement.execute(params![
                row.time_ns,
                row.action,
                row.path,
                row.reason,
                row.bytes.cast_signed(),
                row.ok
            ])
        })
        .map(drop)
        .map_err(sql("storing activity"))
}

impl State {
    /// Stores rows of which nothing else depends.
    pub fn log(&self, rows: &[ActivityRow]) -> Result<()> {
        self.transact("storing activity", |connection| {
            rows.iter().try_for_each(|row| insert(connection, row))
        })
    }

    /// The newest rows, newest first.
    pub fn activity(&self, limit: usize) -> Result<Vec<ActivityRow>> {
        let connection = self.writer();
        let mut statement = connection
            .prepare_cached(
                "SELECT seq, time_ns, action, path, reason, bytes, ok FROM activity ORDER BY seq DESC LIMIT ?1",
            )
            .map_err(sql("reading the activity"))?;
        let rows = statement
            .query_map([i64::try_from(limit).unwrap_or(i64::MAX)], |row| {
                Ok(ActivityRow {
                    seq: row.get(0)?,
                    time_ns: row.get(1)?,
                    action: row.get(2)?,
                    path: row.get(3)?,
                    reason: row.get(4)?,
                    bytes: row.get::<_, i64>(5)?.cast_unsigned(),
                    ok: row.get(6)?,
                })
            })
            .map_err(sql("reading the activity"))?;
        rows.collect::<rusqlite::Result<_>>().map_err(sql("reading the activity"))
    }

    /// Drops what is older than the newest rows that are kept.
    pub fn trim_activity(&self) -> Result<()> {
        self.writer()
            .execute("DELETE FROM activity WHERE seq <= (SELECT max(seq) FROM activity) - ?1", [KEPT_ROWS])
            .map(drop)
            .map_err(sql("trimming the activity"))
    }
}

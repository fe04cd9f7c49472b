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

fn read(row: &rusqlite::Row<'_>) -> rusqlite::Result<ActivityRow> {
    Ok(ActivityRow {
        seq: row.get(0)?,
        time_ns: row.get(1)?,
        action: row.get(2)?,
        path: row.get(3)?,
        reason: row.get(4)?,
        bytes: row.get::<_, i64>(5)?.cast_unsigned(),
        ok: row.get(6)?,
    })
}

/// Which rows of the activity somebody wants to see.
#[derive(Debug, Clone, Default)]
pub struct ActivityFilter {
    /// A part of the path or of the reason; empty: any.
    pub search: String,
    /// What was done; empty: anything.
    pub actions: Vec<String>,
    /// `true`: what failed, `false`: what worked.
    pub failed: Option<bool>,
    /// Not before, nanoseconds since the epoch.
    pub since_ns: Option<i64>,
    /// Not after, nanoseconds since the epoch.
    pub until_ns: Option<i64>,
}

impl State {
    /// Stores rows of which nothing else depends.
    pub fn log(&self, rows: &[ActivityRow]) -> Result<()> {
        self.transact("storing activity", |connection| {
            rows.iter().try_for_each(|row| insert(connection, row))
        })
    }

    /// The rows that a filter lets through, newest first, so many of them; and how many there are in all.
    pub fn activity_where(&self, filter: &ActivityFilter, limit: usize) -> Result<(Vec<ActivityRow>, u64)> {
        const CONDITION: &str = "(?1 = '' OR path LIKE ?1 ESCAPE '\\' OR reason LIKE ?1 ESCAPE '\\')
             AND (?2 = '[]' OR action IN (SELECT value FROM json_each(?2)))
             AND (?3 IS NULL OR ok <> ?3) AND time_ns >= ?4 AND time_ns <= ?5";
        let search = match filter.search.trim() {
            "" => String::new(),
            text => {
                let escaped = text.replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
                format!("%{escaped}%")
            }
        };
        let actions = serde_json::to_string(&filter.actions).unwrap_or_else(|_| "[]".to_owned());
        let since = filter.since_ns.unwrap_or(i64::MIN);
        let until = filter.until_ns.unwrap_or(i64::MAX);
        let connection = self.writer();
        let total: i64 = connection
            .prepare_cached(&format!("SELECT count(*) FROM activity WHERE {CONDITION}"))
            .and_then(|mut statement| {
                statement.query_row(params![search, actions, filter.failed, since, until], |row| row.get(0))
            })
            .map_err(sql("counting the activity"))?;
        let mut statement = connection
            .prepare_cached(&format!(
                "SELECT seq, time_ns, action, path, reason, bytes, ok FROM activity WHERE {CONDITION}
                 ORDER BY seq DESC LIMIT ?6"
            ))
            .map_err(sql("reading the activity"))?;
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let rows = statement
            .query_map(params![search, actions, filter.failed, since, until, limit], read)
            .map_err(sql("reading the activity"))?;
        let rows = rows.collect::<rusqlite::Result<_>>().map_err(sql("reading the activity"))?;
        Ok((rows, total.cast_unsigned()))
    }

    /// Drops what is older than the newest rows that are kept.
    pub fn trim_activity(&self) -> Result<()> {
        self.writer()
            .execute("DELETE FROM activity WHERE seq <= (SELECT max(seq) FROM activity) - ?1", [KEPT_ROWS])
            .map(drop)
            .map_err(sql("trimming the activity"))
    }
}

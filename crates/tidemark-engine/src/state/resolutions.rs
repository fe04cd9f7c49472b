//! The journal of decisions on conflicts: stored before a decision is carried out, with what it takes to undo it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use rusqlite::{Row, params};
use serde::{Deserialize, Serialize};
use tidemark_core::node::{ContentHash, Local, Node, Remote, Synced};
use tidemark_core::path::RelPath;
use ts_rs::TS;

use super::activity::{self, ActivityRow};
use super::conflicts::{ConflictRow, next_number, note_number, word, write_conflict};
use super::rows::write_node;
use super::{Result, State, StateError, sql};

/// One decision.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolutionRow {
    /// Its number, unique over all pairs of a home; 0 before it is stored.
    pub id: i64,
    /// What was decided.
    pub decision: Decided,
    /// When, nanoseconds since the epoch.
    pub time_ns: i64,
    /// What was there.
    pub before: Before,
    /// What the decision leaves.
    pub after: Aftermath,
    /// The path that a version continues at where both were kept.
    pub copy: Option<RelPath>,
    /// An undo has begun and has not ended.
    pub undoing: bool,
    /// When it was undone, nanoseconds since the epoch.
    pub undone_ns: Option<i64>,
}

/// What was decided on a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum Decided {
    /// This computer's state won.
    Local,
    /// The service's did.
    Remote,
    /// Both were kept.
    Both,
    /// What a person made of both took the place of both.
    Merged,
}

/// A conflict and both its sides as they were when somebody decided.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Before {
    /// The conflict.
    pub conflict: ConflictRow,
    /// This computer's side, with its hash where it is a file.
    pub local: Option<Local>,
    /// The service's side, with its hash where it can be read.
    pub remote: Option<Remote>,
    /// What had been agreed.
    pub synced: Option<Synced>,
    /// The kept store's id of this computer's content.
    pub mine: Option<String>,
    /// Where the service's content is.
    pub theirs: Option<Stored>,
    /// Why it can't be undone: what is missing here, as a clause.
    pub not_undoable: Option<String>,
}

/// Where a content can be had again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stored {
    /// In the kept store, under this id.
    Kept(String),
    /// In the service's history, as this version.
    Version(String),
}

/// What a decision leaves on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aftermath {
    /// On this computer.
    pub here: Left,
    /// At the service.
    pub there: Left,
    /// The content of the copy, where both are kept.
    pub copy: Option<ContentHash>,
}

/// What a decision leaves on one side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Left {
    /// What was there.
    AsBefore,
    /// Nothing.
    Nothing,
    /// This content.
    Content(ContentHash),
}

const COLUMNS: &str = "id, decision, time_ns, before, after, copy, undoing, undone_ns";

impl State {
    /// Stores decisions, each with the conflict as it is from then on; durable when it returns. Returns their numbers.
    pub fn decide(&self, states: &Path, decisions: &[(ResolutionRow, ConflictRow)]) -> Result<Vec<i64>> {
        // Two pairs may be decided on at once, and numbers are unique over all of them.
        static GIVING_NUMBERS: Mutex<()> = Mutex::new(());
        let _turn = GIVING_NUMBERS.lock().unwrap_or_else(PoisonError::into_inner);
        let first = next_number(states, "last_resolution");
        self.transact_durably("storing decisions", |connection| {
            let mut ids = Vec::new();
            for ((row, conflict), id) in decisions.iter().zip(first..) {
                note_number(connection, "last_resolution", id)?;
                let decision = word(&row.decision)?;
                let (before, after) = (word(&row.before)?, word(&row.after)?);
                connection
                    .prepare_cached(
                        "INSERT INTO resolution (id, path, decision, time_ns, before, after, copy)
                         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    )
                    .and_then(|mut statement| {
                        statement.execute(params![
                            id,
                            row.before.conflict.path.as_str(),
                            decision,
                            row.time_ns,
                            before,
                            after,
                            row.copy.as_ref().map(RelPath::as_str),
                        ])
                    })
                    .map_err(sql("storing a decision"))?;
                write_conflict(connection, conflict)?;
                ids.push(id);
            }
            Ok(ids)
        })
    }

    /// The newest decisions, the newest first.
    pub fn resolutions(&self, limit: usize) -> Result<Vec<ResolutionRow>> {
        self.resolutions_where("1 ORDER BY id DESC LIMIT ?1", i64::try_from(limit).unwrap_or(i64::MAX))
    }

    /// One decision.
    pub fn resolution(&self, id: i64) -> Result<Option<ResolutionRow>> {
        Ok(self.resolutions_where("id = ?1", id)?.pop())
    }

    /// Decisions whose undoing has begun and has not ended.
    pub fn resolutions_being_undone(&self) -> Result<Vec<ResolutionRow>> {
        self.resolutions_where("undoing = ?1 ORDER BY id", 1)
    }

    /// Remembers under which name a version continues, before it gets that name: for the decision that is being carried
    /// out on that path, where a person made one.
    pub fn note_copy(&self, path: &RelPath, copy: &RelPath) -> Result<()> {
        self.transact_durably("storing the name of a copy", |connection| {
            connection
                .execute(
                    "UPDATE resolution SET copy = ?2 WHERE undone_ns IS NULL
                       AND id = (SELECT max(id) FROM resolution WHERE path = ?1)
                       AND EXISTS (SELECT 1 FROM conflict WHERE path = ?1 AND decision IS NOT NULL)",
                    [path.as_str(), copy.as_str()],
                )
                .map(drop)
                .map_err(sql("storing the name of a copy"))
        })
    }

    /// Begins to undo a decision: from here on its conflict is open again, and what had been agreed is agreed again, so
    /// that whatever is half undone is a conflict, and nothing is carried from one side to the other. Durable when it
    /// returns.
    pub fn begin_undo(&self, id: i64, node: &Node, conflict: &ConflictRow) -> Result<()> {
        self.transact_durably("beginning to undo a decision", |connection| {
            write_node(connection, node)?;
            write_conflict(connection, conflict)?;
            connection
                .execute("UPDATE resolution SET undoing = 1 WHERE id = ?1", [id])
                .map(drop)
                .map_err(sql("beginning to undo a decision"))
        })
    }

    /// Ends to undo a decision; durable when it returns. `conflict`: the one that is open again.
    pub fn end_undo(
        &self,
        id: i64,
        node: &Node,
        conflict: Option<&ConflictRow>,
        activity: &ActivityRow,
    ) -> Result<()> {
        self.transact_durably("undoing a decision", |connection| {
            write_node(connection, node)?;
            conflict.map(|row| write_conflict(connection, row)).transpose()?;
            activity::insert(connection, activity)?;
            connection
                .execute(
                    "UPDATE resolution SET undoing = 0, undone_ns = ?2 WHERE id = ?1",
                    [id, activity.time_ns],
                )
                .map(drop)
                .map_err(sql("undoing a decision"))
        })
    }

    /// Gives up an undo that can't go on.
    pub fn give_up_undo(&self, id: i64) -> Result<()> {
        self.writer()
            .execute("UPDATE resolution SET undoing = 0 WHERE id = ?1", [id])
            .map(drop)
            .map_err(sql("giving up an undo"))
    }

    /// Forgets decisions that were made before a time.
    pub fn trim_resolutions(&self, before_ns: i64) -> Result<()> {
        self.writer()
            .execute("DELETE FROM resolution WHERE time_ns < ?1 AND undoing = 0", [before_ns])
            .map(drop)
            .map_err(sql("forgetting decisions"))
    }

    fn resolutions_where(&self, condition: &str, value: i64) -> Result<Vec<ResolutionRow>> {
        let connection = self.writer();
        let mut statement = connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM resolution WHERE {condition}"))
            .map_err(sql("reading decisions"))?;
        let rows = statement.query_map([value], read).map_err(sql("reading decisions"))?;
        rows.map(|row| row.map_err(sql("reading decisions"))?).collect()
    }
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<ResolutionRow>> {
    fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> Result<T> {
        serde_json::from_str(text)
            .map_err(|error| StateError::Impossible(format!("a decision that can't be read: {error}")))
    }
    let (decision, before, after): (String, String, String) = (row.get(1)?, row.get(3)?, row.get(4)?);
    let (copy, id, time_ns) = (row.get::<_, Option<String>>(5)?, row.get(0)?, row.get(2)?);
    let (undoing, undone_ns) = (row.get(6)?, row.get(7)?);
    let whole = || {
        Ok(ResolutionRow {
            id,
            decision: parsed(&decision)?,
            time_ns,
            before: parsed(&before)?,
            after: parsed(&after)?,
            copy: copy.and_then(|copy| RelPath::new(&copy).ok()),
            undoing,
            undone_ns,
        })
    };
    Ok(whole())
}

//! Intents: what was about to be done at a service where it can't be done twice, stored before it is done.

use rusqlite::{Connection, Row, params};
use serde::Serialize;
use tidemark_core::node::{Node, RemoteId, Revision};
use tidemark_core::path::RelPath;

use super::activity::{self, ActivityRow};
use super::rows::write_node;
use super::{Meta, Result, State, StateError, meta, sql};

/// Something begun, left behind, or still to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Its number.
    pub id: i64,
    /// For which path.
    pub path: RelPath,
    /// What.
    pub act: Act,
    /// When it was stored, nanoseconds since the epoch.
    pub begun_ns: i64,
}

/// What an intent is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// An upload was begun; its outcome isn't known yet.
    Upload {
        /// Bytes.
        size: u64,
    },
    /// An item at the service may be one that no path leads to: an upload's, whose answer got lost, or one that an
    /// import put another one in the place of.
    Orphan {
        /// Bytes.
        size: u64,
        /// Which item, where that is known.
        id: Option<RemoteId>,
    },
    /// An item that another one has replaced is to be deleted.
    Retire {
        /// Which item.
        id: RemoteId,
        /// At which revision.
        revision: Revision,
    },
}

impl State {
    /// Stores an intent; durable when it returns. Returns its number.
    pub fn intend(&self, path: &RelPath, act: &Act, now_ns: i64) -> Result<i64> {
        self.transact_durably("storing an intent", |connection| insert(connection, path, act, now_ns))
    }

    /// Forgets an intent: it is done, or nothing came of it.
    pub fn end_intent(&self, id: i64) -> Result<()> {
        end(&self.writer(), id)
    }

    /// All intents, in the order in which they were stored.
    pub fn intents(&self) -> Result<Vec<Intent>> {
        let connection = self.writer();
        let mut statement = connection
            .prepare_cached(
                "SELECT id, act, path, size, remote_id, revision, begun_ns FROM intent ORDER BY id",
            )
            .map_err(sql("reading intents"))?;
        let rows = statement.query_map([], read).map_err(sql("reading intents"))?;
        rows.map(|row| row.map_err(sql("reading intents"))?).collect()
    }

    /// Stores what an upload brought, with its activity: its intent ends, and what it replaced is to be retired. All of
    /// it in one transaction, durable where the service can't tell which item it made.
    pub fn record_upload(
        &self,
        node: &Node,
        activity: &ActivityRow,
        ended: Option<i64>,
        retired: Option<&Act>,
    ) -> Result<Option<i64>> {
        let record = |connection: &Connection| {
            write_node(connection, node)?;
            activity::insert(connection, activity)?;
            if let Some(id) = ended {
                end(connection, id)?;
            }
            retired.map(|act| insert(connection, &node.path, act, activity.time_ns)).transpose()
        };
        match ended.is_some() || retired.is_some() {
            true => self.transact_durably("recording an upload", record),
            false => self.transact("recording an upload", record),
        }
    }

    /// Stores where the manifest's copy at the service is now: its upload's intent ends, and what it replaced, at a path of
    /// that name, is to be retired. All of it in one durable transaction. Returns the number of the intent to retire.
    pub fn record_manifest(
        &self,
        saved: &impl Serialize,
        ended: Option<i64>,
        retired: Option<(&RelPath, &Act)>,
        now_ns: i64,
    ) -> Result<Option<i64>> {
        self.transact_durably("recording the manifest", |connection| {
            meta::set(connection, Meta::Manifest, Some(saved))?;
            if let Some(id) = ended {
                end(connection, id)?;
            }
            retired.map(|(path, act)| insert(connection, path, act, now_ns)).transpose()
        })
    }
}

fn end(connection: &Connection, id: i64) -> Result<()> {
    connection
        .execute("DELETE FROM intent WHERE id = ?1", [id])
        .map(drop)
        .map_err(sql("forgetting an intent"))
}

fn insert(connection: &Connection, path: &RelPath, act: &Act, now_ns: i64) -> Result<i64> {
    let (word, size, id, revision) = match act {
        Act::Upload { size } => ("upload", Some(size.cast_signed()), None, None),
        Act::Orphan { size, id } => ("orphan", Some(size.cast_signed()), id.as_ref().map(|id| &*id.0), None),
        Act::Retire { id, revision } => ("retire", None, Some(&*id.0), Some(&*revision.0)),
    };
    connection
        .execute(
            "INSERT INTO intent (act, path, size, remote_id, revision, begun_ns) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![word, path.as_str(), size, id, revision, now_ns],
        )
        .map_err(sql("storing an intent"))?;
    Ok(connection.last_insert_rowid())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<Intent>> {
    let (word, path): (String, String) = (row.get(1)?, row.get(2)?);
    let size = || -> rusqlite::Result<u64> { Ok(row.get::<_, Option<i64>>(3)?.unwrap_or(0).cast_unsigned()) };
    let text = |at| -> rusqlite::Result<String> { Ok(row.get::<_, Option<String>>(at)?.unwrap_or_default()) };
    let act = match word.as_str() {
        "upload" => Act::Upload { size: size()? },
        "orphan" => {
            let id = row.get::<_, Option<String>>(4)?.map(|id| RemoteId(id.into()));
            Act::Orphan { size: size()?, id }
        }
        "retire" => Act::Retire { id: RemoteId(text(4)?.into()), revision: Revision(text(5)?.into()) },
        _ => return Ok(Err(StateError::Impossible(format!("the intent {word}")))),
    };
    let Ok(path) = RelPath::new(&path) else {
        return Ok(Err(StateError::Impossible(format!("the path {path:?}"))));
    };
    Ok(Ok(Intent { id: row.get(0)?, path, act, begun_ns: row.get(6)? }))
}

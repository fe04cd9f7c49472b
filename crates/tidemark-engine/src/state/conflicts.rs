//! Conflicts that wait, and problems as the last sync left them.

#![expect(clippy::disallowed_methods, reason = "lists the client's own state files")]

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};
use tidemark_core::path::RelPath;
use tidemark_core::plan::operation::{ConflictKind, Keep};

use super::{Result, State, StateError, open, sql};
use crate::report::Problem;

/// One waiting conflict.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ConflictRow {
    /// Its number, unique over all pairs of a home.
    pub id: i64,
    /// Where.
    pub path: RelPath,
    /// What kind.
    pub kind: ConflictKind,
    /// When it was found, nanoseconds since the epoch.
    pub found_ns: i64,
    /// Both sides as they were shown, as one text; a decision holds only for these.
    pub sides: String,
    /// It stays until somebody decides, whatever the sides look like (an overtaken write).
    pub sticky: bool,
    /// The service's version that our write overtook.
    pub theirs_version: Option<String>,
    /// What a person decided and the next pass will do.
    pub decision: Option<Keep>,
    /// What both sides came from.
    pub base: Base,
}

/// Where the content is that both sides of a conflict came from.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Base {
    /// Nobody has looked for it yet.
    #[default]
    NotSought,
    /// It can't be had, or there is none.
    Nowhere,
    /// The kept store has it under this id.
    Kept(String),
}

const COLUMNS: &str = "id, path, kind, found_ns, sides, sticky, theirs_version, decision, base";

impl State {
    /// The waiting conflicts, by number.
    pub fn conflicts(&self) -> Result<Vec<ConflictRow>> {
        let connection = self.writer();
        let mut statement = connection
            .prepare_cached(&format!("SELECT {COLUMNS} FROM conflict ORDER BY id"))
            .map_err(sql("reading conflicts"))?;
        let rows = statement.query_map([], read).map_err(sql("reading conflicts"))?;
        rows.map(|row| row.map_err(sql("reading conflicts"))?).collect()
    }

    /// The waiting conflict at a path.
    pub fn conflict_at(&self, path: &RelPath) -> Result<Option<ConflictRow>> {
        self.writer()
            .query_row(&format!("SELECT {COLUMNS} FROM conflict WHERE path = ?1"), [path.as_str()], read)
            .optional()
            .map_err(sql("reading a conflict"))?
            .transpose()
    }

    /// Stores a conflict, in the place of any other at its path.
    pub fn put_conflict(&self, row: &ConflictRow) -> Result<()> {
        self.transact("storing a conflict", |connection| write_conflict(connection, row))
    }

    /// Forgets the conflict at a path, and what somebody drafted for it: it is settled.
    pub fn close_conflict(&self, path: &RelPath) -> Result<()> {
        self.transact("closing a conflict", |connection| {
            connection
                .execute("DELETE FROM conflict WHERE path = ?1", [path.as_str()])
                .and_then(|_| {
                    connection
                        .execute("DELETE FROM draft WHERE conflict NOT IN (SELECT id FROM conflict)", [])
                })
                .map(drop)
                .map_err(sql("closing a conflict"))
        })
    }

    /// Replaces the stored problems.
    pub fn set_problems(&self, problems: &[Problem]) -> Result<()> {
        self.transact("storing problems", |connection| {
            connection.execute("DELETE FROM problem", []).map_err(sql("storing problems"))?;
            for problem in problems {
                connection
                    .prepare_cached(
                        "INSERT OR REPLACE INTO problem (path, code, message) VALUES (?1, ?2, ?3)",
                    )
                    .and_then(|mut statement| {
                        let code = serde_json::to_string(&problem.code).unwrap_or_default();
                        statement.execute(params![problem.path, code, problem.message])
                    })
                    .map_err(sql("storing problems"))?;
            }
            Ok(())
        })
    }

    /// The problems as the last sync left them, by path.
    pub fn problems(&self) -> Result<Vec<Problem>> {
        let connection = self.writer();
        let mut statement = connection
            .prepare_cached("SELECT path, code, message FROM problem ORDER BY path")
            .map_err(sql("reading problems"))?;
        let rows = statement
            .query_map([], |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?)))
            .map_err(sql("reading problems"))?;
        rows.map(|row| {
            let (path, code, message) = row.map_err(sql("reading problems"))?;
            let code = serde_json::from_str(&code)
                .map_err(|_| StateError::Impossible(format!("the code {code}")))?;
            Ok(Problem { path, code, message })
        })
        .collect()
    }
}

pub(super) fn write_conflict(connection: &Connection, row: &ConflictRow) -> Result<()> {
    note_number(connection, "last_conflict", row.id)?;
    connection
        .execute(
            "INSERT OR REPLACE INTO conflict (id, path, kind, found_ns, sides, sticky, theirs_version, decision, base)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            params![
                row.id,
                row.path.as_str(),
                word(&row.kind)?,
                row.found_ns,
                row.sides,
                row.sticky,
                row.theirs_version,
                row.decision.as_ref().map(word).transpose()?,
                match &row.base {
                    Base::NotSought => None,
                    Base::Nowhere => Some(""),
                    Base::Kept(id) => Some(id.as_str()),
                }
            ],
        )
        .map(drop)
        .map_err(sql("storing a conflict"))
}

/// Remembers that a number was given out; an older one stored again changes nothing.
pub(super) fn note_number(connection: &Connection, key: &str, number: i64) -> Result<()> {
    connection
        .execute(
            "INSERT INTO meta (key, value) VALUES (?1, CAST(?2 AS TEXT)) ON CONFLICT (key)
             DO UPDATE SET value = CAST(max(CAST(value AS INTEGER), ?2) AS TEXT)",
            params![key, number],
        )
        .map(drop)
        .map_err(sql("storing a number"))
}

/// The next number for a conflict: one more than any that the states of this home ever gave out.
pub fn next_conflict_id(states: &Path) -> i64 {
    next_number(states, "last_conflict")
}

pub(super) fn next_number(states: &Path, key: &str) -> i64 {
    let Ok(entries) = std::fs::read_dir(states) else { return 1 };
    entries
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "db"))
        .filter_map(|path| {
            let connection = open::open_reader(&path).ok()?;
            let last: String = connection
                .query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| row.get(0))
                .ok()?;
            last.parse::<i64>().ok()
        })
        .max()
        .unwrap_or(0)
        + 1
}

fn read(row: &Row<'_>) -> rusqlite::Result<Result<ConflictRow>> {
    let path: String = row.get(1)?;
    let Ok(path) = RelPath::new(&path) else {
        return Ok(Err(StateError::Impossible(format!("the path {path:?}"))));
    };
    let kind: String = row.get(2)?;
    let decision: Option<String> = row.get(7)?;
    let Ok(kind) = serde_json::from_str(&kind) else {
        return Ok(Err(StateError::Impossible(format!("the conflict kind {kind}"))));
    };
    Ok(Ok(ConflictRow {
        id: row.get(0)?,
        path,
        kind,
        found_ns: row.get(3)?,
        sides: row.get(4)?,
        sticky: row.get(5)?,
        theirs_version: row.get(6)?,
        decision: decision.and_then(|text| serde_json::from_str(&text).ok()),
        base: match row.get::<_, Option<String>>(8)? {
            None => Base::NotSought,
            Some(id) if id.is_empty() => Base::Nowhere,
            Some(id) => Base::Kept(id),
        },
    }))
}

pub(super) fn word<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| StateError::Impossible(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(id: i64, path: &str) -> ConflictRow {
        ConflictRow {
            id,
            path: RelPath::new(path).unwrap(),
            kind: ConflictKind::BothChanged,
            found_ns: 1,
            sides: String::new(),
            sticky: false,
            theirs_version: None,
            decision: None,
            base: Base::NotSought,
        }
    }

    #[test]
    fn a_number_is_given_out_once_even_when_an_older_conflict_is_stored_again() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("pair.db")).unwrap();
        for (id, path) in [(1, "a"), (2, "b"), (1, "a")] {
            state.put_conflict(&row(id, path)).unwrap();
        }
        assert_eq!(next_conflict_id(folder.path()), 3);
    }

    #[test]
    fn a_draft_ends_with_its_conflict() {
        let folder = tempfile::tempdir().unwrap();
        let state = State::open(&folder.path().join("state.db")).unwrap();
        for (id, path) in [(1, "a"), (2, "b")] {
            state.put_conflict(&row(id, path)).unwrap();
            state.set_draft(id, Some(path)).unwrap();
        }
        state.put_conflict(&ConflictRow { decision: Some(Keep::Local), ..row(1, "a") }).unwrap();
        assert_eq!(state.draft(1).unwrap().as_deref(), Some("a"), "a decision alone doesn't end it");
        state.close_conflict(&row(1, "a").path).unwrap();
        assert_eq!((state.draft(1).unwrap(), state.draft(2).unwrap()), (None, Some("b".to_owned())));
        state.set_draft(2, None).unwrap();
        assert_eq!(state.draft(2).unwrap(), None);
    }
}

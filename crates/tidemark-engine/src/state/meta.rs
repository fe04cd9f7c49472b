//! Single values of a pair's state: root identity, cursor, times, hold.

use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Result, State, StateError, sql};

/// The single values that a state holds, by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meta {
    /// Which folder the local root was (`RootIdentity`).
    Root,
    /// Where the next delta begins (`Cursor`).
    Cursor,
    /// When the last full listing ended, nanoseconds since the epoch.
    ListedNs,
    /// When the last pass ended, nanoseconds since the epoch.
    SettledNs,
    /// The hold that waits for a confirmation.
    Hold,
    /// On which sides deletions are held (`Standing`).
    Standing,
    /// Why the last pass failed; forgotten by one that doesn't.
    Failure,
    /// How a running `watch` notices local changes.
    Noticing,
    /// The manifest's copy at the service (`SavedManifest`).
    Manifest,
    /// How often the manifest was kept beside the state.
    ManifestGeneration,
    /// When contents were last compared by fetching them, nanoseconds since the epoch.
    ComparedNs,
    /// The ignore patterns of the last full scan: other ones mean another full scan.
    Ignore,
}

impl Meta {
    fn key(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::Cursor => "cursor",
            Self::ListedNs => "listed_ns",
            Self::SettledNs => "settled_ns",
            Self::Hold => "hold",
            Self::Standing => "standing",
            Self::Failure => "failure",
            Self::Noticing => "noticing",
            Self::Manifest => "manifest",
            Self::ManifestGeneration => "manifest_generation",
            Self::ComparedNs => "compared_ns",
            Self::Ignore => "ignore",
        }
    }
}

impl State {
    /// Reads a value; `None` when it was never stored or can't be read as this type any more.
    pub fn get<T: DeserializeOwned>(&self, meta: Meta) -> Result<Option<T>> {
        let text: Option<String> = self
            .writer()
            .query_row("SELECT value FROM meta WHERE key = ?1", [meta.key()], |row| row.get(0))
            .optional()
            .map_err(sql("reading the state"))?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// Stores a value; `None` forgets it.
    pub fn set<T: Serialize>(&self, meta: Meta, value: Option<&T>) -> Result<()> {
        set(&self.writer(), meta, value)
    }
}

pub(super) fn set<T: Serialize>(connection: &Connection, meta: Meta, value: Option<&T>) -> Result<()> {
    match value {
        None => connection.execute("DELETE FROM meta WHERE key = ?1", [meta.key()]),
        Some(value) => {
            let text =
                serde_json::to_string(value).map_err(|error| StateError::Impossible(error.to_string()))?;
            connection.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES (?1, ?2)",
                params![meta.key(), text],
            )
        }
    }
    .map(drop)
    .map_err(sql("storing the state"))
}

//! What tests see of the workspace, and what others do in it.

use bytes::Bytes;
use jiff::Timestamp;
use uuid::Uuid;

use super::answering::Service;
use super::row::Author;
use super::state::{Found, State};
use crate::fake::content::Content;

/// A file as it is in the service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileView {
    /// Its path.
    pub path: String,
    /// Its id.
    pub file_id: Uuid,
    /// Its newest version.
    pub version_id: u64,
    /// Bytes.
    pub size: u64,
    /// When its newest version was made.
    pub modified_at: Timestamp,
}

/// A version that can be seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VersionView {
    /// Its id.
    pub version_id: u64,
    /// Who made it.
    pub author: Author,
    /// What it holds.
    pub content: Bytes,
}

/// The workspace as it was at a time.
#[derive(Debug)]
pub struct Backup(pub(crate) State);

impl Service {
    pub(crate) fn views(&self, deleted: bool) -> Vec<FileView> {
        let state = self.state();
        let rows = state.files().filter_map(|file| state.row(file, None));
        let mut views: Vec<FileView> = rows
            .filter(|row| row.deleted.is_some() == deleted)
            .map(|row| FileView {
                path: row.path.to_string(),
                file_id: row.id,
                version_id: row.version,
                size: row.size,
                modified_at: row.modified_at,
            })
            .collect();
        views.sort_by(|a, b| a.path.cmp(&b.path));
        views
    }

    pub(crate) fn content_at(&self, path: &str) -> Option<Bytes> {
        let state = self.state();
        let Found::File(file) = state.at(path) else { return None };
        let row = state.row(file, None)?;
        Some(state.blobs.committed((row.id, row.version))?.content.bytes())
    }

    pub(crate) fn version_views(&self, path: &str) -> Vec<VersionView> {
        let state = self.state();
        let file = match state.at(path) {
            Found::File(file) => Some(file),
            _ => state.buried(path),
        };
        file.map_or_else(Vec::new, |file| versions(&state, file))
    }

    pub(crate) fn all_contents(&self) -> Vec<Bytes> {
        let state = self.state();
        let versions = state.files().flat_map(|file| versions(&state, file));
        versions.map(|version| version.content).collect()
    }

    pub(crate) fn put_version(&self, path: &str, content: Content) -> u64 {
        let now = self.front.clock.now();
        let mut state = self.state();
        let file = state.holder(path);
        state.put(file, content, Author::Elsewhere, now)
    }

    pub(crate) fn delete_file(&self, path: &str) -> bool {
        let now = self.front.clock.now();
        let mut state = self.state();
        let Found::File(file) = state.at(path) else { return false };
        state.delete(file, Author::Elsewhere, now);
        true
    }

    pub(crate) fn restore_elsewhere(&self, path: &str) -> Option<String> {
        let now = self.front.clock.now();
        let mut state = self.state();
        let file = state.buried(path)?;
        state.restore(file, now);
        Some(state.file(file).path.to_string())
    }
}

fn versions(state: &State, file: usize) -> Vec<VersionView> {
    let known = state.file(file);
    let seen = known.versions.iter().filter(|version| state.row(file, Some(version.id)).is_some());
    seen.filter_map(|version| {
        let content = state.blobs.committed((known.id, version.id))?.content.bytes();
        Some(VersionView { version_id: version.id, author: version.author, content })
    })
    .collect()
}

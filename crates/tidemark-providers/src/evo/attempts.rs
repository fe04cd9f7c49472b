//! What this process remembers of its own uploads and deletions, so that it doesn't take them for somebody else's.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tidemark_core::node::ContentHash;

/// Deleted files whose versions are remembered.
const MOST_BURIED: usize = 10_000;

/// Attempts by whole path, until one succeeds; versions of files that were deleted from here, by file id.
#[derive(Default)]
pub(super) struct Attempts {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    trails: HashMap<String, Trail>,
    buried: HashMap<String, Vec<String>>,
}

/// What attempts at one path left behind.
#[derive(Debug, Clone, Default)]
pub(super) struct Trail {
    /// Versions that were begun. Whichever of them is the newest, it is ours.
    pub(super) ours: Vec<String>,
    /// The one that may go on, where its content was small enough to need no session.
    pub(super) open: Option<Open>,
}

/// A version that was begun for a known content, and may be complete without our knowing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Open {
    pub(super) file_id: String,
    pub(super) version_id: String,
    pub(super) hash: ContentHash,
}

impl Attempts {
    pub(super) fn trail(&self, path: &str) -> Trail {
        self.locked().trails.get(path).cloned().unwrap_or_default()
    }

    /// A version was begun.
    pub(super) fn begun(&self, path: &str, version: &str, open: Option<Open>) {
        let mut inner = self.locked();
        let trail = inner.trails.entry(path.to_owned()).or_default();
        if !trail.ours.iter().any(|known| known == version) {
            trail.ours.push(version.to_owned());
        }
        trail.open = open;
    }

    /// The version that may go on can't.
    pub(super) fn abandon(&self, path: &str) {
        if let Some(trail) = self.locked().trails.get_mut(path) {
            trail.open = None;
        }
    }

    /// The path's content has arrived.
    pub(super) fn arrived(&self, path: &str) {
        self.locked().trails.remove(path);
    }

    /// A file with these versions was deleted from here.
    pub(super) fn buried(&self, file_id: &str, versions: Vec<String>) {
        let mut inner = self.locked();
        if inner.buried.len() >= MOST_BURIED {
            inner.buried.clear();
        }
        inner.buried.insert(file_id.to_owned(), versions);
    }

    /// Versions that were deleted from here, should the service reuse the id.
    pub(super) fn buried_in(&self, file_id: &str) -> Vec<String> {
        self.locked().buried.get(file_id).cloned().unwrap_or_default()
    }

    fn locked(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

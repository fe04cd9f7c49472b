//! What this process has seen of files. They never change, so it stays true for as long as they are there.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files that are remembered.
const MOST: usize = 100_000;

/// Files by id.
#[derive(Default)]
pub(super) struct Seen(Mutex<HashMap<String, SeenFile>>);

/// What the service says of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct SeenFile {
    /// Bytes, where it says it.
    pub(super) size: Option<u64>,
    /// When it was made, nanoseconds since the epoch, where it says it.
    pub(super) created_ns: Option<i64>,
}

impl Seen {
    pub(super) fn get(&self, id: &str) -> Option<SeenFile> {
        self.locked().get(id).copied()
    }

    pub(super) fn put(&self, id: &str, file: SeenFile) {
        let mut files = self.locked();
        if files.len() >= MOST {
            files.clear();
        }
        files.insert(id.to_owned(), file);
    }

    pub(super) fn forget(&self, id: &str) {
        self.locked().remove(id);
    }

    /// At most so many of them.
    pub(super) fn some(&self, most: usize) -> Vec<String> {
        self.locked().keys().take(most).cloned().collect()
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<String, SeenFile>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! What the last listing and our own writes said of files, so that it needn't be asked for again.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tidemark_core::node::Remote;

use crate::coredata::digest::Md5Hex;
use crate::coredata::id::ItemId;
use crate::coredata::wire::File;

/// Files that are remembered; of others it is asked again.
const MOST: usize = 50_000;

/// A file's newest known revision with the digest of its content.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Fact {
    pub(super) remote: Remote,
    pub(super) md5: Option<Md5Hex>,
}

/// What is known of files.
#[derive(Default)]
pub(super) struct Facts(Mutex<HashMap<ItemId, Fact>>);

impl Facts {
    /// What is known of a file.
    pub(super) fn get(&self, id: &ItemId) -> Option<Fact> {
        self.locked().get(id).cloned()
    }

    /// The service has said this of a file.
    pub(super) fn learn(&self, file: &File) {
        if let Some(remote) = file.remote() {
            self.put(file.id.clone(), Fact { remote, md5: file.digest });
        }
    }

    /// A file is at this revision now.
    pub(super) fn put(&self, id: ItemId, fact: Fact) {
        let mut facts = self.locked();
        if facts.len() < MOST || facts.contains_key(&id) {
            facts.insert(id, fact);
        }
    }

    /// What is known of a file isn't true any more.
    pub(super) fn forget(&self, id: &ItemId) {
        self.locked().remove(id);
    }

    /// Nothing that is known may be true any more.
    pub(super) fn clear(&self) {
        self.locked().clear();
    }

    fn locked(&self) -> MutexGuard<'_, HashMap<ItemId, Fact>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

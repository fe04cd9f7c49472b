//! What an upload keeps so that it can go on after a restart, and what it left be found.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use tidemark_core::path::RelPath;

use crate::error::{ErrorKind, ProviderError, Result};
use crate::et_engine::unfinished::is_upload_id;
use crate::http::download::PART;
use crate::provider::SessionStore;

/// What a session store holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Saved {
    /// An upload was begun.
    Begun(Session),
    /// The content is empty, and was refused for that.
    EmptyRefused,
}

/// An upload that was begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) filesystem: String,
    /// From the filesystem's root.
    pub(super) path: RelPath,
    pub(super) upload_id: String,
    pub(super) size: u64,
    pub(super) modified_ns: i64,
    /// Digest of each part that the service has, by offset.
    pub(super) done: BTreeMap<u64, String>,
}

impl Session {
    /// True when every part was sent: it may be complete.
    pub(super) fn is_whole(&self) -> bool {
        self.done.len() as u64 == self.size.div_ceil(PART)
    }

    /// Where the service keeps what was sent, if it does so as we know it.
    pub(super) fn unfinished(&self) -> Option<RelPath> {
        let name = format!("{}.{}", self.path.name(), self.upload_id);
        is_upload_id(&self.upload_id).then(|| self.path.parent()?.join(&name).ok()).flatten()
    }
}

/// A session under way; saved after each part.
pub(super) struct Progress<'a> {
    pub(super) session: Session,
    pub(super) store: &'a dyn SessionStore,
}

impl Progress<'_> {
    pub(super) async fn add(&mut self, offset: u64, digest: String) -> Result<()> {
        self.session.done.insert(offset, digest);
        save(self.store, &Saved::Begun(self.session.clone())).await
    }
}

/// Reads what a store gave; `None` for what isn't a session of ours.
pub(super) fn read(saved: Option<serde_json::Value>) -> Option<Saved> {
    serde_json::from_value(saved?).ok()
}

/// Saves; durable when it returns.
pub(super) async fn save(store: &dyn SessionStore, saved: &Saved) -> Result<()> {
    let state = serde_json::to_value(saved).map_err(|error| {
        ProviderError::permanent(ErrorKind::LocalIo, "keeping the place of an upload").because(error)
    })?;
    store.save(&state).await
}

/// Tells parts apart.
pub(super) fn digest(bytes: &Bytes) -> String {
    blake3::hash(bytes).to_hex()[..32].to_owned()
}

//! Upload sessions of the providers, kept in the pair's state.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use tidemark_core::node::LocalStamp;
use tidemark_core::path::RelPath;
use tidemark_providers::provider::SessionStore;
use tidemark_providers::{ErrorKind, ProviderError, Result};

use crate::state::{State, StateError};

/// The session of one content for one path.
pub(crate) struct Session {
    state: Arc<State>,
    path: RelPath,
    content: String,
    longest: AtomicU64,
}

impl Session {
    pub(crate) fn new(state: Arc<State>, path: RelPath, stamp: &LocalStamp) -> Self {
        let content = format!("{}-{}-{}-{}", stamp.size, stamp.mtime_ns, stamp.ctime_ns, stamp.inode);
        Self { state, path, content, longest: AtomicU64::new(0) }
    }
}

impl Session {
    /// Rises while the upload gets further: a session that knows more parts is longer.
    pub(crate) fn progress(&self) -> u64 {
        self.longest.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl SessionStore for Session {
    async fn load(&self) -> Result<Option<serde_json::Value>> {
        let text = self.state.upload_session(self.path.as_str(), &self.content).map_err(failed)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn load_other(&self) -> Result<Option<serde_json::Value>> {
        let text = self.state.other_upload_session(self.path.as_str(), &self.content).map_err(failed)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    async fn save(&self, state: &serde_json::Value) -> Result<()> {
        let text = state.to_string();
        self.longest.fetch_max(text.len() as u64, Ordering::Relaxed);
        self.state.save_upload_session(self.path.as_str(), &self.content, &text).map_err(failed)
    }

    async fn clear(&self) -> Result<()> {
        self.state.clear_upload_session(self.path.as_str()).map_err(failed)
    }
}

fn failed(error: StateError) -> ProviderError {
    ProviderError::permanent(ErrorKind::LocalIo, "keeping what an interrupted upload needs failed")
        .because(error)
}

//! Looks at the service, shared and remembered. There is no way to ask for one file: each look is a whole listing, and
//! whoever wants one while another is under way waits for the next and shares it with all who wait.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, MutexGuard, PoisonError};

use tidemark_core::node::RemoteId;
use tokio::sync::Mutex;

use crate::calyptia::api::Api;
use crate::calyptia::listing::Lister;
use crate::calyptia::snapshot::{Item, Room, Snapshot};
use crate::error::{ErrorKind, ProviderError, Result, Retry};

/// The looks of one account. They are numbered as they begin.
#[derive(Default)]
pub(super) struct Looks {
    lister: Lister,
    begun: AtomicU64,
    /// The last one that ended. Locked while one is under way.
    ended: Mutex<Option<Ended>>,
    memory: std::sync::Mutex<Memory>,
}

struct Ended {
    number: u64,
    outcome: std::result::Result<Arc<Snapshot>, Failure>,
}

/// An error that many get.
struct Failure {
    kind: ErrorKind,
    retry: Retry,
    sentence: String,
}

/// What the last successful look brought, and what was written since.
#[derive(Default)]
struct Memory {
    number: u64,
    snapshot: Option<Arc<Snapshot>>,
    /// Looks that had begun when a file was last written: those may have seen its old content.
    written: HashMap<RemoteId, u64>,
}

impl Looks {
    /// A listing that began after this was asked for.
    pub(super) async fn fresh(&self, api: &Api) -> Result<Arc<Snapshot>> {
        let asked = self.begun.load(Ordering::SeqCst);
        let mut ended = self.ended.lock().await;
        if let Some(ended) = ended.as_ref().filter(|ended| ended.number > asked) {
            return ended.share();
        }
        // Whoever asks at the same moment can share it.
        tokio::task::yield_now().await;
        let number = self.begun.fetch_add(1, Ordering::SeqCst) + 1;
        let outcome = self.lister.read(api, Room::default()).await.map(Arc::new).map_err(Failure::of);
        if let Ok(snapshot) = &outcome {
            self.memory().remember(number, snapshot);
        }
        ended.insert(Ended { number, outcome }).share()
    }

    /// A file as it was listed last, unless it was written since.
    pub(super) fn remembered(&self, find: impl FnOnce(&Snapshot) -> Option<&Item>) -> Option<Item> {
        let memory = self.memory();
        let item = find(memory.snapshot.as_deref()?)?;
        let is_current = memory.written.get(&item.id).is_none_or(|begun| memory.number > *begun);
        is_current.then(|| item.clone())
    }

    /// A file was written or deleted from here, or may have been.
    pub(super) fn written(&self, id: &RemoteId) {
        let begun = self.begun.load(Ordering::SeqCst);
        self.memory().written.insert(id.clone(), begun);
    }

    /// Reads the list for the content of one file, where there was no room to keep it.
    pub(super) async fn for_content(&self, api: &Api, id: &RemoteId) -> Result<Snapshot> {
        self.lister.read(api, Room { only: Some(id.clone()), ..Room::default() }).await
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    fn remember(&mut self, number: u64, snapshot: &Arc<Snapshot>) {
        self.number = number;
        self.snapshot = Some(snapshot.clone());
        self.written.retain(|_, begun| *begun >= number);
    }
}

impl Ended {
    fn share(&self) -> Result<Arc<Snapshot>> {
        match &self.outcome {
            Ok(snapshot) => Ok(snapshot.clone()),
            Err(failure) => Err(ProviderError {
                kind: failure.kind,
                retry: failure.retry,
                context: failure.sentence.clone(),
                source: None,
            }),
        }
    }
}

impl Failure {
    fn of(error: ProviderError) -> Self {
        Self { kind: error.kind, retry: error.retry, sentence: error.sentence() }
    }
}

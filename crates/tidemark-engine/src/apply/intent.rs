//! Uploads that can't be repeated and items that can't be overwritten: what is intended is stored before it is done, so
//! that a crash in between leaves nothing that nobody knows of.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tidemark_core::node::{Kind, Remote};
use tidemark_core::path::RelPath;
use tidemark_providers::provider::{RemoteRef, Uploaded};
use tidemark_providers::{ErrorKind, ProviderError, Retry};

use super::there::{answers, patience};
use crate::pair::Pair;
use crate::report::Event;
use crate::state::{Act, Intent, StateError};

/// An upload whose outcome would be unknown after a crash.
pub(crate) struct UploadIntent<'a> {
    pair: &'a Pair,
    path: &'a RelPath,
    size: u64,
    sealed: Arc<AtomicBool>,
    /// Its number; `None` where an upload can be repeated.
    pub(crate) id: Option<i64>,
}

impl<'a> UploadIntent<'a> {
    /// Stores that an upload begins, where that has to be known. `sealed` turns true when the service may have the
    /// content whole.
    pub(crate) fn begin(
        pair: &'a Pair,
        path: &'a RelPath,
        size: u64,
        sealed: &Arc<AtomicBool>,
    ) -> Result<Self, StateError> {
        let id = match pair.provider.capabilities().repeatable_upload {
            true => None,
            false => Some(pair.state.intend(path, &Act::Upload { size }, pair.clock.now_ns())?),
        };
        Ok(Self { pair, path, size, sealed: sealed.clone(), id })
    }

    /// Takes in how one attempt ended: one whose answer is missing may have left an item.
    pub(crate) fn judge(&self, result: &Result<Uploaded, ProviderError>) {
        let sealed = self.sealed.swap(false, Ordering::Relaxed);
        if self.id.is_some()
            && sealed
            && let Err(error) = result
            && is_unknown(error)
        {
            self.note_orphan();
        }
    }

    fn note_orphan(&self) {
        let stored = self.pair.state.intend(self.path, &orphan(self.size), self.pair.clock.now_ns());
        if let Err(error) = stored {
            tracing::warn!(%error, "a possible orphan could not be noted");
        }
        tell_orphan(self.pair, self.path);
    }

    /// Nothing came of it, or what may have come of it is noted: also of an attempt that was cut off before it could be
    /// judged.
    pub(crate) fn failed(self) -> Result<(), StateError> {
        if self.id.is_some() && self.sealed.swap(false, Ordering::Relaxed) {
            self.note_orphan();
        }
        self.id.map_or(Ok(()), |id| self.pair.state.end_intent(id))
    }
}

/// What an upload may have left: nobody knows its id.
fn orphan(size: u64) -> Act {
    Act::Orphan { size, id: None }
}

fn is_unknown(error: &ProviderError) -> bool {
    let lost = matches!(
        error.kind,
        ErrorKind::Network | ErrorKind::Timeout | ErrorKind::Unavailable | ErrorKind::Protocol
    );
    lost && !error.nothing_was_sent()
}

fn tell_orphan(pair: &Pair, path: &RelPath) {
    pair.tell(Event::Warning {
        text: format!(
            "The answer to an upload of \"{path}\" got lost. The service may now have a file that no listing shows; \
             the upload is made again. `tidemark status {}` lists such files.",
            pair.config.name
        ),
    });
}

/// What is to be retired after `new` took the place of `old`: nothing where contents are replaced in place.
pub(crate) fn replaced(pair: &Pair, old: Option<&Remote>, new: &Remote) -> Option<Act> {
    let old = old.filter(|old| !pair.provider.capabilities().mutable_content && old.id != new.id)?;
    Some(Act::Retire { id: old.id.clone(), revision: old.revision.clone() })
}

/// An upload that an earlier process began and didn't end may have left an item.
pub(crate) fn note_orphans(pair: &Pair) -> Result<(), StateError> {
    for intent in pair.state.intents()? {
        if let Act::Upload { size } = intent.act {
            pair.state.intend(&intent.path, &orphan(size), intent.begun_ns)?;
            pair.state.end_intent(intent.id)?;
            tell_orphan(pair, &intent.path);
        }
    }
    Ok(())
}

/// Deletes what earlier steps, or an earlier process, left to be deleted. What fails stays to be done. One that goes on
/// failing shows whether the service is away: then the others aren't asked for, else each of them once.
pub(crate) async fn retire_replaced(pair: &Pair) -> Result<(), StateError> {
    let mut patient = true;
    for intent in pair.state.intents()? {
        let failed = try_to_retire(pair, &intent, patient).await?;
        if failed.is_some_and(|error| error.retry != Retry::Never) {
            if answers(pair).await.is_err() {
                break;
            }
            patient = false;
        }
        if pair.cancel.is_cancelled() {
            break;
        }
    }
    Ok(())
}

/// Deletes an item that another one has replaced, unless a node still leads to it. What fails stays to be done.
pub(crate) async fn retire(pair: &Pair, intent: &Intent) -> Result<(), StateError> {
    try_to_retire(pair, intent, true).await.map(drop)
}

async fn try_to_retire(
    pair: &Pair,
    intent: &Intent,
    patient: bool,
) -> Result<Option<ProviderError>, StateError> {
    let Act::Retire { id, revision } = &intent.act else { return Ok(None) };
    if pair.state.leads_to(id, None)? {
        return pair.state.end_intent(intent.id).map(|()| None);
    }
    let item = RemoteRef { id: Some(id.clone()), path: intent.path.clone() };
    let delete = || pair.provider.delete(&item, Kind::File, revision);
    let deleted = match patient {
        true => pair.pacer.persist(&pair.cancel, &patience(pair), delete).await,
        false => delete().await,
    };
    match deleted {
        Ok(()) => pair.state.end_intent(intent.id).map(|()| None),
        Err(error) => {
            tracing::warn!(path = %intent.path, error = %error.sentence(), "a replaced item could not be deleted yet");
            Ok(Some(error))
        }
    }
}
